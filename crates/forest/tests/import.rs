//! The importers against models and answers that the libraries themselves wrote (`golden/import/make.py`).

#![allow(clippy::unwrap_used)]

use leadsight_forest::import::{self, ModelFormat};
use leadsight_forest::{Link, TreeModel};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Deserialize)]
struct Cases {
    rows: BTreeMap<String, Vec<Vec<Value>>>,
    cases: BTreeMap<String, Case>,
}

#[derive(Deserialize)]
struct Case {
    model: String,
    rows: String,
    predictions: Vec<Vec<f64>>,
    margins: Option<Vec<Vec<f64>>>,
}

fn golden(file: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/import");
    std::fs::read(folder.join(file)).unwrap()
}

/// A cell as the model wants it: a word is its place among the words, or, where it is none of them, a code beyond.
fn input(model: &TreeModel, feature: usize, cell: &Value) -> f32 {
    match cell {
        Value::Null => f32::NAN,
        Value::String(word) => {
            let words = &model.levels[&feature];
            words.iter().position(|w| w == word).unwrap_or(words.len()) as f32
        }
        number => number.as_f64().unwrap() as f32,
    }
}

#[test]
fn every_library_s_predictions_are_ours() {
    let cases: Cases = serde_json::from_slice(&golden("cases.json")).unwrap();
    assert!(cases.cases.len() >= 40);
    let mut widths = Vec::new();
    for (name, case) in &cases.cases {
        let model = import::read(&golden(&case.model)).unwrap_or_else(|e| panic!("{name}: {e}"));
        let bytes = model.to_bytes().unwrap();
        assert_eq!(TreeModel::from_bytes(&bytes).unwrap(), model, "{name}");
        widths.push(model.n_features());
        for (i, cells) in cases.rows[&case.rows].iter().enumerate() {
            let inputs = cells.iter().enumerate();
            let row: Vec<f32> = inputs.map(|(f, cell)| input(&model, f, cell)).collect();
            let close = |what: &str, found: &[f64], expected: &[f64]| {
                assert_eq!(found.len(), expected.len(), "{name}");
                for (f, e) in found.iter().zip(expected) {
                    let ok = (f - e).abs() <= 1e-5 * (1.0 + e.abs());
                    assert!(ok, "{name}, row {i}, {what}: {found:?} for {expected:?} ({cells:?})");
                }
            };
            close("prediction", &model.predict(&row).unwrap(), &case.predictions[i]);
            if let Some(margins) = &case.margins {
                close("margin", &model.margins(&row).unwrap(), &margins[i]);
            }
        }
    }
    assert_eq!((widths.iter().min(), widths.iter().max()), (Some(&4), Some(&1000)));
}

#[test]
fn what_the_files_say_beside_the_trees_is_kept() {
    let read = |file| import::read(&golden(file)).unwrap();
    let words = read("xgboost_words.json");
    assert_eq!(words.feature_names, ["age", "visits", "score", "delta", "source", "town"]);
    assert_eq!(words.levels[&4], ["s0", "s1", "s2", "s3"]);
    assert_eq!(words.levels[&5][39], "Koln 39");
    assert_eq!(words, read("xgboost_words.ubj"));
    assert_eq!(read("lightgbm_words.txt").levels[&5][39], "Köln 39");
    assert_eq!(read("catboost_words.json").feature_names, words.feature_names);
    assert!(read("catboost_words.json").levels[&5].iter().all(|word| word.starts_with("Köln ")));
    let classes = read("sklearn_extra_multiclass.json");
    assert_eq!((classes.link, classes.classes.join(" ")), (Link::Probability, "0 1 2".to_owned()));
    assert_eq!(read("xgboost_multiclass.json").trees_per_round, 2);
    assert_eq!(read("xgboost_multiclass.json").rounds(), 3);
    for averaged in ["lightgbm_forest.txt", "sklearn_forest.json", "sklearn_forest_regressor.json"]
    {
        assert_eq!(read(averaged).rounds(), 1, "{averaged}");
    }
}

#[test]
fn symmetric_trees_are_recognised() {
    let symmetric = |file| {
        let forest = import::read(&golden(file)).unwrap().into_forest().unwrap();
        (0..forest.n_trees()).filter(|tree| forest.is_symmetric(*tree)).count() == forest.n_trees()
    };
    assert!(symmetric("catboost_words.json"));
    assert!(!symmetric("catboost_lossguide.json"));
    assert!(!symmetric("xgboost_binary.json"));
}

#[test]
fn learned_statistics_of_categories_are_refused() {
    let file = golden("catboost_ctr.json");
    assert_eq!(import::recognise(&file).unwrap(), ModelFormat::CatboostJson);
    let error = import::read(&file).unwrap_err().to_string();
    let expect = "a split is on a learned statistic of a category (OnlineCtr) in tree";
    assert!(error.contains(expect) && error.contains("one_hot_max_size"), "{error}");
}

#[test]
fn files_cut_short_are_errors_that_name_the_place() {
    for file in [
        "xgboost_words.json",
        "xgboost_words.ubj",
        "lightgbm_words.txt",
        "catboost_words.json",
        "sklearn_tree.json",
    ] {
        let whole = golden(file);
        for share in [0.02, 0.2, 0.5, 0.8] {
            let cut = &whole[..(whole.len() as f64 * share) as usize];
            let error = import::read(cut).unwrap_err().to_string();
            assert!(error.contains("line ") || error.contains("byte "), "{file}: {error}");
        }
    }
}
