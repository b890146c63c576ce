//! A CSV file of any size: read in chunks, scored on all cores, written in order. Memory does not grow with the file,
//! but for a hash of each identifier, to tell those that repeat, 8 bytes a lead where the rank is asked for, and each value that a review
//! counts: the last two take one pass of their own over the file.

mod before;
mod header;
mod input;
mod output;

use crate::{
    Events, Explained, OutputColumn, ScoreError, ScoredLead, Scorer, ScorerUsed,
    rows::cell_of,
    scorer::Call,
    table::{BLOCK, Ranks},
};
pub use before::{Before, PreviousLeads};
pub(crate) use header::{find, names, peek};
pub use output::{OutputForm, to_csv};

use before::{Changes, merge};
use input::Leads;
use leadsight_decide::{Repeats, Shared};
use leadsight_schema::{Cells, Issue, Timestamp};
use std::{
    collections::BTreeMap,
    io::{self, Read, Write},
    ops::ControlFlow,
};

/// How a file is read and what is written of each lead.
#[derive(Clone, Copy)]
pub struct CsvOptions<'a> {
    /// The columns to write, in this order.
    pub columns: &'a [OutputColumn],
    /// What the leads are written as.
    pub form: OutputForm,
    /// The separator; `None` looks which of `,`, `;`, tab and `|` makes the bundle's fields appear in the header.
    pub separator: Option<u8>,
    /// The column that names the lead, where it is not the bundle's.
    pub id: Option<&'a str>,
    /// A further column, whose text goes with each lead to [`Scorer::score_leads`].
    pub beside: Option<&'a str>,
    /// What the leads did, for a bundle that asks it.
    pub events: Option<Events<'a>>,
    /// What is known of the last time, for the columns that tell what became of each lead.
    pub previous: Option<Before<'a>>,
    /// The file's name, for messages.
    pub file: &'a str,
    /// The leads read at a time. The output does not depend on it.
    pub chunk_rows: usize,
    /// Called with the number of leads read after each chunk; may stop.
    pub watch: &'a (dyn Fn(u64) -> ControlFlow<()> + Sync),
}

/// What was read and what was wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub struct CsvSummary {
    /// Leads read.
    pub rows: u64,
    /// Leads scored; the others were set aside, see the issues.
    pub scored: u64,
    /// Columns that were missing, rows set aside, cells that could not be read.
    pub issues: Vec<Issue>,
}

impl<'a> CsvOptions<'a> {
    /// Options for `columns`, all else by default.
    pub fn new(columns: &'a [OutputColumn]) -> Self {
        let watch = &|_| ControlFlow::Continue(());
        let form = OutputForm::Csv;
        Self {
            columns,
            form,
            separator: None,
            id: None,
            beside: None,
            events: None,
            previous: None,
            file: "leads",
            chunk_rows: 8192,
            watch,
        }
    }
}

impl Scorer {
    /// Scores the leads of a CSV file, and writes them as CSV or JSON. Columns are found by name: there may be more, fewer, or in another order; what is
    /// missing or unreadable is counted in the summary's issues. `open` gives the file from its start, and is called twice
    /// where the rank is asked for.
    ///
    /// # Errors
    /// An empty file, a header that is no text or has none of the bundle's fields, a field that stands twice, a read or
    /// write that fails, [`ScoreError::Stopped`]. The output is then incomplete: write to a temporary file.
    pub fn score_csv<R: Read + Send>(
        &self,
        open: impl Fn() -> io::Result<R>,
        mut out: impl Write,
        options: &CsvOptions<'_>,
        now: Timestamp,
    ) -> Result<CsvSummary, ScoreError> {
        let failed = |source| ScoreError::Io {
            action: "write the scores of",
            file: options.file.to_owned(),
            source,
        };
        let form = options.form;
        let mut some = false;
        let work = |scored: Vec<ScoredLead>, _: &Leads<'_>| form.leads(&scored, options.columns);
        let sink = |leads: Vec<u8>| {
            let between = if some { form.between().to_vec() } else { form.begin(options.columns) };
            some = true;
            out.write_all(&between).and_then(|()| out.write_all(&leads)).map_err(failed)
        };
        let summary = self.each_block(&open, options, now, work, sink)?;
        if !some {
            out.write_all(&form.begin(options.columns)).map_err(failed)?;
        }
        out.write_all(form.end(some)).map_err(failed)?;
        out.flush().map_err(failed)?;
        Ok(summary)
    }

    /// Scores the leads of a CSV file as [`Scorer::score_csv`] does, and gives each to `each`, with its text in the column
    /// [`CsvOptions::beside`] where that holds any.
    ///
    /// # Errors
    /// As [`Scorer::score_csv`]; a column `beside` that is not there.
    pub fn score_leads<R: Read + Send>(
        &self,
        open: impl Fn() -> io::Result<R>,
        options: &CsvOptions<'_>,
        now: Timestamp,
        mut each: impl FnMut(ScoredLead, Option<String>),
    ) -> Result<CsvSummary, ScoreError> {
        let work = |scored: Vec<ScoredLead>, leads: &Leads<'_>| {
            let beside = (0..scored.len()).map(|row| leads.beside(row)).collect::<Vec<_>>();
            Ok(scored.into_iter().zip(beside).collect::<Vec<_>>())
        };
        let sink = |block: Vec<(ScoredLead, Option<String>)>| {
            block.into_iter().for_each(|(lead, beside)| each(lead, beside));
            Ok(())
        };
        self.each_block(&open, options, now, work, sink)
    }

    /// Scores the leads of a file by blocks: `finish` on all cores, `sink` in the order of the file.
    fn each_block<R: Read + Send, T: Send>(
        &self,
        open: &impl Fn() -> io::Result<R>,
        options: &CsvOptions<'_>,
        now: Timestamp,
        finish: impl Fn(Vec<ScoredLead>, &Leads<'_>) -> Result<T, ScoreError> + Sync,
        mut sink: impl FnMut(T) -> Result<(), ScoreError>,
    ) -> Result<CsvSummary, ScoreError> {
        let ranked = options.columns.contains(&OutputColumn::Rank);
        let counted =
            options.columns.contains(&OutputColumn::ReviewFlag) && self.conduct().review().counts();
        let (mut margins, mut repeats) = (Vec::new(), Repeats::default());
        // What is known only once all leads are read takes a pass of its own.
        if ranked || counted {
            let work = |leads: &Leads<'_>| {
                let margins = if ranked { leads.margins(self, now)? } else { Vec::new() };
                Ok((margins, counted.then(|| leads.repeats(self))))
            };
            let sink = |(mut block, found): (Vec<f64>, Option<Repeats>)| {
                margins.append(&mut block);
                found.into_iter().for_each(|found| repeats.add(found));
                Ok(())
            };
            input::stream(self, open, options, work, sink)?;
        }
        let ranks = ranked.then(|| Ranks::new(margins));
        let shared = Shared::of(repeats, self.conduct().review());
        let call = Call { detail: self.detail(options.columns), shared: Some(&shared), now };
        let changes = Changes::for_columns(self, options)?;
        let work = |leads: &Leads<'_>| {
            let mut scored = leads.score(self, options, call, ranks.as_ref())?;
            let mut issues = Vec::new();
            if let Some(changes) = &changes {
                let scores: Vec<_> = scored.iter().map(|l| (l.lead_score, l.scorer_used)).collect();
                let (found, told) = changes.of(self, leads, options, &scores, Some(now))?;
                scored.iter_mut().zip(found).for_each(|(lead, c)| lead.change = c.map(Box::new));
                issues = told;
            }
            Ok((finish(scored, leads)?, issues))
        };
        let mut told = BTreeMap::new();
        let sink = |(block, issues): (T, Vec<Issue>)| {
            issues.into_iter().for_each(|issue| merge(&mut told, issue));
            sink(block)
        };
        let mut summary = input::stream(self, open, options, work, sink)?;
        summary.issues.extend(of_file(told, options.file));
        Ok(summary)
    }

    /// Explains the leads of a CSV file, one after another.
    ///
    /// # Errors
    /// As [`Scorer::score_csv`], and what `each` returns.
    pub fn explain_csv<R: Read + Send>(
        &self,
        open: impl Fn() -> io::Result<R>,
        options: &CsvOptions<'_>,
        mut each: impl FnMut(Explained) -> Result<(), ScoreError>,
    ) -> Result<CsvSummary, ScoreError> {
        let changes = Changes::new(self, options)?;
        let work = |leads: &Leads<'_>| {
            let mut explained = leads.explain(self)?;
            let mut issues = Vec::new();
            if let Some(changes) = &changes {
                let by_model = |lead: &Explained| (lead.lead_score, ScorerUsed::Model);
                let scores: Vec<_> = explained.iter().map(by_model).collect();
                let (found, told) = changes.of(self, leads, options, &scores, None)?;
                explained.iter_mut().zip(found).for_each(|(lead, change)| lead.change = change);
                issues = told;
            }
            Ok((explained, issues))
        };
        let mut told = BTreeMap::new();
        let sink = |(block, issues): (Vec<Explained>, Vec<Issue>)| {
            issues.into_iter().for_each(|issue| merge(&mut told, issue));
            block.into_iter().try_for_each(&mut each)
        };
        let mut summary = input::stream(self, &open, options, work, sink)?;
        summary.issues.extend(of_file(told, options.file));
        Ok(summary)
    }
}

fn of_file(issues: BTreeMap<String, Issue>, file: &str) -> impl Iterator<Item = Issue> {
    issues.into_values().map(move |issue| Issue { file: file.to_owned(), ..issue })
}

fn all_rows(leads: &Leads<'_>) -> Vec<usize> {
    debug_assert!(leads.block.rows() <= BLOCK);
    (0..leads.block.rows()).collect()
}

impl Leads<'_> {
    fn repeats(&self, scorer: &Scorer) -> Repeats {
        let mut repeats = Repeats::default();
        for row in all_rows(self) {
            let cell = cell_of(scorer.own(), &self.block, row);
            scorer.conduct().review().count(&mut repeats, cell);
        }
        repeats
    }

    fn margins(&self, scorer: &Scorer, now: Timestamp) -> Result<Vec<f64>, ScoreError> {
        scorer.margins(scorer.own(), &self.block, &all_rows(self), Some(now))
    }

    fn explain(&self, scorer: &Scorer) -> Result<Vec<Explained>, ScoreError> {
        let ids = (0..self.block.rows()).map(|row| self.id(row));
        scorer.explain(scorer.own(), &self.block, &all_rows(self), ids)
    }

    fn score(
        &self,
        scorer: &Scorer,
        options: &CsvOptions<'_>,
        call: Call<'_>,
        ranks: Option<&Ranks>,
    ) -> Result<Vec<ScoredLead>, ScoreError> {
        let (rows, id) = (all_rows(self), |row| self.id(row));
        let mut leads = scorer.score(scorer.own(), &self.block, &rows, id, call)?;
        for lead in &mut leads {
            lead.rank = ranks.map(|ranks| ranks.of(lead.margin));
        }
        if options.columns.contains(&OutputColumn::Warnings) {
            for lead in &mut leads {
                lead.warnings.extend(self.header.absent.iter().map(|name| scorer.absent(name)));
            }
            for (row, field, problem) in &self.block.problems {
                leads[*row].warnings.push(scorer.warning(*field, problem));
            }
        }
        Ok(leads)
    }
}
