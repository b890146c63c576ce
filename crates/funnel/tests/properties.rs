//! What holds for any history, and what is found again in leads made with a known answer.

#![allow(clippy::unwrap_used)]

use leadsight_funnel::{
    Entry, Grouping, Stage, State, Tally, Told, audience, channels, funnel, leaks, paths, traits,
    weak_spots, weak_step,
};
use leadsight_rules::{Condition, Rules, Value, from_ron};
use leadsight_schema::{Cells, Column, Field, FieldKind, LeadTable, Schema, Timestamp};
use proptest::prelude::*;

const STAGES: [Stage; 9] = [
    Stage::Visitor,
    Stage::Lead,
    Stage::MarketingQualified,
    Stage::SalesQualified,
    Stage::Opportunity,
    Stage::Proposal,
    Stage::Negotiation,
    Stage::Won,
    Stage::Lost,
];

fn histories() -> impl Strategy<Value = (usize, Vec<Entry>)> {
    (1usize..30).prop_flat_map(|leads| {
        let moment = prop_oneof![
            Just(None),
            (-300_000_000_000i64..300_000_000_000).prop_map(Some),
            (0i64..9_000_000).prop_map(Some)
        ];
        let entry = (0..leads + 3, 0..STAGES.len(), moment);
        prop::collection::vec(entry, 0..120).prop_map(move |moves| {
            let entry = |(row, (lead, stage, at)): (usize, (usize, usize, Option<i64>))| Entry {
                lead,
                stage: STAGES[stage],
                at: at.map(Timestamp),
                row,
            };
            (leads, moves.into_iter().enumerate().map(entry).collect())
        })
    })
}

proptest! {
    #[test]
    fn every_lead_is_counted_once_at_each_step((leads, entries) in histories(), at in prop::option::of(0i64..9_000_000), current: bool) {
        let created: Vec<_> = (0..leads).map(|lead| (lead % 3 > 0).then_some(Timestamp(lead as i64))).collect();
        let told = if current { Told::Current } else { Told::History };
        let (paths, _) = paths(&created, &entries, told);
        prop_assert_eq!(paths.len(), leads);
        let f = funnel(&paths, at.map(Timestamp));
        let open = paths.iter().filter(|p| p.state == State::Open).count() as u64;
        prop_assert_eq!(f.won + f.lost + open, leads as u64);
        for pair in f.stages.windows(2) {
            prop_assert!(pair[0].leads >= pair[1].leads);
        }
        for (step, pair) in f.steps.iter().zip(f.stages.windows(2)) {
            prop_assert_eq!(step.entered, step.passed + step.lost + step.quiet + step.waiting);
            prop_assert_eq!((step.entered, step.passed), (pair[0].leads, pair[1].leads));
            prop_assert!(step.judged <= step.entered && step.judged_passed <= step.judged);
            prop_assert_eq!(step.rate.is_none(), step.judged == 0);
        }
        let of: Vec<Option<&str>> = (0..leads).map(|lead| [None, Some("a"), Some("b")][lead % 3]).collect();
        let grouping = Grouping { column: "g", of };
        let found = leaks(&f, &paths, Some(&grouping));
        prop_assert!(found.iter().all(|l| l.to_win.low <= l.to_win.value && l.to_win.value <= l.to_win.high));
        weak_step(&found, f.unplaced);
        weak_spots(&f, &paths, &[grouping], 1);
    }

    #[test]
    fn the_order_of_rows_changes_nothing_where_moments_differ((leads, entries) in histories(), shift in 0usize..50) {
        let entries: Vec<Entry> = entries.into_iter().enumerate()
            .map(|(i, e)| Entry { at: Some(Timestamp(e.at.map_or(0, |t| t.0 % 1000) * 1000 + i as i64)), ..e })
            .collect();
        let mut turned = entries.clone();
        turned.rotate_left(shift % entries.len().max(1));
        let created = vec![Some(Timestamp(0)); leads];
        prop_assert_eq!(paths(&created, &entries, Told::History).0, paths(&created, &turned, Told::History).0);
    }

    #[test]
    fn any_channels_are_judged_without_a_number_for_what_is_not_defined(
        rows in prop::collection::vec((0u64..200, 0u64..200, 0u64..200, prop::option::of(0f64..1e6), prop::option::of(-1e6f64..1e6)), 0..20),
    ) {
        let tallies: Vec<Tally> = rows.iter().enumerate().map(|(i, (a, b, c, cost, value))| {
            let mut n = [*a, *b, *c];
            n.sort_unstable();
            Tally { name: i.to_string(), conversions: n[0], judged: n[1], leads: n[2], cost: *cost, value: *value }
        }).collect();
        let found = channels(&tallies, 30);
        prop_assert_eq!(found.len(), tallies.len());
        for c in &found {
            prop_assert_eq!(c.rate.is_none(), c.judged == 0);
            prop_assert!(c.cost_per_lead.is_none_or(f64::is_finite));
            prop_assert!(c.return_on_cost.is_none_or(f64::is_finite));
            if let Some(cost) = c.cost_per_conversion {
                prop_assert!(c.conversions > 0 && cost.low <= cost.value && cost.value <= cost.high && cost.high.is_finite());
            }
        }
    }
}

/// Leads of which a quarter come from `good`, which converts four times as often, and those with a number above 70 twice as often.
fn world(leads: usize) -> (LeadTable, Vec<bool>) {
    let mut state = 1u64;
    let mut unit = move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let (mut words, mut numbers, mut noise, mut labels) = (vec![], vec![], vec![], vec![]);
    for _ in 0..leads {
        let word = ["good", "Good", "good", "plain", "plain", "other", "other", "last"]
            [(unit() * 8.0) as usize];
        let number = (unit() * 100.0).floor();
        let chance = 0.03
            * if word.eq_ignore_ascii_case("good") { 4.0 } else { 1.0 }
            * if number > 70.0 { 2.0 } else { 1.0 };
        words.push(Some(word));
        numbers.push(if unit() < 0.05 { f64::NAN } else { number });
        noise.push(Some(["x", "y", "z"][(unit() * 3.0) as usize]));
        labels.push(unit() < chance);
    }
    let fields = vec![
        Field::feature("kind", FieldKind::Category),
        Field::feature("number", FieldKind::Number),
        Field::feature("noise", FieldKind::Category),
    ];
    let columns =
        vec![Column::from_words(words), Column::Number(numbers), Column::from_words(noise)];
    let lines = (0..leads as u64).collect();
    (LeadTable::new(Schema::new(fields).unwrap(), columns, lines).unwrap(), labels)
}

#[test]
fn planted_traits_are_found_and_noise_is_not() {
    let (table, labels) = world(8_000);
    let found = traits(&table, table.schema(), &[0, 1, 2], &labels, 30).unwrap();
    assert_eq!(
        found[0].condition,
        Condition::Is("kind".into(), Value::Text("good".into())),
        "{found:#?}"
    );
    assert!(found[0].lift.low > 1.5 && found[0].p_value < 1e-6, "{:?}", found[0]);
    assert!(found.iter().any(|t| t.words.contains("number")), "{found:#?}");
    assert!(found.iter().all(|t| !t.words.contains("noise")), "{found:#?}");
    assert!(found.iter().all(|t| t.lift.low <= t.lift.value && t.lift.value <= t.lift.high));

    // Shuffled outcomes: at most chance finds.
    let mut shuffled = labels.clone();
    shuffled.rotate_left(1_234);
    let chance = traits(&table, table.schema(), &[0, 1, 2], &shuffled, 30).unwrap();
    assert!(chance.len() <= 1, "{chance:#?}");
}

#[test]
fn the_audience_holds_on_leads_that_had_no_part_in_it() {
    let (table, labels) = world(8_000);
    let found = audience(&table, table.schema(), &[0, 1, 2], &labels, 30).unwrap().unwrap();
    assert!(
        found.words.contains("kind is good") && !found.words.contains("noise"),
        "{}",
        found.words
    );
    assert!(found.lift.low > 1.5 && found.checked_on == 4_000, "{found:?}");
    assert!(found.share_of_conversions > 0.25, "{found:?}");

    // What is written can be read, and holds for the leads that were counted.
    let bound = found.condition.bind(table.schema(), "the audience").unwrap();
    let within = (0..table.rows())
        .filter(|row| row % 2 == 1 && bound.holds(&|field| table.cell(*row, *field), None));
    assert_eq!(within.count() as u64, found.leads);
    let text = ron::to_string(&found.condition).unwrap();
    assert_eq!(from_ron::<Condition>(&text, "the condition").unwrap(), found.condition);
    let policy = found.to_policy("lead_id").unwrap();
    let rules = &policy[policy.find("rules: (").unwrap() + 7..policy.find(",\n    id:").unwrap()];
    assert_eq!(Rules::from_ron(rules).unwrap().rules()[0].when, found.condition);
}

#[test]
fn without_converters_or_leads_there_is_nothing_to_find() {
    let (table, labels) = world(200);
    let none = vec![false; 200];
    assert!(traits(&table, table.schema(), &[0, 1, 2, 9], &none, 30).unwrap().is_empty());
    assert_eq!(audience(&table, table.schema(), &[0, 1, 2], &none, 30).unwrap(), None);
    assert!(traits(&table, table.schema(), &[0], &labels[1..], 30).is_err());
    let (empty, _) = world(0);
    assert!(traits(&empty, empty.schema(), &[0, 1, 2], &[], 30).unwrap().is_empty());
    assert_eq!(audience(&empty, empty.schema(), &[0, 1, 2], &[], 30).unwrap(), None);
}
