//! The Brier score and its parts.
//!
//! Brier = mean of (p - y)^2. Over K bins with n_k leads, mean probability p_k and conversion rate o_k, base rate o
//! (Murphy 1973; the within-bin part: Stephenson, Coelho and Jolliffe 2008):
//!
//! - reliability = sum n_k (p_k - o_k)^2 / n: how far the forecasts lie from what happened; 0 is best;
//! - resolution  = sum n_k (o_k - o)^2 / n: how far the bins tell leads apart; larger is better;
//! - uncertainty = o (1 - o): what any model faces;
//! - Brier = reliability - resolution + uncertainty + within-bin.

use super::bins::{Bin, equal_mass};
use crate::EvalError;
use crate::error::check_probabilities;
use crate::ranking::ties;
use serde::{Deserialize, Serialize};

/// The parts of a Brier score; `brier = reliability - resolution + uncertainty + within_bin`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BrierDecomposition {
    /// The score itself.
    pub brier: f64,
    /// Miscalibration, 0 or more; 0 is best.
    pub reliability: f64,
    /// Discrimination, 0 or more; larger is better.
    pub resolution: f64,
    /// Base rate times its complement.
    pub uncertainty: f64,
    /// What the ten bins do not see: the spread of p inside a bin, less twice its covariance with the outcome.
    pub within_bin: f64,
}

/// The Brier score, 0..=1; 0 is best. Defined for one class too.
///
/// # Errors
/// Lengths that differ, no lead, a value outside 0..=1.
pub fn brier(labels: &[bool], probabilities: &[f64]) -> Result<f64, EvalError> {
    check_probabilities(labels, probabilities)?;
    let sum: f64 =
        labels.iter().zip(probabilities).map(|(&y, &p)| (p - f64::from(u8::from(y))).powi(2)).sum();
    Ok(sum / labels.len() as f64)
}

/// The Brier score and its parts over ten equal-mass bins.
///
/// # Errors
/// As [`brier`].
pub fn brier_decomposition(
    labels: &[bool],
    probabilities: &[f64],
) -> Result<BrierDecomposition, EvalError> {
    let brier = brier(labels, probabilities)?;
    Ok(decompose(brier, &equal_mass(&ties(labels, probabilities))))
}

/// The parts of a known Brier score.
pub(crate) fn decompose(brier: f64, bins: &[Bin]) -> BrierDecomposition {
    let rows: f64 = bins.iter().map(|b| b.rows).sum();
    let base = bins.iter().map(|b| b.positives).sum::<f64>() / rows;
    let mean = |f: &dyn Fn(&Bin) -> f64| bins.iter().map(|b| b.rows * f(b)).sum::<f64>() / rows;
    let reliability = mean(&|b| (b.mean() - b.rate()).powi(2));
    let resolution = mean(&|b| (b.rate() - base).powi(2));
    let uncertainty = base * (1.0 - base);
    BrierDecomposition {
        brier,
        reliability,
        resolution,
        uncertainty,
        within_bin: brier - (reliability - resolution + uncertainty),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calibrated_forecast_of_two_values_has_no_reliability_term() {
        let labels: Vec<bool> = (0..100).map(|i| if i < 50 { i < 10 } else { i < 90 }).collect();
        let p: Vec<f64> = (0..100).map(|i| if i < 50 { 0.2 } else { 0.8 }).collect();
        let d = brier_decomposition(&labels, &p).unwrap();
        assert!((d.brier - 0.16).abs() < 1e-12);
        assert!(d.reliability < 1e-12 && d.within_bin.abs() < 1e-12);
        assert!((d.resolution - 0.09).abs() < 1e-12);
        assert!((d.uncertainty - 0.25).abs() < 1e-12);
    }
}
