//! The file of records: one a line, only ever appended to.
//!
//! A line is a JSON object whose last member is the CRC-32 of the bytes before it: `{"id":...,"what":...,"crc32":"0f3a11c2"}`. A line
//! that does not hold, such as the torn last one of a machine that lost power, is told and left where it is; new records begin on
//! a line of their own. Writers wait for each other (an advisory lock), and what is appended is on disk when they return.

use crate::{OutcomeError, Record};
use leadsight_schema::{Issue, Severity};
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

/// What a store holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stored {
    /// The records in the order in which they were added, each id once.
    pub records: Vec<Record>,
    /// Lines that do not hold, and ids that stand twice.
    pub issues: Vec<Issue>,
}

/// What became of records that were to be added.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Appended {
    /// Records added.
    pub added: usize,
    /// Ids of records that were there already, word for word; nothing was added for them.
    pub known: Vec<String>,
    /// Ids that are there with another content; nothing was added for them.
    pub conflicts: Vec<String>,
    /// What was found in the store.
    pub issues: Vec<Issue>,
}

/// The kind of an issue of whole lines that do not hold.
const BROKEN: &str = "broken_line";
const SEAL: &str = ",\"crc32\":\"";

/// Reads a store; one that does not exist is empty.
///
/// # Errors
/// [`OutcomeError::Store`] where the file cannot be read, [`OutcomeError::NoStore`] for one that is something else.
pub fn read_store(path: &Path) -> Result<Stored, OutcomeError> {
    regular(path)?;
    match std::fs::read(path) {
        Ok(bytes) => checked(parse(&bytes, &name(path)), path),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Stored::default()),
        Err(source) => Err(failed("read", path)(source)),
    }
}

/// What was read, unless it was no store: whole lines of which none is a record are somebody else's.
fn checked(stored: Stored, path: &Path) -> Result<Stored, OutcomeError> {
    let broken = stored.issues.iter().filter(|issue| issue.kind == BROKEN).map(|i| i.count).sum();
    if stored.records.is_empty() && broken > 0 {
        return Err(OutcomeError::NoStore { path: path.to_owned(), lines: broken });
    }
    Ok(stored)
}

/// Adds records behind those that are there.
///
/// # Errors
/// [`OutcomeError::NoStore`] for a file that is something else,
/// [`OutcomeError::Store`] where the file cannot be read or written; then none of the records counts as added, and none of the old ones is lost.
pub fn append(path: &Path, records: &[Record]) -> Result<Appended, OutcomeError> {
    regular(path)?;
    let mut file = File::options()
        .read(true)
        .append(true)
        .create(true)
        .open(path)
        .map_err(failed("open", path))?;
    file.lock().map_err(failed("lock", path))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(failed("read", path))?;
    let stored = checked(parse(&bytes, &name(path)), path)?;
    let mut contents: HashMap<&str, &Record> =
        stored.records.iter().map(|record| (record.id.as_str(), record)).collect();
    let mut appended = Appended::default();
    // A torn last line stays a line of its own.
    let mut text = String::from(if bytes.last().is_none_or(|b| *b == b'\n') { "" } else { "\n" });
    for record in records {
        match contents.get(record.id.as_str()) {
            Some(earlier) if *earlier == record => appended.known.push(record.id.clone()),
            Some(_) => appended.conflicts.push(record.id.clone()),
            None => {
                text += &line(record)?;
                appended.added += 1;
                contents.insert(&record.id, record);
            }
        }
    }
    if appended.added > 0 {
        let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
        if let Err(source) = written {
            // What did get onto a full disk goes again, so that none counts. Where that fails too, a torn line is told when it is read.
            let _ = file.set_len(bytes.len() as u64);
            return Err(failed("write", path)(source));
        }
    }
    appended.issues = stored.issues.clone();
    Ok(appended)
}

/// A record as a line.
///
/// # Errors
/// [`OutcomeError::Json`] for what cannot be written as JSON.
pub fn line(record: &Record) -> Result<String, OutcomeError> {
    let mut text = serde_json::to_string(record).map_err(|source| OutcomeError::Json { source })?;
    // The closing brace comes after the seal.
    text.pop();
    let crc = crc32fast::hash(text.as_bytes());
    Ok(format!("{text}{SEAL}{crc:08x}\"}}\n"))
}

/// The records of a store's bytes; `file` is its name, for messages.
pub fn parse(bytes: &[u8], file: &str) -> Stored {
    let mut stored = Stored::default();
    let mut seen: HashSet<String> = HashSet::new();
    let lines: Vec<&[u8]> = bytes.split(|b| *b == b'\n').collect();
    let last = lines.len();
    for (number, line) in (1..).zip(lines) {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match unsealed(line) {
            Ok(record) if seen.insert(record.id.clone()) => stored.records.push(record),
            Ok(record) => {
                let found = format!("`{}`", record.id);
                tell(
                    &mut stored,
                    "duplicate_id",
                    file,
                    number,
                    found,
                    "each id once; the first counts",
                );
            }
            Err(problem) => {
                let shown: String = String::from_utf8_lossy(line).chars().take(60).collect();
                let found = format!("`{shown}` ({problem})");
                // The last line of a machine that lost power has no end.
                if number == last && line.starts_with(b"{") {
                    let expected = "a whole line; it was not finished, and does not count";
                    tell(&mut stored, "torn_line", file, number, found, expected);
                } else {
                    let expected = "a line as it was written; it does not count";
                    tell(&mut stored, BROKEN, file, number, found, expected);
                }
            }
        }
    }
    stored
}

/// The record of a line whose checksum holds.
fn unsealed(line: &[u8]) -> Result<Record, String> {
    let text = std::str::from_utf8(line).map_err(|_| "not UTF-8".to_owned())?.trim_end();
    let (content, crc) = text.rsplit_once(SEAL).ok_or("no checksum at its end")?;
    let crc = crc.strip_suffix("\"}").ok_or("no checksum at its end")?;
    let expected = u32::from_str_radix(crc, 16).map_err(|_| "no checksum at its end")?;
    if crc32fast::hash(content.as_bytes()) != expected {
        return Err("its checksum does not hold".to_owned());
    }
    serde_json::from_str(&format!("{content}}}")).map_err(|error| error.to_string())
}

/// Tells a problem; one of a kind that was told before is counted.
fn tell(stored: &mut Stored, kind: &str, file: &str, line: usize, found: String, expected: &str) {
    if let Some(earlier) = stored.issues.iter_mut().find(|issue| issue.kind == kind) {
        earlier.count += 1;
        return;
    }
    stored.issues.push(Issue {
        severity: Severity::Warning,
        kind: kind.to_owned(),
        file: file.to_owned(),
        row: Some(line as u64),
        line: Some(line as u64),
        column: None,
        found,
        expected: expected.to_owned(),
        count: 1,
    });
}

/// A device or a pipe may have no end.
fn regular(path: &Path) -> Result<(), OutcomeError> {
    match std::fs::metadata(path) {
        Ok(found) if !found.is_file() => {
            let source = std::io::Error::new(ErrorKind::InvalidInput, "it is no regular file");
            Err(failed("open", path)(source))
        }
        _ => Ok(()),
    }
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn failed(what: &'static str, path: &Path) -> impl Fn(std::io::Error) -> OutcomeError {
    let path = path.to_owned();
    move |source| OutcomeError::Store { what, path: path.clone(), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{hot, record};
    use crate::{End, What};
    use proptest::prelude::*;

    #[test]
    fn what_was_added_is_read_and_again_it_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feedback.jsonl");
        assert_eq!(read_store(&path).unwrap(), Stored::default());
        let won = record("L2", 3, What::Outcome { end: End::Won, value: Some(0.1 + 0.2) });
        let first = append(&path, &[hot("L1", 1), won.clone()]).unwrap();
        assert_eq!((first.added, first.known.len()), (2, 0));
        let second = append(&path, &[won.clone(), hot("L3", 1), hot("L3", 1)]).unwrap();
        assert_eq!((second.added, second.known.len()), (1, 2));
        let other = Record { why: Some("no".into()), ..won.clone() };
        assert_eq!(append(&path, &[other]).unwrap().conflicts, std::slice::from_ref(&won.id));
        let stored = read_store(&path).unwrap();
        assert_eq!(stored.records, [hot("L1", 1), won, hot("L3", 1)]);
        assert_eq!(stored.issues, []);
    }

    #[test]
    fn a_torn_last_line_is_told_and_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feedback.jsonl");
        append(&path, &[hot("L1", 1), hot("L2", 1)]).unwrap();
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 9]).unwrap();
        let torn = read_store(&path).unwrap();
        assert_eq!(torn.records, [hot("L1", 1)]);
        assert_eq!((torn.issues[0].kind.as_str(), torn.issues[0].line), ("torn_line", Some(2)));
        let appended = append(&path, &[hot("L3", 1)]).unwrap();
        assert_eq!(appended.issues, torn.issues);
        let after = read_store(&path).unwrap();
        assert_eq!(after.records, [hot("L1", 1), hot("L3", 1)]);
        assert_eq!(after.issues[0].kind, "broken_line");
        assert!(std::fs::read(&path).unwrap().starts_with(&whole[..whole.len() - 9]));
    }

    #[test]
    fn what_is_no_store_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(read_store(folder.path()), Err(OutcomeError::Store { .. })));
        assert!(matches!(append(folder.path(), &[]), Err(OutcomeError::Store { .. })));
        #[cfg(unix)]
        for refused in [
            read_store(Path::new("/dev/zero")).map(|_| ()),
            append(Path::new("/dev/full"), &[]).map(|_| ()),
        ] {
            assert!(refused.unwrap_err().to_string().contains("it is no regular file"));
        }
        let csv = folder.path().join("scored.csv");
        std::fs::write(&csv, "lead_id,tier\nL1,Hot\n").unwrap();
        for refused in [read_store(&csv).map(|_| ()), append(&csv, &[hot("L1", 1)]).map(|_| ())] {
            assert!(refused.unwrap_err().to_string().contains("none of its 2 lines"));
        }
        assert_eq!(std::fs::read(&csv).unwrap(), b"lead_id,tier\nL1,Hot\n");
    }

    proptest! {
        #[test]
        fn any_change_of_a_line_is_found(at in 0usize..1000, to: u8) {
            let text = line(&hot("L1", 1)).unwrap() + &line(&hot("L2", 1)).unwrap();
            let mut bytes = text.clone().into_bytes();
            let at = at % bytes.len();
            prop_assume!(bytes[at] != to);
            bytes[at] = to;
            let stored = parse(&bytes, "f");
            // A changed break or blank may leave both lines whole; nothing else may pass.
            let whole = [hot("L1", 1), hot("L2", 1)];
            prop_assert!(stored.records.iter().all(|record| whole.contains(record)));
            prop_assert!(stored.records.len() == 2 || !stored.issues.is_empty());
        }

        #[test]
        fn any_bytes_are_read(bytes: Vec<u8>) {
            parse(&bytes, "f");
        }

        #[test]
        fn words_come_back_as_they_were(why in ".{1,40}", value in proptest::num::f64::NORMAL) {
            let what = What::Outcome { end: End::Won, value: Some(value) };
            let record = Record { why: Some(why), ..record("L1", 1, what) };
            let stored = parse(line(&record).unwrap().as_bytes(), "f");
            prop_assert_eq!(stored.records, vec![record]);
        }
    }
}
