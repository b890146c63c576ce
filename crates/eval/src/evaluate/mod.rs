//! Everything about one model on one set of leads.

mod binned;
mod paired;
mod replicate;

pub use paired::{Judged, PairedMetric, compare_metrics};

use crate::bands::{bottom_at, clean_bottom, of_ranked, top_at};
use crate::error::{check_classes, check_level, check_probabilities};
use crate::interval::{BootstrapOptions, check_options, delong_ranked};
use crate::metrics::{Confusion, top_of};
use crate::ranking::Ranked;
use crate::threshold::{Rule, choose_ranked};
use crate::{Band, Edge, EvalError, Interval, Side, clopper_pearson};
use leadsight_schema::Seed;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The bands that every evaluation shows.
const BANDS: [(Side, f64); 4] =
    [(Side::Top, 0.10), (Side::Top, 0.35), (Side::Bottom, 0.35), (Side::Bottom, 0.50)];

/// How to evaluate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EvaluateOptions {
    /// The confidence level of every interval.
    pub level: f64,
    /// Bootstrap replicates asked for. [`evaluate`] makes them all; [`compare`](crate::compare) makes fewer (100 at least) where
    /// replicates x leads would pass 200 million.
    pub bootstrap: usize,
    /// Where chance starts.
    pub seed: Seed,
}

impl Default for EvaluateOptions {
    fn default() -> Self {
        Self { level: 0.95, bootstrap: 1000, seed: Seed(0) }
    }
}

impl EvaluateOptions {
    /// Whether a bootstrap can be made under them.
    ///
    /// # Errors
    /// [`EvalError::Argument`] for a level that is not between 0 and 1, or no replicates.
    pub fn check(&self) -> Result<(), EvalError> {
        check_options(&BootstrapOptions {
            replicates: self.bootstrap,
            level: self.level,
            ..BootstrapOptions::default()
        })
    }
}

/// A band's cut, found on some rows to be read on others.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BandCut {
    /// Which end.
    pub side: Side,
    /// The share that it was found for.
    pub share: f64,
    /// The score at its edge.
    pub cut_score: f64,
    /// How the edge was found.
    #[serde(default)]
    pub edge: Edge,
}

/// Thresholds and band cuts chosen on validation rows, so that test rows are only read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Frozen {
    /// Thresholds by name; "chosen" and "0.5" are added by the evaluation.
    pub thresholds: BTreeMap<String, f64>,
    /// The cuts of the bands to read.
    pub bands: Vec<BandCut>,
}

impl Frozen {
    /// The thresholds "f1" and "youden" and the cuts of the top 10 and 35 %, the bottom 35 and 50 % and, where the worst-scored
    /// 5 % or more hold no conversion, of the largest such bottom band ([`Edge::Clean`]).
    ///
    /// # Errors
    /// Lengths that differ, no lead, a value outside 0..=1, one class.
    pub fn choose(labels: &[bool], probabilities: &[f64]) -> Result<Self, EvalError> {
        check_probabilities(labels, probabilities)?;
        let ranked = Ranked::of(labels, probabilities);
        let mut bands = own_bands(&ranked)?;
        bands.extend(clean_bottom(labels, probabilities)?);
        let cut = |b: &Band| BandCut {
            side: b.side,
            share: b.share,
            cut_score: b.cut_score,
            edge: b.edge,
        };
        Ok(Self { thresholds: own_thresholds(&ranked)?, bands: bands.iter().map(cut).collect() })
    }
}

/// A model's metrics, confusion matrices and bands on one set of leads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Evaluation {
    /// The leads evaluated.
    pub rows: usize,
    /// Conversions among them.
    pub positives: usize,
    /// The threshold of the thresholded metrics.
    pub threshold: f64,
    /// Bootstrap replicates made, for the intervals whose method is a bootstrap.
    pub replicates: usize,
    /// By metric key ([`metrics::KEYS`](crate::metrics::KEYS)); one that is not defined is absent.
    pub metrics: BTreeMap<String, Interval>,
    /// By name: "chosen", "f1", "youden", "0.5".
    pub thresholds: BTreeMap<String, f64>,
    /// At each of `thresholds`.
    pub confusion: BTreeMap<String, Confusion>,
    /// Top 10 and 35 %, bottom 35 and 50 %; with frozen cuts also the largest bottom band that was clean where they were chosen.
    pub bands: Vec<Band>,
}

/// Every metric with its interval, the confusion matrices and the bands, all from these leads.
///
/// The "f1" and "youden" thresholds and the bands' cuts are found on these same leads, which flatters them a little; where
/// validation rows exist use [`evaluate_frozen`] with [`Frozen::choose`] of those.
///
/// # Errors
/// Lengths that differ, no lead, a value outside 0..=1, one class, a threshold that is NaN, options out of range.
pub fn evaluate(
    labels: &[bool],
    probabilities: &[f64],
    threshold: f64,
    options: &EvaluateOptions,
) -> Result<Evaluation, EvalError> {
    check_probabilities(labels, probabilities)?;
    check_classes(labels, "an evaluation")?;
    let ranked = Ranked::of(labels, probabilities);
    let (thresholds, bands) = (own_thresholds(&ranked)?, own_bands(&ranked)?);
    assemble(&ranked, threshold, thresholds, bands, options)
}

/// As [`evaluate`], with thresholds and band cuts that were chosen on other leads. A band that holds nobody here is left out.
///
/// # Errors
/// As [`evaluate`].
pub fn evaluate_frozen(
    labels: &[bool],
    probabilities: &[f64],
    threshold: f64,
    frozen: &Frozen,
    options: &EvaluateOptions,
) -> Result<Evaluation, EvalError> {
    check_probabilities(labels, probabilities)?;
    check_classes(labels, "an evaluation")?;
    let mut bands = Vec::with_capacity(frozen.bands.len());
    for cut in &frozen.bands {
        let read = match cut.side {
            Side::Top => top_at(labels, probabilities, cut.cut_score),
            Side::Bottom => bottom_at(labels, probabilities, cut.cut_score),
        };
        match read {
            Ok(band) => bands.push(Band { edge: cut.edge, ..band }),
            Err(EvalError::EmptyBand { .. }) => {}
            Err(other) => return Err(other),
        }
    }
    let ranked = Ranked::of(labels, probabilities);
    assemble(&ranked, threshold, frozen.thresholds.clone(), bands, options)
}

fn assemble(
    ranked: &Ranked<'_>,
    threshold: f64,
    mut thresholds: BTreeMap<String, f64>,
    bands: Vec<Band>,
    options: &EvaluateOptions,
) -> Result<Evaluation, EvalError> {
    check_level(options.level)?;
    let (labels, p) = (ranked.labels, ranked.scores);
    thresholds.insert("chosen".to_owned(), threshold);
    thresholds.insert("0.5".to_owned(), 0.5);
    let mut confusion = BTreeMap::new();
    for (name, &t) in &thresholds {
        confusion.insert(name.clone(), Confusion::at(labels, p, t)?);
    }
    let mut metrics = replicate::intervals(ranked, threshold, options)?;
    metrics.insert("roc_auc".to_owned(), delong_ranked(ranked, options.level)?);
    proportions(&mut metrics, Confusion::at(labels, p, threshold)?, options.level)?;
    at_shares(&mut metrics, ranked, options.level)?;
    Ok(Evaluation {
        rows: labels.len(),
        positives: labels.iter().filter(|y| **y).count(),
        threshold,
        replicates: replicate::replicates(options.bootstrap, labels.len()),
        metrics,
        thresholds,
        confusion,
        bands,
    })
}

/// Rates of the confusion matrix are binomial given their denominator: exact intervals.
fn proportions(
    metrics: &mut BTreeMap<String, Interval>,
    c: Confusion,
    level: f64,
) -> Result<(), EvalError> {
    let rates = [
        ("accuracy", c.tp + c.tn, c.rows()),
        ("precision", c.tp, c.flagged()),
        ("recall", c.tp, c.positives()),
        ("specificity", c.tn, c.tn + c.fp),
        ("npv", c.tn, c.tn + c.fn_),
    ];
    for (key, part, whole) in rates {
        if whole > 0 {
            let interval = clopper_pearson(part as u64, whole as u64, level)?;
            metrics.insert(key.to_owned(), interval);
        }
    }
    Ok(())
}

/// The cut is taken as fixed, so that capture is binomial over the conversions and lift is capture in other units.
fn at_shares(
    metrics: &mut BTreeMap<String, Interval>,
    ranked: &Ranked<'_>,
    level: f64,
) -> Result<(), EvalError> {
    let rows = ranked.labels.len() as f64;
    let positives = ranked.labels.iter().filter(|y| **y).count() as u64;
    let (hits, k) = top_of(ranked, 0.10);
    let capture = clopper_pearson(hits as u64, positives, level)?;
    metrics.insert("capture_at_10".to_owned(), capture);
    metrics.insert("lift_at_10".to_owned(), capture.scaled(rows / k as f64));
    metrics.insert("precision_at_10".to_owned(), clopper_pearson(hits as u64, k as u64, level)?);
    let (hits, _) = top_of(ranked, 0.35);
    metrics.insert("capture_at_35".to_owned(), clopper_pearson(hits as u64, positives, level)?);
    Ok(())
}

fn own_thresholds(ranked: &Ranked<'_>) -> Result<BTreeMap<String, f64>, EvalError> {
    Ok(BTreeMap::from([
        ("f1".to_owned(), choose_ranked(ranked, &Rule::F1)?.threshold),
        ("youden".to_owned(), choose_ranked(ranked, &Rule::Youden)?.threshold),
    ]))
}

fn own_bands(ranked: &Ranked<'_>) -> Result<Vec<Band>, EvalError> {
    BANDS.into_iter().map(|(side, share)| of_ranked(ranked, share, side)).collect()
}
