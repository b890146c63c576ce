//! `sweep.json`: what a call list holds at many thresholds.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `sweep.json`: what the chosen model's call list holds at many thresholds, on rows where a threshold is chosen and on rows
/// where it is judged. The counts are exact at each threshold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SweepFile {
    /// The chosen model.
    pub model: String,
    /// What a conversion is worth and a call costs, where the configuration says.
    pub money: Option<Money>,
    /// Highest first: the working and the safe-to-skip threshold, those with names, and others evenly spread along the ranking.
    pub thresholds: Vec<f64>,
    /// By split.
    pub splits: BTreeMap<String, SweepCounts>,
}

/// What a conversion is worth and a call costs, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Money {
    /// A conversion.
    pub value: f64,
    /// A call.
    pub cost: f64,
}

/// Counts of a split, one a threshold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SweepCounts {
    /// Leads of the split.
    pub rows: usize,
    /// Conversions among them.
    pub positives: usize,
    /// Leads at or above the threshold.
    pub called: Vec<usize>,
    /// Conversions among those.
    pub won: Vec<usize>,
}
