//! The metrics that are bootstrapped, all from one resample in one pass over the leads sorted once: lead by lead up to
//! [`DRAWN_ONE_BY_ONE`] leads, by bins of them ([`super::binned`]) above.

use super::binned::Binned;
use crate::interval::{Method, Resampler, Resampling, basic, percentile, replicates_for};
use crate::metrics::{BINS, Bin, Confusion, decompose, ece_of, row_loss, weighted_bins};
use crate::ranking::Ranked;
use crate::{EvalError, EvaluateOptions, Interval};
use std::collections::BTreeMap;

/// Leads at most that are drawn one by one.
const DRAWN_ONE_BY_ONE: usize = 50_000;

/// What is drawn in a replicate.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Unit {
    Lead,
    Bin,
}

impl Unit {
    fn of(rows: usize) -> Self {
        if rows > DRAWN_ONE_BY_ONE { Unit::Bin } else { Unit::Lead }
    }
}

/// The replicates made of those asked for.
pub(super) fn replicates(asked: usize, rows: usize) -> usize {
    match Unit::of(rows) {
        Unit::Lead => replicates_for(asked, rows),
        Unit::Bin => asked,
    }
}

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

/// The keys of [`Metrics`], in order.
pub(super) fn keys() -> impl Iterator<Item = &'static str> {
    METRICS.iter().map(|(key, _)| *key)
}

/// The bootstrapped metrics of these leads by key; one that is not defined is absent.
pub(super) fn intervals(
    ranked: &Ranked<'_>,
    threshold: f64,
    options: &EvaluateOptions,
) -> Result<BTreeMap<String, Interval>, EvalError> {
    if options.bootstrap == 0 {
        return Err(EvalError::Argument {
            what: "the number of bootstrap replicates",
            found: 0.0,
            expected: "1 or more, such as 1000",
        });
    }
    Ok(drawn_by(Unit::of(ranked.order.len()), ranked, threshold, options))
}

fn drawn_by(
    unit: Unit,
    ranked: &Ranked<'_>,
    threshold: f64,
    options: &EvaluateOptions,
) -> BTreeMap<String, Interval> {
    let leads = Leads::new(ranked, threshold);
    let rows = leads.p.len();
    let values = leads.metrics(&vec![1; rows], &mut Vec::new());
    let drawn: Vec<Metrics> = match unit {
        Unit::Lead => Resampler::new(ranked.labels, Resampling::Plain, options.seed, "evaluate")
            .replicates_with(
                replicates_for(options.bootstrap, rows),
                Vec::new,
                |counts, groups| leads.metrics(counts, groups),
            ),
        Unit::Bin => Binned::new(&leads).replicates(options.bootstrap, options.seed, &values),
    };
    let mut found = BTreeMap::new();
    for (i, (key, kind)) in METRICS.into_iter().enumerate() {
        let column: Vec<Option<f64>> = drawn.iter().map(|d| d[i]).collect();
        let interval = values[i].and_then(|value| match kind {
            Kind::Plain => percentile(value, &column, options.level),
            Kind::Distance => basic(value, &column, options.level),
        });
        if let Some(interval) = interval {
            let method = match (unit, kind) {
                (Unit::Lead, _) => interval.method,
                (Unit::Bin, Kind::Plain) => Method::BootstrapPercentileBinned,
                (Unit::Bin, Kind::Distance) => Method::BootstrapBasicBinned,
            };
            found.insert(key.to_owned(), Interval { method, ..interval });
        }
    }
    found
}

/// A value for each of [`METRICS`], where defined.
pub(super) type Metrics = [Option<f64>; METRICS.len()];

/// A probability, the leads of it and the conversions among them.
pub(super) type Group = (f64, f64, f64);

/// The leads by descending probability, with what each costs.
pub(super) struct Leads {
    pub label: Vec<bool>,
    pub p: Vec<f64>,
    pub loss: Vec<f64>,
    /// Leads flagged: those stand first.
    pub flagged: usize,
}

impl Leads {
    pub fn new(ranked: &Ranked<'_>, threshold: f64) -> Self {
        let rows = ranked.order.iter();
        let (label, p): (Vec<bool>, Vec<f64>) =
            rows.map(|&row| (ranked.labels[row], ranked.scores[row])).unzip();
        let loss = label.iter().zip(&p).map(|(&y, &p)| row_loss(y, p)).collect();
        let flagged = p.partition_point(|&p| p >= threshold);
        Self { label, p, loss, flagged }
    }

    /// Every metric of [`METRICS`] with each lead counted as often as `counts` says, in the order of descending probability; `groups` is
    /// working memory.
    pub fn metrics(&self, counts: &[u16], groups: &mut Vec<Group>) -> Metrics {
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
        finish(confusion, loss, square, groups)
    }
}

/// Every metric of [`METRICS`] from the counts (not flagged, flagged; of each the others, the conversions), the sums of the log-loss
/// and of the squared errors, and the groups by descending probability.
pub(super) fn finish(confusion: [usize; 4], loss: f64, square: f64, groups: &[Group]) -> Metrics {
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

#[cfg(test)]
mod tests {
    use super::*;
    use leadsight_schema::{Seed, sigmoid};
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn bins_and_leads_give_the_same_intervals() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        // Overconfident, so that no distance is mere noise; the tail reaches probabilities of 1e-9.
        let truth: Vec<f64> =
            (0..20_000).map(|_| sigmoid(-2.5 + 6.0 * (rng.random::<f64>() - 0.7))).collect();
        let y: Vec<bool> = truth.iter().map(|&p| rng.random_bool(p)).collect();
        for scale in [2.0, 4.0] {
            let p: Vec<f64> = truth.iter().map(|p| sigmoid(scale * (p / (1.0 - p)).ln())).collect();
            let ranked = Ranked::of(&y, &p);
            let options = EvaluateOptions { bootstrap: 1_000, level: 0.9, seed: Seed(2) };
            let by = |unit| drawn_by(unit, &ranked, 0.05, &options);
            let (leads, bins) = (by(Unit::Lead), by(Unit::Bin));
            assert_eq!(leads.len(), METRICS.len());
            for (key, one) in &leads {
                let other = bins[key];
                assert_eq!(one.value, other.value, "{key}");
                let width = one.high - one.low;
                let off = (one.low - other.low).abs().max((one.high - other.high).abs());
                assert!(off < 0.12 * width, "{key}: {one:?} and {other:?}");
            }
        }
    }
}
