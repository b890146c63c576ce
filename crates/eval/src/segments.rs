//! One model, judged for each group of leads: does it rank, select and forecast alike for all of them?
//!
//! - selection rate: share of the group at or above the threshold; its ratio is to the highest selection rate among groups of
//!   [`LEAST_ROWS`] leads or more, with the interval of two independent groups. Below 0.8 it is the "four fifths" warning of the US
//!   Uniform Guidelines on Employee Selection Procedures (1978).
//! - fact against forecast: conversions over the sum of probabilities, with the exact binomial interval of the rate of conversion.
//!   Where it leaves 1 out, the group's probabilities are off by more than noise; among twenty groups one does so by chance.
//! - every metric of an evaluation, of the group's own leads.

use crate::error::check_probabilities;
use crate::{
    EvalError, EvaluateOptions, Frozen, Interval, clopper_pearson, evaluate_frozen, unpaired_ratio,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Groups smaller than this set no standard for the others and get no metrics.
pub const LEAST_ROWS: usize = 50;

/// One group of leads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Segment {
    /// The group's name.
    pub group: String,
    /// Leads in it.
    pub rows: usize,
    /// Conversions among them.
    pub positives: usize,
    /// Whether there are fewer than [`LEAST_ROWS`]: too few for metrics.
    pub small: bool,
    /// Share that converted.
    pub rate: Interval,
    /// Mean forecast.
    pub mean_probability: f64,
    /// Conversions over those forecast, the forecast taken as fixed; `None` where none are forecast.
    pub observed_to_expected: Option<Interval>,
    /// Whether the mean forecast lies within the interval of the rate.
    pub calibrated: bool,
    /// Metrics within the group by key; empty for a small group or one outcome.
    pub metrics: BTreeMap<String, Interval>,
    /// Share at or above the threshold.
    pub selection_rate: Interval,
    /// The selection rate over the highest one, which has the ratio 1 to itself; `None` where no group of [`LEAST_ROWS`] leads
    /// selects anybody.
    pub selection_ratio: Option<Interval>,
}

/// Judges each group, the largest first (equals by name). `groups` names the group of each lead.
///
/// # Errors
/// Lengths that differ, no lead, a probability outside 0..=1, options out of range.
pub fn segments(
    labels: &[bool],
    probabilities: &[f64],
    groups: &[&str],
    threshold: f64,
    options: &EvaluateOptions,
) -> Result<Vec<Segment>, EvalError> {
    check_probabilities(labels, probabilities)?;
    if groups.len() != labels.len() {
        return Err(EvalError::Lengths {
            what: "groups",
            expected: labels.len(),
            found: groups.len(),
        });
    }
    let mut members: BTreeMap<&str, (Vec<bool>, Vec<f64>)> = BTreeMap::new();
    for ((group, label), p) in groups.iter().zip(labels).zip(probabilities) {
        let (outcomes, forecasts) = members.entry(group).or_default();
        outcomes.push(*label);
        forecasts.push(*p);
    }
    let mut found = Vec::with_capacity(members.len());
    for (group, (outcomes, forecasts)) in members {
        let rows = outcomes.len();
        let positives = outcomes.iter().filter(|y| **y).count();
        let rate = clopper_pearson(positives as u64, rows as u64, options.level)?;
        let mean_probability = forecasts.iter().sum::<f64>() / rows as f64;
        let small = rows < LEAST_ROWS;
        let metrics = if small || positives == 0 || positives == rows {
            BTreeMap::new()
        } else {
            let frozen = Frozen::default();
            evaluate_frozen(&outcomes, &forecasts, threshold, &frozen, options)?.metrics
        };
        let selected = forecasts.iter().filter(|p| **p >= threshold).count();
        found.push(Segment {
            group: group.to_owned(),
            rows,
            positives,
            small,
            calibrated: (rate.low..=rate.high).contains(&mean_probability),
            rate,
            mean_probability,
            observed_to_expected: (mean_probability > 0.0)
                .then(|| rate.scaled(1.0 / mean_probability)),
            metrics,
            selection_rate: clopper_pearson(selected as u64, rows as u64, options.level)?,
            selection_ratio: None,
        });
    }
    found.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.group.cmp(&b.group)));
    ratios(&mut found)?;
    Ok(found)
}

/// Sets each group's selection rate against the highest.
fn ratios(found: &mut [Segment]) -> Result<(), EvalError> {
    let most = (0..found.len())
        .filter(|&i| !found[i].small && found[i].selection_rate.value > 0.0)
        .rev()
        .max_by(|&a, &b| found[a].selection_rate.value.total_cmp(&found[b].selection_rate.value));
    let Some(most) = most else { return Ok(()) };
    let highest = found[most].selection_rate;
    for (i, segment) in found.iter_mut().enumerate() {
        let ratio = unpaired_ratio(&segment.selection_rate, &highest)?;
        segment.selection_ratio =
            Some(if i == most { Interval { low: 1.0, high: 1.0, ..ratio } } else { ratio });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_group_is_judged_by_its_own_leads() {
        // Group a: 100 leads, 20 of 100 convert, forecast 0.2; group b: 60 leads, half convert, forecast 0.1.
        let labels: Vec<bool> =
            (0..100).map(|i| i % 5 == 0).chain((0..60).map(|i| i % 2 == 0)).collect();
        let p: Vec<f64> = (0..100)
            .map(|i| if i % 5 == 0 { 0.6 } else { 0.1 })
            .chain((0..60).map(|_| 0.1))
            .collect();
        let groups: Vec<&str> = (0..100).map(|_| "a").chain((0..60).map(|_| "b")).collect();
        let options = EvaluateOptions { bootstrap: 50, ..EvaluateOptions::default() };
        let found = segments(&labels, &p, &groups, 0.5, &options).unwrap();
        assert_eq!(found.iter().map(|s| s.group.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert!(found[0].calibrated && !found[1].calibrated);
        assert_eq!(found[0].selection_rate.value, 0.2);
        let ratio = found[1].selection_ratio.unwrap();
        assert_eq!((ratio.value, ratio.low), (0.0, 0.0));
        assert!(ratio.high > 0.2 && ratio.high < 0.6, "{ratio:?}");
        let itself = found[0].selection_ratio.unwrap();
        assert_eq!((itself.low, itself.value, itself.high), (1.0, 1.0, 1.0));
        // 30 conversions where 6 are forecast.
        let five = found[1].observed_to_expected.unwrap();
        assert!((five.value - 5.0).abs() < 1e-12 && five.low > 3.0 && five.high < 7.0, "{five:?}");
        assert_eq!(found[0].metrics["roc_auc"].value, 1.0);
        assert_eq!(found[1].metrics["roc_auc"].value, 0.5);
    }

    #[test]
    fn a_small_group_is_called_small_and_gets_no_metrics() {
        let labels: Vec<bool> = (0..80).map(|i| i % 3 == 0).collect();
        let p: Vec<f64> = (0..80).map(|i| f64::from(i) / 80.0).collect();
        let groups: Vec<&str> = (0..80).map(|i| if i < 60 { "large" } else { "small" }).collect();
        let options = EvaluateOptions { bootstrap: 50, ..EvaluateOptions::default() };
        let found = segments(&labels, &p, &groups, 0.5, &options).unwrap();
        assert!(!found[0].small && found[0].metrics.len() > 10);
        assert!(found[1].small && found[1].metrics.is_empty());
        // All of the small group are selected, but it sets no standard.
        assert!(found[1].selection_ratio.unwrap().value > 1.0);
    }

    #[test]
    fn groups_must_be_as_many_as_leads() {
        assert!(
            segments(&[true, false], &[0.1, 0.2], &["a"], 0.5, &EvaluateOptions::default())
                .is_err()
        );
    }
}
