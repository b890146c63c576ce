//! The policy's tiers in `metrics.json`: what each holds of the test leads.

use leadsight_eval::Interval;
use serde::{Deserialize, Serialize};

/// A tier of the policy, and what became of the test leads in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TierResult {
    /// Its name.
    pub tier: String,
    /// Where it begins, in words: `from 70`, `the best 120 a day (probability 0.081)`.
    pub begins: String,
    /// Test leads in it.
    pub leads: usize,
    /// Those that converted.
    pub conversions: usize,
    /// The rate of conversion with its Wilson interval; `None` where no lead is in it.
    pub rate: Option<Interval>,
    /// What is done with its leads, where no rule of action says otherwise.
    pub next_action: String,
}
