//! A file of new leads on its way through the scorer: every row comes out scored or is told.

use super::leads_csv::{records, set_aside};
use crate::frozen_bundle;
use leadsight_schema::Timestamp;
use leadsight_score::{CsvOptions, OutputColumn, Scorer};
use std::sync::LazyLock;

/// The scorer of the frozen bundle.
pub(super) static SCORER: LazyLock<Scorer> =
    LazyLock::new(|| Scorer::load(&frozen_bundle()).expect("the frozen bundle loads"));

pub(crate) fn run(bytes: &[u8]) {
    let columns: Vec<OutputColumn> = OutputColumn::all().collect();
    // Small chunks, so that small inputs go over their borders.
    let options = CsvOptions { chunk_rows: 3, ..CsvOptions::new(&columns) };
    let mut out = Vec::new();
    let Ok(summary) = SCORER.score_csv(|| Ok(bytes), &mut out, &options, Timestamp(0)) else {
        return;
    };
    assert_eq!(summary.rows, summary.scored + set_aside(&summary.issues), "lost a row");
    assert_eq!(records(&out, b','), summary.scored, "rows written");
}
