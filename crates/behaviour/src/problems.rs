//! What was wrong with the rows of a log: the first of each kind, and how many there are.

use crate::EventColumns;
use leadsight_schema::{Issue, Severity};
use std::collections::BTreeMap;

/// The first of each kind of problem, and how many there are.
#[derive(Default)]
pub(crate) struct Problems {
    pub(crate) first: BTreeMap<&'static str, Problem>,
    /// The line of the first ragged row and its fields.
    pub(crate) ragged: Option<(u64, usize)>,
}

pub(crate) struct Problem {
    pub(crate) row: u64,
    pub(crate) found: String,
    pub(crate) expected: String,
    pub(crate) count: u64,
}

impl Problems {
    pub(crate) fn add(
        &mut self,
        kind: &'static str,
        row: u64,
        words: &dyn Fn() -> (String, String),
    ) {
        let first = self.first.entry(kind).or_insert_with(|| {
            let (found, expected) = words();
            Problem { row, found, expected, count: 0 }
        });
        first.count += 1;
    }

    pub(crate) fn many(
        &mut self,
        kind: &'static str,
        row: u64,
        count: u64,
        found: String,
        expected: String,
    ) {
        self.first.insert(kind, Problem { row, found, expected, count });
    }
}

impl Problem {
    pub(crate) fn issue(self, kind: &str, file: &str, columns: &EventColumns) -> Issue {
        let severity = match kind {
            "ragged_row" | "not_text" | "incomplete_event" | "unreadable_moment" => Severity::Error,
            "out_of_order" | "day_without_time" => Severity::Info,
            _ => Severity::Warning,
        };
        let column = match kind {
            "ragged_row" | "not_text" | "incomplete_event" => None,
            "unreadable_value" => columns.value.clone(),
            _ => Some(columns.at.clone()),
        };
        Issue {
            severity,
            kind: kind.to_owned(),
            file: file.to_owned(),
            row: Some(self.row),
            line: None,
            column,
            found: self.found,
            expected: self.expected,
            count: self.count,
        }
    }
}
