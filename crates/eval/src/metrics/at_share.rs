//! Metrics of the best-scored share of leads.
//!
//! The cut is k = max(1, floor(share x n)) leads by descending score, equal scores in file order. With h conversions among them
//! and m in all: precision = h / k, capture = h / m, lift = precision / base rate = (h / k) / (m / n).

use crate::EvalError;
use crate::error::{check_scores, check_share};
use crate::ranking::{Ranked, cut, descending};

/// How many times the base rate the top `share` converts.
///
/// # Errors
/// Lengths that differ, no lead, a score that is not finite, a share outside 0..=1, no conversion.
pub fn lift_at(labels: &[bool], scores: &[f64], share: f64) -> Result<f64, EvalError> {
    let (hits, k) = top_counts(labels, scores, share)?;
    let positives = some_positives(labels, "lift")?;
    Ok(hits as f64 * labels.len() as f64 / (k as f64 * positives as f64))
}

/// The share of all conversions that the top `share` holds (also "recall at k", "gain").
///
/// # Errors
/// As [`lift_at`].
pub fn capture_at(labels: &[bool], scores: &[f64], share: f64) -> Result<f64, EvalError> {
    let (hits, _) = top_counts(labels, scores, share)?;
    Ok(hits as f64 / some_positives(labels, "capture")? as f64)
}

/// The conversion rate of the top `share`.
///
/// # Errors
/// Lengths that differ, no lead, a score that is not finite, a share outside 0..=1.
pub fn precision_at(labels: &[bool], scores: &[f64], share: f64) -> Result<f64, EvalError> {
    let (hits, k) = top_counts(labels, scores, share)?;
    Ok(hits as f64 / k as f64)
}

/// Conversions among the top k, and k.
fn top_counts(labels: &[bool], scores: &[f64], share: f64) -> Result<(usize, usize), EvalError> {
    check_scores(labels, scores)?;
    check_share(share)?;
    let k = cut(share, labels.len());
    Ok((hits(labels, &descending(scores)[..k]), k))
}

/// As [`top_counts`], of leads already sorted and a share in range.
pub(crate) fn top_of(ranked: &Ranked<'_>, share: f64) -> (usize, usize) {
    let k = cut(share, ranked.order.len());
    (hits(ranked.labels, &ranked.order[..k]), k)
}

fn hits(labels: &[bool], rows: &[usize]) -> usize {
    rows.iter().filter(|&&row| labels[row]).count()
}

fn some_positives(labels: &[bool], metric: &'static str) -> Result<usize, EvalError> {
    match labels.iter().filter(|y| **y).count() {
        0 => Err(EvalError::OneClass { metric, label: false, rows: labels.len() }),
        positives => Ok(positives),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_and_ties_in_file_order() {
        let labels = [true, false, true, false, false, false, false, false, false, false];
        let scores = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0];
        assert_eq!(lift_at(&labels, &scores, 0.1), Ok(5.0));
        assert_eq!(capture_at(&labels, &scores, 0.35), Ok(1.0));
        assert_eq!(precision_at(&labels, &scores, 0.2), Ok(0.5));
        assert_eq!(precision_at(&[false, true], &[0.5, 0.5], 0.5), Ok(0.0));
        assert_eq!(precision_at(&[true, false], &[0.5, 0.5], 0.5), Ok(1.0));
        assert!(matches!(lift_at(&labels, &scores, 1.5), Err(EvalError::Argument { .. })));
        assert!(lift_at(&[false], &[0.1], 0.1).is_err());
    }
}
