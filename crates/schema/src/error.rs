//! The crate's one error type.

use thiserror::Error;

/// What can go wrong when names, shapes or values do not fit together.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// A field was asked for that the schema does not have.
    #[error("no field `{name}`{hint}; the fields are: {}", known.join(", "))]
    UnknownField {
        /// The name asked for.
        name: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
        /// The names that exist.
        known: Vec<String>,
    },
    /// Two fields carry one name.
    #[error(
        "the field name `{name}` stands twice, at positions {first} and {second}; rename one of them"
    )]
    DuplicateField {
        /// The repeated name.
        name: String,
        /// Zero-based position of the first.
        first: usize,
        /// Zero-based position of the second.
        second: usize,
    },
    /// A column or block has another length than expected.
    #[error("{what} has {found} values where {expected} were expected")]
    Length {
        /// What was measured.
        what: String,
        /// The length expected.
        expected: usize,
        /// The length found.
        found: usize,
    },
    /// A cell's text is not of its field's kind.
    #[error("`{found}` is not {expected}")]
    Unreadable {
        /// What the field holds, in words.
        expected: &'static str,
        /// The cell's text, cut to 80 characters.
        found: String,
    },
    /// A number that is no probability.
    #[error("{value} is not a probability; expected a number from 0 to 1")]
    NotAProbability {
        /// The number.
        value: f64,
    },
    /// A word of ours is named that is not among those that may be replaced.
    #[error("no word `{found}`{hint}; the words with another for a field are: {known}")]
    UnknownTerm {
        /// The word.
        found: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
        /// Those that may be replaced, by comma.
        known: String,
    },
    /// Some forms of a word are given, others are not.
    #[error("a word for `{given}` without one for `{missing}`; give every form of it")]
    TermForms {
        /// The forms given.
        given: String,
        /// The forms that are missing.
        missing: String,
    },
    /// A word that cannot stand in a sentence.
    #[error(
        "the word for `{word}` is `{found}`; expected one to {longest} letters on one line, without a blank at its ends, backticks, `<>` or `{{}}`"
    )]
    Term {
        /// The usual word.
        word: String,
        /// The field's own.
        found: String,
        /// The most letters.
        longest: usize,
    },
}
