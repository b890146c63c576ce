//! What leads did: the table of training, a file with its log, and one live lead give the same bits.

use crate::fixture::{HEADER, NOW, bundle_of, file, leads, scorer, table};
use leadsight_behaviour::{
    BehaviourSpec, EventColumns, LogFile, LogOptions, OneVisit, Sequence, read_log,
};
use leadsight_schema::{DateFormat, Fingerprint, LeadTable, TextRules, Timestamp};
use leadsight_score::{
    Before, CsvOptions, Events, OutputColumn, PreviousLeads, PreviousScores, ScoreError, Scorer,
    to_csv,
};
use serde_json::{Map, Value, json};

/// `lead_id,timestamp,event_type,page,amount` of many leads, some events before the moment of scoring and some after it.
fn events(leads: usize) -> Vec<[String; 5]> {
    let mut state = 11_u64;
    let mut draw = |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    (0..leads * 9)
        .map(|_| {
            let lead = draw(leads as u64);
            let kind = ["page_view", "email_open", "webinar", "purchase"][draw(4) as usize];
            let page = ["pricing", "docs", "", "home"][draw(4) as usize];
            let amount =
                if kind == "purchase" { format!("{}.3", draw(500)) } else { String::new() };
            // 2026-06-20T08:00:00Z and the eleven days behind it; leads come in on the 30th, and are looked at on the 1st.
            let at = Timestamp(1_781_942_400 + draw(11 * 86_400) as i64).to_rfc3339();
            [format!("L-{lead}"), at, kind.to_owned(), page.to_owned(), amount]
        })
        .collect()
}

fn log(events: &[[String; 5]], columns: &EventColumns) -> LogFile {
    let rows: Vec<String> = events.iter().map(|event| event.join(",")).collect();
    let text = format!("lead_id,timestamp,event_type,page,amount\n{}\n", rows.join("\n"));
    let rules = TextRules::default();
    let options = LogOptions {
        file: "events.csv",
        columns,
        separator: None,
        rules: &rules,
        now: Some(NOW),
        attributes: &[],
    };
    read_log(text.as_bytes(), &options).unwrap()
}

fn columns() -> EventColumns {
    EventColumns {
        detail: Some("page".into()),
        value: Some("amount".into()),
        ..EventColumns::default()
    }
}

/// A scorer that was trained with the events of 300 leads, and its table.
fn trained() -> (Scorer, LeadTable, Vec<[String; 5]>) {
    let events = events(300);
    let found = log(&events, &columns());
    let rows = leads(300);
    let came = DateFormat::Iso.parse("2026-06-30T08:00:00Z").unwrap();
    let spec = BehaviourSpec {
        min_leads: 5,
        lag_minutes: 30,
        one_visit: vec![OneVisit {
            name: None,
            all: vec!["page_view: pricing".into(), "page_view: docs".into()],
        }],
        sequences: vec![Sequence {
            name: None,
            first: vec!["webinar".into()],
            then: vec!["email_open".into()],
            within_days: 2,
        }],
        ..BehaviourSpec::default()
    };
    let moment = spec.moment.of(Some(came), None);
    let ids: Vec<_> = rows.iter().map(|row| (row[0].as_str(), moment)).collect();
    let (mut fitted, _) = spec.fit(&found.log, &ids).unwrap();
    fitted.events = found.columns.clone();
    fitted.date = Some(("created".to_owned(), DateFormat::Iso));
    let bound = fitted.bind(&found.log).unwrap();
    let made: Vec<_> = ids.iter().map(|(id, at)| (found.log.events(id), *at)).collect();
    let made = fitted.fields().into_iter().zip(bound.columns(&made));
    let table = table(&rows).with_columns(made).unwrap();
    let bundle = bundle_of(&table, Some(fitted));
    assert!(bundle.behaviour.as_ref().unwrap().names().count() > 20);
    (Scorer::new(bundle, &Fingerprint("0123456789abcdef".to_owned())).unwrap(), table, events)
}

#[test]
fn a_file_with_its_log_and_a_live_lead_give_what_the_table_gives() {
    let (scorer, table, mut events) = trained();
    let all: Vec<usize> = (0..300).collect();
    let offline = scorer.score_table(&table, &all, NOW).unwrap();
    // The log in another order, with an event twice, of somebody else, and of tomorrow.
    let again = events[5].clone();
    events.reverse();
    events.push(again);
    events.push(["L-9999", "2026-06-25T08:00:00Z", "page_view", "docs", ""].map(str::to_owned));
    events.push(["L-1", "2126-06-25T08:00:00Z", "page_view", "docs", ""].map(str::to_owned));
    let found = log(&events, &scorer.behaviour().unwrap().events);
    assert!(found.issues.iter().any(|issue| issue.kind == "event_in_future"));
    let columns: Vec<OutputColumn> = OutputColumn::all().collect();
    let mut options = CsvOptions { chunk_rows: 77, ..CsvOptions::new(&columns) };
    options.events = Some(Events { log: &found.log, now: NOW });
    let text = file(&leads(300), &HEADER, ',');
    let mut out = Vec::new();
    let summary = scorer.score_csv(|| Ok(text.as_bytes()), &mut out, &options, NOW).unwrap();
    let told: Vec<_> = summary.issues.iter().map(|i| (i.kind.as_str(), i.file.as_str())).collect();
    assert!(told.contains(&("unknown_lead", "events.csv")), "{told:?}");
    assert!(!told.iter().any(|(kind, _)| *kind == "missing_column"), "{told:?}");
    let columns: Vec<OutputColumn> =
        columns.iter().copied().filter(|c| *c != OutputColumn::Warnings).collect();
    options.columns = &columns;
    out.clear();
    scorer.score_csv(|| Ok(text.as_bytes()), &mut out, &options, NOW).unwrap();
    assert_eq!(out, to_csv(&offline, &columns).unwrap());

    for (row, offline) in leads(300).iter().zip(&offline) {
        let mut lead: Map<String, Value> =
            HEADER.iter().zip(row).map(|(name, text)| ((*name).to_owned(), json!(text))).collect();
        let own = events.iter().filter(|event| event[0] == row[0]);
        let own = own.map(|[_, at, kind, page, amount]| {
            json!({"timestamp": at, "event_type": kind, "page": page, "amount": amount})
        });
        lead.insert("events".to_owned(), own.collect());
        let live = scorer.score_json(&lead, NOW).unwrap();
        assert_eq!(live.margin.to_bits(), offline.margin.to_bits(), "{}", live.lead_id);
    }
}

#[test]
fn events_that_are_not_given_or_not_asked_for_are_told() {
    let (trained, ..) = trained();
    let text = file(&leads(20), &HEADER, ',');
    let columns = [OutputColumn::LeadId, OutputColumn::Probability];
    let options = CsvOptions::new(&columns);
    let score = |scorer: &Scorer, options: &CsvOptions<'_>| {
        scorer.score_csv(|| Ok(text.as_bytes()), Vec::new(), options, NOW)
    };
    let kinds: Vec<String> =
        score(&trained, &options).unwrap().issues.into_iter().map(|i| i.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "no_events").count(), 1, "{kinds:?}");
    assert!(!kinds.contains(&"missing_column".to_owned()), "{kinds:?}");

    let found = log(&events(3), &self::columns());
    let options = CsvOptions { events: Some(Events { log: &found.log, now: NOW }), ..options };
    assert!(matches!(score(&scorer(), &options), Err(ScoreError::NoBehaviour)));

    let mut lead: Map<String, Value> = Map::new();
    lead.insert("lead_id".into(), json!("L-1"));
    lead.insert("created".into(), json!("2026-06-30"));
    lead.insert(
        "events".into(),
        json!([
            {"timestamp": "2026-06-30T09:00:00Z", "event_type": "page_view"},
            {"timestamp": "soon", "event_type": "page_view"},
            {"timestamp": "2026-06-30T09:00:00Z"},
            7
        ]),
    );
    let warnings = trained.score_json(&lead, NOW).unwrap().warnings.join("\n");
    for expect in
        ["event 2: `soon` is not a date", "event 3: no `event_type`", "event 4: no `timestamp`"]
    {
        assert!(warnings.contains(expect), "{expect}: {warnings}");
    }
}

#[test]
fn a_change_counts_the_events_of_each_moment() {
    let (trained, _, events) = trained();
    let found = log(&events, &columns());
    let moment = |text: &str| DateFormat::Iso.parse(text).unwrap();
    // Half of the events have happened at the first moment, and all before the second.
    let (then, now) = (moment("2026-06-25T20:00:00Z"), moment("2026-07-01T00:00:00Z"));
    let text = file(&leads(300), &HEADER, ',');
    let own = trained.columns();
    let mut options = CsvOptions::new(&own);
    options.events = Some(Events { log: &found.log, now: then });
    let mut scored = Vec::new();
    trained.score_csv(|| Ok(text.as_bytes()), &mut scored, &options, then).unwrap();

    let (scores, issues) = PreviousScores::read(scored.as_slice(), "scored.csv").unwrap();
    assert_eq!(issues, []);
    options.events = Some(Events { log: &found.log, now });
    let (before, _) = PreviousLeads::read(&trained, || Ok(text.as_bytes()), &options).unwrap();
    let columns = [OutputColumn::LeadId, OutputColumn::Trend];
    let previous = Some(Before { scores: &scores, leads: Some(&before) });
    let tell = |events: Option<Events<'_>>| {
        let options = CsvOptions { previous, events, ..CsvOptions::new(&columns) };
        let mut out = Vec::new();
        let summary = trained.score_csv(|| Ok(text.as_bytes()), &mut out, &options, now).unwrap();
        let differs = summary.issues.iter().find(|issue| issue.kind == "previous_differs");
        (String::from_utf8(out).unwrap(), differs.map_or(0, |issue| issue.count))
    };
    let (told, differs) = tell(options.events);
    assert_eq!(differs, 0);
    let moved = told.lines().filter(|line| line.contains("page view")).count();
    assert!(moved > 50, "{moved} of {told}");
    // Without the events the leads as they were are not those that were scored, and no reason is made up.
    let (told, differs) = tell(None);
    assert!(differs > 100 && !told.contains("page view"), "{differs}");
}
