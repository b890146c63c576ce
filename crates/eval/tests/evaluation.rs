//! Whole evaluations: determinism, JSON, frozen cuts, size.

use leadsight_eval::*;
use leadsight_schema::{Seed, sigmoid};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// Calibrated probabilities with a base rate near `sigmoid(bias)`, and outcomes drawn from them.
fn simulate(rows: usize, bias: f64, seed: u64) -> (Vec<bool>, Vec<f64>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let p: Vec<f64> =
        (0..rows).map(|_| sigmoid(bias + 4.0 * (rng.random::<f64>() - 0.5))).collect();
    (p.iter().map(|&p| rng.random_bool(p)).collect(), p)
}

#[test]
fn every_key_is_there_and_json_round_trips() {
    let (y, p) = simulate(2_000, -2.0, 1);
    let found = evaluate(&y, &p, 0.2, &EvaluateOptions { bootstrap: 100, ..Default::default() });
    let found = found.unwrap();
    let keys: Vec<&str> = found.metrics.keys().map(String::as_str).collect();
    let mut expect = metrics::KEYS.to_vec();
    expect.sort_unstable();
    assert_eq!(keys, expect);
    let names: Vec<&str> = found.confusion.keys().map(String::as_str).collect();
    assert_eq!(names, ["0.5", "chosen", "f1", "youden"]);
    assert_eq!(found.bands.len(), 4);
    let json = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<Evaluation>(&json).unwrap(), found);
    assert!(
        json.contains(r#""method":"delong""#) && json.contains(r#""method":"clopper_pearson""#)
    );
}

#[test]
fn the_number_of_threads_changes_nothing_and_the_seed_does() {
    let (y, p) = simulate(3_000, -3.0, 2);
    let options = |seed| EvaluateOptions { bootstrap: 64, seed: Seed(seed), ..Default::default() };
    let on = |threads: usize, seed| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let q: Vec<f64> = p.iter().map(|p| p * 0.9).collect();
            (
                evaluate(&y, &p, 0.1, &options(seed)).unwrap(),
                compare(&y, &p, &q, &options(seed)).unwrap(),
            )
        })
    };
    assert_eq!(on(1, 5), on(4, 5));
    assert_ne!(on(1, 5), on(1, 6));
}

#[test]
fn a_metric_without_a_value_is_absent() {
    let (y, p) = simulate(500, -3.0, 3);
    let found = evaluate(&y, &p, 2.0, &EvaluateOptions { bootstrap: 50, ..Default::default() });
    let found = found.unwrap();
    for key in ["precision", "mcc"] {
        assert!(!found.metrics.contains_key(key), "{key}");
    }
    assert_eq!(found.metrics["recall"].value, 0.0);
    let one_class = evaluate(&[false; 3], &[0.1; 3], 0.5, &EvaluateOptions::default());
    assert!(matches!(one_class, Err(EvalError::OneClass { label: false, rows: 3, .. })));
}

#[test]
fn cuts_frozen_on_validation_are_read_on_test() {
    let (vy, vp) = simulate(4_000, -3.0, 4);
    let (ty, tp) = simulate(4_000, -3.0, 5);
    let frozen = Frozen::choose(&vy, &vp).unwrap();
    let options = EvaluateOptions { bootstrap: 50, ..Default::default() };
    let found = evaluate_frozen(&ty, &tp, 0.1, &frozen, &options).unwrap();
    assert_eq!(found.thresholds["f1"], frozen.thresholds["f1"]);
    for (band, cut) in found.bands.iter().zip(&frozen.bands) {
        assert_eq!((band.side, band.cut_score), (cut.side, cut.cut_score));
        assert!((band.share - cut.share).abs() < 0.03, "{band:?}");
    }
    let nobody = Frozen {
        thresholds: BTreeMap::new(),
        bands: vec![BandCut { side: Side::Top, share: 0.1, cut_score: 0.999, edge: Edge::Share }],
    };
    assert!(evaluate_frozen(&ty, &tp, 0.1, &nobody, &options).unwrap().bands.is_empty());
}

#[test]
fn bootstrapped_intervals_cover_what_they_estimate() {
    // Calibrated forecasts: the expected log-loss and Brier score are known from p alone.
    let mut held = [0; 3];
    for seed in 0..100 {
        let (y, p) = simulate(400, -1.5, 1_000 + seed);
        let options = EvaluateOptions { bootstrap: 200, level: 0.9, seed: Seed(seed) };
        let found = evaluate(&y, &p, 0.2, &options).unwrap();
        // Means over the population of `simulate`, by the midpoint rule.
        let mean = |f: &dyn Fn(f64) -> f64| {
            (0..2_000)
                .map(|i| f(sigmoid(-1.5 + 4.0 * ((i as f64 + 0.5) / 2_000.0 - 0.5))))
                .sum::<f64>()
                / 2_000.0
        };
        let truth = [
            ("log_loss", mean(&|p| -p * p.ln() - (1.0 - p) * (1.0 - p).ln())),
            ("brier", mean(&|p| p * (1.0 - p))),
            ("ece", 0.0),
        ];
        for (count, (key, truth)) in held.iter_mut().zip(truth) {
            let i = found.metrics[key];
            // A calibrated forecast has an ECE of 0, which no estimate reaches: near it is near enough.
            let slack = if key == "ece" { 0.02 } else { 0.0 };
            *count += i32::from(i.low - slack <= truth && truth <= i.high);
        }
    }
    assert!(held[0] >= 82 && held[0] <= 97, "log-loss: {held:?}");
    assert!(held[1] >= 82 && held[1] <= 97, "Brier: {held:?}");
    assert!(held[2] >= 82, "ECE: {held:?}");
}

#[test]
fn a_better_model_is_told_from_a_worse_one_and_from_itself() {
    let (y, p) = simulate(5_000, -2.0, 6);
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let noisy: Vec<f64> = p
        .iter()
        .map(|&p| sigmoid((p / (1.0 - p)).ln() + 3.0 * (rng.random::<f64>() - 0.5)))
        .collect();
    let options = EvaluateOptions { bootstrap: 500, ..Default::default() };
    let found = compare(&y, &p, &noisy, &options).unwrap();
    assert!(found.roc_auc.low > 0.0 && found.roc_auc.p_value < 0.01, "{found:?}");
    assert!(found.log_loss.high < 0.0 && found.log_loss.p_value < 0.01, "{found:?}");
    let same = compare(&y, &p, &p, &options).unwrap();
    assert_eq!((same.roc_auc.p_value, same.log_loss.p_value), (1.0, 1.0));
    assert_eq!((same.log_loss.low, same.log_loss.high), (0.0, 0.0));
}

#[test]
fn half_a_million_leads_at_one_percent_prove_a_bottom_band() {
    // Three hard groups, as a B2C base has them: most leads all but never convert.
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    let p: Vec<f64> = (0..500_000)
        .map(|i| match i % 20 {
            0 => 0.15,
            1..=6 => 0.008,
            _ => 0.000_001,
        } + rng.random::<f64>() * 1e-7)
        .collect();
    let y: Vec<bool> = p.iter().map(|&p| rng.random_bool(p)).collect();
    let best = bands::top(&y, &p, 0.35).unwrap();
    assert!(best.capture.low > 0.9, "{best:?}");
    let rest = bands::bottom(&y, &p, 0.50).unwrap();
    assert!(rest.rate_upper < 1e-4, "{rest:?}");
}

#[test]
fn rules_read_and_write_as_configured() {
    let check = |json: &str, expect: Rule| {
        assert_eq!(serde_json::from_str::<Rule>(json).unwrap(), expect);
        assert_eq!(serde_json::to_string(&expect).unwrap(), json);
    };
    check(r#""F1""#, Rule::F1);
    check(r#"{"Cost":{"value":500.0,"cost":20.0}}"#, Rule::Cost { value: 500.0, cost: 20.0 });
    check(r#"{"Capacity":{"per_batch":120}}"#, Rule::Capacity { per_batch: 120 });
    check(r#"{"Capture":{"share":0.9}}"#, Rule::Capture { share: 0.9 });
    check(r#"{"Fixed":0.3}"#, Rule::Fixed(0.3));
    assert!(serde_json::from_str::<Rule>(r#"{"Capture":{"share":0.9,"of":1}}"#).is_err());
}

/// The ten leads of `docs/concepts/thresholds.md`, and what it says that each rule chooses.
#[test]
fn the_rules_choose_as_the_book_says() {
    let p = [0.62, 0.45, 0.40, 0.22, 0.20, 0.15, 0.10, 0.06, 0.04, 0.02];
    let labels = [true, false, true, true, false, false, false, true, false, false];
    for (rule, threshold) in [
        (Rule::F1, 0.22),
        (Rule::Youden, 0.22),
        (Rule::Cost { value: 500.0, cost: 60.0 }, 0.06),
        (Rule::Capacity { per_batch: 3 }, 0.40),
        (Rule::CapacityShare { share: 0.3 }, 0.40),
        (Rule::Capture { share: 0.75 }, 0.22),
        (Rule::Fixed(0.2), 0.2),
    ] {
        assert_eq!(choose(&labels, &p, &rule).unwrap().threshold, threshold, "{rule:?}");
    }
}
