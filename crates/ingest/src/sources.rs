//! The configuration of the data: which files, and what their columns are for.

use crate::{Check, DuplicateSpec, EventSource, ReadOptions};
use leadsight_schema::{FieldKind, TextRules};
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
    /// Words that mean "not known", beside the built-in ones (`NA`, `N/A`, `null`, `-`, `?` ...).
    #[serde(default)]
    pub missing: Vec<String>,
    /// Numbers are written `1.234,5`.
    #[serde(default)]
    pub decimal_comma: bool,
    /// What separates the columns of the leads' file; found out unless given.
    #[serde(default)]
    pub separator: Option<char>,
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

/// A file to add to the leads: each lead gets the columns of the row with its key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
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
}

impl Sources {
    /// One file, everything else by default.
    pub fn file(leads: impl Into<PathBuf>) -> Self {
        Self {
            leads: leads.into(),
            more: Vec::new(),
            id: None,
            created: None,
            exclude: BTreeMap::new(),
            kinds: BTreeMap::new(),
            missing: Vec::new(),
            decimal_comma: false,
            separator: None,
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
        let mut rules = TextRules { decimal_comma: self.decimal_comma, ..TextRules::default() };
        rules.missing.extend(self.missing.iter().map(|word| word.trim().to_owned()));
        rules
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

    pub(crate) fn options(&self, separator: Option<char>) -> ReadOptions {
        ReadOptions { separator, rules: self.rules() }
    }
}
