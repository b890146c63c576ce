//! What holds for all leads: no cell opens as a formula, and every lead is in one place.

use crate::world::now;
use leadsight_deliver::{Crm, Export, Leads, Row, deliver, neutral};
use proptest::prelude::*;

const COLUMNS: [&str; 9] = [
    "lead_id",
    "email",
    "first_name",
    "company",
    "phone",
    "lead_score",
    "tier",
    "owner_id",
    "positive_factor_1",
];

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[a-z]{1,3}@[a-z]{2}\\.example",
        "[=+@\\-]?[a-zA-Z0-9 ;(!|,\"'\\n\\t\\r.]{0,12}",
        "[0-9]{1,3}",
        "\\PC{0,300}",
    ]
}

fn leads() -> impl Strategy<Value = Leads> {
    let row = proptest::collection::vec(cell(), COLUMNS.len());
    proptest::collection::vec(row, 0..12).prop_map(|rows| {
        let rows = (1..).zip(rows).map(|(row, cells)| Row { row, line: row + 1, cells });
        Leads::new("leads.csv", COLUMNS.map(str::to_owned).to_vec(), rows.collect()).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_cell_opens_as_a_formula_and_every_lead_is_in_one_place(
        leads in leads(),
        crm in proptest::sample::select(Crm::names().to_vec()),
        rows_per_file in 1_usize..5,
    ) {
        let export = Export {
            rows_per_file: Some(rows_per_file),
            ..Export::from_ron(
                r#"Export(version: 1, draft: (), audiences: [(id: "all", when: Known("lead_id"))],
                    webhooks: [(id: "h", url: "https://x.example", when: Known("tier"), form: Chat)])"#,
            ).unwrap()
        };
        let crm_file = Crm::named(crm).unwrap();
        let count = leads.rows().len();
        let delivery = deliver(leads, &export, &crm_file, crm, now(), Vec::new()).unwrap();
        let mut imported = 0;
        for file in delivery.files.iter().filter(|file| file.name.ends_with(".csv")) {
            let text = std::str::from_utf8(&file.bytes).unwrap().trim_start_matches('\u{feff}');
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            prop_assert_eq!(records.len() - 1, file.rows);
            for cell in records.iter().flatten() {
                // What is harmless stays as it is when it is made harmless again.
                prop_assert_eq!(neutral(cell), cell, "{}", file.name);
            }
            if file.holds == "import" {
                prop_assert!(file.rows <= rows_per_file);
                imported += file.rows;
            }
        }
        prop_assert_eq!(imported, delivery.written);
        let kinds = ["no_key", "duplicate_key"];
        let mut left_out: Vec<u64> = delivery.issues.iter()
            .filter(|issue| kinds.contains(&issue.kind.as_str()))
            .filter_map(|issue| issue.row)
            .collect();
        let told = left_out.len();
        left_out.dedup();
        prop_assert_eq!((told, left_out.len()), (delivery.left_out, delivery.left_out));
        prop_assert_eq!(imported + told, count);
    }
}

/// A text with one stretch of it replaced.
fn damaged(text: &'static str, with: &'static str) -> impl Strategy<Value = String> {
    let places: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
    let place = proptest::sample::select(places);
    (place.clone(), place, with).prop_map(move |(a, b, with)| {
        let (from, to) = (a.min(b), a.max(b).min(a.min(b) + 8));
        let to = (to..=text.len()).find(|i| text.is_char_boundary(*i)).unwrap_or(text.len());
        format!("{}{with}{}", &text[..from], &text[to..])
    })
}

proptest! {
    #[test]
    fn no_text_is_too_broken_to_be_refused(
        export in damaged(include_str!("../../../../examples/delivery/export.ron"), "[-(){}:,\"a-z0-9.]{0,4}"),
        crm in damaged(include_str!("../../tables/zoho.ron"), "[-(){}:,\"a-z0-9.%]{0,4}"),
        template in damaged(include_str!("../../templates/draft.en.txt"), "[-{}%|.a-z0-9() +*~]{0,6}"),
        unsent in damaged("{\"webhook\":\"a\",\"lead_id\":\"L\",\"idempotency_key\":\"k\",\"body\":\"b\",\"reason\":\"r\",\"attempts\":1}", "[-{}\":,a-z0-9]{0,4}"),
        leads in leads(),
    ) {
        let _ = leadsight_deliver::webhook::read_unsent(&unsent, &[]);
        let crm = Crm::from_ron(&crm).unwrap_or(Crm::named("zoho").unwrap());
        let mut export = Export::from_ron(&export).unwrap_or_default();
        export.draft = Some(leadsight_deliver::DraftSpec { template: Some(template), ..Default::default() });
        let _ = deliver(leads, &export, &crm, "zoho", now(), Vec::new());
    }
}
