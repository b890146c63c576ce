//! Data on stdout, as a table for people, JSON for programs or CSV for spreadsheets.

use crate::args::Format;
use crate::failure::Failure;
use comfy_table::{ContentArrangement, Table, presets::UTF8_BORDERS_ONLY};
use leadsight_schema::{Issue, Severity};
use serde::Serialize;
use std::io::Write;

/// Rows of text under headers.
#[derive(Debug, Default)]
pub struct Rows {
    headers: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    /// Characters of a line of the table, where cells are to be wrapped.
    width: Option<u16>,
}

impl Rows {
    /// No rows yet.
    pub fn new(headers: impl IntoIterator<Item = &'static str>) -> Self {
        Self { headers: headers.into_iter().collect(), rows: Vec::new(), width: None }
    }

    /// The table's cells wrapped, for texts longer than a line.
    pub fn wrapped(mut self) -> Self {
        self.width = Some(110);
        self
    }

    /// One more row, a text for each header.
    pub fn push(&mut self, row: impl IntoIterator<Item = String>) {
        self.rows.push(row.into_iter().collect());
    }

    /// The rows as a table for people.
    pub fn to_table(&self) -> String {
        let mut table = Table::new();
        table.load_style(UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Disabled);
        if let Some(width) = self.width {
            table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        }
        table.set_header(&self.headers);
        table.add_rows(&self.rows);
        format!("{table}\n")
    }

    fn to_csv(&self) -> Result<Vec<u8>, Failure> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let failed = |e: csv::Error| Failure::Print { reason: e.to_string() };
        writer.write_record(&self.headers).map_err(failed)?;
        for row in &self.rows {
            writer.write_record(row).map_err(failed)?;
        }
        writer.into_inner().map_err(|e| Failure::Print { reason: e.to_string() })
    }
}

/// Prints one result: `value` as JSON, or `rows` as a table or CSV.
///
/// # Errors
/// [`Failure::Print`] where stdout cannot be written. A closed pipe is no error: the reader has had enough.
pub fn data(format: Format, value: &impl Serialize, rows: &Rows) -> Result<(), Failure> {
    match format {
        Format::Table => text(&rows.to_table()),
        Format::Csv => bytes(&rows.to_csv()?),
        Format::Json => {
            let mut json = serde_json::to_string_pretty(value)
                .map_err(|e| Failure::Print { reason: e.to_string() })?;
            json.push('\n');
            text(&json)
        }
    }
}

/// A data problem on one line: what kind, where, how often, what was found and what was done.
pub fn issue(issue: &Issue) -> String {
    let place = issue.column.as_deref().map(|c| format!(" in `{c}`")).unwrap_or_default();
    let line = issue.line.map(|l| format!(", first on line {l}")).unwrap_or_default();
    format!("{}{place} x{}{line}: {}; {}", issue.kind, issue.count, issue.found, issue.expected)
}

/// Tells data problems on stderr, each at the level of its severity.
pub fn issues(issues: &[Issue]) {
    for found in issues {
        let line = issue(found);
        match found.severity {
            Severity::Info => tracing::info!("{line}"),
            Severity::Warning => tracing::warn!("{line}"),
            Severity::Error => tracing::error!("{line}"),
        }
    }
}

/// Prints what is already rendered.
///
/// # Errors
/// As [`data`].
pub fn rendered(page: &[u8]) -> Result<(), Failure> {
    bytes(page)
}

/// Prints text as it is.
///
/// # Errors
/// As [`data`].
pub fn text(text: &str) -> Result<(), Failure> {
    bytes(text.as_bytes())
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
