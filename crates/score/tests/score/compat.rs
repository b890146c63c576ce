//! Bundles of every format version that was ever released load and give the scores they gave.

use leadsight_schema::Timestamp;
use leadsight_score::{CsvOptions, OutputColumn, Scorer};
use std::fs::{self, File};
use std::path::Path;

#[test]
fn frozen_bundles_score_as_they_did() {
    let formats = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compat");
    let mut checked = 0;
    for entry in fs::read_dir(&formats).unwrap() {
        let place = entry.unwrap().path();
        let scorer = Scorer::load(&place.join("bundle")).unwrap();
        let expected = fs::read_to_string(place.join("scored.csv")).unwrap();
        // Columns that came later are not in the frozen file.
        let header = expected.lines().next().unwrap().split(',');
        let columns: Vec<OutputColumn> = header.map(|name| name.parse().unwrap()).collect();
        let mut scored = Vec::new();
        let leads = || File::open(place.join("leads.csv"));
        let moment = Timestamp(1_795_305_600); // 2026-11-22T00:00:00Z
        scorer.score_csv(leads, &mut scored, &CsvOptions::new(&columns), moment).unwrap();
        assert_eq!(String::from_utf8(scored).unwrap(), expected, "{}", place.display());
        checked += 1;
    }
    assert!(checked >= 1, "no frozen bundle in {}", formats.display());
}
