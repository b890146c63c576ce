//! `texts.json`: what is said in free text, and what became of the leads that it is said of.

use leadsight_eval::Interval;
use serde::{Deserialize, Serialize};

/// A text field of the training leads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TextField {
    /// The field.
    pub field: String,
    /// Training leads.
    pub leads: usize,
    /// The share of them that converted.
    pub rate: Interval,
    /// Topics and signals, those whose leads convert most first.
    pub readings: Vec<TextReading>,
}

/// A topic or a signal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TextReading {
    /// The feature's name.
    pub feature: String,
    /// What it says, worded to follow the field's name: `about price, discount, quote`.
    pub said: String,
    /// Training leads whose text says it.
    pub leads: usize,
    /// The share of them that converted; 95 % interval.
    pub rate: Interval,
}
