//! What holds for every log, and what the numbers mean.
#![allow(clippy::unwrap_used)]

use leadsight_behaviour::{
    BehaviourError, BehaviourSpec, Event, EventColumns, EventLog, FittedBehaviour, LogFile,
    LogOptions, Moment, OneVisit, Sequence, Value, Visits, read_log,
};
use leadsight_schema::{Column, TextRules, Timestamp};
use proptest::prelude::*;

const DAY: i64 = 86_400;

fn event(at: i64, name: &str) -> Event {
    let (kind, detail) = name.split_once(": ").map_or((name, None), |(k, d)| (k, Some(d)));
    Event { detail: detail.map(str::to_owned), ..Event::new(Timestamp(at), kind) }
}

fn spec() -> BehaviourSpec {
    BehaviourSpec { min_leads: 1, ..BehaviourSpec::default() }
}

/// The value of a column for the lead `a`, whose moment is day 100.
#[track_caller]
fn check(spec: &BehaviourSpec, events: Vec<Event>, column: &str, expect: Option<f64>) {
    // Leads that did some of the same at other times, so that no column is a copy of another.
    let others: Vec<(String, Vec<Event>)> = (0..64_i64)
        .map(|lead| {
            let some =
                events.iter().enumerate().filter(|(i, _)| (lead * 7 + *i as i64 * 5) % 3 > 0);
            let moved = some.map(|(i, e)| {
                let at = e.at.0 - (lead * 31 + i as i64 * 17) % 23 * (DAY + 411 * lead);
                Event { at: Timestamp(at), ..e.clone() }
            });
            (format!("other {lead}"), moved.chain([at(lead as f64 + 1.0, "other")]).collect())
        })
        .collect();
    let moment = Some(Timestamp(100 * DAY));
    let leads = others.iter().map(|(id, events)| (id.as_str(), events.clone()));
    let log = EventLog::of_leads(leads.clone().chain([("a", events)])).unwrap();
    let leads: Vec<_> = leads.map(|(id, _)| (id, moment)).chain([("a", moment)]).collect();
    let (fitted, _) = spec.fit(&log, &leads).unwrap();
    let place = fitted.names().position(|name| name == column);
    let place =
        place.unwrap_or_else(|| panic!("{column}: {:?}", fitted.names().collect::<Vec<_>>()));
    let bound = fitted.bind(&log).unwrap();
    assert_eq!(bound.lead(log.events("a"), moment)[place].number(), expect, "{column}");
}

fn at(days_before: f64, name: &str) -> Event {
    event(100 * DAY - (days_before * DAY as f64) as i64, name)
}

#[test]
fn counts_events_ever_and_in_windows() {
    let events = || vec![at(1.0, "page"), at(7.0, "page"), at(8.0, "page"), at(60.0, "mail")];
    check(&spec(), events(), "page count", Some(3.0));
    check(&spec(), events(), "page count in 7 d", Some(2.0));
    check(&spec(), events(), "event count in 14 d", Some(3.0));
    check(&spec(), events(), "days since page", Some(1.0));
    check(&spec(), events(), "days since mail", Some(60.0));
    check(&spec(), events(), "days since first event", Some(60.0));
    check(
        &spec(),
        vec![at(7.0, "page"), at(14.0, "page")],
        "page count, half-life 7 d",
        Some(0.75),
    );
}

#[test]
fn an_event_at_the_moment_or_within_the_lag_is_not_known() {
    let events = || vec![at(0.0, "page"), at(-1.0, "page"), at(0.5, "page"), at(2.0, "page")];
    check(&spec(), events(), "page count", Some(2.0));
    let lagged = BehaviourSpec { lag_minutes: 720, ..spec() };
    check(&lagged, events(), "page count", Some(1.0));
}

#[test]
fn tells_visits_apart_by_the_gap() {
    let minute = 1.0 / 1440.0;
    let events = || {
        vec![
            at(3.0, "page: pricing"),
            at(3.0 - 20.0 * minute, "page: docs"),
            at(3.0 - 60.0 * minute, "page: docs"),
            at(2.0, "page: docs"),
            at(2.0, "page: pricing"),
            at(1.0, "mail: welcome"),
        ]
    };
    let spec = BehaviourSpec {
        visits: Visits { of: vec!["page".into()], gap_minutes: 30 },
        one_visit: vec![OneVisit {
            name: None,
            all: vec!["page: pricing".into(), "page: docs".into()],
        }],
        ..spec()
    };
    check(&spec, events(), "visit count", Some(3.0));
    check(&spec, events(), "page: docs count", Some(3.0));
    check(&spec, events(), "return visits", Some(2.0));
    check(&spec, events(), "minutes in visits", Some(20.0));
    check(&spec, events(), "page: pricing + page: docs in one visit", Some(2.0));
    check(&spec, events(), "active days", Some(3.0));
    check(&spec, events(), "different events", Some(3.0));
}

#[test]
fn follows_a_webinar_to_the_click() {
    let hour = 1.0 / 24.0;
    let events = || {
        vec![
            at(20.0, "webinar"),
            at(20.0, "click"),
            at(20.0 - 2.0 * hour, "click"),
            at(20.0 - 3.0 * hour, "click"),
            at(18.0, "webinar"),
            at(18.0 - 4.0 * hour, "open: mail"),
            at(5.0, "webinar"),
        ]
    };
    let then = ["click", "open: mail"].map(str::to_owned).to_vec();
    let sequence = Sequence {
        name: Some("answers".into()),
        first: vec!["webinar".into()],
        then,
        within_days: 7,
    };
    let spec = BehaviourSpec { sequences: vec![sequence], ..spec() };
    check(&spec, events(), "answers within 7 d", Some(2.0));
    check(&spec, events(), "answers within 7 d, share", Some(2.0 / 3.0));
    check(&spec, events(), "answers within 7 d, mean hours", Some(3.0));
}

#[test]
fn tells_the_first_and_the_last_event_and_sums_values() {
    let paid = |days, value| Event { value: Some(value), ..at(days, "purchase") };
    let events = || vec![paid(30.0, 20.0), paid(3.0, 5.5), at(50.0, "page: docs")];
    check(&spec(), events(), "purchase value sum", Some(25.5));
    let moment = Some(Timestamp(100 * DAY));
    let log = EventLog::of_leads([("a", events()), ("b", vec![at(2.0, "mail")])]).unwrap();
    let (fitted, _) = spec().fit(&log, &[("a", moment), ("b", moment)]).unwrap();
    let values = fitted.bind(&log).unwrap();
    let values = values.lead(log.events("a"), moment);
    let word = |name: &str| {
        let place = fitted.names().position(|n| n == name).unwrap();
        values[place].clone()
    };
    assert_eq!(word("first event"), Value::Word("page: docs"));
    assert_eq!(word("last event"), Value::Word("purchase"));
}

#[test]
fn says_which_declared_event_nobody_has() {
    let log =
        EventLog::of_leads([("a", vec![at(1.0, "webinar: tour"), at(-1.0, "click")])]).unwrap();
    let moment = Some(Timestamp(100 * DAY));
    let error = |name: &str| {
        let visits = Visits { of: vec![name.to_owned()], ..Visits::default() };
        let spec = BehaviourSpec { visits, ..spec() };
        spec.fit(&log, &[("a", moment)]).unwrap_err().to_string()
    };
    assert!(error("webinr").contains("did you mean `webinar`?"), "{}", error("webinr"));
    assert!(error("webinar: tuor").contains("did you mean `tour`?"), "{}", error("webinar: tuor"));
    assert!(error("click").contains("no training lead has before its moment"));
    assert!(matches!(spec().fit(&log, &[("zz", moment)]), Err(BehaviourError::NoEvents { .. })));
    let date = BehaviourSpec { moment: Moment::Date { day: "soon".into() }, ..spec() };
    assert!(date.fit(&log, &[("a", moment)]).is_err());
}

/// Any event of a few leads, kinds and details, within some days.
fn events() -> impl Strategy<Value = Vec<(usize, Event)>> {
    let one = (0..4_usize, 0..40 * DAY / 600, 0..4_usize, 0..3_usize, prop::option::of(-5.0..9.0));
    let event = one.prop_map(|(lead, at, kind, detail, value)| {
        let detail = ["x", "y"].get(detail).map(|d| (*d).to_owned());
        let kind = ["page", "mail", "webinar", "buy"][kind].to_owned();
        (lead, Event { at: Timestamp(at * 600), kind, detail, value })
    });
    prop::collection::vec(event, 1..60)
}

const LEADS: [&str; 4] = ["a", "b", "c", "d"];

fn rich() -> BehaviourSpec {
    BehaviourSpec {
        lag_minutes: 90,
        windows_days: vec![1, 7, 30],
        visits: Visits { of: Vec::new(), gap_minutes: 600 },
        ..spec()
    }
}

fn log_of(events: &[(usize, Event)]) -> EventLog {
    EventLog::of_leads(events.iter().map(|(lead, event)| (LEADS[*lead], vec![event.clone()])))
        .unwrap()
}

/// The cells of all leads, bits and words.
fn table(
    fitted: &FittedBehaviour,
    log: &EventLog,
    moments: &[Option<Timestamp>; 4],
) -> Vec<Vec<String>> {
    let leads: Vec<_> = LEADS.iter().zip(moments).map(|(id, at)| (log.events(id), *at)).collect();
    fitted.bind(log).unwrap().columns(&leads).iter().map(words).collect()
}

fn words(column: &Column) -> Vec<String> {
    match column {
        Column::Number(numbers) => numbers.iter().map(|n| format!("{:x}", n.to_bits())).collect(),
        Column::Text { codes, levels } => {
            codes.iter().map(|code| format!("{:?}", levels.get(*code as usize))).collect()
        }
        Column::Date(_) => unreachable!(),
    }
}

proptest! {
    /// The order of the file, events that stand twice and events that are not known yet change no bit; what is learned neither.
    #[test]
    fn only_what_was_known_counts(
        events in events(),
        later in events(),
        order in any::<prop::sample::Index>(),
        days in prop::array::uniform4(prop::option::weighted(0.9, 0..45_i64)),
    ) {
        let moments = days.map(|day| day.map(|day| Timestamp(day * DAY)));
        let leads: Vec<_> = LEADS.iter().copied().zip(moments).collect();
        let log = log_of(&events);
        let Ok((fitted, _)) = rich().fit(&log, &leads) else { return Ok(()) };
        let expect = table(&fitted, &log, &moments);

        let known = |lead: usize, at: Timestamp| moments[lead].is_some_and(|m| at.0 < m.0 - 5400);
        let mut known_alone: Vec<_> = events.iter().filter(|(l, e)| known(*l, e.at)).cloned().collect();
        let cut = log_of(&known_alone);
        prop_assert_eq!(&table(&fitted, &cut, &moments), &expect);
        prop_assert_eq!(&rich().fit(&cut, &leads).unwrap().0, &fitted);

        let middle = order.index(known_alone.len().max(1));
        let middle = middle.min(known_alone.len());
        known_alone.rotate_left(middle);
        known_alone.reverse();
        known_alone.extend_from_within(..middle);
        known_alone.extend(later.into_iter().filter(|(lead, e)| !known(*lead, e.at)).map(|(lead, e)| {
            (lead, Event { kind: format!("{} of tomorrow", e.kind), ..e })
        }));
        let other = log_of(&known_alone);
        prop_assert_eq!(&table(&fitted, &other, &moments), &expect);
        prop_assert_eq!(&rich().fit(&other, &leads).unwrap().0, &fitted);
    }

    /// A live lead with its events alone gives the bits of the table, through the fitted behaviour as a file holds it.
    #[test]
    fn one_live_lead_is_a_row_of_the_table(events in events(), day in 1..45_i64) {
        let moment = Some(Timestamp(day * DAY));
        let log = log_of(&events);
        let leads = LEADS.map(|id| (id, moment));
        let Ok((fitted, _)) = rich().fit(&log, &leads) else { return Ok(()) };
        let expect = table(&fitted, &log, &[moment; 4]);
        let text = serde_json::to_string(&fitted).unwrap();
        let fitted: FittedBehaviour = serde_json::from_str(&text).unwrap();
        for (lead, id) in LEADS.iter().enumerate() {
            let own = events.iter().filter(|(l, _)| *l == lead).map(|(_, e)| e.clone()).collect();
            let live = EventLog::of_leads([(*id, own)]).unwrap();
            let bound = fitted.bind(&live).unwrap();
            for (value, column) in bound.lead(live.events(id), moment).iter().zip(&expect) {
                let bits = match value {
                    Value::Number(number) => format!("{:x}", number.to_bits()),
                    Value::Word(word) => format!("{:?}", Some(word)),
                    Value::Missing => continue,
                };
                prop_assert_eq!(&bits, &column[lead]);
            }
        }
    }

    /// Against counting by hand.
    #[test]
    fn counts_are_those_of_a_filter(events in events(), day in 1..45_i64) {
        let moment = Timestamp(day * DAY);
        let mut log = events.clone();
        log.sort_by_key(|(lead, e)| (*lead, e.at, format!("{e:?}")));
        log.dedup_by_key(|(lead, e)| (*lead, format!("{e:?}")));
        let leads = LEADS.map(|id| (id, Some(moment)));
        let whole = log_of(&events);
        let Ok((fitted, _)) = rich().fit(&whole, &leads) else { return Ok(()) };
        let bound = fitted.bind(&whole).unwrap();
        for (lead, id) in LEADS.iter().enumerate() {
            let live = bound.lead(whole.events(id), Some(moment));
            for (name, value) in fitted.names().zip(&live) {
                let Some((kind, days)) = name.strip_suffix(" d").and_then(|n| n.split_once(" count in ")) else { continue };
                if kind == "visit" {
                    continue;
                }
                let from = moment.0 - days.parse::<i64>().unwrap() * DAY;
                let by_hand = log.iter().filter(|(l, e)| {
                    *l == lead && (kind == "event" || e.kind == kind) && e.at.0 < moment.0 - 5400 && e.at.0 >= from
                });
                prop_assert_eq!(value.number(), Some(by_hand.count() as f64), "{}", name);
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut text = b"lead_id,timestamp,event_type\n".to_vec();
        text.extend(&bytes);
        let _ = read(&text, EventColumns::default());
        let _ = read(&bytes, EventColumns::default());
    }
}

fn read(text: &[u8], columns: EventColumns) -> Result<LogFile, BehaviourError> {
    let options = LogOptions {
        file: "events.csv",
        columns: &columns,
        separator: None,
        rules: &TextRules::default(),
        now: Some(Timestamp(1_800_000_000)),
        attributes: &[],
    };
    read_log(text, &options)
}

#[test]
fn tells_what_it_could_not_use() {
    let mut text = "\u{feff}timestamp;lead_id;event_type;note;amount\n".to_owned();
    for day in 1..=28 {
        text += &format!("2026-01-{day:02}T10:00:00Z;L1;page;docs;7\n");
    }
    text += "2026-01-03T10:00:00Z;L1;page;docs;7\n\
             2026-01-03T10:00:00Z;L1\n\
             soon;L1;page;docs;7\n\
             2026-01-04 10:00;L9;page;docs;lots\n\
             2126-01-04T10:00:00Z;L1;page;docs;\n\
             2026-01-04T10:00:00Z;;page;docs;\n";
    let columns = EventColumns {
        detail: Some("note".into()),
        value: Some("amount".into()),
        ..EventColumns::default()
    };
    let found = read(text.as_bytes(), columns).unwrap();
    assert_eq!((found.log.len(), found.log.leads()), (29, 2));
    let mut told: Vec<_> =
        found.issues.iter().map(|i| (i.kind.as_str(), i.row, i.found.as_str(), i.count)).collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            ("duplicate_event", Some(29), "page at 2026-01-03T10:00:00Z once more", 1),
            ("event_in_future", Some(33), "2126-01-04T10:00:00Z", 1),
            ("incomplete_event", Some(34), "no lead", 1),
            ("mixed_time_zones", Some(32), "2026-01-04 10:00", 1),
            ("out_of_order", Some(29), "2026-01-03T10:00:00Z", 1),
            ("ragged_row", Some(30), "2 fields", 1),
            ("unreadable_moment", Some(31), "soon", 1),
            ("unreadable_value", Some(32), "lots", 1),
        ]
    );
    let strangers = found.log.unknown_leads(|lead| Some(lead) == found.log.find("L1")).unwrap();
    assert_eq!((strangers.found.as_str(), strangers.row, strangers.count), ("L9", Some(32), 1));
    assert_eq!(found.log.unknown_leads(|_| true), None);
}

#[test]
fn refuses_a_log_that_cannot_be_one() {
    #[track_caller]
    fn check(text: &str, expect: &str) {
        let error = read(text.as_bytes(), EventColumns::default()).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    }
    check("", "has no header");
    check("lead_id,when,event_type\n", "no such column");
    check("lead,timestamp,event_type\nL1,2026-01-01,page\n", "did you mean `lead`?");
    check("lead_id,timestamp,event_type\nL1,page,2026-01-01\n", "does not hold moments");
    check("lead_id,timestamp,event_type\nL1\nL2\n", "another number of fields");
    assert!(
        read(b"lead_id,timestamp,event_type\n", EventColumns::default()).unwrap().log.is_empty()
    );
}
