//! The same models under two splits, metric by metric, each with a small picture of the two intervals.

use crate::beside::{name, words};
use crate::folder::{BesideFile, BesideMetric};
use crate::words::metric_name;
use serde::Serialize;

/// What the section shows.
#[derive(Debug, Serialize)]
pub(crate) struct Beside<'a> {
    words: Vec<String>,
    main: &'static str,
    beside: &'static str,
    main_rule: &'a str,
    beside_rule: &'a str,
    main_chosen: &'a str,
    /// ROC AUC first.
    boards: Vec<Board<'a>>,
}

/// A metric of every model.
#[derive(Debug, Serialize)]
struct Board<'a> {
    metric: String,
    rows: Vec<Row<'a>>,
}

#[derive(Debug, Serialize)]
struct Row<'a> {
    model: &'a str,
    #[serde(flatten)]
    metric: &'a BesideMetric,
    /// Low end, value and high end of the two intervals in hundredths of what the board spans.
    main_at: [f64; 3],
    beside_at: [f64; 3],
}

/// The boards' metrics, in order.
const METRICS: [&str; 5] = ["roc_auc", "capture_at_35", "pr_auc", "log_loss", "brier"];

/// The section, where there is a second split.
pub(crate) fn beside(file: &BesideFile) -> Beside<'_> {
    Beside {
        words: words(file),
        main: name(file, &file.main),
        beside: name(file, &file.beside),
        main_rule: &file.main.split_rule,
        beside_rule: &file.beside.split_rule,
        main_chosen: &file.main.chosen_model,
        boards: METRICS.iter().filter_map(|key| board(file, key)).collect(),
    }
}

fn board<'a>(file: &'a BesideFile, key: &str) -> Option<Board<'a>> {
    let found: Vec<(&str, &BesideMetric)> =
        file.models.iter().filter_map(|m| Some((m.model.as_str(), m.metrics.get(key)?))).collect();
    let ends = || found.iter().flat_map(|(_, m)| [m.main, m.beside]);
    let low = ends().map(|i| i.low).fold(f64::INFINITY, f64::min);
    let high = ends().map(|i| i.high).fold(f64::NEG_INFINITY, f64::max);
    let span = (high - low).max(f64::MIN_POSITIVE);
    let at = |x: f64| super::rounded(100.0 * (x - low) / span);
    let rows: Vec<Row<'_>> = found
        .iter()
        .map(|&(model, metric)| Row {
            model,
            metric,
            main_at: [metric.main.low, metric.main.value, metric.main.high].map(at),
            beside_at: [metric.beside.low, metric.beside.value, metric.beside.high].map(at),
        })
        .collect();
    (!rows.is_empty()).then(|| Board { metric: metric_name(key), rows })
}
