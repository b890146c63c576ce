//! `profile --funnel`: what was planted in the generated CRM is found, any source of stages serves, and bad input is told.

use crate::shell::Shell;
use serde_json::Value;
use std::collections::BTreeMap;

const ALL: &str = "--funnel --history crm/history.csv --campaigns crm/campaigns.csv --label converted --value contract_value";

fn json(shell: &Shell, arguments: &str) -> Value {
    let line = format!("profile {arguments} --format json --quiet");
    serde_json::from_str(&shell.expect(0, &line)).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value}"))
}

#[test]
fn what_was_planted_in_the_demo_is_found() {
    let shell = Shell::new();
    shell.expect(0, "synth --out crm --quiet");
    shell.write("funnel.ron", r#"Funnel(exclude: ["owner_id", "message"])"#);
    let found =
        json(&shell, &format!("crm/leads.csv {ALL} --config funnel.ron --audience audience.ron"));

    // The weak step, from a demo that was asked for to a meeting.
    let weak = &found["weak_step"];
    assert_eq!(weak["step"]["from"], "SalesQualified", "{weak}");
    assert_eq!(weak["step"]["to"], "Opportunity", "{weak}");
    assert_eq!(weak["proven"], true, "{weak}");

    // The campaign that is best by what was found is good by what is true.
    let (mut expected, mut cost): (BTreeMap<String, f64>, BTreeMap<String, f64>) =
        Default::default();
    let truth: BTreeMap<String, f64> = shell
        .rows("crm/truth.csv")
        .into_iter()
        .map(|row| (row["lead_id"].clone(), row["true_probability"].parse().unwrap()))
        .collect();
    for row in shell.rows("crm/leads.csv") {
        *expected.entry(row["campaign_id"].clone()).or_default() += truth[&row["lead_id"]];
    }
    for row in shell.rows("crm/campaigns.csv") {
        cost.insert(row["campaign_id"].clone(), row["cost"].parse().unwrap());
    }
    let mut by_truth: Vec<(&String, f64)> =
        cost.iter().map(|(id, cost)| (id, cost / expected.get(id).unwrap_or(&1e-9))).collect();
    by_truth.sort_by(|a, b| a.1.total_cmp(&b.1));
    let best = found["best_campaign"].as_str().unwrap();
    let place = by_truth.iter().position(|(id, _)| *id == best).unwrap();
    assert!(place < 4, "{best} is number {place} of {by_truth:?}");

    // Webinars bring most for their money and trade shows least; referrals cost nothing and convert best, paid social worst.
    let sources = found["sources"].as_array().unwrap();
    let verdict = |name: &str| sources.iter().find(|s| s["name"] == name).unwrap();
    assert_eq!(found["best_source"], "webinar");
    assert_eq!(verdict("event")["verdict"], "worse");
    assert_eq!(verdict("referral")["verdict"], "better");
    assert_eq!(verdict("referral")["return_on_cost"], Value::Null);
    assert!(
        number(&verdict("referral")["rate"]["low"])
            > number(&verdict("paid_search")["rate"]["high"])
    );

    // Traits that raise the true probability are there, those that do not are not, nor what knows the outcome.
    let traits = found["traits"].as_array().unwrap();
    let told: Vec<&str> = traits.iter().map(|t| t["words"].as_str().unwrap()).collect();
    for planted in [
        "pricing_page_views",
        "demo_requested is yes",
        "timeline is this month",
        "source is referral",
    ] {
        assert!(told.iter().any(|words| words.contains(planted)), "{planted}: {told:?}");
    }
    for other in ["device", "contract_value", "onboarding", "owner_id", "campaign_id", "message is"]
    {
        assert!(told.iter().all(|words| !words.contains(other)), "{other}: {told:?}");
    }

    // The audience is a policy that scores leads, and keeps what it promises.
    shell.expect(
        0,
        "score --policy audience.ron --leads crm/leads.csv --out s.csv --columns lead_id,lead_score --now 2026-11-22T00:00:00Z --quiet",
    );
    let within: Vec<f64> = shell
        .rows("s.csv")
        .iter()
        .filter(|row| row["lead_score"] == "70")
        .map(|row| truth[&row["lead_id"]])
        .collect();
    let rate = within.iter().sum::<f64>() / within.len() as f64;
    assert!(within.len() > 500 && rate > 0.06, "{} {rate}", within.len());
}

#[test]
fn prints_each_part() {
    let shell = Shell::new();
    shell.expect(0, "synth --out crm --leads 4000 --quiet");
    insta::assert_snapshot!(
        "page",
        shell.expect(0, &format!("profile crm/leads.csv {ALL} --quiet"))
    );
    for part in ["steps", "spots", "sources", "campaigns", "traits"] {
        let csv = shell
            .expect(0, &format!("profile crm/leads.csv {ALL} --part {part} --format csv --quiet"));
        assert!(csv.lines().count() >= 1 && !csv.contains('│'), "{part}\n{csv}");
    }
    // Another order of rows, and the label left out in favour of the stages.
    let text = shell.text("crm/history.csv");
    let (head, body) = text.split_once('\n').unwrap();
    let reversed: Vec<&str> = body.lines().rev().collect();
    shell.write("reversed.csv", format!("{head}\n{}\n", reversed.join("\n")));
    let of = |history: &str| {
        json(&shell, &format!("crm/leads.csv --funnel --history {history}"))["funnel"]["steps"]
            .clone()
    };
    assert_eq!(of("crm/history.csv"), of("reversed.csv"));
    // Seen from earlier there are fewer leads, and some are still waiting.
    let earlier =
        json(&shell, "crm/leads.csv --funnel --history crm/history.csv --at 2025-07-01T00:00:00Z");
    assert!(number(&earlier["funnel"]["leads"]) < 2000.0);
    let steps = earlier["funnel"]["steps"].as_array().unwrap();
    assert!(steps.iter().any(|s| number(&s["waiting"]) > 0.0), "{steps:?}");
    assert!(number(&earlier["judged"]) < number(&earlier["funnel"]["leads"]));
}

/// Leads by number: `stage` for each.
fn sheet(header: &str, rows: impl Iterator<Item = String>) -> String {
    rows.fold(format!("{header}\n"), |page, row| page + &row + "\n")
}

#[test]
fn stages_come_from_columns_too() {
    let shell = Shell::new();
    let german = ["Neu", "Qualifiziert", "3. Angebot", "Verhandlung", "Gewonnen", "Verloren"];
    shell.write(
        "now.csv",
        sheet(
            "id;Quelle;Phase",
            (0..120).map(|i| format!("{i};{};{}", ["Messe", "Web"][i % 2], german[i % 6])),
        ),
    );
    let found = json(&shell, "now.csv --funnel");
    let reached: Vec<u64> = found["funnel"]["stages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["leads"].as_u64().unwrap())
        .collect();
    assert_eq!(reached, [100, 80, 60, 40, 20]);
    assert_eq!(found["funnel"]["unplaced"], 20);
    let said = String::from_utf8(shell.run("profile now.csv --funnel").stdout).unwrap();
    assert!(said.contains("Only the current stage is known"), "{said}");

    let day = |i: usize, holds: bool| {
        if holds { format!("2026-01-{:02}", i % 28 + 1) } else { String::new() }
    };
    let row = |i: usize| {
        format!(
            "{i},2026-01-01,{},{},{}",
            day(i, i.is_multiple_of(2)),
            day(i, i.is_multiple_of(4)),
            day(i, i.is_multiple_of(8))
        )
    };
    shell.write(
        "dates.csv",
        sheet("lead_id,created_at,mql_date,opportunity_at,won_at", (0..160).map(row)),
    );
    let found = json(&shell, "dates.csv --funnel --at 2026-06-01T00:00:00Z");
    let steps = found["funnel"]["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 3);
    assert!(steps.iter().all(|s| number(&s["rate"]["value"]) == 0.5), "{steps:?}");
    assert_eq!((found["judged"].as_u64(), found["conversions"].as_u64()), (Some(160), Some(20)));
}

#[test]
fn what_is_wrong_with_the_rows_is_told_and_nothing_is_undefined() {
    let shell = Shell::new();
    shell.write("leads.csv", "lead_id,created_at,source,campaign_id\nA,2026-01-01,web,C1\nB,2026-01-02,,C9\nB,2026-01-03,web,C1\nC,2026-01-04,web,\n");
    shell.write(
        "history.csv",
        "lead_id,stage,entered_at\nA,MQL,2026-01-05\nA,MQL,2026-01-05\nA,Won,2025-12-01\nB,Negotation,2026-01-09\nB,SQL,\nZ,SQL,2026-01-09\nC,,2026-01-09\nC,Opportunity,soon\n",
    );
    shell.write(
        "campaigns.csv",
        "campaign_id,name,cost\nC1,one,0\nC2,two,100\nC3,three,-4\nC4,four,\n,five,7\nC2,two,11\n",
    );
    let line = "profile leads.csv --funnel --history history.csv --campaigns campaigns.csv";
    let output = shell.run(line);
    assert_eq!(output.status.code(), Some(0));
    let page =
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert!(!page.contains("NaN") && !page.contains("inf "), "{page}");
    insta::assert_snapshot!("rows", page);

    shell.write("one.csv", "lead_id,stage\n1,Lead\n2,Lead\n");
    insta::assert_snapshot!("one_stage", shell.expect(0, "profile one.csv --funnel --quiet"));
}

#[test]
fn what_cannot_be_done_is_refused() {
    let shell = Shell::new();
    shell.write("leads.csv", "lead_id,created_at,level\nA,2026-01-01,x\nB,2026-01-02,y\n");
    shell.write("other.csv", "lead_id,stage,entered_at\nX,Won,2026-01-01\nY,Won,2026-01-01\n");
    shell.write("nostage.csv", "lead_id,level\nA,1\nB,2\n");
    shell.write("odd.csv", "lead_id,stage,entered_at\nA,Blau,2026-01-01\nB,Gelb,2026-01-01\n");
    shell.write("numbers.csv", "lead_id,stage,entered_at\nA,Won,1\nB,Won,2\n");
    shell.write("campaigns.csv", "campaign_id,cost\nC1,cheap\nC2,dear\n");
    shell.write("key.ron", "Funnel(stagse: {})");
    shell.write("exclude.ron", r#"Funnel(exclude: ["levle"])"#);
    shell.write("stage.ron", r#"Funnel(stages: {"Blau": Negotation})"#);
    let cases = [
        "profile leads.csv --funnel",
        "profile leads.csv --history other.csv",
        "profile leads.csv --funnel --history none.csv",
        "profile leads.csv --funnel --history other.csv",
        "profile leads.csv --funnel --history nostage.csv",
        "profile leads.csv --funnel --history odd.csv",
        "profile leads.csv --funnel --history numbers.csv",
        "profile leads.csv --funnel --stage level",
        "profile leads.csv --funnel --stage levle",
        "profile leads.csv --funnel --label level --positive x --by levle",
        "profile leads.csv --funnel --label converted",
        "profile leads.csv --funnel --label level --positive x --campaigns campaigns.csv",
        "profile leads.csv --funnel --label level --positive x --value level",
        "profile leads.csv --funnel --at tomorrow --history other.csv",
        "profile leads.csv --funnel --config key.ron",
        "profile leads.csv --funnel --config stage.ron",
        "profile leads.csv --funnel --config none.ron",
        "profile leads.csv --funnel --label level --positive x --config exclude.ron",
    ];
    insta::assert_snapshot!("refused", shell.transcript(2, &cases));
}
