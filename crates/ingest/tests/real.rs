//! Real files, where they are present: `LEADSIGHT_DATA_DIR` names the folder that holds them.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use leadsight_ingest::{
    ColumnSpec, LabelSpec, OutcomeSpec, Sources, SplitSpec, audit, label, load, profile, split,
};
use leadsight_schema::{Labels, LeadTable, LeakageFinding, Role, Seed, Verdict};
use std::path::{Path, PathBuf};

/// The folder of real data; without it the test has nothing to look at and says so.
fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("LEADSIGHT_DATA_DIR").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: LEADSIGHT_DATA_DIR is not set");
    }
    folder
}

/// Loads, labels, splits, profiles and audits; prints what it found and how long it took.
fn run(
    base: &Path,
    sources: &Sources,
    spec: &LabelSpec,
    parts: &SplitSpec,
) -> (LeadTable, Labels, Vec<LeakageFinding>) {
    let clock = std::time::Instant::now();
    let (table, mut issues) = load(sources, base).unwrap();
    let loaded = clock.elapsed();
    let labelled = label(table, spec).unwrap();
    issues.extend(labelled.issues);
    let mut table = labelled.table;
    let (parts, found) = split(&mut table, &labelled.labels, parts, Seed(42)).unwrap();
    issues.extend(found);
    let split_at = clock.elapsed();
    let profiles = profile(&table, Some(&labelled.labels), &issues);
    let profiled = clock.elapsed();
    let findings = audit(&table, &labelled.labels, &parts.train);
    let audited = clock.elapsed();
    println!("== {}: {} rows", sources.leads.display(), labelled.labels.len());
    println!(
        "load {loaded:?}, label and split {:?}, profile {:?}, audit {:?}",
        split_at - loaded,
        profiled - split_at,
        audited - profiled
    );
    for issue in &issues {
        println!(
            "{:?} {} {:?} line {:?}: {} ({}) x{}",
            issue.severity,
            issue.kind,
            issue.column,
            issue.line,
            issue.found,
            issue.expected,
            issue.count
        );
    }
    for p in &profiles {
        println!(
            "{:40} {:9} {:9} missing {:.3} distinct {:6} auc {:?} {:?}",
            p.column,
            p.kind,
            p.role,
            p.missing_rate,
            p.distinct,
            p.target_auc.map(|a| (a * 1000.0).round() / 1000.0),
            p.contributes_nothing
        );
    }
    for f in findings.iter().filter(|f| f.verdict > Verdict::Safe) {
        println!("{:?} {}: {}", f.verdict, f.column, f.evidence.join("; "));
    }
    (table, labelled.labels, findings)
}

fn verdict(findings: &[LeakageFinding], column: &str) -> Verdict {
    findings.iter().find(|f| f.column == column).map_or(Verdict::Safe, |f| f.verdict)
}

fn flagged(findings: &[LeakageFinding]) -> Vec<&str> {
    findings.iter().filter(|f| f.verdict > Verdict::Safe).map(|f| f.column.as_str()).collect()
}

#[test]
fn bank_marketing() {
    let Some(base) = data() else { return };
    let order = SplitSpec::Order { train: 0.7, valid: 0.15, test: 0.15 };
    for parts in [SplitSpec::default(), order] {
        let file = Sources::file("bank_marketing/bank-additional-full.csv");
        let (table, labels, findings) = run(&base, &file, &LabelSpec::column("y"), &parts);
        assert_eq!((labels.len(), labels.positives()), (41_188, 4_640));
        assert_eq!(table.schema().fields().len(), 21);
        assert_eq!(flagged(&findings), ["duration"]);
    }
    let file = Sources::file("bank_marketing/bank-full.csv");
    let (_, labels, findings) = run(&base, &file, &LabelSpec::column("y"), &SplitSpec::default());
    assert_eq!((labels.len(), labels.positives()), (45_211, 5_289));
    assert_eq!(flagged(&findings), ["duration"]);
}

#[test]
fn x_education() {
    let Some(base) = data() else { return };
    let file = Sources { missing: vec!["Select".into()], ..Sources::file("x_education/Leads.csv") };
    let (table, labels, findings) =
        run(&base, &file, &LabelSpec::column("Converted"), &SplitSpec::default());
    assert_eq!((labels.len(), labels.positives()), (9_240, 3_561));
    let excluded = table.schema().with_role(Role::Excluded).count();
    assert_eq!((table.schema().fields().len(), excluded), (37, 6), "five constants, Lead Number");
    for name in ["Last Activity", "Tags", "Lead Quality"] {
        assert_eq!(verdict(&findings, name), Verdict::Suspect, "{name}");
    }
}

#[test]
fn happy_customer_bank() {
    let Some(base) = data() else { return };
    let file = Sources::file("happy_customer_bank/train_modified.csv");
    let (table, labels, findings) =
        run(&base, &file, &LabelSpec::column("Disbursed"), &SplitSpec::default());
    assert_eq!((labels.len(), labels.positives()), (87_020, 1_273));
    assert_eq!(table.schema().with_role(Role::Id).count(), 1);
    assert!(flagged(&findings).len() * 10 <= findings.len(), "{:?}", flagged(&findings));
}

#[test]
fn olist_funnel() {
    let Some(base) = data() else { return };
    let join = leadsight_ingest::Join {
        file: "olist_funnel/olist_closed_deals_dataset.csv".into(),
        on: "mql_id".into(),
        key: None,
        ..Default::default()
    };
    let leads = "olist_funnel/olist_marketing_qualified_leads_dataset.csv";
    let file = Sources { join: vec![join], ..Sources::file(leads) };
    let spec = LabelSpec::Outcome(OutcomeSpec {
        event: "won_date".into(),
        created: "first_contact_date".into(),
        horizon_days: vec![30, 60, 90],
        ..OutcomeSpec::default()
    });
    let time =
        SplitSpec::Time { column: None, train: 0.7, valid: 0.15, test: 0.15, embargo_days: None };
    let (_, labels, findings) = run(&base, &file, &spec, &time);
    assert_eq!(labels.len(), 8_000);
    assert!((labels.base_rate().unwrap() - 0.0864).abs() < 0.0005);
    // Every column of the deals exists for won leads only.
    for name in ["sdr_id", "sr_id", "business_segment", "lead_type", "business_type"] {
        assert_eq!(verdict(&findings, name), Verdict::Leak, "{name}");
    }
    for name in ["first_contact_date", "landing_page_id", "origin"] {
        assert_eq!(verdict(&findings, name), Verdict::Safe, "{name}");
    }
}

#[test]
fn crm_sales_opportunities() {
    let Some(base) = data() else { return };
    let join = |file: &str, on: &str| leadsight_ingest::Join {
        file: format!("crm_sales_opportunities/{file}").into(),
        on: on.into(),
        key: None,
        ..Default::default()
    };
    let file = Sources {
        join: vec![
            join("products.csv", "product"),
            join("accounts.csv", "account"),
            join("sales_teams.csv", "sales_agent"),
        ],
        ..Sources::file("crm_sales_opportunities/sales_pipeline.csv")
    };
    let spec = LabelSpec::Column(ColumnSpec {
        name: "deal_stage".into(),
        positive: ["Won"].into(),
        negative: ["Lost"].into(),
        ..ColumnSpec::default()
    });
    let (_, labels, findings) = run(&base, &file, &spec, &SplitSpec::default());
    assert!((labels.base_rate().unwrap() - 0.6315).abs() < 0.0005);
    assert_eq!(verdict(&findings, "close_value"), Verdict::Leak);
}
