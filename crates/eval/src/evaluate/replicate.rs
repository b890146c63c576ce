//! The metrics that are bootstrapped, all from one resample in one pass over the leads sorted once.

use crate::error::check_scores;
use crate::interval::{Resampler, Resampling, basic, percentile, replicates_for};
use crate::metrics::{BINS, Bin, Confusion, decompose, ece_of, row_loss, weighted_bins};
use crate::ranking::descending;
use crate::{EvalError, EvaluateOptions, Interval};
use std::collections::BTreeMap;

/// Key and position of each metric in a replicate; `true` where it is a distance, biased upward by noise.
const METRICS: [(&str, Kind); 10] = [
    ("pr_auc", Kind::Plain),
    ("log_loss", Kind::Plain),
    ("brier", Kind::Plain),
    ("brier_reliability", Kind::Distance),
    ("brier_resolution", Kind::Distance),
    ("brier_uncertainty", Kind::Plain),
    ("ece", Kind::Distance),
    ("ks", Kind::Distance),
    ("mcc", Kind::Plain),
    ("f1", Kind::Plain),
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Plain,
    /// Noise alone makes it larger than 0.
    Distance,
}

/// The bootstrapped metrics of these leads by key; one that is not defined is absent.
pub(super) fn intervals(
    labels: &[bool],
    p: &[f64],
    threshold: f64,
    options: &EvaluateOptions,
) -> Result<BTreeMap<String, Interval>, EvalError> {
    check_scores(labels, p)?;
    if options.bootstrap == 0 {
        return Err(EvalError::Argument {
            what: "the number of bootstrap replicates",
            found: 0.0,
            expected: "1 or more, such as 1000",
        });
    }
    let leads = Leads::new(labels, p, threshold);
    let values = leads.metrics(&vec![1; labels.len()], &mut Vec::new());
    let resampler = Resampler::new(labels, Resampling::Plain, options.seed, "evaluate");
    let replicates = replicates_for(options.bootstrap, labels.len());
    let drawn = resampler
        .replicates_with(replicates, Vec::new, |counts, groups| leads.metrics(counts, groups));
    let mut found = BTreeMap::new();
    for (i, (key, kind)) in METRICS.into_iter().enumerate() {
        let column: Vec<Option<f64>> = drawn.iter().map(|d| d[i]).collect();
        let interval = values[i].and_then(|value| match kind {
            Kind::Plain => percentile(value, &column, options.level),
            Kind::Distance => basic(value, &column, options.level),
        });
        if let Some(interval) = interval {
            found.insert(key.to_owned(), interval);
        }
    }
    Ok(found)
}

/// A distinct probability, the leads of it and the conversions among them.
type Group = (f64, f64, f64);

/// The leads by descending probability, with what each costs.
struct Leads {
    label: Vec<bool>,
    p: Vec<f64>,
    loss: Vec<f64>,
    /// Leads flagged: those stand first.
    flagged: usize,
}

impl Leads {
    fn new(labels: &[bool], p: &[f64], threshold: f64) -> Self {
        let order = descending(p);
        let label: Vec<bool> = order.iter().map(|&row| labels[row]).collect();
        let p: Vec<f64> = order.iter().map(|&row| p[row]).collect();
        let loss = label.iter().zip(&p).map(|(&y, &p)| row_loss(y, p)).collect();
        let flagged = p.partition_point(|&p| p >= threshold);
        Self { label, p, loss, flagged }
    }

    /// Every metric of [`METRICS`] with each lead counted as often as `counts` says, in the order of descending probability; `groups` is
    /// working memory.
    fn metrics(&self, counts: &[u16], groups: &mut Vec<Group>) -> [Option<f64>; METRICS.len()] {
        let n = self.p.len();
        let (mut loss, mut square) = (0.0, 0.0);
        groups.clear();
        let mut confusion = [0usize; 4];
        for i in 0..n {
            let (count, y, p) = (usize::from(counts[i]), self.label[i], self.p[i]);
            if count == 0 {
                continue;
            }
            let (weight, target) = (count as f64, f64::from(u8::from(y)));
            loss += weight * self.loss[i];
            square += weight * (p - target) * (p - target);
            confusion[usize::from(i < self.flagged) * 2 + usize::from(y)] += count;
            match groups.last_mut() {
                Some(group) if group.0 == p => {
                    group.1 += weight;
                    group.2 += weight * target;
                }
                _ => groups.push((p, weight, weight * target)),
            }
        }
        let [tn, fn_, fp, tp] = confusion;
        let c = Confusion { tp, fp, tn, fn_ };
        let (rows, positives) = (c.rows() as f64, c.positives() as f64);
        let bins: Vec<Bin> = weighted_bins(groups.iter().rev().copied(), rows);
        debug_assert!(bins.len() <= BINS);
        let parts = decompose(square / rows, &bins);
        let (ap, ks) = ranks(groups, rows, positives).unzip();
        [
            ap,
            Some(loss / rows),
            Some(parts.brier),
            Some(parts.reliability),
            Some(parts.resolution),
            Some(parts.uncertainty),
            Some(ece_of(&bins)),
            ks,
            c.mcc(),
            c.f1(),
        ]
    }
}

/// Average precision and KS; `None` with one class.
fn ranks(groups: &[Group], rows: f64, positives: f64) -> Option<(f64, f64)> {
    let negatives = rows - positives;
    if positives == 0.0 || negatives == 0.0 {
        return None;
    }
    let (mut tp, mut flagged, mut ap, mut ks) = (0.0, 0.0, 0.0, 0f64);
    for &(_, leads, converted) in groups {
        tp += converted;
        flagged += leads;
        ap += converted * tp / flagged;
        ks = ks.max((tp / positives - (flagged - tp) / negatives).abs());
    }
    Some((ap / positives, ks))
}
