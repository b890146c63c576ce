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
    // Weights whose sum is beyond every number are added up on a smaller scale.
    let scale =
        if (100.0 * weights.clone().sum::<f64>()).is_finite() { 1.0 } else { 0.5_f64.powi(64) };
    let weights = weights.map(|weight| weight * scale);
    let total: f64 = weights.clone().sum();
    // An empty sum of floats is -0.
    let held = weights.enumerate().filter(|(i, _)| met(*i)).fold(0.0, |sum, (_, w)| sum + w);
    100.0 * held / total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_weights_add_up() {
        let pct = |weights: &[f64]| match_pct(weights.iter().copied(), |i| i == 0);
        assert_eq!(pct(&[1.0, 3.0]), 25.0);
        assert_eq!(pct(&[1e308, 1e308, f64::MAX]).round(), 26.0);
        assert_eq!(pct(&[f64::MAX, 1.0]), 100.0);
    }
}
