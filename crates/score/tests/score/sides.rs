//! Who a lead is and what it does: fit, intent and the ideal customer, from the same explanation as the factors.

use crate::fixture::{NOW, bundle, leads, table};
use leadsight_decide::{Criterion, Icp};
use leadsight_rules::Condition;
use leadsight_schema::Fingerprint;
use leadsight_score::{Bundle, OutputColumn, ScoreError, Scorer};

fn with_sides() -> Bundle {
    let mut bundle = bundle();
    bundle.policy.intent = vec!["visits".to_owned(), "last_seen".to_owned()];
    let criterion = |when, weight| Criterion { when, weight };
    let icp = vec![
        criterion(
            Condition::Is("job".to_owned(), leadsight_rules::Value::Text("cto".to_owned())),
            2.0,
        ),
        criterion(Condition::AtLeast("age".to_owned(), 40.0), 1.0),
    ];
    bundle.policy.icp = Some(Icp::new(icp).unwrap());
    bundle
}

fn scorer(bundle: Bundle) -> Result<Scorer, ScoreError> {
    Scorer::new(bundle, &Fingerprint("0123456789abcdef".to_owned()))
}

#[test]
fn fit_and_intent_are_the_score_of_their_own_contributions() {
    let rows = leads(60);
    let table = table(&rows);
    let scorer = scorer(with_sides()).unwrap();
    let scored = scorer.score_table(&table, &(0..60).collect::<Vec<_>>(), NOW).unwrap();
    let explained = scorer.explain_table(&table, &(0..60).collect::<Vec<_>>()).unwrap();
    let policy = &scorer.bundle().unwrap().policy;
    let score = |margin: f64| policy.score(scorer.probability(margin).unwrap());
    let mut apart = 0;
    for (lead, why) in scored.iter().zip(&explained) {
        let side = |doing: bool| -> f64 {
            let of_side = |field: &str| policy.intent.iter().any(|name| name == field) == doing;
            let parts = why.contributions.iter().filter(|part| of_side(&part.field));
            why.base_value + parts.map(|part| part.contribution).sum::<f64>()
        };
        assert_eq!(lead.fit_score, Some(score(side(false))), "{why:?}");
        assert_eq!(lead.intent_score, Some(score(side(true))));
        apart += usize::from(lead.fit_score != lead.intent_score);
    }
    assert!(apart > 10, "{apart}");
}

#[test]
fn the_match_is_the_share_of_weight_that_a_lead_meets() {
    let rows = leads(60);
    let scored = scorer(with_sides())
        .unwrap()
        .score_table(&table(&rows), &(0..60).collect::<Vec<_>>(), NOW)
        .unwrap();
    for (lead, row) in scored.iter().zip(&rows) {
        let old = row[3].parse::<f64>().is_ok_and(|age| age >= 40.0);
        let met = if row[4] == "CTO" { 2.0 } else { 0.0 } + if old { 1.0 } else { 0.0 };
        let found = lead.icp_match_pct.unwrap();
        assert!((found - 100.0 * met / 3.0).abs() < 1e-9, "{row:?}: {found}");
    }
}

#[test]
fn a_bundle_without_sides_has_no_such_columns() {
    let columns = scorer(bundle()).unwrap().columns();
    for column in [OutputColumn::FitScore, OutputColumn::IntentScore, OutputColumn::IcpMatchPct] {
        assert!(!columns.contains(&column));
    }
}
