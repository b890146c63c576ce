//! The import file of a CRM, and the fields to be created before it is imported.
//!
//! Each lead is a row of one import file, or is left out and told with its row: where the CRM would not know it again, and where
//! an earlier row is the same record.

use crate::DeliverError;
use crate::crm::{Crm, Definition};
use crate::export::{Export, Key};
use crate::fields::{Field, Kind, fields};
use crate::leads::{ID, Leads};
use crate::owners::{OWNER, owners};
use crate::sheet::{Bounds, File, json, sheet};
use crate::value::Forms;
use leadsight_contact::Email;
use leadsight_schema::{Issue, Severity, or_nearest};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// An import that was made.
#[derive(Debug, Clone)]
pub(crate) struct Import {
    /// How the CRM knows its records again.
    pub key: Key,
    /// The import files, and that of the fields.
    pub files: Vec<File>,
    /// For each lead what became of it.
    pub fates: Vec<Fate>,
    /// For each lead its owner as the CRM calls it.
    pub owners: Vec<String>,
}

/// What became of a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is in an import file.
    Written,
    /// The CRM would not know it again.
    Unknown,
    /// It is the record of an earlier row.
    Again,
}

/// Makes the import of `leads` and tells what is wrong with them. `stem` names the files.
pub(crate) fn import(
    leads: &Leads,
    export: &Export,
    forms: &Forms<'_>,
    stem: &str,
    issues: &mut Vec<Issue>,
) -> Result<Import, DeliverError> {
    let crm = forms.crm;
    let fields = own_fields(leads, export, crm)?;
    let key = key(leads, export.key, crm)?;
    let fates = fates(leads, key, crm, issues);
    let owners = owners(leads, &fates, export, crm, issues);
    let columns = columns(leads, export, crm, key, &fields);
    let header: Vec<String> = columns.iter().map(|column| column.header.clone()).collect();
    let written = (0..fates.len()).filter(|row| fates[*row] == Fate::Written);
    let mut rows = Vec::with_capacity(fates.len());
    for row in written {
        let cells = columns.iter().map(|column| cell(leads, row, column, &owners, forms, issues));
        rows.push(cells.collect());
    }
    let bounds = Bounds::of(export, crm);
    let mut files = sheet(stem, "import", &header, &rows, &bounds)?;
    let definitions: Vec<Definition> = (columns.iter())
        .filter_map(|column| Some(crm.definition(column.field?, column.choices.clone())))
        .collect();
    let name = format!("{stem}-fields.json");
    let value = Definitions { crm: &crm.name, record: &crm.record, fields: &definitions };
    files.push(json(&name, "fields", definitions.len(), &value)?);
    Ok(Import { key, files, fates, owners })
}

#[derive(Serialize)]
struct Definitions<'a> {
    crm: &'a str,
    record: &'a str,
    fields: &'a [Definition],
}

/// A column of the import file.
struct Column<'a> {
    /// Its position in the leads.
    at: usize,
    header: String,
    kind: Kind,
    /// The field that it is, if the CRM does not have it by itself.
    field: Option<&'a Field>,
    /// The words to choose from.
    choices: Vec<String>,
}

/// The standard columns that the leads have, and behind them the fields.
fn columns<'a>(
    leads: &Leads,
    export: &Export,
    crm: &Crm,
    key: Key,
    fields: &'a [(usize, Field)],
) -> Vec<Column<'a>> {
    let standard = crm.columns.iter().filter(|column| column.from != ID || key == Key::Id);
    let standard = standard.filter_map(|column| {
        let (at, header) = (leads.column(&column.from)?, column.header.clone());
        Some(Column { at, header, kind: Kind::Text, field: None, choices: Vec::new() })
    });
    let own = fields.iter().map(|(at, field)| Column {
        at: *at,
        header: crm.field_header(&field.label),
        kind: field.kind,
        field: Some(field),
        choices: choices(leads, export, *at, field),
    });
    standard.chain(own).collect()
}

/// A cell of the import file; what is wrong with it is told.
fn cell(
    leads: &Leads,
    row: usize,
    column: &Column<'_>,
    owners: &[String],
    forms: &Forms<'_>,
    issues: &mut Vec<Issue>,
) -> String {
    let name = leads.columns()[column.at].as_str();
    let mut text = leads.rows()[row].cells[column.at].trim();
    let mut tell = |kind: &str, found: &str, expected: &str| {
        issues.push(leads.issue(row, (kind, name), found, expected));
    };
    if column.field.is_none() && name == OWNER {
        text = &owners[row];
    }
    if column.kind == Kind::Pick && !text.is_empty() && !column.choices.iter().any(|c| c == text) {
        let expected = format!("one of {}; written as it is", column.choices.join(", "));
        tell("unknown_choice", text, &expected);
    }
    let written = forms.write(column.kind, text);
    if let Some((kind, expected)) = written.problem {
        tell(kind, text, &expected);
    }
    written.text
}

/// The columns that become fields.
fn own_fields(
    leads: &Leads,
    export: &Export,
    crm: &Crm,
) -> Result<Vec<(usize, Field)>, DeliverError> {
    let mut known = fields()?;
    for field in &export.fields {
        leads.need(&field.from, "`fields` of the export")?;
        known.retain(|ours| ours.from != field.from);
        known.push(field.clone());
    }
    for name in &export.columns {
        leads.need(name, "`columns` of the export")?;
        if !known.iter().any(|field| field.from == *name) {
            let names: Vec<String> = known.iter().map(|field| field.from.clone()).collect();
            return Err(DeliverError::Column {
                place: "`columns` of the export".to_owned(),
                hint: format!(
                    "{}; say under `fields` what it is",
                    or_nearest(name, names.iter().map(String::as_str))
                ),
                name: name.clone(),
                known: names,
            });
        }
    }
    let wanted = |field: &Field| export.columns.is_empty() || export.columns.contains(&field.from);
    let found = known.into_iter().filter(wanted);
    let found: Vec<(usize, Field)> =
        found.filter_map(|field| Some((leads.column(&field.from)?, field))).collect();
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    for (_, field) in &found {
        let name = crm.field_name(&field.label);
        if names.insert(name.to_lowercase(), &field.from).is_some() {
            return Err(DeliverError::Duplicate { what: "the field", name });
        }
    }
    Ok(found)
}

/// How the CRM knows its records again.
fn key(leads: &Leads, wanted: Key, crm: &Crm) -> Result<Key, DeliverError> {
    let id = leads.need(ID, "the import")?;
    let ids = || leads.rows().iter().map(|row| row.cells[id].trim());
    let email = leads.column("email").is_some();
    match wanted {
        Key::Id => Ok(Key::Id),
        Key::Email => leads.need("email", "`key: Email` of the export").map(|_| Key::Email),
        Key::Found if !leads.rows().is_empty() && ids().all(|id| crm.is_id(id)) => Ok(Key::Id),
        Key::Found if email => Ok(Key::Email),
        Key::Found if leads.rows().is_empty() => Ok(Key::Id),
        Key::Found => Err(DeliverError::Key {
            crm: crm.name.clone(),
            found: format!(
                "`{}` is no id of its records ({}), and there is no column `email`",
                ids().find(|id| !crm.is_id(id)).unwrap_or_default(),
                crm.id
            ),
            expected:
                "give the leads with their e-mail addresses (--with), or its own ids as `lead_id`"
                    .to_owned(),
        }),
    }
}

/// Each record that the CRM knows again is written once; what is not is told.
fn fates(leads: &Leads, key: Key, crm: &Crm, issues: &mut Vec<Issue>) -> Vec<Fate> {
    let mut first: HashMap<String, usize> = HashMap::new();
    let mut fates = Vec::with_capacity(leads.rows().len());
    let mut left_out = |row, kind: &str, column: &str, found: &str, expected: &str| {
        let found = if found.is_empty() { "nothing" } else { found };
        let issue = leads.issue(row, (kind, column), found, &format!("{expected}; left out"));
        issues.push(Issue { severity: Severity::Error, ..issue });
    };
    for row in 0..leads.rows().len() {
        let column = if key == Key::Id { ID } else { "email" };
        let text = leads.cell(row, column);
        let name = match key {
            Key::Id => Some(text.to_owned()).filter(|id| crm.is_id(id)),
            _ => Email::parse(text).ok().map(|email| email.to_string()),
        };
        let Some(name) = name else {
            let expected = match key {
                Key::Id => format!("an id of {} ({})", crm.name, crm.id),
                _ => "an e-mail address".to_owned(),
            };
            left_out(row, "no_key", column, text, &expected);
            fates.push(Fate::Unknown);
            continue;
        };
        match first.get(&name) {
            Some(&earlier) => {
                let expected =
                    format!("each record once, and row {} is it", leads.rows()[earlier].row);
                left_out(row, "duplicate_key", column, text, &expected);
                fates.push(Fate::Again);
            }
            None => {
                first.insert(name, row);
                fates.push(Fate::Written);
            }
        }
    }
    fates
}

/// The words to choose from in a column of choices: for tiers those declared, else those of the leads, by their best score.
fn choices(leads: &Leads, export: &Export, column: usize, field: &Field) -> Vec<String> {
    let tier = matches!(field.from.as_str(), "tier" | "previous_tier");
    match field.kind {
        Kind::Pick if tier && !export.tiers.is_empty() => export.tiers.clone(),
        Kind::Pick => by_score(leads, column),
        _ => Vec::new(),
    }
}

/// The words of a column, those of the best leads first.
pub(crate) fn by_score(leads: &Leads, column: usize) -> Vec<String> {
    let mut best: BTreeMap<&str, f64> = BTreeMap::new();
    for (row, lead) in leads.rows().iter().enumerate() {
        let word = lead.cells[column].trim();
        if !word.is_empty() {
            let score = leads.cell(row, "lead_score").parse().unwrap_or(f64::NEG_INFINITY);
            let best = best.entry(word).or_insert(f64::NEG_INFINITY);
            *best = best.max(score);
        }
    }
    let mut words: Vec<(&str, f64)> = best.into_iter().collect();
    words.sort_by(|a, b| b.1.total_cmp(&a.1));
    words.into_iter().map(|(word, _)| word.to_owned()).collect()
}
