//! What the checks on a table found: data problems, a profile of each column, verdicts on leaks.

use serde::{Deserialize, Serialize};

/// How much a problem matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Something was read in another way than it was written, or left out; the result may suffer.
    Warning,
    /// A row or column could not be used.
    Error,
}

/// A problem in the data, as a value. One entry stands for `count` cells of the same kind; row, line and found are
/// those of the first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Issue {
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, as a short fixed word such as `ragged_row`, `unreadable_cell`, `duplicate_id`.
    pub kind: String,
    /// The file.
    pub file: String,
    /// The row, counted from 1 after the header; `None` for a whole file or column.
    pub row: Option<u64>,
    /// The line of the file, counted from 1.
    pub line: Option<u64>,
    /// The column's name.
    pub column: Option<String>,
    /// What was found.
    pub found: String,
    /// What was expected, and what was done instead.
    pub expected: String,
    /// How many times.
    pub count: u64,
}

/// The leads of a month, and what is known of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Cohort {
    /// The month they came in, `YYYY-MM`; blank for leads without a date.
    pub month: String,
    /// Leads.
    pub leads: u64,
    /// Those whose outcome is known: followed for the whole horizon, within the record.
    pub mature: u64,
    /// Those of them that converted.
    pub converted: u64,
}

/// A word of a category and how often it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct LevelCount {
    /// The word.
    pub level: String,
    /// The number of leads.
    pub count: u64,
    /// The share of them that converted, where the outcome is known.
    pub rate: Option<f64>,
}

/// How a column's known values spread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Distribution {
    /// Of a number, or of a date as days since 1970.
    Numeric {
        /// Smallest value.
        min: f64,
        /// First quartile.
        q25: f64,
        /// Median.
        median: f64,
        /// Third quartile.
        q75: f64,
        /// Largest value.
        max: f64,
        /// Mean.
        mean: f64,
        /// Standard deviation (n - 1).
        sd: f64,
        /// Counts in ten bins of equal width from min to max.
        histogram: Vec<u64>,
    },
    /// Of words: the most frequent ones, at most twenty.
    Levels {
        /// Most frequent first.
        top: Vec<LevelCount>,
    },
    /// No known value.
    Empty,
}

/// How strongly two columns go together: Pearson's r for two numbers, Cramer's V for two categories, the correlation ratio
/// for one of each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Association {
    /// `pearson`, `cramers_v` or `correlation_ratio`.
    pub measure: String,
    /// The value.
    pub value: f64,
    /// Spearman's rank correlation, for two numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spearman: Option<f64>,
    /// What one tells of the other in bits, numbers taken by quantile bins, less what chance alone would show (Miller and Madow 1955).
    #[serde(default)]
    pub mutual_information: f64,
}

/// A correlation with another column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Correlation {
    /// The other column.
    pub column: String,
    /// How strong it is.
    #[serde(flatten)]
    pub association: Association,
}

/// What a column seems to hold beyond its kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Meaning {
    /// A contact field, as `features.contacts` names it: `email`, `phone`, `country`...
    pub field: String,
    /// The share of sampled values that read as such.
    pub confidence: f64,
}

/// What is known of one column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct ColumnProfile {
    /// Its name.
    pub column: String,
    /// `number`, `category`, `date` or `text`; `data.kinds` sets another.
    pub kind: String,
    /// The share of the filled cells that read as this kind; the others count as missing.
    #[serde(default = "certain")]
    pub kind_confidence: f64,
    /// What the values or the header say it is, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meaning: Option<Meaning>,
    /// What it is used for: `feature`, `id`, `label`, `created`, `split`, `excluded`.
    pub role: String,
    /// Number of rows.
    pub rows: u64,
    /// Share of missing cells.
    pub missing_rate: f64,
    /// Number of distinct known values.
    pub distinct: u64,
    /// The spread of the known values.
    pub distribution: Distribution,
    /// AUC of this column alone for the outcome, direction-free (0.5 to 1); `None` where undefined.
    pub target_auc: Option<f64>,
    /// How it goes together with the outcome (1 converted, 0 not); `None` where undefined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Association>,
    /// The strongest correlations with other columns, at most five, strongest first.
    pub correlations: Vec<Correlation>,
    /// Why the column contributes nothing (constant, empty, a copy of another), where it does not.
    pub contributes_nothing: Option<String>,
}

fn certain() -> f64 {
    1.0
}

/// Whether a column knows the outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing speaks against it.
    Safe,
    /// Look at how it is filled.
    Suspect,
    /// It tells the outcome: the run stops unless it is excluded or waived.
    Leak,
}

/// ROC-AUC on validation rows of the same small boosted model with a column and without it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct LeakageEffect {
    /// With the column, beside all columns that may be in the model.
    pub valid_auc_with: f64,
    /// Without it.
    pub valid_auc_without: f64,
}

/// The leakage audit's word on one column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct LeakageFinding {
    /// The column.
    pub column: String,
    /// The verdict.
    pub verdict: Verdict,
    /// AUC of the column alone, direction-free; `None` where undefined.
    pub auc: Option<f64>,
    /// The evidence, a sentence each.
    pub evidence: Vec<String>,
    /// What the column does to a model; none where it is safe, or nothing was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<LeakageEffect>,
}
