//! The event log: read, made into leads where there is no other file of them, and asked for outcomes.

use crate::{IngestError, RawTable, Sources, ZoneName, open};
use leadsight_behaviour::{EventColumns, LogFile, LogOptions, read_log};
use leadsight_schema::{
    Cell, Cells, Column, DateFormat, Field, FieldKind, Issue, LeadTable, Role, Timestamp,
    or_nearest,
};
use polars::prelude::{NewChunkedArray, StringChunked};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The date of a lead's first event, where leads are made from the log.
const FIRST_EVENT: &str = "first_event_at";

/// The word of a lead's outcome, where outcomes are made from the log.
const OUTCOME: &str = "outcome";

/// An event log: a CSV file (plain, gzip or Parquet) with one line an event, in any order.
///
/// Where `data.leads` names the same file, each lead of the log is a lead: its columns are `attributes`, `data.id` is `lead`, and
/// `data.created` the date of its first event (`first_event_at`) unless given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EventSource {
    /// The file, relative to the data folder.
    pub file: PathBuf,
    /// The column that names the lead, as `data.id` does.
    #[serde(default = "lead")]
    pub lead: String,
    /// The column with the moment.
    #[serde(default = "at")]
    pub at: String,
    /// The column with the kind of event.
    #[serde(default = "kind")]
    pub kind: String,
    /// The column that tells more, such as the page or the document.
    #[serde(default)]
    pub detail: Option<String>,
    /// The column with a number, such as the amount of a purchase.
    #[serde(default)]
    pub value: Option<String>,
    /// How moments are written; found out unless given.
    #[serde(default)]
    pub format: Option<DateFormat>,
    /// The time zone of moments without an offset, where it is another than `data.time_zone`.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// What separates the columns; found out unless given.
    #[serde(default)]
    pub separator: Option<char>,
    /// Columns that say the same of a lead in each of its events, for leads that are made from the log.
    #[serde(default)]
    pub attributes: Vec<String>,
    /// Outcomes by the kinds of events that mean them: `{"won": ["deal_won"], "lost": ["deal_lost"]}`. Each lead gets the column
    /// `outcome` with the word of its first such event, and a date for each (`won_at`, `lost_at`), for the label; no model sees them.
    #[serde(default)]
    pub outcomes: BTreeMap<String, Vec<String>>,
}

fn lead() -> String {
    EventColumns::default().lead
}

fn at() -> String {
    EventColumns::default().at
}

fn kind() -> String {
    EventColumns::default().kind
}

impl EventSource {
    /// A file, everything else by default.
    pub fn file(file: impl Into<PathBuf>) -> Self {
        Self {
            file: file.into(),
            lead: lead(),
            at: at(),
            kind: kind(),
            detail: None,
            value: None,
            format: None,
            time_zone: None,
            separator: None,
            attributes: Vec::new(),
            outcomes: BTreeMap::new(),
        }
    }

    /// The columns of the leads with the dates of their outcomes.
    pub fn outcome_dates(&self) -> impl Iterator<Item = String> {
        self.outcomes.keys().map(|word| format!("{word}_at"))
    }

    fn columns(&self, usual: Option<&ZoneName>) -> EventColumns {
        EventColumns {
            lead: self.lead.clone(),
            at: self.at.clone(),
            kind: self.kind.clone(),
            detail: self.detail.clone(),
            value: self.value.clone(),
            format: self.format,
            time_zone: self.time_zone.clone().or_else(|| usual.cloned().map(String::from)),
        }
    }
}

/// Reads the event log of `sources`, if there is one. Events after `now`, where given, are told and left out.
///
/// # Errors
/// A file that cannot be read, columns that are not there, moments that are none.
pub fn read_events(
    sources: &Sources,
    base: &Path,
    now: Option<Timestamp>,
) -> Result<Option<LogFile>, IngestError> {
    let Some(source) = &sources.events else { return Ok(None) };
    if !source.attributes.is_empty() && source.file != sources.leads {
        return Err(IngestError::AttributesOfLeads {
            leads: sources.leads.clone(),
            events: source.file.clone(),
        });
    }
    let path = base.join(&source.file);
    let opened = open(&path, None).map_err(|source| IngestError::Unreadable { path, source })?;
    let columns = source.columns(sources.time_zone.as_ref());
    let options = LogOptions {
        file: &source.file.to_string_lossy(),
        columns: &columns,
        separator: source.separator.and_then(|c| u8::try_from(c).ok()),
        rules: &sources.rules(),
        now,
        attributes: &source.attributes,
    };
    let mut log = read_log(opened.text, &options).map_err(Box::new)?;
    log.issues.extend(opened.issues);
    Ok(Some(log))
}

/// Whether the leads are those of the log.
pub(crate) fn makes_leads(sources: &Sources) -> Option<&EventSource> {
    sources.events.as_ref().filter(|events| events.file == sources.leads)
}

/// The sources with the names that leads made from the log have.
pub(crate) fn named(sources: &Sources) -> Sources {
    let mut named = sources.clone();
    if let Some(events) = makes_leads(sources) {
        named.id.get_or_insert_with(|| events.lead.clone());
        named.created.get_or_insert_with(|| FIRST_EVENT.to_owned());
    }
    named
}

/// The leads of a log as text: name, attributes, and the date of the first event where that is when they came in.
pub(crate) fn leads(
    sources: &Sources,
    source: &EventSource,
    log: &LogFile,
) -> Result<RawTable, IngestError> {
    let ids = log.log.ids();
    let column = |name: &str, texts: Vec<Option<&str>>| {
        StringChunked::from_iter_options(name.into(), texts.into_iter())
    };
    let mut columns = vec![column(&source.lead, ids.iter().map(|id| Some(*id)).collect())];
    for (place, name) in source.attributes.iter().enumerate() {
        let texts = log.attributes.iter().map(|texts| texts.get(place)?.as_deref());
        columns.push(column(name, texts.collect()));
    }
    if sources.created.as_deref() == Some(FIRST_EVENT) {
        let first: Vec<String> = (ids.iter())
            .map(|id| log.log.first(id).map(Timestamp::to_rfc3339).unwrap_or_default())
            .collect();
        let texts = first.iter().map(|text| Some(text.as_str()).filter(|t| !t.is_empty()));
        columns.push(column(FIRST_EVENT, texts.collect()));
    }
    let rows: Vec<u64> = log.log.first_rows().collect();
    let lines = rows.iter().map(|row| row + 1).collect();
    RawTable::new(source.file.to_string_lossy().into_owned(), columns, rows, lines)
}

/// The leads with their outcomes: a word, and a date for each, which no model sees.
pub(crate) fn add_outcomes(
    table: LeadTable,
    source: &EventSource,
    log: &LogFile,
) -> Result<LeadTable, IngestError> {
    if source.outcomes.is_empty() {
        return Ok(table);
    }
    let known = log.log.kinds();
    for kind in source.outcomes.values().flatten() {
        if !known.contains(kind) {
            return Err(IngestError::NoSuchEvent {
                name: kind.clone(),
                file: source.file.to_string_lossy().into_owned(),
                hint: or_nearest(kind, known.iter().map(String::as_str)),
                known: known.to_vec(),
            });
        }
    }
    let ids = ids(&table)?;
    let dates: Vec<Vec<Option<Timestamp>>> = (source.outcomes.values())
        .map(|kinds| ids.iter().map(|id| log.log.first_of(id.as_deref()?, kinds)).collect())
        .collect();
    let words: Vec<&str> = source.outcomes.keys().map(String::as_str).collect();
    let first = (0..ids.len()).map(|lead| {
        let reached =
            dates.iter().zip(&words).filter_map(|(dates, word)| Some((dates[lead]?, *word)));
        reached.min_by_key(|(at, _)| *at).map(|(_, word)| word)
    });
    let field = |name: String, kind| Field { name, kind, role: Role::Excluded };
    let outcome = (field(OUTCOME.to_owned(), FieldKind::Category), Column::from_words(first));
    let dates = source.outcome_dates().zip(dates);
    let dates = dates
        .map(|(name, dates)| (field(name, FieldKind::Date(DateFormat::Iso)), Column::Date(dates)));
    Ok(table.with_columns(std::iter::once(outcome).chain(dates))?)
}

/// For each lead its name, as a log names it.
///
/// # Errors
/// [`IngestError::NoIdForEvents`] where no column names the leads.
pub fn ids(table: &LeadTable) -> Result<Vec<Option<String>>, IngestError> {
    let id = table.schema().with_role(Role::Id).next().ok_or(IngestError::NoIdForEvents)?;
    let name = |row| match table.cell(row, id) {
        Cell::Text(text) => Some(text.trim().to_owned()),
        Cell::Number(number) => Some(number.to_string()),
        Cell::Missing | Cell::Date(_) => None,
    };
    Ok((0..table.rows()).map(name).collect())
}

/// What is wrong with the log, and events of leads that are not in the table.
pub(crate) fn issues(table: &LeadTable, log: &LogFile) -> Result<Vec<Issue>, IngestError> {
    let mut there = vec![false; log.log.leads()];
    for place in ids(table)?.iter().flatten().filter_map(|id| log.log.find(id)) {
        there[place] = true;
    }
    let strangers = log.log.unknown_leads(|place| there[place]);
    Ok(log.issues.iter().cloned().chain(strangers).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_without_a_zone_of_its_own_is_in_that_of_the_leads() {
        let dir = tempfile::tempdir().unwrap();
        let text = "lead_id,timestamp,event_type\nA,2026-07-01 12:00:00,call\n";
        std::fs::write(dir.path().join("events.csv"), text).unwrap();
        for (leads, log, hour) in [
            (None, None, 12),
            (Some("Europe/Berlin"), None, 10),
            (Some("Europe/Berlin"), Some("America/New_York"), 16),
        ] {
            let zone = |name: &str| ZoneName::try_from(name.to_owned()).unwrap();
            let events = EventSource {
                time_zone: log.map(str::to_owned),
                ..EventSource::file("events.csv")
            };
            let sources = Sources {
                time_zone: leads.map(zone),
                events: Some(events),
                ..Sources::file("leads.csv")
            };
            let file = read_events(&sources, dir.path(), None).unwrap().unwrap();
            let first = file.log.first("A").unwrap().to_rfc3339();
            assert_eq!(first, format!("2026-07-01T{hour}:00:00Z"));
        }
    }
}
