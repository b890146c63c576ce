//! Rules of action, review flags and the fallback, over fields that the model does not read.

use crate::fixture::{NOW, bundle, file, leads, table};
use leadsight_decide::{Fallback, PolicyDraft};
use leadsight_rules::Day;
use leadsight_schema::{DateFormat, Fingerprint};
use leadsight_score::{Bundle, CsvOptions, OutputColumn, ScoredLead, Scorer, ScorerUsed};
use proptest::prelude::*;

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
