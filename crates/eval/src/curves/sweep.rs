//! The threshold sweep: counts and rates at every threshold, thinned.

use super::thin;
use crate::EvalError;
use crate::error::{check_classes, check_scores};
use crate::metrics::Confusion;
use crate::ranking::{Tie, classes, ties};
use serde::{Deserialize, Serialize};

/// The counts and rates at one threshold; a rate that is not defined is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct SweepPoint {
    /// Flagged when p >= threshold.
    pub threshold: f64,
    /// The share of the leads flagged.
    pub flagged_share: f64,
    /// The counts.
    pub confusion: Confusion,
    /// Of the flagged, the share that converted.
    pub precision: Option<f64>,
    /// Of the conversions, the share flagged.
    pub recall: Option<f64>,
    /// Of the others, the share passed over.
    pub specificity: Option<f64>,
    /// Harmonic mean of precision and recall.
    pub f1: Option<f64>,
    /// Matthews correlation.
    pub mcc: Option<f64>,
    /// The share of right predictions.
    pub accuracy: Option<f64>,
}

/// The sweep from the highest score down to everyone flagged.
///
/// # Errors
/// Lengths that differ, no lead, a score that is not finite, one class.
pub fn threshold_sweep(labels: &[bool], p: &[f64]) -> Result<Vec<SweepPoint>, EvalError> {
    check_scores(labels, p)?;
    check_classes(labels, "the threshold sweep")?;
    Ok(of_ties(&ties(labels, p)))
}

/// The sweep of leads already gathered by score, of both classes.
pub(super) fn of_ties(ties: &[Tie]) -> Vec<SweepPoint> {
    let (m, n) = classes(ties);
    let (mut tp, mut fp) = (0, 0);
    let mut steps = Vec::new();
    for tie in ties {
        tp += tie.positives;
        fp += tie.negatives;
        steps.push((tie.score, Confusion { tp, fp, tn: n - fp, fn_: m - tp }));
    }
    let along = |c: &Confusion| c.tp as f64 / m as f64 + c.fp as f64 / n as f64;
    thin(steps, |(_, c)| along(c)).into_iter().map(|(t, c)| point(t, c)).collect()
}

fn point(threshold: f64, c: Confusion) -> SweepPoint {
    SweepPoint {
        threshold,
        flagged_share: c.flagged() as f64 / c.rows() as f64,
        confusion: c,
        precision: c.precision(),
        recall: c.recall(),
        specificity: c.specificity(),
        f1: c.f1(),
        mcc: c.mcc(),
        accuracy: c.accuracy(),
    }
}
