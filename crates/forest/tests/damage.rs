//! Other libraries' model files, damaged: an error that names what is wrong, never a panic, never memory beyond the file's own order.

#![allow(clippy::unwrap_used)]

use leadsight_forest::import;
use proptest::prelude::*;
use std::path::Path;

fn golden(file: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/import");
    std::fs::read(folder.join(file)).unwrap()
}

/// The first `from` in the file becomes `to`.
fn check(file: &str, from: &str, to: &str, expect: &str) {
    let text = String::from_utf8(golden(file)).unwrap();
    assert!(text.contains(from), "{from}");
    let read = import::read(text.replacen(from, to, 1).as_bytes());
    let error = read.map(drop).unwrap_err().to_string();
    assert!(error.contains(expect), "{file}, {to}: {error}");
}

#[test]
fn lightgbm() {
    let check = |from, to, expect| check("lightgbm_nan.txt", from, to, expect);
    check("version=v4", "version=v5", "the version is v5; supported: v2, v3, v4");
    check(
        "max_feature_idx=3",
        "max_feature_idx=1",
        "max_feature_idx is 1 beside 4 names of features",
    );
    check("threshold=48.850000381469734", "threshold=nan", "threshold is NaN");
    check("left_child=1", "left_child=0", "node 0 is reached twice");
    check("left_child=1", "left_child=77", "child");
}

#[test]
fn catboost() {
    let check = |from, to, expect| check("catboost_lossguide.json", from, to, expect);
    check("\"border\":53.30000305175781", "\"border\":null", "tree 0: the border is absent");
    check("\"border\":53.30000305175781", "\"border\":1e999", "number out of range");
    check("\"float_feature_index\":2", "\"float_feature_index\":7", "float_feature_index is 7");
}

#[test]
fn scikit_learn() {
    let check = |from, to, expect| check("sklearn_tree.json", from, to, expect);
    check("\"version\":1", "\"version\":2", "leadsight-sklearn version 2");
    check(
        "\"threshold\":[48.85000038146973",
        "\"threshold\":[null",
        "invalid type: null, expected f64",
    );
    check("\"feature\":[0,", "\"feature\":[4,", "feature 4 does not exist");
    check("\"left\":[1,", "\"left\":[0,", "node 0 is reached twice");
}

/// CatBoost's trees are nested: a chain of a million would be a stack as deep.
#[test]
fn chains_of_a_million() {
    let deep = 1_000_000;
    let tree =
        format!("{}{{\"value\":1,\"weight\":1}}{}", "{\"left\":".repeat(deep), "}".repeat(deep));
    let text = format!("{{\"features_info\":{{}},\"trees\":[{tree}]}}");
    let error = import::read(text.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("recursion limit exceeded"), "{error}");
}

proptest! {
    #[test]
    fn a_flipped_byte_is_an_error_or_a_sound_model(
        file in prop::sample::select(vec![
            "xgboost_words.json", "xgboost_words.ubj", "lightgbm_words.txt", "catboost_words.json", "sklearn_tree.json",
        ]),
        at: prop::sample::Index,
        with: u8,
    ) {
        let mut bytes = golden(file);
        let at = at.index(bytes.len());
        bytes[at] = with;
        if let Ok(model) = import::read(&bytes) {
            model.check().unwrap();
            model.predict(&vec![0.5; model.n_features()]).unwrap();
        }
    }
}
