//! Boosting by our own trees: the rounds chosen on folds, the model fitted on all rows.

use crate::encoding::inputs;
use crate::spec::expect;
use crate::{Fit, LossCurve, Progress, Stage, Task, TrainError};
use leadsight_forest::ForestError;
use leadsight_forest::train::{
    Bins, BoostParams, Booster, Losses, Monotone, OrderedStatistics, Sample, Target,
};
use leadsight_models::{Encoder, ForestModel, Model};
use leadsight_schema::{Labels, Matrix};
use rayon::ThreadPool;

/// What a trainer of boosted trees asks for.
pub(crate) struct Plan<'a> {
    pub(crate) name: &'static str,
    pub(crate) rounds: u32,
    pub(crate) patience: u32,
    pub(crate) max_bins: usize,
    pub(crate) params: BoostParams,
    /// Categories as numbers, each row without its own outcome.
    pub(crate) ordered: Option<OrderedStatistics>,
    pub(crate) encoder: &'a dyn Fn(&Matrix, &Labels) -> Result<Encoder, TrainError>,
    /// The direction of each input, once the encoder is known.
    pub(crate) monotone: &'a dyn Fn(&Encoder) -> Result<Vec<Monotone>, TrainError>,
}

/// Rows to fit on, and rows beside them under the same encoder and cuts.
struct Part {
    encoder: Encoder,
    bins: Bins,
    y: Labels,
    beside: Option<(Bins, Vec<f32>, Labels)>,
}

/// A pool of so many threads. Their number leaves no trace in the model.
pub(crate) fn pool(threads: usize) -> Result<ThreadPool, TrainError> {
    rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).build().map_err(|source| {
        TrainError::Library { library: "rayon", step: "starting threads", source: Box::new(source) }
    })
}

/// Refuses rounds, patience and bins that no boosting can have.
pub(crate) fn check_rounds(
    name: &'static str,
    rounds: u32,
    patience: u32,
    max_bins: usize,
) -> Result<(), TrainError> {
    expect((1..=100_000).contains(&rounds), name, "rounds", rounds, "1 to 100000")?;
    expect(patience >= 1, name, "patience", patience, "1 or more")?;
    expect((2..=255).contains(&max_bins), name, "max_bins", max_bins, "2 to 255")
}

/// The trainer's name put to a parameter that the forest refused.
pub(crate) fn named(model: &'static str) -> impl Fn(ForestError) -> TrainError {
    move |error| match error {
        ForestError::Param { name, found, expected } => {
            TrainError::Param { model, name, found, expected }
        }
        other => other.into(),
    }
}

impl Plan<'_> {
    /// Fits the model, as [`crate::Trainer::fit`] says.
    pub(crate) fn fit(&self, task: &Task<'_>) -> Result<Fit, TrainError> {
        task.check_with_features()?;
        let pool = pool(task.threads)?;
        let (rounds, folds) = match task.rounds {
            Some(rounds) => (rounds, Vec::new()),
            None if task.folds.is_empty() => (self.rounds, Vec::new()),
            None => {
                let curve = self.fold_curve(task, &pool)?;
                (best_round(&curve).max(1) as u32, curve)
            }
        };
        let part = self.part(task, &pool, (task.x, task.y), task.watch)?;
        let mut booster = self.booster(task, &part)?;
        let mut curve = LossCurve { folds, ..LossCurve::default() };
        for done in 1..=rounds {
            let Losses { train, watch } = pool.install(|| booster.round());
            curve.train.push(train);
            curve.valid.extend(watch);
            task.tell(Progress {
                stage: Stage::Fitting,
                done,
                total: rounds,
                train_loss: Some(train),
                valid_loss: watch,
            })?;
        }
        let forest = booster.forests()?.swap_remove(0);
        drop(booster);
        let model = Model::Forest(ForestModel::new(part.encoder, forest)?);
        Ok(Fit { rounds: Some(rounds), curve: Some(curve), ..Fit::of(model) })
    }

    /// The mean loss curve over the folds, as long as patience lasts.
    fn fold_curve(&self, task: &Task<'_>, pool: &ThreadPool) -> Result<Vec<f64>, TrainError> {
        let take = |rows: &[usize]| (task.x.take(rows), task.y.take(rows));
        let part = |fold: &crate::Fold| {
            let ((x, y), (hold_x, hold_y)) = (take(&fold.fit), take(&fold.hold));
            self.part(task, pool, (&x, &y), Some((&hold_x, &hold_y)))
        };
        let parts: Vec<Part> = task.folds.iter().map(part).collect::<Result<_, _>>()?;
        let mut boosters: Vec<Booster<'_>> =
            parts.iter().map(|part| self.booster(task, part)).collect::<Result<_, _>>()?;
        let mut curve: Vec<f64> = Vec::new();
        while curve.len() < self.rounds as usize
            && curve.len() - best_round(&curve) < self.patience as usize
        {
            let losses =
                boosters.iter_mut().filter_map(|booster| pool.install(|| booster.round()).watch);
            curve.push(losses.sum::<f64>() / parts.len() as f64);
            task.tell(Progress {
                stage: Stage::Choosing,
                done: curve.len() as u32,
                total: self.rounds,
                train_loss: None,
                valid_loss: curve.last().copied(),
            })?;
        }
        Ok(curve)
    }

    fn part(
        &self,
        task: &Task<'_>,
        pool: &ThreadPool,
        (x, y): (&Matrix, &Labels),
        beside: Option<(&Matrix, &Labels)>,
    ) -> Result<Part, TrainError> {
        let encoder = (self.encoder)(x, y)?;
        let (values, inputs) = (encoder.encode(x)?, inputs(&encoder));
        let failed = named(self.name);
        let (max_bins, ordered) = (self.max_bins, self.ordered);
        let seed = task.seed.stream("ordered statistics");
        let bins = pool.install(|| {
            let bins = Bins::fit(&values, &inputs, max_bins)?;
            let target = Target::Outcomes(y.as_slice());
            let sample = Sample { bins: &bins, target, weights: None };
            match ordered {
                None => Ok(bins),
                Some(ordered) => ordered.apply(&sample, &values, &inputs, seed),
            }
        });
        let bins = bins.map_err(&failed)?;
        let beside = match beside {
            None => None,
            Some((x, y)) => {
                let values = encoder.encode(x)?;
                Some((pool.install(|| bins.like(&values)).map_err(&failed)?, values, y.clone()))
            }
        };
        Ok(Part { encoder, bins, y: y.clone(), beside })
    }

    fn booster<'b>(&self, task: &Task<'_>, part: &'b Part) -> Result<Booster<'b>, TrainError> {
        let monotone = (self.monotone)(&part.encoder)?;
        let params = BoostParams { monotone, ..self.params.clone() };
        let target = Target::Outcomes(part.y.as_slice());
        let sample = Sample { bins: &part.bins, target, weights: None };
        let booster =
            Booster::new(params, sample, task.seed.stream(self.name)).map_err(named(self.name))?;
        Ok(match &part.beside {
            None => booster,
            Some((bins, values, y)) => {
                let target = Target::Outcomes(y.as_slice());
                booster.watching(Sample { bins, target, weights: None }, values)?
            }
        })
    }
}

/// The number of rounds with the lowest loss, the first of equals; 0 for an empty curve.
pub(crate) fn best_round(curve: &[f64]) -> usize {
    let better = |best: usize, (i, loss): (usize, &f64)| {
        if best == 0 || *loss < curve[best - 1] { i + 1 } else { best }
    };
    curve.iter().enumerate().fold(0, better)
}
