//! The declaration of a table.

use leadsight_rules::{Condition, Day};
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;

/// The newest version of the declaration that this program reads.
pub const TABLE_VERSION: u32 = 1;

/// A table whose rows, columns and outcome are declared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The version of the declaration: 1.
    pub version: u32,
    /// The name of the file, such as `tickets.csv`.
    pub file: String,
    /// The number of rows, unless another is asked for.
    pub rows: usize,
    /// The column that names a row.
    pub id: Identity,
    /// When each row came in; the rows go by it.
    #[serde(default)]
    pub moment: Option<Moment>,
    /// The columns, in order. One that depends on another stands behind it.
    pub columns: Vec<ListColumn>,
    /// What became of the rows.
    pub outcome: ListOutcome,
    /// Columns that were filled in when the outcome was known: leaks, which a run has to find.
    #[serde(default)]
    pub after: Vec<After>,
}

/// The column that names a row: a prefix and the row's number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Its name.
    pub column: String,
    /// What stands before the number.
    #[serde(default)]
    pub prefix: String,
}

/// The column that says when a row came in: spread evenly over some days, in the order of the rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moment {
    /// Its name.
    pub column: String,
    /// The first day.
    pub from: Day,
    /// How many days.
    pub days: f64,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListColumn {
    /// Its name.
    pub name: String,
    /// How its values are drawn.
    pub kind: Kind,
    /// Other kinds for some levels of a column that stands before it.
    #[serde(default)]
    pub by: Option<By>,
    /// The share of its cells that are blank, by chance alone.
    #[serde(default)]
    pub missing: f64,
}

/// How the values of a column are drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Kind {
    /// One of some words, by weight: `Choice({"email": 5, "chat": 3})`.
    Choice(Weights),
    /// A normal number.
    Normal {
        /// Its mean.
        mean: f64,
        /// Its standard deviation.
        sd: f64,
        /// Lower ones become this.
        #[serde(default)]
        min: Option<f64>,
        /// Higher ones become this.
        #[serde(default)]
        max: Option<f64>,
        /// Decimals kept.
        #[serde(default)]
        decimals: u32,
    },
    /// A number whose logarithm is normal.
    LogNormal {
        /// Its median, above 0.
        median: f64,
        /// The standard deviation of its natural logarithm.
        spread: f64,
        /// Lower ones become this.
        #[serde(default)]
        min: Option<f64>,
        /// Higher ones become this.
        #[serde(default)]
        max: Option<f64>,
        /// Decimals kept.
        #[serde(default)]
        decimals: u32,
    },
    /// Any number between two, all alike.
    Uniform {
        /// The lowest.
        min: f64,
        /// The highest.
        max: f64,
        /// Decimals kept.
        #[serde(default)]
        decimals: u32,
    },
    /// A count.
    Poisson {
        /// Its mean, at most 60.
        mean: f64,
    },
    /// A text: one phrase of each part, by weight, with a blank between them. A phrase may be empty.
    Text(Vec<Weights>),
}

/// Kinds for some levels of another column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct By {
    /// The other column, a choice that stands before this one.
    pub column: String,
    /// The kind by level; other levels have the column's own.
    pub at: Pairs<Kind>,
}

/// What became of the rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListOutcome {
    /// The mean true probability, above 0 and below 1.
    pub rate: f64,
    /// How the outcome stands in the table.
    pub told: Told,
    /// What moves the log-odds.
    #[serde(default)]
    pub effects: Vec<Effect>,
    /// The standard deviation of the log-odds that no column tells.
    #[serde(default)]
    pub unknown: f64,
}

/// How the outcome stands in the table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Told {
    /// A column with two words.
    Flag {
        /// Its name.
        column: String,
        /// Where it happened.
        #[serde(default = "yes")]
        yes: String,
        /// Where it did not.
        #[serde(default = "no")]
        no: String,
    },
    /// A column with the moment at which it happened, blank where it did not or had not yet on the day of the export.
    Event {
        /// Its name.
        column: String,
        /// Days behind the row's own moment within which it happens, if at all.
        within_days: f64,
        /// The day of the export.
        until: Day,
    },
}

fn yes() -> String {
    "yes".to_owned()
}

fn no() -> String {
    "no".to_owned()
}

/// What moves the log-odds of the outcome. A condition sees a cell as it is written, blank where it is missing; a number acts
/// with the value that was drawn, written or not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Effect {
    /// Where a condition holds: a level, a threshold, words of a text, several at once.
    When(Condition, f64),
    /// So much for each unit of a number.
    Per {
        /// The column.
        field: String,
        /// What counts as one.
        #[serde(default = "one")]
        unit: f64,
        /// Log-odds for each.
        log_odds: f64,
    },
    /// So much for each doubling of 1 + a number.
    Doubling {
        /// The column.
        field: String,
        /// Log-odds for each.
        log_odds: f64,
    },
    /// So much from the first row to the last, evenly.
    Drift(f64),
}

fn one() -> f64 {
    1.0
}

/// A column that was filled in when the outcome was known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct After {
    /// Its name.
    pub name: String,
    /// Where it happened.
    pub yes: Kind,
    /// Where it did not.
    pub no: Kind,
    /// The share of its cells that are blank, by chance alone.
    #[serde(default)]
    pub missing: f64,
}

/// Words with their weights, in the order of the file.
pub type Weights = Pairs<f64>;

/// A RON map that keeps its order and an entry that stands twice, so that the check can refuse it.
#[derive(Debug, Clone, PartialEq)]
pub struct Pairs<T>(pub Vec<(String, T)>);

impl<T: Serialize> Serialize for Pairs<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pairs<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Entries<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
            type Value = Pairs<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map such as {\"email\": 5, \"chat\": 3}")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<T>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        from.deserialize_map(Entries(std::marker::PhantomData))
    }
}
