//! Workbooks, exports of CRMs, and tables of several rows a lead.

use crate::leads::{config, experiment};
use crate::shell::Shell;

const NOW: &str = "--now 2026-11-22T00:00:00Z --quiet";
const LEADS: &str = include_str!("../data/leads.csv");

/// The workbook was written by another program (`data/make_leads.py`).
#[test]
fn a_workbook_reads_as_the_csv_of_the_same_cells() {
    let shell = Shell::new();
    let workbook = include_bytes!("../data/leads.xlsx");
    experiment(&shell, "plain", LEADS);
    experiment(&shell, "sheet", workbook);
    shell.write("leads.xlsx", workbook);
    for name in ["plain", "sheet"] {
        shell.expect(0, &format!("run {name}.ron --quiet"));
    }
    for file in ["predictions.csv", "bundle/model.json", "bundle/recipe.json"] {
        let of = |name| shell.read(&format!("runs/{name}/{file}"));
        assert_eq!(of("plain"), of("sheet"), "{file}");
    }
    let score = format!("score --bundle runs/plain/bundle {NOW} --leads");
    let scored = shell.expect(0, &format!("{score} plain.csv"));
    assert_eq!(scored, shell.expect(0, &format!("{score} leads.xlsx")));
    assert_eq!(scored, shell.expect(0, &format!("{score} leads.xlsx --sheet Leads")));

    shell.write("cut.xlsx", &workbook[..workbook.len() / 2]);
    shell.write("old.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and so on");
    shell.write("page.xls", "<html><table><tr><td>lead_id</td></tr></table></html>");
    let refused = [
        "profile cut.xlsx",
        "profile old.xls",
        "profile page.xls",
        "score --bundle runs/plain/bundle --leads leads.xlsx --sheet Lead --out scored.csv",
        "score --bundle runs/plain/bundle --leads cut.xlsx --out scored.csv",
    ];
    insta::assert_snapshot!("workbook", shell.transcript(2, &refused));
    assert!(!shell.path("scored.csv").exists());
}

#[test]
fn an_export_trains_and_scores_by_its_own_headers_in_either_language() {
    let shell = Shell::new();
    let (_, body) = LEADS.split_once('\n').unwrap();
    let english =
        "Record ID,Original Source,Number of Pageviews,Annual Revenue,founded,Create Date,vip,won";
    let german = "Datensatz-ID,Ursprüngliche Quelle,Anzahl der Seitenaufrufe,Jahresumsatz,founded,Erstelldatum,vip,won";
    shell.write("export.csv", format!("{english}\n{body}"));
    shell.write("deutsch.csv", format!("{german}\n{body}"));
    config(
        &shell,
        "export",
        r#"data: (leads: "export.csv", field_map: HubSpot), label: Column(name: "won")"#,
    );
    shell.expect(0, "run export.ron --quiet");
    let score = format!("score --bundle runs/export/bundle {NOW} --leads");
    let scored = shell.expect(0, &format!("{score} export.csv"));
    assert!(scored.contains("L7"), "{scored}");
    assert_eq!(scored, shell.expect(0, &format!("{score} deutsch.csv")));
    let named = LEADS.replacen(
        "lead_id,source,visits,budget,founded,created",
        "lead_id,source,page_views,annual_revenue,founded,created_at",
        1,
    );
    shell.write("named.csv", named);
    assert_eq!(scored, shell.expect(0, &format!("{score} named.csv")));

    // What the run says of the same leads is what scoring says of them.
    let schema = shell.json("runs/export/bundle/schema.json");
    assert_eq!(schema["id"], "lead_id");
    assert_eq!(schema["headers"]["recordid"], "lead_id");
    let told = String::from_utf8(shell.run("profile export.csv").stderr).unwrap();
    assert!(told.contains("`data.field_map: HubSpot`, which would name 5 columns"), "{told}");
    // A column that only the policy reads is known by its header too.
    let review = r#"Policy(version: 1, review: [Repeated(field: "annual_revenue", more_than: 1)])"#;
    shell.write("review.ron", review);
    config(
        &shell,
        "watch",
        r#"data: (leads: "export.csv", field_map: HubSpot, exclude: {"annual_revenue": "known late"}), label: Column(name: "won"), policy: (file: "review.ron")"#,
    );
    shell.expect(0, "run watch.ron --quiet");
    let schema = shell.json("runs/watch/bundle/schema.json");
    assert_eq!(schema["headers"]["annualrevenue"], "annual_revenue");

    config(
        &shell,
        "header",
        r#"data: (leads: "export.csv", field_map: HubSpot), label: Column(name: "Original Source")"#,
    );
    let told = String::from_utf8(shell.run("run header.ron").stderr).unwrap();
    assert!(told.contains("`data.field_map: HubSpot` calls it `source`"), "{told}");
    let mapped = shell.expect(0, "profile export.csv --field-map hubspot --label won");
    assert!(mapped.contains("annual_revenue"), "{mapped}");
    config(
        &shell,
        "wrong",
        r#"data: (leads: "wrong.csv", field_map: Zoho), label: Column(name: "won")"#,
    );
    shell.write("wrong.csv", "lead,visited,won\nL1,3,1\nL2,4,0\n");
    insta::assert_snapshot!("wrong_map", shell.transcript(2, &["run wrong.ron"]));
}

#[test]
fn many_rows_a_lead_are_counted_as_of_the_lead_and_never_multiply_it() {
    let shell = crate::crm::small();
    let run = |name: &str, join: &str| {
        let keys = format!(
            r#"data: (leads: "crm/leads.csv", created: "created_at", exclude: {{"contract_value": "after", "onboarding_call_at": "after"}}, join: [{join}]), label: Column(name: "converted"), leakage: (on_leak: Exclude)"#
        );
        config(&shell, name, &keys);
    };
    run(
        "deals",
        r#"(file: "crm/deals.csv", on: "account_id", date: "opened_on", many: [Count, Sum("amount"), Latest("stage")])"#,
    );
    shell.expect(0, "run deals.ron --quiet");
    let profile = shell.text("runs/deals/profile.json");
    for name in ["count(deals)", "sum(deals.amount)", "latest(deals.stage)"] {
        assert!(profile.contains(name), "{name}");
    }
    run("multiplied", r#"(file: "crm/contacts.csv", on: "account_id")"#);
    insta::assert_snapshot!("multiplied", shell.transcript(2, &["run multiplied.ron"]));
}
