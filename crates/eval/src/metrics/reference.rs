//! What each metric means: the table behind [`KEYS`](super::KEYS) and the reference.

use crate::interval::Method;
use serde::Serialize;

/// A metric of an [`Evaluation`](crate::Evaluation).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Metric {
    /// Its key.
    pub metric: &'static str,
    /// How it is computed, and how to read it.
    pub definition: &'static str,
    /// Its least and greatest value.
    pub range: &'static str,
    /// Which end is the good one.
    pub better: Better,
    /// How its interval is found; where there are two, the first is the usual one.
    pub interval: &'static [Method],
}

/// Which end of a metric's range is the good one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// The higher the better.
    Higher,
    /// The lower the better.
    Lower,
    /// It tells of the leads, not of the model.
    Neither,
}

use Better::{Higher, Lower, Neither};

/// Up to 50,000 leads, and above.
const PERCENTILE: &[Method] = &[Method::BootstrapPercentile, Method::BootstrapPercentileBinned];
/// Up to 50,000 leads, and above.
const BASIC: &[Method] = &[Method::BootstrapBasic, Method::BootstrapBasicBinned];
const EXACT: &[Method] = &[Method::ClopperPearson];
/// Pairs where the DeLong variance is 0 or not defined.
const DELONG: &[Method] = &[Method::DeLong, Method::ClopperPearsonPairs, Method::Definition];

const fn metric(
    metric: &'static str,
    range: &'static str,
    better: Better,
    interval: &'static [Method],
    definition: &'static str,
) -> Metric {
    Metric { metric, definition, range, better, interval }
}

/// Every metric, in reading order.
pub const METRICS: [Metric; 20] = [
    metric(
        "roc_auc",
        "0 to 1; 0.5 is chance",
        Higher,
        DELONG,
        "The chance that a lead that converted is scored above one that did not; equal scores count half.",
    ),
    metric(
        "pr_auc",
        "0 to 1; the base rate is chance",
        Higher,
        PERCENTILE,
        "Average precision: the precision at each conversion down the ranking, averaged, step-wise without interpolation.",
    ),
    metric(
        "log_loss",
        "0 to 34.5",
        Lower,
        PERCENTILE,
        "The mean of -ln of the probability given to what happened, clipped at 1e-15: punishes confident mistakes most.",
    ),
    metric(
        "brier",
        "0 to 1",
        Lower,
        PERCENTILE,
        "The mean squared difference between probability and outcome (0 or 1).",
    ),
    metric(
        "brier_reliability",
        "0 to 1",
        Lower,
        BASIC,
        "The part of the Brier score that wrong probabilities cost: the mean squared gap between forecast and conversion rate over ten bins of equal size.",
    ),
    metric(
        "brier_resolution",
        "0 to 0.25",
        Higher,
        BASIC,
        "The part of the Brier score that telling leads apart gains: how far the bins' conversion rates lie from the base rate, squared.",
    ),
    metric(
        "brier_uncertainty",
        "0 to 0.25",
        Neither,
        PERCENTILE,
        "The base rate times one minus it: the Brier score of giving every lead the base rate.",
    ),
    metric(
        "ece",
        "0 to 1",
        Lower,
        BASIC,
        "Expected calibration error: the mean gap between forecast and conversion rate over ten bins of equal size; chance alone makes it positive.",
    ),
    metric(
        "ks",
        "0 to 1",
        Higher,
        BASIC,
        "Kolmogorov-Smirnov: the greatest difference between true and false positive rate over all thresholds.",
    ),
    metric(
        "mcc",
        "-1 to 1; 0 is chance",
        Higher,
        PERCENTILE,
        "Matthews correlation between flagged and converted, at the threshold.",
    ),
    metric(
        "f1",
        "0 to 1",
        Higher,
        PERCENTILE,
        "The harmonic mean of precision and recall, at the threshold.",
    ),
    metric(
        "accuracy",
        "0 to 1",
        Higher,
        EXACT,
        "The share of leads called rightly at the threshold; with rare conversions, calling nobody already looks good.",
    ),
    metric(
        "precision",
        "0 to 1",
        Higher,
        EXACT,
        "Of the leads flagged (probability at or above the threshold), the share that converted.",
    ),
    metric("recall", "0 to 1", Higher, EXACT, "Of the conversions, the share that was flagged."),
    metric(
        "specificity",
        "0 to 1",
        Higher,
        EXACT,
        "Of the leads that did not convert, the share that was not flagged.",
    ),
    metric(
        "npv",
        "0 to 1",
        Higher,
        EXACT,
        "Of the leads not flagged, the share that did not convert.",
    ),
    metric(
        "lift_at_10",
        "0 to 10; 1 is chance",
        Higher,
        EXACT,
        "How many times the base rate the best-scored tenth converts.",
    ),
    metric(
        "capture_at_10",
        "0 to 1; 0.1 is chance",
        Higher,
        EXACT,
        "The share of all conversions that the best-scored tenth holds; equal scores are taken in file order.",
    ),
    metric(
        "capture_at_35",
        "0 to 1; 0.35 is chance",
        Higher,
        EXACT,
        "The share of all conversions that the best-scored 35 % hold; equal scores are taken in file order.",
    ),
    metric(
        "precision_at_10",
        "0 to 1; the base rate is chance",
        Higher,
        EXACT,
        "The conversion rate of the best-scored tenth.",
    ),
];

/// The keys of [`METRICS`].
pub(super) const KEYS: [&str; METRICS.len()] = {
    let mut keys = [""; METRICS.len()];
    let mut i = 0;
    while i < keys.len() {
        keys[i] = METRICS[i].metric;
        i += 1;
    }
    keys
};

#[cfg(test)]
mod tests {
    use super::METRICS;
    use crate::{EvaluateOptions, evaluate};

    #[test]
    fn intervals_are_found_as_the_table_says() {
        for rows in [300, 60_000] {
            let labels: Vec<bool> = (0..rows).map(|i| i % 7 == 0).collect();
            let p: Vec<f64> = (0..rows).map(|i| ((i * 31 + i % 7) % 97) as f64 / 97.0).collect();
            let options = EvaluateOptions { bootstrap: 20, ..EvaluateOptions::default() };
            let found = evaluate(&labels, &p, 0.5, &options).unwrap();
            assert_eq!(found.metrics.len(), METRICS.len());
            for metric in METRICS {
                let method = found.metrics[metric.metric].method;
                assert!(metric.interval.contains(&method), "{}: {method:?}", metric.metric);
            }
        }
    }
}
