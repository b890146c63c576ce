//! Logistic regression with an L2 penalty over standardised numbers and one-hot categories; the intercept is not
//! penalised. The strength is chosen on folds by log-loss from a small grid. Going from strong to
//! weak, each fit starts where the last one ended.

mod objective;

use crate::boosted::pool;
use crate::encoding::linear_encoder;
use crate::loss::mean_loss;
use crate::spec::expect;
use crate::{Fit, Fold, Progress, Stage, Task, TrainError, Trainer, stratified_folds};
use leadsight_models::{Classifier, Linear, Model};
use objective::{Inputs, solve};
use rayon::ThreadPool;
use serde::{Deserialize, Serialize};

/// Parameters of logistic regression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LogisticParams {
    /// Strengths to choose from, each above 0. With one there is nothing to choose.
    pub strengths: Vec<f64>,
    /// Levels with fewer rows share one input.
    pub min_level_rows: usize,
    /// Steps of the optimiser at most.
    pub max_iterations: u64,
}

impl Default for LogisticParams {
    fn default() -> Self {
        Self { strengths: vec![1.0, 10.0, 100.0], min_level_rows: 20, max_iterations: 60 }
    }
}

const NAME: &str = "Logistic";

/// Folds where the task brings none.
const OWN_FOLDS: usize = 3;

/// Folds that are looked at: the choice among so few strengths does not need more.
const FOLDS_USED: usize = 3;

/// Rows of a fold's fitted part that are looked at, for the same reason.
const ROWS_USED: usize = 20_000;

/// Steps of the optimiser while choosing; the differences between strengths show long before it settles.
const STEPS_WHILE_CHOOSING: u64 = 15;

/// The trainer.
pub(crate) struct Logistic(LogisticParams);

impl Logistic {
    pub(crate) fn new(mut params: LogisticParams) -> Result<Self, TrainError> {
        let valid = params.strengths.iter().all(|s| *s > 0.0 && s.is_finite());
        let listed = format!("{:?}", params.strengths);
        let some = valid && !params.strengths.is_empty();
        expect(some, NAME, "strengths", listed, "one or more finite numbers above 0")?;
        let steps = params.max_iterations;
        expect(steps >= 1, NAME, "max_iterations", steps, "1 or more")?;
        params.strengths.sort_by(|a, b| b.total_cmp(a));
        Ok(Self(params))
    }

    /// The strength with the lowest mean loss on the folds; of equals the strongest.
    fn choose(&self, task: &Task<'_>, pool: &ThreadPool) -> Result<f64, TrainError> {
        let strengths = &self.0.strengths;
        if let [only] = strengths[..] {
            return Ok(only);
        }
        let own: Vec<Fold>;
        let folds = if task.folds.is_empty() {
            own = stratified_folds(task.y.as_slice(), OWN_FOLDS, task.seed)?;
            &own[..]
        } else {
            // The last ones: forward in time they are those with the most rows.
            &task.folds[task.folds.len().saturating_sub(FOLDS_USED)..]
        };
        let mut losses = vec![0.0; strengths.len()];
        let mut done = 0;
        for Fold { fit, hold } in folds {
            let thin = fit.len().div_ceil(ROWS_USED).max(1);
            let fit: Vec<usize> = fit.iter().copied().step_by(thin).collect();
            let (x, y) = (task.x.take(&fit), task.y.take(&fit));
            let (hold_x, hold_y) = (task.x.take(hold), task.y.take(hold));
            let encoder = linear_encoder(&x, self.0.min_level_rows)?;
            let inputs = Inputs::new(&encoder, &x)?;
            let held = Inputs::new(&encoder, &hold_x)?;
            let mut from = None;
            for (strength, loss) in strengths.iter().zip(&mut losses) {
                let from_here = from.take();
                let weights = pool
                    .install(|| solve(&inputs, &y, *strength, STEPS_WHILE_CHOOSING, from_here))?;
                let margins = (0..held.rows()).map(held.margins(&weights));
                *loss += mean_loss(margins, &hold_y);
                from = Some(weights);
                done += 1;
                task.tell(Progress {
                    stage: Stage::Choosing,
                    done,
                    total: (folds.len() * strengths.len()) as u32,
                    train_loss: None,
                    valid_loss: Some(*loss / folds.len() as f64),
                })?;
            }
        }
        let best = losses.iter().zip(strengths).min_by(|a, b| a.0.total_cmp(b.0));
        Ok(best.map_or(strengths[0], |(_, strength)| *strength))
    }
}

impl Trainer for Logistic {
    fn name(&self) -> &'static str {
        NAME
    }

    fn complexity(&self) -> u32 {
        2
    }

    fn fit(&self, task: &Task<'_>) -> Result<Fit, TrainError> {
        task.check_with_features()?;
        let told = |done, train_loss| {
            let stage = Stage::Fitting;
            task.tell(Progress { stage, done, total: 1, train_loss, valid_loss: None })
        };
        let pool = pool(task.threads)?;
        let strength = match task.strength {
            Some(strength) => strength,
            None => self.choose(task, &pool)?,
        };
        told(0, None)?;
        let encoder = linear_encoder(task.x, self.0.min_level_rows)?;
        let inputs = Inputs::new(&encoder, task.x)?;
        let steps = self.0.max_iterations;
        let weights = pool.install(|| solve(&inputs, task.y, strength, steps, None))?;
        drop(inputs);
        let (slopes, intercept) = weights.split_at(encoder.width());
        let linear = Linear::new(encoder, intercept[0], slopes.to_vec(), task.x)?;
        let model = Model::Linear(linear);
        let loss = mean_loss(model.margins(task.x)?.into_iter(), task.y);
        told(1, Some(loss))?;
        Ok(Fit { strength: Some(strength), ..Fit::of(model) })
    }
}
