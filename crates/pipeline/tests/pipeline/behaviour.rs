//! Behaviour as of a moment, from the log to the score: the scorer with the raw log says what the run said, and who is left out is told.

use crate::experiment::{Place, experiment};
use leadsight_behaviour::{LogOptions, read_log};
use leadsight_ingest::EventSource;
use leadsight_pipeline::{Experiment, PipelineError, Prepared, prepare};
use leadsight_report::folder::BUNDLE;
use leadsight_schema::{Cell, Cells, Timestamp};
use leadsight_score::{CsvOptions, Events, OutputColumn, Scorer};
use std::fs;
use std::path::Path;

const NOW: Timestamp = Timestamp(1_790_000_000);

#[test]
fn the_bundle_asks_a_raw_log_what_the_run_asked() {
    let place = Place::new();
    let mut with_events = experiment();
    with_events.data.events = Some(EventSource {
        at: "occurred_at".into(),
        kind: "event".into(),
        detail: Some("detail".into()),
        ..EventSource::file("events.csv")
    });
    let outcome = place.run(&with_events, u32::MAX).unwrap();
    let scorer = Scorer::load(&outcome.folder.join(BUNDLE)).unwrap();
    let prepared = prepare(&with_events, &place.data(), NOW).unwrap();
    assert!(scorer.bundle().unwrap().recipe.fields().iter().any(|f| f.name == "page_view count"));
    let test = &prepared.split.test;
    let offline = scorer.score_table(&prepared.table, test, NOW).unwrap();

    let behaviour = scorer.behaviour().unwrap();
    let log = fs::read(place.data().join("events.csv")).unwrap();
    let rules = with_events.data.rules();
    let options = LogOptions {
        file: "events.csv",
        columns: &behaviour.events,
        separator: None,
        rules: &rules,
        now: Some(NOW),
        attributes: &[],
    };
    let read = read_log(log.as_slice(), &options).unwrap();
    // Every lead as the files have it, joined by hand: the columns of behaviour are not in it.
    let columns = [OutputColumn::LeadId, OutputColumn::Probability];
    let mut options = CsvOptions::new(&columns);
    options.events = Some(Events { log: &read.log, now: NOW });
    let mut file = csv::Writer::from_writer(Vec::new());
    let names: Vec<&str> = prepared.table.schema().names().collect();
    let own: Vec<usize> =
        (0..names.len()).filter(|p| !behaviour.names().any(|made| made == names[*p])).collect();
    file.write_record(own.iter().map(|p| names[*p])).unwrap();
    for &row in test {
        let texts = own.iter().map(|&column| match prepared.table.cell(row, column) {
            Cell::Missing => String::new(),
            Cell::Number(number) => number.to_string(),
            Cell::Text(text) => text.to_owned(),
            Cell::Date(at) => at.to_rfc3339(),
        });
        file.write_record(texts).unwrap();
    }
    let file = file.into_inner().unwrap();
    let mut out = Vec::new();
    scorer.score_csv(|| Ok(file.as_slice()), &mut out, &options, NOW).unwrap();
    let expect = leadsight_score::to_csv(&offline, &columns).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), String::from_utf8(expect).unwrap());
}

/// Leads of a log alone: `a*` are won late, `b*` lost late, `c*` won within the day, `d` is open; twenty of each letter but the last.
fn log_alone(dir: &Path) -> Experiment {
    let mut text = "case,at,what,amount\n".to_owned();
    for i in 0..20 {
        for (name, days, end) in [("a", 5, "won"), ("b", 6, "lost"), ("c", 0, "won")] {
            let day = 1 + i;
            text += &format!("{name}{i},2026-01-{day:02}T08:00:00Z,asked,{}\n", 100 + i);
            for visit in 0..i % 4 {
                text += &format!("{name}{i},2026-01-{day:02}T1{visit}:00:00Z,page,{}\n", 100 + i);
            }
            text += &format!("{name}{i},2026-01-{:02}T20:00:00Z,{end},{}\n", day + days, 100 + i);
        }
    }
    text += "d,2026-01-03T08:00:00Z,asked,7\n";
    fs::write(dir.join("log.csv"), text).unwrap();
    let config = r#"Experiment(
        data: (
            leads: "log.csv",
            events: (
                file: "log.csv", lead: "case", at: "at", kind: "what", attributes: ["amount"],
                outcomes: {"won": ["won"], "lost": ["lost"]},
            ),
        ),
        label: Column(name: "outcome", positive: "won", negative: ["lost"]),
        features: (behaviour: (moment: AfterCreated(hours: 24), min_leads: 2)),
    )"#;
    Experiment::parse(config, Path::new("log.ron")).unwrap()
}

#[test]
fn leads_and_outcomes_come_from_a_log_alone() {
    let dir = tempfile::tempdir().unwrap();
    let experiment = log_alone(dir.path());
    let Prepared { table, labels, issues, behaviour, rows_read, .. } =
        prepare(&experiment, dir.path(), NOW).unwrap();
    assert_eq!((rows_read, table.rows(), labels.positives()), (61, 40, 20));
    let told = |kind: &str| issues.iter().find(|i| i.kind == kind).map(|i| i.count);
    assert_eq!(told("blank_label"), Some(1));
    assert_eq!(told("decided_before_moment"), Some(20));
    let names: Vec<&str> = behaviour.as_ref().unwrap().fitted.names().collect();
    assert!(names.contains(&"page count"), "{names:?}");
    // Outcomes are later than every moment, so nothing of them is in any column.
    assert!(!names.iter().any(|name| name.contains("won") || name.contains("lost")), "{names:?}");
    assert!(table.schema().find("amount").is_some());
}

#[test]
fn mistakes_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let sound = log_alone(dir.path());
    let error = |text: &str| -> String {
        let changed = sound.with(text).unwrap();
        prepare(&changed, dir.path(), NOW).unwrap_err().to_string()
    };
    assert!(error(r#"data.events.outcomes={"won": ["wonn"]}"#).contains("did you mean `won`?"));
    assert!(error("data.events.kind=waht").contains("did you mean `what`?"));
    assert!(error("data.leads=other.csv").contains("data.events.attributes"));
    assert!(error(r#"features.behaviour.decided=["amout"]"#).contains("did you mean `amount`?"));
    let late =
        sound.with(r#"features.behaviour.moment={"AfterCreated": {"hours": 9999}}"#).unwrap();
    let late = prepare(&late, dir.path(), NOW).unwrap_err();
    assert!(matches!(late, PipelineError::NoneUndecided { leads: 60, left: 0, .. }), "{late}");
}
