//! Files of scores, evaluated and compared: one model and one split at a time, and on the same leads.

use crate::crm;
use crate::shell::Shell;

/// Two models' scores of the same 400 leads, the second file in another order, and one file that lacks a lead.
fn files() -> Shell {
    let shell = Shell::new();
    let row = |i: u32, noise: u32| {
        let won = i.is_multiple_of(5);
        let p = if won { 0.45 } else { 0.2 } + f64::from((i * noise) % 50) / 100.0;
        format!("L{i},{},{p}\n", u8::from(won))
    };
    let head = "lead_id,won,p\n";
    let text = |rows: &mut dyn Iterator<Item = u32>, noise: u32| {
        head.to_owned() + &rows.map(|i| row(i, noise)).collect::<String>()
    };
    shell.write("a.csv", text(&mut (0..400), 7));
    shell.write("b.csv", text(&mut (0..400).rev(), 31));
    shell.write("short.csv", text(&mut (0..399), 7));
    shell
}

const COLUMNS: &str = "--id lead_id --label won --probability p";

#[test]
fn files_of_scores_are_compared_lead_by_lead() {
    let shell = files();
    let compare = |files: &str| shell.expect(0, &format!("compare {files} {COLUMNS} --quiet"));
    let same = compare("a.csv a.csv");
    assert!(same.contains("+0.00000") && same.contains("no more than noise"), "{same}");
    assert!(same.contains("400 leads, 80 conversions"), "{same}");
    let two = compare("a.csv b.csv a.csv");
    assert!(two.contains("not corrected for there being 2 comparisons"), "{two}");

    let refused = |line: &str| {
        let output = shell.run(line);
        assert_eq!(output.status.code(), Some(2), "{line}");
        String::from_utf8(output.stderr).unwrap()
    };
    let told = refused(&format!("compare a.csv short.csv {COLUMNS}"));
    assert!(told.contains("L399") && told.contains("short.csv"), "{told}");
    let told = refused("compare a.csv b.csv --id lead_id --label won");
    assert!(told.contains("--probability") && told.contains("a.csv"), "{told}");
}

#[test]
fn several_models_and_splits_are_judged_one_at_a_time() {
    let shell = crm::small();
    shell.expect(0, "run small.ron --quiet");
    let all = "evaluate --scores runs/small/predictions.csv --label label --probability probability --bootstrap 50";
    let refused = |more: &str| {
        let output = shell.run(&format!("{all} {more}"));
        assert_eq!(output.status.code(), Some(2), "{more}");
        String::from_utf8(output.stderr).unwrap()
    };
    let told = refused("");
    assert!(told.contains("`split`") && told.contains("test, valid"), "{told}");
    let told = refused("--only split=test");
    assert!(told.contains("`model`") && told.contains("Prior, Xgboost"), "{told}");
    let told = refused("--only split=tset");
    assert!(told.contains("one of: test, valid"), "{told}");
    refused("--only split");
    let one = shell
        .expect(0, &format!("{all} --only split=test --only model=Xgboost --quiet --format json"));
    let one: serde_json::Value = serde_json::from_str(&one).unwrap();
    let board = shell.rows("runs/small/leaderboard.csv");
    let row = board.iter().find(|r| r["model"] == "Xgboost" && r["split"] == "test").unwrap();
    assert_eq!(one["metrics"]["roc_auc"]["value"].as_f64().unwrap().to_string(), row["roc_auc"]);

    // Every model stands against the chosen one, and a run against a file of its own scores is no difference.
    let models = shell.json("runs/small/models.json");
    let chosen = models["chosen"].as_str().unwrap().to_owned();
    for model in models["models"].as_array().unwrap() {
        assert_eq!(model["against_chosen"].is_null(), model["model"] == chosen.as_str());
        assert!(model["splits"]["test"]["brier"]["low"].is_f64());
    }
    let itself = format!(
        "compare runs/small runs/small/predictions.csv --id lead_id --label label --probability probability \
         --only split=test --only model={chosen} --quiet"
    );
    assert!(shell.expect(0, &itself).contains("no more than noise"));
}

#[test]
fn damaged_predictions_are_named_with_their_path() {
    let shell = crm::small();
    shell.expect(0, "run small.ron --quiet");
    let text = shell.text("runs/small/predictions.csv");
    let head = text.lines().next().unwrap();
    for (damaged, expect) in [
        (text.replace("probability", "prob"), "does not have the columns"),
        (head.to_owned() + "\n", "holds no row"),
        (format!("{head}\nL1,test,1,Xgboost,1.5\n"), "line 2 has label 1 and probability 1.5"),
        (format!("{head}\nL1,test,7,Xgboost,0.5\n"), "line 2 has label 7"),
    ] {
        shell.write("runs/small/predictions.csv", &damaged);
        let output = shell.run("compare runs/small runs/small");
        assert_eq!(output.status.code(), Some(2));
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("runs/small/predictions.csv") && told.contains(expect), "{told}");
    }
}
