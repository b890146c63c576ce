//! `leadsight compare`: paired tests between runs.

use super::Answer;
use crate::args::{Common, Compare, Paired};
use crate::failure::Failure;
use crate::print::{self, Cell, Rows};
use crate::progress::Work;
use leadsight_eval::{Comparison, EvaluateOptions, Paired as Difference};
use leadsight_pipeline::compare_runs;
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
        expected: "two run folders or more".to_owned(),
    })?;
    let work = Work::begin(common, "comparing");
    let pairs: Vec<Pair> =
        others.iter().map(|other| pair(first, other, &args.paired)).collect::<Result<_, _>>()?;
    drop(work);
    print::data(common.format, &pairs, &rows(&pairs))?;
    Ok(Answer::Yes)
}

/// Compares two runs.
///
/// # Errors
/// Runs that cannot be read or did not judge the same leads.
pub fn pair(run: &Path, baseline: &Path, paired: &Paired) -> Result<Pair, Failure> {
    let options = EvaluateOptions {
        level: paired.level,
        bootstrap: paired.bootstrap,
        seed: Seed(paired.seed),
    };
    let comparison = compare_runs(run, baseline, &paired.split, &options)?;
    Ok(Pair { run: run.to_owned(), baseline: baseline.to_owned(), comparison })
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
