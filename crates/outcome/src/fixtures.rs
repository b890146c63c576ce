//! A small world for tests: tables, leads and records.

use crate::lead::Lead;
use crate::table::Table;
use crate::{Given, Record, What};
use leadsight_funnel::{Entry, Stage, Told, paths};
use leadsight_schema::{
    Column, DateFormat, Field, FieldKind, LeadId, LeadTable, Schema, Timestamp,
};

pub(crate) const DAY: i64 = 86_400;

/// A table of words; columns called `*_at` or `*_on` hold moments, those in `numbers` numbers.
pub(crate) fn table(header: &str, rows: &[&str], numbers: &[&str]) -> LeadTable {
    let names: Vec<&str> = header.split(',').collect();
    let cells: Vec<Vec<&str>> = rows.iter().map(|row| row.split(',').collect()).collect();
    let mut fields = Vec::new();
    let mut columns = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let words = cells.iter().map(|row| Some(row[i]).filter(|w| !w.is_empty()));
        if numbers.contains(name) {
            columns.push(Column::Number(
                words.map(|w| w.map_or(f64::NAN, |w| w.parse().unwrap())).collect(),
            ));
            fields.push(Field::feature(*name, FieldKind::Number));
        } else if name.ends_with("_at") || name.ends_with("_on") || name.ends_with("_by") {
            columns.push(Column::Date(
                words.map(|w| w.and_then(|w| DateFormat::Iso.parse(w).ok())).collect(),
            ));
            fields.push(Field::feature(*name, FieldKind::Date(DateFormat::Iso)));
        } else {
            columns.push(Column::from_words(words));
            fields.push(Field::feature(*name, FieldKind::Category));
        }
    }
    let lines = (0..rows.len()).map(|row| row as u64 + 2).collect();
    LeadTable::new(Schema::new(fields).unwrap(), columns, lines).unwrap()
}

/// A typed table under a name.
pub(crate) fn of<'a>(typed: &'a LeadTable, what: &'static str) -> Table<'a> {
    Table::new(typed, typed.schema(), what)
}

/// Leads, history, events and deals, with a flaw or two in each.
pub(crate) fn tables() -> [LeadTable; 4] {
    [
        table(
            "lead_id,created_at,respond_by,tier,owner_id,contract_value",
            &[
                // One moment on two clocks, as `route` writes them.
                "L1,2026-01-01T09:00:00Z,2026-01-01T13:00:00+01:00,Hot,R1,",
                "L2,2026-01-01T09:00:00Z,2026-01-01T07:00:00-05:00,Cold,R2,",
                "L3,2026-01-02T09:00:00Z,,Cold,R1,",
                "L1,2026-01-05T09:00:00Z,,Hot,R1,",
                "L4,2026-03-01T09:00:00Z,,hot,R1,",
            ],
            &["contract_value"],
        ),
        table(
            "lead_id,stage,entered_at",
            &[
                "L1,MQL,2026-01-01T10:00:00Z",
                "L1,Meeting held,2026-01-04T09:00:00Z",
                "L1,Closed won,2026-01-20T09:00:00Z",
                "L2,Parked,2026-01-02T09:00:00Z",
                "L2,Unqualified,2026-01-09T09:00:00Z",
                "L9,MQL,2026-01-02T09:00:00Z",
                "L3,,2026-01-03T09:00:00Z",
            ],
            &[],
        ),
        table(
            "lead_id,event,occurred_at",
            &[
                "L1,call,2026-01-01T11:00:00Z",
                "L1,page_view,2026-01-01T09:30:00Z",
                "L1,Meeting held,2026-01-04T09:00:00Z",
                "L1,call,2026-02-01T09:00:00Z",
                "L2,call,2026-01-01T15:00:00Z",
                "L3,call,2026-01-01T15:00:00Z",
            ],
            &[],
        ),
        table(
            "deal_id,lead_id,opened_on,stage,amount,close_date,closed_on",
            &["D1,L1,2026-01-04,won,9000,2026-01-20,2026-01-20", "D2,L2,2026-01-05,open,700,,"],
            &["amount"],
        ),
    ]
}

/// A lead of day 0 with its contacts in hours, and the days on which it became an opportunity and was won, for 1000 each.
pub(crate) fn lead(contacts: &[i64], opened: Option<i64>, won: Option<i64>) -> Lead {
    let moved = |stage, day: Option<i64>| {
        day.map(|day| Entry { lead: 0, stage, at: Some(Timestamp(day * DAY)), row: 0 })
    };
    let entries: Vec<Entry> =
        moved(Stage::Opportunity, opened).into_iter().chain(moved(Stage::Won, won)).collect();
    let (mut ways, _) = paths(&[Some(Timestamp(0))], &entries, Told::History);
    Lead {
        row: 0,
        created: Some(Timestamp(0)),
        respond_by: Some(Timestamp(4 * 3600)),
        contacts: contacts.iter().map(|hour| Timestamp(hour * 3600)).collect(),
        met: None,
        path: ways.remove(0),
        value: won.map(|_| 1000.0),
    }
}

pub(crate) fn record(lead: &str, day: i64, what: What) -> Record {
    let (id, who, why) = (String::new(), "anna".to_owned(), Some("knows them".to_owned()));
    let at = Timestamp(1_780_000_000 + day * 86_400);
    let lead_id = LeadId(lead.to_owned());
    Record { id, lead_id, at, who, why, what, model: Given::default() }.checked().unwrap()
}

pub(crate) fn hot(lead: &str, day: i64) -> Record {
    record(lead, day, What::Override { tier: Some("Hot".into()), action: None })
}
