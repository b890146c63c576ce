//! Everything that is made of scored leads at once: import files, fields, tasks, audiences, JSON lines, what is wrong with the
//! leads, and the manifest of it all.

use crate::audience::audience;
use crate::crm::Crm;
use crate::draft::with_drafts;
use crate::export::{Export, Key};
use crate::fields::{Kind, fields};
use crate::import::{Fate, import};
use crate::leads::Leads;
use crate::sheet::{Bounds, File, json, sha256, sheet};
use crate::tasks::tasks;
use crate::value::Forms;
use crate::webhook::{Message, messages};
use crate::{DeliverError, formula::neutral, value};
use leadsight_schema::{Issue, Severity, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The name of the manifest.
pub const MANIFEST: &str = "manifest.json";

/// What was made of some leads.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Delivery {
    /// The CRM.
    pub crm: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// The files, but for the manifest.
    pub files: Vec<File>,
    /// The leads as they were delivered, drafts among their columns.
    pub leads: Leads,
    /// What is to be sent to webhooks.
    pub messages: Vec<Message>,
    /// What is wrong with the leads, cell by cell.
    pub issues: Vec<Issue>,
    /// How the CRM knows its records again.
    pub key: Key,
    /// Leads in the import files.
    pub written: usize,
    /// Leads that are in none, each told as an issue.
    pub left_out: usize,
}

/// Makes all that `export` declares. `stem` names the CRM in files; what is wrong with the leads so far is `issues`.
///
/// # Errors
/// What is wrong with the export, or with the columns of the leads.
pub fn deliver(
    leads: Leads,
    export: &Export,
    crm: &Crm,
    stem: &str,
    now: Timestamp,
    mut issues: Vec<Issue>,
) -> Result<Delivery, DeliverError> {
    let leads = leads.with_names();
    let leads = match &export.draft {
        None => leads,
        Some(spec) => {
            let (leads, found) = with_drafts(leads, spec, export.language, now)?;
            issues.extend(found);
            leads
        }
    };
    let forms = Forms::new(crm, export.time_zone.as_deref())?;
    let made = import(&leads, export, &forms, stem, &mut issues)?;
    let (key, fates) = (made.key, made.fates);
    let written = fates.iter().filter(|fate| **fate == Fate::Written).count();
    let mut files = made.files;
    files.extend(tasks(&leads, &fates, &made.owners, export, &forms, now, &mut issues)?);
    for spec in &export.audiences {
        files.extend(audience(&leads, spec, now, &mut issues)?);
    }
    let messages = messages(&leads, &fates, export, now, &mut issues)?;
    files.push(lines(&leads)?);
    files.push(problems(&issues)?);
    let mut names = BTreeSet::from([MANIFEST]);
    if let Some(file) = files.iter().find(|file| !names.insert(&file.name)) {
        return Err(DeliverError::Duplicate { what: "the file", name: file.name.clone() });
    }
    let left_out = leads.rows().len() - written;
    let (crm, made_at) = (crm.name.clone(), now);
    Ok(Delivery { crm, made_at, files, leads, messages, issues, key, written, left_out })
}

impl Delivery {
    /// The list of the files with rows and checksums, to be written last.
    ///
    /// # Errors
    /// [`DeliverError::Write`], which in memory does not happen.
    pub fn manifest(&self) -> Result<File, DeliverError> {
        let manifest = Manifest {
            format: 1,
            crm: &self.crm,
            made_at: self.made_at.to_rfc3339(),
            key: self.key,
            leads: self.leads.rows().len(),
            written: self.written,
            left_out: self.left_out,
            files: self.files.iter().map(Entry::of).collect(),
        };
        json(MANIFEST, "manifest", 1, &manifest)
    }
}

#[derive(Serialize)]
struct Manifest<'a> {
    format: u32,
    crm: &'a str,
    made_at: String,
    key: Key,
    leads: usize,
    written: usize,
    left_out: usize,
    files: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    name: &'a str,
    holds: &'a str,
    rows: usize,
    bytes: usize,
    sha256: String,
}

impl<'a> Entry<'a> {
    fn of(file: &'a File) -> Self {
        Self {
            name: &file.name,
            holds: file.holds,
            rows: file.rows,
            bytes: file.bytes.len(),
            sha256: sha256(&file.bytes),
        }
    }
}

/// The numbers of a column that Leadsight makes, if all that is known in it are numbers.
pub fn numbers(leads: &Leads, column: usize) -> Option<Vec<Option<f64>>> {
    let kind = kinds().ok()?.get(&leads.columns()[column]).copied().filter(|kind| kind.is_number());
    let number = |text: &str| match value::json(Some(kind?), text) {
        Value::Null => Some(None),
        number => number.as_f64().map(Some),
    };
    leads.rows().iter().map(|row| number(&row.cells[column])).collect()
}

/// The issues, those of one kind and column as one with their number: for people, who find the rest in `issues.csv`.
pub fn summary(issues: &[Issue]) -> Vec<Issue> {
    let mut told: Vec<Issue> = Vec::new();
    for issue in issues {
        let same = |t: &&mut Issue| {
            (t.severity, &t.kind, &t.file, &t.column)
                == (issue.severity, &issue.kind, &issue.file, &issue.column)
        };
        match told.iter_mut().find(same) {
            Some(earlier) => earlier.count += issue.count,
            None => told.push(issue.clone()),
        }
    }
    told
}

/// The kinds of the columns that Leadsight makes.
pub(crate) fn kinds() -> Result<BTreeMap<String, Kind>, DeliverError> {
    Ok(fields()?.into_iter().map(|field| (field.from, field.kind)).collect())
}

/// A lead for programs: all of its columns, numbers as numbers, `null` where nothing is known. Nothing in it is made harmless
/// for spreadsheets.
pub(crate) fn object(
    leads: &Leads,
    row: usize,
    kinds: &BTreeMap<String, Kind>,
) -> Map<String, Value> {
    let cells = leads.columns().iter().zip(&leads.rows()[row].cells);
    cells.map(|(name, cell)| (name.clone(), value::json(kinds.get(name).copied(), cell))).collect()
}

/// The leads as JSON lines.
fn lines(leads: &Leads) -> Result<File, DeliverError> {
    let kinds = kinds()?;
    let name = "leads.jsonl";
    let failed =
        |e: serde_json::Error| DeliverError::Write { file: name.to_owned(), reason: e.to_string() };
    let mut bytes = Vec::new();
    for row in 0..leads.rows().len() {
        serde_json::to_writer(&mut bytes, &object(leads, row, &kinds)).map_err(failed)?;
        bytes.push(b'\n');
    }
    Ok(File { name: name.to_owned(), holds: "leads", rows: leads.rows().len(), bytes })
}

/// What is wrong with the leads, a row each, with the whole of what was found.
fn problems(issues: &[Issue]) -> Result<File, DeliverError> {
    let header = ["severity", "kind", "file", "row", "line", "column", "found", "expected"];
    let number = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
    let row = |issue: &Issue| {
        let severity = match issue.severity {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let words = |text: &str| neutral(text).into_owned();
        vec![
            severity.to_owned(),
            issue.kind.clone(),
            words(&issue.file),
            number(issue.row),
            number(issue.line),
            words(issue.column.as_deref().unwrap_or_default()),
            words(&issue.found),
            words(&issue.expected),
        ]
    };
    let rows: Vec<Vec<String>> = issues.iter().map(row).collect();
    let mut files = sheet("issues", "issues", &header.map(str::to_owned), &rows, &Bounds::NONE)?;
    files.pop().ok_or_else(|| DeliverError::Write {
        file: "issues.csv".to_owned(),
        reason: "nothing was made of it".to_owned(),
    })
}
