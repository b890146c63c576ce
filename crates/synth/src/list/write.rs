//! The files: the table, and beside it the true probabilities, which no training may read.

use super::draw::{self, DAY, Row};
use super::odds::Odds;
use super::spec::{Kind, Table, Told};
use crate::SynthError;
use crate::dice::Dice;
use crate::sheet::Sheet;
use leadsight_schema::{Seed, Timestamp};
use serde::Serialize;
use std::fs;
use std::path::Path;

/// The file of the true probabilities: the table's own id, `true_probability`.
pub const TRUTH: &str = "truth.csv";

/// What was written.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ListSummary {
    /// The table's file.
    pub file: String,
    /// Its rows.
    pub rows: u64,
    /// Rows whose outcome happened, or will.
    pub positives: u64,
    /// Rows whose outcome had happened on the day of the export; those of `positives` where the outcome is a flag.
    pub told: u64,
}

/// Writes the table and [`TRUTH`] into `out_dir`, which is made if need be; `rows` in place of the table's own. Each file appears whole
/// or not at all; the same table, rows and seed give the same bytes. `stopped` is asked before each row.
///
/// # Errors
/// As [`Table::check`]; [`SynthError::Write`]; [`SynthError::Stopped`], then no file was finished.
pub fn generate_list(
    table: &Table,
    rows: Option<usize>,
    seed: Seed,
    out_dir: &Path,
    stopped: &dyn Fn() -> bool,
) -> Result<ListSummary, SynthError> {
    let rows = rows.unwrap_or(table.rows);
    Table { rows, ..table.clone() }.check()?;
    fs::create_dir_all(out_dir)
        .map_err(|source| SynthError::Write { path: out_dir.to_owned(), source })?;
    let odds = Odds::new(table, seed, rows)?;
    let mut sheet = Sheet::create(out_dir, &table.file, &table.header())?;
    let mut truth = Sheet::create(out_dir, TRUTH, &[table.id.column.as_str(), "true_probability"])?;
    let digits = rows.to_string().len();
    let (mut positives, mut told) = (0, 0);
    for number in 0..rows {
        if stopped() {
            return Err(SynthError::Stopped);
        }
        let row = draw::row(table, seed, rows, number);
        let probability = odds.probability(&row, number);
        let dice = &mut Dice::new(seed, "outcome", number);
        let happens = dice.chance(probability);
        let id = format!("{}{:0digits$}", table.id.prefix, number + 1);
        let mut cells = vec![id.clone()];
        cells.extend(row.moment.map(Timestamp::to_rfc3339));
        cells.extend((0..table.columns.len()).map(|column| row.text(column)));
        let outcome = outcome(&table.outcome.told, &row, happens, dice);
        positives += u64::from(happens);
        told += u64::from(outcome.known);
        cells.push(outcome.cell);
        for after in &table.after {
            let kind: &Kind = if outcome.known { &after.yes } else { &after.no };
            let value = draw::draw(kind, &mut Dice::new(seed, &after.name, number)).text();
            let written = draw::written(&after.name, after.missing, seed, number);
            cells.push(if written { value } else { String::new() });
        }
        sheet.row(&cells)?;
        truth.row(&[id, format!("{probability:.6}")])?;
    }
    truth.finish()?;
    Ok(ListSummary { file: table.file.clone(), rows: sheet.finish()?, positives, told })
}

struct Outcome {
    cell: String,
    /// Whether it had happened on the day of the export.
    known: bool,
}

fn outcome(told: &Told, row: &Row, happens: bool, dice: &mut Dice) -> Outcome {
    match told {
        Told::Flag { yes, no, .. } => {
            Outcome { cell: if happens { yes } else { no }.clone(), known: happens }
        }
        Told::Event { within_days, until, .. } => {
            // Sooner rather than later: the square of a uniform share of the days.
            let after = dice.unit().powi(2) * within_days * DAY;
            let at = row.moment.map(|moment| Timestamp(moment.0 + after as i64));
            match at.filter(|at| happens && at.0 < until.0.0) {
                Some(at) => Outcome { cell: at.to_rfc3339(), known: true },
                None => Outcome { cell: String::new(), known: false },
            }
        }
    }
}
