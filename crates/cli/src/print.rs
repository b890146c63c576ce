//! Data on stdout in three forms: a table for people, JSON for programs, CSV for spreadsheets. A command gives [`data`]
//! a value that serialises and the rows that people see.

use crate::args::Format;
use crate::failure::Failure;
pub use crate::table::{Cell, Rows};
use crate::terminal;
use leadsight_schema::{Issue, Severity};
use serde::Serialize;
use std::io::Write;

/// Prints one result: `value` as one JSON document, or `rows` as a table or CSV.
///
/// # Errors
/// [`Failure::Print`] where stdout cannot be written. A closed pipe is no error: the reader has had enough.
pub fn data(format: Format, value: &impl Serialize, rows: &Rows) -> Result<(), Failure> {
    match format {
        Format::Table => text(&rows.to_page()),
        Format::Csv => bytes(&rows.to_csv()?),
        Format::Json => {
            let mut json = serde_json::to_string_pretty(value)
                .map_err(|e| Failure::Print { reason: e.to_string() })?;
            json.push('\n');
            bytes(json.as_bytes())
        }
    }
}

/// A data problem on one line: what kind, where, how often, what was found and what was done.
pub fn issue(issue: &Issue) -> String {
    let place = issue.column.as_deref().map(|c| format!(" in `{c}`")).unwrap_or_default();
    let (times, first) = match issue.count {
        1 => (String::new(), ""),
        count => (format!(" x{count}"), "first "),
    };
    let line = issue.line.map(|l| format!(", {first}on line {l}")).unwrap_or_default();
    format!("{}{place}{times}{line}: {}; {}", issue.kind, issue.found, issue.expected)
}

/// Tells data problems on stderr, each at the level of its severity; what is the same of several columns once.
pub fn issues(issues: &[Issue]) {
    let mut told: Vec<Issue> = Vec::new();
    for issue in issues {
        let same = told.iter_mut().find(|earlier| are_one(earlier, issue));
        match (same.and_then(|earlier| earlier.column.as_mut()), &issue.column) {
            (Some(columns), Some(column)) => *columns += &format!("`, `{column}"),
            _ => told.push(issue.clone()),
        }
    }
    for found in &told {
        let line = issue(found);
        match found.severity {
            Severity::Info => tracing::info!("{line}"),
            Severity::Warning => tracing::warn!("{line}"),
            Severity::Error => tracing::error!("{line}"),
        }
    }
}

/// Whether two columns have the same problem as a whole.
fn are_one(a: &Issue, b: &Issue) -> bool {
    let whole = |i: &Issue| i.count == 1 && i.line.is_none() && i.column.is_some();
    whole(a) && whole(b) && (&a.kind, &a.found, &a.expected) == (&b.kind, &b.found, &b.expected)
}

/// Prints what is already rendered, byte by byte.
///
/// # Errors
/// As [`data`].
pub fn rendered(page: &[u8]) -> Result<(), Failure> {
    bytes(page)
}

/// Prints words for people.
///
/// # Errors
/// As [`data`].
pub fn text(text: &str) -> Result<(), Failure> {
    if terminal::speaks_utf8() {
        bytes(text.as_bytes())
    } else {
        bytes(text.replace('\u{2019}', "'").replace(['\u{2013}', '\u{2014}'], "-").as_bytes())
    }
}

fn bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::Print { reason: e.to_string() })
        }
        _ => Ok(()),
    }
}
