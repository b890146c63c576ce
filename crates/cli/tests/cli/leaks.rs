//! Columns that know the outcome: the answer is no, exit status 1, until each is excluded or waived.

use crate::crm;

#[test]
fn a_leak_stops_a_run_unless_it_is_excluded_or_waived() {
    let shell = crm::small();
    let page = shell.transcript(1, &["run small.ron --quiet --set leakage.on_leak=Stop"]);
    assert!(page.contains("`contract_value`") && page.contains("`onboarding_call_at`"), "{page}");
    assert!(page.contains("data.exclude") && page.contains("leakage.waive"), "{page}");

    let verdicts = |status, sets: &str| -> Vec<String> {
        let json = shell.expect(status, &format!("audit small.ron --quiet --format json {sets}"));
        let findings: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
        assert!(findings.iter().all(|f| f["evidence"].is_array() && !f["auc"].is_string()));
        let leaks = findings.iter().filter(|f| f["verdict"] == "leak");
        leaks.map(|f| f["column"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(verdicts(1, ""), ["contract_value", "onboarding_call_at"]);
    let exclude =
        "--set data.exclude.contract_value=after --set data.exclude.onboarding_call_at=after";
    assert_eq!(verdicts(0, exclude), [""; 0]);
    verdicts(
        0,
        "--set leakage.waive.contract_value=known --set leakage.waive.onboarding_call_at=known",
    );
    verdicts(1, "--set leakage.waive.contract_value=known");

    shell.expect(0, "run small.ron --quiet");
    let excluded = shell.json("runs/small/manifest.json")["excluded"].to_string();
    assert!(
        excluded.contains("contract_value") && excluded.contains("onboarding_call_at"),
        "{excluded}"
    );
    let recipe = shell.text("runs/small/bundle/schema.json");
    assert!(!recipe.contains("contract_value"), "a leak reached the model");
}
