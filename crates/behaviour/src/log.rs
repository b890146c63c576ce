//! Events in compact form: 24 bytes each, by lead, in one order.

use crate::BehaviourError;
use leadsight_schema::{Issue, Severity, Timestamp};
use rayon::prelude::*;
use std::cmp::Ordering;
use std::collections::HashMap;

/// An event in words: what a live lead brings along.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub kind: String,
    /// More about it.
    pub detail: Option<String>,
    /// A number, such as an amount.
    pub value: Option<f64>,
}

impl Event {
    /// An event without detail and value.
    pub fn new(at: Timestamp, kind: impl Into<String>) -> Self {
        Self { at, kind: kind.into(), detail: None, value: None }
    }
}

/// An event of a log, its words as codes.
#[derive(Debug, Clone, Copy)]
pub struct Logged {
    /// Seconds since 1970.
    pub(crate) at: i64,
    /// NaN where there is none.
    pub(crate) value: f64,
    pub(crate) kind: u32,
    /// [`Logged::NO_DETAIL`] where there is none.
    pub(crate) detail: u32,
}

impl Logged {
    pub(crate) const NO_DETAIL: u32 = u32::MAX;

    /// By moment; events of one second by kind, detail and value, whose codes are in the order of the words.
    fn order(&self, other: &Self) -> Ordering {
        (self.at, self.kind, self.detail)
            .cmp(&(other.at, other.kind, other.detail))
            .then_with(|| self.value.total_cmp(&other.value))
    }
}

/// The words of a log, in order; a code is a position.
#[derive(Debug, Clone, Default)]
pub(crate) struct Vocabulary {
    pub(crate) kinds: Vec<String>,
    pub(crate) details: Vec<String>,
}

impl Vocabulary {
    pub(crate) fn kind(&self, word: &str) -> Option<u32> {
        self.kinds.binary_search_by(|w| w.as_str().cmp(word)).ok().map(|at| at as u32)
    }

    pub(crate) fn detail(&self, word: &str) -> Option<u32> {
        self.details.binary_search_by(|w| w.as_str().cmp(word)).ok().map(|at| at as u32)
    }
}

/// The events of many leads. Within a lead they stand by moment, whatever the order of the file.
#[derive(Debug, Clone, Default)]
pub struct EventLog {
    file: String,
    leads: HashMap<Box<str>, u32>,
    /// For each lead the row of its first event in the file, from 1.
    first_rows: Vec<u32>,
    /// Where each lead's events begin; one more than leads.
    starts: Vec<usize>,
    events: Vec<Logged>,
    pub(crate) words: Vocabulary,
}

impl EventLog {
    /// A log of events given in words, lead by lead.
    ///
    /// # Errors
    /// [`BehaviourError::TooMany`].
    pub fn of_leads<'a>(
        leads: impl IntoIterator<Item = (&'a str, Vec<Event>)>,
    ) -> Result<Self, BehaviourError> {
        let mut log = LogBuilder::new("events");
        let mut row = 0;
        for (lead, events) in leads {
            for event in events {
                row += 1;
                log.push(lead, row, &event)?;
            }
        }
        Ok(log.finish().0)
    }

    /// The number of leads that have an event.
    pub fn leads(&self) -> usize {
        self.first_rows.len()
    }

    /// The number of events.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether there is no event.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The kinds of events, in alphabetical order.
    pub fn kinds(&self) -> &[String] {
        &self.words.kinds
    }

    /// The leads in the order of their first rows.
    pub fn ids(&self) -> Vec<&str> {
        let mut ids = vec![""; self.leads()];
        for (id, place) in &self.leads {
            ids[*place as usize] = id;
        }
        ids
    }

    /// The number of a lead, by first row; `None` where the log does not know it.
    pub fn find(&self, lead: &str) -> Option<usize> {
        self.leads.get(lead.trim()).map(|place| *place as usize)
    }

    /// The events of a lead in order of time; none where the log does not know it.
    pub fn events(&self, lead: &str) -> &[Logged] {
        self.find(lead)
            .map_or(&[], |place| &self.events[self.starts[place]..self.starts[place + 1]])
    }

    /// The moment of a lead's first event.
    pub fn first(&self, lead: &str) -> Option<Timestamp> {
        self.events(lead).first().map(|event| Timestamp(event.at))
    }

    /// For each lead the row of the file that names it first, from 1.
    pub fn first_rows(&self) -> impl Iterator<Item = u64> {
        self.first_rows.iter().map(|row| u64::from(*row))
    }

    /// The moment of the last event of all.
    pub fn end(&self) -> Option<Timestamp> {
        self.events.iter().map(|event| Timestamp(event.at)).max()
    }

    /// The first moment at which a lead has an event of one of these kinds.
    pub fn first_of(&self, lead: &str, kinds: &[String]) -> Option<Timestamp> {
        let codes: Vec<u32> = kinds.iter().filter_map(|kind| self.words.kind(kind)).collect();
        let found = self.events(lead).iter().find(|event| codes.contains(&event.kind));
        found.map(|event| Timestamp(event.at))
    }

    /// One issue for the events of leads that are not known, asked by the lead's number.
    pub fn unknown_leads(&self, known: impl Fn(usize) -> bool) -> Option<Issue> {
        let strangers = || (0..self.leads()).filter(|&place| !known(place));
        let first = strangers().min_by_key(|&place| self.first_rows[place])?;
        let events: usize =
            strangers().map(|place| self.starts[place + 1] - self.starts[place]).sum();
        let id = self.leads.iter().find(|(_, place)| **place as usize == first);
        Some(Issue {
            severity: Severity::Warning,
            kind: "unknown_lead".into(),
            file: self.file.clone(),
            row: Some(u64::from(self.first_rows[first])),
            line: None,
            column: None,
            found: id.map(|(id, _)| id.chars().take(80).collect()).unwrap_or_default(),
            expected: format!(
                "a lead of the leads' file; {} such leads, whose events are not used",
                strangers().count()
            ),
            count: events as u64,
        })
    }
}

/// Takes events in any order.
#[derive(Debug)]
pub struct LogBuilder {
    file: String,
    leads: HashMap<Box<str>, u32>,
    kinds: HashMap<Box<str>, u32>,
    details: HashMap<Box<str>, u32>,
    first_rows: Vec<u32>,
    rows: Vec<Row>,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    event: Logged,
    lead: u32,
    row: u32,
}

impl LogBuilder {
    /// `file` is for messages.
    pub fn new(file: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            leads: HashMap::new(),
            kinds: HashMap::new(),
            details: HashMap::new(),
            first_rows: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Adds an event; `row` is its place in the file, from 1.
    ///
    /// # Errors
    /// [`BehaviourError::TooMany`] beyond four billion rows, leads or words.
    pub fn push(&mut self, lead: &str, row: u64, event: &Event) -> Result<(), BehaviourError> {
        self.add(lead, row, event.at, &event.kind, event.detail.as_deref(), event.value).map(|_| ())
    }

    /// As [`LogBuilder::push`]; returns the lead's number, by first appearance.
    pub(crate) fn add(
        &mut self,
        lead: &str,
        row: u64,
        at: Timestamp,
        kind: &str,
        detail: Option<&str>,
        value: Option<f64>,
    ) -> Result<usize, BehaviourError> {
        let row = u32::try_from(row)
            .map_err(|_| BehaviourError::TooMany { what: "rows", most: u32::MAX })?;
        let lead = code(&mut self.leads, lead.trim(), "leads")?;
        if lead as usize == self.first_rows.len() {
            self.first_rows.push(row);
        }
        let event = Logged {
            at: at.0,
            value: value.filter(|v| v.is_finite()).unwrap_or(f64::NAN),
            kind: code(&mut self.kinds, kind, "kinds of events")?,
            detail: match detail {
                Some(detail) => code(&mut self.details, detail, "details of events")?,
                None => Logged::NO_DETAIL,
            },
        };
        self.rows.push(Row { event, lead, row });
        Ok(lead as usize)
    }

    /// The log, and one issue for the events that stand twice and count once.
    pub fn finish(self) -> (EventLog, Option<Issue>) {
        let Self { file, leads, kinds, details, first_rows, mut rows } = self;
        let (kinds, kind_codes) = in_order(kinds);
        let (details, detail_codes) = in_order(details);
        rows.par_iter_mut().for_each(|row| {
            row.event.kind = kind_codes[row.event.kind as usize];
            if row.event.detail != Logged::NO_DETAIL {
                row.event.detail = detail_codes[row.event.detail as usize];
            }
        });
        let same = |a: &Row, b: &Row| a.lead == b.lead && a.event.order(&b.event).is_eq();
        rows.par_sort_unstable_by(|a, b| {
            a.lead.cmp(&b.lead).then_with(|| a.event.order(&b.event)).then(a.row.cmp(&b.row))
        });
        let twice = rows.windows(2).filter(|pair| same(&pair[0], &pair[1])).map(|pair| pair[1]);
        let count = twice.clone().count();
        let issue = twice.min_by_key(|row| row.row).map(|row| Issue {
            severity: Severity::Warning,
            kind: "duplicate_event".into(),
            file: file.clone(),
            row: Some(u64::from(row.row)),
            line: None,
            column: None,
            found: format!(
                "{} at {} once more",
                kinds[row.event.kind as usize],
                Timestamp(row.event.at).to_rfc3339()
            ),
            expected: "each event once; it counts once".into(),
            count: count as u64,
        });
        rows.dedup_by(|a, b| same(a, b));
        let mut starts = Vec::with_capacity(first_rows.len() + 1);
        for (place, row) in rows.iter().enumerate() {
            while starts.len() <= row.lead as usize {
                starts.push(place);
            }
        }
        starts.resize(first_rows.len() + 1, rows.len());
        let events = rows.iter().map(|row| row.event).collect();
        let words = Vocabulary { kinds, details };
        (EventLog { file, leads, first_rows, starts, events, words }, issue)
    }
}

fn code(
    words: &mut HashMap<Box<str>, u32>,
    word: &str,
    what: &'static str,
) -> Result<u32, BehaviourError> {
    if let Some(&code) = words.get(word) {
        return Ok(code);
    }
    let code = u32::try_from(words.len()).ok().filter(|code| *code != Logged::NO_DETAIL);
    let code = code.ok_or(BehaviourError::TooMany { what, most: u32::MAX })?;
    words.insert(word.into(), code);
    Ok(code)
}

/// The words in order, and for each old code its new one.
fn in_order(words: HashMap<Box<str>, u32>) -> (Vec<String>, Vec<u32>) {
    let mut sorted: Vec<(Box<str>, u32)> = words.into_iter().collect();
    sorted.sort_unstable();
    let mut codes = vec![0; sorted.len()];
    for (place, (_, old)) in sorted.iter().enumerate() {
        codes[*old as usize] = place as u32;
    }
    (sorted.into_iter().map(|(word, _)| word.into()).collect(), codes)
}
