//! The leads as they were the last time, beside the leads as they are.

use super::CsvOptions;
use super::input::{self, Leads, push, text};
use crate::change::change;
use crate::events::Made;
use crate::{Change, OutputColumn, Previous, PreviousScores, ScoreError, Scorer, ScorerUsed};
use csv::ByteRecord;
use leadsight_schema::{Cells, Issue, Timestamp};
use std::collections::{BTreeMap, HashMap, hash_map::Entry};
use std::io::{self, Read};

/// What is known of the last time.
#[derive(Clone, Copy)]
pub struct Before<'a> {
    /// What each lead got.
    pub scores: &'a PreviousScores,
    /// The leads as they were, for what moved their scores.
    pub leads: Option<&'a PreviousLeads>,
}

/// Leads as they were, by name: of each the cells of the fields that a scorer reads, some 150 bytes and 8 a field beside their text.
#[derive(Debug, Clone)]
pub struct PreviousLeads {
    /// A cell for each field of the scorer's recipe, then the date that a lead's own moment is counted from.
    rows: HashMap<String, ByteRecord>,
}

impl PreviousLeads {
    /// Reads the leads of a CSV file, as [`Scorer::score_csv`] does, to be used with this scorer. Of `options` the file's name, the
    /// separator, the column of the identifier and the events count. Of a lead that stands twice the first row counts.
    ///
    /// # Errors
    /// As [`Scorer::score_csv`]; [`ScoreError::NoModel`] without a model, whose contributions alone tell what moved a score;
    /// [`ScoreError::NoId`] without a column that names the leads.
    pub fn read<R: Read + Send>(
        scorer: &Scorer,
        open: impl Fn() -> io::Result<R>,
        options: &CsvOptions<'_>,
    ) -> Result<(Self, Vec<Issue>), ScoreError> {
        scorer.model()?;
        let mut rows: HashMap<String, ByteRecord> = HashMap::new();
        let mut twice: BTreeMap<String, Issue> = BTreeMap::new();
        let work = |leads: &Leads<'_>| {
            must_be_named(leads, options)?;
            let rows = 0..leads.block.rows();
            let kept = rows.filter_map(|row| {
                let twice = |id: &str| {
                    let expected = "each lead once; the first row counts";
                    leads.issue(row, "duplicate_id", format!("`{id}` a second time"), expected)
                };
                let id = leads.named(row)?;
                let issue = twice(&id);
                Some((id, leads.kept(row), issue))
            });
            Ok(kept.collect::<Vec<_>>())
        };
        let sink = |kept: Vec<(String, ByteRecord, Issue)>| {
            for (id, row, issue) in kept {
                match rows.entry(id) {
                    Entry::Vacant(vacant) => {
                        vacant.insert(row);
                    }
                    Entry::Occupied(_) => merge(&mut twice, issue),
                }
            }
            Ok(())
        };
        let summary = input::stream(scorer, &open, options, work, sink)?;
        // Who came in since then has events and no row here.
        let issues = summary.issues.into_iter().filter(|issue| issue.kind != "unknown_lead");
        let twice = twice.into_values();
        let twice = twice.map(|issue| Issue { file: options.file.to_owned(), ..issue });
        Ok((Self { rows }, issues.chain(twice).collect()))
    }

    /// The number of leads.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// What tells the changes of a file's leads.
pub(super) struct Changes<'a> {
    before: Before<'a>,
    made: Option<Made<'a>>,
}

/// A lead that is to be explained as it was and as it is.
struct Asked<'a> {
    row: usize,
    previous: &'a Previous,
    then: &'a ByteRecord,
    id: String,
}

impl<'a> Changes<'a> {
    /// `None` where nothing is known of the last time.
    pub(super) fn new(
        scorer: &'a Scorer,
        options: &CsvOptions<'a>,
    ) -> Result<Option<Self>, ScoreError> {
        let Some(before) = options.previous else { return Ok(None) };
        let made = match before.leads {
            Some(_) => options.events.map(|events| Made::new(scorer, events)).transpose()?,
            None => None,
        };
        Ok(Some(Self { before, made }))
    }

    /// As [`Changes::new`], of the columns asked for.
    pub(super) fn for_columns(
        scorer: &'a Scorer,
        options: &CsvOptions<'a>,
    ) -> Result<Option<Self>, ScoreError> {
        if !options.columns.iter().any(|column| column.needs_previous()) {
            return Ok(None);
        }
        let trend = options.columns.contains(&OutputColumn::Trend);
        let previous = options.previous;
        let previous = previous.map(|b| Before { leads: b.leads.filter(|_| trend), ..b });
        Self::new(scorer, &CsvOptions { previous, ..*options })
    }

    /// What became of some leads, `None` for those without a name; and what could not be told.
    pub(super) fn of(
        &self,
        scorer: &Scorer,
        leads: &Leads<'_>,
        options: &CsvOptions<'_>,
        scored: &[(u8, ScorerUsed)],
        now: Option<Timestamp>,
    ) -> Result<(Vec<Option<Change>>, Vec<Issue>), ScoreError> {
        must_be_named(leads, options)?;
        let mut issues = Vec::new();
        let mut changes: Vec<Option<Change>> = Vec::with_capacity(scored.len());
        let mut asked: BTreeMap<Timestamp, Vec<Asked<'_>>> = BTreeMap::new();
        for (row, &(score, used)) in scored.iter().enumerate() {
            let Some(id) = leads.named(row) else {
                let expected = "the name of a lead; what became of it is not told";
                issues.push(leads.issue(row, "missing_id", "a blank cell".to_owned(), expected));
                changes.push(None);
                continue;
            };
            let Some(previous) = self.before.scores.of(&id) else {
                changes.push(Some(Change::of_new(scorer)));
                continue;
            };
            changes.push(Some(change(scorer, score, previous, None)?.change));
            // What rules and points score in the model's place, the model's contributions do not explain.
            let explained = previous.lead_score.is_some()
                && previous.is_by_model()
                && used == ScorerUsed::Model;
            let Some(before) = self.before.leads.filter(|_| explained) else {
                continue;
            };
            match (before.rows.get(&id), previous.scored_at) {
                (Some(then), Some(at)) => {
                    asked.entry(at).or_default().push(Asked { row, previous, then, id });
                }
                (None, _) => {
                    let expected = "each lead that was scored; what moved it is not told";
                    let found = format!("`{id}` not among the leads of the last time");
                    issues.push(leads.issue(row, "no_previous_lead", found, expected));
                }
                (_, None) => {
                    let expected = "the moment of its last scoring; what moved it is not told";
                    issues.push(leads.issue(
                        row,
                        "no_previous_moment",
                        format!("`{id}` without"),
                        expected,
                    ));
                }
            }
        }
        for (at, asked) in &asked {
            let mut block = scorer.block(asked.len());
            let width = scorer.width();
            for Asked { then, id, .. } in asked {
                let values = match &self.made {
                    None => Vec::new(),
                    Some(made) => made.lead(scorer, id, text(then.get(width)), *at)?,
                };
                let cells = (0..width).map(|field| then.get(field));
                push(scorer, &mut block, self.made.as_ref(), &values, cells);
            }
            let all: Vec<usize> = (0..asked.len()).collect();
            let rows: Vec<usize> = asked.iter().map(|asked| asked.row).collect();
            let then = scorer.parts(scorer.own(), &block, &all, Some(*at))?;
            let now = scorer.parts(scorer.own(), &leads.block, &rows, now)?;
            for ((asked, then), now) in asked.iter().zip(&then).zip(&now) {
                let told = change(scorer, scored[asked.row].0, asked.previous, Some((then, now)))?;
                if let Some(score) = told.differs {
                    let was = asked.previous.lead_score.unwrap_or_default();
                    let found = format!("score {score} of `{}` as it was given", asked.id);
                    let expected = format!(
                        "the {was} that the same model gave it: the leads and events that were scored then; what moved it is not told"
                    );
                    issues.push(leads.issue(asked.row, "previous_differs", found, &expected));
                }
                changes[asked.row] = Some(told.change);
            }
        }
        Ok((changes, issues))
    }
}

/// Counts an issue with those of its kind.
pub(super) fn merge(issues: &mut BTreeMap<String, Issue>, issue: Issue) {
    match issues.get_mut(&issue.kind) {
        Some(first) => input::add(first, &issue),
        None => {
            issues.insert(issue.kind.clone(), issue);
        }
    }
}

fn must_be_named(leads: &Leads<'_>, options: &CsvOptions<'_>) -> Result<(), ScoreError> {
    if leads.header.id.is_some() {
        return Ok(());
    }
    let expected = leads.header.absent_id.clone();
    Err(ScoreError::NoId { file: options.file.to_owned(), expected })
}
