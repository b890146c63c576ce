//! Chunks of rows: the next is read while the last is scored, and results come out in the order of the file.

use super::{CsvOptions, CsvSummary, header};
use crate::{
    ScoreError, Scorer,
    block::Block,
    events::{Made, cell},
    scorer::row_id,
    table::BLOCK,
};
use csv::{ByteRecord, Reader, ReaderBuilder};
use header::Header;
use leadsight_behaviour::Value;
use leadsight_schema::{Cell, Issue, SchemaError, Severity};
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, Cursor, Read},
    ops::ControlFlow,
};

/// Some leads of a file.
pub(crate) struct Leads<'a> {
    pub(crate) block: Block<'a>,
    pub(crate) header: &'a Header,
    rows: &'a [Row],
}

impl Leads<'_> {
    /// The identifier of a lead.
    pub(crate) fn id(&self, row: usize) -> String {
        self.rows[row].id(self.header.id)
    }

    /// The identifier that the file gives a lead, if it does.
    pub(crate) fn named(&self, row: usize) -> Option<String> {
        self.rows[row].named(self.header.id)
    }

    /// The text of the column beside, where it holds any.
    pub(crate) fn beside(&self, row: usize) -> Option<String> {
        self.rows[row].named(self.header.beside)
    }

    /// The cells of a lead that are read: one a field, then the date that its own moment is counted from.
    pub(crate) fn kept(&self, row: usize) -> ByteRecord {
        let read = self.header.columns.iter().chain([&self.header.date]);
        let record = &self.rows[row].record;
        let cell = |column: &Option<usize>| column.and_then(|c| record.get(c)).unwrap_or_default();
        let length = read.clone().map(|column| cell(column).len()).sum();
        let mut kept = ByteRecord::with_capacity(length, read.clone().count());
        read.for_each(|column| kept.push_field(cell(column)));
        kept
    }

    /// An issue of one lead.
    pub(crate) fn issue(&self, row: usize, kind: &str, found: String, expected: &str) -> Issue {
        let (kind, expected) = (kind.to_owned(), expected.to_owned());
        Issue { kind, found, expected, ..place(&self.rows[row]) }
    }
}

/// A row of the file, its number, counted from 1 after the header, and its line.
#[derive(Default)]
struct Row {
    record: ByteRecord,
    number: u64,
    line: u64,
}

impl Row {
    fn id(&self, column: Option<usize>) -> String {
        self.named(column).unwrap_or_else(|| row_id(self.number))
    }

    fn named(&self, column: Option<usize>) -> Option<String> {
        let id = self.record.get(column?)?.trim_ascii();
        (!id.is_empty()).then(|| String::from_utf8_lossy(id).into_owned())
    }
}

/// Rows whose buffers are used again for the next chunk.
#[derive(Default)]
struct Chunk {
    rows: Vec<Row>,
    filled: usize,
}

/// Reads all leads, gives blocks of them to `work` on all cores, and the results to `sink` in the order of the file.
pub(crate) fn stream<R: Read + Send, T: Send>(
    scorer: &Scorer,
    open: &impl Fn() -> io::Result<R>,
    options: &CsvOptions<'_>,
    work: impl Fn(&Leads<'_>) -> Result<T, ScoreError> + Sync,
    mut sink: impl FnMut(T) -> Result<(), ScoreError>,
) -> Result<CsvSummary, ScoreError> {
    let mut reader = open().map_err(|source| ScoreError::Io {
        action: "open",
        file: options.file.to_owned(),
        source,
    })?;
    let head = header::peek(&mut reader, options.file)?;
    let made = options.events.map(|events| Made::new(scorer, events)).transpose()?;
    let header = header::read(scorer, &head, options)?;
    let mut reader = ReaderBuilder::new()
        .delimiter(header.separator)
        .flexible(true)
        .buffer_capacity(1 << 17)
        .from_reader(Cursor::new(head).chain(reader));
    let mut source =
        Source { number: 0, ragged: None, blank: None, open_quote: None, header: &header, options };
    let (mut unreadable, mut ids) = (BTreeMap::new(), Ids::default());
    let mut summary = CsvSummary { rows: 0, scored: 0, issues: Vec::new() };

    let mut chunk = source.next(&mut reader, Chunk::default())?;
    let mut spare = Chunk::default();
    while chunk.filled > 0 {
        let blocks = &chunk.rows[..chunk.filled];
        let (next, results) = rayon::join(
            || source.next(&mut reader, spare),
            || -> Vec<_> {
                let blocks = blocks.par_chunks(BLOCK);
                blocks.map(|rows| block(scorer, &header, made.as_ref(), rows, &work)).collect()
            },
        );
        blocks.iter().for_each(|row| ids.see(row, header.id));
        for result in results {
            let (result, problems) = result?;
            for (field, issue) in problems {
                unreadable.entry(field).and_modify(|i| add(i, &issue)).or_insert(issue);
            }
            sink(result)?;
        }
        summary.scored += chunk.filled as u64;
        spare = chunk;
        chunk = next?;
        if (options.watch)(source.number) == ControlFlow::Break(()) {
            return Err(ScoreError::Stopped { rows: source.number });
        }
    }
    summary.rows = source.number;
    if let Some((row, line)) = source.open_quote {
        return Err(ScoreError::UnclosedQuote { file: options.file.to_owned(), row, line });
    }
    if let Some(ragged) = source.ragged.as_ref().filter(|r| r.count * 2 > summary.rows) {
        return Err(ScoreError::Ragged {
            file: options.file.to_owned(),
            count: ragged.count,
            rows: summary.rows,
            found: ragged.found.clone(),
            line: ragged.line.unwrap_or(0),
            expected: header.width(),
            separator: char::from(header.separator),
        });
    }
    summary.issues = (header.absent_id.iter())
        .map(|name| {
            absent(&header, name, "the column that names the leads; they are named by their rows")
        })
        .chain(header.absent.iter().map(|name| absent(&header, name, READ)))
        .chain(header.absent_events.then(no_events))
        .chain(made.as_ref().and_then(Made::unknown_leads))
        .chain(ids.repeated)
        .chain(source.ragged)
        .chain(source.blank)
        .chain(unreadable.into_values())
        .chain((summary.scored == 0).then(no_rows))
        .map(|issue| match issue.file.is_empty() {
            true => Issue { file: options.file.to_owned(), ..issue },
            false => issue,
        })
        .collect();
    Ok(summary)
}

/// The identifiers that were seen, by their hashes, and what is told of those that were seen before.
#[derive(Default)]
struct Ids {
    seen: HashSet<u64>,
    repeated: Option<Issue>,
}

impl Ids {
    fn see(&mut self, row: &Row, column: Option<usize>) {
        let Some(id) = column.and_then(|column| row.record.get(column)) else { return };
        let id = id.trim_ascii();
        let mut hash = DefaultHasher::new();
        id.hash(&mut hash);
        if id.is_empty() || self.seen.insert(hash.finish()) {
            return;
        }
        let issue = Issue {
            kind: "duplicate_id".to_owned(),
            found: format!("`{}` again", String::from_utf8_lossy(id)),
            expected: "one row a lead; each is scored".to_owned(),
            ..place(row)
        };
        match &mut self.repeated {
            Some(repeated) => add(repeated, &issue),
            none => *none = Some(issue),
        }
    }
}

struct Source<'a> {
    number: u64,
    ragged: Option<Issue>,
    blank: Option<Issue>,
    /// Row and line of the last record, where it looks like the rest of a file behind a quote that nothing closes.
    open_quote: Option<(u64, u64)>,
    header: &'a Header,
    options: &'a CsvOptions<'a>,
}

impl Source<'_> {
    /// The next rows; a row of another width is set aside, since which of its cells is which cannot be known.
    fn next(
        &mut self,
        reader: &mut Reader<impl Read>,
        mut chunk: Chunk,
    ) -> Result<Chunk, ScoreError> {
        chunk.filled = 0;
        while chunk.filled < self.options.chunk_rows.max(1) {
            if chunk.rows.len() == chunk.filled {
                chunk.rows.push(Row::default());
            }
            let row = &mut chunk.rows[chunk.filled];
            let found = reader
                .read_byte_record(&mut row.record)
                .map_err(|source| ScoreError::Csv { file: self.options.file.to_owned(), source })?;
            if !found {
                break;
            }
            self.number += 1;
            row.number = self.number;
            let line = row.record.position().map_or(0, csv::Position::line);
            row.line = line + self.header.line_offset;
            let fits = self.header.fits(&row.record);
            self.open_quote = swallows_lines(&row.record, fits).then_some((self.number, row.line));
            let issue = if row.record.iter().all(|cell| cell.trim_ascii().is_empty()) {
                Issue {
                    severity: Severity::Info,
                    kind: "blank_row".to_owned(),
                    found: "a row without content".to_owned(),
                    expected: "a lead; the row is left out".to_owned(),
                    ..place(row)
                }
            } else if !fits {
                Issue {
                    severity: Severity::Error,
                    kind: "ragged_row".to_owned(),
                    found: format!("{} fields", row.record.len()),
                    expected: format!("{} fields; the row is set aside", self.header.width()),
                    ..place(row)
                }
            } else {
                chunk.filled += 1;
                continue;
            };
            let kept = if issue.kind == "blank_row" { &mut self.blank } else { &mut self.ragged };
            match kept {
                Some(kept) => add(kept, &issue),
                none => *none = Some(issue),
            }
        }
        Ok(chunk)
    }
}

/// Whether the last cell of a record goes over lines, and is one too few or ends in a line break.
fn swallows_lines(record: &ByteRecord, fits: bool) -> bool {
    let swallows = |last: &[u8]| last.contains(&b'\n') && (!fits || last.ends_with(b"\n"));
    record.iter().next_back().is_some_and(swallows)
}

type Problems = BTreeMap<usize, Issue>;

fn block<T>(
    scorer: &Scorer,
    header: &Header,
    made: Option<&Made<'_>>,
    rows: &[Row],
    work: impl Fn(&Leads<'_>) -> Result<T, ScoreError>,
) -> Result<(T, Problems), ScoreError> {
    let mut block = scorer.block(rows.len());
    let fields = scorer.recipe().fields();
    for row in rows {
        let values = match made {
            None => Vec::new(),
            Some(made) => {
                let date = header.date.and_then(|date| row.record.get(date));
                made.lead(scorer, &row.id(header.id), text(date), made.now())?
            }
        };
        let cells = header.columns.iter().map(|column| column.and_then(|c| row.record.get(c)));
        push(scorer, &mut block, made, &values, cells);
    }
    let mut problems = Problems::new();
    for (row, field, problem) in &block.problems {
        let SchemaError::Unreadable { expected, found } = problem else { continue };
        let issue = Issue {
            kind: "unreadable_cell".to_owned(),
            column: Some(fields[*field].name.clone()),
            found: found.clone(),
            expected: format!("{expected}; taken as missing"),
            ..place(&rows[*row])
        };
        problems.entry(*field).and_modify(|i| add(i, &issue)).or_insert(issue);
    }
    let leads = Leads { block, header, rows };
    Ok((work(&leads)?, problems))
}

/// Adds a lead: of each field what the lead did, else its cell.
pub(super) fn push<'a>(
    scorer: &Scorer,
    block: &mut Block<'a>,
    made: Option<&Made<'_>>,
    values: &[Value<'a>],
    cells: impl Iterator<Item = Option<&'a [u8]>>,
) {
    for (place, (field, found)) in scorer.recipe().fields().iter().zip(cells).enumerate() {
        let value = made.and_then(|made| made.columns[place]).and_then(|at| values.get(at));
        if let Some(value) = value {
            block.push(Ok(cell(value)));
            continue;
        }
        let Some(found) = found else {
            block.push(Ok(Cell::Missing));
            continue;
        };
        block.push(match std::str::from_utf8(found) {
            Ok(text) => scorer.text_rules().read(field.kind, text),
            Err(_) => Err(SchemaError::Unreadable {
                expected: "UTF-8 text",
                found: String::from_utf8_lossy(found).chars().take(80).collect(),
            }),
        });
    }
}

/// A cell as text, where it is any.
pub(super) fn text(cell: Option<&[u8]>) -> Option<&str> {
    cell.and_then(|cell| std::str::from_utf8(cell).ok())
}

fn place(row: &Row) -> Issue {
    Issue { row: Some(row.number), line: Some(row.line), ..blank() }
}

fn blank() -> Issue {
    Issue {
        severity: Severity::Warning,
        kind: String::new(),
        file: String::new(),
        row: None,
        line: None,
        column: None,
        found: String::new(),
        expected: String::new(),
        count: 1,
    }
}

pub(super) fn add(issue: &mut Issue, more: &Issue) {
    issue.count += more.count;
}

const READ: &str = "a column that is read; taken as missing for every lead";

fn absent(header: &Header, name: &str, expected: &str) -> Issue {
    Issue {
        kind: "missing_column".to_owned(),
        column: Some(name.to_owned()),
        found: format!("no such column{}", header.hint(name)),
        expected: expected.to_owned(),
        ..blank()
    }
}

fn no_events() -> Issue {
    Issue {
        kind: "no_events".to_owned(),
        found: "no event log, which the model was trained with".to_owned(),
        expected: "what the leads did (`--events`); taken as missing for every lead".to_owned(),
        ..blank()
    }
}

fn no_rows() -> Issue {
    Issue {
        kind: "no_rows".to_owned(),
        found: "a header and nothing below it".to_owned(),
        expected: "at least one lead".to_owned(),
        ..blank()
    }
}
