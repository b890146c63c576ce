//! Two sets of scores for the same leads, of runs or of files: is the difference more than noise?

use crate::PipelineError;
use leadsight_eval::{Comparison, EvaluateOptions, compare};
use leadsight_report::folder::{METRICS, MetricsFile, PREDICTIONS, PredictionRow};
use leadsight_report::{ReportError, files};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Outcome and probability by lead.
pub(crate) type Leads = BTreeMap<String, (bool, f64)>;

/// Outcomes, and two models' probabilities for them.
pub(crate) type Pairs = (Vec<bool>, Vec<f64>, Vec<f64>);

/// Outcomes and probabilities of leads by their id.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgements {
    /// The run folder or the file that they come from.
    source: PathBuf,
    leads: Leads,
}

impl Judgements {
    /// Takes id, outcome and probability of each lead. An id may stand twice: its copies are told apart by their order.
    pub fn new(source: &Path, rows: impl IntoIterator<Item = (String, bool, f64)>) -> Self {
        Self { source: source.to_owned(), leads: by_lead(rows) }
    }

    /// The rows of a split under a run's chosen model.
    ///
    /// # Errors
    /// A file that is missing or damaged, by its path; [`PipelineError::NoRows`] where it holds none of these rows.
    pub fn of_run(run: &Path, split: &str) -> Result<Self, PipelineError> {
        let metrics: MetricsFile = read(run, METRICS, files::from_json)?;
        Ok(Self { source: run.to_owned(), leads: predictions(run, &metrics.model, split)? })
    }
}

/// Paired tests of two sets of scores. Differences are `ours` minus `baseline`.
///
/// # Errors
/// [`PipelineError::OtherLeads`] where the leads or their outcomes differ; from the tests.
pub fn compare_judgements(
    ours: &Judgements,
    baseline: &Judgements,
    options: &EvaluateOptions,
) -> Result<Comparison, PipelineError> {
    let (labels, a, b) =
        same_leads(&ours.leads, &baseline.leads).map_err(|lead_id| PipelineError::OtherLeads {
            run: ours.source.clone(),
            baseline: baseline.source.clone(),
            lead_id,
        })?;
    Ok(compare(&labels, &a, &b, options)?)
}

/// The leads of two sides; the first lead that only one has, or whose outcome differs.
pub(crate) fn same_leads(ours: &Leads, theirs: &Leads) -> Result<Pairs, String> {
    let mut pairs = Pairs::default();
    for (lead_id, (label, probability)) in ours {
        match theirs.get(lead_id) {
            Some((other, baseline)) if other == label => {
                pairs.0.push(*label);
                pairs.1.push(*probability);
                pairs.2.push(*baseline);
            }
            _ => return Err(lead_id.clone()),
        }
    }
    match theirs.keys().find(|lead_id| !ours.contains_key(*lead_id)) {
        Some(lead_id) => Err(lead_id.clone()),
        None => Ok(pairs),
    }
}

/// The leads of a split of a run folder under one model.
pub(crate) fn predictions(run: &Path, model: &str, split: &str) -> Result<Leads, PipelineError> {
    let rows: Vec<PredictionRow> = read(run, PREDICTIONS, files::from_csv)?;
    let path = run.join(PREDICTIONS);
    let sound = |r: &PredictionRow| r.label <= 1 && (0.0..=1.0).contains(&r.probability);
    if let Some(at) = rows.iter().position(|row| !sound(row)) {
        let row = &rows[at];
        let found = format!("label {} and probability {}", row.label, row.probability);
        // The header is line 1.
        return Err(PipelineError::Prediction { path, line: at + 2, found });
    }
    let kept = rows.into_iter().filter(|row| row.model == model && row.split == split);
    let leads = by_lead(kept.map(|r| (r.lead_id, r.label == 1, r.probability)));
    if leads.is_empty() {
        let (model, split) = (model.to_owned(), split.to_owned());
        return Err(PipelineError::NoRows { path, model, split });
    }
    Ok(leads)
}

fn by_lead(rows: impl IntoIterator<Item = (String, bool, f64)>) -> Leads {
    let mut copies: BTreeMap<String, u32> = BTreeMap::new();
    let mut leads = Leads::new();
    for (id, label, probability) in rows {
        let copy = copies.entry(id.clone()).or_default();
        *copy += 1;
        let key = if *copy == 1 { id } else { format!("{id} (copy {copy})") };
        leads.insert(key, (label, probability));
    }
    leads
}

/// A file of a run folder.
pub(crate) fn read<T>(
    run: &Path,
    file: &'static str,
    parse: impl Fn(&'static str, &[u8]) -> Result<T, ReportError>,
) -> Result<T, PipelineError> {
    let path = run.join(file);
    let bytes = std::fs::read(&path).map_err(|source| PipelineError::Unreadable {
        path: path.clone(),
        what: "a file of a run folder",
        source,
    })?;
    parse(file, &bytes).map_err(|source| PipelineError::RunFile { path, source })
}
