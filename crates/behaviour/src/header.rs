//! Which column of a log is what, and how its moments are written.

use crate::{BehaviourError, LogOptions};
use csv::{ByteRecord, ReaderBuilder};
use leadsight_schema::{DateFormat, FieldKind, infer_kind, or_nearest};
use std::io::Read;

/// More than any header.
const PEEK: usize = 1 << 20;

/// The start of a file up to and with its first line that is not blank, without a byte order mark.
pub(crate) fn peek(input: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut piece = vec![0; 1 << 14];
    while head.len() < PEEK && !head.trim_ascii_start().contains(&b'\n') {
        let length = input.read(&mut piece)?;
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

/// Which cell is what.
pub(crate) struct Places {
    pub(crate) lead: usize,
    pub(crate) at: usize,
    pub(crate) kind: usize,
    pub(crate) detail: Option<usize>,
    pub(crate) value: Option<usize>,
    pub(crate) attributes: Vec<usize>,
    pub(crate) width: usize,
}

impl Places {
    /// Finds the columns by name; with them the separator.
    pub(crate) fn find(
        head: &[u8],
        options: &LogOptions<'_>,
    ) -> Result<(Self, u8), BehaviourError> {
        let columns = options.columns;
        let wanted = || {
            [("data.events.lead", &columns.lead), ("data.events.at", &columns.at)]
                .into_iter()
                .chain([("data.events.kind", &columns.kind)])
        };
        let separators = match options.separator {
            Some(separator) => vec![separator],
            None => vec![b',', b';', b'\t', b'|'],
        };
        // The separator under which most of the columns are found.
        let mut best: (usize, u8, Vec<String>) = (0, separators[0], Vec::new());
        for separator in separators {
            let mut record = ByteRecord::new();
            let mut reader =
                ReaderBuilder::new().delimiter(separator).has_headers(false).from_reader(head);
            let read = reader.read_byte_record(&mut record);
            read.map_err(|source| BehaviourError::Read { file: options.file.to_owned(), source })?;
            let names: Vec<String> =
                record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect();
            let found = wanted().filter(|(_, name)| names.contains(name)).count();
            if found > best.0 || best.2.is_empty() {
                best = (found, separator, names);
            }
        }
        let (_, separator, names) = best;
        if names.iter().all(String::is_empty) {
            return Err(BehaviourError::Empty { file: options.file.to_owned() });
        }
        let place = |key: &str, name: &String| {
            names.iter().position(|n| n == name).ok_or_else(|| BehaviourError::NoColumn {
                key: key.to_owned(),
                name: name.clone(),
                file: options.file.to_owned(),
                hint: or_nearest(name, names.iter().map(String::as_str)),
                known: names.clone(),
            })
        };
        let maybe = |key, name: &Option<String>| name.as_ref().map(|n| place(key, n)).transpose();
        let places = Self {
            lead: place("data.events.lead", &columns.lead)?,
            at: place("data.events.at", &columns.at)?,
            kind: place("data.events.kind", &columns.kind)?,
            detail: maybe("data.events.detail", &columns.detail)?,
            value: maybe("data.events.value", &columns.value)?,
            attributes: (options.attributes.iter())
                .map(|name| place("data.events.attributes", name))
                .collect::<Result<_, _>>()?,
            width: names.len(),
        };
        Ok((places, separator))
    }

    /// The format of the moments, from the first rows.
    pub(crate) fn format(
        &self,
        sample: &[ByteRecord],
        options: &LogOptions<'_>,
    ) -> Result<DateFormat, BehaviourError> {
        let texts: Vec<&str> = (sample.iter())
            .filter_map(|record| std::str::from_utf8(record.get(self.at)?).ok())
            .filter(|text| !options.rules.is_missing(text))
            .collect();
        match infer_kind(options.rules, texts.iter().copied()) {
            FieldKind::Date(format) => Ok(format),
            // Nothing to go by: any format reads nothing.
            _ if texts.is_empty() => Ok(DateFormat::Iso),
            _ => Err(BehaviourError::NotMoments {
                file: options.file.to_owned(),
                column: options.columns.at.clone(),
                unreadable: texts.len() as u64,
                rows: texts.len() as u64,
                found: texts[0].chars().take(80).collect(),
                expected: DateFormat::Iso.describe(),
            }),
        }
    }
}
