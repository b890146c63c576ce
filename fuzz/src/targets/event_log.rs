//! An event log: every row is an event or told, and whatever it says, a fitted behaviour gives the same for the log and for one lead of it.

use super::leads_csv::records;
use leadsight_behaviour::{BehaviourSpec, EventColumns, LogOptions, read_log};
use leadsight_schema::{Cell, TextRules, Timestamp};

/// Problems that leave a row out, or count it with another.
const OUT: [&str; 6] = [
    "ragged_row",
    "not_text",
    "incomplete_event",
    "unreadable_moment",
    "event_in_future",
    "duplicate_event",
];

pub(crate) fn run(bytes: &[u8]) {
    let columns = EventColumns {
        detail: Some("detail".into()),
        value: Some("amount".into()),
        time_zone: Some("Europe/Berlin".into()),
        ..EventColumns::default()
    };
    let rules = TextRules::default();
    let now = Timestamp(1_790_000_000);
    let options = LogOptions {
        file: "events.csv",
        columns: &columns,
        separator: Some(b','),
        rules: &rules,
        now: Some(now),
        attributes: &[],
    };
    let Ok(read) = read_log(bytes, &options) else { return };
    let out: u64 =
        read.issues.iter().filter(|i| OUT.contains(&i.kind.as_str())).map(|i| i.count).sum();
    assert_eq!(records(bytes, b','), read.log.len() as u64 + out, "lost a row");
    let ids = read.log.ids();
    let leads: Vec<_> = ids.iter().map(|id| (*id, Some(now))).collect();
    let spec = BehaviourSpec { min_leads: 1, ..BehaviourSpec::default() };
    let Ok((fitted, _)) = spec.fit(&read.log, &leads) else { return };
    let bound = fitted.bind(&read.log).expect("what was fitted holds together");
    let events: Vec<_> = ids.iter().map(|id| (read.log.events(id), Some(now))).collect();
    let table = bound.columns(&events);
    for (row, (events, moment)) in events.iter().enumerate() {
        for (value, column) in bound.lead(events, *moment).iter().zip(&table) {
            let same = match (value.number(), column.cell(row)) {
                (Some(one), Cell::Number(other)) => one.to_bits() == other.to_bits(),
                (None, cell) => !matches!(cell, Cell::Number(_)),
                _ => false,
            };
            assert!(same, "a lead alone differs from the table");
        }
    }
}
