//! `leadsight compare`: paired tests between runs or files of scores.

use super::Answer;
use super::scores::{self, Columns};
use crate::args::{Common, Compare, Format, Paired};
use crate::failure::Failure;
use crate::input::input;
use crate::print::{self, Cell, Rows};
use crate::progress::Work;
use leadsight_eval::{Comparison, EvaluateOptions, Paired as Difference};
use leadsight_pipeline::{Judgements, compare_judgements};
use leadsight_schema::Seed;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// One run against another.
#[derive(Debug, Serialize)]
pub struct Pair {
    run: PathBuf,
    baseline: PathBuf,
    /// What the tests found, run minus baseline.
    #[serde(flatten)]
    pub comparison: Comparison,
}

pub fn run(args: &Compare, common: &Common) -> Result<Answer, Failure> {
    let (first, others) = args.runs.split_first().ok_or_else(|| Failure::Argument {
        argument: "RUNS",
        found: "none".to_owned(),
        expected: "two run folders or files of scores, or more".to_owned(),
    })?;
    let work = Work::begin(common, "comparing");
    let ours = judgements(first, args)?;
    let mut pairs = Vec::with_capacity(others.len());
    for other in others {
        let theirs = judgements(other, args)?;
        pairs.push(Pair {
            run: first.clone(),
            baseline: other.clone(),
            comparison: compare_judgements(&ours, &theirs, &options(&args.paired))?,
        });
    }
    drop(work);
    print::data(common.format, &pairs, &rows(&pairs))?;
    if common.format == Format::Table {
        print::text(&remarks(&pairs, &args.paired))?;
    }
    Ok(Answer::Yes)
}

fn options(paired: &Paired) -> EvaluateOptions {
    EvaluateOptions { level: paired.level, bootstrap: paired.bootstrap, seed: Seed(paired.seed) }
}

/// Of a run folder, or of a file of scores.
fn judgements(path: &Path, args: &Compare) -> Result<Judgements, Failure> {
    if !path.is_file() {
        return Ok(Judgements::of_run(path, &args.paired.split)?);
    }
    let needed = |argument: &'static str, given: &Option<String>| {
        given.clone().ok_or_else(|| Failure::Argument {
            argument,
            found: format!("not given, and `{}` is a file of scores", path.display()),
            expected: "the name of its column".to_owned(),
        })
    };
    let id = needed("--id", &args.id)?;
    let columns = Columns {
        label: &needed("--label", &args.label)?,
        words: &args.words,
        probability: &needed("--probability", &args.probability)?,
        id: Some(&id),
        only: &args.only,
    };
    let found = scores::read(&input("RUNS", path)?, &columns)?;
    let labels = found.labelled.labels.as_slice().iter().copied();
    let rows = found.texts(&id)?.into_iter().zip(labels).zip(found.probabilities.iter().copied());
    Ok(Judgements::new(path, rows.map(|((id, label), p)| (id, label, p))))
}

/// On how much the tests rest.
fn remarks(pairs: &[Pair], paired: &Paired) -> String {
    let Some(Comparison { rows, positives, replicates, .. }) = pairs.first().map(|p| p.comparison)
    else {
        return String::new();
    };
    let fewer = if replicates < paired.bootstrap {
        format!(" of the {} asked for, as there are many leads", paired.bootstrap)
    } else {
        String::new()
    };
    let several = if pairs.len() > 1 {
        format!(" The p-values are not corrected for there being {} comparisons.", pairs.len())
    } else {
        String::new()
    };
    format!(
        "{rows} leads, {positives} conversions; ROC-AUC by paired DeLong, log-loss by {replicates} bootstrap resamples{fewer}.{several}\n"
    )
}

/// A row for each metric of each pair.
pub fn rows(pairs: &[Pair]) -> Rows {
    let mut rows =
        Rows::new(["run", "against", "metric", "difference", "low", "high", "p-value", "verdict"]);
    for pair in pairs {
        let Comparison { roc_auc, log_loss, .. } = &pair.comparison;
        for (metric, found, better) in [("roc_auc", roc_auc, 1.0), ("log_loss", log_loss, -1.0)] {
            rows.push([
                pair.run.display().to_string().into(),
                pair.baseline.display().to_string().into(),
                metric.into(),
                Cell::Signed(found.difference, 5),
                Cell::Signed(found.low, 5),
                Cell::Signed(found.high, 5),
                Cell::Number(found.p_value, 4),
                verdict(found, better).into(),
            ]);
        }
    }
    rows
}

/// `better` is the sign of an improvement. Noise unless the interval leaves 0 out.
fn verdict(found: &Difference, better: f64) -> &'static str {
    if found.low <= 0.0 && found.high >= 0.0 {
        "no more than noise"
    } else if found.difference * better > 0.0 {
        "better"
    } else {
        "worse"
    }
}
