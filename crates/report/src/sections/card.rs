//! The model card (Mitchell and others 2019): what the model is for, what it was made of, how good it is, where it ends.

use crate::folder::{Period, RunFolder, SegmentAudit, TEST};
use crate::verdict::{Verdict, judged};
use crate::words::{count, decimals, listed, percent};
use leadsight_eval::Segment;
use serde::Serialize;

/// Metrics shown, with the decimals of each.
const METRICS: [(&str, &str, usize); 5] = [
    ("roc_auc", "ROC AUC", 3),
    ("pr_auc", "PR AUC", 3),
    ("log_loss", "log-loss", 4),
    ("brier", "Brier", 4),
    ("ece", "calibration error", 4),
];
/// A group that is called less than this share as often as the most called one deserves a look.
pub(crate) const LOW_RATIO: f64 = 0.8;

/// What the section shows.
#[derive(Debug, Serialize)]
pub(crate) struct Card {
    files: String,
    span: Option<String>,
    metrics: Vec<String>,
    split: &'static str,
    fairness: Vec<String>,
    limits: Vec<String>,
}

/// The section of a run.
pub(crate) fn card(run: &RunFolder, verdict: &Verdict) -> Card {
    let files: Vec<&str> = run.manifest.data.iter().map(|d| d.file.as_str()).collect();
    Card {
        files: listed(&files),
        span: span(run),
        metrics: metrics(run),
        split: if judged(run).is_some_and(|(split, _)| split == TEST) { "test" } else { "valid" },
        fairness: fairness(run),
        limits: verdict.cautions.clone(),
    }
}

/// From the first to the last period, where the timeline goes by date.
fn span(run: &RunFolder) -> Option<String> {
    let timeline = run.timeline.as_ref()?;
    if !timeline.dated() {
        return None;
    }
    let [Period { start: first, .. }, .., Period { start: last, .. }] = &timeline.periods[..]
    else {
        return None;
    };
    Some(format!("created from {first} to {last}"))
}

fn metrics(run: &RunFolder) -> Vec<String> {
    let Some((_, found)) = judged(run) else { return Vec::new() };
    METRICS
        .iter()
        .filter_map(|(key, name, places)| {
            let i = found.metrics.get(*key)?;
            let n = |x| decimals(x, *places);
            Some(format!("{name} {} ({} to {})", n(i.value), n(i.low), n(i.high)))
        })
        .collect()
}

fn fairness(run: &RunFolder) -> Vec<String> {
    let mut told = Vec::new();
    let names: Vec<&str> = run.manifest.sensitive.iter().map(String::as_str).collect();
    told.push(match names[..] {
        [] => "No column in the model has a name that many countries\u{2019} laws protect (sex, age, origin and the like). Others may stand for one: a postcode, a first name.".to_owned(),
        _ => format!(
            "In the model, and by name protected in many countries: {}. Ask whether they may decide whom you call.",
            listed(&names)
        ),
    });
    if run.segments.is_empty() {
        told.push("No group was audited: `report: (segments: [\"column\"])` shows how the model treats the groups of a column.".to_owned());
    }
    told.extend(run.segments.iter().map(audit));
    told
}

/// A column's groups that stand out.
fn audit(column: &SegmentAudit) -> String {
    let names = |found: fn(&&Segment) -> bool| {
        let groups: Vec<&str> =
            column.groups.iter().filter(found).map(|g| g.group.as_str()).collect();
        (!groups.is_empty()).then(|| listed(&groups))
    };
    let low = names(|g| g.selection_ratio.is_some_and(|r| r.value < LOW_RATIO)).map(|groups| {
        format!(
            "called less than {} as often as the most called group: {groups}",
            percent(LOW_RATIO)
        )
    });
    let off = names(|g| !g.calibrated)
        .map(|groups| format!("forecast outside the interval of what happened: {groups}"));
    let found: Vec<String> = [low, off].into_iter().flatten().collect();
    let told = if found.is_empty() { "no group stands out".to_owned() } else { found.join("; ") };
    format!("`{}`, {} groups: {told}.", column.column, count(column.groups.len() as u64))
}
