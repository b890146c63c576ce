//! How good a model's parameters are on data whose test rows stay unseen: what the defaults of our trees were chosen by.
//!
//! `defaults GRID --data-dir FOLDER EXPERIMENT.ron...` reads a model a line (`RandomForest(min_leaf_rows: 20)`, as under `models` of an
//! experiment), fits each on the training rows of every experiment, its rounds chosen on folds of them, and prints the log-loss on the
//! validation rows, uncalibrated, as CSV: `model,experiment,rounds,seconds,log_loss,roc_auc`. Test rows are never scored. A line of `mean`
//! closes each model: the mean over the experiments of its loss in that of the first line's model.

use leadsight_eval::{log_loss, roc_auc};
use leadsight_models::Classifier;
use leadsight_pipeline::{Experiment, prepare};
use leadsight_schema::{Labels, Matrix, sigmoid};
use leadsight_train::{Fold, ModelSpec, Task, rolling_folds, stratified_folds};
use ron::extensions::Extensions;
use std::error::Error;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What of an experiment a parameter may be chosen by.
struct Set {
    experiment: Experiment,
    train: (Matrix, Labels),
    valid: (Matrix, Labels),
    folds: Vec<Fold>,
}

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let [grid, "--data-dir", data, experiments @ ..] = &args[..] else {
        return Err("usage: defaults GRID --data-dir FOLDER EXPERIMENT.ron...".into());
    };
    let sets: Vec<Set> = experiments
        .iter()
        .map(|path| set(Path::new(path), Path::new(data)))
        .collect::<Result<_>>()?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "model,experiment,rounds,seconds,log_loss,roc_auc")?;
    let mut first: Vec<f64> = Vec::new();
    for (line, spec) in models(Path::new(grid))? {
        let mut losses = Vec::new();
        for set in &sets {
            let started = Instant::now();
            let fit = spec.trainer()?.fit(&set.task())?;
            let seconds = started.elapsed().as_secs_f64();
            let margins = fit.model.margins(&set.valid.0)?;
            let p: Vec<f64> = margins.into_iter().map(sigmoid).collect();
            let y = set.valid.1.as_slice();
            let (loss, auc) = (log_loss(y, &p)?, roc_auc(y, &p)?);
            let name = set.experiment.name.as_deref().unwrap_or_default();
            let rounds = fit.rounds.map(|rounds| rounds.to_string()).unwrap_or_default();
            writeln!(out, "\"{line}\",{name},{rounds},{seconds:.1},{loss:.5},{auc:.4}")?;
            losses.push(loss);
        }
        if first.is_empty() {
            first.clone_from(&losses);
        }
        let ratios: f64 = losses.iter().zip(&first).map(|(loss, first)| loss / first).sum();
        writeln!(out, "\"{line}\",mean,,,{:.5},", ratios / losses.len() as f64)?;
        out.flush()?;
    }
    Ok(())
}

/// A model a line, with the line itself as its name. `//` begins a comment.
fn models(path: &Path) -> Result<Vec<(String, ModelSpec)>> {
    let syntax = ron::Options::default()
        .with_default_extension(Extensions::IMPLICIT_SOME | Extensions::UNWRAP_VARIANT_NEWTYPES);
    let text = std::fs::read_to_string(path)?;
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with("//"));
    lines
        .map(|line| {
            let spec = syntax.from_str(line).map_err(|error| format!("{line}: {error}"))?;
            Ok((line.to_owned(), spec))
        })
        .collect()
}

fn set(path: &Path, data: &Path) -> Result<Set> {
    let experiment = Experiment::read(path, &[])?;
    let mut prepared = prepare(&experiment, data, leadsight_schema::Timestamp(253_402_300_799))?;
    prepared.close_leaks(&experiment)?;
    let (table, split) = (&prepared.table, &prepared.split);
    let bound = experiment.features.fit(table, &split.train)?.bind(table.schema())?;
    let part = |rows: &[usize]| -> Result<(Matrix, Labels)> {
        Ok((bound.transform(table, rows.iter().copied())?, prepared.labels.take(rows)))
    };
    let (train, valid) = (part(&split.train)?, part(&split.valid)?);
    let folds = if experiment.split.by_time() {
        let order: Vec<usize> = (0..split.train.len()).collect();
        rolling_folds(&order, experiment.tuning.folds)?
    } else {
        stratified_folds(train.1.as_slice(), experiment.tuning.folds, experiment.seed)?
    };
    Ok(Set { experiment, train, valid, folds })
}

impl Set {
    fn task(&self) -> Task<'_> {
        Task {
            x: &self.train.0,
            y: &self.train.1,
            watch: None,
            folds: &self.folds,
            rounds: None,
            strength: None,
            seed: self.experiment.seed,
            threads: self.experiment.tuning.threads,
            progress: &|_| ControlFlow::Continue(()),
        }
    }
}
