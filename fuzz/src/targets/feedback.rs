//! A store of feedback: every line is a record or told, what is good survives beside what is not, and records are written as they read.

use leadsight_outcome::{
    End, Given, Record, What, append, labels, line, parse, rates, read_store, shown_of, standing,
};
use leadsight_schema::{LeadId, Timestamp};
use std::fs;

pub(crate) fn run(bytes: &[u8]) {
    lines(bytes);
    lines(&sealed(bytes));
    file(bytes);
}

/// Each line of a store is a record or told.
fn lines(bytes: &[u8]) {
    let stored = parse(bytes, "feedback.jsonl");
    let filled = bytes.split(|b| *b == b'\n').filter(|l| !l.iter().all(u8::is_ascii_whitespace));
    let told: u64 = stored.issues.iter().map(|issue| issue.count).sum();
    assert_eq!(filled.count() as u64, stored.records.len() as u64 + told, "lost a line");

    let again: String = stored.records.iter().map(|record| line(record).expect("JSON")).collect();
    let read = parse(again.as_bytes(), "feedback.jsonl");
    assert_eq!((&read.records, read.issues.len()), (&stored.records, 0), "our own lines read");
    labels(&standing(&stored.records, None));
    rates(Some(&shown_of(&stored.records)), &stored.records);
}

/// A record behind any file is added, and nothing of the file is touched, unless it is no store at all.
fn file(bytes: &[u8]) {
    let path = crate::scratch().join("feedback.jsonl");
    fs::write(&path, bytes).expect("the temporary folder can be written");
    let before = read_store(&path);
    let added = append(&path, &[good()]);
    let after = fs::read(&path).expect("the file is there");
    assert!(after.starts_with(bytes), "what was there is still there");
    let (Ok(before), Ok(added)) = (before, added) else {
        assert_eq!(after, bytes, "what is no store is left alone");
        return;
    };
    let stored = read_store(&path).expect("a store stays one");
    assert!(stored.records.starts_with(&before.records), "lost a record");
    assert_eq!(stored.records.len(), before.records.len() + added.added);
    assert!(stored.records.iter().any(|record| record.id == good().id));
}

fn good() -> Record {
    Record {
        id: "good".to_owned(),
        lead_id: LeadId("L1".to_owned()),
        at: Timestamp(1_790_000_000),
        who: "anna".to_owned(),
        why: None,
        what: What::Outcome { end: End::Won, value: Some(0.1) },
        model: Given::default(),
    }
}

/// The lines under checksums that hold, so that they get past them.
fn sealed(bytes: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(bytes.len() + 64);
    for line in bytes.split(|b| *b == b'\n') {
        let own = line.windows(9).position(|part| part == b",\"crc32\":");
        let content = own.map_or(line.strip_suffix(b"}").unwrap_or(line), |end| &line[..end]);
        sealed.extend_from_slice(content);
        let crc = crc32fast::hash(content);
        sealed.extend_from_slice(format!(",\"crc32\":\"{crc:08x}\"}}\n").as_bytes());
    }
    sealed
}
