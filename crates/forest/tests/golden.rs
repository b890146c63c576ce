//! The XGBoost importer, the walk and TreeSHAP against models and answers that XGBoost itself wrote (`golden/make.py`).

#![allow(clippy::unwrap_used)]

use leadsight_forest::Importance;
use leadsight_forest::import::xgboost_json;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Golden {
    rows: Vec<Vec<Option<f32>>>,
    cases: BTreeMap<String, Case>,
}

#[derive(Deserialize)]
struct Case {
    rounds: usize,
    model: String,
    margins: Vec<f64>,
    contributions: Vec<Vec<f64>>,
    first_round_margins: Vec<f64>,
    gain: BTreeMap<String, f64>,
}

/// XGBoost sums in f32; its contributions are the rougher of the two.
fn close(found: f64, expected: f64, tolerance: f64) -> bool {
    (found - expected).abs() <= tolerance * (1.0 + expected.abs())
}

fn check(text: &str) {
    let golden: Golden = serde_json::from_str(text).unwrap();
    let rows: Vec<f32> = golden.rows.iter().flatten().map(|v| v.unwrap_or(f32::NAN)).collect();
    for (name, case) in &golden.cases {
        let mut imported = xgboost_json(&case.model).unwrap();
        assert_eq!(imported.rounds(), case.rounds, "{name}");
        let forest = imported.outputs[0].clone();
        let width = forest.n_features();
        let margins = forest.margins(&rows).unwrap();
        for (i, row) in rows.chunks(width).enumerate() {
            assert!(close(margins[i], case.margins[i], 1e-6), "{name} {i}: {}", margins[i]);
            let mut found = vec![0.0; width];
            let base = forest.shap(row, &mut found).unwrap();
            let sum = base + found.iter().sum::<f64>();
            assert!(close(sum, margins[i], 1e-12), "{name} {i}: {sum}");
            found.push(base);
            for (f, e) in found.iter().zip(&case.contributions[i]) {
                assert!(close(*f, *e, 2e-6), "{name} {i}: {found:?} {:?}", case.contributions[i]);
            }
        }
        let gain = forest.importance(Importance::Gain);
        for (i, gain) in gain.iter().enumerate() {
            let expected = case.gain.get(&format!("f{i}")).copied().unwrap_or(0.0);
            assert!(close(*gain, expected, 1e-5), "{name} f{i}: {gain} {expected}");
        }
        imported.truncate_rounds(1);
        assert_eq!(imported.rounds(), 1);
        for (found, e) in
            imported.outputs[0].margins(&rows).unwrap().iter().zip(&case.first_round_margins)
        {
            assert!(close(*found, *e, 1e-6), "{name}: {found} {e}");
        }
    }
}

#[test]
fn agrees_with_xgboost_3_2() {
    check(include_str!("golden/xgboost_3_2.json"));
}

#[test]
fn agrees_with_xgboost_1_6() {
    check(include_str!("golden/xgboost_1_6.json"));
}
