//! CSV to text columns. Nothing is dropped silently: a row that does not fit the header is set aside with an issue.

use crate::bytes::{self, Content};
use crate::{IngestError, RawTable, swallow};
use leadsight_schema::{Issue, Severity, TextRules};
use polars::prelude::{StringChunked, StringChunkedBuilder};
use std::collections::HashSet;
use std::path::Path;

/// How a file is read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadOptions {
    /// What separates columns; found out where `None`.
    pub separator: Option<char>,
    /// The sheet of a workbook; the first that holds anything where `None`.
    pub sheet: Option<String>,
    /// How cells become values later on.
    pub rules: TextRules,
}

/// Reads a CSV file: UTF-8 with or without byte order mark, LF or CRLF, quoted by `"`, plain or compressed by gzip; or a
/// Parquet file or XLSX workbook, as the CSV that holds the same cells.
///
/// A nameless column without content is dropped, a nameless one with content is called `column_N`; a row with too few
/// or too many fields, or without any content, is set aside; each with an issue.
///
/// # Errors
/// A file that is missing, empty, header-only, no text, not UTF-8, wrongly separated, mostly ragged, or that repeats
/// a column name.
pub fn read_csv(path: &Path, options: &ReadOptions) -> Result<(RawTable, Vec<Issue>), IngestError> {
    read(path, options, |names| Ok((0..names.len()).collect()))
}

/// As [`read_csv`], of the columns at the positions that `choose` finds among the header's names.
pub(crate) fn read(
    path: &Path,
    options: &ReadOptions,
    choose: impl FnOnce(&[String]) -> Result<Vec<usize>, IngestError>,
) -> Result<(RawTable, Vec<Issue>), IngestError> {
    let content = bytes::read_text(path, options.sheet.as_deref())?;
    let Content { text, separator: known, mut issues, sheet } = content;
    let separator = known.map_or_else(|| separator(path, &text, options), Ok)?;
    let mut records = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    next(&mut records, &mut record);
    let header = match (Header::new(path, &record, separator, &text), &sheet) {
        (Err(IngestError::OneColumn { path, header, .. }), Some(sheet)) => {
            return Err(IngestError::NoTable { path, header, sheets: sheet.all.clone() });
        }
        (header, _) => header?,
    };
    let header_row = sheet.map(|sheet| sheet.header_row);
    let width = header.names.len();
    let chosen = choose(&header.names)?;
    let capacity = text.bytes().filter(|b| *b == b'\n').count();
    let mut columns: Vec<StringChunkedBuilder> = chosen
        .iter()
        .map(|&position| {
            StringChunkedBuilder::new(header.names[position].as_str().into(), capacity)
        })
        .collect();
    let mut used = vec![false; width];
    let (mut rows, mut lines, mut row) = (Vec::new(), Vec::new(), 0);
    let (mut ragged, mut blank) = (Vec::new(), Vec::new());
    let (mut start, mut line) = (text.len(), 1);
    while next(&mut records, &mut record) {
        row += 1;
        (start, line) = begin(&record, &text);
        line = header_row.map_or(line, |header| header + row);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            blank.push((row, line));
            continue;
        }
        if !header.fits(&record) {
            ragged.push(Misfit::new(row, line, &record));
            continue;
        }
        for (&position, column) in chosen.iter().zip(&mut columns) {
            let cell = record.get(position).unwrap_or_default().trim();
            used[position] |= !cell.is_empty();
            column.append_option((!cell.is_empty()).then_some(cell));
        }
        rows.push(row);
        lines.push(line);
    }
    if unclosed_quote(&text[start..]) {
        return Err(IngestError::UnclosedQuote { path: path.to_owned(), row, line });
    }
    if row == blank.len() as u64 {
        return Err(IngestError::HeaderOnly { path: path.to_owned(), columns: width });
    }
    let file = file_name(path);
    issues.extend(header.issues(&file, &chosen, &used));
    let columns: Vec<StringChunked> = columns.into_iter().map(|column| column.finish()).collect();
    // Workbooks and Parquet files have no quotes that could stray.
    if known.is_none() {
        issues.extend(swallow::find(&file, &columns, width, char::from(separator), &rows, &lines));
    }
    issues.extend(ragged_rows(path, &file, &ragged, row, width, separator)?);
    issues.extend(blank.first().map(|&(first, line)| Issue {
        severity: Severity::Info,
        kind: "blank_row".into(),
        file: file.clone(),
        row: Some(first),
        line: Some(line),
        column: None,
        found: "a row without content".into(),
        expected: "a lead; the row was left out".into(),
        count: blank.len() as u64,
    }));
    let kept = columns
        .into_iter()
        .zip(chosen)
        .filter(|(_, position)| used[*position] || !header.nameless[*position])
        .map(|(column, _)| column)
        .collect();
    Ok((RawTable::new(file, kept, rows, lines)?, issues))
}

/// A file's name without its folders, for messages.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn separator(path: &Path, text: &str, options: &ReadOptions) -> Result<u8, IngestError> {
    let found = bytes::sniff(text);
    let Some(given) = options.separator else {
        return found.ok_or_else(|| one_column(path, text, ',', None));
    };
    let byte = u8::try_from(given)
        .ok()
        .filter(|b| b.is_ascii() && !matches!(b, b'"' | b'\n' | b'\r' | 0))
        .ok_or(IngestError::Separator { separator: given })?;
    let header = text.lines().next().unwrap_or_default();
    if header.contains(given) {
        return Ok(byte);
    }
    Err(one_column(path, text, given, found))
}

fn one_column(path: &Path, text: &str, separator: char, better: Option<u8>) -> IngestError {
    let header = text.lines().next().unwrap_or_default().chars().take(80).collect();
    let hint = better.map(|b| format!("; {:?} would give more", char::from(b)));
    IngestError::OneColumn {
        path: path.to_owned(),
        separator,
        hint: hint.unwrap_or_default(),
        header,
    }
}

/// The next record, if there is one. The text is UTF-8, in memory and read flexibly: nothing else can go wrong.
fn next(records: &mut csv::Reader<&[u8]>, record: &mut csv::StringRecord) -> bool {
    records.read_record(record).unwrap_or(false)
}

/// The byte and line a record begins on. The tokeniser counts from the blank lines before it.
fn begin(record: &csv::StringRecord, text: &str) -> (usize, u64) {
    let Some(position) = record.position() else { return (0, 1) };
    let byte = (position.byte() as usize).min(text.len());
    let breaks = text.as_bytes()[byte..].iter().take_while(|b| matches!(b, b'\n' | b'\r'));
    let (skipped, lines) =
        breaks.fold((0, 0), |(skipped, lines), b| (skipped + 1, lines + u64::from(*b == b'\n')));
    (byte + skipped, position.line() + lines)
}

/// Whether the last record swallows several lines and its quotes do not come in pairs.
fn unclosed_quote(last: &str) -> bool {
    let odd = last.bytes().filter(|b| *b == b'"').count() % 2 == 1;
    odd && last.trim().contains('\n')
}

struct Header {
    names: Vec<String>,
    /// Columns that the file gives no name.
    nameless: Vec<bool>,
}

impl Header {
    fn new(
        path: &Path,
        record: &csv::StringRecord,
        separator: u8,
        text: &str,
    ) -> Result<Self, IngestError> {
        if record.len() < 2 {
            return Err(one_column(path, text, char::from(separator), None));
        }
        let nameless: Vec<bool> = record.iter().map(|name| name.trim().is_empty()).collect();
        let names: Vec<String> = record
            .iter()
            .enumerate()
            .map(|(position, name)| match name.trim() {
                "" => format!("column_{}", position + 1),
                name => name.to_owned(),
            })
            .collect();
        let (mut seen, mut repeated) = (HashSet::new(), Vec::new());
        for name in &names {
            if !seen.insert(name) && !repeated.contains(name) {
                repeated.push(name.clone());
            }
        }
        if repeated.is_empty() {
            return Ok(Self { names, nameless });
        }
        Err(IngestError::DuplicateColumns { path: path.to_owned(), names: repeated })
    }

    /// As many fields as the header, give or take a trailing separator.
    fn fits(&self, record: &csv::StringRecord) -> bool {
        let width = self.names.len();
        record.len() == width
            || (record.len() == width + 1 && record[width].trim().is_empty())
            || (record.len() + 1 == width && self.nameless[width - 1])
    }

    fn issues(&self, file: &str, chosen: &[usize], used: &[bool]) -> Vec<Issue> {
        let nameless = chosen.iter().copied().filter(|&position| self.nameless[position]);
        nameless
            .map(|position| Issue {
                severity: if used[position] { Severity::Warning } else { Severity::Info },
                kind: "nameless_column".into(),
                file: file.to_owned(),
                row: None,
                line: Some(1),
                column: Some(self.names[position].clone()),
                found: format!("no name for column {}", position + 1),
                expected: if used[position] {
                    format!("a name; it is called `{}`", self.names[position])
                } else {
                    "a name; the column is empty and was dropped".into()
                },
                count: 1,
            })
            .collect()
    }
}

/// A row with another number of fields than the header.
struct Misfit {
    row: u64,
    line: u64,
    fields: usize,
    /// Lines it takes: many where a quote is not closed.
    lines: u64,
}

impl Misfit {
    fn new(row: u64, line: u64, record: &csv::StringRecord) -> Self {
        let breaks = record.iter().map(|f| f.bytes().filter(|b| *b == b'\n').count() as u64);
        Self { row, line, fields: record.len(), lines: 1 + breaks.sum::<u64>() }
    }
}

/// One issue for a few misfits, an error where they are most of the file.
fn ragged_rows(
    path: &Path,
    file: &str,
    misfits: &[Misfit],
    rows: u64,
    expected: usize,
    separator: u8,
) -> Result<Option<Issue>, IngestError> {
    let Some(first) = misfits.first() else { return Ok(None) };
    let count = misfits.len() as u64;
    let lines: u64 = misfits.iter().map(|m| m.lines).sum();
    if lines * 2 > rows - count + lines {
        return Err(IngestError::Ragged {
            path: path.to_owned(),
            count,
            rows,
            expected,
            row: first.row,
            line: first.line,
            found: first.fields,
            separator: char::from(separator),
        });
    }
    let widest = misfits.iter().map(|m| m.lines).max().unwrap_or(1);
    let quote = if widest > 1 {
        format!("; one spans {widest} lines: is a quote not closed?")
    } else {
        String::new()
    };
    Ok(Some(Issue {
        severity: Severity::Error,
        kind: "ragged_row".into(),
        file: file.to_owned(),
        row: Some(first.row),
        line: Some(first.line),
        column: None,
        found: format!("{} fields{quote}", first.fields),
        expected: format!("{expected} fields; the row was set aside"),
        count,
    }))
}

#[cfg(test)]
mod tests;
