//! Which kind of policy a file is, and the line of what is wrong.

use super::*;

#[track_caller]
fn refused(text: &str, expect: &str) {
    let error = PolicyFile::from_ron(text).unwrap_err().to_string();
    assert!(error.contains(expect), "{error}");
}

#[test]
fn each_kind_says_where_the_other_belongs() {
    let card = "Policy(version: 1,\n rules: (rules: [(when: Is(\"x\", \"y\"), then: Qualify)])";
    let error = PolicyDraft::from_ron(&format!("{card})")).unwrap_err().to_string();
    assert!(error.contains("line 2: the policy scores by itself, by its `rules`"), "{error}");
    assert!(error.contains("belong under `policy.fallback`"), "{error}");
    let both = format!("{card},\n score: (p0: 0.1, p40: 0.2, p70: 0.3, p100: 0.4))");
    let error = DeclaredPolicy::from_ron(&both).unwrap_err().to_string();
    assert!(
        error.contains("line 3: the policy has `score`, which only one for a model"),
        "{error}"
    );
    let error = DeclaredPolicy::from_ron("Policy(version: 1, preset: AToD)").unwrap_err();
    assert!(error.to_string().contains("belongs under `policy.file`"), "{error}");
    refused(&both, "line 3: the policy has `score`");
}

#[test]
fn says_which_number_is_out_of_range() {
    let tier = |from| {
        format!(
            "Policy(version: 1,\n tiers: [(name: \"A\", from: {from}, next_action: \"x\", reason: \"\")])"
        )
    };
    refused(&tier("300"), "line 2, column");
    refused(&tier("300"), "tier `A` has the cut 300; expected a score from 0 to 100");
    refused(&tier("-1"), "tier `A` has the cut -1; expected a score from 0 to 100");
}

#[test]
fn knows_what_the_file_is_for() {
    let model = PolicyFile::from_ron("Policy(version: 1, preset: AToD)").unwrap();
    assert!(matches!(model, PolicyFile::Model(_)));
    let card = r#"Policy(version: 1, scorecard: (points: [(when: Is("x", "y"), points: 3)], threshold: 2))"#;
    let declared = PolicyFile::from_ron(card).unwrap();
    assert!(matches!(declared, PolicyFile::Declared(_)));
    assert_eq!(declared.fields().len(), 1);
}

const OWN_TIERS: &str = r#"tiers: [(name: "Heiß", from: 70, next_action: "a", reason: ""), (name: "Kalt", from: 0, next_action: "b", reason: "")]"#;

#[track_caller]
fn refused_rule(when: &str, rest: &str, expect: &str) {
    let rule = format!(r#"actions: (rules: [(when: {when}, action: "x")])"#);
    refused(&format!("Policy(version: 1, {rest}\n{rule})"), &format!("line 2: {expect}"));
}

#[test]
fn refuses_conditions_on_what_is_never_made_of_a_lead() {
    for (when, expect) in [
        (
            r#"Is("tier", "Hot")"#,
            "actions.rules[1] (`tier` is Hot) asks for `Hot`, but the tiers of this policy are `A`, `B`, `C` and `D`",
        ),
        (
            r#"AtLeast("lead_score", 200)"#,
            "actions.rules[1] can never hold: `lead_score` at least 200, but `lead_score` goes from 0 to 100",
        ),
        (
            r#"Above("probability", 1)"#,
            "actions.rules[1] can never hold: `probability` above 1, but `probability` goes from 0 to 1",
        ),
        (r#"Is("scorer_used", "modle")"#, "(did you mean `model`?)"),
        (r#"Is("scorer_used", "rules")"#, "but `scorer_used` is `model` here"),
        (r#"Not(AtMost("fit_score", 100))"#, ""),
        (r#"Contains("tier", "x")"#, "can never hold"),
        (r#"Missing("data_completeness")"#, "can never hold"),
        (r#"All([Is("industry", "x"), Above("score_percentile", 100)])"#, "can never hold"),
    ] {
        if !expect.is_empty() {
            refused_rule(
                when,
                "preset: AToD,",
                if expect.starts_with("act") { expect } else { "actions.rules[1]" },
            );
        }
        let text = format!(
            r#"Policy(version: 1, preset: AToD, actions: (rules: [(when: {when}, action: "x")]))"#
        );
        match PolicyFile::from_ron(&text) {
            Ok(_) => assert_eq!(expect, "", "{when}"),
            Err(error) => assert!(error.to_string().contains(expect), "{error}"),
        }
    }
    refused_rule(
        r#"Is("tier", "Heiss")"#,
        &format!("{OWN_TIERS},"),
        "actions.rules[1] (`tier` is Heiss) asks for `Heiss`, but the tiers of this policy are `Heiß` and `Kalt` (did you mean `Heiß`?)",
    );
    refused_rule(
        r#"Any([IsNot("tier", "Heiss"), Known("x")])"#,
        &format!("{OWN_TIERS},"),
        "actions.rules[1]",
    );
}

#[test]
fn without_a_model_there_is_no_probability() {
    let card = r#"scorecard: (points: [(when: Is("x", "y"), points: 3)], threshold: 2),"#;
    refused_rule(
        r#"AtLeast("probability", 0.5)"#,
        card,
        "actions.rules[1] can never hold: `probability` at least 0.5, but no lead has a `probability` without a model",
    );
    refused_rule(
        r#"Is("scorer_used", "rules")"#,
        card,
        "actions.rules[1] (`scorer_used` is rules) asks for `rules`, but `scorer_used` is `scorecard` here",
    );
    refused_rule(
        r#"AtLeast("icp_match_pct", 5)"#,
        card,
        "actions.rules[1] can never hold: `icp_match_pct` at least 5, but no lead has a `icp_match_pct` without an `icp`",
    );
    for when in
        [r#"Missing("probability")"#, r#"Is("tier", "warm")"#, r#"AtMost("lead_score", 99)"#]
    {
        let text = format!(
            r#"Policy(version: 1, {card} actions: (rules: [(when: {when}, action: "x")]))"#
        );
        PolicyFile::from_ron(&text).unwrap();
    }
}

#[test]
fn a_fallback_has_tiers_of_its_own() {
    let rule = r#"actions: (rules: [(when: Is("tier", "of the fallback"), action: "x"), (when: Is("scorer_used", "rules"), action: "x")])"#;
    PolicyFile::from_ron(&format!("Policy(version: 1, fallback: (sparse_below: 0.1), {rule})"))
        .unwrap();
    refused(&format!("Policy(version: 1, {rule})"), "asks for `of the fallback`");
}

#[test]
fn refuses_tiers_and_actions_that_say_nothing() {
    let tiers = |a: &str, b: &str| {
        format!(
            "Policy(version: 1, tiers: [(name: \"Warm\", {a}),\n(name: {b}), (name: \"Rest\", from: 0, next_action: \"z\", reason: \"\")])"
        )
    };
    let from = r#"from: 70, next_action: "x", reason: """#;
    refused(
        &tiers(from, r#"" wARM", from: 40, next_action: "y", reason: """#),
        "line 2: tier ` wARM` has the name of the tier `Warm`",
    );
    refused(
        &tiers(from, r#""B", from: 40, next_action: " ", reason: """#),
        "line 2: tier `B` has a blank `next_action`",
    );
    refused(
        &tiers(
            r#"at: Probability(0), next_action: "x", reason: """#,
            r#""B", from: 40, next_action: "y", reason: """#,
        ),
        "line 2: tier `B` is from 40 but never gets a lead: `Warm`, from probability 0",
    );
    refused(
        "Policy(version: 1, actions: (rules: [\n(when: Known(\"x\"), action: \"a\"),\n(when: Known(\"y\"), action: \"\")]))",
        "line 3: actions.rules[2] has a blank `action`",
    );
    for (among, expect) in [
        (r#"["a", "a"]"#, "`a` twice"),
        (r#"["", ""]"#, "a blank action"),
        (r#"["a", "A "]"#, "`A ` twice"),
    ] {
        refused(
            &format!("Policy(version: 1,\n actions: (\n  explore: (share: 0.1, among: {among})))"),
            expect,
        );
        refused(
            &format!("Policy(version: 1,\n actions: (\n  explore: (share: 0.1, among: {among})))"),
            "line 3",
        );
    }
}

#[test]
fn names_the_line() {
    refused(
        "Policy(\n version: 1,\n actions: (\n  rules: [\n   (when: AtLeast(\"lead_score\", 5), action: \"a\"),\n   (when: AtLeast(\"lead_score\", 9), action: \"b\"),\n  ],\n ),\n)",
        "line 6: actions.rules[2]",
    );
    refused(
        "Policy(\n version: 1,\n actions: (never: [\n  (action: \"call\", when: Is(\"x\", \"y\"), reason: \"\"),\n ]),\n)",
        "line 4: actions.never[1] forbids `call`",
    );
    refused(
        "Policy(version: 1, // review: [\n /* actions: */ names: {\"a\": \"review: \\\"[when\"},\n review: [\n  DisposableMail(\"email\"), LittleKnown(0.2),\n  When(when: Below(\"lead_score\", 0), reason: \"when\")])",
        "line 5: review[3] can never hold: `lead_score` below 0, but `lead_score` goes from 0 to 100",
    );
    refused(
        "Policy(version: 1, kinds: {\"employees\": Number},\n review: [\n  Repeated(field: \"employees\", more_than: 3),\n  When(when: Known(\"employees\"), reason: \"\"),\n  DisposableMail(\"employees\")])",
        "line 5: review[3] (DisposableMail(\"employees\")) needs `employees` to be words, but it is a number",
    );
    refused("Policy(\n version: 1,\n scorcard: (),\n)", "line 3");
    refused(
        "Policy(\n version: 1,\n preset: EightyFifty,\n scorecard: (points: [(when: Is(\"x\", \"y\"), points: 3)], threshold: 2),\n)",
        "no probability is claimed",
    );
}
