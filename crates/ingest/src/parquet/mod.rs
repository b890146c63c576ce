//! A Parquet file as CSV text, so that a table is read alike in both forms.
//!
//! Columns are decoded batch by batch and written out row by row; memory holds a page of each column. Columns that are
//! nested, or hold bytes that are no text, have no place in CSV and are left out.

mod meaning;
mod save;
mod write;

pub use save::{Values, write_parquet};

use crate::roles::about;
use leadsight_schema::{Issue, Severity};
use meaning::Meaning;
use parquet::basic::Type;
use parquet::column::reader::ColumnReader;
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescPtr;
use std::fs::File;
use std::io::{self, Read};
use thiserror::Error;
use write::Texts;

/// Rows decoded at a time.
const BATCH: usize = 4096;

/// A column without a place in CSV.
#[derive(Debug)]
struct LeftOut {
    name: String,
    /// What it holds, in words.
    holds: &'static str,
}

/// What is wrong with a Parquet file.
#[derive(Debug, Error)]
pub(crate) enum Fault {
    #[error("the Parquet data are damaged or break off ({0}); copy or export the file again")]
    Damaged(#[from] ParquetError),
    #[error("the Parquet data are damaged from row {row} on; export the file again")]
    Garbled { row: u64 },
    #[error(
        "the Parquet data are damaged: `{column}` ends before row {row}; export the file again"
    )]
    Short { column: String, row: u64 },
    #[error(
        "the column `{column}` holds bytes that are no UTF-8 text, first in row {row}; export it as text, or leave it out"
    )]
    NotText { column: String, row: u64 },
    #[error("none of the file's columns is flat; export the leads as a table of one value a cell")]
    NoColumn,
}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        io::Error::new(io::ErrorKind::InvalidData, fault)
    }
}

/// What is wrong with the Parquet file, where that is why reading failed.
pub(crate) fn fault(error: &io::Error) -> Option<&Fault> {
    error.get_ref()?.downcast_ref::<Fault>()
}

/// A column that is read.
struct Flat {
    name: String,
    /// Its position among the file's leaf columns.
    position: usize,
    meaning: Meaning,
    optional: bool,
}

/// Reads as CSV: a header, then a line for each row.
pub(crate) struct CsvText {
    file: SerializedFileReader<File>,
    columns: Vec<Flat>,
    left_out: Vec<LeftOut>,
    /// The next group of rows.
    group: usize,
    readers: Vec<ColumnReader>,
    /// Rows of the group that were not read yet.
    left: usize,
    /// Rows read, for messages.
    row: u64,
    /// Text that was not handed out yet begins `at`.
    text: Vec<u8>,
    at: usize,
}

impl CsvText {
    pub(crate) fn new(file: File) -> Result<Self, Fault> {
        let file = SerializedFileReader::new(file)?;
        // The decoder takes places and lengths at their word, and panics below 0.
        let chunks = file.metadata().row_groups().iter().flat_map(|group| group.columns());
        let below_0 = |chunk: &ColumnChunkMetaData| {
            let start = chunk.dictionary_page_offset().unwrap_or(chunk.data_page_offset());
            start < 0 || chunk.data_page_offset() < 0 || chunk.compressed_size() < 0
        };
        if chunks.into_iter().any(below_0) {
            return Err(Fault::Garbled { row: 1 });
        }
        let schema = file.metadata().file_metadata().schema_descr();
        let (mut columns, mut left_out) = (Vec::new(), Vec::<LeftOut>::new());
        for (position, column) in schema.columns().iter().enumerate() {
            match meaning_of(column) {
                Ok(meaning) => columns.push(Flat {
                    name: column.name().to_owned(),
                    position,
                    meaning,
                    optional: column.max_def_level() > 0,
                }),
                Err(holds) => {
                    // A nested column has a leaf for each of its parts.
                    let name = column.path().parts().first().cloned().unwrap_or_default();
                    if left_out.last().is_none_or(|last| last.name != name) {
                        left_out.push(LeftOut { name, holds });
                    }
                }
            }
        }
        if columns.is_empty() {
            return Err(Fault::NoColumn);
        }
        let text = write::record(columns.iter().map(|column| column.name.trim().as_bytes()))?;
        let (readers, group, left, row, at) = (Vec::new(), 0, 0, 0, 0);
        Ok(Self { file, columns, left_out, group, readers, left, row, text, at })
    }

    /// Columns without a place in CSV. The file's name is blank.
    pub(crate) fn issues(&self) -> Vec<Issue> {
        let expected = "one number, word or date a cell; the column was left out";
        let issue = |column: &LeftOut| {
            about("", &column.name, Severity::Warning, "column_left_out", column.holds, expected)
        };
        self.left_out.iter().map(issue).collect()
    }

    /// Decodes the next rows. The decoder checks most of what it reads, but panics on some damaged pages.
    fn fill(&mut self) -> Result<(), Fault> {
        let decoded = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.decode()));
        decoded.unwrap_or_else(|_| Err(Fault::Garbled { row: self.row + 1 }))
    }

    /// Leaves no text where there are no rows.
    fn decode(&mut self) -> Result<(), Fault> {
        (self.at, self.text) = (0, Vec::new());
        while self.left == 0 {
            if self.group == self.file.num_row_groups() {
                return Ok(());
            }
            let group = self.file.get_row_group(self.group)?;
            self.group += 1;
            self.left = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
            let open = |column: &Flat| group.get_column_reader(column.position);
            self.readers = self.columns.iter().map(open).collect::<Result<_, _>>()?;
        }
        let rows = self.left.min(BATCH);
        let mut cells: Vec<Texts> = Vec::with_capacity(self.columns.len());
        for (column, reader) in self.columns.iter().zip(&mut self.readers) {
            cells.push(write::texts(column, reader, rows, self.row)?);
        }
        self.text = write::records(&cells, rows)?;
        self.left -= rows;
        self.row += rows as u64;
        Ok(())
    }
}

impl Read for CsvText {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.text.len() {
            self.fill()?;
        }
        let length = buffer.len().min(self.text.len() - self.at);
        buffer[..length].copy_from_slice(&self.text[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

fn meaning_of(column: &ColumnDescPtr) -> Result<Meaning, &'static str> {
    if column.max_rep_level() > 0 || column.path().parts().len() > 1 {
        return Err("lists or groups of values");
    }
    let physical = column.physical_type();
    let meaning = meaning::of(column);
    match (physical, &meaning) {
        (Type::BYTE_ARRAY, Some(Meaning::Plain | Meaning::Decimal { .. }))
        | (Type::FIXED_LEN_BYTE_ARRAY, Some(Meaning::Uuid | Meaning::Decimal { .. }))
        | (
            Type::BOOLEAN | Type::INT32 | Type::INT64 | Type::INT96 | Type::FLOAT | Type::DOUBLE,
            Some(_),
        ) => meaning.ok_or("values"),
        _ => Err("bytes that are no text"),
    }
}

#[cfg(test)]
mod tests;
