//! Gradient-boosted trees: XGBoost's histogram method (Chen and Guestrin 2016).
//!
//! The number of rounds is chosen on folds: all folds are boosted side by side, their held-out log-losses averaged round by
//! round, and the round with the lowest mean wins once `patience` rounds have not beaten it. Then one model of
//! that many rounds is fitted on all rows. So no row that stopped a model is needed by anything that comes after it.

use crate::boosted::best_round;
use crate::booster::{Boosting, Rows, rows, seed_text, start, thread_count};
use crate::encoding::tree_encoder;
use crate::loss::mean_loss;
use crate::prior::base_rate;
use crate::spec::expect;
use crate::{Fit, LossCurve, Progress, Stage, Task, TrainError, Trainer, TreeCategories};
use leadsight_models::{Encoder, ForestModel, Model};
use leadsight_schema::Labels;
use serde::{Deserialize, Serialize};

/// Parameters of boosted trees; the names are XGBoost's where it has one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct XgboostParams {
    /// Rounds at most; exactly as many where there are no folds to stop on.
    pub rounds: u32,
    /// Rounds without a better mean loss after which the choice is made.
    pub patience: u32,
    /// Learning rate, above 0 and at most 1.
    pub eta: f64,
    /// Splits on a path at most, 1 to 16.
    pub max_depth: u32,
    /// The least sum of hessians in a child.
    pub min_child_weight: f64,
    /// L2 penalty on leaf values.
    pub lambda: f64,
    /// The least gain of a split.
    pub gamma: f64,
    /// The share of rows that a tree sees.
    pub subsample: f64,
    /// The share of inputs that a tree sees.
    pub colsample_bytree: f64,
    /// Bins of a histogram, 2 to 4096.
    pub max_bin: u32,
    /// How categories become inputs.
    pub categories: TreeCategories,
}

impl Default for XgboostParams {
    fn default() -> Self {
        Self {
            rounds: 2000,
            patience: 50,
            eta: 0.05,
            max_depth: 6,
            min_child_weight: 1.0,
            lambda: 1.0,
            gamma: 0.0,
            subsample: 0.8,
            colsample_bytree: 0.8,
            max_bin: 256,
            categories: TreeCategories::default(),
        }
    }
}

const NAME: &str = "Xgboost";

/// The trainer.
pub(crate) struct Xgboost(XgboostParams);

impl Xgboost {
    pub(crate) fn new(params: XgboostParams) -> Result<Self, TrainError> {
        let p = &params;
        let share = |v: f64| v > 0.0 && v <= 1.0;
        let not_negative = |v: f64| v >= 0.0 && v.is_finite();
        let (a_share, from_0) = ("a share above 0 and at most 1", "a finite number from 0");
        expect((1..=100_000).contains(&p.rounds), NAME, "rounds", p.rounds, "1 to 100000")?;
        expect(p.patience >= 1, NAME, "patience", p.patience, "1 or more")?;
        expect(share(p.eta), NAME, "eta", p.eta, a_share)?;
        expect((1..=16).contains(&p.max_depth), NAME, "max_depth", p.max_depth, "1 to 16")?;
        let weight = p.min_child_weight;
        expect(not_negative(weight), NAME, "min_child_weight", weight, from_0)?;
        expect(not_negative(p.lambda), NAME, "lambda", p.lambda, from_0)?;
        expect(not_negative(p.gamma), NAME, "gamma", p.gamma, from_0)?;
        expect(share(p.subsample), NAME, "subsample", p.subsample, a_share)?;
        let columns = p.colsample_bytree;
        expect(share(columns), NAME, "colsample_bytree", columns, a_share)?;
        expect((2..=4096).contains(&p.max_bin), NAME, "max_bin", p.max_bin, "2 to 4096")?;
        p.categories.check(NAME)?;
        Ok(Self(params))
    }

    fn settings(&self, task: &Task<'_>, y: &Labels) -> Vec<(&'static str, String)> {
        let p = &self.0;
        vec![
            ("eta", p.eta.to_string()),
            ("max_depth", p.max_depth.to_string()),
            ("min_child_weight", p.min_child_weight.to_string()),
            ("lambda", p.lambda.to_string()),
            ("gamma", p.gamma.to_string()),
            ("subsample", p.subsample.to_string()),
            ("colsample_bytree", p.colsample_bytree.to_string()),
            ("max_bin", p.max_bin.to_string()),
            ("base_score", base_rate(y).to_string()),
            ("nthread", thread_count(task.threads).to_string()),
            ("seed", seed_text(task.seed.stream(NAME))),
        ]
    }

    /// The mean loss curve over the folds, as long as patience lasts.
    fn fold_curve(&self, task: &Task<'_>) -> Result<Vec<f64>, TrainError> {
        let parts = task
            .folds
            .iter()
            .map(|fold| {
                let (x, y) = (task.x.take(&fold.fit), task.y.take(&fold.fit));
                let hold_y = task.y.take(&fold.hold);
                let encoder = tree_encoder(&x, &y, &self.0.categories)?;
                let fit = rows(&encoder.encode(&x)?, encoder.width(), &y, task.threads)?;
                let inputs = encoder.encode(&task.x.take(&fold.hold))?;
                let hold = rows(&inputs, encoder.width(), &hold_y, task.threads)?;
                Ok((fit, hold, hold_y, self.settings(task, &y)))
            })
            .collect::<Result<Vec<(Rows, Rows, Labels, _)>, TrainError>>()?;
        let mut boosters = parts
            .iter()
            .map(|(fit, hold, _, settings)| start(fit, &[hold], settings))
            .collect::<Result<Vec<Boosting<'_>>, TrainError>>()?;
        let mut curve: Vec<f64> = Vec::new();
        while curve.len() < self.0.rounds as usize
            && curve.len() - best_round(&curve) < self.0.patience as usize
        {
            let mut sum = 0.0;
            for (booster, (_, hold, hold_y, _)) in boosters.iter_mut().zip(&parts) {
                booster.update()?;
                sum += mean_loss(booster.margins(hold)?.into_iter().map(f64::from), hold_y);
            }
            curve.push(sum / parts.len() as f64);
            task.tell(Progress {
                stage: Stage::Choosing,
                done: curve.len() as u32,
                total: self.0.rounds,
                train_loss: None,
                valid_loss: curve.last().copied(),
            })?;
        }
        Ok(curve)
    }

    /// A model of so many rounds on all rows, and its losses.
    fn fit_rounds(
        &self,
        task: &Task<'_>,
        rounds: u32,
        folds: Vec<f64>,
    ) -> Result<(Encoder, LossCurve, leadsight_forest::Forest), TrainError> {
        let encoder = tree_encoder(task.x, task.y, &self.0.categories)?;
        let width = encoder.width();
        let train = rows(&encoder.encode(task.x)?, width, task.y, task.threads)?;
        let watch = match task.watch {
            None => None,
            Some((x, y)) => Some((rows(&encoder.encode(x)?, width, y, task.threads)?, y)),
        };
        let others: Vec<&Rows> = watch.iter().map(|(rows, _)| rows).collect();
        let mut booster = start(&train, &others, &self.settings(task, task.y))?;
        let mut curve = LossCurve { folds, ..LossCurve::default() };
        for done in 1..=rounds {
            booster.update()?;
            let loss = |rows: &Rows, y: &Labels| -> Result<f64, TrainError> {
                Ok(mean_loss(booster.margins(rows)?.into_iter().map(f64::from), y))
            };
            curve.train.push(loss(&train, task.y)?);
            if let Some((rows, y)) = &watch {
                curve.valid.push(loss(rows, y)?);
            }
            task.tell(Progress {
                stage: Stage::Fitting,
                done,
                total: rounds,
                train_loss: curve.train.last().copied(),
                valid_loss: curve.valid.last().copied(),
            })?;
        }
        Ok((encoder, curve, booster.finish()?))
    }
}

impl Trainer for Xgboost {
    fn name(&self) -> &'static str {
        NAME
    }

    fn complexity(&self) -> u32 {
        5
    }

    fn fit(&self, task: &Task<'_>) -> Result<Fit, TrainError> {
        task.check_with_features()?;
        let (rounds, folds) = match task.rounds {
            Some(rounds) => (rounds, Vec::new()),
            None if task.folds.is_empty() => (self.0.rounds, Vec::new()),
            None => {
                let curve = self.fold_curve(task)?;
                (best_round(&curve).max(1) as u32, curve)
            }
        };
        let (encoder, curve, forest) = self.fit_rounds(task, rounds, folds)?;
        let model = Model::Forest(ForestModel::new(encoder, forest)?);
        Ok(Fit { rounds: Some(rounds), curve: Some(curve), ..Fit::of(model) })
    }
}
