//! The columns of scored leads that a CRM gets as fields of its own: their labels, kinds and meanings (`tables/fields.csv`).

use crate::DeliverError;
use serde::{Deserialize, Serialize};

const TABLE: &str = include_str!("../tables/fields.csv");

/// What a field of a CRM holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// A line of text.
    Text,
    /// Several lines of text.
    LongText,
    /// A whole number.
    Whole,
    /// A number.
    Decimal,
    /// A share of one, shown in percent.
    Percent,
    /// A moment.
    Moment,
    /// A day.
    Day,
    /// Yes or no.
    Flag,
    /// One of a few words.
    Pick,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 9] = [
        Kind::Text,
        Kind::LongText,
        Kind::Whole,
        Kind::Decimal,
        Kind::Percent,
        Kind::Moment,
        Kind::Day,
        Kind::Flag,
        Kind::Pick,
    ];

    /// Whether it is a number for programs.
    pub(crate) fn is_number(self) -> bool {
        matches!(self, Kind::Whole | Kind::Decimal | Kind::Percent)
    }
}

/// A field of its own, made of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The column.
    pub from: String,
    /// What people see; the field's name in the CRM is made of it.
    pub label: String,
    /// What it holds.
    pub kind: Kind,
    /// What it means, in words.
    #[serde(default)]
    pub meaning: String,
}

/// The fields that Leadsight makes.
///
/// # Errors
/// [`DeliverError::Write`] where the table is broken, which a test rules out.
pub fn fields() -> Result<Vec<Field>, DeliverError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .comment(Some(b'#'))
        .from_reader(TABLE.as_bytes());
    reader.deserialize().collect::<Result<_, _>>().map_err(|error| DeliverError::Write {
        file: "tables/fields.csv".to_owned(),
        reason: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_table_is_sound() {
        let fields = fields().unwrap();
        let labels: BTreeSet<&str> = fields.iter().map(|f| f.label.as_str()).collect();
        let columns: BTreeSet<&str> = fields.iter().map(|f| f.from.as_str()).collect();
        assert_eq!((labels.len(), columns.len()), (fields.len(), fields.len()));
        for field in &fields {
            assert!(field.label.len() <= 25 && !field.meaning.is_empty(), "{field:?}");
        }
    }
}
