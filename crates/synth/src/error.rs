//! What can go wrong.

use leadsight_rules::RulesError;
use leadsight_schema::SchemaError;
use std::path::PathBuf;
use thiserror::Error;

/// Why nothing was written.
#[derive(Debug, Error)]
pub enum SynthError {
    /// An option is outside its range.
    #[error("{option} is {found}; expected {expected}")]
    Option {
        /// The option's name.
        option: &'static str,
        /// Its value.
        found: String,
        /// What it may be.
        expected: &'static str,
    },
    /// The caller asked to stop.
    #[error("stopped; no file was finished")]
    Stopped,
    /// The output folder or a file in it cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A declaration cannot be read, or an effect looks at what is not there or at what it is not.
    #[error(transparent)]
    Rules(#[from] Box<RulesError>),
    /// The columns of a declaration do not fit together.
    #[error("the table: {0}")]
    Name(Box<SchemaError>),
    /// A number or word of a declaration is outside its range.
    #[error("the table: {key} is {found}; expected {expected}")]
    Value {
        /// Where it stands.
        key: String,
        /// What it is.
        found: String,
        /// What it may be.
        expected: &'static str,
    },
    /// Weights that choose nothing.
    #[error(
        "the table: the weights of `{column}` are {found}; expected numbers that are not negative, at least one of them above 0"
    )]
    Weights {
        /// The column.
        column: String,
        /// Its words and weights.
        found: String,
    },
    /// A column is named that is not there, or cannot be depended on.
    #[error(
        "the table: {place} names the column `{found}`{hint}; expected a `Choice` that stands before it"
    )]
    UnknownColumn {
        /// Where it is named.
        place: String,
        /// The name.
        found: String,
        /// ` (did you mean ...?)`, what is wrong with it, or empty.
        hint: String,
    },
    /// A column depends on itself or on one behind it.
    #[error(
        "the table: `{column}` depends on `{on}`, which does not stand before it; a column depends on earlier ones alone, so that none depends on itself in a circle: move `{on}` up"
    )]
    Cycle {
        /// The column.
        column: String,
        /// What it depends on.
        on: String,
    },
    /// A level is named that a choice never takes.
    #[error(
        "the table: {place} names the level `{found}` of `{column}`{hint}; its levels are {known}"
    )]
    UnknownLevel {
        /// Where it is named.
        place: String,
        /// The choice.
        column: String,
        /// The level.
        found: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
        /// The levels that it has.
        known: String,
    },
    /// A column would hold numbers for one level and words for another.
    #[error(
        "the table: `{column}` holds another kind of value at `{level}` than elsewhere; expected numbers everywhere or words everywhere"
    )]
    Mixed {
        /// The column.
        column: String,
        /// The level of the column that it depends on.
        level: String,
    },
}
