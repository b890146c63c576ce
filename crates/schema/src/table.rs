//! The table of leads: typed columns under one schema.

use crate::{Cell, Cells, Field, FieldKind, Schema, SchemaError, Timestamp};
use std::collections::HashMap;

/// The cells of one field. A missing number is NaN, a missing word has the code [`Column::MISSING`].
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Finite numbers; NaN is missing.
    Number(Vec<f64>),
    /// Words, each stored once; a code is a position in `levels`.
    Text {
        /// One code a lead.
        codes: Vec<u32>,
        /// The distinct words in order of first appearance.
        levels: Vec<String>,
    },
    /// Moments; `None` is missing.
    Date(Vec<Option<Timestamp>>),
}

impl Column {
    /// The code of a missing word.
    pub const MISSING: u32 = u32::MAX;

    /// A text column from words.
    pub fn from_words<'a>(words: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let mut levels: Vec<String> = Vec::new();
        let mut known: HashMap<&'a str, u32> = HashMap::new();
        let codes = words
            .into_iter()
            .map(|word| {
                word.map_or(Self::MISSING, |word| {
                    *known.entry(word).or_insert_with(|| {
                        levels.push(word.to_owned());
                        levels.len() as u32 - 1
                    })
                })
            })
            .collect();
        Column::Text { codes, levels }
    }

    /// The number of leads.
    pub fn len(&self) -> usize {
        match self {
            Column::Number(values) => values.len(),
            Column::Text { codes, .. } => codes.len(),
            Column::Date(values) => values.len(),
        }
    }

    /// Whether there is no lead.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cell of a lead.
    pub fn cell(&self, row: usize) -> Cell<'_> {
        match self {
            Column::Number(values) if values[row].is_nan() => Cell::Missing,
            Column::Number(values) => Cell::Number(values[row]),
            Column::Text { codes, .. } if codes[row] == Self::MISSING => Cell::Missing,
            Column::Text { codes, levels } => Cell::Text(&levels[codes[row] as usize]),
            Column::Date(values) => values[row].map_or(Cell::Missing, Cell::Date),
        }
    }

    /// The same cells for some of the rows, in the order given.
    pub fn take(&self, rows: &[usize]) -> Column {
        match self {
            Column::Number(values) => Column::Number(rows.iter().map(|&r| values[r]).collect()),
            Column::Text { codes, levels } => Column::Text {
                codes: rows.iter().map(|&r| codes[r]).collect(),
                levels: levels.clone(),
            },
            Column::Date(values) => Column::Date(rows.iter().map(|&r| values[r]).collect()),
        }
    }

    fn holds(&self, kind: FieldKind) -> bool {
        matches!(
            (self, kind),
            (Column::Number(_), FieldKind::Number | FieldKind::DecimalComma)
                | (Column::Text { .. }, FieldKind::Category | FieldKind::Text)
                | (Column::Date(_), FieldKind::Date(_))
        )
    }
}

/// Leads as typed columns. `lines[row]` is the line of its source file a row began on, for messages.
#[derive(Debug, Clone, PartialEq)]
pub struct LeadTable {
    schema: Schema,
    columns: Vec<Column>,
    lines: Vec<u64>,
    files: Vec<String>,
    /// For each row the position of its file in `files`; empty where no file is known.
    file: Vec<u32>,
}

impl LeadTable {
    /// # Errors
    /// [`SchemaError::Length`] where columns, schema and lines disagree in number, or a column's storage is not that of
    /// its field's kind (then `what` says so).
    pub fn new(schema: Schema, columns: Vec<Column>, lines: Vec<u64>) -> Result<Self, SchemaError> {
        let expected = schema.fields().len();
        if columns.len() != expected {
            return Err(SchemaError::Length {
                what: "the table".into(),
                expected,
                found: columns.len(),
            });
        }
        for (field, column) in schema.fields().iter().zip(&columns) {
            if column.len() != lines.len() {
                let what = format!("column `{}`", field.name);
                return Err(SchemaError::Length {
                    what,
                    expected: lines.len(),
                    found: column.len(),
                });
            }
            if !column.holds(field.kind) {
                let what = format!(
                    "column `{}`, stored as another kind than {},",
                    field.name,
                    field.kind.describe()
                );
                return Err(SchemaError::Length { what, expected: column.len(), found: 0 });
            }
        }
        Ok(Self { schema, columns, lines, files: Vec::new(), file: Vec::new() })
    }

    /// The same table with more columns behind its own.
    ///
    /// # Errors
    /// As [`LeadTable::new`], and where a name stands twice.
    pub fn with_columns(
        self,
        added: impl IntoIterator<Item = (Field, Column)>,
    ) -> Result<Self, SchemaError> {
        let Self { schema, mut columns, lines, files, file } = self;
        let mut fields = Vec::from(schema);
        for (field, column) in added {
            fields.push(field);
            columns.push(column);
        }
        Ok(Self::new(Schema::new(fields)?, columns, lines)?.with_files(files, file))
    }

    /// The fields.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The fields, to change their roles.
    pub fn schema_mut(&mut self) -> &mut Schema {
        &mut self.schema
    }

    /// The column at a position of the schema.
    pub fn column(&self, position: usize) -> &Column {
        &self.columns[position]
    }

    /// The line of the source file that each row began on, counted from 1.
    pub fn lines(&self) -> &[u64] {
        &self.lines
    }

    /// The same table, whose row `r` came from the file `files[file[r]]`.
    pub fn with_files(self, files: Vec<String>, file: Vec<u32>) -> Self {
        Self { files, file, ..self }
    }

    /// The name of the file that a row came from, for messages; `leads` where none is known.
    pub fn file(&self, row: usize) -> &str {
        let file = self.file.get(row).and_then(|&file| self.files.get(file as usize));
        file.map_or("leads", String::as_str)
    }

    /// The table of some of the rows, in the order given.
    pub fn take(&self, rows: &[usize]) -> LeadTable {
        LeadTable {
            schema: self.schema.clone(),
            columns: self.columns.iter().map(|c| c.take(rows)).collect(),
            lines: rows.iter().map(|&r| self.lines[r]).collect(),
            files: self.files.clone(),
            file: rows.iter().filter_map(|&r| self.file.get(r).copied()).collect(),
        }
    }
}

impl Cells for LeadTable {
    fn rows(&self) -> usize {
        self.lines.len()
    }

    fn cell(&self, row: usize, field: usize) -> Cell<'_> {
        self.columns[field].cell(row)
    }
}
