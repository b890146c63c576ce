//! What the leakage audit finds, measured: real files, where they are present (`LEADSIGHT_DATA_DIR`), and a generated CRM with leaks of
//! every mechanism added.
//!
//! Which columns leak was written down before anything was measured: for the real files as their descriptions say, for the generated
//! ones as they are made. Columns of which neither is certain count on no side.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use leadsight_ingest::{
    ColumnSpec, Join, LabelSpec, OutcomeSpec, Sources, SplitSpec, audit, label, load, split,
};
use leadsight_schema::{LeakageFinding, Seed, Verdict};
use leadsight_synth::{SynthOptions, generate};
use std::path::{Path, PathBuf};

/// What is known of a table's columns; all others are honest.
struct Known {
    /// Filled or decided with the outcome: a leak by purity, filling, dates or an AUC from 0.98.
    outright: &'static [&'static str],
    /// Changed after the outcome, or only partly filled by it.
    weaker: &'static [&'static str],
    /// Nobody knows.
    uncertain: &'static [&'static str],
}

#[derive(Debug, Default)]
struct Tally {
    outright: (usize, usize),
    weaker: (usize, usize),
    suspected: (usize, usize),
    accused: usize,
}

impl Tally {
    fn add(&mut self, findings: &[LeakageFinding], known: &Known) {
        let any = |list: &[&str], name: &str| list.contains(&name);
        for finding in findings {
            let (name, verdict) = (finding.column.as_str(), finding.verdict);
            let found = usize::from(verdict > Verdict::Safe);
            if any(known.outright, name) {
                self.outright.0 += usize::from(verdict == Verdict::Leak);
                self.outright.1 += 1;
            } else if any(known.weaker, name) {
                self.weaker.0 += found;
                self.weaker.1 += 1;
            } else if !any(known.uncertain, name) {
                self.suspected.0 += found;
                self.suspected.1 += 1;
                self.accused += usize::from(verdict == Verdict::Leak);
            }
            let listed = any(known.outright, name) || any(known.weaker, name);
            if listed != (found == 1) || found == 1 {
                let auc = finding.auc.unwrap_or(f64::NAN);
                println!("  {name}: {verdict:?}, AUC {auc:.3}; {}", finding.evidence.join("; "));
            }
        }
    }

    #[track_caller]
    fn check(&self) {
        println!("{self:?}");
        assert_eq!(self.outright.0, self.outright.1, "outright leaks");
        assert!(self.weaker.0 * 5 >= self.weaker.1 * 4, "weaker leaks {:?}", self.weaker);
        assert!(self.suspected.0 * 10 <= self.suspected.1, "honest columns {:?}", self.suspected);
        assert_eq!(self.accused, 0, "honest columns called a leak");
    }
}

fn judge(sources: &Sources, base: &Path, spec: &LabelSpec) -> Vec<LeakageFinding> {
    println!("{}", sources.leads.display());
    let labelled = label(load(sources, base).unwrap().0, spec).unwrap();
    let mut table = labelled.table;
    let (parts, _) = split(&mut table, &labelled.labels, &SplitSpec::default(), Seed(42)).unwrap();
    audit(&table, &labelled.labels, &parts.train)
}

fn join(file: &str, on: &str) -> Join {
    Join { file: file.into(), on: on.into(), ..Join::default() }
}

fn closed(name: &str) -> LabelSpec {
    LabelSpec::Column(ColumnSpec {
        name: name.into(),
        positive: ["Won"].into(),
        negative: ["Lost"].into(),
        ..ColumnSpec::default()
    })
}

#[test]
fn real_leaks_are_found_and_honest_columns_left_alone() {
    let Some(base) = std::env::var_os("LEADSIGHT_DATA_DIR").map(PathBuf::from) else {
        eprintln!("skipped: LEADSIGHT_DATA_DIR is not set");
        return;
    };
    let mut tally = Tally::default();
    // `campaign` counts the calls of this campaign, the last one included: part of it lies after the moment of scoring.
    let bank = Known { outright: &[], weaker: &["duration", "campaign"], uncertain: &[] };
    for file in ["bank-additional-full.csv", "bank-full.csv"] {
        let sources = Sources::file(format!("bank_marketing/{file}"));
        tally.add(&judge(&sources, &base, &LabelSpec::column("y")), &bank);
    }
    let x_education = Known {
        outright: &[],
        weaker: &[
            "Tags",
            "Lead Quality",
            "Lead Profile",
            "Last Activity",
            "Last Notable Activity",
            "Asymmetrique Activity Index",
            "Asymmetrique Profile Index",
            "Asymmetrique Activity Score",
            "Asymmetrique Profile Score",
        ],
        // Asked on a form, but blank for leads that were never reached.
        uncertain: &[
            "What is your current occupation",
            "What matters most to you in choosing a course",
        ],
    };
    let sources =
        Sources { missing: vec!["Select".into()], ..Sources::file("x_education/Leads.csv") };
    tally.add(&judge(&sources, &base, &LabelSpec::column("Converted")), &x_education);
    // Every column of the deals; the first ones are filled for every deal.
    let olist = Known {
        outright: &[
            "sdr_id",
            "sr_id",
            "business_segment",
            "lead_type",
            "business_type",
            "declared_monthly_revenue",
        ],
        weaker: &[
            "lead_behaviour_profile",
            "has_company",
            "has_gtin",
            "average_stock",
            "declared_product_catalog_size",
        ],
        uncertain: &[],
    };
    let sources = Sources {
        join: vec![join("olist_funnel/olist_closed_deals_dataset.csv", "mql_id")],
        ..Sources::file("olist_funnel/olist_marketing_qualified_leads_dataset.csv")
    };
    let within = LabelSpec::Outcome(OutcomeSpec {
        event: "won_date".into(),
        created: "first_contact_date".into(),
        horizon_days: vec![90],
        ..OutcomeSpec::default()
    });
    tally.add(&judge(&sources, &base, &within), &olist);
    let crm = Known { outright: &["close_value"], weaker: &["close_date"], uncertain: &[] };
    let folder = "crm_sales_opportunities";
    let sources = Sources {
        join: vec![
            join(&format!("{folder}/accounts.csv"), "account"),
            join(&format!("{folder}/sales_teams.csv"), "sales_agent"),
        ],
        ..Sources::file(format!("{folder}/sales_pipeline.csv"))
    };
    tally.add(&judge(&sources, &base, &closed("deal_stage")), &crm);
    let bank = Known {
        outright: &[],
        weaker: &[],
        // They tell the stage of the form that was reached.
        uncertain: &[
            "EMI_Loan_Submitted_Missing",
            "Interest_Rate_Missing",
            "Loan_Amount_Submitted_Missing",
            "Loan_Tenure_Submitted_Missing",
            "Processing_Fee_Missing",
        ],
    };
    let sources = Sources::file("happy_customer_bank/train_modified.csv");
    tally.add(&judge(&sources, &base, &LabelSpec::column("Disbursed")), &bank);
    tally.check();
}

/// From 0 to 1, the same for the same words and row (SplitMix64's finish over the words' hash).
fn roll(stream: &str, row: usize) -> f64 {
    let mut z = Seed(row as u64).stream(stream);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) as f64 / u64::MAX as f64
}

/// A leak's name, and its cell from the row, whether the lead converted, and the day it came in.
type Leak = (&'static str, fn(usize, bool, &str) -> String);

const OUTRIGHT: [Leak; 4] = [
    // The flag of a customer, with slips of the pen.
    ("is_client", |row, won, _| u8::from(won != (roll("client", row) < 0.001)).to_string()),
    ("invoice_total", |row, won, _| {
        if won { format!("{:.2}", 900.0 + 9000.0 * roll("invoice", row)) } else { String::new() }
    }),
    ("lost_reason", |row, won, _| {
        if won { String::new() } else { ["price", "timing", "no answer"][row % 3].into() }
    }),
    ("account_manager", |row, won, _| {
        if won {
            ["Kim", "Ana", "Joe"][row % 3].into()
        } else if roll("manager", row) < 0.005 {
            "Kim".into()
        } else {
            String::new()
        }
    }),
];

const WEAKER: [Leak; 10] = [
    ("lead_status", |row, won, _| {
        if won && roll("status", row) < 0.6 {
            "negotiation".into()
        } else {
            ["new", "open", "contacted"][row % 3].into()
        }
    }),
    ("last_contact_type", |row, won, _| {
        if won && roll("contact", row) < 0.5 {
            "meeting"
        } else {
            ["call", "mail", "none"][row % 3]
        }
        .into()
    }),
    ("call_duration", |row, won, _| {
        format!(
            "{:.0}",
            60.0 + 400.0 * roll("call", row) + if won { 300.0 * roll("longer", row) } else { 0.0 }
        )
    }),
    ("rep_rating", |row, won, _| {
        ((1.0 + 4.0 * roll("rating", row) + if won { 1.5 } else { 0.0 }).min(5.0) as u8).to_string()
    }),
    ("lead_score_v1", |row, won, _| {
        format!("{:.0}", 50.0 * roll("score", row) + if won { 20.0 } else { 0.0 })
    }),
    ("billing_city", |row, won, _| {
        if won && roll("city", row) < 0.8 {
            ["Bonn", "Graz", "Lyon"][row % 3].into()
        } else {
            String::new()
        }
    }),
    ("purchase_order_no", |row, won, _| {
        if won && roll("order", row) < 0.5 { format!("{}", 7 + row % 9) } else { String::new() }
    }),
    (
        "modified_on",
        |row, won, day| {
            if won || roll("changed", row) < 0.3 { later(day, 40) } else { String::new() }
        },
    ),
    ("nps_answer", |row, won, _| {
        if won && roll("nps", row) < 0.4 { (7 + row % 4).to_string() } else { String::new() }
    }),
    ("emails_after", |row, won, _| {
        format!(
            "{:.0}",
            6.0 * roll("mails", row) + if won { 8.0 * roll("more", row) + 3.0 } else { 0.0 }
        )
    }),
];

/// So many days after a date as ISO.
fn later(day: &str, days: i64) -> String {
    let format = leadsight_schema::DateFormat::Iso;
    format.parse(day).map_or_else(
        |_| String::new(),
        |t| leadsight_schema::Timestamp(t.0 + days * 86_400).to_date(),
    )
}

#[test]
fn planted_leaks_are_found_and_honest_columns_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let options = SynthOptions { leads: 12_000, seed: Seed(11), ..SynthOptions::default() };
    generate(&options, folder.path()).unwrap();
    let mut reader = csv::Reader::from_path(folder.path().join("leads.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    let place = |name: &str| header.iter().position(|h| h == name).unwrap();
    let (outcome, created) = (place("converted"), place("created_at"));
    let mut writer = csv::Writer::from_path(folder.path().join("leaky.csv")).unwrap();
    let leaks = || OUTRIGHT.iter().chain(&WEAKER);
    writer.write_record(header.iter().chain(leaks().map(|(name, _)| *name))).unwrap();
    for (row, record) in reader.records().enumerate() {
        let record = record.unwrap();
        let cells: Vec<String> =
            leaks().map(|(_, cell)| cell(row, &record[outcome] == "1", &record[created])).collect();
        writer.write_record(record.iter().chain(cells.iter().map(String::as_str))).unwrap();
    }
    writer.flush().unwrap();
    let sources = Sources {
        id: Some("lead_id".into()),
        created: Some("created_at".into()),
        join: vec![join("accounts.csv", "account_id")],
        ..Sources::file("leaky.csv")
    };
    let known = Known {
        outright: &[
            "is_client",
            "invoice_total",
            "lost_reason",
            "account_manager",
            "contract_value",
            "onboarding_call_at",
        ],
        weaker: &[
            "lead_status",
            "last_contact_type",
            "call_duration",
            "rep_rating",
            "lead_score_v1",
            "billing_city",
            "purchase_order_no",
            "modified_on",
            "nps_answer",
            "emails_after",
        ],
        uncertain: &[],
    };
    let findings = judge(&sources, folder.path(), &LabelSpec::column("converted"));
    assert!(leaks().all(|(name, _)| findings.iter().any(|f| f.column == *name)));
    let mut tally = Tally::default();
    tally.add(&findings, &known);
    tally.check();
}
