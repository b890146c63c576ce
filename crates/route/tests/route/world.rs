//! Leads and routings to try.

use leadsight_route::{Router, Routing};
use leadsight_schema::{DateFormat, Field, FieldKind, Record, Schema, TextRules, Timestamp};

pub const COLUMNS: [&str; 11] = [
    "lead_id",
    "probability",
    "tier",
    "country",
    "language",
    "product",
    "industry",
    "employees",
    "budget",
    "account_owner",
    "worked_by",
];

pub fn schema() -> Schema {
    let kind = |name: &str| match name {
        "probability" | "employees" | "budget" => FieldKind::Number,
        "lead_id" | "account_owner" | "worked_by" => FieldKind::Text,
        _ => FieldKind::Category,
    };
    Schema::new(COLUMNS.map(|name| Field::feature(name, kind(name))).to_vec()).unwrap()
}

/// A lead from its cells, in the order of [`COLUMNS`]; those that are left out are empty.
pub fn lead(cells: &str) -> Record {
    let mut texts: Vec<Option<&str>> =
        cells.split(',').map(str::trim).map(|c| (!c.is_empty()).then_some(c)).collect();
    texts.resize(COLUMNS.len(), None);
    Record::read(schema().fields(), &TextRules::default(), texts).unwrap().0
}

pub fn leads(lines: &str) -> Vec<Record> {
    lines.lines().map(str::trim).filter(|l| !l.is_empty()).map(lead).collect()
}

/// Monday morning in Berlin.
pub fn monday() -> Timestamp {
    at("2026-11-23T08:30:00Z")
}

pub fn at(text: &str) -> Timestamp {
    DateFormat::Iso.parse(text).unwrap()
}

#[track_caller]
pub fn router(text: &str) -> Router {
    let routing = Routing::from_ron(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    Router::new(&routing, &schema()).unwrap_or_else(|error| panic!("{error}"))
}

/// A routing with these keys beside the usual ones.
pub fn routing(more: &str, reps: &str) -> String {
    let owners = r#"owners: [(column: "account_owner", of: Account, hold: First)],"#;
    let owners = if more.contains("owners:") { "" } else { owners };
    format!(
        r#"Routing(
    version: 1,
    columns: (territory: "country", language: "language", product: "product"),
    value: (column: "budget", otherwise: 1000),
    territories: {{"DACH": ["DE", "AT", "CH"], "Nordics": ["SE", "NO"]}},
    {owners}
    pipelines: [
        (id: "nurture", when: Is("tier", "Cold"), to: Queue, queue: "marketing"),
        (id: "sales", queue: "open", outreach: [
            (when: Is("tier", "Hot"), sequence: "call first", respond_within_hours: 1),
            (sequence: "five touches", respond_within_hours: 8),
        ]),
    ],
    queues: [
        (id: "marketing", time_zone: "Europe/Berlin"),
        (id: "open", time_zone: "Europe/Berlin", escalate_to: "head"),
        (id: "head", time_zone: "Europe/Berlin"),
    ],
    {more}
    reps: [{reps}],
)"#
    )
}

pub const BERLIN: &str = r#"time_zone: "Europe/Berlin""#;
