//! Which column of a file is which field of the bundle.

use crate::{CsvOptions, ScoreError, Scorer};
use csv::{ByteRecord, ReaderBuilder};
use leadsight_schema::or_nearest;
use std::io::Read;

/// More than any header.
const PEEK: usize = 1 << 20;
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Where things stand in a file.
pub(crate) struct Header {
    /// For each field of the recipe its column.
    pub(crate) columns: Vec<Option<usize>>,
    /// The column of the identifier.
    pub(crate) id: Option<usize>,
    /// The identifier's name, where its column is not there.
    pub(crate) absent_id: Option<String>,
    /// The column whose text goes with each lead.
    pub(crate) beside: Option<usize>,
    /// What the positions of rows lack to be lines: where lines end in CR LF, the reader stands before the LF of the last.
    pub(crate) line_offset: u64,
    /// The names of all columns; one without is called `column_N`.
    names: Vec<String>,
    nameless_end: bool,
    /// Fields that are not there.
    pub(crate) absent: Vec<String>,
    /// Whether fields are not there that an event log would give.
    pub(crate) absent_events: bool,
    /// The column of the date that moments of scoring are counted from, where events are given.
    pub(crate) date: Option<usize>,
    /// The separator.
    pub(crate) separator: u8,
}

impl Header {
    /// The number of columns.
    pub(crate) fn width(&self) -> usize {
        self.names.len()
    }

    /// ` (did you mean ...?)` for a name that is not there: the nearest of those that nothing else reads.
    pub(crate) fn hint(&self, absent: &str) -> String {
        let read = |place: usize| self.columns.contains(&Some(place)) || self.id == Some(place);
        let free = self.names.iter().enumerate().filter(|(place, _)| !read(*place));
        or_nearest(absent, free.map(|(_, name)| name.as_str()))
    }

    /// As many cells as the header has, give or take a trailing separator.
    pub(crate) fn fits(&self, record: &ByteRecord) -> bool {
        let width = self.width();
        record.len() == width
            || (record.len() == width + 1 && record[width].trim_ascii().is_empty())
            || (record.len() + 1 == width && self.nameless_end)
    }
}

/// The start of a file up to and with its first line that is not blank, without a byte order mark.
pub(crate) fn peek(reader: &mut impl Read, file: &str) -> Result<Vec<u8>, ScoreError> {
    let mut head = Vec::new();
    let mut piece = vec![0; 1 << 14];
    while head.len() < PEEK && !head.trim_ascii_start().contains(&b'\n') {
        let length = reader.read(&mut piece).map_err(|source| ScoreError::Io {
            action: "read",
            file: file.to_owned(),
            source,
        })?;
        if length == 0 {
            break;
        }
        head.extend_from_slice(&piece[..length]);
    }
    if head.starts_with(b"\xef\xbb\xbf") {
        head.drain(..3);
    }
    Ok(head)
}

pub(crate) fn read(
    scorer: &Scorer,
    head: &[u8],
    options: &CsvOptions<'_>,
) -> Result<Header, ScoreError> {
    let file = || options.file.to_owned();
    if head.trim_ascii().is_empty() {
        return Err(ScoreError::EmptyFile { file: file() });
    }
    let text = head.trim_ascii_start();
    let line = &text[..text.iter().position(|b| *b == b'\n').unwrap_or(text.len())];
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Err(ScoreError::NotText { file: file(), hint: " (it looks like UTF-16)" });
    }
    if line.contains(&0) {
        return Err(ScoreError::NotText { file: file(), hint: " (it looks like a binary file)" });
    }
    let candidates = match &options.separator {
        Some(separator) => std::slice::from_ref(separator),
        None => &SEPARATORS,
    };
    let fields = scorer.recipe().fields();
    let events = scorer.behaviour().filter(|_| options.events.is_some());
    let date = events.and_then(|behaviour| behaviour.date.as_ref()).map(|(name, _)| name);
    let mut best: Option<(usize, u8, Vec<String>)> = None;
    for &separator in candidates {
        let names = scorer.rename(names(head, separator, options.file)?);
        let read = fields.iter().map(|f| &f.name).chain(date);
        let known = read.filter(|name| names.contains(name)).count();
        if best.as_ref().is_none_or(|(most, ..)| known > *most) {
            best = Some((known, separator, names));
        }
    }
    let (known, separator, mut names) =
        best.ok_or_else(|| ScoreError::EmptyFile { file: file() })?;
    if known == 0 {
        let expected = fields.iter().map(|f| f.name.clone()).collect();
        return Err(ScoreError::NoKnownField { expected, found: names });
    }
    let nameless_end = names.last().is_some_and(String::is_empty);
    // As ingest calls them, so that a model may have been trained on one.
    for (i, name) in names.iter_mut().enumerate().filter(|(_, name)| name.is_empty()) {
        *name = format!("column_{}", i + 1);
    }
    let mut absent = Vec::new();
    let mut columns = Vec::with_capacity(fields.len());
    for field in fields {
        let column = find(&names, &field.name)?;
        if column.is_none() {
            absent.push(field.name.clone());
        }
        columns.push(column);
    }
    // A column that is not there is counted and told; one that is there under nearly this name is a slip.
    let of_events: Vec<&str> = scorer.behaviour().map_or(Vec::new(), |b| b.names().collect());
    let own = |name: &&String| scorer.bundle().is_none() && !of_events.contains(&name.as_str());
    for name in absent.iter().filter(own) {
        let others = names.iter().filter(|n| !fields.iter().any(|f| f.name == **n));
        let hint = or_nearest(name, others.map(String::as_str));
        if !hint.is_empty() {
            return Err(ScoreError::PolicyField { name: name.clone(), hint });
        }
    }
    // Where nobody says which column names the lead, the usual one does.
    let usual = names.iter().any(|name| name == "lead_id").then_some("lead_id");
    let name = options.id.or(scorer.id()).or(usual);
    let id = name.map_or(Ok(None), |name| find(&names, name))?;
    let before = absent.len();
    absent.retain(|name| !of_events.contains(&name.as_str()));
    let absent_events = options.events.is_none() && absent.len() < before;
    let place = date.map_or(Ok(None), |date| find(&names, date))?;
    absent.extend(date.filter(|date| place.is_none() && !absent.contains(date)).cloned());
    let beside = match options.beside {
        None => None,
        Some(asked) => {
            let own = scorer.rename(vec![asked.to_owned()]).pop();
            let place = find(&names, own.as_deref().unwrap_or(asked))?;
            let unknown = || ScoreError::UnknownBeside {
                name: asked.to_owned(),
                hint: or_nearest(asked, names.iter().map(String::as_str)),
                file: file(),
            };
            Some(place.ok_or_else(unknown)?)
        }
    };
    let absent_id = name.filter(|_| id.is_none()).map(str::to_owned);
    Ok(Header {
        columns,
        id,
        absent_id,
        beside,
        line_offset: u64::from(line.ends_with(b"\r")),
        absent,
        absent_events,
        date: place,
        names,
        nameless_end,
        separator,
    })
}

/// The names of the first line's columns.
pub(crate) fn names(head: &[u8], separator: u8, file: &str) -> Result<Vec<String>, ScoreError> {
    let mut record = ByteRecord::new();
    ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .from_reader(head)
        .read_byte_record(&mut record)
        .map_err(|source| ScoreError::Csv { file: file.to_owned(), source })?;
    let name = |cell: &[u8]| std::str::from_utf8(cell).map(|name| name.trim().to_owned());
    (record.iter().map(name).collect::<Result<_, _>>())
        .map_err(|_| ScoreError::NotText { file: file.to_owned(), hint: "" })
}

/// Where a column stands.
///
/// # Errors
/// [`ScoreError::DuplicateColumn`].
pub(crate) fn find(names: &[String], name: &str) -> Result<Option<usize>, ScoreError> {
    let mut places = names.iter().enumerate().filter(|(_, n)| *n == name).map(|(i, _)| i);
    let first = places.next();
    match (first, places.next()) {
        (Some(first), Some(second)) => Err(ScoreError::DuplicateColumn {
            name: name.to_owned(),
            first: first + 1,
            second: second + 1,
        }),
        _ => Ok(first),
    }
}
