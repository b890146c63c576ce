//! Scoring without history: by rules and points of a policy, the same whatever the way.

use leadsight_schema::Timestamp;
use leadsight_score::{CsvOptions, OutputColumn, ScoreError, Scorer};

const POLICY: &str = r#"Policy(
    version: 1,
    rules: (rules: [
        (when: Contains("note", "seo"), then: Disqualify, reason: "sells to us"),
        (when: Is("demo", "yes"), then: Qualify),
    ]),
    scorecard: (
        points: [
            (when: AtLeast("views", 5), points: 40, reason: "reads a lot"),
            (when: WithinDays("seen", 14), points: 30),
            (when: Missing("phone"), points: -10),
        ],
        threshold: 50,
    ),
    names: {"seen": "last visit"},
    icp: [(when: Is("demo", "yes"), weight: 3.0), (when: Known("phone"))],
)"#;

/// 2026-11-22T00:00:00Z.
const NOW: Timestamp = Timestamp(1_795_305_600);

const LEADS: &str = "lead_id,note,demo,views,seen,phone\n\
    a,,no,9,2026-11-20,1\n\
    b,,no,9,2026-01-01,\n\
    c,cheap SEO,yes,9,2026-11-20,1\n\
    d,,yes,0,,1\n\
    e,,,many,,\n";

fn scorer() -> Scorer {
    Scorer::from_policy("first_day", POLICY).unwrap()
}

fn score(scorer: &Scorer, leads: &str) -> Result<(Vec<Vec<String>>, Vec<String>), ScoreError> {
    let columns = scorer.columns();
    let mut out = Vec::new();
    let bytes = leads.as_bytes().to_vec();
    let summary = scorer.score_csv(
        || Ok(std::io::Cursor::new(bytes.clone())),
        &mut out,
        &CsvOptions::new(&columns),
        NOW,
    )?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(out.as_slice());
    let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect());
    let issues = summary.issues.iter().map(|issue| {
        format!("{} {} {}", issue.kind, issue.column.as_deref().unwrap_or(""), issue.count)
    });
    Ok((rows.collect(), issues.collect()))
}

fn column<'a>(rows: &'a [Vec<String>], name: &str) -> Vec<&'a str> {
    let place = rows[0].iter().position(|column| column == name).unwrap();
    rows[1..].iter().map(|row| row[place].as_str()).collect()
}

#[test]
fn scores_tiers_and_explains_without_a_probability() {
    let (rows, issues) = score(&scorer(), LEADS).unwrap();
    for absent in ["probability", "score_percentile"] {
        assert!(!rows[0].iter().any(|name| name == absent), "{absent}");
    }
    assert_eq!(column(&rows, "lead_id"), ["a", "b", "c", "d", "e"]);
    // Points 70, 30, -, 0 and -10 on a scale from -10 over 50 to 70.
    assert_eq!(column(&rows, "lead_score"), ["100", "46", "0", "70", "0"]);
    assert_eq!(column(&rows, "rank"), ["1", "3", "4", "2", "4"]);
    assert_eq!(column(&rows, "tier"), ["Hot", "Warm", "Cold", "Hot", "Cold"]);
    assert_eq!(
        column(&rows, "scorer_used"),
        ["scorecard", "scorecard", "rules", "rules", "scorecard"]
    );
    assert_eq!(
        column(&rows, "positive_factor_1"),
        [
            "reads a lot, +40 points",
            "reads a lot, +40 points",
            "",
            "rule: demo is yes, in favour",
            ""
        ]
    );
    assert_eq!(column(&rows, "positive_factor_2")[0], "last visit within 14 days, +30 points");
    assert_eq!(
        column(&rows, "negative_factor_1"),
        [
            "",
            "phone unknown, -10 points",
            "rule: sells to us, against",
            "",
            "phone unknown, -10 points"
        ]
    );
    let reasons = column(&rows, "action_reason");
    assert!(reasons[2].ends_with("chiefly rule: sells to us"), "{reasons:?}");
    assert!(!reasons.iter().any(|reason| reason.contains("chance")), "{reasons:?}");
    assert_eq!(column(&rows, "data_completeness")[0], "0.8");
    assert!(column(&rows, "warnings")[4].contains("views: `many` is not a finite number"));
    assert_eq!(issues, ["unreadable_cell views 1"]);
    assert!(column(&rows, "model_version")[0].starts_with("first_day@"));
}

#[test]
fn a_live_lead_is_scored_as_its_row() {
    let scorer = scorer();
    let (rows, _) = score(&scorer, LEADS).unwrap();
    let mut reader = csv::Reader::from_reader(LEADS.as_bytes());
    let header = reader.headers().unwrap().clone();
    for (i, record) in reader.records().enumerate() {
        let record = record.unwrap();
        let lead = header.iter().zip(&record).map(|(name, cell)| (name.to_owned(), cell.into()));
        let scored = scorer.score_json(&lead.collect(), NOW).unwrap();
        assert!(scored.probability.is_none() && scored.score_percentile.is_none());
        let mut buffer = String::new();
        for name in rows[0].iter().filter(|name| *name != "rank") {
            let found = scored.text(name.parse::<OutputColumn>().unwrap(), &mut buffer);
            assert_eq!(found, column(&rows, name)[i], "{name}");
        }
        let json = serde_json::to_value(&scored).unwrap();
        assert!(json.get("probability").is_none(), "{json}");
    }
}

#[test]
fn a_field_that_is_not_there_is_counted_and_a_slip_is_refused() {
    let without = LEADS.replace(",phone", ",colour");
    let (rows, issues) = score(&scorer(), &without).unwrap();
    assert_eq!(issues[0], "missing_column phone 1");
    assert_eq!(column(&rows, "lead_score").len(), 5);
    assert!(column(&rows, "warnings").iter().all(|w| w.contains("phone: not given")));
    let slip = score(&scorer(), &LEADS.replace("views", "vews")).unwrap_err();
    assert!(matches!(slip, ScoreError::PolicyField { .. }), "{slip}");
    assert!(slip.to_string().contains("did you mean `vews`?"), "{slip}");
    let strange = score(&scorer(), "x,y\n1,2\n").unwrap_err();
    assert!(matches!(strange, ScoreError::NoKnownField { .. }), "{strange}");
}

#[test]
fn what_only_a_model_knows_is_refused() {
    let scorer = scorer();
    assert!(scorer.bundle().is_none());
    assert!(matches!(scorer.probability(0.0), Err(ScoreError::NoModel)));
    let lead = serde_json::from_str(r#"{"views": 3}"#).unwrap();
    assert!(matches!(scorer.explain_json(&lead), Err(ScoreError::NoModel)));
    assert!(Scorer::from_policy("p", "Policy(version: 1)").is_err());
    assert!(
        Scorer::from_policy("p", "Policy(version: 1, scorecard: (points: [], threshold: 1))")
            .is_err()
    );
}

#[test]
fn the_ideal_customer_is_declared() {
    let (rows, _) = score(&scorer(), LEADS).unwrap();
    assert_eq!(column(&rows, "icp_match_pct"), ["25", "0", "100", "100", "0"]);
    assert!(!rows[0].iter().any(|name| name == "fit_score"));
    let without = POLICY.replace(
        "icp: [(when: Is(\"demo\", \"yes\"), weight: 3.0), (when: Known(\"phone\"))],",
        "",
    );
    let scorer = Scorer::from_policy("without", &without).unwrap();
    assert!(!scorer.columns().contains(&OutputColumn::IcpMatchPct));
    let wrong = POLICY.replace("weight: 3.0", "weight: -3.0");
    let error = Scorer::from_policy("wrong", &wrong).unwrap_err().to_string();
    assert!(error.contains("the weight -3"), "{error}");
    assert!(error.starts_with("the policy `wrong`: policy, line"), "{error}");
}

#[test]
fn points_count_for_each_and_fade() {
    let text = r#"Policy(version: 1, scorecard: (points: [
        (when: Known("downloads"), points: 2, times: Each(of: "downloads", at_most: 10), reason: "downloads"),
        (when: Known("last_seen"), points: 40, times: HalfLife(of: "last_seen", days: 10), reason: "was here lately"),
    ], threshold: 30))"#;
    let scorer = Scorer::from_policy("card", text).unwrap();
    let score = |json: &str| {
        let lead = scorer.score_json(&serde_json::from_str(json).unwrap(), NOW).unwrap();
        let first = lead.factors.unwrap().positive.first().map(|f| (f.words.clone(), f.points));
        (lead.lead_score, first)
    };
    let (today, why) = score(r#"{"downloads": 3, "last_seen": "2026-11-22T00:00:00Z"}"#);
    assert_eq!(why, Some(("was here lately".to_owned(), 40.0)));
    let (later, why) = score(r#"{"downloads": 12, "last_seen": "2026-11-02T00:00:00Z"}"#);
    assert_eq!(why, Some(("downloads".to_owned(), 20.0)));
    assert_eq!((today, later), (86, 70));
    assert_eq!(score(r#"{"downloads": null}"#).0, 0);
}

#[test]
fn conditions_ask_what_a_lead_did() {
    let text = r#"Policy(version: 1,
        events: (at: "at", kind: "event", detail: "page"),
        scorecard: (points: [
            (when: AtLeast("page_view count in 7 d", 2), points: 30, reason: "came back this week"),
            (when: AtLeast("page_view: pricing count", 1), points: 40, reason: "looked at prices"),
            (when: Is("job", "CTO"), points: 10),
        ], threshold: 40),
        id: "lead_id",
    )"#;
    let scorer = Scorer::from_policy("card", text).unwrap();
    let lead = r#"{"lead_id": "L1", "job": "CTO", "events": [
        {"at": "2026-11-20", "event": "page_view", "page": "blog"},
        {"at": "2026-11-21", "event": "page_view", "page": "pricing"},
        {"at": "2026-11-30", "event": "page_view", "page": "pricing"}
    ]}"#;
    let live = scorer.score_json(&serde_json::from_str(lead).unwrap(), NOW).unwrap();
    assert_eq!(live.lead_score, 100);
    assert!(live.warnings[0].contains("has not come yet"), "{:?}", live.warnings);
    let none = scorer
        .score_json(&serde_json::from_str(r#"{"lead_id": "L2", "job": "CTO"}"#).unwrap(), NOW);
    assert_eq!(none.unwrap().lead_score, 17);

    let log = leadsight_behaviour::EventLog::of_leads([(
        "L1",
        vec![leadsight_behaviour::Event {
            at: Timestamp(NOW.0 - 86_400),
            kind: "page_view".to_owned(),
            detail: Some("pricing".to_owned()),
            value: None,
        }],
    )])
    .unwrap();
    let columns = [OutputColumn::LeadId, OutputColumn::LeadScore];
    let mut options = CsvOptions::new(&columns);
    options.events = Some(leadsight_score::Events { log: &log, now: NOW });
    let mut out = Vec::new();
    let file = "lead_id,job\nL1,CTO\nL2,clerk\n";
    let summary = scorer.score_csv(|| Ok(file.as_bytes()), &mut out, &options, NOW).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "lead_id,lead_score\nL1,77\nL2,0\n");
    assert!(summary.issues.is_empty(), "{:?}", summary.issues);

    let idle = text
        .replace("page_view count in 7 d", "visits")
        .replace("page_view: pricing count", "views");
    let error = Scorer::from_policy("card", &idle).unwrap_err().to_string();
    assert!(error.contains("no condition asks"), "{error}");
}
