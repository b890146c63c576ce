//! Rows of cells under titles: a table for people, CSV for spreadsheets.

use crate::failure::Failure;
use crate::terminal;
use comfy_table::presets::{ASCII_BORDERS_ONLY_CONDENSED, UTF8_BORDERS_ONLY};
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width};
use console::measure_text_width;

/// No column of words is made narrower than this.
const NARROWEST: usize = 10;
/// What a table takes beside its cells: a blank at each end of a row with its border, and two between cells.
const FRAME: usize = 4;
const GAP: usize = 2;

/// A cell. People see it rounded, spreadsheets get the whole number.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing to say: `-` for people, blank in CSV.
    Blank,
    /// Words.
    Text(String),
    /// A whole number.
    Count(u64),
    /// A number, shown with so many digits after the point.
    Number(f64, usize),
    /// As [`Cell::Number`], with its sign.
    Signed(f64, usize),
    /// A share of one, shown as a percentage; CSV keeps the share.
    Percent(f64),
}

impl Cell {
    fn shown(&self) -> String {
        match self {
            Self::Blank => "-".to_owned(),
            Self::Text(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Number(value, digits) => format!("{value:.digits$}"),
            Self::Signed(value, digits) => format!("{value:+.digits$}"),
            Self::Percent(share) => format!("{:.1} %", share * 100.0),
        }
    }

    fn raw(&self) -> String {
        match self {
            Self::Blank => String::new(),
            Self::Text(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Number(value, _) | Self::Signed(value, _) | Self::Percent(value) => {
                value.to_string()
            }
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<u64> for Cell {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<usize> for Cell {
    fn from(count: usize) -> Self {
        Self::Count(count as u64)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(cell: Option<T>) -> Self {
        cell.map_or(Self::Blank, Into::into)
    }
}

/// Rows under titles, and what people should know about them besides.
#[derive(Debug, Default)]
pub struct Rows {
    titles: Vec<String>,
    rows: Vec<Vec<Cell>>,
    notes: Vec<String>,
}

impl Rows {
    /// No rows yet. In CSV a title becomes a plain name: `AUC alone` is `auc_alone`.
    pub fn new(titles: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { titles: titles.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// One more row, a cell for each title.
    pub fn push(&mut self, row: impl IntoIterator<Item = impl Into<Cell>>) {
        self.rows.push(row.into_iter().map(Into::into).collect());
    }

    /// A paragraph under the table, for people only.
    pub fn note(&mut self, note: impl AsRef<str>) {
        self.notes.push(terminal::wrap(note.as_ref(), "", "  "));
    }

    /// A command to go on with, under the table on a line of its own, for people only.
    pub fn next(&mut self, purpose: &str, command: &str) {
        self.notes.push(format!("{purpose}: {command}\n"));
    }

    /// The rows as a table for people, no wider than the terminal where words can be wrapped, and the notes.
    pub fn to_page(&self) -> String {
        let table = if self.rows.is_empty() { String::new() } else { self.to_table() };
        table + &self.notes.concat()
    }

    /// The rows as a table for people.
    pub fn to_table(&self) -> String {
        let shown: Vec<Vec<String>> =
            self.rows.iter().map(|row| row.iter().map(Cell::shown).collect()).collect();
        let natural: Vec<usize> = (0..self.titles.len())
            .map(|column| {
                let cells = shown.iter().filter_map(|row| row.get(column));
                let widest = cells.map(|cell| measure_text_width(cell)).max();
                widest.unwrap_or(0).max(measure_text_width(&self.titles[column]))
            })
            .collect();
        let numeric: Vec<bool> = (0..self.titles.len()).map(|c| self.is_numeric(c)).collect();
        let widths = widths(&natural, &numeric, terminal::width());

        let mut table = Table::new();
        let style =
            if terminal::speaks_utf8() { UTF8_BORDERS_ONLY } else { ASCII_BORDERS_ONLY_CONDENSED };
        table.load_style(style).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(&self.titles).add_rows(shown);
        let last = self.titles.len().saturating_sub(1);
        for (i, column) in table.column_iter_mut().enumerate() {
            let right = usize::from(i == last);
            column.set_padding((1, right as u16));
            let width = u16::try_from(widths[i] + 1 + right).unwrap_or(u16::MAX);
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
            if numeric[i] {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        format!("{table}\n")
    }

    fn is_numeric(&self, column: usize) -> bool {
        let mut cells = self.rows.iter().filter_map(|row| row.get(column));
        cells.any(|cell| !matches!(cell, Cell::Text(_) | Cell::Blank))
    }

    /// The rows as CSV with one header line.
    ///
    /// # Errors
    /// [`Failure::Print`] where the writer fails, which in memory it does not.
    pub fn to_csv(&self) -> Result<Vec<u8>, Failure> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let failed = |e: csv::Error| Failure::Print { reason: e.to_string() };
        writer.write_record(self.titles.iter().map(|title| plain(title))).map_err(failed)?;
        for row in &self.rows {
            writer.write_record(row.iter().map(Cell::raw)).map_err(failed)?;
        }
        writer.into_inner().map_err(|e| Failure::Print { reason: e.to_string() })
    }
}

/// The width of each column, so that the table fits into `width`: numbers keep theirs, and the widest columns of words
/// are cut to one width that does it.
fn widths(natural: &[usize], numeric: &[bool], width: usize) -> Vec<usize> {
    let frame = FRAME + GAP * natural.len().saturating_sub(1);
    let with = |most: usize| -> Vec<usize> {
        let columns = natural.iter().zip(numeric);
        columns
            .map(|(natural, numeric)| if *numeric { *natural } else { *natural.min(&most) })
            .collect()
    };
    let fits = |widths: &[usize]| frame + widths.iter().sum::<usize>() <= width;
    let widest = natural.iter().copied().max().unwrap_or(0).min(width);
    let most = (NARROWEST..=widest).rev().find(|most| fits(&with(*most)));
    if fits(natural) { natural.to_vec() } else { with(most.unwrap_or(NARROWEST)) }
}

/// `AUC alone` as `auc_alone`.
fn plain(title: &str) -> String {
    let words = title.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty());
    words.collect::<Vec<_>>().join("_").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Rows {
        let mut rows = Rows::new(["column", "AUC alone", "missing", "evidence"]);
        rows.push([
            "a".into(),
            Cell::Number(0.123_456, 3),
            Cell::Percent(0.125),
            "word ".repeat(60).into(),
        ]);
        rows.push([Cell::from("b"), Cell::Blank, Cell::Percent(0.0), "short".into()]);
        rows
    }

    #[test]
    fn people_see_it_rounded_and_wrapped_and_spreadsheets_get_it_whole() {
        let table = rows().to_table();
        assert!(table.contains("0.123 ") && table.contains("12.5 %"), "{table}");
        for line in table.lines() {
            assert!(measure_text_width(line) <= terminal::width(), "{line}");
        }
        let csv = String::from_utf8(rows().to_csv().unwrap()).unwrap();
        let lines: Vec<&str> = csv.lines().collect();
        assert_eq!(lines[0], "column,auc_alone,missing,evidence");
        assert!(lines[1].starts_with("a,0.123456,0.125,word"), "{csv}");
        assert_eq!(lines[2], "b,,0,short");
    }
}
