//! Logistic regression with an L2 penalty (linfa's L-BFGS).
//!
//! minimise sum_i ln(1 + exp(-y_i (w z_i + b))) + strength/2 |w|^2 over standardised numbers and one-hot categories z; the
//! intercept b is not penalised. The strength is chosen on folds by log-loss from a small grid. Going from strong to
//! weak, each fit starts where the last one ended.

use crate::encoding::linear_encoder;
use crate::loss::mean_loss;
use crate::spec::expect;
use crate::{Fit, Fold, Progress, Stage, Task, TrainError, Trainer, stratified_folds};
use leadsight_models::{Classifier, Encoder, Linear, Model};
use leadsight_schema::{Labels, Matrix};
use linfa::DatasetBase;
use linfa::traits::Fit as _;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2, ShapeBuilder};
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

/// The optimiser stops where the gradient, a sum over rows, is below this times the number of rows.
const TOLERANCE_PER_ROW: f64 = 2e-5;

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
    fn choose(&self, task: &Task<'_>) -> Result<f64, TrainError> {
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
            let data = dataset(&encoder, &x, &y)?;
            let hold_inputs = inputs(&encoder, &hold_x)?;
            let mut from = None;
            for (strength, loss) in strengths.iter().zip(&mut losses) {
                let weights = solve(&data, *strength, STEPS_WHILE_CHOOSING, from.take())?;
                let (w, b) = split_intercept(&weights);
                let margins = hold_inputs.dot(&w) + b;
                *loss += mean_loss(margins.iter().copied(), &hold_y);
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

type Data = DatasetBase<Array2<f64>, Array1<bool>>;

/// Weights with the intercept behind them.
fn solve(
    data: &Data,
    strength: f64,
    steps: u64,
    from: Option<Array1<f64>>,
) -> Result<Array1<f64>, TrainError> {
    let mut solver = LogisticRegression::default()
        .alpha(strength)
        .max_iterations(steps)
        .gradient_tolerance(TOLERANCE_PER_ROW * data.records.nrows() as f64);
    if let Some(weights) = from {
        solver = solver.initial_params(weights);
    }
    let fitted =
        linfa::ParamGuard::check(solver).and_then(|solver| solver.fit(data)).map_err(|source| {
            TrainError::Library {
                library: "linfa-logistic",
                step: "fitting",
                source: Box::new(source),
            }
        })?;
    // linfa decides by itself which outcome it calls positive.
    let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
    let weights = fitted.params().iter().copied().chain([fitted.intercept()]);
    Ok(weights.map(|w| w * sign).collect())
}

fn inputs(encoder: &Encoder, x: &Matrix) -> Result<Array2<f64>, TrainError> {
    let values = encoder.encode(x)?;
    let width = encoder.width();
    // Column by column: most of the time goes into the transposed product of the gradient, which then reads in order.
    let shape = (x.rows(), width).f();
    Ok(Array2::from_shape_fn(shape, |(r, c)| f64::from(values[r * width + c])))
}

fn dataset(encoder: &Encoder, x: &Matrix, y: &Labels) -> Result<Data, TrainError> {
    Ok(DatasetBase::new(inputs(encoder, x)?, Array1::from(y.as_slice().to_vec())))
}

fn split_intercept(weights: &Array1<f64>) -> (Array1<f64>, f64) {
    let mut w = weights.to_vec();
    let b = w.pop().unwrap_or(0.0);
    (Array1::from(w), b)
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
        let strength = match task.strength {
            Some(strength) => strength,
            None => self.choose(task)?,
        };
        task.tell(Progress {
            stage: Stage::Fitting,
            done: 0,
            total: 1,
            train_loss: None,
            valid_loss: None,
        })?;
        let encoder = linear_encoder(task.x, self.0.min_level_rows)?;
        let weights =
            solve(&dataset(&encoder, task.x, task.y)?, strength, self.0.max_iterations, None)?;
        let (w, b) = split_intercept(&weights);
        let model = Model::Linear(Linear::new(encoder, b, w.to_vec(), task.x)?);
        let loss = mean_loss(model.margins(task.x)?.into_iter(), task.y);
        task.tell(Progress {
            stage: Stage::Fitting,
            done: 1,
            total: 1,
            train_loss: Some(loss),
            valid_loss: None,
        })?;
        Ok(Fit { model, rounds: None, strength: Some(strength), curve: None })
    }
}
