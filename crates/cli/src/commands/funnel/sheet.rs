//! A file of the funnel, typed, with its columns found by declaration or by their usual names.

use crate::failure::Failure;
use crate::input::Input;
use leadsight_funnel::Part;
use leadsight_ingest::{RawTable, ReadOptions, read_csv, type_table};
use leadsight_schema::{
    Column, DateFormat, FieldKind, Issue, LeadTable, Severity, TextRules, Timestamp, or_nearest,
};
use std::collections::BTreeMap;

/// A file, typed.
pub struct Sheet {
    pub raw: RawTable,
    pub table: LeadTable,
    /// The argument that named it.
    pub argument: &'static str,
}

impl Sheet {
    pub fn read(
        argument: &'static str,
        file: &Input,
        options: &ReadOptions,
        kinds: impl FnOnce(&[String]) -> BTreeMap<String, FieldKind>,
        issues: &mut Vec<Issue>,
    ) -> Result<Self, Failure> {
        let (raw, found) = read_csv(&file.path, options)?;
        issues.extend(found);
        let (table, found) = type_table(&raw, &kinds(&raw.names()), &options.rules)?;
        issues.extend(found);
        Ok(Self { raw, table, argument })
    }

    /// The position of a column that is declared, or has a usual name. One that is declared must be there.
    pub fn find(&self, declared: Option<&str>, part: Part) -> Result<Option<usize>, Failure> {
        match declared {
            Some(name) => self.position(name).map(Some),
            None => {
                let names: Vec<String> = self.table.schema().names().map(str::to_owned).collect();
                Ok(part.find(&names).and_then(|name| self.table.schema().find(name)))
            }
        }
    }

    /// As [`Sheet::find`], of a column without which the file is no use.
    pub fn need(&self, declared: Option<&str>, part: Part, what: &str) -> Result<usize, Failure> {
        self.find(declared, part)?.ok_or_else(|| Failure::Argument {
            argument: self.argument,
            found: format!("{} has no column known as {what}", self.raw.file()),
            expected: format!(
                "one, or its name in --config; there are: {}",
                self.raw.names().join(", ")
            ),
        })
    }

    pub fn position(&self, name: &str) -> Result<usize, Failure> {
        let names = self.raw.names();
        self.table.schema().find(name).ok_or_else(|| Failure::Argument {
            argument: self.argument,
            found: format!("{} has no column `{name}`", self.raw.file()),
            expected: format!(
                "one of its columns{}; there are: {}",
                or_nearest(name, names.iter().map(String::as_str)),
                names.join(", ")
            ),
        })
    }

    pub fn name(&self, position: usize) -> &str {
        &self.table.schema().fields()[position].name
    }

    /// The words of a column, as written; numbers and dates too.
    pub fn words(&self, position: usize) -> Vec<Option<&str>> {
        let rules = TextRules::default();
        let known = |row| self.raw.cell(row, position).filter(|text| !rules.is_missing(text));
        (0..self.raw.height()).map(known).collect()
    }

    /// The numbers of a column.
    pub fn numbers(&self, position: usize) -> Result<Vec<Option<f64>>, Failure> {
        match self.table.column(position) {
            Column::Number(values) => {
                Ok(values.iter().map(|v| Some(*v).filter(|v| !v.is_nan())).collect())
            }
            _ => Err(self.no(position, "numbers")),
        }
    }

    /// The moments of a column, in the format that reads most of its cells, at least half of them.
    pub fn moments(&self, position: usize) -> Result<Vec<Option<Timestamp>>, Failure> {
        if let Column::Date(moments) = self.table.column(position) {
            return Ok(moments.clone());
        }
        let words = self.words(position);
        let known = words.iter().flatten().count();
        let read = |format: DateFormat| -> Vec<Option<Timestamp>> {
            words.iter().map(|word| word.and_then(|word| format.parse(word).ok())).collect()
        };
        let readings = DateFormat::ALL.into_iter().map(|format| {
            let moments = read(format);
            (moments.iter().flatten().count(), moments)
        });
        let best = readings.reduce(|a, b| if b.0 > a.0 { b } else { a });
        best.filter(|(count, _)| count * 2 >= known)
            .map(|(_, moments)| moments)
            .ok_or_else(|| self.no(position, "dates, all in one format"))
    }

    fn no(&self, position: usize, what: &str) -> Failure {
        let field = &self.table.schema().fields()[position];
        Failure::Argument {
            argument: self.argument,
            found: format!(
                "`{}` of {} holds {}",
                field.name,
                self.raw.file(),
                field.kind.describe()
            ),
            expected: what.to_owned(),
        }
    }

    /// An issue of some rows, with the place of the first.
    pub fn issue(
        &self,
        kind: &str,
        rows: &[usize],
        column: usize,
        found: String,
        expected: String,
    ) -> Option<Issue> {
        let first = *rows.first()?;
        Some(self.placed(Issue {
            severity: Severity::Warning,
            kind: kind.to_owned(),
            file: String::new(),
            row: Some(first as u64 + 1),
            line: None,
            column: Some(self.name(column).to_owned()),
            found,
            expected,
            count: rows.len() as u64,
        }))
    }

    /// An issue whose row counts the table's rows from 1, with the file's row and line.
    pub fn placed(&self, issue: Issue) -> Issue {
        let row = issue.row.and_then(|row| usize::try_from(row).ok()).unwrap_or(1);
        let place = self.raw.place(row.saturating_sub(1));
        Issue {
            file: self.raw.file().to_owned(),
            row: place.map(|(row, _)| row),
            line: place.map(|(_, line)| line),
            ..issue
        }
    }
}
