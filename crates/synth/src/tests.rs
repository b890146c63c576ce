//! The generated CRM as its readers meet it: sizes, the truth, the planted dirt, the funnel, the bytes.

use crate::{NOTE_TOPICS, Preset, SynthError, SynthOptions, SynthSummary, generate};
use leadsight_schema::{FieldKind, Seed, TextRules, infer_kind};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

struct Crm {
    summary: SynthSummary,
    sheets: BTreeMap<&'static str, Sheet>,
}

struct Sheet {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Sheet {
    fn read(path: &Path) -> Sheet {
        let mut reader = csv::Reader::from_path(path).unwrap();
        let words = |r: &csv::StringRecord| r.iter().map(str::to_owned).collect::<Vec<_>>();
        let header = words(reader.headers().unwrap());
        Sheet { header, rows: reader.records().map(|r| words(&r.unwrap())).collect() }
    }

    fn column(&self, name: &str) -> Vec<&str> {
        let at = self.header.iter().position(|h| h == name).unwrap();
        self.rows.iter().map(|row| row[at].as_str()).collect()
    }
}

const FILES: [&str; 12] = [
    "leads",
    "new_leads",
    "accounts",
    "contacts",
    "events",
    "history",
    "reps",
    "products",
    "deals",
    "campaigns",
    "tickets",
    "truth",
];

fn crm(options: &SynthOptions) -> Crm {
    let dir = tempfile::tempdir().unwrap();
    let summary = generate(options, dir.path()).unwrap();
    let read = |name| (name, Sheet::read(&dir.path().join(format!("{name}.csv"))));
    Crm { summary, sheets: FILES.map(read).into_iter().collect() }
}

static DEMO: LazyLock<Crm> = LazyLock::new(|| crm(&SynthOptions::default()));

/// Labels and true probabilities of the distinct leads.
fn outcomes(crm: &Crm) -> (Vec<bool>, Vec<f64>) {
    let leads = &crm.sheets["leads"];
    let labels: BTreeMap<&str, bool> = leads
        .column("lead_id")
        .into_iter()
        .zip(leads.column("converted").into_iter().map(|c| c == "1"))
        .collect();
    let truth = &crm.sheets["truth"];
    let ids = truth.column("lead_id");
    assert_eq!(ids.len(), labels.len());
    let p = truth.column("true_probability").iter().map(|p| p.parse().unwrap()).collect();
    (ids.iter().map(|id| labels[id]).collect(), p)
}

/// Area under the ROC curve by midranks.
fn auc(labels: &[bool], scores: &[f64]) -> f64 {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.sort_by(|a, b| scores[*a].total_cmp(&scores[*b]));
    let (mut rank_sum, mut start) = (0.0, 0);
    while start < order.len() {
        let mut end = start;
        while end < order.len() && scores[order[end]] == scores[order[start]] {
            end += 1;
        }
        let midrank = (start + end + 1) as f64 / 2.0;
        rank_sum += midrank * order[start..end].iter().filter(|r| labels[**r]).count() as f64;
        start = end;
    }
    let positives = labels.iter().filter(|y| **y).count() as f64;
    let negatives = labels.len() as f64 - positives;
    (rank_sum - positives * (positives + 1.0) / 2.0) / (positives * negatives)
}

#[test]
fn has_the_sizes_asked_for() {
    let s = &DEMO.summary;
    assert_eq!((s.leads, s.events, s.contacts), (20_000, 400_000, 20_000));
    assert_eq!(s.lead_rows, 20_003);
    for (name, sheet) in &DEMO.sheets {
        assert!(!sheet.rows.is_empty(), "{name}");
    }
    assert_eq!(DEMO.sheets["events"].rows.len(), 400_000);
    for leads in [1, 2, 30, 2_000] {
        let summary = crm(&SynthOptions { leads, ..SynthOptions::default() }).summary;
        assert_eq!(summary.leads, leads as u64);
        let events = summary.events as f64 / leads as f64;
        assert!((events - 20.0).abs() < 40.0 / leads as f64 + 0.05, "{leads} leads: {events}");
    }
}

#[test]
fn the_truth_is_calibrated_and_leaves_something_to_chance() {
    for seed in [42, 7, 2026] {
        let crm = crm(&SynthOptions { seed: Seed(seed), ..SynthOptions::default() });
        let (labels, p) = outcomes(&crm);
        let rate = labels.iter().filter(|y| **y).count() as f64 / labels.len() as f64;
        assert!((0.025..0.035).contains(&rate), "{rate}");
        let auc = auc(&labels, &p);
        assert!((0.85..0.90).contains(&auc), "{auc}");

        let mut order: Vec<usize> = (0..p.len()).collect();
        order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
        for decile in order.chunks(p.len() / 10) {
            let expected: f64 = decile.iter().map(|r| p[*r]).sum();
            let variance: f64 = decile.iter().map(|r| p[*r] * (1.0 - p[*r])).sum();
            let found = decile.iter().filter(|r| labels[**r]).count() as f64;
            // A second entry shares its outcome with the first, so chance is a little wider than binomial.
            assert!((found - expected).abs() < 4.0 * variance.sqrt() + 2.0, "{found} {expected}");
        }
    }
}

#[test]
fn only_the_planted_columns_leak() {
    let leads = &DEMO.sheets["leads"];
    let labels: Vec<bool> = leads.column("converted").iter().map(|c| *c == "1").collect();
    for name in &leads.header {
        let cells = leads.column(name);
        let filled: Vec<f64> = cells.iter().map(|c| f64::from(u8::from(!c.is_empty()))).collect();
        let numbers: Vec<f64> = cells.iter().map(|c| c.parse().unwrap_or(-1.0)).collect();
        let best = auc(&labels, &filled).max(auc(&labels, &numbers));
        match name.as_str() {
            "contract_value" | "onboarding_call_at" => assert!(best > 0.98, "{name} {best}"),
            "converted" => {}
            _ => assert!(best < 0.8, "{name} {best}"),
        }
    }
}

#[test]
fn the_dirt_is_there_and_within_bounds() {
    let leads = &DEMO.sheets["leads"];
    let rules = TextRules::default();
    for name in ["employees", "budget", "pages_viewed", "minutes_on_site", "contract_value"] {
        let cells = leads.column(name);
        assert_eq!(infer_kind(&rules, cells.iter().copied()), FieldKind::Number, "{name}");
    }
    let unread = |name: &str| {
        let cells = leads.column(name);
        cells.iter().filter(|c| rules.read(FieldKind::Number, c).is_err()).count()
    };
    assert!((20..300).contains(&unread("employees")), "{}", unread("employees"));
    let created = leads.column("created_at");
    assert!(matches!(infer_kind(&rules, created.iter().copied()), FieldKind::Date(_)));
    assert!(created.iter().any(|c| c.as_bytes()[4] != b'-'));

    let sources: BTreeSet<&str> = leads.column("source").into_iter().collect();
    assert!(sources.contains("paid_search") && sources.contains("Paid Search"));

    let ids = leads.column("lead_id");
    let distinct: BTreeSet<&&str> = ids.iter().collect();
    assert_eq!(ids.len() - distinct.len(), 3);

    let second = DEMO.summary.second_entries;
    assert!((200..600).contains(&second), "{second}");
    let mails: Vec<String> = leads.column("email").iter().map(|m| m.to_lowercase()).collect();
    let people: BTreeSet<&String> = mails.iter().collect();
    assert!(mails.len() - people.len() > 100);

    let accounts: BTreeSet<&str> =
        DEMO.sheets["accounts"].column("account_id").into_iter().collect();
    let keys = leads.column("account_id");
    let lost = keys.iter().filter(|k| !k.is_empty() && !accounts.contains(**k)).count();
    assert!((10..150).contains(&lost), "{lost}");
}

#[test]
fn a_blank_telephone_tells_and_refused_cookies_do_not() {
    let leads = &DEMO.sheets["leads"];
    let labels: Vec<bool> = leads.column("converted").iter().map(|c| *c == "1").collect();
    let blank = |name: &str| -> Vec<f64> {
        leads.column(name).iter().map(|c| f64::from(u8::from(c.is_empty()))).collect()
    };
    assert!(auc(&labels, &blank("phone")) < 0.46);
    assert!((auc(&labels, &blank("minutes_on_site")) - 0.5).abs() < 0.03);
}

#[test]
fn sources_drift_in_share_and_in_worth() {
    let leads = &DEMO.sheets["leads"];
    let half = leads.rows.len() / 2;
    let (sources, outcomes) = (leads.column("source"), leads.column("converted"));
    let share = |name: &str, rows: std::ops::Range<usize>| {
        rows.clone().filter(|r| sources[*r] == name).count() as f64 / rows.len() as f64
    };
    let all = leads.rows.len();
    assert!(share("paid_social", half..all) > 1.8 * share("paid_social", 0..half));
    let rate = |rows: std::ops::Range<usize>| {
        let of: Vec<usize> = rows.filter(|r| sources[*r] == "paid_search").collect();
        of.iter().filter(|r| outcomes[**r] == "1").count() as f64 / of.len() as f64
    };
    assert!(rate(half..all) < 0.75 * rate(0..half), "{} {}", rate(half..all), rate(0..half));
}

#[test]
fn the_funnel_is_weak_between_demo_and_meeting_only() {
    let events = &DEMO.sheets["events"];
    let mut reached: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (kind, lead) in events.column("event").into_iter().zip(events.column("lead_id")) {
        reached.entry(kind).or_default().insert(lead);
    }
    let steps = ["demo_requested", "meeting_booked", "meeting_held", "proposal_sent", "deal_won"];
    let passed: Vec<f64> =
        steps.windows(2).map(|w| reached[w[1]].len() as f64 / reached[w[0]].len() as f64).collect();
    assert!(passed[0] < 0.35, "{passed:?}");
    assert!(passed[1..].iter().all(|p| *p > 0.6), "{passed:?}");
}

#[test]
fn the_history_tells_the_stages_of_the_events() {
    let history = &DEMO.sheets["history"];
    let (ids, stages) = (history.column("lead_id"), history.column("stage"));
    assert_eq!(DEMO.summary.history as usize, ids.len());
    let leads: BTreeSet<&str> = DEMO.sheets["leads"].column("lead_id").into_iter().collect();
    assert!(ids.iter().all(|id| leads.contains(id)));
    let label: BTreeMap<&str, &str> = {
        let leads = &DEMO.sheets["leads"];
        leads.column("lead_id").into_iter().zip(leads.column("converted")).collect()
    };
    let mut won: BTreeSet<&str> = BTreeSet::new();
    for (id, stage) in ids.iter().zip(&stages) {
        if stage.to_lowercase().replace(' ', "") == "closedwon" {
            assert_eq!(label[id], "1");
            won.insert(id);
        }
    }
    // Second entries convert with their person, and have no way of their own.
    let conversions = DEMO.summary.conversions as usize;
    assert!((conversions - 30..=conversions).contains(&won.len()), "{} {conversions}", won.len());
    for stage in [
        "New",
        "MQL",
        "Marketing Qualified Lead",
        "Demo requested",
        "SQL",
        "Unqualified",
        "Parked by Tom",
        "",
    ] {
        assert!(stages.contains(&stage), "{stage}");
    }
}

#[test]
fn the_counts_of_a_lead_are_those_of_its_events_by_the_end_of_the_first_day() {
    let rules = TextRules::default();
    let moment =
        |text: &str| match rules.read(FieldKind::Date(leadsight_schema::DateFormat::Iso), text) {
            Ok(leadsight_schema::Cell::Date(t)) => Some(t.0),
            _ => None,
        };
    let leads = &DEMO.sheets["leads"];
    let until: BTreeMap<&str, i64> = leads
        .column("lead_id")
        .into_iter()
        .zip(leads.column("created_at"))
        .filter_map(|(id, at)| Some((id, moment(at)? + 86_400)))
        .collect();
    let events = &DEMO.sheets["events"];
    let mut seen: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    let ids = events.column("lead_id").into_iter().zip(events.column("event"));
    for ((id, kind), at) in ids.zip(events.column("occurred_at")) {
        if until.get(id).is_some_and(|until| moment(at).unwrap() < *until) {
            *seen.entry((id, kind)).or_default() += 1;
        }
    }
    let pairs = [
        ("pages_viewed", "page_view"),
        ("email_opens", "email_open"),
        ("content_downloads", "content_download"),
    ];
    for (column, kind) in pairs {
        let cells = leads.column(column);
        for (id, cell) in leads.column("lead_id").into_iter().zip(cells) {
            if let (Ok(count), true) = (cell.parse::<u32>(), until.contains_key(id)) {
                assert_eq!(seen.get(&(id, kind)).copied().unwrap_or(0), count, "{id} {column}");
            }
        }
    }
}

#[test]
fn deals_agree_with_the_label() {
    let deals = &DEMO.sheets["deals"];
    let leads = &DEMO.sheets["leads"];
    let label: BTreeMap<&str, &str> =
        leads.column("lead_id").into_iter().zip(leads.column("converted")).collect();
    let won = deals.column("won_date");
    for (row, id) in deals.column("lead_id").into_iter().enumerate() {
        assert_eq!(!won[row].is_empty(), label[id] == "1", "{id}");
    }
    let ids: BTreeSet<&str> = deals.column("lead_id").into_iter().collect();
    assert_eq!(ids.len(), deals.rows.len());
}

#[test]
fn notes_are_text_and_their_topics_tell_a_little_that_no_column_does() {
    let (leads, truth) = (&DEMO.sheets["leads"], &DEMO.sheets["truth"]);
    let notes = leads.column("notes");
    let kind = infer_kind(&TextRules::default(), notes.iter().copied());
    assert_eq!(kind, FieldKind::Text);
    let filled = notes.iter().filter(|n| !n.is_empty()).count() as f64 / notes.len() as f64;
    assert!((0.58..0.62).contains(&filled), "{filled}");
    let planted: BTreeMap<&str, &str> =
        truth.column("lead_id").into_iter().zip(truth.column("note_topic")).collect();
    let mut outcomes: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for ((id, note), label) in
        leads.column("lead_id").into_iter().zip(&notes).zip(leads.column("converted"))
    {
        let name = planted[id];
        assert_eq!(note.is_empty(), name.is_empty(), "{id}");
        let Some(topic) = NOTE_TOPICS.iter().find(|t| t.name == name) else { continue };
        let own = topic.words.iter().chain(&topic.german).any(|word| note.contains(word));
        assert!(own, "{name}: {note}");
        let (won, all) = outcomes.entry(name).or_default();
        *won += f64::from(u8::from(label == "1"));
        *all += 1.0;
    }
    let rate = |names: [&str; 2]| {
        let sum =
            |part: fn(&(f64, f64)) -> f64| names.iter().map(|n| part(&outcomes[n])).sum::<f64>();
        sum(|o| o.0) / sum(|o| o.1)
    };
    let ratio = rate(["rollout", "replacement"]) / rate(["study", "browsing"]);
    assert!((1.4..4.0).contains(&ratio), "{ratio} {outcomes:?}");
}

#[test]
fn tickets_come_from_trials_and_customers() {
    let tickets = &DEMO.sheets["tickets"];
    assert_eq!(tickets.rows.len() as u64, DEMO.summary.tickets);
    assert!((1_000..6_000).contains(&tickets.rows.len()), "{}", tickets.rows.len());
    let leads = &DEMO.sheets["leads"];
    let ids = leads.column("lead_id").into_iter();
    let known: BTreeMap<&str, bool> = ids
        .zip(leads.column("trial_started").into_iter().zip(leads.column("converted")))
        .map(|(id, (trial, won))| (id, trial == "yes" || won == "1"))
        .collect();
    assert!(tickets.column("lead_id").iter().all(|id| known[id]));
    let subjects: BTreeSet<&str> = tickets.column("subject").into_iter().collect();
    assert_eq!(subjects.len(), 6);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let bytes = |seed: u64| {
        let dir = tempfile::tempdir().unwrap();
        let options = SynthOptions { leads: 1_500, seed: Seed(seed), ..SynthOptions::default() };
        generate(&options, dir.path()).unwrap();
        let mut names: Vec<_> =
            fs::read_dir(dir.path()).unwrap().map(|f| f.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names.len(), FILES.len(), "{names:?}");
        FILES.map(|name| fs::read(dir.path().join(format!("{name}.csv"))).unwrap())
    };
    assert!(bytes(1) == bytes(1));
    assert!(bytes(1) != bytes(2));
}

#[test]
fn refuses_what_it_cannot_do() {
    let dir = tempfile::tempdir().unwrap();
    let none = SynthOptions { leads: 0, ..SynthOptions::default() };
    assert!(matches!(generate(&none, dir.path()), Err(SynthError::Option { option: "leads", .. })));
    let file = dir.path().join("a file");
    fs::write(&file, "").unwrap();
    let refused = generate(&SynthOptions::default(), &file);
    assert!(matches!(refused, Err(SynthError::Write { .. })), "{refused:?}");
}

#[test]
fn consumers_convert_in_one_of_a_hundred_and_more_than_half_of_them_never() {
    let dir = tempfile::tempdir().unwrap();
    let options = SynthOptions { leads: 60_000, ..SynthOptions::of(Preset::B2c) };
    let summary = generate(&options, dir.path()).unwrap();
    assert_eq!(summary.files, ["leads.csv", "truth.csv"]);
    let (leads, truth) =
        (Sheet::read(&dir.path().join("leads.csv")), Sheet::read(&dir.path().join("truth.csv")));
    assert_eq!((leads.rows.len(), truth.rows.len()), (60_000, 60_000));
    let rate = summary.conversions as f64 / 60_000.0;
    assert!((0.0085..0.0115).contains(&rate), "{rate}");

    let labels: Vec<bool> = leads.column("converted").iter().map(|c| *c == "1").collect();
    let p: Vec<f64> = truth.column("true_probability").iter().map(|p| p.parse().unwrap()).collect();
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*b].total_cmp(&p[*a]));
    let (best, worst) = (&order[..21_000], &order[30_000..]);
    let won = |rows: &[usize]| rows.iter().filter(|r| labels[**r]).count();
    assert!(won(best) as f64 > 0.96 * summary.conversions as f64, "{}", won(best));
    let expected: f64 = worst.iter().map(|r| p[*r]).sum();
    assert!(expected < 0.2, "{expected}");

    // What a column shows of a lead that cannot order is true of it, so nobody who looks barred converts, dirt or not.
    let cell = |name: &str| leads.column(name);
    let (age, area, mail) = (cell("age"), cell("in_delivery_area"), cell("email_status"));
    let (consent, visits) = (cell("consent"), cell("web_visits"));
    let barred = |r: usize| {
        age[r].parse().is_ok_and(|age: f64| age < 18.0)
            || area[r] == "no"
            || mail[r] == "bounced"
            || consent[r] == "withdrawn"
            || visits[r] == "0"
    };
    let barred: Vec<usize> = (0..p.len()).filter(|r| barred(*r)).collect();
    let share = barred.len() as f64 / 60_000.0;
    assert!((0.5..0.6).contains(&share), "{share}");
    assert!(barred.iter().all(|r| p[*r] <= 1e-4));
}

#[test]
fn the_same_seed_gives_the_same_consumers() {
    let bytes = |seed: u64| {
        let dir = tempfile::tempdir().unwrap();
        let options =
            SynthOptions { leads: 1_500, seed: Seed(seed), ..SynthOptions::of(Preset::B2c) };
        generate(&options, dir.path()).unwrap();
        ["leads.csv", "truth.csv"].map(|name| fs::read(dir.path().join(name)).unwrap())
    };
    assert!(bytes(1) == bytes(1));
    assert!(bytes(1) != bytes(2));
}
