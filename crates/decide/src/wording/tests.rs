//! Sentences of one's own, in both languages.

use super::*;
use crate::{Policy, Range, factors};
use leadsight_schema::Timestamp;

const WORDING: &str = r#"wording: {
"views": (words: "Seiten", high: "hat {number} Seiten angesehen ({unit}), mehr als die meisten", unit: Count("Seite", "Seiten")),
"budget": (unit: Money("EUR"), negative: "nur {value} {words}: {points}"),
"silent": (unit: Count("Tag", "Tage"), known: "seit {value} still"),
"stay": (unit: Count("Minute", "Minuten"), decimals: 0),
"rate": (decimals: 2),
"phone": (missing: "keine Telefonnummer"),
"job": (unseen: "neuer Beruf: {value}"),
"notes": (text: "schreibt {value}"),
}"#;

fn policy(rest: &str) -> Result<Policy, crate::DecideError> {
    let head = "Policy(version: 1, score: (p0: 0.002, p40: 0.02, p70: 0.08, p100: 0.5),\n";
    Policy::from_ron(&format!("{head}{rest})"))
}

fn told(policy: &Policy, field: &str, number: Option<f64>, contribution: f64) -> String {
    let cell = number.map_or(Cell::Missing, Cell::Number);
    let standing = if number.is_some() { Standing::Known } else { Standing::Missing };
    said(policy, field, policy.vocabulary().value(field, cell), number, standing, contribution)
}

fn said(
    policy: &Policy,
    field: &str,
    value: String,
    number: Option<f64>,
    standing: Standing,
    contribution: f64,
) -> String {
    let field = field.to_owned();
    let lead = [Contribution { field, value, number, standing, contribution }];
    let found = factors(policy, &lead, 0.0, contribution, |s| 50.0 + 10.0 * s).unwrap();
    let Some(factor) = found.positive.first().or(found.negative.first()) else {
        return String::new();
    };
    factor.to_string()
}

#[test]
fn sentences_of_ones_own() {
    let mut german = policy(&format!("language: German, {WORDING}")).unwrap();
    german.ranges.insert("views".into(), Range { q25: 1.0, q75: 6.0 });
    for (field, number, contribution, expect) in [
        (
            "views",
            Some(14.0),
            1.2,
            "hat 14 Seiten angesehen (Seiten), mehr als die meisten, +12 Punkte",
        ),
        ("views", Some(1.0), 0.04, "Seiten = 1 Seite, +0,4 Punkte"),
        ("views", Some(0.0), -0.04, "Seiten = 0 Seiten (niedrig), -0,4 Punkte"),
        ("budget", Some(12_000.0), -0.21, "nur 12.000 EUR budget: -2,1"),
        ("budget", Some(12_000.5), 0.21, "budget = 12.000,50 EUR, +2,1 Punkte"),
        ("silent", Some(1.0), -0.3, "seit 1 Tag still, -3 Punkte"),
        ("silent", Some(1400.0), -0.3, "seit 1.400 Tage still, -3 Punkte"),
        ("stay", Some(0.9), 0.3, "stay = 1 Minute, +3 Punkte"),
        ("rate", Some(0.5), 0.001, "rate = 0,50, spricht dafür"),
        ("rate", Some(-0.001), -0.001, "rate = 0,00, spricht dagegen"),
        ("founded", Some(1998.0), 0.3, "founded = 1998, +3 Punkte"),
        ("phone", None, -0.3, "keine Telefonnummer, -3 Punkte"),
        ("fax", None, -0.3, "fax unbekannt, -3 Punkte"),
    ] {
        assert_eq!(told(&german, field, number, contribution), expect);
    }
    let text = |field: &str, standing, contribution| {
        said(&german, field, "x".into(), None, standing, contribution)
    };
    assert_eq!(text("job", Standing::Unseen, -0.3), "neuer Beruf: x, -3 Punkte");
    assert_eq!(text("src", Standing::Unseen, -0.3), "src = x (im Training nie gesehen), -3 Punkte");
    assert_eq!(text("notes", Standing::Text, 0.3), "schreibt x, +3 Punkte");
}

#[test]
fn english_is_the_default() {
    let policy = policy(r#"names: {"views": "a", "b": "c"}, wording: {"views": (words: "pages"), "budget": (unit: Money("EUR")), "v": (unit: Before("v"), decimals: 1)}"#).unwrap();
    for (field, number, expect) in [
        ("views", Some(14.0), "pages = 14, +3 points"),
        ("budget", Some(12_000.0), "budget = EUR 12,000, +3 points"),
        ("b", Some(12_000.0), "c = 12000, +3 points"),
        ("v", Some(3.0), "v = v 3.0, +3 points"),
    ] {
        assert_eq!(told(&policy, field, number, 0.3), expect);
    }
    let date = Cell::Date(Timestamp(1_795_305_600));
    assert_eq!(policy.vocabulary().value("d", date), "2026-11-22");
    let long = "x".repeat(80);
    let short = format!("{}\u{2026}", "x".repeat(59));
    assert_eq!(policy.vocabulary().value("d", Cell::Text(&long)), short);
    assert_eq!(policy.vocabulary().value("d", Cell::Missing), "unknown");
}

#[test]
fn reads_back_as_it_is_written() {
    let policy = policy(&format!("language: German, {WORDING}")).unwrap();
    let text = policy.to_ron().unwrap();
    assert_eq!(Policy::from_ron(&text).unwrap(), policy, "{text}");
}

#[track_caller]
fn refused(rest: &str, line: &str, expect: &str) {
    let error = policy(rest).unwrap_err().to_string();
    assert!(error.contains(line) && error.contains(expect), "{error}");
}

#[test]
fn errors_name_the_line() {
    let wording = |inner: &str| format!("wording: {{\n\"views\": ({inner})\n}}");
    refused(&wording(r#"known: "{wert}""#), "line 3", "`{wert}`");
    refused(&wording(r#"known: "{valeu}""#), "line 3", "did you mean `value`?");
    refused(&wording(r#"high: "{value pages""#), "line 3", "nothing closes");
    refused(&wording(r#"high: "{}""#), "line 3", "`{}`");
    refused(&wording(r#"low: " ""#), "line 3", "blank");
    refused(&wording(r#"words: """#), "line 3", "blank");
    refused(&wording(r#"decimals: 40"#), "line 3", "expected 0 to 12");
    refused(&wording(r#"hihg: "x""#), "line 3", "did you mean `high`?");
    refused(&wording(r#"unit: Monney("EUR")"#), "line 3", "did you mean `Money`?");
    refused("\nlanguage: Germna", "line 3", "did you mean `German`?");
}

#[test]
fn names_what_is_not_read() {
    let policy = policy(r#"names: {"page_view": "a", "b": "b"}, wording: {"c": ()}"#).unwrap();
    let found = policy.vocabulary().unread(&["page_views", "b"]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[0].0, "c");
    assert!(found[1].1.contains("`page_views`"), "{found:?}");
}
