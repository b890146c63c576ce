//! The crate's one error type.

use leadsight_rules::RulesError;
use leadsight_schema::SchemaError;
use thiserror::Error;

/// What is wrong with a routing file, or with the leads that it is to route.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum RouteError {
    /// The text cannot be read, or a condition does not fit the leads.
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// A time zone that is none.
    #[error("`{found}` is no time zone{hint}; expected an IANA name such as `Europe/Berlin`")]
    Zone {
        /// The name found.
        found: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
    },
    /// A time of day that is none.
    #[error("`{found}` is no time of day; expected one from `00:00` to `24:00`")]
    Clock {
        /// The text found.
        found: String,
    },
    /// A shift that never takes place.
    #[error(
        "a shift goes from {from} to {to} on {days} days of the week; expected at least one day and an end after the start \
         (one over midnight is two: `22:00` to `24:00`, and `00:00` to `06:00`)"
    )]
    Shift {
        /// Its start.
        from: String,
        /// Its end.
        to: String,
        /// The number of days.
        days: usize,
    },
    /// An absence that is none.
    #[error(
        "an absence goes from `{from}` to `{to}`; expected two dates such as `2026-12-24`, the second not before the first"
    )]
    Absence {
        /// The first day.
        from: String,
        /// The last day.
        to: String,
    },
    /// A number out of its range.
    #[error("{found} is not {expected}")]
    Number {
        /// The number.
        found: f64,
        /// What would be valid.
        expected: &'static str,
    },
    /// A version that this program does not know.
    #[error("the routing has version {found}; this program reads versions 1 to {newest}")]
    Version {
        /// The version found.
        found: u32,
        /// The newest version known.
        newest: u32,
    },
    /// A list without which nothing can be routed is empty, or holds too much.
    #[error("`{list}` has {found} entries; expected {expected}")]
    Count {
        /// The list.
        list: &'static str,
        /// Its length.
        found: usize,
        /// What would be valid.
        expected: &'static str,
    },
    /// A name that is blank.
    #[error("{place} has a blank name; expected one of its own")]
    Blank {
        /// Where it stands.
        place: String,
    },
    /// A name that stands twice.
    #[error(
        "{what} `{name}` stands twice: as {first} and as {second}; give each a name of its own"
    )]
    Duplicate {
        /// What is named.
        what: &'static str,
        /// The name.
        name: String,
        /// Where it stands first.
        first: String,
        /// Where it stands again.
        second: String,
    },
    /// A name of nothing.
    #[error(
        "{place} names the {what} `{name}`, which there is not{hint}; there are: {}",
        list(known)
    )]
    Unknown {
        /// Where it stands.
        place: String,
        /// What is meant.
        what: &'static str,
        /// The name.
        name: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
        /// The names that exist.
        known: Vec<String>,
    },
    /// The last pipeline leaves leads over.
    #[error(
        "the last pipeline, `{id}`, takes leads only `when` something holds, so others would be stranded; leave out its `when`, \
         or add a pipeline without one"
    )]
    LastPipeline {
        /// The pipeline.
        id: String,
    },
    /// Something behind an entry that takes every lead.
    #[error("{place} is never reached: {earlier} takes every lead; move it up or remove it")]
    Unreachable {
        /// What is never reached.
        place: String,
        /// What forestalls it.
        earlier: String,
    },
    /// Nobody can take any lead.
    #[error(
        "no rep can take a lead: every `daily_cap` is used up; expected one above `taken` at least"
    )]
    NoCapacity,
    /// Nobody can take a kind of leads.
    #[error("{what} has no rep: {found}; {expected}")]
    Nobody {
        /// The territory, pipeline, skill or seniority.
        what: String,
        /// Who would be it.
        found: String,
        /// What would be valid.
        expected: String,
    },
    /// A rep or queue without working time.
    #[error(
        "{place} has no working hours; expected at least one shift, or leave `hours` out for Monday to Friday, 9:00 to 17:00"
    )]
    NoHours {
        /// The rep or queue.
        place: String,
    },
    /// Escalation goes in a circle.
    #[error("escalation goes in a circle: {}; let the last one escalate to nobody", path.join(" -> "))]
    Cycle {
        /// The names, the first of them again at the end.
        path: Vec<String>,
    },
    /// The band leaves out the fair share itself.
    #[error(
        "the band goes from {at_least} to {at_most} of the fair share; expected `at_least` from 0 to 1 and `at_most` from 1 up"
    )]
    Band {
        /// The least.
        at_least: f64,
        /// The most.
        at_most: f64,
    },
    /// A column that the leads do not have.
    #[error("`{key}` of the routing: {source}")]
    Column {
        /// The key of the routing.
        key: &'static str,
        /// The name, the nearest one, and those that exist.
        source: SchemaError,
    },
    /// A column that holds another kind of value.
    #[error(
        "`{key}` of the routing needs the column `{column}` to be {expected}, but it is {found}"
    )]
    Kind {
        /// The key of the routing.
        key: &'static str,
        /// The column.
        column: String,
        /// What is needed.
        expected: &'static str,
        /// What it is.
        found: &'static str,
    },
}

impl RouteError {
    /// Whether it is about a column that the leads do not have.
    pub fn is_missing_column(&self) -> bool {
        matches!(
            self,
            RouteError::Column { .. } | RouteError::Rules(RulesError::UnknownField { .. })
        )
    }
}

fn list(known: &[String]) -> String {
    if known.is_empty() { "none".to_owned() } else { known.join(", ") }
}
