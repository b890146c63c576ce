//! The crate's one error type.

use leadsight_rules::RulesError;
use leadsight_schema::{Role, SchemaError};
use thiserror::Error;

/// What can go wrong between fields and features.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum FeatureError {
    /// A name or shape does not fit the schema.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// A declared condition does not fit the schema.
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// A criterion of a profile that counts nothing.
    #[error("{place} has the weight {weight}; expected a number above 0")]
    Weight {
        /// Where it stands.
        place: String,
        /// The weight found.
        weight: f64,
    },
    /// A declared condition looks at a field that may not be used to predict.
    #[error(
        "{place} uses `{field}`, which is {role:?}; only fields left as features may be used (name it under `data.kinds` if it \
         was left out as an identifier)"
    )]
    Hidden {
        /// Where the condition stands.
        place: String,
        /// The field.
        field: String,
        /// Its role.
        role: Role,
    },
    /// A declared condition counts days, and nothing says from when.
    #[error(
        "{place} counts days, but no created field says at which moment to look at the date; set `data.created`"
    )]
    NoMoment {
        /// Where the condition stands.
        place: String,
    },
    /// A composite feature asks for a field that may not be used to predict.
    #[error(
        "`features.{step}` uses `{field}`, which is {role:?}; only fields left as features may be used"
    )]
    NotAFeature {
        /// The key of the recipe.
        step: &'static str,
        /// The field.
        field: String,
        /// Its role.
        role: Role,
    },
    /// A field holds another kind than a step or the fitted recipe expects.
    #[error("{step} needs `{field}` to be {expected}, but it is {found}")]
    WrongKind {
        /// Who asks.
        step: String,
        /// The field.
        field: String,
        /// The kind wanted, in words.
        expected: &'static str,
        /// The kind found, in words.
        found: &'static str,
    },
    /// What is asked of texts cannot be.
    #[error("`features.text.{key}` must be {expected}, but it is {found}")]
    Text {
        /// The key under `features.text`.
        key: String,
        /// What it should be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// Two steps make a feature of one name.
    #[error("two features are named `{name}`; remove the repeated step or rename the field")]
    DuplicateFeature {
        /// The repeated name.
        name: String,
    },
    /// A recipe was fitted on no rows.
    #[error("the recipe was given no rows to fit on; at least one is needed")]
    NoRows,
    /// No field tells anything.
    #[error("no usable feature remains: {}", reasons.join("; "))]
    NoFeatures {
        /// Why each field fell out.
        reasons: Vec<String>,
    },
    /// A schema lacks fields of the fitted recipe.
    #[error("the columns {} are missing; the columns found are {}", absent.join(", "), found.join(", "))]
    AbsentFields {
        /// The fields that are not there.
        absent: Vec<String>,
        /// The fields that are.
        found: Vec<String>,
    },
    /// A row beyond the end was asked for.
    #[error("row {row} was asked for, but there are {rows} rows")]
    NoSuchRow {
        /// The row, counted from 0.
        row: usize,
        /// The number of rows.
        rows: usize,
    },
    /// A fitted recipe read from a file points outside itself.
    #[error("the recipe's step `{step}` points at position {position}, but only {available} exist")]
    BrokenStep {
        /// The step.
        step: String,
        /// The position it names.
        position: usize,
        /// How many there are.
        available: usize,
    },
}
