//! An event log from CSV: one pass, no text kept.

use crate::header::{Places, peek};
use crate::log::LogBuilder;
use crate::problems::Problems;
use crate::zone::{Clock, Odd};
use crate::{BehaviourError, EventColumns, EventLog};
use csv::{ByteRecord, ReaderBuilder};
use leadsight_schema::{Cell, FieldKind, Issue, Severity, TextRules, Timestamp};
use std::io::{Cursor, Read};

/// Rows by which the format of the moments is found out.
const SAMPLE: usize = 2_000;

/// An event log as read.
#[derive(Debug)]
pub struct LogFile {
    /// The events.
    pub log: EventLog,
    /// How it was read: the columns, with the format of the moments.
    pub columns: EventColumns,
    /// For each lead of [`EventLog::ids`] the texts of the columns asked for, as they stand in its first event.
    pub attributes: Vec<Vec<Option<String>>>,
    /// What was wrong.
    pub issues: Vec<Issue>,
}

/// How an event log is read.
#[derive(Debug, Clone)]
pub struct LogOptions<'a> {
    /// The file, for messages.
    pub file: &'a str,
    /// The columns.
    pub columns: &'a EventColumns,
    /// What separates the cells; found out where not given.
    pub separator: Option<u8>,
    /// Which texts mean that nothing is known, and how numbers are written.
    pub rules: &'a TextRules,
    /// Later events cannot have happened yet: they are told and left out.
    pub now: Option<Timestamp>,
    /// Further columns whose texts are kept for each lead.
    pub attributes: &'a [String],
}

/// Reads an event log. Rows that cannot be used are left out and told, by kind of problem with the first row and its text.
///
/// # Errors
/// A file without header, columns that are not there, moments that are none in more than one row of twenty, mostly ragged rows.
pub fn read_log(mut input: impl Read, options: &LogOptions<'_>) -> Result<LogFile, BehaviourError> {
    let file = || options.file.to_owned();
    let failed = |source| BehaviourError::Read { file: file(), source };
    let head = peek(&mut input).map_err(|e| failed(e.into()))?;
    let (places, separator) = Places::find(&head, options)?;
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .buffer_capacity(1 << 17)
        .from_reader(Cursor::new(head).chain(input));
    let mut sample = Vec::new();
    while sample.len() < SAMPLE {
        let mut record = ByteRecord::new();
        if !reader.read_byte_record(&mut record).map_err(failed)? {
            break;
        }
        sample.push(record);
    }
    let format = match options.columns.format {
        Some(format) => format,
        None => places.format(&sample, options)?,
    };
    let mut rows = Rows {
        options,
        places,
        clock: Clock::new(format, options.columns.time_zone.as_deref())?,
        log: LogBuilder::new(options.file),
        problems: Problems::default(),
        kept: Kept::default(),
        latest: Vec::new(),
        with_offset: 0,
        without: None,
        bare_days: 0,
        row: 0,
    };
    for record in &sample {
        rows.add(record)?;
    }
    drop(sample);
    let mut record = ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(failed)? {
        rows.add(&record)?;
    }
    rows.finish(separator)
}

struct Rows<'a> {
    options: &'a LogOptions<'a>,
    places: Places,
    clock: Clock,
    log: LogBuilder,
    problems: Problems,
    kept: Kept,
    /// For each lead the latest moment so far.
    latest: Vec<i64>,
    with_offset: u64,
    /// The first moment without an offset, by row and text, and their number.
    without: Option<(u64, String, u64)>,
    bare_days: u64,
    row: u64,
}

impl Rows<'_> {
    fn add(&mut self, record: &ByteRecord) -> Result<(), BehaviourError> {
        self.row += 1;
        let (row, width) = (self.row, self.places.width);
        let trailing = record.len() == width + 1 && record.get(width).is_some_and(<[u8]>::is_empty);
        if record.len() != width && !trailing {
            let line = record.position().map_or(0, csv::Position::line);
            self.problems.add("ragged_row", row, &|| {
                (
                    format!("{} fields", record.len()),
                    format!("{width} fields; the event was left out"),
                )
            });
            self.problems.ragged.get_or_insert((line, record.len()));
            return Ok(());
        }
        let Some(cells) = Cells::of(record, &self.places) else {
            self.problems.add("not_text", row, &|| {
                (
                    String::from_utf8_lossy(record.as_slice()).chars().take(80).collect(),
                    "UTF-8 text; the event was left out".to_owned(),
                )
            });
            return Ok(());
        };
        let (lead, at, kind) = (cells.lead, cells.at, cells.kind);
        let blank = [("lead", lead), ("at", at), ("kind", kind)];
        if let Some((what, _)) = blank.iter().find(|(_, text)| self.missing(text)) {
            self.problems.add("incomplete_event", row, &|| {
                (format!("no {what}"), "a lead, a moment and a kind; the event was left out".into())
            });
            return Ok(());
        }
        let Ok(moment) = self.clock.read(at) else {
            let expected = self.clock.format.describe();
            self.problems.add("unreadable_moment", row, &|| {
                (cut(at), format!("{expected}; the event was left out"))
            });
            return Ok(());
        };
        if self.options.now.is_some_and(|now| moment.at > now) {
            self.problems.add("event_in_future", row, &|| {
                (cut(at), "a moment that has come; the event was left out".to_owned())
            });
            return Ok(());
        }
        self.note(row, at, &moment);
        let value = cells.value.filter(|text| !self.missing(text)).and_then(|text| {
            let number = number(self.options.rules, text);
            if number.is_none() {
                self.problems.add("unreadable_value", row, &|| {
                    (cut(text), "a finite number; the event counts without it".to_owned())
                });
            }
            number
        });
        let detail = cells.detail.filter(|text| !self.missing(text));
        let place = self.log.add(lead, row, moment.at, kind, detail, value)?;
        if place == self.latest.len() {
            self.latest.push(i64::MIN);
        }
        if moment.at.0 < self.latest[place] {
            self.problems.add("out_of_order", row, &|| {
                (cut(at), "a lead's events by time; they were sorted".to_owned())
            });
        }
        self.latest[place] = self.latest[place].max(moment.at.0);
        self.kept.note(place, moment.at, record, &self.places.attributes);
        Ok(())
    }

    /// What is odd about a moment, though it is used.
    fn note(&mut self, row: u64, text: &str, moment: &crate::zone::Read) {
        self.bare_days += u64::from(moment.day_only);
        if moment.offset {
            self.with_offset += 1;
        } else {
            let without = self.without.get_or_insert_with(|| (row, cut(text), 0));
            without.2 += 1;
        }
        match moment.odd {
            Some(Odd::Gap) => self.problems.add("time_left_out_by_the_clocks", row, &|| {
                (
                    cut(text),
                    "a local time that the clocks showed; it counts as much later as they jumped"
                        .into(),
                )
            }),
            Some(Odd::Fold) => self.problems.add("time_shown_twice_by_the_clocks", row, &|| {
                (cut(text), "an offset from UTC; it counts as the later of the two moments".into())
            }),
            None => {}
        }
    }

    fn missing(&self, text: &str) -> bool {
        text.is_empty() || self.options.rules.is_missing(text)
    }

    fn finish(mut self, separator: u8) -> Result<LogFile, BehaviourError> {
        let file = self.options.file.to_owned();
        let count = |problems: &Problems, kind| problems.first.get(kind).map_or(0, |p| p.count);
        let ragged = count(&self.problems, "ragged_row");
        if let Some((line, found)) = self.problems.ragged
            && ragged * 2 > self.row
        {
            return Err(BehaviourError::Ragged {
                file,
                count: ragged,
                rows: self.row,
                line,
                found,
                expected: self.places.width,
                separator: char::from(separator),
            });
        }
        let unreadable = count(&self.problems, "unreadable_moment");
        if unreadable * 20 > self.row {
            let first = self.problems.first.remove("unreadable_moment");
            return Err(BehaviourError::NotMoments {
                file,
                column: self.options.columns.at.clone(),
                unreadable,
                rows: self.row,
                found: first.map(|first| first.found).unwrap_or_default(),
                expected: self.clock.format.describe(),
            });
        }
        if let Some((row, text, without)) = self.without.take().filter(|_| self.with_offset > 0) {
            let zone = self.options.columns.time_zone.as_deref().unwrap_or("UTC");
            self.problems.many(
                "mixed_time_zones",
                row,
                without,
                text,
                format!(
                    "an offset from UTC, as {} other events have; it counts as {zone} time",
                    self.with_offset
                ),
            );
        }
        if self.bare_days * 2 > self.row {
            self.problems.many("day_without_time", 1, self.bare_days, "days without a time of day".into(),
                "moments; an event counts from the beginning of its day: set `features.behaviour.lag_minutes: 1440` if it may have happened after the moment of scoring".into());
        }
        let mut issues: Vec<Issue> = (self.problems.first.into_iter())
            .map(|(kind, problem)| problem.issue(kind, &file, self.options.columns))
            .collect();
        let (log, twice) = self.log.finish();
        issues.extend(twice);
        if log.is_empty() {
            issues.push(Issue {
                severity: Severity::Error,
                kind: "no_events".into(),
                file,
                row: None,
                line: None,
                column: None,
                found: format!("{} rows, no event", self.row),
                expected: "an event a row".into(),
                count: 1,
            });
        }
        let columns =
            EventColumns { format: Some(self.clock.format), ..self.options.columns.clone() };
        Ok(LogFile { log, columns, attributes: self.kept.texts, issues })
    }
}

fn cut(text: &str) -> String {
    text.chars().take(80).collect()
}

fn number(rules: &TextRules, text: &str) -> Option<f64> {
    let kind = if rules.decimal_comma { FieldKind::DecimalComma } else { FieldKind::Number };
    match rules.read(kind, text) {
        Ok(Cell::Number(number)) => Some(number),
        _ => None,
    }
}

/// The cells of an event, trimmed.
struct Cells<'a> {
    lead: &'a str,
    at: &'a str,
    kind: &'a str,
    detail: Option<&'a str>,
    value: Option<&'a str>,
}

impl<'a> Cells<'a> {
    /// `None` where one of them is no text.
    fn of(record: &'a ByteRecord, places: &Places) -> Option<Self> {
        let text = |place: usize| {
            Some(std::str::from_utf8(record.get(place).unwrap_or_default()).ok()?.trim())
        };
        let maybe = |place: Option<usize>| match place {
            Some(place) => text(place).map(Some),
            None => Some(None),
        };
        Some(Self {
            lead: text(places.lead)?,
            at: text(places.at)?,
            kind: text(places.kind)?,
            detail: maybe(places.detail)?,
            value: maybe(places.value)?,
        })
    }
}

/// The further columns of each lead's first event, that of the earliest moment and among those the first row.
#[derive(Default)]
struct Kept {
    at: Vec<i64>,
    texts: Vec<Vec<Option<String>>>,
}

impl Kept {
    fn note(&mut self, lead: usize, at: Timestamp, record: &ByteRecord, places: &[usize]) {
        if places.is_empty() {
            return;
        }
        if lead == self.at.len() {
            self.at.push(i64::MAX);
            self.texts.push(Vec::new());
        }
        if at.0 < self.at[lead] || self.texts[lead].is_empty() {
            self.at[lead] = at.0;
            self.texts[lead] = places
                .iter()
                .map(|&place| {
                    let text = String::from_utf8_lossy(record.get(place).unwrap_or_default());
                    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
                })
                .collect();
        }
    }
}
