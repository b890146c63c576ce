//! The crate's one error type.

use leadsight_forest::ForestError;
use leadsight_models::ModelError;
use thiserror::Error;

/// Why no model came of a fit.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TrainError {
    /// A parameter of a model is out of its range.
    #[error("{model}: `{name}` is {found}; expected {expected}")]
    Param {
        /// The model's name.
        model: &'static str,
        /// The parameter.
        name: &'static str,
        /// The value given.
        found: String,
        /// What would be valid.
        expected: &'static str,
    },
    /// There are no rows to fit on.
    #[error("{what} has no rows; a model needs leads with known outcomes")]
    NoRows {
        /// The rows in question.
        what: &'static str,
    },
    /// There are no features to fit on.
    #[error("the matrix has no feature; only the prior can be fitted without one")]
    NoFeatures,
    /// Labels and rows differ in number.
    #[error("{what} has {rows} rows and {labels} labels; expected one label for each row")]
    Rows {
        /// The rows in question.
        what: &'static str,
        /// The number of rows.
        rows: usize,
        /// The number of labels.
        labels: usize,
    },
    /// All outcomes are the same.
    #[error(
        "{what} has {positives} customers among {rows} leads; both outcomes are needed (look at more leads, or another label)"
    )]
    OneClass {
        /// The rows in question.
        what: &'static str,
        /// How many became customers.
        positives: usize,
        /// How many leads.
        rows: usize,
    },
    /// Folds cannot be cut.
    #[error("{found} folds cannot be cut from {available} {of}; expected {expected}")]
    Folds {
        /// The number asked for.
        found: usize,
        /// How many there are of the scarcest thing.
        available: usize,
        /// The scarcest thing.
        of: &'static str,
        /// What would be valid.
        expected: &'static str,
    },
    /// A fold names a row that the task does not have.
    #[error("fold {fold} names row {row}, but there are {rows} rows")]
    FoldRow {
        /// Zero-based fold.
        fold: usize,
        /// The row.
        row: usize,
        /// The number of rows.
        rows: usize,
    },
    /// A margin to calibrate is NaN or infinite.
    #[error("the margin of row {row} is {found}; expected a finite log-odds")]
    Margin {
        /// Zero-based row.
        row: usize,
        /// The margin.
        found: f64,
    },
    /// No calibration map could be fitted.
    #[error("none of the calibration maps ({}) can be fitted to these rows; allow `Identity`", tried.join(", "))]
    NoCalibration {
        /// The kinds that were asked for.
        tried: Vec<String>,
    },
    /// The caller asked to stop.
    #[error("stopped after {done} of {total} steps")]
    Stopped {
        /// Steps done.
        done: u32,
        /// Steps planned.
        total: u32,
    },
    /// A direction is asked of a feature that cannot have one.
    #[error("{model}: a direction is given for `{feature}`, {found}; number features are: {}", valid.join(", "))]
    Direction {
        /// The model's name.
        model: &'static str,
        /// The feature.
        feature: String,
        /// What it is.
        found: &'static str,
        /// Features that can have one.
        valid: Vec<String>,
    },
    /// The library behind a trainer refused.
    #[error("{library} failed while {step}: {source}")]
    Library {
        /// The library.
        library: &'static str,
        /// What it was doing.
        step: &'static str,
        /// What it said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The fitted model is not sound, or the matrix does not fit it.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The fitted trees are not sound.
    #[error("the fitted trees cannot be read: {0}")]
    Forest(#[from] ForestError),
}
