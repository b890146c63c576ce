//! One model, judged for each group of leads: does it rank, select and forecast alike for all of them?
//!
//! - selection rate: share of the group at or above the threshold; its ratio is to the highest selection rate among groups of
//!   [`LEAST_ROWS`] leads or more. Below 0.8 it is the "four fifths" warning of the US Uniform Guidelines on Employee Selection
//!   Procedures (1978).
//! - forecast against fact: mean probability against the rate of conversion with its Wilson interval. Outside the interval the
//!   group's probabilities are off by more than noise.

use crate::error::check_probabilities;
use crate::{EvalError, Interval, delong, wilson};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Groups smaller than this set no standard for the others and get no ranking figure.
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
    /// Share that converted, with its Wilson interval.
    pub rate: Interval,
    /// Mean forecast.
    pub mean_probability: f64,
    /// Whether the mean forecast lies within the interval of the rate.
    pub calibrated: bool,
    /// ROC-AUC within the group; `None` for a small group or one outcome.
    pub roc_auc: Option<Interval>,
    /// Share at or above the threshold.
    pub selection_rate: f64,
    /// The selection rate over the highest one; `None` where no group of [`LEAST_ROWS`] leads selects anybody.
    pub selection_ratio: Option<f64>,
}

/// Judges each group, the largest first (equals by name). `groups` names the group of each lead.
///
/// # Errors
/// Lengths that differ, no lead, a probability outside 0..=1, a level outside 0..1.
pub fn segments(
    labels: &[bool],
    probabilities: &[f64],
    groups: &[&str],
    threshold: f64,
    level: f64,
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
        let rate = wilson(positives as u64, rows as u64, level)?;
        let mean_probability = forecasts.iter().sum::<f64>() / rows as f64;
        let both = positives > 0 && positives < rows;
        let selected = forecasts.iter().filter(|p| **p >= threshold).count();
        found.push(Segment {
            group: group.to_owned(),
            rows,
            positives,
            calibrated: (rate.low..=rate.high).contains(&mean_probability),
            rate,
            mean_probability,
            roc_auc: (both && rows >= LEAST_ROWS)
                .then(|| delong(&outcomes, &forecasts, level))
                .transpose()?,
            selection_rate: selected as f64 / rows as f64,
            selection_ratio: None,
        });
    }
    let large = found.iter().filter(|s| s.rows >= LEAST_ROWS);
    let highest = large.map(|s| s.selection_rate).fold(0.0, f64::max);
    for segment in &mut found {
        segment.selection_ratio = (highest > 0.0).then(|| segment.selection_rate / highest);
    }
    found.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.group.cmp(&b.group)));
    Ok(found)
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
        let found = segments(&labels, &p, &groups, 0.5, 0.95).unwrap();
        assert_eq!(found.iter().map(|s| s.group.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert!(found[0].calibrated && !found[1].calibrated);
        assert_eq!(found[0].selection_rate, 0.2);
        assert_eq!(found[1].selection_ratio, Some(0.0));
        assert_eq!(found[0].roc_auc.as_ref().map(|i| i.value), Some(1.0));
    }

    #[test]
    fn groups_must_be_as_many_as_leads() {
        assert!(segments(&[true, false], &[0.1, 0.2], &["a"], 0.5, 0.95).is_err());
    }
}
