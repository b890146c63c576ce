//! Files of scores: an outcome and a probability a row, as `evaluate` and `compare` read them.

use super::evaluate::in_arguments;
use crate::args::LabelWords;
use crate::failure::Failure;
use crate::input::Input;
use crate::print;
use leadsight_ingest::{Labelled, ReadOptions, Wanted, label, read_columns};
use leadsight_schema::{Cell, Cells, FieldKind, LeadTable};
use std::collections::BTreeSet;

/// Which columns hold what.
pub struct Columns<'a> {
    /// The outcome.
    pub label: &'a str,
    /// What its words mean.
    pub words: &'a LabelWords,
    /// The probability.
    pub probability: &'a str,
    /// The lead's name, where rows of several files are to be matched.
    pub id: Option<&'a str>,
    /// `column=value`: only rows where the column says so.
    pub only: &'a [String],
}

/// The rows of a file that have an outcome.
pub struct Scores {
    /// The columns that were asked for.
    pub labelled: Labelled,
    /// One a row.
    pub probabilities: Vec<f64>,
}

impl Scores {
    /// The text of a column, row by row; blank cells are empty.
    ///
    /// # Errors
    /// A column that was not read.
    pub fn texts(&self, column: &str) -> Result<Vec<String>, Failure> {
        let position = self.labelled.table.schema().position(column)?;
        Ok((0..self.labelled.table.rows())
            .map(|row| text(&self.labelled.table, row, position).to_owned())
            .collect())
    }
}

/// Reads a file of scores. Rows without an outcome are told and left out.
///
/// # Errors
/// A file or column that cannot be read, a probability out of range, and scores of several models or splits in one file.
pub fn read(file: &Input, columns: &Columns<'_>) -> Result<Scores, Failure> {
    let only = columns.only.iter().map(|text| condition(text)).collect::<Result<Vec<_>, _>>()?;
    let category = Some(FieldKind::Category);
    let need = |name, key, kind| Wanted { name, key, kind, optional: false };
    let mut wanted = vec![
        need(columns.probability, "--probability", Some(FieldKind::Number)),
        need(columns.label, "--label", None),
    ];
    // An id is a name even where it is written in digits, and its case counts.
    wanted.extend(columns.id.map(|id| need(id, "--id", Some(FieldKind::Text))));
    wanted.extend(only.iter().map(|(name, _)| need(name, "--only", category)));
    for name in ["model", "split"] {
        if !wanted.iter().any(|w| w.name == name) {
            wanted.push(Wanted { name, key: "--only", kind: category, optional: true });
        }
    }
    let (table, _) =
        read_columns(&file.path, &ReadOptions::default(), &wanted).map_err(in_arguments)?;
    let table = keep(table, &only, file)?;
    one_of_each(&table, columns, file)?;
    let labelled = label(table, &columns.words.of(columns.label)).map_err(in_arguments)?;
    print::issues(&labelled.issues);
    let probabilities = probabilities(&labelled.table, columns.probability, file)?;
    Ok(Scores { labelled, probabilities })
}

fn condition(text: &str) -> Result<(&str, &str), Failure> {
    text.split_once('=').ok_or_else(|| Failure::Argument {
        argument: "--only",
        found: text.to_owned(),
        expected: "COLUMN=VALUE, such as split=test".to_owned(),
    })
}

fn keep(table: LeadTable, only: &[(&str, &str)], file: &Input) -> Result<LeadTable, Failure> {
    let mut table = table;
    for &(column, value) in only {
        let position = table.schema().position(column)?;
        let rows: Vec<usize> =
            (0..table.rows()).filter(|&row| text(&table, row, position) == value).collect();
        if rows.is_empty() {
            return Err(Failure::Argument {
                argument: "--only",
                found: format!("no row of {} has `{value}` in `{column}`", file.name),
                expected: format!("one of: {}", values(&table, position)),
            });
        }
        table = table.take(&rows);
    }
    Ok(table)
}

/// Refuses a file that holds the same leads under several models or splits, as a run's `predictions.csv` does: pooled, their
/// figures mean nothing. A column `model` alone may be a property of the lead; with a `split` beside it, it is not.
fn one_of_each(table: &LeadTable, columns: &Columns<'_>, file: &Input) -> Result<(), Failure> {
    let Some(split) = table.schema().find("split").filter(|_| columns.label != "split") else {
        return Ok(());
    };
    for (column, position) in [("split", Some(split)), ("model", table.schema().find("model"))] {
        let Some(position) = position else { continue };
        let first = (0..table.rows()).map(|row| text(table, row, position)).next();
        if (0..table.rows()).any(|row| Some(text(table, row, position)) != first) {
            return Err(Failure::Argument {
                argument: "--scores",
                found: format!(
                    "the column `{column}` of {} holds several: {}",
                    file.name,
                    values(table, position)
                ),
                expected: format!(
                    "one at a time, such as `--only {column}={}`",
                    first.unwrap_or_default()
                ),
            });
        }
    }
    Ok(())
}

/// Some of the values of a column.
fn values(table: &LeadTable, position: usize) -> String {
    let all: BTreeSet<&str> = (0..table.rows()).map(|row| text(table, row, position)).collect();
    let more = if all.len() > 8 { ", ..." } else { "" };
    all.into_iter().take(8).collect::<Vec<_>>().join(", ") + more
}

fn text(table: &LeadTable, row: usize, position: usize) -> &str {
    match table.cell(row, position) {
        Cell::Text(text) => text,
        _ => "",
    }
}

fn probabilities(table: &LeadTable, column: &str, file: &Input) -> Result<Vec<f64>, Failure> {
    let position = table.schema().position(column)?;
    (0..table.rows())
        .map(|row| match table.cell(row, position) {
            Cell::Number(p) if (0.0..=1.0).contains(&p) => Ok(p),
            cell => Err(Failure::Argument {
                argument: "--probability",
                found: format!(
                    "`{column}` is {} on line {} of {}",
                    match cell {
                        Cell::Number(p) => p.to_string(),
                        _ => "blank or no number".to_owned(),
                    },
                    table.lines()[row],
                    file.name
                ),
                expected: "a number from 0 to 1 on every line with an outcome".to_owned(),
            }),
        })
        .collect()
}
