//! What the columns that may know the outcome do to a model: the same small model with and without each, judged on validation rows.
//!
//! The model is boosted trees of fixed size, since a leak is rarely linear and nothing is to be chosen. It sees at most [`ROWS`] rows of
//! each part, evenly spread: enough to tell an AUC of 0.95 from one of 0.85.

use crate::{Experiment, PipelineError, Prepared};
use leadsight_eval::{paired_delong, roc_auc};
use leadsight_models::Classifier;
use leadsight_report::folder::SuspectEffect;
use leadsight_schema::{Feature, Labels, LeakageEffect, Matrix, Role, Seed, Verdict};
use leadsight_train::{BoostingParams, ModelSpec, Task, Trainer};
use std::ops::ControlFlow;

const ROWS: usize = 20_000;
const ROUNDS: u32 = 60;
/// Columns measured one by one, the strongest first.
const COLUMNS: usize = 12;
/// Of the interval of what they do together.
const LEVEL: f64 = 0.95;

/// Measures what each leaking or suspect column does and writes it into its finding; returns what the suspects do together, those that
/// are waived only where no other is left. A suspect that no feature reads is in no model. Where the validation part has one outcome only, or no
/// other column is left, nothing is measured.
///
/// # Errors
/// From features that cannot be made and from the trainer.
pub fn measure(
    experiment: &Experiment,
    prepared: &mut Prepared,
) -> Result<Option<SuspectEffect>, PipelineError> {
    let excluded = |column: &str| experiment.data.exclude.contains_key(column);
    let waived = |column: &str| experiment.leakage.waive.contains_key(column);
    let told = |verdict: Verdict| -> Vec<(String, f64)> {
        let found =
            prepared.leakage.iter().filter(|f| f.verdict == verdict && !excluded(&f.column));
        let mut found: Vec<(String, f64)> =
            found.map(|f| (f.column.clone(), f.auc.unwrap_or(0.5))).collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1));
        found
    };
    let names = |list: Vec<(String, f64)>| list.into_iter().map(|(name, _)| name);
    let (kept, leaks): (Vec<String>, Vec<String>) =
        names(told(Verdict::Leak)).partition(|name| waived(name));
    let suspects: Vec<String> = kept.into_iter().chain(names(told(Verdict::Suspect))).collect();
    if leaks.is_empty() && suspects.is_empty() {
        return Ok(None);
    }
    let Some(bench) = Bench::new(experiment, prepared, &leaks)? else { return Ok(None) };
    let suspects: Vec<String> = suspects.into_iter().filter(|name| bench.reads(name)).collect();
    // A leak in the model would hide what the others do.
    let Some(usual_margins) = bench.margins(&leaks)? else { return Ok(None) };
    let Some(usual) = bench.judge(&usual_margins) else { return Ok(None) };
    let mut effects: Vec<(String, LeakageEffect)> = Vec::new();
    for leak in leaks.iter().take(COLUMNS) {
        let others: Vec<String> = leaks.iter().filter(|l| *l != leak).cloned().collect();
        if let Some(with) = bench.auc(&others)? {
            let effect = LeakageEffect { valid_auc_with: with, valid_auc_without: usual };
            effects.push((leak.clone(), effect));
        }
    }
    let without = |more: &[String]| bench.auc(&[leaks.as_slice(), more].concat());
    for suspect in suspects.iter().take(COLUMNS) {
        if let Some(auc) = without(std::slice::from_ref(suspect))? {
            let effect = LeakageEffect { valid_auc_with: usual, valid_auc_without: auc };
            effects.push((suspect.clone(), effect));
        }
    }
    let open: Vec<String> = suspects.iter().filter(|name| !waived(name)).cloned().collect();
    let columns = if open.is_empty() { suspects } else { open };
    let together = match columns.is_empty() {
        true => None,
        false => bench.margins(&[leaks.as_slice(), columns.as_slice()].concat())?,
    };
    let labels = bench.valid.1.as_slice();
    let together = together.map(|margins| -> Result<_, PipelineError> {
        let difference = paired_delong(labels, &usual_margins, &margins, LEVEL)?;
        let effect = LeakageEffect {
            valid_auc_with: usual,
            valid_auc_without: usual - difference.difference,
        };
        Ok(SuspectEffect { columns, effect, difference })
    });
    let together = together.transpose()?;
    for (column, effect) in effects {
        let finding = prepared.leakage.iter_mut().find(|finding| finding.column == column);
        finding.into_iter().for_each(|finding| finding.effect = Some(effect));
    }
    Ok(together)
}

/// Training and validation rows with the features of every column, leaks included.
struct Bench {
    train: (Matrix, Labels),
    valid: (Matrix, Labels),
    trainer: Box<dyn Trainer>,
    seed: Seed,
    threads: usize,
}

impl Bench {
    fn new(
        experiment: &Experiment,
        prepared: &mut Prepared,
        leaks: &[String],
    ) -> Result<Option<Self>, PipelineError> {
        let positions: Vec<(usize, Role)> = (leaks.iter())
            .filter_map(|leak| prepared.table.schema().find(leak))
            .map(|position| (position, prepared.table.schema().fields()[position].role))
            .collect();
        let schema = prepared.table.schema_mut();
        positions.iter().for_each(|(position, _)| schema.set_role(*position, Role::Feature));
        let spread = |rows: &[usize]| -> Vec<usize> {
            rows.iter().copied().step_by(rows.len().div_ceil(ROWS).max(1)).collect()
        };
        let (train, valid) = (spread(&prepared.split.train), spread(&prepared.split.valid));
        let part = |rows: &[usize]| prepared.labels.take(rows);
        let one_sided = |labels: &Labels| [0, labels.len()].contains(&labels.positives());
        let (train_labels, valid_labels) = (part(&train), part(&valid));
        let made = if one_sided(&train_labels) || one_sided(&valid_labels) {
            Ok(None)
        } else {
            let recipe = prepared.recipe(experiment).fit(&prepared.table, &train)?;
            let bound = recipe.bind(prepared.table.schema())?;
            let matrix = |rows: Vec<usize>| bound.transform(&prepared.table, rows);
            let rounds = BoostingParams { rounds: ROUNDS, ..BoostingParams::default() };
            Ok(Some(Self {
                train: (matrix(train)?, train_labels),
                valid: (matrix(valid)?, valid_labels),
                trainer: ModelSpec::Boosting(rounds).trainer()?,
                seed: experiment.seed,
                threads: experiment.tuning.threads,
            }))
        };
        let schema = prepared.table.schema_mut();
        positions.iter().for_each(|(position, role)| schema.set_role(*position, *role));
        made
    }

    /// Whether some feature comes from a column.
    fn reads(&self, column: &str) -> bool {
        self.train.0.features().iter().any(|f| f.sources.iter().any(|source| source == column))
    }

    /// Validation AUC without some columns; `None` where none are left.
    fn auc(&self, without: &[String]) -> Result<Option<f64>, PipelineError> {
        Ok(self.margins(without)?.and_then(|margins| self.judge(&margins)))
    }

    fn judge(&self, margins: &[f64]) -> Option<f64> {
        roc_auc(self.valid.1.as_slice(), margins).ok()
    }

    /// The model's log-odds of the validation rows without some columns; `None` where none are left.
    fn margins(&self, without: &[String]) -> Result<Option<Vec<f64>>, PipelineError> {
        let keep = |feature: &Feature| !feature.sources.iter().any(|s| without.contains(s));
        let (train, valid) = (self.train.0.keep(keep), self.valid.0.keep(keep));
        if train.features().is_empty() {
            return Ok(None);
        }
        let fit = self.trainer.fit(&Task {
            x: &train,
            y: &self.train.1,
            watch: None,
            folds: &[],
            rounds: Some(ROUNDS),
            strength: None,
            seed: self.seed,
            threads: self.threads,
            progress: &|_| ControlFlow::Continue(()),
        })?;
        Ok(Some(fit.model.margins(&valid)?))
    }
}
