//! The configuration of the data: which files, and what their columns are for.

use crate::{Aggregate, Check, DuplicateSpec, EventSource, FieldMap, ReadOptions, ZoneName};
use leadsight_schema::{FieldKind, Headers, TextRules};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where the leads are and how they are read. Only `leads` is required.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sources {
    /// The file with one line a lead, relative to the data folder.
    pub leads: PathBuf,
    /// Files with more leads and the same columns, in any order; their rows follow those of `leads`.
    #[serde(default)]
    pub more: Vec<PathBuf>,
    /// The CRM that the files of leads are exports of: `HubSpot`, `Salesforce`, `Dynamics365` or `Zoho`. Its headers, in
    /// English or German, become the names `lead_id`, `created_at`, `email`, `title` and so on, by which everything else
    /// here and new leads are read; `lead_id` is then the id, `created_at` the moment of creation, and contact fields
    /// are read as `features.contacts` tells.
    #[serde(default)]
    pub field_map: Option<FieldMap>,
    /// The column that names a lead. Without it a column called `lead_id`, `id` or the like serves if its values all
    /// differ.
    #[serde(default)]
    pub id: Option<String>,
    /// The column with the moment a lead came in.
    #[serde(default)]
    pub created: Option<String>,
    /// Columns to keep out of the model, each with the reason.
    #[serde(default)]
    pub exclude: BTreeMap<String, String>,
    /// Kinds of columns where inference is wrong. A column named here is kept even if it looks like an identifier.
    #[serde(default)]
    pub kinds: BTreeMap<String, FieldKind>,
    /// Words that mean "not known", beside the built-in ones (`NA`, `N/A`, `null`, `-`, `?`, `k.A.`, `keine Angabe`, `n.v.`, `unbekannt` ...).
    #[serde(default)]
    pub missing: Vec<String>,
    /// Numbers are written `1.234,5`.
    #[serde(default)]
    pub decimal_comma: bool,
    /// Where times that name no offset from UTC were written, such as `Europe/Berlin`; they are taken as UTC unless given. A day without a
    /// time stays that day.
    #[serde(default)]
    pub time_zone: Option<ZoneName>,
    /// What separates the columns of the leads' file; found out unless given.
    #[serde(default)]
    pub separator: Option<char>,
    /// The sheet with the leads where the file is a workbook of several; the first that holds a table unless given.
    #[serde(default)]
    pub sheet: Option<String>,
    /// Files whose columns are added to the leads by a key.
    #[serde(default)]
    pub join: Vec<Join>,
    /// The event log: what each lead did, and when. `features.behaviour` says what is asked of it.
    #[serde(default)]
    pub events: Option<EventSource>,
    /// Finds leads that are one person and keeps each person in one part of the split: `duplicates: ()`. Not looked for unless given.
    #[serde(default)]
    pub duplicates: Option<DuplicateSpec>,
    /// What the columns must hold: required, unique, within a range, one of some words, matching a pattern, recent, in another file.
    #[serde(default)]
    pub checks: Vec<Check>,
    /// The column that names the account, household or the like of a lead: the leads of one stand in one part of the split and in one
    /// fold, so that no model is judged by a customer it has learnt.
    #[serde(default)]
    pub group: Option<String>,
    /// New leads to score with the chosen model.
    #[serde(default)]
    pub score: Option<PathBuf>,
}

/// A file to add to the leads: each lead gets the columns of the row with its key, or with `many` what its rows add up to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// The file, relative to the data folder.
    pub file: PathBuf,
    /// The key column of the leads.
    pub on: String,
    /// The key column of the file where it has another name.
    #[serde(default)]
    pub key: Option<String>,
    /// What separates the file's columns; found out unless given.
    #[serde(default)]
    pub separator: Option<char>,
    /// The sheet where the file is a workbook of several; the first that holds a table unless given.
    #[serde(default)]
    pub sheet: Option<String>,
    /// For a file with several rows a key: what to tell of them, as `[Count, Sum("amount"), Latest("stage")]`, beside `Mean`, `Min` and
    /// `Max`. Each becomes a column such as `sum(deals.amount)`, in place of the file's own.
    #[serde(default)]
    pub many: Vec<Aggregate>,
    /// The column of the file with the moment of each row: with `many`, only rows from before `data.created` count.
    #[serde(default)]
    pub date: Option<String>,
}

impl Sources {
    /// One file, everything else by default.
    pub fn file(leads: impl Into<PathBuf>) -> Self {
        Self {
            leads: leads.into(),
            more: Vec::new(),
            field_map: None,
            id: None,
            created: None,
            exclude: BTreeMap::new(),
            kinds: BTreeMap::new(),
            missing: Vec::new(),
            decimal_comma: false,
            time_zone: None,
            separator: None,
            sheet: None,
            join: Vec::new(),
            events: None,
            duplicates: None,
            checks: Vec::new(),
            group: None,
            score: None,
        }
    }

    /// How cells are read: what the bundle must carry, so that new leads are read as these were.
    pub fn rules(&self) -> TextRules {
        let time_zone = self.time_zone.as_ref().map(|name| name.zone().clone());
        let decimal_comma = self.decimal_comma;
        let mut rules = TextRules { decimal_comma, time_zone, ..TextRules::default() };
        rules.missing.extend(self.missing.iter().map(|word| word.trim().to_owned()));
        rules
    }

    /// What the headers of an export are called; none without a field map.
    pub fn headers(&self) -> Headers {
        self.field_map.map(FieldMap::headers).unwrap_or_default()
    }

    /// The files that make the table, those of leads first, as paths under `base`.
    pub fn files(&self, base: &Path) -> Vec<PathBuf> {
        std::iter::once(&self.leads)
            .chain(&self.more)
            .chain(self.join.iter().map(|j| &j.file))
            .chain(self.events.iter().map(|e| &e.file).filter(|file| **file != self.leads))
            .map(|file| base.join(file))
            .collect()
    }

    /// How the files of leads are read.
    pub(crate) fn options(&self) -> ReadOptions {
        let (separator, sheet) = (self.separator, self.sheet.clone());
        ReadOptions { separator, sheet, rules: self.rules() }
    }

    /// How a file to join is read.
    pub(crate) fn join_options(&self, join: &Join) -> ReadOptions {
        let (separator, sheet) = (join.separator, join.sheet.clone());
        ReadOptions { separator, sheet, rules: self.rules() }
    }
}
