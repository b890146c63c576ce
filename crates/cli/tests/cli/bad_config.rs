//! Experiments that cannot be carried out: exit status 2, the offender's name, and how to go on.

use crate::leads::{config, csv, experiment, good};
use crate::shell::Shell;

#[test]
fn a_wrong_key_name_or_value_is_named_with_the_nearest_right_one() {
    let shell = Shell::new();
    shell.write("good.csv", csv(&good(), ","));
    let label = r#"label: Column(name: "won")"#;
    let data = r#"data: (leads: "good.csv")"#;
    let table = [
        ("key", format!(r#"{data}, lable: Column(name: "won")"#)),
        ("inner_key", format!(r#"data: (leds: "good.csv"), {label}"#)),
        ("no_label", data.to_owned()),
        ("label_kind", format!(r#"{data}, label: Colum(name: "won")"#)),
        ("label_column", format!(r#"{data}, label: Column(name: "wonn")"#)),
        ("positive", format!(r#"{data}, label: Column(name: "won", positive: "wonn")"#)),
        ("id", format!(r#"data: (leads: "good.csv", id: "led_id"), {label}"#)),
        (
            "exclude",
            format!(r#"data: (leads: "good.csv", exclude: {{"budgett": "why"}}), {label}"#),
        ),
        ("kinds", format!(r#"data: (leads: "good.csv", kinds: {{"visits": Numbr}}), {label}"#)),
        (
            "join",
            format!(
                r#"data: (leads: "good.csv", join: [(file: "good.csv", on: "leadid")]), {label}"#
            ),
        ),
        ("new_leads", format!(r#"data: (leads: "good.csv", score: "new.csv"), {label}"#)),
        ("waive", format!(r#"{data}, {label}, leakage: (waive: {{"budgett": "why"}})"#)),
        ("type", format!(r#"{data}, {label}, seed: "seven""#)),
        ("twice", format!("{data}, {label}, seed: 1, seed: 2")),
        (
            "shares",
            format!("{data}, {label}, split: Stratified(train: 0.9, valid: 0.9, test: 0.9)"),
        ),
        ("split_column", format!(r#"{data}, {label}, split: Column("split")"#)),
        ("split_date", format!(r#"{data}, {label}, split: Time(column: "visits")"#)),
        ("cross", format!(r#"{data}, {label}, features: (crosses: [("source", "bugdet")])"#)),
        ("ratio", format!(r#"{data}, {label}, features: (ratios: [("source", "budget")])"#)),
        ("capture", format!("{data}, {label}, threshold: Capture(share: 3.0)")),
        ("fixed", format!("{data}, {label}, threshold: Fixed(1.5)")),
        ("name", format!(r#"name: "../elsewhere", {data}, {label}"#)),
        ("no_name", format!(r#"name: "", {data}, {label}"#)),
        ("policy", format!(r#"{data}, {label}, policy: (file: "mine.ron")"#)),
    ];
    let mut cases: Vec<String> = Vec::new();
    for (name, keys) in &table {
        config(&shell, name, keys);
        cases.push(format!("run {name}.ron"));
    }
    for (name, models) in [
        ("model", "Xgbost()"),
        ("model_name", "Logistic"),
        ("parameter", "Xgboost(max_dept: 3)"),
        ("range", "Xgboost(max_depth: 0)"),
    ] {
        shell.write(
            &format!("{name}.ron"),
            format!("Experiment({data}, {label}, models: [{models}])"),
        );
        cases.push(format!("run {name}.ron"));
    }
    shell.write("nothing.ron", "");
    shell.write("open.ron", format!("Experiment({data}, {label}"));
    cases
        .extend(["run nothing.ron", "run open.ron", "run nowhere.ron", "run ."].map(str::to_owned));
    let cases: Vec<&str> = cases.iter().map(String::as_str).collect();
    let page = shell.transcript(2, &cases);
    insta::assert_snapshot!("config", page);
}

#[test]
fn an_override_that_fits_nowhere_is_refused() {
    let shell = Shell::new();
    experiment(&shell, "good", csv(&good(), ","));
    let sets = [
        "sed=1",
        "tuning.fold=3",
        "seed=x",
        "seed",
        "seed.x=3",
        "seed=-1",
        r#"models=["Xgbost"]"#,
        r#"models=["Logistic"]"#,
        r#"models=[{"Xgboost":{"max_dept":3}}]"#,
        "models=[]",
        "name=a/b",
        "data.leads=none.csv",
        "data.exclude.bugdet=because",
        "report.level=2",
        "report.bootstrap=5",
        "tuning.threads=0",
        "threshold=F2",
        "calibration.candidates=[]",
    ];
    let cases: Vec<String> = sets.iter().map(|set| format!("run good.ron --set {set}")).collect();
    let cases: Vec<&str> = cases.iter().map(String::as_str).collect();
    insta::assert_snapshot!("overrides", shell.transcript(2, &cases));
}

#[test]
fn an_earlier_run_stays_when_a_later_one_fails_and_a_stranger_always() {
    let shell = Shell::new();
    experiment(&shell, "good", csv(&good(), ","));
    shell.expect(0, "run good.ron --quiet");
    let cases = [
        "run good.ron --set label.Column.name=lost",
        "run good.ron --set policy.file=mine.ron",
        "run good.ron --set data.score=none.csv",
    ];
    shell.transcript(2, &cases);
    shell.write("photos/good/holiday.jpg", "not a run");
    shell.write("file", "not a folder");
    let cases = ["run good.ron --out photos", "run good.ron --out file"];
    insta::assert_snapshot!("occupied", shell.transcript(2, &cases));
}
