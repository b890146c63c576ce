//! The threshold: its confusion matrix, others beside it, and what each would give.

use crate::ReportError;
use crate::folder::{self, RunFolder};
use crate::verdict::judged;
use leadsight_eval::{Confusion, Evaluation};
use serde::Serialize;

/// What the section shows.
#[derive(Debug, Serialize)]
pub(crate) struct Threshold<'a> {
    chosen: f64,
    rule: &'a str,
    skip: f64,
    skipped: Option<String>,
    matrix: Option<Matrix>,
    named: Vec<Named<'a>>,
    sweep: Vec<[f64; 5]>,
    at: usize,
    json: String,
}

/// The confusion matrix at the chosen threshold.
#[derive(Debug, Serialize)]
struct Matrix {
    #[serde(flatten)]
    counts: Confusion,
    rows: usize,
    flagged: usize,
    passed: usize,
    positives: usize,
    negatives: usize,
    precision: Option<f64>,
    recall: Option<f64>,
    specificity: Option<f64>,
    miss_rate: Option<f64>,
    base: Option<f64>,
}

/// A named threshold.
#[derive(Debug, Serialize)]
struct Named<'a> {
    name: &'a str,
    also: Option<&'a str>,
    threshold: Option<f64>,
    flagged: usize,
    tp: usize,
    precision: Option<f64>,
    recall: Option<f64>,
    calls: Option<f64>,
}

/// The section of a run.
///
/// # Errors
/// [`ReportError::Json`] for the slider's figures.
pub(crate) fn threshold<'a>(run: &'a RunFolder, split: &str) -> Result<Threshold<'a>, ReportError> {
    let found = judged(run).map(|(_, evaluation)| evaluation);
    let sweep = sweep(run, split);
    let json = serde_json::to_string(&sweep)
        .map_err(|source| ReportError::Json { file: folder::CURVES, source })?;
    Ok(Threshold {
        chosen: run.metrics.threshold,
        rule: &run.metrics.threshold_rule,
        skip: run.metrics.skip_threshold,
        skipped: skipped(&sweep, run.metrics.skip_threshold),
        matrix: found.and_then(matrix),
        named: found.map_or_else(Vec::new, named),
        at: nearest(&sweep, run.metrics.threshold),
        sweep,
        json,
    })
}

/// The chosen threshold's matrix, where it was computed.
fn matrix(found: &Evaluation) -> Option<Matrix> {
    let c = *found.confusion.get("chosen")?;
    Some(Matrix {
        counts: c,
        rows: c.rows(),
        flagged: c.flagged(),
        passed: c.tn + c.fn_,
        positives: c.positives(),
        negatives: c.tn + c.fp,
        precision: c.precision(),
        recall: c.recall(),
        specificity: c.specificity(),
        miss_rate: c.npv().map(|npv| 1.0 - npv),
        base: (c.rows() > 0).then(|| c.positives() as f64 / c.rows() as f64),
    })
}

/// The named thresholds from the highest down.
fn named(found: &Evaluation) -> Vec<Named<'_>> {
    let mut rows: Vec<Named<'_>> = found
        .confusion
        .iter()
        .map(|(name, c)| Named {
            name,
            also: None,
            threshold: found.thresholds.get(name).copied(),
            flagged: c.flagged(),
            tp: c.tp,
            precision: c.precision(),
            recall: c.recall(),
            calls: (c.tp > 0).then(|| c.flagged() as f64 / c.tp as f64),
        })
        .collect();
    rows.sort_by_key(|r| (r.flagged, r.name != "chosen"));
    // The rule that chose the threshold is often one of the named ones: one row, with both names.
    if let Some(chosen) = rows.iter().position(|r| r.name == "chosen") {
        let (threshold, flagged) = (rows[chosen].threshold, rows[chosen].flagged);
        let twin = |r: &Named<'_>| r.threshold == threshold && r.flagged == flagged;
        if let Some(i) = rows.iter().position(|r| r.name != "chosen" && twin(r)) {
            rows[chosen].also = Some(rows.remove(i).name);
        }
    }
    rows
}

/// Threshold and counts (tp, fp, tn, fn) for the slider.
fn sweep(run: &RunFolder, split: &str) -> Vec<[f64; 5]> {
    let mut rows: Vec<[f64; 5]> = run
        .curves
        .models
        .iter()
        .find(|m| m.model == run.manifest.chosen_model)
        .and_then(|m| m.splits.get(split))
        .map_or_else(Vec::new, |curves| {
            let row = |p: &leadsight_eval::curves::SweepPoint| {
                let c = p.confusion;
                [p.threshold, c.tp as f64, c.fp as f64, c.tn as f64, c.fn_ as f64]
            };
            curves.threshold_sweep.iter().map(row).collect()
        });
    // The sweep is thinned; the slider starts on the chosen threshold itself.
    let chosen = run.metrics.splits.get(split).and_then(|e| e.confusion.get("chosen"));
    if let Some(c) = chosen.filter(|_| !rows.is_empty()) {
        let t = run.metrics.threshold;
        let at = rows.partition_point(|r| r[0] > t);
        if rows.get(at).is_none_or(|r| r[0] != t) {
            rows.insert(at, [t, c.tp as f64, c.fp as f64, c.tn as f64, c.fn_ as f64]);
        }
    }
    rows
}

/// The sweep's row nearest to a threshold.
fn nearest(sweep: &[[f64; 5]], threshold: f64) -> usize {
    let distance = |i: &usize| (sweep[*i][0] - threshold).abs();
    (0..sweep.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(0)
}

/// What lies below the skip threshold, by the sweep's point nearest to it.
fn skipped(sweep: &[[f64; 5]], threshold: f64) -> Option<String> {
    let [_, tp, fp, tn, fn_] = *sweep.get(nearest(sweep, threshold))?;
    let (rows, positives) = (tp + fp + tn + fn_, tp + fn_);
    (rows > 0.0 && positives > 0.0).then(|| {
        format!(
            "about {:.0}\u{a0}% of the leads lie below it, and {:.0}\u{a0}% of the conversions",
            100.0 * (tn + fn_) / rows,
            100.0 * fn_ / positives
        )
    })
}
