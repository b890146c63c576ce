//! The declaration of an export, and the conventions of a CRM: with what is accepted every lead is written or left out with a reason, and no cell
//! opens as a formula.

use leadsight_deliver::{Crm, Export, Leads, Row, deliver, neutral};
use leadsight_schema::Timestamp;

const LEADS: &str = "\
lead_id,email,full_name,company,phone,budget,lead_score,tier,owner_id,queue,respond_by,positive_factor_1
L1,a@x.example,Anna Berg,ACME,+49 30 901820,-5,92,Hot,anna,,2026-07-06T08:30:00Z,asked for a demo
L2,b@x.example,=cmd|' /c calc'!A1,@ACME,-,1e9,38,Cold,,marketing,,
L3,A@X.example,\u{ff1d}1+1,,,many,71,,ben,,soon,+A1
L4,,,,,,,,,,,
";

pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let export = Export::from_ron(text).unwrap_or_else(|error| {
        assert!(!error.to_string().is_empty());
        Export::default()
    });
    let theirs = Crm::from_ron(text).ok().map(|crm| (crm, "theirs"));
    let ours = Crm::names().map(|name| (Crm::named(name).expect("a CRM of ours"), name));
    for (crm, stem) in ours.into_iter().chain(theirs) {
        let now = Timestamp(1_783_323_000);
        let Ok(delivery) = deliver(leads(), &export, &crm, stem, now, Vec::new()) else { continue };
        assert_eq!(delivery.written + delivery.left_out, delivery.leads.rows().len());
        let left_out = ["no_key", "duplicate_key"];
        let told = delivery.issues.iter().filter(|issue| left_out.contains(&&*issue.kind));
        assert_eq!(told.count(), delivery.left_out, "a lead was left out silently");
        let mut written = 0;
        for file in delivery.files.iter().filter(|file| file.name.ends_with(".csv")) {
            let text = file.bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&file.bytes);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
            for record in reader.records() {
                let record = record.expect("our own CSV reads");
                assert!(record.iter().all(|cell| neutral(cell) == cell), "{record:?}");
            }
            written += if file.holds == "import" { file.rows } else { 0 };
        }
        assert_eq!(written, delivery.written);
    }
}

fn leads() -> Leads {
    let mut reader = csv::Reader::from_reader(LEADS.as_bytes());
    let columns = reader.headers().expect("headers").iter().map(str::to_owned).collect();
    let rows = (1..).zip(reader.records()).map(|(row, record)| {
        let record = record.expect("a sound row");
        Row { row, line: row + 1, cells: record.iter().map(str::to_owned).collect() }
    });
    Leads::new("leads.csv", columns, rows.collect()).expect("columns of different names")
}
