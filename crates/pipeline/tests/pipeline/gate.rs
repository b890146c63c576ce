//! The gate on run folders whose leads and probabilities are made up.

use leadsight_eval::{EvaluateOptions, Method, evaluate};
use leadsight_pipeline::{Form, GATED, GateOptions, GateReport, Verdict, gate};
use leadsight_report::files::{to_csv, to_json};
use leadsight_report::folder::{METRICS, MetricsFile, PREDICTIONS, PredictionRow};
use leadsight_schema::{Seed, sigmoid};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::Path;

const EVALUATE: EvaluateOptions = EvaluateOptions { level: 0.95, bootstrap: 200, seed: Seed(1) };

fn options(metrics: &[&str]) -> GateOptions {
    GateOptions {
        metrics: metrics.iter().map(|m| (*m).to_owned()).collect(),
        split: "test".to_owned(),
        tolerance: 0.0,
        evaluate: EVALUATE,
    }
}

/// A run of 1,500 leads from `first` on, whose log-odds are off by up to `noise`, drawn from `seed`.
fn write(dir: &Path, first: usize, noise: f64, seed: u64) {
    let mut outcomes = ChaCha8Rng::seed_from_u64(first as u64);
    let mut errors = ChaCha8Rng::seed_from_u64(seed);
    let (mut labels, mut probabilities) = (Vec::new(), Vec::new());
    for _ in 0..1_500 {
        let margin = 6.0 * outcomes.random::<f64>() - 4.0;
        labels.push(outcomes.random_bool(sigmoid(margin)));
        probabilities.push(sigmoid(margin + noise * (2.0 * errors.random::<f64>() - 1.0)));
    }
    let rows: Vec<PredictionRow> = (labels.iter().zip(&probabilities).enumerate())
        .map(|(i, (label, probability))| PredictionRow {
            lead_id: format!("L{}", first + i),
            split: "test".to_owned(),
            label: u8::from(*label),
            model: "Made".to_owned(),
            probability: *probability,
            duplicate_group_id: None,
        })
        .collect();
    let evaluation = evaluate(&labels, &probabilities, 0.3, &EVALUATE).unwrap();
    let metrics = MetricsFile {
        model: "Made".to_owned(),
        threshold: 0.3,
        threshold_rule: "made".to_owned(),
        skip_threshold: 0.1,
        splits: [("test".to_owned(), evaluation)].into(),
        tiers: Vec::new(),
    };
    std::fs::create_dir_all(dir).unwrap();
    std::fs::write(dir.join(METRICS), to_json(METRICS, &metrics).unwrap()).unwrap();
    std::fs::write(dir.join(PREDICTIONS), to_csv(PREDICTIONS, &rows).unwrap()).unwrap();
}

fn verdicts(report: &GateReport) -> Vec<Verdict> {
    report.metrics.iter().map(|metric| metric.verdict).collect()
}

#[test]
fn in_pairs_noise_passes_and_a_real_fall_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let runs = [
        ("base", 0.5, 1),
        ("same", 0.5, 1),
        // A little worse in truth, and other errors: less than 1,500 leads can tell.
        ("near", 0.6, 2),
        ("worse", 1.5, 1),
        ("useless", 40.0, 1),
    ];
    for (name, noise, seed) in runs {
        write(&at(name), 0, noise, seed);
    }
    let check = |run: &str, passed: bool| {
        let report = gate(&at(run), &at("base"), &options(&GATED)).unwrap();
        assert_eq!(report.form, Form::Paired { rows: 1_500 });
        assert_eq!(report.passed, passed, "{run}: {:?}", report.metrics);
        report
    };
    let same = check("same", true);
    assert!(same.metrics.iter().all(|m| m.difference.unwrap().value == 0.0));
    // Its Brier score is worse here, too, and yet no proof.
    let brier = check("near", true).metrics[3].difference.unwrap();
    assert!(brier.low < 0.0 && brier.value > 0.0, "{brier:?}");
    assert_eq!(verdicts(&check("useless", false)), [Verdict::Fell; 4]);
    let worse = check("worse", false);
    // A tolerance as large as the fall lets it pass; the better run passes against the worse one.
    let fall = worse.metrics.iter().map(|m| m.difference.unwrap().value.abs()).fold(0.0, f64::max);
    let lenient = GateOptions { tolerance: fall, ..options(&GATED) };
    assert!(gate(&at("worse"), &at("base"), &lenient).unwrap().passed);
    assert!(gate(&at("base"), &at("worse"), &options(&GATED)).unwrap().passed);
    // From the intervals alone the AUC's fall is not seen: they are those of two samples of leads.
    let alone = gate(&at("worse"), &at("base").join(METRICS), &options(&GATED)).unwrap();
    assert!(matches!(alone.form, Form::Unpaired { .. }), "{alone:?}");
    let auc = [&alone, &worse].map(|report| report.metrics[0].verdict);
    assert_eq!(auc, [Verdict::Held, Verdict::Fell]);
    for (one, two) in alone.metrics.iter().zip(&worse.metrics) {
        let (one, two) = (one.difference.unwrap(), two.difference.unwrap());
        assert_eq!(one.method, Method::Mover);
        assert!((one.value - two.value).abs() < 1e-9 && one.low < two.low && one.high > two.high);
    }
    let alone = gate(&at("useless"), &at("base").join(METRICS), &options(&GATED)).unwrap();
    assert_eq!(verdicts(&alone), [Verdict::Fell; 4]);
}

#[test]
fn other_leads_and_lost_metrics_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    write(&at("base"), 0, 0.5, 1);
    write(&at("later"), 700, 0.5, 1);
    let report = gate(&at("later"), &at("base"), &options(&GATED)).unwrap();
    let Form::Unpaired { reason } = &report.form else { panic!("{report:?}") };
    assert!(reason.contains("other leads or outcomes, first `L"), "{reason}");
    assert!(report.passed, "{report:?}");

    let strip = |name: &str, key: &str| {
        std::fs::remove_file(at(name).join(PREDICTIONS)).unwrap();
        let path = at(name).join(METRICS);
        let mut file: MetricsFile = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        file.splits.get_mut("test").unwrap().metrics.remove(key).unwrap();
        std::fs::write(path, to_json(METRICS, &file).unwrap()).unwrap();
    };
    strip("later", "mcc");
    strip("base", "f1");
    let report = gate(&at("later"), &at("base"), &options(&["mcc", "f1", "ks"])).unwrap();
    assert_eq!(verdicts(&report), [Verdict::LostByRun, Verdict::NotInBaseline, Verdict::Held]);
    assert!(!report.passed);
    let Form::Unpaired { reason } = &report.form else { panic!("{report:?}") };
    assert!(reason.contains("has no predictions.csv"), "{reason}");
}
