//! Against scikit-learn and scipy: `make.py` beside this file writes `golden.json`.

use leadsight_eval::{
    BootstrapOptions, Confusion, Interval, Rule, brier, brier_decomposition, capture_at, choose,
    clopper_pearson, clopper_pearson_upper, curves, delong, ece, evaluate, ks, lift_at, log_loss,
    paired_bootstrap, paired_delong, pr_auc, precision_at, roc_auc, wilson,
};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Golden {
    cases: Vec<Case>,
    binomial: Vec<Binomial>,
}

/// Successes, trials, level; exact low, high and one-sided upper; Wilson's low and high.
type Binomial = (u64, u64, f64, f64, f64, f64, f64, f64);

#[derive(Deserialize)]
struct Case {
    name: String,
    labels: Vec<bool>,
    p: Vec<f64>,
    q: Vec<f64>,
    threshold: f64,
    confusion: [usize; 4],
    metrics: BTreeMap<String, f64>,
    delong_95: [f64; 3],
    delong_80: [f64; 3],
    paired_delong: [f64; 4],
    log_loss_difference: f64,
    best_f1: f64,
    best_youden: f64,
    roc: [Vec<f64>; 2],
    roc_trapezoid: f64,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("golden.json")).unwrap()
}

fn close(found: f64, expect: f64, what: &str) {
    assert!((found - expect).abs() <= 1e-11 * (1.0 + expect.abs()), "{what}: {found} not {expect}");
}

#[test]
fn metrics_are_those_of_scikit_learn() {
    for case in golden().cases {
        let (y, p) = (&case.labels, &case.p);
        let c = Confusion::at(y, p, case.threshold).unwrap();
        assert_eq!([c.tp, c.fp, c.tn, c.fn_], case.confusion, "{}", case.name);
        let evaluation = evaluate(y, p, case.threshold, &Default::default()).unwrap();
        for (key, &expect) in &case.metrics {
            let parts = brier_decomposition(y, p).unwrap();
            let found = match key.as_str() {
                "roc_auc" => roc_auc(y, p).unwrap(),
                "pr_auc" => pr_auc(y, p).unwrap(),
                "log_loss" => log_loss(y, p).unwrap(),
                "brier" => brier(y, p).unwrap(),
                "brier_reliability" => parts.reliability,
                "brier_resolution" => parts.resolution,
                "brier_uncertainty" => parts.uncertainty,
                "ece" => ece(y, p).unwrap(),
                "ks" => ks(y, p).unwrap(),
                "mcc" => c.mcc().unwrap(),
                "f1" => c.f1().unwrap(),
                "accuracy" => c.accuracy().unwrap(),
                "precision" => c.precision().unwrap(),
                "recall" => c.recall().unwrap(),
                "specificity" => c.specificity().unwrap(),
                "npv" => c.npv().unwrap(),
                "lift_at_10" => lift_at(y, p, 0.10).unwrap(),
                "capture_at_10" => capture_at(y, p, 0.10).unwrap(),
                "capture_at_35" => capture_at(y, p, 0.35).unwrap(),
                "precision_at_10" => precision_at(y, p, 0.10).unwrap(),
                other => panic!("no function for {other}"),
            };
            let what = format!("{key} of {}", case.name);
            close(found, expect, &what);
            close(evaluation.metrics[key].value, expect, &what);
        }
    }
}

#[test]
fn delong_is_that_of_its_definition() {
    let check = |found: Interval, [value, low, high]: [f64; 3], name: &str| {
        close(found.value, value, name);
        close(found.low, low, name);
        close(found.high, high, name);
    };
    for case in golden().cases {
        check(delong(&case.labels, &case.p, 0.95).unwrap(), case.delong_95, &case.name);
        check(delong(&case.labels, &case.p, 0.80).unwrap(), case.delong_80, &case.name);
        let paired = paired_delong(&case.labels, &case.p, &case.q, 0.95).unwrap();
        let found = [paired.difference, paired.low, paired.high, paired.p_value];
        for (found, expect) in found.into_iter().zip(case.paired_delong) {
            close(found, expect, &case.name);
        }
    }
}

#[test]
fn binomial_intervals_are_those_of_scipy() {
    // scipy finds the exact ends with a root finder of absolute precision 2e-12.
    let check = |found: f64, expect: f64, what: &str| {
        assert!((found - expect).abs() < 1e-11, "{what}: {found} not {expect}");
    };
    for (k, n, level, low, high, upper, wilson_low, wilson_high) in golden().binomial {
        let what = format!("{k} of {n} at {level}");
        let exact = clopper_pearson(k, n, level).unwrap();
        check(exact.low, low, &what);
        check(exact.high, high, &what);
        check(clopper_pearson_upper(k, n, level).unwrap(), upper, &what);
        let score = wilson(k, n, level).unwrap();
        check(score.low, wilson_low, &what);
        check(score.high, wilson_high, &what);
    }
}

#[test]
fn thresholds_and_curves_reach_what_scikit_learn_reaches() {
    for case in golden().cases {
        let (y, p) = (&case.labels, &case.p);
        close(choose(y, p, &Rule::F1).unwrap().objective, case.best_f1, &case.name);
        close(choose(y, p, &Rule::Youden).unwrap().objective, case.best_youden, &case.name);
        let roc = curves::roc(y, p).unwrap();
        if case.roc[0].len() <= curves::MOST_POINTS {
            for (point, (fpr, tpr)) in roc.iter().zip(case.roc[0].iter().zip(&case.roc[1])) {
                close(point.fpr, *fpr, &case.name);
                close(point.tpr, *tpr, &case.name);
            }
        }
        let area: f64 =
            roc.windows(2).map(|w| (w[1].fpr - w[0].fpr) * (w[1].tpr + w[0].tpr) / 2.0).sum();
        assert!((area - case.roc_trapezoid).abs() < 2e-3, "{}: thinning moved the area", case.name);
    }
}

#[test]
fn the_log_loss_difference_is_that_of_scikit_learn() {
    for case in golden().cases {
        let found = paired_bootstrap(&case.labels, &case.p, &case.q, &BootstrapOptions::default());
        // The tied case holds probabilities of 0 and 1, which scikit-learn clips elsewhere.
        if case.p.iter().chain(&case.q).all(|p| *p > 0.0 && *p < 1.0) {
            close(found.unwrap().difference, case.log_loss_difference, &case.name);
        }
    }
}
