//! A condition of a profile, and how much it counts.

use crate::Condition;
use serde::{Deserialize, Serialize};

/// A condition of a profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// What the ideal customer is.
    pub when: Condition,
    /// How much it counts, above 0.
    #[serde(default = "one")]
    pub weight: f64,
}

fn one() -> f64 {
    1.0
}

/// The share of the weight that is met, 0 to 100; `met` says of each weight whether its condition holds.
pub fn match_pct(weights: impl Iterator<Item = f64> + Clone, met: impl Fn(usize) -> bool) -> f64 {
    let total: f64 = weights.clone().sum();
    // An empty sum of floats is -0.
    let held = weights.enumerate().filter(|(i, _)| met(*i)).fold(0.0, |sum, (_, w)| sum + w);
    100.0 * held / total
}
