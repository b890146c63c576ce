//! Trainer of the prior: the log-odds of the base rate.

use crate::{Fit, Progress, Stage, Task, TrainError, Trainer};
use leadsight_models::{Model, Prior};
use leadsight_schema::{Labels, logit};

/// Needs no parameters.
pub(crate) struct PriorRate;

impl Trainer for PriorRate {
    fn name(&self) -> &'static str {
        "Prior"
    }

    fn complexity(&self) -> u32 {
        0
    }

    fn fit(&self, task: &Task<'_>) -> Result<Fit, TrainError> {
        task.check()?;
        let margin = logit(base_rate(task.y));
        let model = Model::Prior(Prior::new(task.x.features().to_vec(), margin)?);
        task.tell(Progress {
            stage: Stage::Fitting,
            done: 1,
            total: 1,
            train_loss: None,
            valid_loss: None,
        })?;
        Ok(Fit::of(model))
    }
}

/// The share of customers among labels of both classes.
pub(crate) fn base_rate(y: &Labels) -> f64 {
    y.positives() as f64 / y.len().max(1) as f64
}
