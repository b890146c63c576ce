//! The Kolmogorov-Smirnov statistic between the scores of leads that converted and of those that did not.
//!
//! KS = max over thresholds of |true positive rate - false positive rate|; scipy's `ks_2samp` statistic.

use crate::EvalError;
use crate::error::{check_classes, check_scores};
use crate::ranking::ties;

/// KS in 0..=1. O(n log n).
///
/// # Errors
/// Lengths that differ, no lead, a score that is not finite, one class.
pub fn ks(labels: &[bool], scores: &[f64]) -> Result<f64, EvalError> {
    check_scores(labels, scores)?;
    let (m, n) = check_classes(labels, "KS")?;
    let (mut tp, mut fp, mut widest) = (0usize, 0usize, 0f64);
    for tie in ties(labels, scores) {
        tp += tie.positives;
        fp += tie.negatives;
        widest = widest.max((tp as f64 / m as f64 - fp as f64 / n as f64).abs());
    }
    Ok(widest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        assert_eq!(ks(&[false, false, true, true], &[0.1, 0.4, 0.35, 0.8]), Ok(0.5));
        assert_eq!(ks(&[true, false], &[0.5, 0.5]), Ok(0.0));
        assert_eq!(ks(&[true, false], &[0.1, 0.5]), Ok(1.0));
    }
}
