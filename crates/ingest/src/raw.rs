//! Text columns as read, before anything is known of their kinds.

use crate::IngestError;
use polars::prelude::{Column, DataFrame, IntoColumn, StringChunked};

/// A file's cells as text: blank cells are absent, the others trimmed. Keeps the row and line each came from.
#[derive(Debug, Clone)]
pub struct RawTable {
    /// The file as the configuration names it, for messages.
    file: String,
    /// String columns.
    pub(crate) frame: DataFrame,
    /// The files that the rows came from.
    pub(crate) files: Vec<String>,
    /// For each row the position of its file in `files`.
    pub(crate) file_of: Vec<u32>,
    /// For each row its number in the file, from 1 after the header; rows set aside leave gaps.
    pub(crate) rows: Vec<u64>,
    /// For each row the line it begins on, from 1.
    pub(crate) lines: Vec<u64>,
}

impl RawTable {
    pub(crate) fn new(
        file: String,
        columns: Vec<StringChunked>,
        rows: Vec<u64>,
        lines: Vec<u64>,
    ) -> Result<Self, IngestError> {
        let columns: Vec<Column> = columns.into_iter().map(IntoColumn::into_column).collect();
        let frame = DataFrame::new(rows.len(), columns)?;
        Ok(Self {
            files: vec![file.clone()],
            file_of: vec![0; rows.len()],
            file,
            frame,
            rows,
            lines,
        })
    }

    /// The rows of `more` after these. It must have the same columns, in any order.
    pub(crate) fn append(mut self, more: RawTable) -> Result<Self, IngestError> {
        let (names, others) = (self.names(), more.names());
        let without = |names: &[String], others: &[String]| -> Vec<String> {
            names.iter().filter(|name| !others.contains(name)).cloned().collect()
        };
        let (lacks, adds) = (without(&names, &others), without(&others, &names));
        if !lacks.is_empty() || !adds.is_empty() {
            return Err(IngestError::OtherColumns {
                file: more.file,
                first: self.file,
                lacks,
                adds,
            });
        }
        self.frame.vstack_mut_owned(more.frame.select(names)?)?;
        let before = self.files.len() as u32;
        self.files.extend(more.files);
        self.file_of.extend(more.file_of.iter().map(|file| before + file));
        self.rows.extend(more.rows);
        self.lines.extend(more.lines);
        Ok(self)
    }

    pub(crate) fn with_frame(self, frame: DataFrame) -> Self {
        Self { frame, ..self }
    }

    /// The name of the file that a row came from.
    pub(crate) fn file_of(&self, row: usize) -> &str {
        &self.files[self.file_of[row] as usize]
    }

    /// The (first) file's name, for messages.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The column names in order.
    pub fn names(&self) -> Vec<String> {
        self.frame.columns().iter().map(|c| c.name().to_string()).collect()
    }

    /// The number of rows.
    pub fn height(&self) -> usize {
        self.rows.len()
    }

    /// The cell of a row and column; `None` where it is blank or there is no such column.
    pub fn cell(&self, row: usize, column: usize) -> Option<&str> {
        self.texts(column)?.get(row)
    }

    /// The number of a row in its file, from 1 after the header, and the line it begins on, from 1.
    pub fn place(&self, row: usize) -> Option<(u64, u64)> {
        Some((*self.rows.get(row)?, *self.lines.get(row)?))
    }

    pub(crate) fn texts(&self, column: usize) -> Option<&StringChunked> {
        self.frame.columns().get(column)?.as_materialized_series().str().ok()
    }
}
