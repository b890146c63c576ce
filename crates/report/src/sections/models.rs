//! The leaderboard, and every metric of the chosen model.

use crate::folder::{AgainstChosen, LeaderboardRow, RunFolder, TEST, VALID};
use crate::verdict::judged;
use crate::words::{listed, metric_name, part};
use leadsight_eval::{Interval, metrics};
use serde::Serialize;

/// What the section shows.
#[derive(Debug, Serialize)]
pub(crate) struct Models<'a> {
    boards: Vec<Board<'a>>,
    near: Option<String>,
    /// The other models against the chosen one.
    rivals: Vec<Rival<'a>>,
    rivals_rows: usize,
    rivals_replicates: usize,
    metric_splits: Vec<&'a str>,
    metrics: Vec<MetricRow>,
}

#[derive(Debug, Serialize)]
struct Board<'a> {
    split: &'a str,
    rows: Vec<&'a LeaderboardRow>,
}

#[derive(Debug, Serialize)]
struct Rival<'a> {
    model: &'a str,
    against: &'a AgainstChosen,
}

#[derive(Debug, Serialize)]
struct MetricRow {
    name: String,
    values: Vec<Option<Interval>>,
}

/// The section of a run.
pub(crate) fn models(run: &RunFolder) -> Models<'_> {
    let metric_splits: Vec<&str> =
        [VALID, TEST].into_iter().filter(|s| run.metrics.splits.contains_key(*s)).collect();
    let rivals = rivals(run);
    let first = rivals.first().map(|r| r.against.comparison);
    Models {
        boards: boards(run),
        near: near(run),
        rivals_rows: first.map_or(0, |c| c.rows),
        rivals_replicates: first.map_or(0, |c| c.replicates),
        rivals,
        metrics: metric_rows(run, &metric_splits),
        metric_splits,
    }
}

fn boards(run: &RunFolder) -> Vec<Board<'_>> {
    [TEST, VALID]
        .into_iter()
        .map(|split| {
            let mut rows: Vec<_> = run.leaderboard.iter().filter(|r| r.split == split).collect();
            let auc = |r: &LeaderboardRow| r.roc_auc.unwrap_or(f64::NEG_INFINITY);
            rows.sort_by(|a, b| auc(b).total_cmp(&auc(a)));
            Board { split, rows }
        })
        .filter(|board| !board.rows.is_empty())
        .collect()
}

fn rivals(run: &RunFolder) -> Vec<Rival<'_>> {
    let models = run.models.iter().flat_map(|file| &file.models);
    models
        .filter_map(|m| Some(Rival { model: &m.model, against: m.against_chosen.as_ref()? }))
        .collect()
}

/// The models that the test rows hardly tell from the chosen one.
fn near(run: &RunFolder) -> Option<String> {
    let (split, _) = judged(run)?;
    let rows = || run.leaderboard.iter().filter(|r| r.split == split);
    let chosen = rows().find(|r| r.model == run.manifest.chosen_model)?;
    let (low, high) = (chosen.roc_auc_low?, chosen.roc_auc_high?);
    let names: Vec<&str> = rows()
        .filter(|r| r.model != chosen.model && r.roc_auc.is_some_and(|a| low <= a && a <= high))
        .map(|r| r.model.as_str())
        .collect();
    (!names.is_empty()).then(|| {
        format!(
            "On the {} rows the ROC AUC of {} lies within {}\u{2019}s 95\u{a0}% interval: do not read much into the order of these models.",
            part(split),
            listed(&names),
            chosen.model
        )
    })
}

fn metric_rows(run: &RunFolder, splits: &[&str]) -> Vec<MetricRow> {
    metrics::KEYS
        .iter()
        .map(|key| MetricRow {
            name: metric_name(key),
            values: splits
                .iter()
                .map(|s| run.metrics.splits.get(*s).and_then(|e| e.metrics.get(*key)).copied())
                .collect(),
        })
        .filter(|row| row.values.iter().any(Option::is_some))
        .collect()
}
