//! Policy files: what is left out, what is refused with its line, what is decided.

use super::*;
use leadsight_rules::RulesError;

const SHORT: &str = "Policy(version: 1, score: (p0: 0.002, p40: 0.02, p70: 0.08, p100: 0.5))";

#[test]
fn defaults_fill_what_is_left_out_and_the_text_reads_back() {
    let policy = Policy::from_ron(SHORT).unwrap();
    assert_eq!(policy.tiers, Tiers::default());
    let text = policy.to_ron().unwrap();
    assert_eq!(Policy::from_ron(&text).unwrap(), policy, "{text}");
}

#[track_caller]
fn refused(text: &str, expect_line: usize, expect: &str) {
    let error = Policy::from_ron(text).unwrap_err();
    let DecideError::Rules(text) = &error else { panic!("{error}") };
    let RulesError::Text { line, .. } = &**text else { panic!("{error}") };
    assert_eq!(*line, expect_line, "{error}");
    assert!(error.to_string().contains(expect), "{error}");
}

#[test]
fn errors_name_the_line() {
    refused("Policy(\n version: 1,\n scroe: (p0: 0.1))", 3, "did you mean `score`?");
    refused(
        "Policy(\n version: 9,\n score: (p0: 0.1, p40: 0.2, p70: 0.3, p100: 0.4))",
        2,
        "version 9",
    );
    refused(
        "Policy(\n version: 1,\n score: (p0: 0.1, p40: 0.5, p70: 0.3, p100: 0.6))",
        3,
        "p40 = 0.5 is not clearly below p70 = 0.3",
    );
    refused(
        "Policy(version: 1,\n score: (p0: 0.1, p40: 0.2, p70: 0.3, p100: 0.6),\n tiers: [(name: \"A\", from: 70, next_action: \"x\", reason: \"y\")])",
        3,
        "the last tier must start from 0",
    );
    for (q25, q75) in [("5.0", "1.0"), ("NaN", "1.0"), ("1.0", "inf")] {
        let ranges = format!("ranges: {{\"visits\": (q25: {q25},\n q75: {q75})}})");
        refused(&SHORT.replace("))", &format!("),\n{ranges}")), 3, "expected two finite numbers");
    }
    refused("Policy(version: 1,\n", 1, "end of RON");
}

#[test]
fn suspicions_are_held_against_the_data() {
    let text = SHORT.replace(
        "))",
        r#"), review: [Repeated(field: "employees", more_than: 2), BrokenMail("employees")])"#,
    );
    let policy = Policy::from_ron(&text).unwrap();
    let check = |kind| policy.check_review(&[Field::feature("employees", kind)]);
    check(FieldKind::Text).unwrap();
    let error = check(FieldKind::Number).unwrap_err().to_string();
    assert!(error.contains("review[2] (BrokenMail(\"employees\")) needs `employees` to be words, but it is a number"), "{error}");
}

#[test]
fn decides_with_a_reason() {
    let policy = Policy::from_ron(SHORT).unwrap();
    let decision = policy.decide(Probability::new(0.2).unwrap(), None);
    assert_eq!((decision.tier.as_str(), decision.score >= 70), ("Hot", true));
    assert_eq!(decision.next_action, "immediate sales outreach");
    assert!(decision.action_reason.contains("Hot from 70"), "{}", decision.action_reason);
}
