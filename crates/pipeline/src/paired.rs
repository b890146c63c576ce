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
    let (ours, theirs) = (chosen(run, split)?, chosen(baseline, split)?);
    let unlike = |lead_id: &str| PipelineError::OtherLeads {
        run: run.to_owned(),
        baseline: baseline.to_owned(),
        split: split.to_owned(),
        lead_id: lead_id.to_owned(),
    };
    let mut labels = Vec::with_capacity(ours.len());
    let (mut a, mut b) = (Vec::with_capacity(ours.len()), Vec::with_capacity(ours.len()));
    for (lead_id, (label, probability)) in &ours {
        match theirs.get(lead_id) {
            Some((other, baseline)) if other == label => {
                labels.push(*label);
                a.push(*probability);
                b.push(*baseline);
            }
            _ => return Err(unlike(lead_id)),
        }
    }
    if let Some(lead_id) = theirs.keys().find(|lead_id| !ours.contains_key(*lead_id)) {
        return Err(unlike(lead_id));
    }
    Ok(compare(&labels, &a, &b, options)?)
}

/// Outcome and probability of each lead of a split, under the run's chosen model.
fn chosen(run: &Path, split: &str) -> Result<BTreeMap<String, (bool, f64)>, PipelineError> {
    let read = |file: &'static str| {
        let path = run.join(file);
        std::fs::read(&path).map_err(|source| PipelineError::Unreadable {
            path,
            what: "a file of a run folder",
            source,
        })
    };
    let metrics: MetricsFile = files::from_json(METRICS, &read(METRICS)?)?;
    let rows: Vec<PredictionRow> = files::from_csv(PREDICTIONS, &read(PREDICTIONS)?)?;
    let mut copies: BTreeMap<String, u32> = BTreeMap::new();
    let mut leads = BTreeMap::new();
    for row in rows.into_iter().filter(|row| row.model == metrics.model && row.split == split) {
        // An id may stand twice in the data: its copies are told apart by their order, which is the file's.
        let copy = copies.entry(row.lead_id.clone()).or_default();
        *copy += 1;
        leads.insert(format!("{}#{copy}", row.lead_id), (row.label == 1, row.probability));
    }
    Ok(leads)
}
