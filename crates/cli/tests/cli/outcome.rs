//! What people say of leads, what became of them, and what another policy would have brought.

use crate::shell::Shell;

/// A generated CRM, scored by a policy.
fn scored() -> Shell {
    let shell = Shell::new();
    shell.expect(0, "synth --out crm --leads 1500 --seed 7 --quiet");
    shell.write("crm.ron", include_str!("../../../../examples/policies/crm.ron"));
    shell.expect(
        0,
        "score --policy crm.ron --leads crm/leads.csv --out scored.csv --now 2026-07-06T07:00:00Z --quiet",
    );
    shell
}

const ADD: &str = "feedback add --store f.jsonl --who anna --at 2026-07-06T09:00:00Z";

#[test]
fn an_override_is_kept_applied_counted_and_withdrawn() {
    let shell = scored();
    let said = |tail: &str| {
        let mut words: Vec<&str> = ADD.split(' ').collect();
        words.extend(["--why", "met them, twice"]);
        words.extend(tail.split(' '));
        let output = shell.command(&words).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(said("--lead L000002 --tier Hot --scores scored.csv").0, Some(0));
    let again = said("--lead L000002 --tier Hot --scores scored.csv");
    assert!(again.0 == Some(0) && again.1.contains("1 were there already"), "{again:?}");
    assert_eq!(said("--lead L000003 --accept").0, Some(0));
    assert_eq!(said("--lead L000004 --action wait --id x1").0, Some(0));
    let other = said("--lead L000004 --action call --id x1");
    assert!(other.0 == Some(1) && other.1.contains("another content"), "{other:?}");

    let records: serde_json::Value =
        serde_json::from_str(&shell.expect(0, "feedback list --store f.jsonl --format json"))
            .unwrap();
    let scored = shell.rows("scored.csv");
    assert_eq!(records.as_array().unwrap().len(), 3);
    assert_eq!(records[0]["model"]["tier"], scored[1]["tier"].as_str());

    shell.expect(0, "feedback apply --store f.jsonl --scores scored.csv --out worked.csv --quiet");
    let worked = shell.rows("worked.csv");
    assert_eq!(worked.len(), scored.len());
    for (before, after) in scored.iter().zip(&worked) {
        let overridden = ["L000002", "L000004"].contains(&after["lead_id"].as_str());
        assert_eq!(after["model_tier"], before["tier"]);
        assert_eq!(after["lead_score"], before["lead_score"]);
        assert_eq!(
            after["action_reason"].starts_with("set by anna on 2026-07-06: met them, twice"),
            overridden
        );
        assert_eq!(
            after["positive_factor_1"] == before["positive_factor_1"],
            !overridden || before["positive_factor_1"].is_empty()
        );
    }
    assert_eq!(worked[1]["tier"], "Hot");
    assert_eq!(worked[3]["next_action"], "wait");

    let rates = shell.expect(0, "feedback rates --store f.jsonl --scores worked.csv --format csv");
    assert!(rates.contains("all,all,1500,3,2,"), "{rates}");
    assert_eq!(said("--lead L000002 --accept --id back").0, Some(0));
    // The clock's order decides, and both are of one second: the later line counts.
    shell.expect(0, "feedback apply --store f.jsonl --scores worked.csv --out back.csv --quiet");
    assert_eq!(shell.rows("back.csv")[1]["tier"], scored[1]["tier"]);
}

#[test]
fn a_torn_store_is_told_and_goes_on() {
    let shell = Shell::new();
    shell.write("week.csv", "lead_id,who,at,outcome,value\nL1,anna,2026-06-01,won,9000\nL2,anna,2026-06-03,lost,\nL3,anna,soon,lost,\n");
    let output = shell.run("feedback import week.csv --store f.jsonl");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.success() && told.contains("unreadable_moment") && told.contains("line 4"),
        "{told}"
    );
    let whole = shell.read("f.jsonl");
    shell.write("f.jsonl", &whole[..whole.len() - 5]);
    let output = shell.run("feedback import week.csv --store f.jsonl");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("torn_line") && told.contains("1 of 2 records added"), "{told}");
    assert!(shell.read("f.jsonl").starts_with(&whole[..whole.len() - 5]));
    shell.expect(0, "feedback export --store f.jsonl --as labels --out labels.csv --quiet");
    let labels = shell.rows("labels.csv");
    assert_eq!(
        (labels[0]["won_on"].as_str(), labels[1]["lost_on"].as_str()),
        ("2026-06-01", "2026-06-03")
    );
    assert_eq!((labels[0]["value"].as_str(), labels.len()), ("9000", 2));
}

#[test]
fn the_outcome_of_a_crm_comes_from_few_arguments() {
    let shell = scored();
    let base = "outcome --leads scored.csv --with crm/leads.csv --history crm/history.csv --deals crm/deals.csv --quiet";
    let page = shell.expect(0, &format!("{base} --cost-per-contact 60"));
    assert!(
        page.contains("velocity a day") && page.contains("tier Hot") && page.contains("return"),
        "{page}"
    );
    let csv = |arguments: &str| {
        shell.write("o.csv", shell.expect(0, &format!("{base} {arguments} --format csv")));
        shell.rows("o.csv")
    };
    let rows = csv("--seed 1");
    let measure = |name: &str| {
        rows.iter().find(|r| r["by"] == "all" && r["measure"] == name).unwrap().clone()
    };
    // Every step's rate is a share, and holds its estimate.
    for row in &rows {
        let [low, value, high] = ["low", "value", "high"].map(|k| row[k].parse::<f64>().unwrap());
        assert!(low <= value && value <= high, "{row:?}");
    }
    let wins = shell.rows("crm/deals.csv").iter().filter(|d| d["stage"] == "won").count() as f64;
    let per_lead = measure("value_per_lead")["value"].parse::<f64>().unwrap();
    let sum: f64 = shell
        .rows("crm/deals.csv")
        .iter()
        .filter(|d| d["stage"] == "won")
        .map(|d| d["amount"].parse::<f64>().unwrap())
        .sum();
    // Most leads are settled, so the value of a lead is near the whole over all.
    assert!(
        wins > 5.0 && (per_lead / (sum / 1500.0) - 1.0).abs() < 0.35,
        "{per_lead} {}",
        sum / 1500.0
    );
    assert_eq!(rows, csv("--seed 1"));
    let sources =
        rows.iter().filter(|r| r["by"] == "source" && r["measure"] == "lead_to_opportunity");
    assert!(sources.count() > 5);
    // Without deals the column contract_value tells; an earlier look knows less.
    let earlier = shell.expect(
        0,
        &format!(
            "{} --at 2025-09-01T00:00:00Z --format json",
            base.replace("--deals crm/deals.csv", "")
        ),
    );
    let earlier: serde_json::Value = serde_json::from_str(&earlier).unwrap();
    assert!(earlier["groups"][0]["leads"].as_u64().unwrap() < 1500);
}

#[test]
fn an_arm_is_compared_and_what_is_no_experiment_is_told() {
    let shell = scored();
    let mut arms = "lead_id,arm\n".to_owned();
    for (i, lead) in shell.rows("scored.csv").iter().enumerate() {
        arms += &format!("{},{}\n", lead["lead_id"], if i % 2 == 0 { "model" } else { "baseline" });
    }
    shell.write("arms.csv", arms);
    let base = "outcome --leads arms.csv --with crm/leads.csv --history crm/history.csv --part holdout --quiet";
    let page = shell.expect(0, &format!("{base} --holdout arm"));
    assert!(
        page.contains("751 leads worked by the model, 749 by the rule")
            && page.contains("no measure of the model"),
        "{page}"
    );
    shell.write(
        "o.ron",
        r#"Outcome(version: 1, holdout: (column: "arm", randomised: true, share: 0.5, covariates: ["employees"]))"#,
    );
    let page = shell.expect(0, &format!("{base} --config o.ron"));
    assert!(page.contains("standard deviations apart"), "{page}");
}

#[test]
fn times_without_an_offset_are_those_of_the_declared_zone() {
    let shell = Shell::new();
    // Ten in Berlin is eight o'clock UTC. Half of the calls name their offset, the others are as late by the clocks of Berlin.
    let (mut leads, mut calls) =
        ("lead_id,created_at\n".to_owned(), "lead_id,event,at\n".to_owned());
    for lead in 0..6 {
        leads += &format!("L{lead},2026-07-01 10:00\n");
        let at = if lead % 2 == 0 { "2026-07-01T14:00:00Z" } else { "2026-07-01 16:00" };
        calls += &format!("L{lead},call,{at}\n");
    }
    shell.write("leads.csv", leads);
    shell.write("calls.csv", calls);
    let hours = |config: &str| {
        shell.write("o.ron", config);
        let command =
            "outcome --leads leads.csv --events calls.csv --config o.ron --format json --quiet";
        let told: serde_json::Value = serde_json::from_str(&shell.expect(0, command)).unwrap();
        told["groups"][0]["response_hours"]["value"].as_f64().unwrap()
    };
    assert_eq!(hours("Outcome(version: 1, time_zone: \"Europe/Berlin\")"), 6.0);
    assert_eq!(hours("Outcome(version: 1)"), 5.0);
    shell.write("o.ron", "Outcome(version: 1, time_zone: \"Europe/Berln\")");
    let refused = shell.run("outcome --leads leads.csv --events calls.csv --config o.ron");
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(
        refused.status.code() == Some(2) && told.contains("did you mean `Europe/Berlin`?"),
        "{told}"
    );
}

#[test]
fn a_log_of_actions_judges_another_policy_or_refuses() {
    let shell = Shell::new();
    let mut log = "lead_id,action,action_probability,reward,target_action\n".to_owned();
    for i in 0..400 {
        let (action, p) = if i % 4 == 0 { ("mail", 0.25) } else { ("call", 0.75) };
        log += &format!("L{i},{action},{p},{},mail\n", i % 8 / 4);
    }
    shell.write("log.csv", &log);
    let page = shell.expect(0, "outcome --actions log.csv --quiet");
    assert!(page.contains("largest weight is 4.0") && page.contains("doubly robust"), "{page}");
    let json: serde_json::Value =
        serde_json::from_str(&shell.expect(0, "outcome --actions log.csv --quiet --format json"))
            .unwrap();
    assert_eq!((json["snips"]["value"].as_f64(), json["matched"].as_u64()), (Some(0.5), Some(100)));
    let refused = |name: &str, text: String, expect: &str| {
        shell.write(name, text);
        let output = shell.run(&format!("outcome --actions {name}"));
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && told.contains(expect), "{told}");
    };
    let few: String = log.lines().take(100).map(|line| format!("{line}\n")).collect();
    refused("few.csv", few, "expected at least 50; nothing is claimed");
    refused("zero.csv", log.replacen("0.75", "0", 1), "`action_probability` in row 2 is 0");
    refused(
        "new.csv",
        log.replacen(",mail\n", ",visit\n", 1),
        "is `visit`; expected an action that the log took",
    );
    refused("bare.csv", log.replace("target_action", "note"), "`target_action`");
}

#[test]
fn what_is_wrong_is_refused() {
    let shell = scored();
    shell.write("other.csv", "lead_id,stage,entered_at\nX1,MQL,2026-01-01\n");
    shell.write("o.ron", "Outcome(version: 1, contatcs: [])");
    for (arguments, expect) in [
        ("outcome", "--leads"),
        ("outcome --leads scored.csv", "nothing tells what became of them"),
        ("outcome --leads none.csv --history crm/history.csv", "there is no `none.csv`"),
        ("outcome --leads scored.csv --history other.csv", "none of its leads"),
        ("outcome --leads scored.csv --history crm/history.csv --by teir", "did you mean `tier`"),
        ("outcome --leads scored.csv --config o.ron", "did you mean `contacts`"),
        ("outcome --leads scored.csv --history crm/history.csv --cost-per-contact 0", "above 0"),
        (
            "outcome --leads scored.csv --history crm/history.csv --at yesterday",
            "expected a moment",
        ),
        ("outcome --leads scored.csv --history crm/history.csv --holdout arm", "no column `arm`"),
        ("feedback add --store f.jsonl --lead L1 --tier Hot --who anna", "without a reason"),
        ("feedback add --store f.jsonl --lead L1 --who anna", "--outcome"),
        (
            "feedback add --store f.jsonl --lead NOPE --accept --who anna --scores scored.csv",
            "has no lead `NOPE`",
        ),
        ("feedback list --store scored.csv", "is no feedback store"),
        ("feedback list --store none.jsonl", "there is no `none.jsonl`"),
        ("feedback import crm/deals.csv --store f.jsonl", "`who`"),
    ] {
        let output = shell.run(arguments);
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && told.contains(expect), "{arguments}\n{told}");
        assert!(!told.contains("panicked"), "{told}");
    }
    assert!(!shell.path("f.jsonl").exists());
}
