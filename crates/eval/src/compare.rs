//! Two models on the same leads: is the difference more than noise?

use crate::error::check_probabilities;
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
    })
}
