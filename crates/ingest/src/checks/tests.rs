//! The checks on small tables, each with the finding it is for.

use super::*;
use crate::load;

const LEADS: &str = "lead_id,postcode,stage,budget,account,seen\n\
    L1,01234,new,10,A,2026-01-05\n\
    L2,1234,Won,-5,B,2026-01-07\n\
    L2,,lost,2000,Z,\n\
    L3,99999,open,7,,2026-01-06\n";

fn found(checks: &str) -> Result<Vec<Issue>, IngestError> {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("leads.csv"), LEADS).unwrap();
    std::fs::write(dir.path().join("accounts.csv"), "key,name\nA,x\nB,y\n").unwrap();
    let checks = serde_json::from_str(checks).unwrap();
    let sources = Sources { checks, ..Sources::file("leads.csv") };
    let (table, mut issues) = load(&sources, dir.path())?;
    issues.extend(stale(&sources, &table, Timestamp(20_500 * 86_400)));
    issues.retain(|issue| issue.kind.starts_with("check_"));
    Ok(issues)
}

#[track_caller]
fn check(column: &str, must: &str, expect: Option<(&str, u64, &str)>) {
    let json = format!(r#"[{{"column": "{column}", "must": {must}}}]"#);
    let issues = found(&json).unwrap();
    let told = issues.first().map(|i| (i.kind.as_str(), i.count, i.found.as_str()));
    assert_eq!((told, issues.len()), (expect, usize::from(expect.is_some())));
}

#[test]
fn tells_what_does_not_hold() {
    check("postcode", r#""Required""#, Some(("check_required", 1, "blank")));
    check("stage", r#""Required""#, None);
    check("lead_id", r#""Unique""#, Some(("check_unique", 1, "L2")));
    check("account", r#""Unique""#, None);
    check("budget", r#"{"Range": {"min": 0, "max": 1000}}"#, Some(("check_range", 2, "-5")));
    check("budget", r#"{"Range": {"min": -5}}"#, None);
    check("stage", r#"{"OneOf": ["New", "won", "lost"]}"#, Some(("check_one_of", 1, "open")));
    check("postcode", r#"{"Pattern": "[0-9]{5}"}"#, Some(("check_pattern", 1, "1234")));
    check(
        "account",
        r#"{"In": {"file": "accounts.csv", "column": "key"}}"#,
        Some(("check_in", 1, "Z")),
    );
    // Day 20,500 is 2026-02-16.
    check("seen", r#"{"Fresh": {"days": 40}}"#, None);
    check("seen", r#"{"Fresh": {"days": 39}}"#, Some(("check_fresh", 1, "2026-01-07")));
}

#[test]
fn severity_follows_what_is_to_be_done() {
    for (word, severity) in
        [("Tell", Severity::Info), ("Warn", Severity::Warning), ("Stop", Severity::Error)]
    {
        let json =
            format!(r#"[{{"column": "postcode", "must": "Required", "on_fail": "{word}"}}]"#);
        assert_eq!(found(&json).unwrap()[0].severity, severity);
    }
}

#[test]
fn refuses_conditions_that_make_no_sense() {
    for (column, must, words) in [
        ("budgets", r#""Required""#, ["data.checks", "did you mean `budget`?"]),
        ("stage", r#"{"Range": {"min": 0}}"#, ["`stage`", "a column of numbers"]),
        ("budget", r#"{"Range": {"min": 2, "max": 1}}"#, ["`budget`", "`min` not above `max`"]),
        ("stage", r#"{"Fresh": {"days": 3}}"#, ["`stage`", "a column of dates"]),
        ("stage", r#"{"Pattern": "(["}"#, ["`stage`", "a regular expression"]),
        ("account", r#"{"In": {"file": "accounts.csv"}}"#, ["accounts.csv", "`account`"]),
        ("account", r#"{"In": {"file": "nowhere.csv"}}"#, ["nowhere.csv", ""]),
    ] {
        let error = found(&format!(r#"[{{"column": "{column}", "must": {must}}}]"#)).unwrap_err();
        words.iter().for_each(|word| assert!(error.to_string().contains(word), "{error}"));
    }
}
