//! `leadsight import`: other libraries' models, from their files to scored leads.

use crate::shell::Shell;
use std::path::Path;

/// A folder with some models of the importers' golden values.
fn models(names: &[&str]) -> Shell {
    let shell = Shell::new();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../forest/tests/golden/import");
    for name in names {
        shell.write(name, std::fs::read(golden.join(name)).unwrap());
    }
    shell
}

#[test]
fn an_imported_model_scores_leads_as_its_library_does() {
    let model = "xgboost_words.json";
    let shell = models(&[model, "cases.json"]);
    shell.expect(
        0,
        &format!("import {model} --out bundle --name theirs --threshold 0.3 --id key --quiet"),
    );
    let golden = shell.json("cases.json");
    let case = &golden["cases"]["xgboost_words_json"];
    let mut leads = "key,age,visits,score,delta,source,town\n".to_owned();
    for (i, row) in golden["rows"]["words"].as_array().unwrap().iter().enumerate() {
        let cell = |cell: &serde_json::Value| match cell {
            serde_json::Value::Null => String::new(),
            serde_json::Value::String(word) => word.clone(),
            number => number.to_string(),
        };
        let cells: Vec<String> = row.as_array().unwrap().iter().map(cell).collect();
        leads += &format!("L{i},{}\n", cells.join(","));
    }
    shell.write("leads.csv", leads);
    let now = "--now 2026-11-22T00:00:00Z --quiet";
    shell.expect(0, &format!("score --bundle bundle --leads leads.csv --out scored.csv {now}"));
    let scored = shell.rows("scored.csv");
    assert_eq!(scored.len(), 40);
    for (row, expected) in scored.iter().zip(case["predictions"].as_array().unwrap()) {
        let (p, e) = (row["probability"].parse::<f64>().unwrap(), expected[0].as_f64().unwrap());
        assert!((p - e).abs() < 1e-5, "{row:?} {e}");
        assert_eq!(p >= 0.3, row["lead_score"].parse::<u8>().unwrap() >= 70);
        assert!(row["model_version"].starts_with("theirs@") && row["lead_id"].starts_with('L'));
        assert!(!row.contains_key("score_percentile"));
    }
    let why = shell.expect(0, "explain --bundle bundle --leads leads.csv --format json --quiet");
    let why: serde_json::Value = serde_json::from_str(&why).unwrap();
    assert_eq!(why[0]["contributions"].as_array().unwrap().len(), 6);
}

#[test]
fn a_class_is_chosen_and_a_sample_gives_percentiles() {
    let shell = models(&["lightgbm_multiclass.txt"]);
    let rows: String = (0..101).map(|i| format!("L{i},{},{},1,0\n", 20 + i % 50, i % 7)).collect();
    shell.write("leads.csv", format!("lead_id,Column_0,Column_1,Column_2,Column_3\n{rows}"));
    let now = "--now 2026-11-22T00:00:00Z --quiet";
    let mut sums = vec![0.0; 101];
    for class in 0..3 {
        shell.expect(
            0,
            &format!(
                "import lightgbm_multiclass.txt --class {class} --sample leads.csv --out b{class} --quiet"
            ),
        );
        shell.expect(0, &format!("score --bundle b{class} --leads leads.csv --out s.csv {now}"));
        let scored = shell.rows("s.csv");
        for (row, sum) in scored.iter().zip(&mut sums) {
            *sum += row["probability"].parse::<f64>().unwrap();
        }
        let shares: Vec<f64> =
            scored.iter().map(|row| row["score_percentile"].parse().unwrap()).collect();
        let mean = shares.iter().sum::<f64>() / 101.0;
        assert!((mean - 50.0).abs() < 1.0, "{mean}");
    }
    assert!(sums.iter().all(|sum| (sum - 1.0).abs() < 1e-5), "{sums:?}");
}

#[test]
fn a_model_is_summed_up_dumped_and_kept() {
    let shell = models(&["xgboost_codes.json", "sklearn_tree.json", "lightgbm_multiclass.txt"]);
    let mut page = String::new();
    for case in [
        "import xgboost_codes.json --features age,visits,score,delta,town",
        "import lightgbm_multiclass.txt --format csv",
        "import sklearn_tree.json --dump",
        "import sklearn_tree.json --forest tree.forest --quiet --format json",
    ] {
        page += &format!("$ leadsight {case}\n{}\n", shell.expect(0, case));
    }
    insta::assert_snapshot!("import", page);
    assert_eq!(
        shell.expect(0, "import tree.forest --format csv --quiet"),
        shell.expect(0, "import sklearn_tree.json --format csv --quiet")
    );
    let script = shell.expect(0, "import --sklearn-exporter");
    assert!(script.contains("def export(model, path"), "{script}");
}

#[test]
fn rounds_are_kept_as_asked() {
    let shell = models(&["xgboost_binary.json"]);
    let text = shell.text("xgboost_binary.json");
    shell.write(
        "early.json",
        text.replacen("\"attributes\":{}", "\"attributes\":{\"best_iteration\":\"1\"}", 1),
    );
    let told = shell.run("import early.json");
    assert!(String::from_utf8_lossy(&told.stderr).contains("--rounds 2 keeps those"));
    let two = shell.expect(0, "import early.json --rounds 2 --format json");
    let two: serde_json::Value = serde_json::from_str(&two).unwrap();
    assert_eq!((&two["rounds"], &two["trees"]), (&2.into(), &2.into()));
}

#[test]
fn what_cannot_be_imported_is_named_with_its_place() {
    let shell = models(&[
        "catboost_ctr.json",
        "xgboost_words.ubj",
        "lightgbm_nan.txt",
        "lightgbm_multiclass.txt",
        "xgboost_squared.json",
        "sklearn_forest.json",
    ]);
    let cut = |from: &str, to: &str, share: f64| {
        let whole = shell.read(from);
        shell.write(to, &whole[..(whole.len() as f64 * share) as usize]);
    };
    cut("xgboost_words.ubj", "cut.ubj", 0.5);
    cut("lightgbm_nan.txt", "cut.txt", 0.5);
    cut("sklearn_forest.json", "cut.json", 0.5);
    shell.write(
        "cycle.json",
        shell.text("sklearn_forest.json").replacen("\"left\":[1,2", "\"left\":[1,0", 1),
    );
    shell.write("model.pkl", b"\x80\x04\x95");
    shell.write("leads.csv", "a,b\n1,2\n");
    let cases = [
        "import",
        "import nothing.json",
        "import catboost_ctr.json",
        "import cut.ubj",
        "import cut.txt",
        "import cut.json",
        "import cycle.json",
        "import model.pkl",
        "import leads.csv",
        "import xgboost_squared.json --out bundle",
        "import lightgbm_multiclass.txt --out bundle",
        "import lightgbm_multiclass.txt --class 7 --out bundle",
        "import lightgbm_nan.txt --class 0 --out bundle",
        "import lightgbm_nan.txt --sample nothing.csv --out bundle",
        "import lightgbm_nan.txt --features a,b",
        "import lightgbm_nan.txt --features a,b,b,c",
        "import lightgbm_nan.txt --rounds 99",
        "import sklearn_forest.json --rounds 2",
        "import sklearn_forest.json --out bundle --threshold 1.5",
        "import sklearn_forest.json --out bundle --skip-threshold 0.6",
        "import sklearn_forest.json --out sklearn_forest.json",
        "import sklearn_forest.json --forest sklearn_forest.json",
    ];
    insta::assert_snapshot!("import_errors", shell.transcript(2, &cases));
}
