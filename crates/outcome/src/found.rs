//! What history, event log and deals tell, lead by lead.

use crate::OutcomeError;
use crate::spec::{AMOUNT, CLOSED, ENTERED, ID, KIND, OPENED, OutcomeSpec, STAGE};
use crate::table::{Table, plain};
use leadsight_funnel::{Entry, Spellings, Stage};
use leadsight_schema::{Issue, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Words of unknown stages that are told one by one.
const TOLD_WORDS: usize = 10;

/// Which leads there are.
pub(crate) struct Known<'a> {
    pub of_lead: HashMap<&'a str, usize>,
    pub everybody: BTreeSet<&'a str>,
    pub at: Option<Timestamp>,
}

impl Known<'_> {
    /// Whether a moment lies behind the moment of looking.
    fn is_later(&self, moment: Option<Timestamp>) -> bool {
        moment.zip(self.at).is_some_and(|(moment, at)| moment > at)
    }

    /// Tells rows without a lead, or with one that the leads do not hold.
    fn tell(
        &self,
        table: Table<'_>,
        id: usize,
        ids: &[Option<String>],
        issues: &mut Vec<Issue>,
    ) -> Result<(), OutcomeError> {
        let strange =
            |row: &usize| ids[*row].as_deref().is_none_or(|id| !self.everybody.contains(id));
        let unknown: Vec<usize> = (0..ids.len()).filter(strange).collect();
        let first = unknown.first().map(|row| table.shown(*row, id)).unwrap_or_default();
        if !ids.is_empty() && unknown.len() == ids.len() {
            return Err(OutcomeError::Nothing {
                file: table.what,
                found: format!("none of its leads (the first is {first}) is among the leads"),
                expected: format!("the same ids under `{}`", table.name(id)),
            });
        }
        let expected = "a lead of the leads' file; the row was left out";
        issues.extend(table.issue("unknown_lead", &unknown, id, first, expected));
        Ok(())
    }
}

/// What the files tell, by lead.
pub(crate) struct Found {
    spellings: Spellings,
    contact_words: BTreeSet<String>,
    meeting_words: BTreeSet<String>,
    pub entries: Vec<Entry>,
    pub contacts: Vec<Vec<Timestamp>>,
    pub meetings: Vec<Vec<Timestamp>>,
    pub amounts: Vec<Option<f64>>,
    pub any_contact: bool,
    pub latest: Option<Timestamp>,
}

impl Found {
    pub fn new(leads: usize, spec: &OutcomeSpec) -> Self {
        let plain_words = |words: &[String]| words.iter().map(|word| plain(word)).collect();
        Self {
            spellings: Spellings::new(&spec.stages),
            contact_words: plain_words(&spec.contacts),
            meeting_words: plain_words(&spec.meetings),
            entries: Vec::new(),
            contacts: vec![Vec::new(); leads],
            meetings: vec![Vec::new(); leads],
            amounts: vec![None; leads],
            any_contact: false,
            latest: None,
        }
    }

    /// Whether a word is a contact or a meeting, noted for the lead; a meeting is a contact too.
    fn happened(&mut self, lead: usize, word: &str, at: Timestamp) {
        let word = plain(word);
        let meeting = self.meeting_words.contains(&word);
        if meeting {
            self.meetings[lead].push(at);
        }
        if meeting || self.contact_words.contains(&word) {
            self.contacts[lead].push(at);
            self.any_contact = true;
        }
    }

    pub fn history(
        &mut self,
        table: Table<'_>,
        spec: &OutcomeSpec,
        known: &Known<'_>,
        issues: &mut Vec<Issue>,
    ) -> Result<(), OutcomeError> {
        let id = table.need(spec.history.id.as_deref(), ID)?;
        let stage = table.need(spec.history.stage.as_deref(), STAGE)?;
        let entered = table.find(spec.history.at.as_deref(), ENTERED)?;
        let (ids, words) = (table.words(id), table.words(stage));
        let moments = table.moments_of(entered, issues)?;
        known.tell(table, id, &ids, issues)?;
        let mut unknown: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut blank = Vec::new();
        for row in 0..ids.len() {
            let Some(&lead) = ids[row].as_deref().and_then(|id| known.of_lead.get(id)) else {
                continue;
            };
            let Some(word) = words[row].as_deref() else {
                blank.push(row);
                continue;
            };
            let at = moments[row];
            if known.is_later(at) {
                continue;
            }
            self.latest = self.latest.max(at);
            match self.spellings.read(word) {
                Some(stage) => self.entries.push(Entry { lead, stage, at, row }),
                None => unknown.entry(word).or_default().push(row),
            }
            if let Some(at) = at {
                self.happened(lead, word, at);
            }
        }
        let expected = "a stage; the row was left out";
        issues.extend(table.issue("blank_stage", &blank, stage, "nothing".to_owned(), expected));
        self.tell_stages(table, stage, unknown, issues);
        Ok(())
    }

    fn tell_stages(
        &self,
        table: Table<'_>,
        stage: usize,
        unknown: BTreeMap<&str, Vec<usize>>,
        issues: &mut Vec<Issue>,
    ) {
        let mut order: Vec<(&str, Vec<usize>)> = unknown.into_iter().collect();
        order.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(b.0)));
        let rest: Vec<usize> =
            order.iter().skip(TOLD_WORDS).flat_map(|(_, rows)| rows).copied().collect();
        for (word, rows) in order.iter().take(TOLD_WORDS) {
            let near = self
                .spellings
                .nearest(word)
                .map(|n| format!(", such as `{n}`"))
                .unwrap_or_default();
            let expected = format!(
                "a known stage{near}, or what it means under `stages` in --config; left out"
            );
            let shown: String = word.chars().take(60).collect();
            issues.extend(table.issue(
                "unknown_stage",
                rows,
                stage,
                format!("`{shown}`"),
                &expected,
            ));
        }
        let expected = "known stages; left out";
        issues.extend(table.issue(
            "unknown_stage",
            &rest,
            stage,
            "more unknown words".to_owned(),
            expected,
        ));
    }

    pub fn events(
        &mut self,
        table: Table<'_>,
        spec: &OutcomeSpec,
        known: &Known<'_>,
        issues: &mut Vec<Issue>,
    ) -> Result<(), OutcomeError> {
        // The log knows better than the stages, and the same meeting must not count twice.
        self.contacts.iter_mut().for_each(Vec::clear);
        self.meetings.iter_mut().for_each(Vec::clear);
        let id = table.need(spec.events.id.as_deref(), ID)?;
        let kind = table.need(spec.events.kind.as_deref(), KIND)?;
        let at = table.need(spec.events.at.as_deref(), ENTERED)?;
        let (ids, kinds, moments) =
            (table.words(id), table.words(kind), table.moments(at, issues)?);
        known.tell(table, id, &ids, issues)?;
        for row in 0..ids.len() {
            let Some(&lead) = ids[row].as_deref().and_then(|id| known.of_lead.get(id)) else {
                continue;
            };
            let (Some(word), Some(moment)) = (kinds[row].as_deref(), moments[row]) else {
                continue;
            };
            if known.is_later(Some(moment)) {
                continue;
            }
            self.latest = self.latest.max(Some(moment));
            self.happened(lead, word, moment);
        }
        let blank: Vec<usize> = (0..ids.len()).filter(|row| moments[*row].is_none()).collect();
        let expected = "a moment; the event was left out";
        issues.extend(table.issue("blank_moment", &blank, at, "no moment".to_owned(), expected));
        Ok(())
    }

    pub fn deals(
        &mut self,
        table: Table<'_>,
        spec: &OutcomeSpec,
        known: &Known<'_>,
        stages: bool,
        issues: &mut Vec<Issue>,
    ) -> Result<(), OutcomeError> {
        let columns = &spec.deals;
        let id = table.need(columns.id.as_deref(), ID)?;
        let stage = table.need(columns.stage.as_deref(), STAGE)?;
        let amount = table.need(columns.amount.as_deref(), AMOUNT)?;
        let opened = table.moments_of(table.find(columns.opened.as_deref(), OPENED)?, issues)?;
        let closed = table.moments_of(table.find(columns.closed.as_deref(), CLOSED)?, issues)?;
        let (ids, words, amounts) = (table.words(id), table.words(stage), table.numbers(amount)?);
        known.tell(table, id, &ids, issues)?;
        let mut unknown: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for row in 0..ids.len() {
            let Some(&lead) = ids[row].as_deref().and_then(|id| known.of_lead.get(id)) else {
                continue;
            };
            let read = words[row].as_deref().map(|word| (word, self.spellings.read(word)));
            if let Some((word, None)) = read {
                unknown.entry(word).or_default().push(row);
            }
            let ended = matches!(read, Some((_, Some(Stage::Won | Stage::Lost))));
            // An open deal's close date is a hope.
            let at = if ended { closed[row] } else { None };
            if stages && !known.is_later(opened[row]) {
                self.latest = self.latest.max(opened[row]);
                self.entries.push(Entry { lead, stage: Stage::Opportunity, at: opened[row], row });
            }
            if known.is_later(at) {
                continue;
            }
            self.latest = self.latest.max(at);
            if let Some((_, Some(stage))) = read {
                if stages {
                    // Where it is now is known, since when is not.
                    self.entries.push(Entry { lead, stage, at, row });
                }
                if stage == Stage::Won {
                    self.amounts[lead] =
                        Some(self.amounts[lead].unwrap_or(0.0) + amounts[row].unwrap_or(0.0));
                }
            }
        }
        self.tell_stages(table, stage, unknown, issues);
        Ok(())
    }
}
