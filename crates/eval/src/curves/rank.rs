//! The curves that come from the ranking alone: ROC, precision-recall, gains, lift.
//!
//! With everyone at or above a threshold flagged: true positive rate = recall = capture = TP / P, false positive rate = FP / N,
//! precision = TP / (TP + FP), share = (TP + FP) / n, lift = capture / share. Between points a straight line is right for ROC and
//! gains (leads of one score in random order), not for PR, which is a step function.

use super::thin;
use crate::EvalError;
use crate::error::{check_classes, check_scores};
use crate::ranking::{Tie, classes, ties};
use serde::{Deserialize, Serialize};

/// A point of the ROC curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct RocPoint {
    /// Flagged when p >= threshold; `None` at the start, where nobody is.
    pub threshold: Option<f64>,
    /// False positive rate, the horizontal axis.
    pub fpr: f64,
    /// True positive rate, the vertical axis.
    pub tpr: f64,
}

/// A point of the precision-recall curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct PrPoint {
    /// Flagged when p >= threshold.
    pub threshold: f64,
    /// The horizontal axis.
    pub recall: f64,
    /// The vertical axis.
    pub precision: f64,
}

/// A point of the cumulative gains curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct GainsPoint {
    /// Share of the leads contacted, best first.
    pub share: f64,
    /// Share of all conversions among them.
    pub capture: f64,
}

/// A point of the cumulative lift curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct LiftPoint {
    /// Share of the leads contacted, best first.
    pub share: f64,
    /// Their conversion rate in multiples of the base rate.
    pub lift: f64,
}

/// The ROC curve from (0, 0) to (1, 1).
///
/// # Errors
/// Lengths that differ, no lead, a score that is not finite, one class.
pub fn roc(labels: &[bool], scores: &[f64]) -> Result<Vec<RocPoint>, EvalError> {
    Ok(roc_of(&steps_of(labels, scores, "the ROC curve")?))
}

pub(super) fn roc_of(steps: &[Step]) -> Vec<RocPoint> {
    let mut points = vec![RocPoint { threshold: None, fpr: 0.0, tpr: 0.0 }];
    points.extend(steps.iter().map(|s| RocPoint {
        threshold: Some(s.threshold),
        fpr: s.fpr,
        tpr: s.tpr,
    }));
    thin(points, |p| p.fpr + p.tpr)
}

/// The precision-recall curve, from the highest threshold to everyone flagged.
///
/// # Errors
/// As [`roc`].
pub fn pr(labels: &[bool], scores: &[f64]) -> Result<Vec<PrPoint>, EvalError> {
    Ok(pr_of(&steps_of(labels, scores, "the precision-recall curve")?))
}

pub(super) fn pr_of(steps: &[Step]) -> Vec<PrPoint> {
    thin(steps.to_vec(), |s| s.share + s.tpr)
        .iter()
        .map(|s| PrPoint { threshold: s.threshold, recall: s.tpr, precision: s.precision })
        .collect()
}

/// The cumulative gains curve from (0, 0) to (1, 1).
///
/// # Errors
/// As [`roc`].
pub fn gains(labels: &[bool], scores: &[f64]) -> Result<Vec<GainsPoint>, EvalError> {
    Ok(gains_of(&steps_of(labels, scores, "the gains curve")?))
}

pub(super) fn gains_of(steps: &[Step]) -> Vec<GainsPoint> {
    let mut points = vec![GainsPoint { share: 0.0, capture: 0.0 }];
    points.extend(steps.iter().map(|s| GainsPoint { share: s.share, capture: s.tpr }));
    thin(points, |p| p.share + p.capture)
}

/// The cumulative lift curve; it ends at (1, 1).
///
/// # Errors
/// As [`roc`].
pub fn lift(labels: &[bool], scores: &[f64]) -> Result<Vec<LiftPoint>, EvalError> {
    Ok(lift_of(&steps_of(labels, scores, "the lift curve")?))
}

pub(super) fn lift_of(steps: &[Step]) -> Vec<LiftPoint> {
    thin(steps.to_vec(), |s| s.share + s.tpr)
        .iter()
        .map(|s| LiftPoint { share: s.share, lift: s.tpr / s.share })
        .collect()
}

/// The rates when everyone at or above a threshold is flagged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    threshold: f64,
    tpr: f64,
    fpr: f64,
    share: f64,
    precision: f64,
}

/// One step a distinct score, highest first.
pub(super) fn steps(ties: &[Tie]) -> Vec<Step> {
    let (m, n) = classes(ties);
    let (mut tp, mut fp) = (0usize, 0usize);
    let mut steps = Vec::new();
    for tie in ties {
        tp += tie.positives;
        fp += tie.negatives;
        steps.push(Step {
            threshold: tie.score,
            tpr: tp as f64 / m as f64,
            fpr: fp as f64 / n as f64,
            share: (tp + fp) as f64 / (m + n) as f64,
            precision: tp as f64 / (tp + fp) as f64,
        });
    }
    steps
}

fn steps_of(labels: &[bool], scores: &[f64], what: &'static str) -> Result<Vec<Step>, EvalError> {
    check_scores(labels, scores)?;
    check_classes(labels, what)?;
    Ok(steps(&ties(labels, scores)))
}
