//! Leads with the columns of a second file beside their own, matched by id. Unlike a join of training data it forgives what an
//! export holds: an id that stands twice counts once, and a lead that the second file lacks is kept with blanks.

use crate::failure::Failure;
use leadsight_ingest::{RawTable, type_table};
use leadsight_schema::{
    Cell, Cells, Field, FieldKind, Issue, LeadTable, Schema, Severity, TextRules, infer_kind,
    or_nearest,
};
use std::collections::{BTreeMap, HashMap};

/// The leads, and for each the row of the second file.
pub struct Beside {
    schema: Schema,
    leads: LeadTable,
    more: Option<LeadTable>,
    row_of: Vec<Option<usize>>,
    /// For each field behind those of the leads its position in the second file.
    added: Vec<usize>,
}

impl Beside {
    /// Types both files as `kinds` and `rules` say. A column that both have is that of the leads.
    ///
    /// # Errors
    /// A file without the column `id`, and a second file that knows no lead.
    pub fn new(
        leads: &RawTable,
        more: Option<&RawTable>,
        id: &str,
        kinds: &BTreeMap<String, FieldKind>,
        rules: &TextRules,
    ) -> Result<(Self, Vec<Issue>), Failure> {
        let mut issues = Vec::new();
        let mut typed = |raw: &RawTable| {
            let (table, found) = type_table(raw, &with_marks(raw, kinds, rules), rules)?;
            // What nobody reads is no concern.
            let read = |issue: &Issue| issue.column.as_ref().is_some_and(|c| kinds.contains_key(c));
            issues.extend(found.into_iter().filter(read));
            Ok::<_, Failure>(table)
        };
        let table = typed(leads)?;
        let mut beside = Self {
            schema: table.schema().clone(),
            row_of: vec![None; leads.height()],
            leads: table,
            more: None,
            added: Vec::new(),
        };
        let Some(more) = more else { return Ok((beside, issues)) };
        let second = typed(more)?;
        let (row_of, found) = match_rows(leads, more, id)?;
        issues.extend(found);
        let mut fields: Vec<Field> = beside.schema.fields().to_vec();
        for (position, field) in second.schema().fields().iter().enumerate() {
            if beside.schema.find(&field.name).is_none() {
                fields.push(field.clone());
                beside.added.push(position);
            }
        }
        beside.schema = Schema::new(fields)?;
        (beside.row_of, beside.more) = (row_of, Some(second));
        Ok((beside, issues))
    }

    /// The row of the second file with a lead's id.
    pub fn row_of(&self, row: usize) -> Option<usize> {
        self.row_of[row]
    }

    /// The fields of both.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }
}

impl Cells for Beside {
    fn rows(&self) -> usize {
        self.leads.rows()
    }

    fn cell(&self, row: usize, field: usize) -> Cell<'_> {
        let own = self.leads.schema().fields().len();
        if field < own {
            return self.leads.cell(row, field);
        }
        match (&self.more, self.row_of[row]) {
            (Some(more), Some(row)) => more.cell(row, self.added[field - own]),
            _ => Cell::Missing,
        }
    }
}

/// The kinds, with a decimal comma for numbers that are written so.
fn with_marks(
    raw: &RawTable,
    kinds: &BTreeMap<String, FieldKind>,
    rules: &TextRules,
) -> BTreeMap<String, FieldKind> {
    // As many cells as tell.
    const CELLS: usize = 1000;
    let names = raw.names();
    let mut kinds = kinds.clone();
    for (name, kind) in kinds.iter_mut().filter(|(_, kind)| **kind == FieldKind::Number) {
        let Some(column) = names.iter().position(|other| other == name) else { continue };
        let cells = (0..raw.height()).filter_map(|row| raw.cell(row, column));
        let known = cells.filter(|cell| !rules.is_missing(cell)).take(CELLS);
        if infer_kind(rules, known) == FieldKind::DecimalComma {
            *kind = FieldKind::DecimalComma;
        }
    }
    kinds
}

/// For each lead the first row of the other file with its id.
fn match_rows(
    leads: &RawTable,
    more: &RawTable,
    id: &str,
) -> Result<(Vec<Option<usize>>, Vec<Issue>), Failure> {
    let position = |table: &RawTable, argument| {
        let names = table.names();
        names.iter().position(|name| name == id).ok_or_else(|| Failure::Argument {
            argument,
            found: format!("{} has no column `{id}`", table.file()),
            expected: format!(
                "the column that names the lead{}; there are: {}",
                or_nearest(id, names.iter().map(String::as_str)),
                names.join(", ")
            ),
        })
    };
    let (own, other) = (position(leads, "--leads")?, position(more, "--with")?);
    let mut rows: HashMap<&str, usize> = HashMap::with_capacity(more.height());
    let mut again = Vec::new();
    for row in 0..more.height() {
        if let Some(name) = more.cell(row, other)
            && *rows.entry(name).or_insert(row) != row
        {
            again.push((row, name));
        }
    }
    let row_of: Vec<Option<usize>> = (0..leads.height())
        .map(|row| leads.cell(row, own).and_then(|name| rows.get(name)).copied())
        .collect();
    if leads.height() > 0 && row_of.iter().all(Option::is_none) {
        return Err(Failure::Argument {
            argument: "--with",
            found: format!("{} has none of the leads of {}", more.file(), leads.file()),
            expected: format!("a file of the same leads, matched by `{id}`"),
        });
    }
    let absent: Vec<(usize, &str)> = (0..leads.height())
        .filter(|row| row_of[*row].is_none())
        .map(|row| (row, leads.cell(row, own).unwrap_or_default()))
        .collect();
    let issue = |table: &RawTable, hits: &[(usize, &str)], kind: &str, expected: String| {
        let (row, name) = *hits.first()?;
        let place = table.place(row);
        Some(Issue {
            severity: Severity::Warning,
            kind: kind.to_owned(),
            file: table.file().to_owned(),
            row: place.map(|(row, _)| row),
            line: place.map(|(_, line)| line),
            column: Some(id.to_owned()),
            found: format!("`{name}`"),
            expected,
            count: hits.len() as u64,
        })
    };
    let lacking = format!("a row in {}; its fields there are taken as missing", more.file());
    let issues = [
        issue(more, &again, "duplicate_id", "each id once; its first row counts".to_owned()),
        issue(leads, &absent, "unknown_key", lacking),
    ];
    Ok((row_of, issues.into_iter().flatten().collect()))
}
