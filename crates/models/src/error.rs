//! The crate's one error type.

use leadsight_forest::ForestError;
use thiserror::Error;

/// Why a model cannot be made, read or asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The matrix has another number of features than the model was fitted on.
    #[error(
        "the model expects {expected} features and the matrix has {found}; missing: [{}], not expected: [{}]",
        missing.join(", "),
        extra.join(", ")
    )]
    FeatureCount {
        /// The number the model was fitted on.
        expected: usize,
        /// The number in the matrix.
        found: usize,
        /// Names that the model knows and the matrix lacks.
        missing: Vec<String>,
        /// Names that the matrix has and the model does not know.
        extra: Vec<String>,
    },
    /// A feature differs in name, kind or levels from the one the model was fitted on.
    #[error("feature {position} of the matrix is {found}, but the model was fitted on {expected}")]
    Feature {
        /// Zero-based position in the matrix.
        position: usize,
        /// Name and kind that the model was fitted on.
        expected: String,
        /// Name and kind in the matrix.
        found: String,
    },
    /// A part of the model has another length than its features ask for.
    #[error("{what} has {found} entries where {expected} were expected")]
    Length {
        /// The part.
        what: &'static str,
        /// The length expected.
        expected: usize,
        /// The length found.
        found: usize,
    },
    /// A number of the model is NaN, infinite or out of its range.
    #[error("{what} is {found}; expected {expected}")]
    Value {
        /// The number's place.
        what: &'static str,
        /// The number.
        found: f64,
        /// What would be valid.
        expected: &'static str,
    },
    /// The bytes are no model file.
    #[error("not a model file: {source}")]
    Format {
        /// Where and why the JSON could not be read.
        #[from]
        source: serde_json::Error,
    },
    /// The file was written by a later version.
    #[error("the model file has format version {found}; this program reads versions 1 to {newest}")]
    FutureFormat {
        /// The file's version.
        found: u32,
        /// The newest version known.
        newest: u32,
    },
    /// The trees are not sound or do not fit the row.
    #[error("the model's trees cannot be used: {source}")]
    Forest {
        /// What the forest said.
        #[from]
        source: ForestError,
    },
}
