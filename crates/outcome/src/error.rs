//! The crate's one error type.

use leadsight_eval::EvalError;
use leadsight_rules::RulesError;
use std::path::PathBuf;
use thiserror::Error;

/// Why feedback cannot be kept, or an outcome not be measured.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OutcomeError {
    /// The declaration cannot be read.
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// A number cannot be given.
    #[error(transparent)]
    Eval(#[from] EvalError),
    /// The declaration has a version that this program does not know.
    #[error(
        "the outcome's declaration has version {found}; this program reads versions 1 to {newest}"
    )]
    Version {
        /// The version found.
        found: u32,
        /// The newest version known.
        newest: u32,
    },
    /// A number of the declaration out of its range.
    #[error("`{key}` is {found}; expected {expected}")]
    Number {
        /// The key.
        key: &'static str,
        /// The value found.
        found: f64,
        /// What would be valid.
        expected: &'static str,
    },
    /// A column is not there.
    #[error("{file}: no column {missing}; expected {expected}; there are: {columns}")]
    Column {
        /// What the file holds, such as `the leads`.
        file: &'static str,
        /// The column that was declared, or that was looked for.
        missing: String,
        /// What would be valid.
        expected: String,
        /// The columns that are there.
        columns: String,
    },
    /// A column holds something else.
    #[error("{file}: `{column}` holds {found}; expected {expected}")]
    Kind {
        /// What the file holds.
        file: &'static str,
        /// The column.
        column: String,
        /// What is there.
        found: String,
        /// What would be valid.
        expected: &'static str,
    },
    /// A cell without which nothing can be said.
    #[error("{file}: `{column}` in row {row} is {found}; expected {expected}")]
    Cell {
        /// What the file holds.
        file: &'static str,
        /// The column.
        column: String,
        /// The row, counted from 1 after the header.
        row: usize,
        /// What is there.
        found: String,
        /// What would be valid.
        expected: String,
    },
    /// No row can be used.
    #[error("{file}: {found}; expected {expected}")]
    Nothing {
        /// What the file holds.
        file: &'static str,
        /// What was found.
        found: String,
        /// What would be valid.
        expected: String,
    },
    /// A record that says nothing.
    #[error("feedback for lead `{lead}`: {found}; expected {expected}")]
    Record {
        /// The lead.
        lead: String,
        /// What was found.
        found: String,
        /// What would be valid.
        expected: &'static str,
    },
    /// The store cannot be read or written.
    #[error("cannot {what} the feedback store `{}`: {source}{}", path.display(), leadsight_registry::space_hint(source))]
    Store {
        /// What was tried.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A file that is something else.
    #[error(
        "`{}` is no feedback store: none of its {lines} lines is a record; expected a file of its own, which the first record makes", path.display()
    )]
    NoStore {
        /// The file.
        path: PathBuf,
        /// Its lines.
        lines: u64,
    },
    /// A record cannot be written as JSON.
    #[error("a record cannot be written as JSON: {source}")]
    Json {
        /// Why not.
        source: serde_json::Error,
    },
}
