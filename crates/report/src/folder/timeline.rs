//! `timeline.json`: how leads and conversions come in.

use serde::{Deserialize, Serialize};

/// Leads and conversions in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Timeline {
    /// The date column; none where no column holds the leads' dates, and the file's own order stands in for time.
    pub column: Option<String>,
    /// What the periods are.
    pub unit: TimeUnit,
    /// In order.
    pub periods: Vec<Period>,
    /// Leads without a date.
    pub undated: usize,
}

impl Timeline {
    /// Whether it goes by dates.
    pub fn dated(&self) -> bool {
        self.column.is_some()
    }
}

/// The length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    /// A day.
    Day,
    /// Seven days from a Monday.
    Week,
    /// A month of the calendar.
    Month,
    /// Three months of the calendar.
    Quarter,
    /// A year of the calendar.
    Year,
    /// An equal part of the file, in its order.
    FilePart,
}

/// Leads of a period that have a known outcome.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Period {
    /// The first day, or the first lead's position in the file.
    pub start: String,
    /// Leads.
    pub rows: usize,
    /// Those that converted.
    pub positives: usize,
    /// Leads of the training split.
    pub train: usize,
    /// Leads of the validation split.
    pub valid: usize,
    /// Leads of the test split.
    pub test: usize,
}
