//! A policy: checked, tried on past leads, trained with, laid over a bundle, and in the place of one that cannot be read.

use crate::crm;
use std::collections::BTreeSet;

const POLICY: &str = r#"Policy(
    version: 1,
    tiers: [
        (name: "A", at: Capacity(0.2), next_action: "call", reason: "the best two of the day"),
        (name: "B", at: Capture(0.9), next_action: "mail", reason: "nine of ten winners"),
        (name: "C", from: 0, next_action: "wait", reason: "the rest"),
    ],
    actions: (
        rules: [(when: All([Is("tier", "A"), Is("source", "event")]), action: "call about the event", product: "tickets")],
        never: [(action: "call", when: Is("country", "DE"), reason: "no consent")],
    ),
    review: [
        DisposableMail("email"),
        Repeated(field: "phone", more_than: 1),
        RepeatedDomain(field: "email", more_than: 5, within: (hours: 24, at: "created_at")),
    ],
    fallback: (sparse_below: 0.2),
)"#;

const CARD: &str = r#"Policy(version: 1, scorecard: (points: [(when: AtLeast("pricing_page_views", 1), points: 30)], threshold: 30))"#;

#[test]
fn a_policy_is_checked_with_the_line_of_what_is_wrong() {
    let shell = crm::small();
    shell.write("policy.ron", POLICY);
    let said = shell.expect(0, "policy check policy.ron --leads crm/leads.csv");
    assert!(
        said.contains("the best 0.2 a day")
            && said.contains("source, country, created_at, email, phone"),
        "{said}"
    );
    for (from, to, status, expect) in [
        ("\"country\"", "\"contry\"", 1, "did you mean `country`?"),
        ("(action: \"call\"", "(action: \"cal\"", 2, "line 10: actions.never[1] forbids `cal`"),
        ("Capture(0.9)", "Capture(9)", 2, "line 5"),
        ("review:", "reveiw:", 2, "did you mean `review`?"),
        ("more_than: 1", "more_than: 0", 2, "`more_than` from 1"),
        (
            "\"created_at\"",
            "\"createdat\"",
            1,
            "`createdat` is no column of leads.csv (did you mean `created_at`?)",
        ),
        ("hours: 24", "hours: 0", 2, "`hours` above 0 and at most 8784"),
    ] {
        shell.write("wrong.ron", POLICY.replace(from, to));
        let output = shell.run("policy check wrong.ron --leads crm/leads.csv");
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8_lossy(&told);
        assert_eq!(output.status.code(), Some(status), "{told}");
        assert!(told.contains(expect), "{told}");
    }
}

#[test]
fn a_policy_is_trained_with_tried_and_laid_over_a_bundle() {
    let shell = crm::small();
    shell.write("policy.ron", POLICY);
    shell.write("card.ron", CARD);
    let set = r#"--set policy.file="policy.ron" --set policy.fallback="card.ron""#;
    let models = r#"--set models=[{"Xgboost":{"rounds":25,"max_depth":3}}]"#;
    shell.expect(0, &format!("run small.ron --quiet {models} {set}"));
    let own = shell.text("runs/small/bundle/policy.ron");
    assert!(own.contains("at: Capacity(0.2),\n            probability: 0."), "{own}");
    let rows = shell.rows("runs/small/scored.csv");
    let of = |name: &str| rows.iter().map(|row| row[name].clone()).collect::<BTreeSet<_>>();
    assert_eq!(of("tier"), ["A", "B", "C"].map(str::to_owned).into());
    let german = rows.iter().filter(|row| row["next_action"] == "call");
    assert!(german.clone().count() > 0 && of("recommended_product").contains("tickets"));

    // Ten of one firm within an hour, among leads that came in long ago, and the same ten over a year.
    assert!(own.contains("\"created_at\": Date(Iso)"), "{own}");
    let burst = |apart: u64| {
        let mut text = shell.text("crm/leads.csv");
        let header: Vec<&str> = text.lines().next().unwrap().split(',').map(str::trim).collect();
        let lead = |i: u64| {
            let cell = |name: &str| match name {
                "lead_id" => format!("X{i}"),
                "created_at" => format!("20{:02}-03-01T09:{:02}:00Z", 10 + i * apart, i * 5),
                "email" => format!("p{i}@acme.example"),
                _ => String::new(),
            };
            header.iter().map(|name| cell(name)).collect::<Vec<_>>().join(",") + "\n"
        };
        let more: String = (0..10).map(lead).collect();
        text.push_str(&more);
        shell.write("burst.csv", text);
        shell.expect(0, "score --bundle runs/small/bundle --leads burst.csv --out out.csv --quiet --columns lead_id,review_flag");
        let told = "10 leads with this domain acme.example within a day";
        shell.rows("out.csv").iter().filter(|row| row["review_flag"].contains(told)).count()
    };
    assert_eq!((burst(1), burst(0)), (0, 10));
    let simulate = "policy simulate --bundle runs/small/bundle --leads burst.csv --quiet";
    let mute = shell.run(&format!("{simulate} --events crm/events.csv"));
    let said = String::from_utf8_lossy(&mute.stderr).into_owned();
    assert!(mute.status.code() == Some(2) && said.contains("event"), "{said}");
    let told = shell.expect(0, simulate);
    assert!(told.contains("review: several leads with one domain"), "{told}");

    // What it would do, and whom another moves.
    shell.write("other.ron", POLICY.replace("Capture(0.9)", "Percentile(95)"));
    let told = shell.expect(
        0,
        "policy simulate --bundle runs/small/bundle --policy other.ron --days 365 --leads crm/leads.csv --label converted --format json --quiet",
    );
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let leads = told["leads"].as_u64().unwrap();
    let sum = |key: &str| -> u64 {
        told[key].as_array().unwrap().iter().map(|group| group["leads"].as_u64().unwrap()).sum()
    };
    assert_eq!((sum("tiers"), sum("actions"), sum("migration")), (leads, leads, leads));
    let best = told["tiers"][0]["rate"]["value"].as_f64().unwrap();
    let rest = told["tiers"][2]["rate"]["value"].as_f64().unwrap();
    assert!(best > rest, "{told}");

    // It tells what is wrong with the file as `score` does, and refuses what `score` refuses.
    let lines = shell.text("crm/leads.csv");
    let ragged: String = lines.lines().take(40).map(|line| format!("{line}\n")).collect();
    shell.write("ragged.csv", format!("{ragged}L9,torn\n"));
    let simulate = "policy simulate --leads ragged.csv --label country";
    let run =
        shell.run(&format!("{simulate} --bundle runs/small/bundle --positive DE --negative FR"));
    let told = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(told.contains("ragged_row"), "{told}");
    let slip = r#"when: Known("source"), points: 1), (when: AtLeast("pricing_page_view""#;
    shell.write("slip.ron", CARD.replace(r#"when: AtLeast("pricing_page_views""#, slip));
    let run = shell.run(&format!("{simulate} --policy slip.ron"));
    let told = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(
        run.status.code() == Some(2) && told.contains("did you mean `pricing_page_views`?"),
        "{told}"
    );

    // Over a bundle; its place cuts have to be known.
    let score =
        "score --leads crm/leads.csv --out out.csv --quiet --columns lead_id,tier,scorer_used";
    let open = shell.run(&format!("{score} --bundle runs/small/bundle --policy other.ron"));
    let said = String::from_utf8_lossy(&open.stderr);
    assert!(open.status.code() == Some(2) && said.contains("is not known here"), "{said}");
    shell.write("scores.ron", "Policy(version: 1, preset: AToD)");
    shell.expect(0, &format!("{score} --bundle runs/small/bundle --policy scores.ron"));
    assert!(shell.rows("out.csv").iter().all(|row| "ABCD".contains(&row["tier"])));

    // Where the bundle is gone, rules and points score.
    let gone =
        shell.run(&format!("{score} --bundle gone --fallback card.ron").replace("--quiet ", ""));
    let said = String::from_utf8_lossy(&gone.stderr).into_owned();
    assert!(gone.status.success() && said.contains("there is no `gone`"), "{said}");
    assert!(shell.rows("out.csv").iter().all(|row| row["scorer_used"] == "scorecard"));
    // But a policy that is broken is not passed over, and neither is a fallback.
    shell.write("broken.ron", "Policy(version: 1, preset: AToE)");
    for (arguments, expect) in [
        ("--bundle runs/small/bundle --policy broken.ron --fallback card.ron", "AToE"),
        ("--bundle runs/small/bundle --fallback nope.ron", "nope.ron"),
    ] {
        let run = shell.run(&format!("{score} {arguments}"));
        let said = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(run.status.code() == Some(2) && said.contains(expect), "{said}");
    }
    // And where hardly anything is known of a lead.
    shell.write("sparse.csv", "lead_id,pricing_page_views\nL1,4\n");
    shell.expect(0, "score --bundle runs/small/bundle --leads sparse.csv --out out.csv --quiet");
    let row = shell.rows("out.csv").remove(0);
    assert_eq!((row["scorer_used"].as_str(), row["probability"].as_str()), ("scorecard", ""));
    assert_eq!(row["lead_score"], "100");
}

#[test]
fn tiers_that_stand_empty_are_told() {
    let shell = crm::small();
    shell.write("policy.ron", "Policy(version: 1, preset: EightyFifty)");
    shell.expect(
        0,
        r#"run small.ron --quiet --set models=["Prior"] --set policy.file="policy.ron""#,
    );
    let issues = shell.text("runs/small/issues.json");
    assert!(issues.contains("empty_tier") && issues.contains("in the tier `Hot`"), "{issues}");
    shell.write("policy.ron", POLICY.replace("\"source\"", "\"sorce\""));
    let run = shell.run(r#"run small.ron --quiet --set policy.file="policy.ron""#);
    let told = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(run.status.code() == Some(2) && told.contains("did you mean `source`?"), "{told}");
}
