//! Scorecards and rules as models: declared points, put on the scale of log-odds by two fitted numbers.
//!
//! minimise sum_i ln(1 + exp(-y_i (a + b t_i))) over a and b >= 0, with t_i the points of lead i. One slope for all points
//! keeps the proportions that people declared, and b >= 0 their direction; where the points go against the outcomes b
//! is 0 and the model says the base rate. Rules are points too: the score that the first rule that holds gives.

use crate::calibration::newton::minimise;
use crate::loss::mean_loss;
use crate::prior::base_rate;
use crate::{Fit, Progress, Stage, Task, TrainError, Trainer};
use leadsight_models::{Classifier, Model, PointTable, PointsModel};
use leadsight_rules::{Indicator, Rules, Scorecard};
use leadsight_schema::logit;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What people declare and nothing learns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub enum Declared<T> {
    /// In a RON file of its own, relative to the configuration.
    File(PathBuf),
    /// In the configuration.
    Inline(T),
}

impl<T> Declared<T> {
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::File(file) => Some(file),
            Self::Inline(_) => None,
        }
    }

    fn inline(&self, model: &'static str) -> Result<&T, TrainError> {
        match self {
            Self::Inline(declared) => Ok(declared),
            Self::File(file) => Err(TrainError::Param {
                model,
                name: "File",
                found: format!("{}, which has not been read", file.display()),
                expected: "the declaration itself, Inline(...)",
            }),
        }
    }
}

/// The features of a scorecard and what they are worth.
pub(crate) fn of_scorecard(
    card: &Declared<Scorecard>,
) -> Result<(Vec<Indicator>, Points), TrainError> {
    const NAME: &str = "Scorecard";
    let card = card.inline(NAME)?;
    let (floor, cap) = card.limits();
    let table = PointTable {
        base: card.base(),
        points: card.points().iter().map(|entry| entry.points).collect(),
        floor: Some(floor).filter(|v| v.is_finite()),
        cap: Some(cap).filter(|v| v.is_finite()),
    };
    Ok((card.indicators(), Points { name: NAME, table }))
}

/// The features of rules and what they are worth: the distance of a rule's score from that of a lead that none decides.
pub(crate) fn of_rules(rules: &Declared<Rules>) -> Result<(Vec<Indicator>, Points), TrainError> {
    const NAME: &str = "Rules";
    let rules = rules.inline(NAME)?;
    let base = f64::from(rules.otherwise().score());
    let points = rules.rules().iter().map(|rule| f64::from(rule.then.score()) - base).collect();
    let table = PointTable { base, points, floor: None, cap: None };
    Ok((rules.indicators(), Points { name: NAME, table }))
}

/// The trainer.
pub(crate) struct Points {
    name: &'static str,
    table: PointTable,
}

impl Trainer for Points {
    fn name(&self) -> &'static str {
        self.name
    }

    fn complexity(&self) -> u32 {
        1
    }

    fn fit(&self, task: &Task<'_>) -> Result<Fit, TrainError> {
        task.check_with_features()?;
        let totals = self.table.totals(task.x)?;
        let (intercept, slope) =
            line(&totals, task.y.as_slice()).unwrap_or_else(|| (logit(base_rate(task.y)), 0.0));
        let model = PointsModel::new(self.table.clone(), intercept, slope, task.x)?;
        let loss = mean_loss(model.margins(task.x)?.into_iter(), task.y);
        task.tell(Progress {
            stage: Stage::Fitting,
            done: 1,
            total: 1,
            train_loss: Some(loss),
            valid_loss: None,
        })?;
        Ok(Fit::of(Model::Points(model)))
    }
}

/// Intercept and slope; `None` where the best line does not rise.
fn line(totals: &[f64], outcomes: &[bool]) -> Option<(f64, f64)> {
    let n = totals.len() as f64;
    let mean = totals.iter().sum::<f64>() / n;
    let sd = (totals.iter().map(|t| (t - mean).powi(2)).sum::<f64>() / n).sqrt();
    // The optimiser's small ridge is meant for columns of about this spread.
    let unit = if sd > 0.0 { sd } else { return None };
    let x: Vec<[f64; 2]> = totals.iter().map(|t| [(t - mean) / unit, 1.0]).collect();
    let y: Vec<f64> = outcomes.iter().map(|y| f64::from(u8::from(*y))).collect();
    let rate = y.iter().sum::<f64>() / n;
    let [a, b] = minimise(&x, &y, [0.0, logit(rate)])?;
    (a > 0.0).then(|| (b - a * mean / unit, a / unit))
}
