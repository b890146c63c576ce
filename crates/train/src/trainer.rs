//! What every trainer takes and gives.

use crate::{Fold, TrainError};
use leadsight_models::Model;
use leadsight_schema::{Labels, Matrix, Seed};
use std::ops::ControlFlow;

/// A way of making models, its parameters already checked.
pub trait Trainer: Send + Sync {
    /// The name as in the configuration and on the leaderboard.
    fn name(&self) -> &'static str;

    /// How hard the model is to understand; the lower wins a tie.
    fn complexity(&self) -> u32;

    /// Fits a model to a task. It remembers nothing of earlier fits, and the same task gives the same model to the bit.
    ///
    /// # Errors
    /// [`TrainError::OneClass`], [`TrainError::NoRows`], [`TrainError::NoFeatures`] and [`TrainError::Rows`] for rows that cannot be fitted,
    /// [`TrainError::Stopped`] when [`Task::progress`] breaks, [`TrainError::Library`] where the library fails.
    fn fit(&self, task: &Task<'_>) -> Result<Fit, TrainError>;
}

/// What to fit.
#[derive(Clone, Copy)]
pub struct Task<'a> {
    /// The rows to learn from.
    pub x: &'a Matrix,
    /// Their outcomes.
    pub y: &'a Labels,
    /// Rows whose loss is recorded round by round. They decide nothing.
    pub watch: Option<(&'a Matrix, &'a Labels)>,
    /// Folds of `x`, on which rounds and strengths are chosen. Empty: the given rounds and strength are used.
    pub folds: &'a [Fold],
    /// Rounds chosen by an earlier fit; they go before the parameters and the folds.
    pub rounds: Option<u32>,
    /// The strength of a penalty, chosen by an earlier fit; it goes before the parameters and the folds.
    pub strength: Option<f64>,
    /// Where chance starts.
    pub seed: Seed,
    /// Threads, at least 1. Part of the configuration, as XGBoost's histograms depend on their number; our own trees do not.
    pub threads: usize,
    /// Called at every step; a break ends the fit with [`TrainError::Stopped`].
    pub progress: &'a dyn Fn(Progress) -> ControlFlow<()>,
}

/// How far a fit is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// Steps done in this stage.
    pub done: u32,
    /// Steps at most.
    pub total: u32,
    /// Log-loss on the rows learned from, where known.
    pub train_loss: Option<f64>,
    /// Log-loss on rows held out (folds while choosing, the watch set while fitting), where known.
    pub valid_loss: Option<f64>,
}

/// The two halves of a fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Rounds or a strength are chosen on folds.
    Choosing,
    /// The model is fitted on all rows.
    Fitting,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The model.
    pub model: Model,
    /// The boosting rounds it has, for those that have rounds; to be given to a refit as [`Task::rounds`].
    pub rounds: Option<u32>,
    /// The strength of its penalty, for those that have one; to be given to a refit as [`Task::strength`].
    pub strength: Option<f64>,
    /// Log-loss by round, for those that have rounds.
    pub curve: Option<LossCurve>,
    /// Mean log-loss on the rows learned from, each by the trees that did not see it, for those whose trees draw rows.
    pub out_of_bag: Option<f64>,
}

impl Fit {
    /// A model of which nothing more is to be told.
    pub(crate) fn of(model: Model) -> Self {
        Self { model, rounds: None, strength: None, curve: None, out_of_bag: None }
    }
}

/// Mean log-loss after each round.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LossCurve {
    /// On the rows learned from.
    pub train: Vec<f64>,
    /// On [`Task::watch`]; empty without.
    pub valid: Vec<f64>,
    /// The mean over the held-out parts of [`Task::folds`], by which the rounds were chosen; empty where they were given. It goes on
    /// for as long as patience lasted.
    pub folds: Vec<f64>,
}

impl Task<'_> {
    /// Refuses rows that no model can be fitted to.
    pub(crate) fn check(&self) -> Result<(), TrainError> {
        check_rows("the training part", self.x, self.y)?;
        check_classes("the training part", self.y)?;
        if let Some((x, y)) = self.watch {
            check_rows("the watched part", x, y)?;
        }
        for (fold, Fold { fit, hold }) in self.folds.iter().enumerate() {
            let rows = self.x.rows();
            if let Some(&row) = fit.iter().chain(hold).find(|row| **row >= rows) {
                return Err(TrainError::FoldRow { fold, row, rows });
            }
            if hold.is_empty() {
                return Err(TrainError::NoRows { what: "the held-out part of a fold" });
            }
            check_classes("the fitted part of a fold", &self.y.take(fit))?;
        }
        Ok(())
    }

    /// As [`Task::check`], for models that need features.
    pub(crate) fn check_with_features(&self) -> Result<(), TrainError> {
        if self.x.features().is_empty() {
            return Err(TrainError::NoFeatures);
        }
        self.check()
    }

    /// Tells the caller; an error where it wants to stop.
    pub(crate) fn tell(&self, progress: Progress) -> Result<(), TrainError> {
        match (self.progress)(progress) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => {
                Err(TrainError::Stopped { done: progress.done, total: progress.total })
            }
        }
    }
}

fn check_rows(what: &'static str, x: &Matrix, y: &Labels) -> Result<(), TrainError> {
    let (rows, labels) = (x.rows(), y.len());
    if rows != labels {
        return Err(TrainError::Rows { what, rows, labels });
    }
    if rows == 0 {
        return Err(TrainError::NoRows { what });
    }
    Ok(())
}

fn check_classes(what: &'static str, y: &Labels) -> Result<(), TrainError> {
    let (positives, rows) = (y.positives(), y.len());
    if positives == 0 || positives == rows {
        return Err(TrainError::OneClass { what, positives, rows });
    }
    Ok(())
}
