//! The crate's one error type.

use leadsight_schema::SchemaError;
use thiserror::Error;

/// Why an event log cannot be read, or a declared behaviour cannot be computed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BehaviourError {
    /// Columns ask for counts that fade at different paces.
    #[error(
        "columns are asked for with half-lives of {} days; expected one half-life",
        found.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
    )]
    HalfLives {
        /// The half-lives found, in days.
        found: Vec<u32>,
    },
    /// The log ends before its first event.
    #[error("the event log `{file}` has no header; expected a line with the names of its columns")]
    Empty {
        /// The log.
        file: String,
    },
    /// A column that the configuration names is not there.
    #[error(
        "`{key}` is `{name}`, but the event log `{file}` has no such column{hint}; its columns are: {}",
        known.join(", ")
    )]
    NoColumn {
        /// The configuration key.
        key: String,
        /// The name asked for.
        name: String,
        /// The log.
        file: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
        /// The columns that are there.
        known: Vec<String>,
    },
    /// The moments of the events cannot be read.
    #[error(
        "the column `{column}` of the event log `{file}` does not hold moments: {unreadable} of {rows} rows, such as `{found}`, are not {expected}; name another column by `data.events.at`, or the format by `data.events.format`"
    )]
    NotMoments {
        /// The log.
        file: String,
        /// The column.
        column: String,
        /// Rows that cannot be read.
        unreadable: u64,
        /// Rows looked at.
        rows: u64,
        /// The first of them.
        found: String,
        /// The format expected, in words.
        expected: &'static str,
    },
    /// Most rows have another number of cells than the header.
    #[error(
        "{count} of {rows} rows of the event log `{file}` have another number of fields than the header, the first (line {line}) {found} in place of {expected}; is the separator `{separator}`? `data.events.separator` sets it"
    )]
    Ragged {
        /// The log.
        file: String,
        /// Rows of another width.
        count: u64,
        /// Rows read.
        rows: u64,
        /// The line of the first.
        line: u64,
        /// Its number of fields.
        found: usize,
        /// The header's.
        expected: usize,
        /// The separator used.
        separator: char,
    },
    /// The log cannot be read.
    #[error("cannot read the event log `{file}`")]
    Read {
        /// The log.
        file: String,
        /// Why.
        source: csv::Error,
    },
    /// A time zone that nobody knows.
    #[error(
        "`{found}` is no time zone of the IANA database{hint}; expected a name such as Europe/Berlin"
    )]
    Zone {
        /// What was given.
        found: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
    },
    /// More of something than positions can tell apart.
    #[error("the event log has more than {most} {what}; split it")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// The most that can be told apart.
        most: u32,
    },
    /// A number of the configuration is out of range.
    #[error("`features.behaviour.{key}` is {found}; expected {expected}")]
    Option {
        /// The key.
        key: &'static str,
        /// What was given.
        found: String,
        /// What would do.
        expected: &'static str,
    },
    /// An event that a declaration names is done by no training lead.
    #[error(
        "`features.behaviour.{key}` names the event `{name}`, which no training lead has before its moment{hint}; write a kind, or `kind: detail`; the kinds are: {}",
        known.join(", ")
    )]
    NoSuchEvent {
        /// The key.
        key: &'static str,
        /// The name.
        name: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
        /// The kinds that are there.
        known: Vec<String>,
    },
    /// No training lead has an event before its moment.
    #[error(
        "none of {leads} training leads has an event before its moment of scoring; does `data.events.lead` name leads as `data.id` does, and is `features.behaviour.moment` late enough?"
    )]
    NoEvents {
        /// Training leads.
        leads: usize,
    },
    /// A fitted behaviour that does not hold together.
    #[error("the fitted behaviour is broken: {problem}; make the bundle again")]
    Broken {
        /// What does not hold.
        problem: String,
    },
    /// From the vocabulary.
    #[error(transparent)]
    Schema(#[from] SchemaError),
}
