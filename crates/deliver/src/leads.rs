//! Scored leads as text: columns and rows, each row with its place in the file that it came from.

use crate::DeliverError;
use leadsight_contact::Name;
use leadsight_rules::{Condition, Use, fields_used};
use leadsight_schema::{
    Cell, Field, FieldKind, Issue, Schema, Severity, TextRules, infer_kind, or_nearest,
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The column that names a lead.
pub const ID: &str = "lead_id";

/// Leads as text, blank where nothing is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Leads {
    file: String,
    columns: Vec<String>,
    rows: Vec<Row>,
}

/// One lead and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The row of the file, from 1 after the header.
    pub row: u64,
    /// The line of the file, from 1.
    pub line: u64,
    /// A cell for each column.
    pub cells: Vec<String>,
}

impl Leads {
    /// `file` names them in messages. A row is filled or cut to the number of columns.
    ///
    /// # Errors
    /// [`DeliverError::Duplicate`] where two columns have one name.
    pub fn new(
        file: impl Into<String>,
        columns: Vec<String>,
        mut rows: Vec<Row>,
    ) -> Result<Self, DeliverError> {
        let mut seen = HashSet::new();
        if let Some(name) = columns.iter().find(|name| !seen.insert(name.as_str())) {
            return Err(DeliverError::Duplicate { what: "the column", name: name.clone() });
        }
        for row in &mut rows {
            row.cells.resize(columns.len(), String::new());
        }
        Ok(Self { file: file.into(), columns, rows })
    }

    /// What the file is called.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The leads.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The position of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// A cell by the name of its column; blank where there is no such column.
    pub fn cell(&self, row: usize, name: &str) -> &str {
        self.column(name).map_or("", |column| self.rows[row].cells[column].trim())
    }

    /// The position of a column that `place` cannot do without.
    ///
    /// # Errors
    /// [`DeliverError::Column`].
    pub fn need(&self, name: &str, place: &str) -> Result<usize, DeliverError> {
        self.column(name).ok_or_else(|| DeliverError::Column {
            place: place.to_owned(),
            name: name.to_owned(),
            hint: or_nearest(name, self.columns.iter().map(String::as_str)),
            known: self.columns.clone(),
        })
    }

    /// The same leads with one more column, or another in its place.
    #[must_use]
    pub fn with_column(mut self, name: &str, cells: Vec<String>) -> Self {
        let column = self.column(name).unwrap_or_else(|| {
            self.columns.push(name.to_owned());
            self.columns.len() - 1
        });
        for (row, cell) in self.rows.iter_mut().zip(cells) {
            row.cells.resize(self.columns.len(), String::new());
            row.cells[column] = cell;
        }
        self
    }

    /// The same leads with `first_name` and `last_name` from `full_name`, where they have only that; what is no name stays whole, as
    /// a last name.
    #[must_use]
    pub fn with_names(self) -> Self {
        let given = ["first_name", "last_name"].iter().any(|name| self.column(name).is_some());
        if given || self.column("full_name").is_none() {
            return self;
        }
        let names = (0..self.rows.len()).map(|row| {
            let full = self.cell(row, "full_name");
            let plain =
                |c: char| c.is_alphabetic() || c.is_whitespace() || ",.'\u{2019}-()".contains(c);
            match Name::parse(full) {
                Ok(name) if full.chars().all(plain) => (name.given, name.family),
                _ => (String::new(), full.to_owned()),
            }
        });
        let (first, last) = names.unzip();
        self.with_column("first_name", first).with_column("last_name", last)
    }

    /// These leads with the columns of `other` that they lack, matched by `lead_id`. The first of several rows of one id
    /// counts, and a lead that `other` lacks is kept with blanks; both are told.
    ///
    /// # Errors
    /// [`DeliverError::Column`] where either has no `lead_id`, [`DeliverError::OtherLeads`] where `other` knows none of the leads.
    pub fn beside(mut self, other: &Leads) -> Result<(Self, Vec<Issue>), DeliverError> {
        let own = self.need(ID, &self.file)?;
        let theirs = other.need(ID, &other.file)?;
        let mut row_of: HashMap<&str, usize> = HashMap::with_capacity(other.rows.len());
        let mut issues = Vec::new();
        for (position, row) in other.rows.iter().enumerate() {
            let id = row.cells[theirs].trim();
            if !id.is_empty() && *row_of.entry(id).or_insert(position) != position {
                let expected = "each id once; its first row counts";
                issues.push(other.issue(position, ("duplicate_id", ID), id, expected));
            }
        }
        let added: Vec<usize> = (0..other.columns.len())
            .filter(|c| self.column(&other.columns[*c]).is_none())
            .collect();
        let mut matched = 0;
        let mut absent = Vec::new();
        for (position, row) in self.rows.iter_mut().enumerate() {
            let found = row_of.get(row.cells[own].trim()).map(|found| &other.rows[*found]);
            matched += usize::from(found.is_some());
            if found.is_none() {
                absent.push(position);
            }
            let cell = |c: &usize| found.map(|found| found.cells[*c].clone()).unwrap_or_default();
            row.cells.extend(added.iter().map(cell));
        }
        if matched == 0 && !self.rows.is_empty() {
            let (file, other) = (self.file, other.file.clone());
            return Err(DeliverError::OtherLeads { file, other });
        }
        self.columns.extend(added.iter().map(|c| other.columns[*c].clone()));
        let expected = format!("a row in {}; its columns are left blank", other.file);
        for position in absent {
            let id = self.rows[position].cells[own].clone();
            issues.push(self.issue(position, ("unknown_key", ID), &id, &expected));
        }
        Ok((self, issues))
    }

    /// A problem with a cell of one lead: its kind and column, what was found, what was expected and done.
    pub fn issue(
        &self,
        row: usize,
        (kind, column): (&str, &str),
        found: &str,
        expected: &str,
    ) -> Issue {
        Issue {
            severity: Severity::Warning,
            kind: kind.to_owned(),
            file: self.file.clone(),
            row: Some(self.rows[row].row),
            line: Some(self.rows[row].line),
            column: Some(column.to_owned()),
            found: found.to_owned(),
            expected: expected.to_owned(),
            count: 1,
        }
    }

    /// For each lead whether `condition` holds; `place` says where the condition stands. A cell that cannot be read as what the
    /// condition takes it for counts as missing and is told.
    ///
    /// # Errors
    /// [`DeliverError::Rules`] where a column is unknown, or taken for two kinds of value.
    pub fn pick(
        &self,
        condition: &Condition,
        place: &str,
        now: leadsight_schema::Timestamp,
    ) -> Result<(Vec<bool>, Vec<Issue>), DeliverError> {
        let rules = TextRules::default();
        let used: BTreeMap<String, Use> =
            fields_used([condition])?.into_iter().map(|f| (f.name, f.used)).collect();
        let kind = |(column, name): (usize, &String)| {
            let sample =
                || infer_kind(&rules, self.rows.iter().map(|row| row.cells[column].as_str()));
            match used.get(name) {
                Some(used @ (Use::Number | Use::Date)) => {
                    Some(sample()).filter(|kind| used.fits(*kind)).unwrap_or(used.kind())
                }
                _ => FieldKind::Category,
            }
        };
        let kinds: Vec<FieldKind> = self.columns.iter().enumerate().map(kind).collect();
        let fields =
            self.columns.iter().zip(&kinds).map(|(name, kind)| Field::feature(name.clone(), *kind));
        let bound = condition.bind(&Schema::new(fields.collect())?, place)?;
        let read: Vec<usize> = {
            let mut read: Vec<usize> = bound.fields().into_iter().copied().collect();
            read.sort_unstable();
            read.dedup();
            read
        };
        let mut issues = Vec::new();
        let mut holds = Vec::with_capacity(self.rows.len());
        for (position, row) in self.rows.iter().enumerate() {
            for &column in &read {
                if let Err(problem) = rules.read(kinds[column], &row.cells[column]) {
                    let expected = format!("{problem}; taken as missing by {place}");
                    let at = ("unreadable_cell", self.columns[column].as_str());
                    issues.push(self.issue(position, at, &row.cells[column], &expected));
                }
            }
            let cell = |column: &usize| {
                rules.read(kinds[*column], &row.cells[*column]).unwrap_or(Cell::Missing)
            };
            holds.push(bound.holds(&cell, Some(now)));
        }
        Ok((holds, issues))
    }
}
