//! Declared lists as their readers meet them: rate, chance, blanks, effects, and what is refused.

use super::*;
use crate::SynthError;
use leadsight_schema::Seed;
use proptest::prelude::*;
use std::fs;

const TICKETS: &str = r#"Table(
    version: 1,
    file: "tickets.csv",
    rows: 6000,
    id: (column: "ticket_id", prefix: "T-"),
    moment: (column: "opened_at", from: "2025-01-01", days: 100),
    columns: [
        (name: "plan", kind: Choice({"free": 6, "team": 3, "enterprise": 1})),
        (name: "channel", kind: Choice({"email": 5, "chat": 3, "phone": 2}), missing: 0.1),
        (name: "seats", kind: LogNormal(median: 5, spread: 0.5, min: 1), by: (column: "plan", at: {"enterprise": LogNormal(median: 500, spread: 0.5)})),
        (name: "reopened", kind: Poisson(mean: 0.5)),
        (name: "subject", kind: Text([{"please": 1, "": 2}, {"outage": 1, "invoice": 3}])),
    ],
    outcome: (
        rate: 0.2,
        told: Flag(column: "escalated"),
        effects: [
            When(Is("channel", "phone"), 1.5),
            When(Is("channel", "chat"), 0.7),
            When(Contains("subject", "outage"), 1),
            When(All([Is("plan", "enterprise"), AtLeast("reopened", 2)]), 1),
            Per(field: "reopened", log_odds: 0.5),
            Doubling(field: "seats", log_odds: 0.1),
            Drift(1),
        ],
        unknown: 0.3,
    ),
    after: [(name: "resolution", yes: Choice({"manager": 1}), no: Choice({"closed": 1}), missing: 0.5)],
)"#;

struct Written {
    summary: ListSummary,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    truth: Vec<f64>,
    bytes: Vec<u8>,
}

impl Written {
    fn column(&self, name: &str) -> Vec<&str> {
        let at = self.header.iter().position(|h| h == name).unwrap();
        self.rows.iter().map(|row| row[at].as_str()).collect()
    }

    /// The share of rows that escalated among those for which something holds.
    fn rate(&self, holds: impl Fn(usize) -> bool) -> f64 {
        let told = self.column("escalated");
        let rows: Vec<usize> = (0..told.len()).filter(|row| holds(*row)).collect();
        rows.iter().filter(|row| told[**row] == "yes").count() as f64 / rows.len() as f64
    }
}

fn write(text: &str, rows: Option<usize>, seed: u64) -> Written {
    let table = Table::from_ron(text).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let summary = generate_list(&table, rows, Seed(seed), dir.path(), &|| false).unwrap();
    let bytes = fs::read(dir.path().join(&table.file)).unwrap();
    let read = |bytes: &[u8]| {
        let mut reader = csv::Reader::from_reader(bytes);
        let words = |r: &csv::StringRecord| r.iter().map(str::to_owned).collect::<Vec<_>>();
        let header = words(reader.headers().unwrap());
        (header, reader.records().map(|r| words(&r.unwrap())).collect::<Vec<_>>())
    };
    let (header, rows) = read(&bytes);
    let (_, truth) = read(&fs::read(dir.path().join(TRUTH)).unwrap());
    let truth = truth.iter().map(|row| row[1].parse().unwrap()).collect();
    Written { summary, header, rows, truth, bytes }
}

#[test]
fn columns_and_outcome_are_as_declared() {
    let found = write(TICKETS, None, 7);
    assert_eq!(found.summary.rows, 6000);
    assert_eq!((found.rows[0][0].as_str(), found.rows[5999][0].as_str()), ("T-0001", "T-6000"));
    let opened = found.column("opened_at");
    assert!(
        opened.is_sorted()
            && opened[0].starts_with("2025-01-01")
            && opened[5999].starts_with("2025-04-10")
    );
    let blank = found.column("channel").iter().filter(|c| c.is_empty()).count() as f64 / 6000.0;
    assert!((blank - 0.1).abs() < 0.02, "{blank}");
    let (plan, seats) = (found.column("plan"), found.column("seats"));
    let median = |level: &str| {
        let mut own: Vec<f64> = plan
            .iter()
            .zip(&seats)
            .filter(|(p, _)| **p == level)
            .map(|(_, s)| s.parse().unwrap())
            .collect();
        own.sort_by(f64::total_cmp);
        own[own.len() / 2]
    };
    assert!(
        (4.0..=6.0).contains(&median("free")) && (400.0..600.0).contains(&median("enterprise"))
    );
    assert!(
        found.column("subject").iter().all(|s| s.ends_with("outage") || s.ends_with("invoice"))
    );
    assert!(found.column("subject").contains(&"please invoice"));
    let told = found.column("resolution");
    assert!(
        found
            .column("escalated")
            .iter()
            .zip(&told)
            .all(|(y, r)| r.is_empty() || (*y == "yes") == (*r == "manager"))
    );
}

#[test]
fn effects_show_in_their_order() {
    let found = write(TICKETS, Some(8_000), 7);
    let channel = found.column("channel");
    let by = |level: &str| found.rate(|row| channel[row] == level);
    assert!(by("phone") > by("chat") + 0.05 && by("chat") > by("email") + 0.05);
    let subject = found.column("subject");
    assert!(
        found.rate(|row| subject[row].contains("outage"))
            > found.rate(|row| subject[row].contains("invoice")) + 0.05
    );
    let reopened = found.column("reopened");
    let at = |n: &str| found.rate(|row| reopened[row] == n);
    assert!(at("2") > at("1") && at("1") > at("0"));
    assert!(found.rate(|row| row >= 4_000) > found.rate(|row| row < 4_000) + 0.03);
    // An interaction: beyond what each does alone.
    let plan = found.column("plan");
    let cell = |own: bool, twice: bool| {
        found.rate(|row| (plan[row] == "enterprise") == own && (reopened[row] == "2") == twice)
    };
    assert!(cell(true, true) - cell(true, false) > cell(false, true) - cell(false, false));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn the_rate_is_met_within_chance(rate in 0.01..0.6_f64, seed in 0..1_000_u64) {
        let found = write(&TICKETS.replace("rate: 0.2", &format!("rate: {rate}")), Some(800), seed);
        let truth = found.truth.iter().sum::<f64>() / 800.0;
        prop_assert!((truth - rate).abs() < 1e-4, "{truth} for {rate}");
        let told = found.summary.positives as f64;
        // Five standard deviations of a sum of unlike coins.
        let sd = found.truth.iter().map(|p| p * (1.0 - p)).sum::<f64>().sqrt();
        prop_assert!((told - 800.0 * rate).abs() < 5.0 * sd + 1.0, "{told} for {rate}");
        prop_assert_eq!(found.summary.told, found.summary.positives);
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes(seed in 0..1_000_u64) {
        prop_assert_eq!(write(TICKETS, Some(50), seed).bytes, write(TICKETS, Some(50), seed).bytes);
        prop_assert_ne!(write(TICKETS, Some(50), seed).bytes, write(TICKETS, Some(50), seed + 1).bytes);
    }

    #[test]
    fn no_text_breaks_the_reader(cut in 0..TICKETS.len(), with in "[\"(){}:,0-9a-z -]{0,3}") {
        let text = format!("{}{with}{}", &TICKETS[..cut], &TICKETS[(cut + 1).min(TICKETS.len())..]);
        if let Ok(table) = Table::from_ron(&text) {
            let dir = tempfile::tempdir().unwrap();
            generate_list(&table, Some(5), Seed(1), dir.path(), &|| false).unwrap();
        }
    }
}

#[test]
fn another_column_leaves_the_others_as_they_were() {
    let more = TICKETS.replace(
        "(name: \"reopened\"",
        "(name: \"age\", kind: Uniform(min: 18, max: 90)),\n(name: \"reopened\"",
    );
    let (few, many) = (write(TICKETS, Some(100), 3), write(&more, Some(100), 3));
    for name in ["plan", "channel", "seats", "reopened", "subject", "escalated"] {
        assert_eq!(few.column(name), many.column(name), "{name}");
    }
}

#[test]
fn an_event_is_known_once_it_has_happened() {
    let event = "told: Event(column: \"escalated_at\", within_days: 30, until: \"2025-04-01\")";
    let text = TICKETS
        .replace("told: Flag(column: \"escalated\")", event)
        .replace("rate: 0.2", "rate: 0.5");
    let found = write(&text, None, 7);
    let (opened, at) = (found.column("opened_at"), found.column("escalated_at"));
    let known = at.iter().filter(|at| !at.is_empty()).count();
    assert_eq!(known as u64, found.summary.told);
    assert!(found.summary.told < found.summary.positives);
    assert!(
        opened
            .iter()
            .zip(&at)
            .all(|(opened, at)| at.is_empty() || (opened <= at && *at < "2025-04-01"))
    );
    assert!(opened.iter().zip(&at).any(|(opened, at)| at.is_empty() && *opened > "2025-04-02"));
}

#[test]
fn a_stop_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let table = Table::from_ron(TICKETS).unwrap();
    let stopped = generate_list(&table, None, Seed(1), dir.path(), &|| true);
    assert!(matches!(stopped, Err(SynthError::Stopped)));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn what_makes_no_sense_is_named() {
    for (ours, bad, expect) in [
        (
            "\"free\": 6, \"team\": 3, \"enterprise\": 1",
            "\"free\": 0, \"enterprise\": 0",
            "the weights of `plan` are free: 0, enterprise: 0",
        ),
        ("\"free\": 6", "\"free\": -6", "the weights of `plan`"),
        ("\"free\": 6", "\"team\": 6", "`team` twice"),
        ("rate: 0.2", "rate: 0", "outcome.rate is 0; expected a share above 0 and below 1"),
        ("rate: 0.2", "rate: 1", "outcome.rate is 1"),
        (
            "by: (column: \"plan\"",
            "by: (column: \"seats\"",
            "`seats` depends on `seats`, which does not stand before it",
        ),
        (
            "by: (column: \"plan\"",
            "by: (column: \"reopened\"",
            "`seats` depends on `reopened`, which does not stand before it",
        ),
        ("by: (column: \"plan\"", "by: (column: \"plam\"", "did you mean `plan`?"),
        ("at: {\"enterprise\"", "at: {\"entreprise\"", "did you mean `enterprise`?"),
        (
            "at: {\"enterprise\": LogNormal(median: 500, spread: 0.5)}",
            "at: {\"enterprise\": Choice({\"many\": 1})}",
            "another kind of value at `enterprise`",
        ),
        (
            "When(Is(\"channel\", \"phone\"), 1.5)",
            "When(Is(\"chanel\", \"phone\"), 1.5)",
            "did you mean `channel`?",
        ),
        (
            "When(Is(\"channel\", \"phone\"), 1.5)",
            "When(Is(\"channel\", \"fone\"), 1.5)",
            "effect 1 names the level `fone` of `channel`",
        ),
        (
            "When(Is(\"channel\", \"phone\"), 1.5)",
            "When(AtLeast(\"channel\", 1), 1.5)",
            "needs `channel` to be a number",
        ),
        ("Per(field: \"reopened\"", "Per(field: \"plan\"", "needs `plan` to be a number"),
        (
            "Per(field: \"reopened\"",
            "Per(unit: 0, field: \"reopened\"",
            "expected a `unit` above 0",
        ),
        ("Drift(1)", "Drift(1000)", "expected log-odds from -20 to 20"),
        ("missing: 0.1", "missing: 1.1", "`missing` of `channel` is 1.1"),
        ("name: \"reopened\"", "name: \"plan\"", "`plan`, which stands twice"),
        ("rows: 6000", "rows: 0", "rows is 0"),
        ("version: 1", "version: 2", "version is 2"),
        ("file: \"tickets.csv\"", "file: \"../tickets.csv\"", "the plain name of a CSV file"),
        ("moment: (column: \"opened_at\", from: \"2025-01-01\", days: 100),", "", "fine"),
        ("rows: 6000", "rowz: 6000", "did you mean `rows`?"),
        ("mean: 0.5", "mean: 500", "a mean from 0 to 60"),
    ] {
        assert!(TICKETS.contains(ours), "{ours}");
        let told = Table::from_ron(&TICKETS.replacen(ours, bad, 1))
            .map_or_else(|e| e.to_string(), |_| "fine".into());
        assert!(told.contains(expect), "{bad}: {told}");
    }
}

#[test]
fn the_far_ends_of_the_ranges_are_written() {
    let text = r#"Table(
        version: 1,
        file: "a.csv",
        rows: 4,
        id: (column: "id"),
        moment: (column: "at", from: "2099-12-31", days: 36500),
        columns: [(name: "x", kind: LogNormal(median: 1e300, spread: 5, decimals: 9))],
        outcome: (
            rate: 0.5,
            told: Event(column: "y", within_days: 36500, until: "9000-01-01"),
            effects: [Doubling(field: "x", log_odds: 20), Per(field: "x", unit: 1e-300, log_odds: 20), Per(field: "x", log_odds: -20)],
            unknown: 10,
        ),
    )"#;
    let found = write(text, None, 1);
    assert_eq!(found.rows.len(), 4);
    assert!(found.truth.iter().all(|p| (0.0..=1.0).contains(p)), "{:?}", found.truth);
}
