//! Fitting of calibration maps to margins that stopped no model.
//!
//! Every map is cross-validated on the given rows (5 folds), and the simplest map whose held-out log-loss is within one
//! standard error of the best one's is taken (Breiman's rule, the error being that of the paired difference); identity is the
//! simplest, so it stays unless another gains by more than noise. The chosen map is then fitted to all rows.

mod beta;
mod isotonic;
pub(crate) mod newton;
mod platt;

use crate::loss::row_loss;
use crate::{Fold, TrainError, stratified_folds};
use leadsight_models::{CalibrationKind, Calibrator};
use leadsight_schema::Seed;
use serde::{Deserialize, Serialize};

const FOLDS: usize = 5;

/// What came of [`fit`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalibrationFit {
    /// The chosen map, fitted to all rows.
    pub calibrator: Calibrator,
    /// How each map did, in the order tried; maps that could not be fitted are absent.
    pub scores: Vec<CalibrationScore>,
    /// For each row the probability from the chosen kind of map, fitted without the row's fold: what thresholds may
    /// be chosen on.
    pub out_of_fold: Vec<f64>,
}

/// A map's cross-validated loss.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalibrationScore {
    /// The map.
    pub kind: CalibrationKind,
    /// Mean held-out log-loss.
    pub log_loss: f64,
    /// Standard error of that mean.
    pub standard_error: f64,
}

/// Chooses among `kinds` (identity where empty) and fits the choice. Where an outcome has fewer rows than there are folds
/// nothing can be compared, and identity is taken if it is allowed.
///
/// # Errors
/// [`TrainError::Rows`], [`TrainError::NoRows`], [`TrainError::OneClass`] or [`TrainError::Margin`] for rows that cannot
/// be used; [`TrainError::NoCalibration`] where no allowed map fits.
pub fn fit(
    margins: &[f64],
    labels: &[bool],
    kinds: &[CalibrationKind],
    seed: Seed,
) -> Result<CalibrationFit, TrainError> {
    check(margins, labels)?;
    let mut kinds = if kinds.is_empty() { vec![CalibrationKind::Identity] } else { kinds.to_vec() };
    kinds.sort_unstable();
    kinds.dedup();
    let positives = labels.iter().filter(|y| **y).count();
    let folds = FOLDS.min(positives).min(labels.len() - positives);
    let none =
        || TrainError::NoCalibration { tried: kinds.iter().map(|k| k.to_string()).collect() };
    if folds < 2 {
        let usable = kinds.contains(&CalibrationKind::Identity);
        let identity = || CalibrationFit {
            calibrator: Calibrator::Identity,
            scores: Vec::new(),
            out_of_fold: margins.iter().map(|m| Calibrator::Identity.probability(*m)).collect(),
        };
        return usable.then(identity).ok_or_else(none);
    }
    let folds = stratified_folds(labels, folds, Seed(seed.stream("calibration")))?;
    let tried: Vec<Tried> =
        kinds.iter().filter_map(|kind| cross_fit(*kind, margins, labels, &folds)).collect();
    let best = tried.iter().min_by(|a, b| a.mean().total_cmp(&b.mean())).ok_or_else(none)?;
    let chosen = tried.iter().find(|t| t.within_noise_of(best)).ok_or_else(none)?;
    let calibrator = chosen.calibrator.clone();
    // One margin for all rows stays one probability: maps of other folds would give it differences that are noise.
    let one = margins.iter().all(|m| *m == margins[0]);
    let out_of_fold = if one {
        vec![calibrator.probability(margins[0]); margins.len()]
    } else {
        chosen.probabilities.clone()
    };
    let scores = tried.iter().map(Tried::score).collect();
    Ok(CalibrationFit { calibrator, scores, out_of_fold })
}

fn check(margins: &[f64], labels: &[bool]) -> Result<(), TrainError> {
    let what = "the calibration part";
    let (rows, found) = (labels.len(), margins.len());
    if rows != found {
        return Err(TrainError::Rows { what, rows: found, labels: rows });
    }
    if rows == 0 {
        return Err(TrainError::NoRows { what });
    }
    if let Some((row, found)) = margins.iter().enumerate().find(|(_, m)| !m.is_finite()) {
        return Err(TrainError::Margin { row, found: *found });
    }
    let positives = labels.iter().filter(|y| **y).count();
    if positives == 0 || positives == rows {
        return Err(TrainError::OneClass { what, positives, rows });
    }
    Ok(())
}

/// A map that could be fitted, to all rows and without each fold.
struct Tried {
    calibrator: Calibrator,
    losses: Vec<f64>,
    probabilities: Vec<f64>,
}

impl Tried {
    fn mean(&self) -> f64 {
        mean_and_error(self.losses.iter().copied()).0
    }

    fn score(&self) -> CalibrationScore {
        let (log_loss, standard_error) = mean_and_error(self.losses.iter().copied());
        CalibrationScore { kind: self.calibrator.kind(), log_loss, standard_error }
    }

    fn within_noise_of(&self, best: &Tried) -> bool {
        let differences = self.losses.iter().zip(&best.losses).map(|(a, b)| a - b);
        let (mean, error) = mean_and_error(differences);
        mean <= error
    }
}

/// The mean and its standard error, over at least four rows.
fn mean_and_error(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let n = values.clone().count().max(2) as f64;
    let mean = values.clone().sum::<f64>() / n;
    let variance = values.map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

fn cross_fit(
    kind: CalibrationKind,
    margins: &[f64],
    labels: &[bool],
    folds: &[Fold],
) -> Option<Tried> {
    let calibrator = fit_one(kind, margins, labels)?;
    let (mut losses, mut probabilities) = (vec![0.0; labels.len()], vec![0.0; labels.len()]);
    for Fold { fit, hold } in folds {
        let take = |rows: &[usize]| -> (Vec<f64>, Vec<bool>) {
            rows.iter().map(|r| (margins[*r], labels[*r])).unzip()
        };
        let (fit_margins, fit_labels) = take(fit);
        let map = fit_one(kind, &fit_margins, &fit_labels)?;
        for row in hold {
            losses[*row] = row_loss(map.log_odds(margins[*row]), labels[*row]);
            probabilities[*row] = map.probability(margins[*row]);
        }
    }
    Some(Tried { calibrator, losses, probabilities })
}

/// One map fitted to rows of both outcomes; `None` where the rows would have it fall.
fn fit_one(kind: CalibrationKind, margins: &[f64], labels: &[bool]) -> Option<Calibrator> {
    let map = match kind {
        CalibrationKind::Identity => Calibrator::Identity,
        CalibrationKind::Platt => platt::fit(margins, labels)?,
        CalibrationKind::Beta => beta::fit(margins, labels)?,
        CalibrationKind::Isotonic => isotonic::fit(margins, labels),
    };
    map.checked().ok()
}

#[cfg(test)]
mod tests;
