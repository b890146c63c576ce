//! Routing: a batch of leads to a large team, and one lead by the prices that the batch taught. Names carry leads x reps. The
//! leads are read and bound outside the loop; reasons and due moments are inside.

#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use leadsight_route::{Router, Routing, Stream};
use leadsight_schema::{Field, FieldKind, Record, Schema, TextRules, Timestamp};

/// Monday, 23 November 2026, 8:30 UTC.
const NOW: Timestamp = Timestamp(1_795_422_600);
const COLUMNS: [(&str, FieldKind); 6] = [
    ("lead_id", FieldKind::Text),
    ("probability", FieldKind::Number),
    ("budget", FieldKind::Number),
    ("country", FieldKind::Category),
    ("language", FieldKind::Category),
    ("industry", FieldKind::Category),
];

/// As a linear congruential generator rolls it.
fn dice(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |below| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    }
}

/// A team in two territories and the rest of the world, three languages, two skills that help.
fn routing(reps: usize) -> Routing {
    let mut roll = dice(1);
    let reps: Vec<String> = (0..reps)
        .map(|i| {
            let mut one = |of: [&'static str; 4]| of[roll(4)];
            format!(
                "(id: \"r{i}\", territories: [{}], languages: [{}], skills: [{}], daily_cap: {}, time_zone: \"Europe/Berlin\")",
                one(["", "\"A\"", "\"B\"", "\"A\", \"B\""]),
                one(["\"de\"", "\"en\"", "\"sv\", \"en\"", "\"de\", \"en\""]),
                one(["", "\"law\"", "\"care\"", "\"law\", \"care\""]),
                one(["12", "18", "24", "30"]),
            )
        })
        .collect();
    Routing::from_ron(&format!(
        r#"Routing(
            version: 1,
            columns: (territory: "country", language: "language"),
            value: (column: "budget", otherwise: 1000),
            territories: {{"A": ["DE", "AT"], "B": ["SE"]}},
            skills: [
                (skill: "law", when: Is("industry", "Law"), without: 0.7),
                (skill: "care", when: Is("industry", "Care"), without: 0.4),
            ],
            band: (at_least: 0.5, at_most: 1.5),
            pipelines: [(id: "sales", queue: "open", outreach: [(respond_within_hours: 4)])],
            queues: [(id: "open", time_zone: "Europe/Berlin")],
            reps: [{}],
        )"#,
        reps.join(", ")
    ))
    .unwrap()
}

fn leads(count: usize, schema: &Schema) -> Vec<Record> {
    let mut roll = dice(2);
    (0..count)
        .map(|i| {
            let p = (roll(1000) as f64 / 1000.0).powi(3).to_string();
            let (id, budget) = (format!("l{i}"), (500 + roll(20_000)).to_string());
            let country = ["DE", "AT", "SE", "US", "GB"][roll(5)];
            let language = ["de", "en", "en", "sv"][roll(4)];
            let industry = ["Law", "Care", "Bank", "Shop"][roll(4)];
            let cells = [&id, &p, &budget, country, language, industry].map(Some);
            Record::read(schema.fields(), &TextRules::default(), cells).unwrap().0
        })
        .collect()
}

fn route(c: &mut Criterion) {
    let fields = COLUMNS.map(|(name, kind)| Field::feature(name, kind));
    let schema = Schema::new(fields.to_vec()).unwrap();
    let leads = leads(5000, &schema);
    let router = Router::new(&routing(200), &schema).unwrap();
    let mut group = c.benchmark_group("route_batch");
    group.sample_size(10);
    group.throughput(Throughput::Elements(leads.len() as u64));
    group.bench_function("5000x200", |b| b.iter(|| router.batch(leads.as_slice(), NOW)));
    group.finish();

    let prices = router.batch(leads.as_slice(), NOW).prices;
    let morning = Stream::new(router, &prices, NOW);
    let (mut stream, mut row) = (morning.clone(), 0);
    c.bench_function("route_stream/1x200", |b| {
        b.iter(|| {
            // A new day whenever all leads are through.
            row = (row + 1) % leads.len();
            if row == 0 {
                stream.clone_from(&morning);
            }
            stream.assign(leads.as_slice(), row, NOW)
        });
    });
}

criterion_group!(benches, route);
criterion_main!(benches);
