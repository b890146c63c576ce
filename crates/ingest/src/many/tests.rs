//! Deals of accounts, counted and summed as of each lead.

use super::*;
use crate::{Sources, load};
use leadsight_schema::{Cells, LeadTable};

const LEADS: &str = "lead_id,account,created\nL1,A,2026-03-10\nL2,B,2026-03-10\nL3,A,2026-06-01\n\
    L4,,2026-06-01\nL5,C,\nL6,D,2026-06-01\n";
const DEALS: &str = "deal,account,day,amount,stage\n1,A,2026-01-05,\"$1,000\",won\n\
    2,A,2026-04-01,$500,lost\n3,A,2026-03-10,$7,open\n4,B,2026-02-01,,open\n5,B,2026-02-01,$30,won\n\
    6,C,2026-01-01,$9,won\n7,Z,,$1,won\n";

fn all() -> Vec<Aggregate> {
    let amount = || "amount".to_owned();
    vec![
        Aggregate::Count,
        Aggregate::Sum(amount()),
        Aggregate::Mean(amount()),
        Aggregate::Min(amount()),
        Aggregate::Max(amount()),
        Aggregate::Latest("stage".into()),
        Aggregate::Count,
    ]
}

fn joined(join: Join, created: Option<&str>) -> Result<(LeadTable, Vec<Issue>), IngestError> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("leads.csv"), LEADS).unwrap();
    std::fs::write(folder.path().join("deals.csv"), DEALS).unwrap();
    let on = if join.on.is_empty() { "account".to_owned() } else { join.on.clone() };
    let join = Join { file: "deals.csv".into(), on, ..join };
    let created = created.map(str::to_owned);
    load(&Sources { join: vec![join], created, ..Sources::file("leads.csv") }, folder.path())
}

fn dated(many: Vec<Aggregate>) -> Join {
    Join { many, date: Some("day".into()), ..Join::default() }
}

#[track_caller]
fn check(table: &LeadTable, name: &str, expect: [&str; 6]) {
    let Some(field) = table.schema().find(name) else { panic!("no {name}: {:?}", table.schema()) };
    let text = |row| match table.cell(row, field) {
        Cell::Number(value) => value.to_string(),
        Cell::Text(word) => word.to_owned(),
        _ => String::new(),
    };
    assert_eq!((0..table.rows()).map(text).collect::<Vec<_>>(), expect, "{name}");
}

#[track_caller]
fn told<'a>(issues: &'a [Issue], kind: &str) -> &'a Issue {
    issues.iter().find(|i| i.kind == kind).unwrap_or_else(|| panic!("no {kind} in {issues:?}"))
}

#[test]
fn each_lead_stays_once_and_sees_only_what_was_there_before_it() {
    let (table, issues) = joined(dated(all()), Some("created")).unwrap();
    assert_eq!(table.rows(), 6);
    check(&table, "count(deals)", ["1", "2", "3", "", "", "0"]);
    check(&table, "sum(deals.amount)", ["1000", "30", "1507", "", "", "0"]);
    check(&table, "mean(deals.amount)", ["1000", "30", "502.3333333333333", "", "", ""]);
    check(&table, "min(deals.amount)", ["1000", "30", "7", "", "", ""]);
    check(&table, "max(deals.amount)", ["1000", "30", "1000", "", "", ""]);
    // Of two on one day the later row.
    check(&table, "latest(deals.stage)", ["won", "won", "lost", "", "", ""]);
    let rows = told(&issues, "rows_per_lead");
    assert_eq!(
        rows.found,
        "6 rows for 3 of 6 leads; 2 were not there yet when the lead came in, and do not count"
    );
    assert!(!issues.iter().any(|issue| issue.kind == "no_point_in_time"));
}

#[test]
fn without_a_date_all_rows_count_and_that_is_told() {
    let join = Join { many: vec![Aggregate::Count], ..Join::default() };
    let (table, issues) = joined(join, None).unwrap();
    check(&table, "count(deals)", ["3", "2", "3", "", "1", "0"]);
    assert_eq!(told(&issues, "no_point_in_time").severity, Severity::Warning);
}

#[test]
fn what_cannot_be_aggregated_is_refused_by_name() {
    #[track_caller]
    fn check(join: Join, created: Option<&str>, word: &str) {
        let error = joined(join, created).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    let created = Some("created");
    check(
        dated(vec![Aggregate::Sum("stage".into())]),
        created,
        "holds a category; expected numbers",
    );
    check(dated(vec![Aggregate::Sum("amounts".into())]), created, "did you mean `amount`?");
    check(dated(vec![Aggregate::Count]), None, "needs `data.created`");
    let latest = Join { many: vec![Aggregate::Latest("stage".into())], ..Join::default() };
    check(latest, created, "needs `data.join.date`");
    let no_dates =
        Join { date: Some("stage".into()), many: vec![Aggregate::Count], ..Join::default() };
    check(no_dates, created, "expected dates");
    let other_key =
        Join { on: "lead_id".into(), key: Some("account".into()), ..dated(vec![Aggregate::Count]) };
    check(other_key, created, "no lead's `lead_id` is found");
    check(Join::default(), created, "many: [Count, ...]");
}
