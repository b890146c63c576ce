//! Two models on the same leads, metric by metric: the leads are drawn once for both, so that what they share cancels.
//!
//! The AUC's difference is judged by paired DeLong, every other by quantiles of the differences of bootstrap replicates. A
//! distance such as ECE is biased upward in both models' replicates; in the difference most of that cancels.

use super::replicate::Leads;
use super::{EvaluateOptions, replicate};
use crate::EvalError;
use crate::error::{check_classes, check_probabilities};
use crate::interval::{Paired, Resampler, Resampling, paired_delong, paired_of, replicates_for};
use crate::metrics::{Confusion, roc_auc};
use crate::ranking::{Ranked, cut};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A model's answers for some leads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged<'a> {
    /// One for each lead.
    pub probabilities: &'a [f64],
    /// Where a lead counts as predicted to convert.
    pub threshold: f64,
}

/// A metric of two models on the same leads.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PairedMetric {
    /// The first model's value.
    pub first: f64,
    /// The second's.
    pub second: f64,
    /// First minus second.
    pub difference: Paired,
}

/// The metrics that [`replicate`] does not know, in the order of [`Both::counted`].
const COUNTED: [&str; 9] = [
    "accuracy",
    "precision",
    "recall",
    "specificity",
    "npv",
    "lift_at_10",
    "capture_at_10",
    "capture_at_35",
    "precision_at_10",
];

/// Every metric of two models on the same leads with the interval of its difference, by key; one that is not defined for
/// both is absent.
///
/// # Errors
/// Lengths that differ, no lead, a value outside 0..=1, one class, options out of range.
pub fn compare_metrics(
    labels: &[bool],
    first: Judged<'_>,
    second: Judged<'_>,
    options: &EvaluateOptions,
) -> Result<BTreeMap<String, PairedMetric>, EvalError> {
    let (a, b) = (first.probabilities, second.probabilities);
    check_probabilities(labels, a)?;
    check_probabilities(labels, b)?;
    check_classes(labels, "a comparison")?;
    options.check()?;
    let models = [Model::new(labels, first), Model::new(labels, second)];
    let values = models.each_ref().map(|m| m.all(&vec![1; labels.len()], &mut Scratch::default()));
    // The draws of `paired_bootstrap`, so that one difference has one interval wherever it is asked for.
    let drawn = Resampler::new(labels, Resampling::Plain, options.seed, "paired_bootstrap")
        .replicates_with(
            replicates_for(options.bootstrap, labels.len()),
            Scratch::default,
            |counts, scratch| models.each_ref().map(|model| model.all(counts, scratch)),
        );

    let mut found = BTreeMap::new();
    for (i, key) in replicate::keys().chain(COUNTED).enumerate() {
        let difference = |pair: &[Values; 2]| Some(pair[0][i]? - pair[1][i]?);
        let (Some(first), Some(second)) = (values[0][i], values[1][i]) else { continue };
        let replicates: Vec<f64> = drawn.iter().filter_map(difference).collect();
        // As elsewhere, what most resamples cannot tell is not told.
        if replicates.len() * 2 >= drawn.len() {
            let difference = paired_of(first - second, replicates, options.level);
            found.insert(key.to_owned(), PairedMetric { first, second, difference });
        }
    }
    let (first, second) = (roc_auc(labels, a)?, roc_auc(labels, b)?);
    let difference = paired_delong(labels, a, b, options.level)?;
    found.insert("roc_auc".to_owned(), PairedMetric { first, second, difference });
    Ok(found)
}

type Values = Vec<Option<f64>>;

/// Working memory of a thread.
#[derive(Default)]
struct Scratch {
    counts: Vec<u16>,
    groups: Vec<replicate::Group>,
}

struct Model {
    /// Rows by descending probability.
    order: Vec<usize>,
    leads: Leads,
}

impl Model {
    fn new(labels: &[bool], judged: Judged<'_>) -> Self {
        let ranked = Ranked::of(labels, judged.probabilities);
        let leads = Leads::new(&ranked, judged.threshold);
        Self { order: ranked.order, leads }
    }

    /// Every metric but the AUC with each row counted as often as `counts` says.
    fn all(&self, counts: &[u16], Scratch { counts: sorted, groups }: &mut Scratch) -> Values {
        sorted.clear();
        sorted.extend(self.order.iter().map(|&row| counts[row]));
        let mut values = self.leads.metrics(sorted, groups).to_vec();
        values.extend(self.counted(sorted));
        values
    }

    /// The metrics of [`COUNTED`].
    fn counted(&self, sorted: &[u16]) -> [Option<f64>; COUNTED.len()] {
        let of = |part: usize, whole: usize| (whole > 0).then(|| part as f64 / whole as f64);
        let (mut cells, label) = ([0; 4], &self.leads.label);
        for (i, &count) in sorted.iter().enumerate() {
            let flagged = i < self.leads.flagged;
            cells[usize::from(flagged) * 2 + usize::from(label[i])] += usize::from(count);
        }
        let [tn, fn_, fp, tp] = cells;
        let c = Confusion { tp, fp, tn, fn_ };
        let top = |share: f64| {
            let k = cut(share, c.rows());
            let (mut seen, mut hits) = (0, 0);
            for (&count, &label) in sorted.iter().zip(label) {
                let taken = usize::from(count).min(k - seen);
                seen += taken;
                hits += taken * usize::from(label);
            }
            (hits, k)
        };
        let ((hits, k), (hits_35, _)) = (top(0.10), top(0.35));
        let capture = of(hits, c.positives());
        [
            of(tp + tn, c.rows()),
            of(tp, c.flagged()),
            of(tp, c.positives()),
            of(tn, tn + fp),
            of(tn, tn + fn_),
            capture.map(|capture| capture * c.rows() as f64 / k as f64),
            capture,
            of(hits_35, c.positives()),
            of(hits, k),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{compare, evaluate, metrics};
    use leadsight_schema::{Seed, sigmoid};
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Labels, the true probabilities, and those blurred by `noise` in log-odds.
    fn leads(rows: usize, noise: f64) -> (Vec<bool>, Vec<f64>, Vec<f64>) {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let (mut labels, mut truth, mut blurred) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..rows {
            let margin = 5.0 * rng.random::<f64>() - 4.0;
            labels.push(rng.random_bool(sigmoid(margin)));
            truth.push(sigmoid(margin));
            blurred.push(sigmoid(margin + noise * (rng.random::<f64>() - 0.5)));
        }
        (labels, truth, blurred)
    }

    const OPTIONS: EvaluateOptions = EvaluateOptions { level: 0.95, bootstrap: 300, seed: Seed(3) };

    fn judged(probabilities: &[f64]) -> Judged<'_> {
        Judged { probabilities, threshold: 0.3 }
    }

    #[test]
    fn values_are_those_of_an_evaluation_and_every_key_is_there() {
        let (y, p, q) = leads(400, 3.0);
        let found = compare_metrics(&y, judged(&p), judged(&q), &OPTIONS).unwrap();
        let keys: Vec<&str> =
            metrics::KEYS.into_iter().filter(|key| found.contains_key(*key)).collect();
        assert_eq!(keys, metrics::KEYS);
        assert_eq!(found.len(), metrics::KEYS.len());
        let (one, two) =
            (evaluate(&y, &p, 0.3, &OPTIONS).unwrap(), evaluate(&y, &q, 0.3, &OPTIONS).unwrap());
        for (key, metric) in &found {
            for (value, interval) in
                [(metric.first, one.metrics[key]), (metric.second, two.metrics[key])]
            {
                assert!((value - interval.value).abs() < 1e-12, "{key}: {value} {interval:?}");
            }
            let Paired { difference, low, high, .. } = metric.difference;
            assert!((difference - (metric.first - metric.second)).abs() < 1e-12, "{key}");
            assert!(
                low <= difference && difference <= high
                    || key.starts_with("brier_")
                    || key == "ece"
                    || key == "ks",
                "{key}"
            );
        }
        let pair = compare(&y, &p, &q, &OPTIONS).unwrap();
        assert_eq!(found["roc_auc"].difference, pair.roc_auc);
        let (a, b) = (found["log_loss"].difference, pair.log_loss);
        assert!((a.low - b.low).abs() + (a.high - b.high).abs() < 1e-12, "{a:?} {b:?}");
    }

    #[test]
    fn the_same_model_differs_in_nothing_and_a_blurred_one_is_worse() {
        let (y, p, q) = leads(2_000, 8.0);
        for metric in compare_metrics(&y, judged(&p), judged(&p), &OPTIONS).unwrap().values() {
            let Paired { difference, low, high, .. } = metric.difference;
            assert_eq!([difference, low, high], [0.0; 3]);
        }
        let worse = compare_metrics(&y, judged(&q), judged(&p), &OPTIONS).unwrap();
        for key in ["roc_auc", "pr_auc", "capture_at_35"] {
            assert!(worse[key].difference.high < 0.0, "{key}: {:?}", worse[key]);
        }
        for key in ["log_loss", "brier"] {
            assert!(worse[key].difference.low > 0.0, "{key}: {:?}", worse[key]);
        }
    }
}
