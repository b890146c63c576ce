//! The rows of a sheet: where the header is, and the table from there on.
//!
//! The header is the first row that fills more than half of the columns that the fullest of the first rows fills, so
//! that titles and notes above it are none.

use super::cells::Value;
use super::{Fault, Table};
use crate::error::short;
use crate::roles::of_file;
use calamine::Dimensions;
use leadsight_schema::{Issue, Severity};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The rows among which the header is looked for.
const FIRST: usize = 50;

/// More cells than the largest sheet of leads: the rows that fit a sheet, by 100 columns.
const CELLS: u64 = 100 << 20;

/// A sheet's rows and columns.
const ROWS: u32 = 1 << 20;
const COLUMNS: u32 = 1 << 14;

/// A sheet's filled cells, row by row.
pub(super) struct Grid {
    text: String,
    /// Each cell's column and the end of its text.
    cells: Vec<(u32, usize)>,
    /// Each row that has a cell, and the end of its cells.
    rows: Vec<(u32, usize)>,
    errors: BTreeMap<u32, Found>,
    not_computed: BTreeMap<u32, Found>,
    /// Merged cells that go over rows, by their first cell.
    merged: HashMap<(u32, u32), u32>,
    /// For each column the last row of a merged cell, and its text.
    open: BTreeMap<u32, (u32, String)>,
    filled: BTreeMap<u32, Found>,
}

/// The first of several cells of a column.
struct Found {
    row: u32,
    what: String,
    count: u64,
}

impl Grid {
    pub(super) fn new(merged: Vec<Dimensions>) -> Self {
        let down = merged.into_iter().filter(|cell| cell.end.0 > cell.start.0);
        Self {
            text: String::new(),
            cells: Vec::new(),
            rows: Vec::new(),
            errors: BTreeMap::new(),
            not_computed: BTreeMap::new(),
            merged: down.map(|cell| (cell.start, cell.end.0)).collect(),
            open: BTreeMap::new(),
            filled: BTreeMap::new(),
        }
    }

    /// Adds a cell; they come row by row.
    ///
    /// # Errors
    /// [`Fault::Damaged`], where they do not, or a sheet has no such row or column.
    pub(super) fn add(&mut self, place: (u32, u32), value: Value) -> Result<(), Fault> {
        let (row, column) = place;
        if row >= ROWS || column >= COLUMNS {
            return Err(Fault::Damaged("a number in it is out of range".into()));
        }
        match value {
            Value::Nothing => Ok(()),
            Value::Error(what) => {
                note(&mut self.errors, row, column, what);
                Ok(())
            }
            Value::NotComputed => {
                note(&mut self.not_computed, row, column, "a formula without its result".into());
                Ok(())
            }
            Value::Text(text) => {
                if self.rows.last().is_none_or(|(last, _)| *last < row) {
                    self.fill()?;
                    self.rows.push((row, self.cells.len()));
                }
                if let Some(last) = self.merged.get(&place) {
                    self.open.insert(column, (*last, text.clone()));
                }
                self.push(row, column, &text)
            }
        }
    }

    fn push(&mut self, row: u32, column: u32, text: &str) -> Result<(), Fault> {
        let Some(last) = self.rows.last_mut().filter(|(last, _)| *last == row) else {
            return Err(Fault::Damaged("its cells are not in order".into()));
        };
        if self.cells.len() as u64 == CELLS {
            return Err(Fault::Damaged("it has more cells than a table of leads".into()));
        }
        self.text.push_str(text);
        self.cells.push((column, self.text.len()));
        last.1 = self.cells.len();
        Ok(())
    }

    /// Gives the last row the text of merged cells that go over it.
    fn fill(&mut self) -> Result<(), Fault> {
        let Some(&(row, _)) = self.rows.last() else { return Ok(()) };
        self.open.retain(|_, (last, _)| *last >= row);
        if self.open.is_empty() {
            return Ok(());
        }
        let own: HashSet<u32> = self.row(self.rows.len() - 1).map(|(column, _)| column).collect();
        let open = std::mem::take(&mut self.open);
        for (&column, (_, text)) in open.iter().filter(|(column, _)| !own.contains(column)) {
            self.push(row, column, text)?;
            note(&mut self.filled, row, column, short(text));
        }
        self.open = open;
        Ok(())
    }

    /// The columns and texts of the row at `position`.
    fn row(&self, position: usize) -> impl Iterator<Item = (u32, &str)> {
        let start = position.checked_sub(1).map_or(0, |before| self.rows[before].1);
        let text_start = start.checked_sub(1).map_or(0, |before| self.cells[before].1);
        self.cells[start..self.rows[position].1].iter().scan(text_start, |start, &(column, end)| {
            let text = &self.text[*start..end];
            *start = end;
            Some((column, text))
        })
    }

    /// # Errors
    /// [`Fault::Blank`] without a row, [`Fault::Spread`] where blanks between far cells would fill memory.
    pub(super) fn table(mut self, sheet: &str, others: &[String]) -> Result<Table, Fault> {
        self.fill()?;
        let filled: Vec<usize> =
            (0..self.rows.len().min(FIRST)).map(|at| self.row(at).count()).collect();
        let widest = filled.iter().copied().max().unwrap_or(0);
        let header = filled.iter().position(|cells| cells * 2 > widest);
        let (Some(header), Some(&(last_row, _))) = (header, self.rows.last()) else {
            return Err(Fault::Blank(sheet.to_owned()));
        };
        let columns = || (header..self.rows.len()).flat_map(|at| self.row(at)).map(|(c, _)| c);
        let (first, last) = (columns().min().unwrap_or(0), columns().max().unwrap_or(0));
        let header_row = self.rows[header].0;
        let (rows, width) = (u64::from(last_row - header_row) + 1, u64::from(last - first) + 1);
        if rows * width > CELLS {
            return Err(Fault::Spread { sheet: sheet.to_owned(), rows, columns: width });
        }
        let mut out = csv::Writer::from_writer(Vec::with_capacity(self.text.len() * 2));
        let mut record = vec![""; width as usize];
        let mut next = header_row;
        for position in header..self.rows.len() {
            record.fill("");
            for _ in next..self.rows[position].0 {
                out.write_record(&record).map_err(unwritten)?;
            }
            for (column, text) in self.row(position) {
                record[(column - first) as usize] = text;
            }
            out.write_record(&record).map_err(unwritten)?;
            next = self.rows[position].0 + 1;
        }
        let text = out.into_inner().map_err(|e| unwritten(e.into_error().into()))?;
        let issues = self.issues(sheet, others, header, first);
        Ok(Table { text, header_row: u64::from(header_row) + 1, sheets: Vec::new(), issues })
    }

    fn issues(&self, sheet: &str, others: &[String], header: usize, first: u32) -> Vec<Issue> {
        let mut issues = Vec::new();
        if !others.is_empty() {
            let others: Vec<String> =
                others.iter().map(|name| format!("`{}`", short(name))).collect();
            issues.push(Issue {
                found: format!("`{}`, {}", short(sheet), others.join(", ")),
                expected: format!("one sheet, or the name of one; `{}` was read", short(sheet)),
                ..info("several_sheets")
            });
        }
        let header_row = self.rows[header].0;
        if let Some((_, text)) = (0..header).flat_map(|at| self.row(at)).next() {
            issues.push(Issue {
                line: Some(u64::from(self.rows[0].0) + 1),
                found: format!("`{}`", short(text)),
                expected: format!(
                    "the names of the columns, which are taken from row {}; the rows above were left out",
                    header_row + 1
                ),
                count: header as u64,
                ..info("rows_before_header")
            });
        }
        let names: HashMap<u32, &str> = self.row(header).collect();
        let mut tell = |found: &BTreeMap<u32, Found>, severity, kind, expected: &str| {
            let below = found.iter().filter(|(at, cell)| **at >= first && cell.row > header_row);
            issues.extend(below.map(|(column, cell)| Issue {
                severity,
                row: Some(u64::from(cell.row - header_row)),
                line: Some(u64::from(cell.row) + 1),
                column: Some(names.get(column).map_or_else(
                    || format!("column_{}", column - first + 1),
                    |name| (*name).to_owned(),
                )),
                found: cell.what.clone(),
                expected: expected.to_owned(),
                count: cell.count,
                ..info(kind)
            }));
        };
        let warning = Severity::Warning;
        tell(&self.errors, warning, "error_cell", "a value; the cell counts as missing");
        let expected = "its result, so the cell counts as missing; open the workbook in a spreadsheet program and save it";
        tell(&self.not_computed, warning, "formula_without_result", expected);
        let expected = "a value of its own; the row got that of the merged cell it is part of";
        tell(&self.filled, Severity::Info, "merged_cell", expected);
        issues
    }
}

fn note(found: &mut BTreeMap<u32, Found>, row: u32, column: u32, what: String) {
    found.entry(column).or_insert(Found { row, what, count: 0 }).count += 1;
}

fn info(kind: &str) -> Issue {
    of_file("", Severity::Info, kind, "", "")
}

/// Writing into memory does not fail, but the types allow for it.
fn unwritten(error: csv::Error) -> Fault {
    Fault::Damaged(error.to_string())
}
