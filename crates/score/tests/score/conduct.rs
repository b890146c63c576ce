//! Rules of action, review flags and the fallback, over fields that the model does not read.

use crate::fixture::{NOW, bundle, file, leads, table};
use leadsight_decide::{Fallback, PolicyDraft};
use leadsight_rules::Day;
use leadsight_schema::{DateFormat, Fingerprint, Timestamp};
use leadsight_score::{Bundle, CsvOptions, OutputColumn, ScoredLead, Scorer, ScorerUsed};
use proptest::prelude::*;
use std::collections::BTreeMap;

const FALLBACK: &str = r#"Policy(version: 1, scorecard: (points: [(when: Is("job", "CTO"), points: 40), (when: Is("stage", "trial"), points: 50)], threshold: 45))"#;

fn scorer(bundle: Bundle) -> Scorer {
    Scorer::new(bundle, &Fingerprint("0123456789abcdef".to_owned())).unwrap()
}

fn with(policy: &str) -> Bundle {
    let mut bundle = bundle();
    let draft = PolicyDraft::from_ron(&format!("Policy(version: 1, {policy})")).unwrap();
    bundle.policy = draft.on(bundle.policy.score);
    bundle
}

fn one(scorer: &Scorer, json: &str) -> ScoredLead {
    scorer.score_json(&serde_json::from_str(json).unwrap(), NOW).unwrap()
}

fn columns(scorer: &Scorer, text: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let columns = scorer.columns();
    let mut out = Vec::new();
    let open = || Ok(text.as_bytes());
    scorer.score_csv(open, &mut out, &CsvOptions::new(&columns), NOW).unwrap();
    let mut reader = csv::Reader::from_reader(out.as_slice());
    let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
    (header, rows)
}

#[test]
fn rules_ask_fields_that_the_model_does_not_read() {
    let scorer = scorer(with(
        r#"intent: ["visits", "last_seen"], actions: (
            rules: [
                (when: All([Is("stage", "contract"), AtLeast("lead_score", 0)]), action: "offer a discount", product: "gold"),
                (when: AtLeast("intent_score", 0), action: "call"),
            ],
            never: [(action: "offer a discount", when: Is("pricing", "contract"), reason: "contract pricing")],
        )"#,
    ));
    let discount = one(&scorer, r#"{"visits": 3, "stage": "Contract"}"#);
    assert_eq!(discount.next_action, "offer a discount");
    assert_eq!(discount.recommended_product.as_deref(), Some("gold"));
    let never = one(&scorer, r#"{"visits": 3, "stage": "contract", "pricing": "contract"}"#);
    assert_eq!(never.next_action, "call");
    assert!(never.action_reason.unwrap().contains("contract pricing"));
    // The model's own view is not touched by fields that it does not read.
    assert_eq!(never.data_completeness, 0.2);
    assert_eq!(discount.probability, never.probability);
    let rows = leads(20);
    let text = file(&rows, &["lead_id", "visits", "age", "job"], ',');
    let (header, _) = columns(&scorer, &text);
    assert!(header.contains(&"recommended_product".to_owned()));
    assert!(!header.contains(&"review_flag".to_owned()));
    // What a rule over intent fills costs an explanation, and is there without its columns too.
    let asked = [OutputColumn::NextAction];
    let mut out = Vec::new();
    scorer.score_csv(|| Ok(text.as_bytes()), &mut out, &CsvOptions::new(&asked), NOW).unwrap();
    assert!(String::from_utf8(out).unwrap().lines().skip(1).all(|action| action == "call"));
}

#[test]
fn a_file_shows_what_many_leads_share() {
    let scorer = scorer(with(r#"review: [Repeated(field: "ip", more_than: 2)]"#));
    let ip = |i: usize| if i.is_multiple_of(3) { "10.0.0.1" } else { "" };
    let mut text = "lead_id,visits,ip\n".to_owned();
    (0..9).for_each(|i| text += &format!("L{i},{i},{}\n", ip(i)));
    let (header, rows) = columns(&scorer, &text);
    let place = header.iter().position(|name| name == "review_flag").unwrap();
    for (i, row) in rows.iter().enumerate() {
        let expect = if i.is_multiple_of(3) { "3 leads with this ip" } else { "" };
        assert_eq!(row[place], expect, "{i}");
    }
    let alone = one(&scorer, r#"{"visits": 3, "ip": "10.0.0.1"}"#);
    assert!(alone.review_flags.is_empty());
}

const VELOCITY: &str = r#"review: [
    RepeatedDomain(field: "email", more_than: 5, within: (hours: 24, at: "created")),
    Repeated(field: "ip", more_than: 5, within: (hours: 24, at: "created")),
]"#;

/// 600 leads of a year, one firm each; ten sign-ups of one firm and address, this many minutes apart, far from each other in the file.
fn sign_ups(apart: i64) -> Vec<[String; 5]> {
    let lead = |i: i64| {
        let from = NOW.0 - 365 * 86_400;
        let burst = i % 60 == 7;
        let seconds = if burst { 9_000_000 + i / 60 * apart * 60 } else { i * 52_000 };
        let firm = if burst { "acme".to_owned() } else { format!("firm{i}") };
        [
            format!("L{i}"),
            Timestamp(from + seconds).to_rfc3339(),
            (i % 30).to_string(),
            format!("p{i}@{firm}.test"),
            if burst { "10.0.0.1".to_owned() } else { format!("10.1.{}.{}", i / 250, i % 250) },
        ]
    };
    (0..600).map(lead).collect()
}

fn text_of(rows: &[[String; 5]]) -> String {
    let rows = rows.iter().map(|row| row.join(",")).collect::<Vec<_>>().join("\n");
    format!("lead_id,created,visits,email,ip\n{rows}\n")
}

/// The flags of each lead by its identifier.
fn flags(scorer: &Scorer, text: &str, chunk_rows: usize) -> BTreeMap<String, String> {
    let columns = [OutputColumn::LeadId, OutputColumn::ReviewFlag];
    let mut out = Vec::new();
    let options = CsvOptions { chunk_rows, ..CsvOptions::new(&columns) };
    scorer.score_csv(|| Ok(text.as_bytes()), &mut out, &options, NOW).unwrap();
    let mut reader = csv::Reader::from_reader(out.as_slice());
    reader.records().map(|r| r.unwrap()).map(|r| (r[0].to_owned(), r[1].to_owned())).collect()
}

#[test]
fn a_burst_of_sign_ups_is_flagged_by_model_and_points_in_any_order_and_parts() {
    let told =
        "10 leads with this domain acme.test within a day; 10 leads with this ip within a day";
    let card = "scorecard: (points: [(when: AtLeast(\"visits\", 3), points: 1)], threshold: 1)";
    let declared = format!("Policy(version: 1, id: \"lead_id\", {card}, {VELOCITY})");
    let scorers = [scorer(with(VELOCITY)), Scorer::from_policy("points", &declared).unwrap()];
    for scorer in &scorers {
        let mut rows = sign_ups(6);
        let found = flags(scorer, &text_of(&rows), 8192);
        for (id, flag) in &found {
            let burst = id[1..].parse::<u32>().unwrap() % 60 == 7;
            assert_eq!(flag, if burst { told } else { "" }, "{id}");
        }
        rows.reverse();
        rows.rotate_left(123);
        for chunk_rows in [1, 7, 100] {
            assert_eq!(flags(scorer, &text_of(&rows), chunk_rows), found);
        }
        // Spread over the year, or of days that nobody knows, the same ten are like any other.
        let none = |text: &str| flags(scorer, text, 8192).values().all(String::is_empty);
        assert!(none(&text_of(&sign_ups(36 * 24 * 60))));
        let mut unknown = sign_ups(6);
        unknown.iter_mut().for_each(|row| row[1] = "soon".to_owned());
        assert!(none(&text_of(&unknown)));
    }
}

#[test]
fn a_table_is_flagged_like_a_file_by_a_moment_with_a_role_of_its_own() {
    let text = VELOCITY.replace("\"email\"", "\"job\"").replace("\"ip\"", "\"job\"");
    let scorer = scorer(with(&text));
    let mut rows = leads(300);
    for (i, row) in rows.iter_mut().enumerate() {
        let day = if i < 6 { "2026-05-01" } else { "" };
        (row[1], row[4]) = (day.to_owned(), "x@acme.test".to_owned());
    }
    let all: Vec<usize> = (0..rows.len()).collect();
    let by_table = scorer.score_table(&table(&rows), &all, NOW).unwrap();
    let by_file = flags(&scorer, &file(&rows, &crate::fixture::HEADER, ','), 50);
    for (i, lead) in by_table.iter().enumerate() {
        let texts: Vec<String> = lead.review_flags.iter().map(|flag| flag.to_string()).collect();
        assert_eq!(texts.join("; "), by_file[&lead.lead_id], "{i}");
        assert_eq!(lead.review_flags.len(), if i < 6 { 2 } else { 0 }, "{i}");
    }
    // Of only some rows only those count.
    let some = scorer.score_table(&table(&rows), &all[1..], NOW).unwrap();
    assert!(some.iter().all(|lead| lead.review_flags.is_empty()));
}

#[test]
fn a_missing_or_unreadable_moment_is_told() {
    let scorer = scorer(with(VELOCITY));
    let columns = [OutputColumn::ReviewFlag];
    let told = |text: &str| {
        let (mut out, options) = (Vec::new(), CsvOptions::new(&columns));
        let found = scorer.score_csv(|| Ok(text.as_bytes()), &mut out, &options, NOW).unwrap();
        found.issues.into_iter().filter(|i| i.column.as_deref() == Some("created")).count()
    };
    assert_eq!(told("lead_id,visits,email,ip\nL1,3,a@b.test,1.1.1.1\n"), 1);
    assert_eq!(told("lead_id,created,visits,email,ip\nL1,soon,3,a@b.test,1.1.1.1\n"), 1);
    assert_eq!(told("lead_id,created,visits,email,ip\nL1,2026-05-01,3,a@b.test,1.1.1.1\n"), 0);
}

#[test]
fn rules_and_points_step_in() {
    let mut bundle = bundle();
    bundle.policy.fallback = Fallback { sparse_below: 0.3, stale_from: None };
    let error = Scorer::new(bundle.clone(), &Fingerprint("0123456789abcdef".to_owned()));
    assert!(error.unwrap_err().to_string().contains("there is none"));
    bundle.fallback = Some(FALLBACK.to_owned());
    let scorer = scorer(bundle.clone());
    let rich = one(&scorer, r#"{"visits": 3, "age": 30, "job": "CTO", "last_seen": "2026-06-01"}"#);
    assert_eq!(rich.scorer_used, ScorerUsed::Model);
    let sparse = one(&scorer, r#"{"job": "CTO", "stage": "trial"}"#);
    assert_eq!((sparse.scorer_used, sparse.probability), (ScorerUsed::Scorecard, None));
    assert_eq!((sparse.lead_score, sparse.tier.as_str()), (100, "Hot"));
    assert!(sparse.warnings[0].contains("too little is known"), "{:?}", sparse.warnings);
    let text = "lead_id,visits,age,job,stage\na,3,30,CTO,\nb,,,CTO,trial\nc,1,20,clerk,\n";
    let (header, rows) = columns(&scorer, text);
    let cell =
        |row: &[String], name: &str| row[header.iter().position(|h| h == name).unwrap()].clone();
    assert_eq!(
        (cell(&rows[1], "scorer_used"), cell(&rows[1], "rank")),
        ("scorecard".into(), "1".into())
    );
    assert_eq!(cell(&rows[1], "probability"), "");

    bundle.policy.fallback.stale_from = Some(Day(DateFormat::Iso.parse("2026-09-01").unwrap()));
    let stale = one(&self::scorer(bundle), r#"{"visits": 3, "age": 30, "job": "CTO"}"#);
    assert!(stale.warnings[0].contains("too old"), "{:?}", stale.warnings);
}

#[test]
fn a_bundle_keeps_its_fallback() {
    let mut bundle = bundle();
    bundle.policy.fallback.sparse_below = 0.3;
    bundle.fallback = Some(FALLBACK.to_owned());
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bundle");
    bundle.write(&path).unwrap();
    assert_eq!(Bundle::read(&path).unwrap().0, bundle);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// A table, a file and a live lead take the same actions.
    #[test]
    fn every_way_decides_alike(seed in 0..1000_u64) {
        let policy = format!(r#"actions: (
            rules: [(when: AtLeast("visits", 12), action: "call")],
            explore: (share: 0.5, among: ["call", "mail", "wait"], seed: {seed}),
        )"#);
        let scorer = scorer(with(&policy));
        let rows = leads(40);
        let by_table = scorer.score_table(&table(&rows), &(0..40).collect::<Vec<_>>(), NOW).unwrap();
        let (header, lines) = columns(&scorer, &file(&rows, &crate::fixture::HEADER, ';'));
        let action = header.iter().position(|name| name == "next_action").unwrap();
        let p = header.iter().position(|name| name == "action_probability").unwrap();
        for (lead, line) in by_table.iter().zip(&lines) {
            prop_assert_eq!(&lead.next_action, &line[action]);
            prop_assert_eq!(lead.action_probability.unwrap(), line[p].parse::<f64>().unwrap());
        }
    }
}
