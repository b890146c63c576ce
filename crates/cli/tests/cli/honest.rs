//! Honest tables from outside: checks, labels in time, groups, the measured effect of suspects, the page of a profile.

use crate::crm;
use crate::shell::Shell;
use std::fmt::Write as _;

/// Leads of companies over four hundred days; more visits mean more customers. The oldest have conversions that nobody wrote down.
fn shell() -> Shell {
    let shell = Shell::new();
    let day = |day: i64| leadsight_schema::Timestamp((20_000 + day) * 86_400).to_date();
    let mut leads = "lead_id,created,account,visits,stage_score,won_on,lost_on\n".to_owned();
    for i in 0..1600_i64 {
        let noise = |k: i64| (i * 7919 * k + i * i * 31) % 100;
        let (created, visits) = (i / 4, noise(3) / 10);
        let won = noise(11) < 6 + 4 * visits;
        let on = |yes: bool, lag: i64| if yes { day(created + lag) } else { String::new() };
        let recorded = won && created + 10 >= 120;
        writeln!(
            leads,
            "L{i},{},A{},{visits},{},{},{}",
            day(created),
            i % 500,
            noise(7) / 5 + if won { 6 } else { 0 },
            on(recorded, 10),
            on(noise(13) < 5, 4),
        )
        .unwrap();
    }
    shell.write("leads.csv", leads);
    shell
}

fn config(data: &str, label: &str) -> String {
    format!(
        "Experiment(data: (leads: \"leads.csv\", id: \"lead_id\"{data}), label: Outcome(event: \"won_on\", created: \"created\", \
         lost: \"lost_on\", horizon_days: [30]{label}), split: Time(), models: [Prior, Logistic()], tuning: (folds: 2), report: (bootstrap: 20))"
    )
}

#[test]
fn a_label_in_time_counts_whom_it_leaves_out() {
    let shell = shell();
    shell.write("late.ron", config("", ""));
    shell.expect(0, "run late.ron --quiet");
    let issues = shell.json("runs/late/issues.json");
    let issue = |kind: &str| issues.as_array().unwrap().iter().find(|i| i["kind"] == kind).cloned();
    let truncated = issue("truncated_record").unwrap()["expected"].as_str().unwrap().to_owned();
    let day = truncated.split('"').nth(1).unwrap();
    for kind in ["immature", "reopened", "embargo", "truncated_record"] {
        assert!(issue(kind).is_some(), "{kind}: {issues}");
    }
    shell
        .write("sound.ron", config(", group: \"account\"", &format!(", observed_from: \"{day}\"")));
    shell.expect(0, "run sound.ron --quiet");
    let issues = shell.text("runs/sound/issues.json");
    assert!(!issues.contains("truncated_record") && issues.contains("before_record"), "{issues}");
    assert!(issues.contains("group_in_later_part"), "{issues}");
    let cohorts = shell.rows("runs/sound/cohorts.csv");
    let sum = |name: &str| cohorts.iter().map(|row| row[name].parse::<u64>().unwrap()).sum::<u64>();
    assert_eq!(sum("leads"), 1600);
    assert!(sum("mature") < 1400 && sum("converted") > 100);
    assert!(shell.text("runs/sound/report.html").contains("Outcome known"));
    assert!(shell.text("runs/sound/config.resolved.ron").contains("embargo_days: 30.0"));
}

#[test]
fn a_failed_check_is_told_or_stops() {
    let shell = shell();
    let check = |on_fail: &str| {
        format!(
            ", checks: [(column: \"account\", must: Unique, on_fail: {on_fail}), (column: \"visits\", must: Range(min: 1, max: 9))]"
        )
    };
    shell.write("told.ron", config(&check("Tell"), ""));
    shell.expect(0, "run told.ron --quiet");
    let issues = shell.text("runs/told/issues.json");
    assert!(issues.contains("check_unique") && issues.contains("check_range"), "{issues}");
    shell.write("stop.ron", config(&check("Stop"), ""));
    let page = shell.transcript(1, &["run stop.ron --quiet", "audit stop.ron --quiet"]);
    assert!(page.contains("`account` has `A0` on line 502 (1100 in all)"), "{page}");
    assert!(page.contains("on_fail: Warn") && !page.contains("`visits`"), "{page}");
}

#[test]
fn what_a_suspect_does_to_a_model_is_measured() {
    let shell = shell();
    shell.write("audit.ron", config("", ""));
    let json = shell.expect(0, "audit audit.ron --quiet --format json");
    let findings: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    let finding = |name: &str| findings.iter().find(|f| f["column"] == name).unwrap();
    let suspect = finding("stage_score");
    assert_eq!(suspect["verdict"], "suspect");
    let auc = |key: &str| suspect["effect"][key].as_f64().unwrap();
    assert!(auc("valid_auc_with") > auc("valid_auc_without") + 0.05, "{suspect}");
    assert!(finding("visits").get("effect").is_none());
    let page = shell.expect(0, "audit audit.ron --quiet");
    assert!(page.contains("small boosted model"), "{page}");
    let told = |waive: &str| {
        let page = shell.expect(0, &format!("run audit.ron --quiet{waive}"));
        page.contains("These figures may be too good: without `stage_score` a small model falls")
    };
    assert!(told(""));
    assert!(!told(" --set leakage.waive.stage_score=known"));
}

#[test]
fn a_profile_writes_a_page() {
    let shell = crm::small();
    let page =
        shell.expect(0, "profile crm/leads.csv --label converted --html profile.html --quiet");
    assert!(page.contains("category: email"), "{page}");
    let html = shell.text("profile.html");
    for words in ["looks like email", "AUC alone", "class=\"histogram\"", "Spearman"] {
        assert!(html.contains(words), "{words}");
    }
}
