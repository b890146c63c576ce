//! Area under the ROC curve: the chance that a converting lead outranks one that does not, ties counting one half.
//!
//! AUC = (sum over positives of [negatives below + 1/2 negatives tied]) / (m n), with m positives and n negatives; the
//! Mann-Whitney statistic U / (m n) (Hanley and McNeil 1982).

use crate::EvalError;
use crate::error::{check_classes, check_scores};
use crate::ranking::ties;

/// ROC-AUC in 0..=1. O(n log n).
///
/// # Errors
/// Lengths that differ, no lead, a score that is not finite, one class.
pub fn roc_auc(labels: &[bool], scores: &[f64]) -> Result<f64, EvalError> {
    check_scores(labels, scores)?;
    let (m, n) = check_classes(labels, "ROC-AUC")?;
    let mut above = 0usize;
    // Twice the number of discordant pairs, so that ties stay whole numbers.
    let mut lost = 0u128;
    for tie in ties(labels, scores) {
        lost += tie.positives as u128 * (2 * above + tie.negatives) as u128;
        above += tie.negatives;
    }
    Ok(1.0 - lost as f64 / (2.0 * m as f64 * n as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        let check = |labels: &[bool], scores: &[f64], expect: f64| {
            assert_eq!(roc_auc(labels, scores), Ok(expect));
        };
        check(&[false, true], &[0.1, 0.9], 1.0);
        check(&[true, false], &[0.1, 0.9], 0.0);
        check(&[true, false], &[0.5, 0.5], 0.5);
        check(&[false, false, true, true], &[0.1, 0.4, 0.35, 0.8], 0.75);
    }

    #[test]
    fn undefined_is_an_error() {
        assert_eq!(roc_auc(&[], &[]), Err(EvalError::Empty));
        assert!(matches!(roc_auc(&[true], &[0.5]), Err(EvalError::OneClass { label: true, .. })));
        assert!(matches!(roc_auc(&[true], &[]), Err(EvalError::Lengths { .. })));
        let nan = roc_auc(&[true, false], &[0.1, f64::NAN]);
        assert!(matches!(nan, Err(EvalError::NotFinite { row: 1, .. })));
    }
}
