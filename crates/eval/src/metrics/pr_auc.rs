//! Area under the precision-recall curve as average precision.
//!
//! AP = sum over distinct scores, highest first, of (recall step) x (precision there): a step function, no interpolation
//! (scikit-learn's `average_precision_score`; Davis and Goadrich 2006 on why not to interpolate).

use crate::EvalError;
use crate::error::{check_classes, check_scores};
use crate::ranking::ties;

/// Average precision in 0..=1; a model that knows nothing has the base rate. O(n log n).
///
/// # Errors
/// Lengths that differ, no lead, a score that is not finite, one class.
pub fn pr_auc(labels: &[bool], scores: &[f64]) -> Result<f64, EvalError> {
    check_scores(labels, scores)?;
    let (positives, _) = check_classes(labels, "PR-AUC")?;
    let (mut hits, mut flagged, mut sum) = (0usize, 0usize, 0.0);
    for tie in ties(labels, scores) {
        hits += tie.positives;
        flagged += tie.positives + tie.negatives;
        sum += tie.positives as f64 * (hits as f64 / flagged as f64);
    }
    Ok(sum / positives as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        let ap = pr_auc(&[false, false, true, true], &[0.1, 0.4, 0.35, 0.8]).unwrap();
        assert!((ap - 0.833_333_333_333_333_3).abs() < 1e-15);
        assert_eq!(pr_auc(&[true, false, false, false], &[0.2; 4]), Ok(0.25));
    }
}
