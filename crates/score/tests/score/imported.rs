//! A bundle made from another library's model gives leads the probabilities that the library gave them.

use leadsight_forest::{Link, import};
use leadsight_models::Classifier;
use leadsight_schema::{Timestamp, sigmoid};
use leadsight_score::{Bundle, CsvOptions, Imported, OutputColumn, ScoreError, Scorer};
use serde_json::Value;
use std::path::{Path, PathBuf};

const NOW: Timestamp = Timestamp(1_790_000_000);

fn golden(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../forest/tests/golden/import").join(file)
}

fn how() -> Imported {
    Imported { name: "theirs".into(), id: None, class: None, threshold: 0.3, skip_threshold: None }
}

fn bundle(file: &str) -> Result<Bundle, ScoreError> {
    let model = import::read(&std::fs::read(golden(file)).unwrap()).unwrap();
    Bundle::from_trees(&model, how())
}

#[test]
fn leads_get_the_library_s_probability_with_reasons_that_sum() {
    let text = std::fs::read_to_string(golden("cases.json")).unwrap();
    let golden: Value = serde_json::from_str(&text).unwrap();
    let mut checked = 0;
    for (name, case) in golden["cases"].as_object().unwrap() {
        let Ok(made) = bundle(case["model"].as_str().unwrap()) else { continue };
        checked += 1;
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("bundle");
        made.write(&place).unwrap();
        let scorer = Scorer::load(&place).unwrap();
        assert!(!scorer.columns().contains(&OutputColumn::ScorePercentile));
        let wide = case["rows"] == "wide";
        let model =
            import::read(&std::fs::read(self::golden(case["model"].as_str().unwrap())).unwrap());
        let model = model.unwrap();
        let rows = golden["rows"][case["rows"].as_str().unwrap()].as_array().unwrap();
        for (row, expected) in rows.iter().zip(case["predictions"].as_array().unwrap()) {
            let cells = row.as_array().unwrap().iter().enumerate();
            let lead = cells.map(|(i, cell)| (model.name(i), cell.clone())).collect();
            let scored = scorer.score_json(&lead, NOW).unwrap();
            let (p, e) = (scored.probability.unwrap(), expected[0].as_f64().unwrap());
            assert!((p - e).abs() <= 1e-5, "{name}: {p} for {e}: {lead:?}");
            assert_eq!(scored.lead_score >= 70, p >= 0.3);
            let why = scorer.explain_json(&lead).unwrap();
            let sum =
                why.base_value + why.contributions.iter().map(|c| c.contribution).sum::<f64>();
            let close = (sum - why.margin).abs() <= 1e-6 * (1.0 + why.margin.abs());
            assert!(close, "{name}: {sum} for {}", why.margin);
        }
        assert!(!wide || scorer.bundle().unwrap().model.features().len() < 200, "{name}");
    }
    assert!(checked >= 20, "{checked} bundles");
}

#[test]
fn a_class_of_several_gets_its_probability_with_reasons_that_sum() {
    let text = std::fs::read_to_string(golden("cases.json")).unwrap();
    let cases: Value = serde_json::from_str(&text).unwrap();
    let (mut checked, mut links) = (0, Vec::new());
    for (name, case) in cases["cases"].as_object().unwrap() {
        let file = golden(case["model"].as_str().unwrap());
        let model = import::read(&std::fs::read(file).unwrap()).unwrap();
        if model.outputs.len() < 2 {
            continue;
        }
        assert!(matches!(Bundle::from_trees(&model, how()), Err(ScoreError::Class { .. })));
        links.push(model.link);
        for class in 0..model.outputs.len() {
            let made = Bundle::from_trees(&model, Imported { class: Some(class), ..how() });
            let scorer = Scorer::new(made.unwrap(), &fingerprint()).unwrap();
            let rows = cases["rows"][case["rows"].as_str().unwrap()].as_array().unwrap();
            for (row, expected) in rows.iter().zip(case["predictions"].as_array().unwrap()) {
                let cells = row.as_array().unwrap().iter().enumerate();
                let lead = cells.map(|(i, cell)| (model.name(i), cell.clone())).collect();
                let why = scorer.explain_json(&lead).unwrap();
                let (p, e) = (sigmoid(why.margin), expected[class].as_f64().unwrap());
                assert!((p - e).abs() <= 1e-5, "{name}, class {class}: {p} for {e}");
                let sum =
                    why.base_value + why.contributions.iter().map(|c| c.contribution).sum::<f64>();
                let close = (sum - why.margin).abs() <= 1e-6 * (1.0 + why.margin.abs());
                assert!(close, "{name}, class {class}: {sum} for {}", why.margin);
                checked += 1;
            }
        }
    }
    for link in [Link::Softmax, Link::OneVsRest, Link::Probability] {
        assert!(links.contains(&link), "{links:?}");
    }
    assert!(checked >= 500, "{checked} rows");
}

#[test]
fn a_class_that_does_not_exist_is_named_with_those_that_do() {
    let check = |file: &str, class, expect: &str| {
        let model = import::read(&std::fs::read(golden(file)).unwrap()).unwrap();
        let error = Bundle::from_trees(&model, Imported { class, ..how() }).unwrap_err();
        assert!(error.to_string().contains(expect), "{error}");
    };
    check("xgboost_multiclass.json", None, "the class chosen (`--class`) is none");
    check("xgboost_multiclass.json", Some(9), "the class chosen (`--class`) is 9");
    check("xgboost_binary.json", Some(0), "one outcome, so that there is no class to choose");
    check("xgboost_squared.json", Some(0), "a number");
}

#[test]
fn a_word_that_the_model_does_not_know_goes_where_the_library_sends_it() {
    let scorer = Scorer::new(bundle("lightgbm_words.txt").unwrap(), &fingerprint()).unwrap();
    let score = |town: &str| {
        let lead = format!(
            r#"{{"age": 40, "visits": 0, "score": 1, "delta": 0, "source": "s1", "town": "{town}"}}"#
        );
        let lead = serde_json::from_str(&lead).unwrap();
        scorer.score_json(&lead, NOW).unwrap()
    };
    // LightGBM takes a new word for a missing one.
    let (new, missing) = (score("Atlantis"), score(""));
    assert_eq!(new.probability, missing.probability);
    assert!(new.warnings[0].contains("`Atlantis` was never seen"), "{:?}", new.warnings);
    assert_ne!(score("Köln 01").probability, missing.probability);
    assert_eq!(score("KÖLN 01").probability, score("Köln 01").probability);
}

#[test]
fn a_word_of_the_model_is_not_missing_even_if_it_is_none() {
    let made = bundle("catboost_words.json").unwrap();
    assert!(made.rules.is_missing("n/a"));
    let words = import::read(&std::fs::read(golden("catboost_words.json")).unwrap()).unwrap();
    let known = words.levels.values().flatten().any(|word| word == "none");
    assert_eq!(made.rules.is_missing("none"), !known);
}

#[test]
fn what_is_no_probability_of_an_outcome_is_refused() {
    let check = |file, expect: &str| {
        let error = bundle(file).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    };
    check(
        "xgboost_squared.json",
        "XGBoost 3.2.0 predicts a number, and a lead's score needs the probability of an outcome",
    );
    check("lightgbm_multiclass.txt", "LightGBM v4 predicts 3 classes");
    let mut model = import::read(&std::fs::read(golden("xgboost_words.json")).unwrap()).unwrap();
    model.levels.insert(4, ["s0", "S0", "s2", "s3"].map(str::to_owned).to_vec());
    let error = Bundle::from_trees(&model, how()).unwrap_err().to_string();
    assert!(error.contains("the category `source` has the words `s0` and `S0`"), "{error}");
    let far = Imported { threshold: 1.0, ..how() };
    let model = import::read(&std::fs::read(golden("sklearn_tree.json")).unwrap()).unwrap();
    assert!(matches!(Bundle::from_trees(&model, far), Err(ScoreError::Decide(_))));
}

#[test]
fn a_file_scores_without_the_columns_that_no_tree_asks_for() {
    let scorer = Scorer::new(bundle("catboost_wide.json").unwrap(), &fingerprint()).unwrap();
    let fields = scorer.bundle().unwrap().recipe.fields();
    assert!(fields.len() < 100, "{}", fields.len());
    let header = fields.iter().map(|f| f.name.as_str()).collect::<Vec<_>>().join(",");
    let file = format!("{header}\n{}\n", vec!["0.5"; fields.len()].join(","));
    let mut out = Vec::new();
    let columns = scorer.columns();
    let options = CsvOptions::new(&columns);
    let summary = scorer.score_csv(|| Ok(file.as_bytes()), &mut out, &options, NOW).unwrap();
    assert_eq!((summary.scored, summary.issues.len()), (1, 0));
}

fn fingerprint() -> leadsight_schema::Fingerprint {
    leadsight_registry::fingerprint(b"imported")
}
