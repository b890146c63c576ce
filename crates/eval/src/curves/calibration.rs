//! The calibration curve: what was forecast against what happened, over ten bins of equal mass.

use crate::EvalError;
use crate::error::{check_level, check_probabilities};
use crate::interval::{Interval, wilson};
use crate::metrics::equal_mass;
use crate::ranking::{Tie, ties};
use serde::{Deserialize, Serialize};

/// Leads of neighbouring probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct CalibrationBin {
    /// Leads in the bin.
    pub rows: usize,
    /// Conversions among them.
    pub positives: usize,
    /// The lowest probability in the bin.
    pub lowest: f64,
    /// The highest probability in the bin.
    pub highest: f64,
    /// The mean probability: the horizontal axis.
    pub predicted: f64,
    /// The conversion rate with its Wilson interval: the vertical axis.
    pub observed: Interval,
}

/// At most ten bins from the lowest probability up; equal probabilities share a bin.
///
/// # Errors
/// Lengths that differ, no lead, a value outside 0..=1, a level outside 0..1.
pub fn calibration(
    labels: &[bool],
    probabilities: &[f64],
    level: f64,
) -> Result<Vec<CalibrationBin>, EvalError> {
    check_probabilities(labels, probabilities)?;
    check_level(level)?;
    of_ties(&ties(labels, probabilities), level)
}

/// The curve of leads already gathered by probability.
pub(super) fn of_ties(ties: &[Tie], level: f64) -> Result<Vec<CalibrationBin>, EvalError> {
    equal_mass(ties)
        .iter()
        .map(|bin| {
            Ok(CalibrationBin {
                rows: bin.rows as usize,
                positives: bin.positives as usize,
                lowest: bin.lowest,
                highest: bin.highest,
                predicted: bin.mean(),
                observed: wilson(bin.positives as u64, bin.rows as u64, level)?,
            })
        })
        .collect()
}
