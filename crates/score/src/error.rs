//! The crate's one error type.

use leadsight_behaviour::BehaviourError;
use leadsight_decide::DecideError;
use leadsight_features::FeatureError;
use leadsight_models::ModelError;
use leadsight_registry::RegistryError;
use leadsight_schema::SchemaError;
use thiserror::Error;

impl From<BehaviourError> for ScoreError {
    fn from(error: BehaviourError) -> Self {
        ScoreError::Behaviour(Box::new(error))
    }
}

/// Why a bundle cannot be used, or leads cannot be scored.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ScoreError {
    /// A name or value does not fit.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The behaviour or the event log cannot be used.
    #[error(transparent)]
    Behaviour(Box<BehaviourError>),
    /// The recipe does not fit the leads.
    #[error(transparent)]
    Features(#[from] FeatureError),
    /// The model refuses.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The policy is unsound.
    #[error(transparent)]
    Decide(#[from] DecideError),
    /// The bundle cannot be read or written.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// A verified file of the bundle does not hold what its name says.
    #[error("the bundle's `{file}` cannot be read: {source}")]
    Part {
        /// The file.
        file: &'static str,
        /// Where and why.
        source: serde_json::Error,
    },
    /// A file of the bundle is not text.
    #[error("the bundle's `{file}` is not UTF-8 text: {source}")]
    PartText {
        /// The file.
        file: &'static str,
        /// Where.
        source: std::str::Utf8Error,
    },
    /// The bundle lacks one of its files, though its manifest does not list it either.
    #[error("the bundle has no `{file}`; it was not written by Leadsight, or by another version")]
    NoPart {
        /// The file.
        file: &'static str,
    },
    /// Two parts of a bundle do not belong together.
    #[error("the bundle's {part} and recipe do not belong together: {difference}")]
    Mismatch {
        /// The part.
        part: &'static str,
        /// The first difference.
        difference: String,
    },
    /// Events were given to a bundle that reads none.
    #[error(
        "the bundle asks nothing of events: its model was trained without an event log, or uses none of its columns; leave the events out"
    )]
    NoBehaviour,
    /// Something was asked that only a model can answer.
    #[error(
        "rules and points claim no probability, so there are no log-odds to explain; the factors of a scored lead name what held, \
         and a bundle trained on past leads (`leadsight run`) has the rest"
    )]
    NoModel,
    /// A policy names a field that the leads have under nearly the same name.
    #[error(
        "the policy reads `{name}`, which the leads do not have{hint}; correct the name in the policy or in the header"
    )]
    PolicyField {
        /// The field.
        name: String,
        /// ` (did you mean ...?)`.
        hint: String,
    },
    /// An imported model that says something else than how likely one outcome is.
    #[error(
        "{maker} predicts {found}, and a lead's score needs the probability of an outcome: a classifier"
    )]
    NoProbability {
        /// Who made the model.
        maker: String,
        /// What it predicts.
        found: String,
    },
    /// An imported model of several classes, of which none or none that exists is chosen.
    #[error(
        "{maker} predicts {classes}; the class chosen (`--class`) is {found}, and a lead's score needs the probability of one outcome"
    )]
    Class {
        /// Who made the model.
        maker: String,
        /// The classes in words.
        classes: String,
        /// The position chosen.
        found: String,
    },
    /// Two words of a category in an imported model that leads could not be told apart by.
    #[error(
        "the category `{field}` has the words `{first}` and `{second}`; words are read without case, so they would be one: rename one of them and train again"
    )]
    SameWords {
        /// The category.
        field: String,
        /// One word.
        first: String,
        /// The other.
        second: String,
    },
    /// The margins that percentiles come from.
    #[error("percentiles need at least one finite margin, in rising order; {found} was found")]
    Percentiles {
        /// What was found.
        found: String,
    },
    /// An output column that does not exist.
    #[error("no output column `{name}`{hint}; the columns are: {}", known.join(", "))]
    UnknownColumn {
        /// The name asked for.
        name: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
        /// The names that exist.
        known: Vec<&'static str>,
    },
    /// A column that should go with each lead and is not there.
    #[error("`{file}` has no column `{name}`{hint}")]
    UnknownBeside {
        /// The file.
        file: String,
        /// The name asked for.
        name: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
    },
    /// Nothing to read.
    #[error("`{file}` is empty; expected a header line with the names of the fields")]
    EmptyFile {
        /// The file.
        file: String,
    },
    /// The header is not text.
    #[error("the header of `{file}` is not UTF-8 text{hint}; save the file as CSV in UTF-8")]
    NotText {
        /// The file.
        file: String,
        /// What it looks like, or empty.
        hint: &'static str,
    },
    /// The leads have none of the fields that the bundle reads.
    #[error(
        "none of the fields that are read is there, such as {}; found {}; are these the leads?",
        few(expected),
        few(found)
    )]
    NoKnownField {
        /// The bundle's fields.
        expected: Vec<String>,
        /// The fields found.
        found: Vec<String>,
    },
    /// A column that the bundle reads stands twice.
    #[error(
        "the column `{name}` stands twice in the header, as columns {first} and {second}; rename one of them"
    )]
    DuplicateColumn {
        /// Its name.
        name: String,
        /// Position of the first, from 1.
        first: usize,
        /// Position of the second, from 1.
        second: usize,
    },
    /// Most rows have another number of fields than the header.
    #[error(
        "{count} of {rows} rows of `{file}` do not have the {expected} fields of the header (line {line}: {found}); is `{separator}` the separator?"
    )]
    Ragged {
        /// The file.
        file: String,
        /// Rows of another width.
        count: u64,
        /// Rows.
        rows: u64,
        /// The first such row's width in words.
        found: String,
        /// Its line.
        line: u64,
        /// The header's width.
        expected: usize,
        /// The separator used.
        separator: char,
    },
    /// A quote that nothing closes makes the rest of the file one cell.
    #[error(
        "`{file}`, row {row}, line {line}: a quote is opened and never closed, so the rest of the file would be one cell; close or double the quote"
    )]
    UnclosedQuote {
        /// The file.
        file: String,
        /// The row, from 1 after the header.
        row: u64,
        /// The line, from 1.
        line: u64,
    },
    /// The file cannot be tokenised or read.
    #[error("cannot read `{file}`: {source}")]
    Csv {
        /// The file.
        file: String,
        /// Where and why.
        source: ::csv::Error,
    },
    /// A file that is to hold the scores of the last time, and does not.
    #[error(
        "`{file}` holds no scored leads: it has no column `{missing}`, only {}; expected a CSV file that `leadsight score` wrote",
        few(found)
    )]
    NotScored {
        /// The file.
        file: String,
        /// The column.
        missing: &'static str,
        /// The columns found.
        found: Vec<String>,
    },
    /// Leads without names cannot be found again.
    #[error(
        "`{file}` has no column that names its leads{}; without one a lead cannot be found among those of the last time",
        expected.as_ref().map_or(String::new(), |name| format!(" (expected `{name}`)"))
    )]
    NoId {
        /// The file.
        file: String,
        /// The column expected.
        expected: Option<String>,
    },
    /// The operating system refused.
    #[error("cannot {action} `{file}`: {source}{}", leadsight_registry::space_hint(source))]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// The file.
        file: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The caller asked to stop.
    #[error("stopped after {rows} leads")]
    Stopped {
        /// Leads read so far.
        rows: u64,
    },
}

/// The first names of a list, and how many more there are.
fn few(names: &[String]) -> String {
    const FEW: usize = 8;
    let shown =
        names.iter().take(FEW).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(FEW) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
