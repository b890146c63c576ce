//! A sheet of an XLSX workbook as CSV text, so that a table is read alike in all forms.
//!
//! The workbook is unpacked once only to measure it ([`guard`]), since a few bytes of a zip archive can become any
//! number. Then the cells of one sheet are read ([`cells`]), the header is found among its first rows, and the table
//! below is written out ([`grid`]). What a workbook can hold and CSV cannot (several sheets, titles, formulas, errors,
//! merged cells) is told in issues.

mod cells;
mod grid;
mod guard;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use cells::{Shown, Value};
use grid::Grid;
use leadsight_schema::{Issue, or_nearest};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Seek};
use thiserror::Error;

/// A sheet's table.
#[derive(Debug)]
pub(crate) struct Table {
    /// CSV with commas: a header, then a line for each row.
    pub text: Vec<u8>,
    /// The sheet's row of the header, from 1; each row of the sheet is one of the text.
    pub header_row: u64,
    /// The names of all sheets, those that are shown first.
    pub sheets: Vec<String>,
    /// What the text does not tell. The file's name is blank.
    pub issues: Vec<Issue>,
}

/// Why a workbook cannot be read.
#[derive(Debug, Error)]
pub(crate) enum Fault {
    #[error(
        "the workbook is damaged ({0}); open it in a spreadsheet program and save it again as .xlsx"
    )]
    Damaged(String),
    #[error("the workbook is protected by a password; save it without one")]
    Locked,
    #[error("the file is {0}; save it as .xlsx or CSV")]
    Other(&'static str),
    #[error("the file is a zip archive without a workbook in it; unpack it, and name a file of it")]
    Archive,
    #[error(
        "the workbook unpacks to over {megabytes} MB, {times} times its size; if it is to be trusted, export it as CSV"
    )]
    Swells { megabytes: u64, times: u64 },
    #[error("the workbook has no sheet `{sheet}`{hint}; its sheets are: {known}")]
    NoSuchSheet { sheet: String, hint: String, known: String },
    #[error("no sheet of the workbook holds anything; its sheets are: {0}")]
    Blank(String),
    #[error(
        "the cells of the sheet `{sheet}` are spread over {rows} rows and {columns} columns; delete those far from the table, or export it as CSV"
    )]
    Spread { sheet: String, rows: u64, columns: u64 },
}

impl From<XlsxError> for Fault {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::Password => Fault::Locked,
            other => Fault::Damaged(other.to_string()),
        }
    }
}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        io::Error::new(io::ErrorKind::InvalidData, fault)
    }
}

/// What is wrong with the workbook, where that is why reading failed.
pub(crate) fn fault(error: &io::Error) -> Option<&Fault> {
    error.get_ref()?.downcast_ref::<Fault>()
}

type Workbook = Xlsx<BufReader<File>>;

/// The table of the sheet `wanted`, else of the first that holds a table, else of the first that holds anything; sheets that are shown go
/// before hidden ones.
pub(crate) fn read(mut file: File, wanted: Option<&str>) -> Result<Table, Fault> {
    guard::check(&mut file)?;
    file.rewind().map_err(|e| Fault::Damaged(e.to_string()))?;
    // The reader checks most of what it reads, but counts rows and columns without looking.
    let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let mut workbook: Workbook = Xlsx::new(BufReader::new(file))?;
        let sheets = sheets(&workbook);
        let (sheet, others) = choose(&mut workbook, &sheets, wanted)?;
        let grid = grid(&mut workbook, &sheet)?;
        Ok(Table { sheets, ..grid.table(&sheet, &others)? })
    }));
    read.unwrap_or_else(|_| Err(Fault::Damaged("a number in it is out of range".into())))
}

/// The names of the sheets with cells, those that are shown first.
fn sheets(workbook: &Workbook) -> Vec<String> {
    let mut sheets = workbook.sheets_metadata().to_vec();
    sheets.retain(|sheet| sheet.typ == SheetType::WorkSheet);
    sheets.sort_by_key(|sheet| sheet.visible != SheetVisible::Visible);
    sheets.into_iter().map(|sheet| sheet.name).collect()
}

/// The sheet to read, and where nobody named it the others that hold something.
fn choose(
    workbook: &mut Workbook,
    names: &[String],
    wanted: Option<&str>,
) -> Result<(String, Vec<String>), Fault> {
    if let Some(wanted) = wanted {
        if names.iter().any(|name| name == wanted) {
            return Ok((wanted.to_owned(), Vec::new()));
        }
        let hint = or_nearest(wanted, names.iter().map(String::as_str));
        return Err(Fault::NoSuchSheet { sheet: wanted.to_owned(), hint, known: names.join(", ") });
    }
    let (mut filled, mut first) = (Vec::new(), None);
    for name in names {
        let (holds, is_table) = look(workbook, name)?;
        if holds {
            first = first.or(is_table.then_some(filled.len()));
            filled.push(name.clone());
        }
    }
    if filled.is_empty() {
        return Err(Fault::Blank(names.join(", ")));
    }
    Ok((filled.remove(first.unwrap_or(0)), filled))
}

/// Whether a sheet holds anything, and a table: two rows of two cells.
fn look(workbook: &mut Workbook, sheet: &str) -> Result<(bool, bool), Fault> {
    let mut cells = workbook.worksheet_cells_reader(sheet)?;
    let (mut holds, mut row, mut in_row, mut rows) = (false, 0, 0, 0);
    while let Some(cell) = cells.next_cell()? {
        if *cell.get_value() == DataRef::Empty {
            continue;
        }
        let at = cell.get_position().0;
        in_row = if holds && at == row { in_row + 1 } else { 1 };
        (holds, row) = (true, at);
        rows += u32::from(in_row == 2);
        if rows == 2 {
            return Ok((true, true));
        }
    }
    Ok((holds, false))
}

fn grid(workbook: &mut Workbook, sheet: &str) -> Result<Grid, Fault> {
    let mut grid = Grid::new(workbook.merge_cells_by_sheet_name(sheet)?);
    let shown = shown(workbook, sheet)?;
    let mut cells = workbook.worksheet_cells_reader(sheet)?;
    while let Some(cell) = cells.next_cell_with_formula_metadata()? {
        let value = match cells::value(&cell.value, shown.get(&cell.pos)) {
            Value::Nothing if cell.formula.is_some() => Value::NotComputed,
            value => value,
        };
        grid.add(cell.pos, value)?;
    }
    Ok(grid)
}

/// The cells whose format says more than their value: 0.07 shown as 7 %, 815 shown as 00815.
fn shown(workbook: &mut Workbook, sheet: &str) -> Result<HashMap<(u32, u32), Shown>, Fault> {
    let mut found = HashMap::new();
    let mut cells = workbook.worksheet_cells_reader(sheet)?;
    let styles: Vec<Option<Shown>> = cells
        .styles()
        .iter()
        .map(|style| Shown::of(&style.number_format.as_ref()?.format_code))
        .collect();
    if styles.iter().any(Option::is_some) {
        while let Some((row, column, style)) = cells.next_style_id()? {
            if let Some(Some(shown)) = styles.get(style) {
                found.insert((row, column), *shown);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
