//! The crate's one error type.

use thiserror::Error;

/// What keeps duplicates from being found.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum DedupeError {
    /// Limits that make no order.
    #[error(
        "the limits are same: {same} and ask: {ask}; expected finite points with ask at most same, such as same: 10.5 and ask: 9.5"
    )]
    Limits {
        /// From here one person.
        same: f64,
        /// From here a question.
        ask: f64,
    },
}
