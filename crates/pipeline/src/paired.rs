//! Two runs on the same leads: is the difference more than noise?

use crate::PipelineError;
use leadsight_eval::{Comparison, EvaluateOptions, compare};
use leadsight_report::files;
use leadsight_report::folder::{METRICS, MetricsFile, PREDICTIONS, PredictionRow};
use std::collections::BTreeMap;
use std::path::Path;

/// Paired tests of the chosen models of two run folders, on the rows that one split of both holds. Differences are
/// `run` minus `baseline`.
///
/// # Errors
/// A file that is missing or no run's; [`PipelineError::OtherLeads`] where the leads or their outcomes differ; from the tests.
pub fn compare_runs(
    run: &Path,
    baseline: &Path,
    split: &str,
    options: &EvaluateOptions,
) -> Result<Comparison, PipelineError> {
    let (labels, a, b) =
        same_leads(&chosen(run, split)?, &chosen(baseline, split)?).map_err(|lead_id| {
            PipelineError::OtherLeads {
                run: run.to_owned(),
                baseline: baseline.to_owned(),
                split: split.to_owned(),
                lead_id,
            }
        })?;
    Ok(compare(&labels, &a, &b, options)?)
}

/// Outcome and probability by lead, under a run's chosen model.
pub(crate) type Leads = BTreeMap<String, (bool, f64)>;

/// Outcomes, and two models' probabilities for them.
pub(crate) type Pairs = (Vec<bool>, Vec<f64>, Vec<f64>);

/// The leads of two runs side by side; the first lead that only one has, or whose outcome differs.
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

/// The leads of a split of a run folder.
fn chosen(run: &Path, split: &str) -> Result<Leads, PipelineError> {
    let path = run.join(METRICS);
    let metrics: MetricsFile = files::from_json(METRICS, &read(&path)?)
        .map_err(|source| PipelineError::RunFile { path, source })?;
    predictions(run, &metrics.model, split)
}

/// The leads of a split of a run folder under one model.
pub(crate) fn predictions(run: &Path, model: &str, split: &str) -> Result<Leads, PipelineError> {
    let path = run.join(PREDICTIONS);
    let rows: Vec<PredictionRow> = files::from_csv(PREDICTIONS, &read(&path)?)
        .map_err(|source| PipelineError::RunFile { path, source })?;
    let mut copies: BTreeMap<String, u32> = BTreeMap::new();
    let mut leads = Leads::new();
    for row in rows.into_iter().filter(|row| row.model == model && row.split == split) {
        // An id may stand twice in the data: its copies are told apart by their order, which is the file's.
        let copy = copies.entry(row.lead_id.clone()).or_default();
        *copy += 1;
        leads.insert(format!("{}#{copy}", row.lead_id), (row.label == 1, row.probability));
    }
    Ok(leads)
}

fn read(path: &Path) -> Result<Vec<u8>, PipelineError> {
    std::fs::read(path).map_err(|source| PipelineError::Unreadable {
        path: path.to_owned(),
        what: "a file of a run folder",
        source,
    })
}
