//! What the chosen model's call list holds at each of up to 200 thresholds, for the page's slider.

use crate::judge::{Judged, Judgement};
use crate::{Experiment, PipelineError, Prepared};
use leadsight_eval::Rule;
use leadsight_eval::curves::{MOST_POINTS, threshold_sweep};
use leadsight_report::folder::{Money, SweepCounts, SweepFile, TEST, VALID};
use leadsight_schema::Labels;
use std::collections::BTreeMap;

/// Counts of validation and test rows, exact at thresholds that both splits share: those of `own` (working, safe-to-skip and
/// named ones), and others evenly spread along the ranking of both splits together.
///
/// # Errors
/// From the metrics.
pub fn sweep(
    experiment: &Experiment,
    prepared: &Prepared,
    model: &str,
    own: &[f64],
    judged: &Judged,
) -> Result<SweepFile, PipelineError> {
    let valid = prepared.labels.take(&prepared.split.valid);
    let test = prepared.labels.take(&prepared.split.test);
    let labels = [valid.as_slice(), test.as_slice()].concat();
    let p = [judged.valid.probabilities.as_slice(), judged.test.probabilities.as_slice()].concat();
    let spread = threshold_sweep(&labels, &p)?;
    // Room for our own among at most so many.
    let step = spread.len().div_ceil(MOST_POINTS - own.len().min(MOST_POINTS / 2)).max(1);
    let last = spread.len().saturating_sub(1);
    let mut thresholds: Vec<f64> = (0..spread.len())
        .filter(|i| i.is_multiple_of(step) || *i == last)
        .map(|i| spread[i].threshold)
        .chain(own.iter().copied())
        .collect();
    thresholds.sort_by(|a, b| b.total_cmp(a));
    thresholds.dedup();
    Ok(SweepFile {
        model: model.to_owned(),
        money: match experiment.threshold {
            Rule::Cost { value, cost } => Some(Money { value, cost }),
            _ => None,
        },
        splits: BTreeMap::from([
            (VALID.to_owned(), counts(&valid, &judged.valid, &thresholds)),
            (TEST.to_owned(), counts(&test, &judged.test, &thresholds)),
        ]),
        thresholds,
    })
}

fn counts(labels: &Labels, judgement: &Judgement, thresholds: &[f64]) -> SweepCounts {
    let labels = labels.as_slice();
    let mut all = judgement.probabilities.clone();
    let mut won: Vec<f64> = all.iter().zip(labels).filter(|(_, y)| **y).map(|(p, _)| *p).collect();
    all.sort_by(f64::total_cmp);
    won.sort_by(f64::total_cmp);
    let at = |sorted: &[f64]| {
        thresholds.iter().map(|t| sorted.len() - sorted.partition_point(|p| p < t)).collect()
    };
    SweepCounts { rows: labels.len(), positives: won.len(), called: at(&all), won: at(&won) }
}
