//! Expected calibration error: the mean gap between forecast and outcome over ten equal-mass bins.
//!
//! ECE = sum over bins of n_k |p_k - o_k| / n (Naeini, Cooper and Hauskrecht 2015; equal mass rather than equal width, since
//! with few conversions nearly all leads would share one bin of equal width). It is biased upward: noise alone makes it positive.

use super::bins::{Bin, equal_mass};
use crate::EvalError;
use crate::error::check_probabilities;
use crate::ranking::ties;

/// ECE in 0..=1 over ten equal-mass bins; equal probabilities share a bin. Defined for one class too.
///
/// # Errors
/// Lengths that differ, no lead, a value outside 0..=1.
pub fn ece(labels: &[bool], probabilities: &[f64]) -> Result<f64, EvalError> {
    check_probabilities(labels, probabilities)?;
    Ok(ece_of(&equal_mass(&ties(labels, probabilities))))
}

pub(crate) fn ece_of(bins: &[Bin]) -> f64 {
    let rows: f64 = bins.iter().map(|b| b.rows).sum();
    bins.iter().map(|b| (b.sum - b.positives).abs()).sum::<f64>() / rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_file_does_not_matter_for_a_constant_forecast() {
        let sorted: Vec<bool> = (0..100).map(|i| i < 30).collect();
        assert!(ece(&sorted, &[0.3; 100]).unwrap() < 1e-12);
        assert!((ece(&sorted, &[0.5; 100]).unwrap() - 0.2).abs() < 1e-12);
    }
}
