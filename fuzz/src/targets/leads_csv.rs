//! A file of past leads on its way to training: read, typed, labelled by its last column, split, profiled, audited.

use crate::scratch;
use leadsight_ingest::{LabelSpec, Sources, SplitSpec, audit, label, load, profile, split};
use leadsight_schema::{Issue, Seed};

pub(crate) fn run(bytes: &[u8]) {
    let file = scratch().join("leads.csv");
    std::fs::write(&file, bytes).expect("the temporary folder can be written");
    let Ok((table, issues)) = load(&Sources::file("leads.csv"), scratch()) else { return };
    let kept = table.lines().len() as u64 + set_aside(&issues);
    // Other forms than text have other rows than their bytes, and so has text of two bytes a letter.
    let forms: [&[u8]; 3] = [b"\x1f\x8b", b"PAR1", b"PK"];
    let wide = bytes.contains(&0);
    if !wide && !forms.iter().any(|form| bytes.starts_with(form)) {
        assert!(b",;\t|".iter().any(|separator| records(bytes, *separator) == kept), "lost a row");
    }

    let Some(last) = table.schema().fields().last().map(|field| field.name.clone()) else { return };
    let Ok(mut found) = label(table, &LabelSpec::column(last)) else { return };
    profile(&found.table, Some(&found.labels), &[]);
    let parts = split(&mut found.table, &found.labels, &SplitSpec::default(), Seed(1));
    if let Ok((parts, _)) = parts {
        audit(&found.table, &found.labels, &parts.train);
    }
}

/// The rows that were left out and told.
pub(crate) fn set_aside(issues: &[Issue]) -> u64 {
    let of_rows = issues.iter().filter(|i| ["ragged_row", "blank_row"].contains(&&*i.kind));
    of_rows.map(|issue| issue.count).sum()
}

/// The records below the header.
pub(crate) fn records(bytes: &[u8], separator: u8) -> u64 {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).delimiter(separator).from_reader(text);
    reader.byte_records().count() as u64
}
