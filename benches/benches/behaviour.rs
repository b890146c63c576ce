//! What leads did: fitting on a log and the columns of all its leads. Names carry events x leads. The log is read outside the loop.

#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use leadsight_behaviour::{BehaviourSpec, Event, EventLog};
use leadsight_schema::Timestamp;

const EVENTS: u64 = 100_000;
const LEADS: u64 = 5_000;
const DAY: i64 = 86_400;

fn log() -> EventLog {
    let mut state = 1_u64;
    let mut draw = |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut events: Vec<Vec<Event>> = vec![Vec::new(); LEADS as usize];
    for _ in 0..EVENTS {
        let kind =
            ["page_view", "email_open", "email_click", "webinar", "purchase"][draw(5) as usize];
        let detail = ["pricing", "docs", "home", "blog"][draw(4) as usize];
        let at = Timestamp(draw(100 * DAY as u64) as i64);
        events[draw(LEADS) as usize]
            .push(Event { detail: Some(detail.to_owned()), ..Event::new(at, kind) });
    }
    let ids: Vec<String> = (0..LEADS).map(|lead| format!("L{lead}")).collect();
    EventLog::of_leads(ids.iter().map(String::as_str).zip(events)).unwrap()
}

fn behaviour(c: &mut Criterion) {
    let log = log();
    let moment = Some(Timestamp(90 * DAY));
    let ids = log.ids();
    let leads: Vec<_> = ids.iter().map(|id| (*id, moment)).collect();
    let events: Vec<_> = ids.iter().map(|id| (log.events(id), moment)).collect();
    let spec = BehaviourSpec::default();
    let (fitted, _) = spec.fit(&log, &leads).unwrap();
    let bound = fitted.bind(&log).unwrap();
    let mut group = c.benchmark_group("behaviour");
    group.throughput(Throughput::Elements(EVENTS)).sample_size(20);
    group.bench_function("fit_100kx5k", |b| b.iter(|| spec.fit(&log, &leads).unwrap()));
    group.bench_function("columns_100kx5k", |b| b.iter(|| bound.columns(&events)));
    group.throughput(Throughput::Elements(1));
    group.bench_function("one_lead_20", |b| b.iter(|| bound.lead(events[0].0, moment)));
    group.finish();
}

criterion_group!(benches, behaviour);
criterion_main!(benches);
