//! Two models on the same leads: is the difference more than noise?

use crate::error::check_probabilities;
use crate::interval::replicates_for;
use crate::{
    BootstrapOptions, EvalError, EvaluateOptions, Paired, Resampling, paired_bootstrap,
    paired_delong,
};
use serde::{Deserialize, Serialize};

/// First model minus second.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Comparison {
    /// The leads compared.
    pub rows: usize,
    /// Conversions among them.
    pub positives: usize,
    /// AUC difference by paired DeLong; above 0 the first is better.
    pub roc_auc: Paired,
    /// Log-loss difference by paired bootstrap; below 0 the first is better.
    pub log_loss: Paired,
    /// Replicates of that bootstrap: fewer than asked for where there are many leads.
    pub replicates: usize,
}

/// Paired tests of two models' probabilities for the same leads.
///
/// # Errors
/// Lengths that differ, no lead, a value outside 0..=1, one class, options out of range.
pub fn compare(
    labels: &[bool],
    a: &[f64],
    b: &[f64],
    options: &EvaluateOptions,
) -> Result<Comparison, EvalError> {
    check_probabilities(labels, a)?;
    check_probabilities(labels, b)?;
    let bootstrap = BootstrapOptions {
        replicates: options.bootstrap,
        level: options.level,
        seed: options.seed,
        resampling: Resampling::Plain,
    };
    Ok(Comparison {
        rows: labels.len(),
        positives: labels.iter().filter(|y| **y).count(),
        roc_auc: paired_delong(labels, a, b, options.level)?,
        log_loss: paired_bootstrap(labels, a, b, &bootstrap)?,
        replicates: replicates_for(options.bootstrap, labels.len()),
    })
}

/// p-values of several tests, each raised so that all taken together err no more often than one alone (Holm 1979): the k-th
/// smallest of n times n - k + 1, never below the one before it, at most 1. In the order given.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![0.0; p_values.len()];
    let mut least = 0f64;
    for (k, &i) in order.iter().enumerate() {
        least = least.max(p_values[i] * (p_values.len() - k) as f64).min(1.0);
        adjusted[i] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holm_raises_the_smallest_most_and_keeps_the_order() {
        let close = |found: &[f64], expect: &[f64]| {
            found.len() == expect.len()
                && found.iter().zip(expect).all(|(a, b)| (a - b).abs() < 1e-12)
        };
        // As statsmodels' multipletests(method="holm") gives them.
        let found = holm(&[0.01, 0.04, 0.03, 0.005]);
        assert!(close(&found, &[0.03, 0.06, 0.06, 0.02]), "{found:?}");
        assert!(close(&holm(&[0.7, 0.6]), &[1.0, 1.0]));
        assert!(holm(&[]).is_empty());
    }

    #[test]
    fn the_replicates_made_are_told() {
        let labels: Vec<bool> = (0..200).map(|i| i % 10 == 0).collect();
        let options = EvaluateOptions { bootstrap: 30, ..EvaluateOptions::default() };
        let found = compare(&labels, &[0.1; 200], &[0.2; 200], &options).unwrap();
        assert_eq!(found.replicates, 30);
        assert_eq!(replicates_for(1000, 1_000_000), 200);
    }
}
