//! One live lead.

use crate::{Cell, Cells, Field, FieldKind, SchemaError, TextRules, Timestamp};

#[derive(Debug, Clone, PartialEq)]
enum Value {
    Missing,
    Number(f64),
    Text(String),
    Date(Timestamp),
}

/// One lead, its values in the order of a list of fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    values: Vec<Value>,
}

impl Record {
    /// Reads a lead from text, one entry a field; what cannot be read becomes missing and is returned by field
    /// position, so that the caller can warn.
    ///
    /// # Errors
    /// [`SchemaError::Length`] where the number of texts is not that of the fields.
    pub fn read<'a>(
        fields: &[Field],
        rules: &TextRules,
        texts: impl IntoIterator<Item = Option<&'a str>>,
    ) -> Result<(Self, Vec<(usize, SchemaError)>), SchemaError> {
        let mut values = Vec::with_capacity(fields.len());
        let mut problems = Vec::new();
        for (position, text) in texts.into_iter().enumerate() {
            let kind = fields.get(position).map_or(FieldKind::Text, |f| f.kind);
            let cell = text.map_or(Ok(Cell::Missing), |text| rules.read(kind, text));
            values.push(match cell {
                Ok(Cell::Missing) => Value::Missing,
                Ok(Cell::Number(value)) => Value::Number(value),
                Ok(Cell::Text(text)) => Value::Text(text.to_owned()),
                Ok(Cell::Date(moment)) => Value::Date(moment),
                Err(problem) => {
                    problems.push((position, problem));
                    Value::Missing
                }
            });
        }
        if values.len() != fields.len() {
            let what = "the lead".to_owned();
            return Err(SchemaError::Length { what, expected: fields.len(), found: values.len() });
        }
        Ok((Self { values }, problems))
    }

    /// The share of the values that are known, 0 to 1; 0 without fields.
    pub fn completeness(&self) -> f64 {
        if self.values.is_empty() {
            return 0.0;
        }
        let known = self.values.iter().filter(|v| **v != Value::Missing).count();
        known as f64 / self.values.len() as f64
    }

    fn value(&self, field: usize) -> Cell<'_> {
        match &self.values[field] {
            Value::Missing => Cell::Missing,
            Value::Number(value) => Cell::Number(*value),
            Value::Text(text) => Cell::Text(text),
            Value::Date(moment) => Cell::Date(*moment),
        }
    }
}

impl Cells for Record {
    fn rows(&self) -> usize {
        1
    }

    fn cell(&self, _row: usize, field: usize) -> Cell<'_> {
        self.value(field)
    }
}

impl Cells for [Record] {
    fn rows(&self) -> usize {
        self.len()
    }

    fn cell(&self, row: usize, field: usize) -> Cell<'_> {
        self[row].value(field)
    }
}
