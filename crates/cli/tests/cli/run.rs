//! A whole experiment: what it leaves, and that it leaves the same again.

use crate::crm;

const FILES: [&str; 18] = [
    "bundle/manifest.json",
    "bundle/manifest.sha256",
    "bundle/model.json",
    "bundle/schema.json",
    "config.resolved.ron",
    "curves.json",
    "explained.json",
    "importance.json",
    "issues.json",
    "leaderboard.csv",
    "leakage.json",
    "manifest.json",
    "metrics.json",
    "predictions.csv",
    "profile.json",
    "report.html",
    "report.md",
    "scored.csv",
];

#[test]
fn two_runs_leave_every_file_and_the_same_bytes() {
    let shell = crm::small();
    let page = shell.expect(0, "run small.ron --out first --quiet");
    assert!(page.contains("contract_value") && page.contains("Leaderboard"), "{page}");
    for file in FILES {
        assert!(!shell.read(&format!("first/small/{file}")).is_empty(), "{file} is empty");
    }
    // The other way to write the same: from the resolved configuration, into a folder that is there already.
    shell.write("again.ron", shell.read("first/small/config.resolved.ron"));
    for _ in 0..2 {
        shell.expect(0, "run again.ron --out second --quiet");
    }
    assert_eq!(shell.bytes_below("first/small/bundle"), shell.bytes_below("second/small/bundle"));
    for file in [
        "config.resolved.ron",
        "predictions.csv",
        "metrics.json",
        "curves.json",
        "leakage.json",
        "issues.json",
    ] {
        let same = shell.read(&format!("first/small/{file}"))
            == shell.read(&format!("second/small/{file}"));
        assert!(same, "{file} differs between two runs");
    }
    for folder in ["first", "second"] {
        assert_eq!(
            std::fs::read_dir(shell.path(folder)).unwrap().count(),
            1,
            "{folder} has leftovers"
        );
    }
}

#[test]
fn another_seed_splits_otherwise_and_formats_are_what_they_say() {
    let shell = crm::small();
    let csv = shell.expect(0, "run small.ron --out a --quiet --format csv");
    assert_eq!(csv, shell.text("a/small/leaderboard.csv"));
    let json = shell.expect(0, "run small.ron --out b --quiet --format json --seed 8");
    assert_eq!(json, shell.text("b/small/metrics.json"));
    let ids = |run: &str| -> Vec<String> {
        let rows = shell.rows(&format!("{run}/small/predictions.csv"));
        rows.into_iter().map(|mut row| row.remove("lead_id").unwrap()).collect()
    };
    assert_ne!(ids("a"), ids("b"));

    let board = shell.rows("a/small/leaderboard.csv");
    let names: Vec<String> =
        board.iter().map(|r| format!("{} {}", r["model"], r["split"])).collect();
    let models = ["Prior", "Xgboost", "Baseline"];
    assert_eq!(
        names,
        models.map(|model| [format!("{model} valid"), format!("{model} test")]).concat()
    );
    let metrics = shell.json("a/small/metrics.json");
    for line in shell.expect(0, "schema metrics --format csv").lines().skip(1) {
        let key = line.split(',').next().unwrap();
        let interval = &metrics["splits"]["test"]["metrics"][key];
        // What is not defined is absent: MCC where the model calls nobody, or everybody.
        if interval.is_null() {
            assert!(["mcc", "f1", "precision", "npv"].contains(&key), "{key} is absent");
            continue;
        }
        let [low, value, high] =
            ["low", "value", "high"].map(|k| interval[k].as_f64().unwrap_or(f64::NAN));
        assert!(low <= value && value <= high, "{key}: {interval}");
    }
}
