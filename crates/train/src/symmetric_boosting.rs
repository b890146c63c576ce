//! Boosted symmetric trees (`leadsight_forest::train`): one question a level, categories as ordered statistics.

use crate::boosted::{Plan, check_rounds, named};
use crate::encoding::code_encoder;
use crate::spec::expect;
use crate::{Fit, Task, TrainError, Trainer};
use leadsight_forest::train::{BoostParams, Growth, OrderedStatistics};
use serde::{Deserialize, Serialize};

/// Parameters of boosted symmetric trees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SymmetricBoostingParams {
    /// Rounds at most; exactly as many where there are no folds to stop on.
    pub rounds: u32,
    /// Rounds without a better mean loss after which the choice is made.
    pub patience: u32,
    /// Learning rate, above 0 and at most 1.
    pub eta: f64,
    /// Levels of a tree, 1 to 12.
    pub depth: u32,
    /// L2 penalty on leaf values.
    pub lambda: f64,
    /// A node of which a side has a smaller sum of hessians adds no gain to its level's question.
    pub min_child_weight: f64,
    /// The share of rows that a tree sees.
    pub subsample: f64,
    /// The share of inputs that a tree sees.
    pub colsample: f64,
    /// Bins of an input, 2 to 255.
    pub max_bins: usize,
    /// A category with at most this many levels (besides "missing" and "another word") is split level by level.
    pub one_hot_up_to: u32,
    /// One with more becomes the rate of customers among earlier leads of its level, drawn to the base rate as if by this many rows.
    pub smoothing: f64,
    /// Random orders of the leads, in which "earlier" is meant.
    pub orders: u32,
}

impl Default for SymmetricBoostingParams {
    fn default() -> Self {
        Self {
            rounds: 2000,
            patience: 50,
            eta: 0.05,
            depth: 6,
            lambda: 3.0,
            min_child_weight: 0.1,
            subsample: 0.8,
            colsample: 1.0,
            max_bins: 255,
            one_hot_up_to: 2,
            smoothing: 10.0,
            orders: 4,
        }
    }
}

const NAME: &str = "SymmetricBoosting";

/// The trainer.
pub(crate) struct SymmetricBoosting {
    params: SymmetricBoostingParams,
    trees: BoostParams,
    ordered: OrderedStatistics,
}

impl SymmetricBoosting {
    pub(crate) fn new(params: SymmetricBoostingParams) -> Result<Self, TrainError> {
        let p = &params;
        check_rounds(NAME, p.rounds, p.patience, p.max_bins)?;
        expect((1..=12).contains(&p.depth), NAME, "depth", p.depth, "1 to 12")?;
        let smooth = p.smoothing > 0.0 && p.smoothing.is_finite();
        expect(smooth, NAME, "smoothing", p.smoothing, "a number of rows above 0")?;
        let trees = BoostParams {
            eta: p.eta,
            growth: Growth::Symmetric { depth: p.depth },
            lambda: p.lambda,
            min_child_weight: p.min_child_weight,
            subsample: p.subsample,
            colsample: p.colsample,
            ..BoostParams::default()
        };
        trees.check().map_err(named(NAME))?;
        let above = p.one_hot_up_to.saturating_add(2);
        let ordered = OrderedStatistics { above, smooth: p.smoothing, orders: p.orders };
        ordered.check().map_err(named(NAME))?;
        Ok(Self { params, trees, ordered })
    }
}

impl Trainer for SymmetricBoosting {
    fn name(&self) -> &'static str {
        NAME
    }

    fn complexity(&self) -> u32 {
        5
    }

    fn fit(&self, task: &Task<'_>) -> Result<Fit, TrainError> {
        Plan {
            name: NAME,
            rounds: self.params.rounds,
            patience: self.params.patience,
            max_bins: self.params.max_bins,
            params: self.trees.clone(),
            ordered: Some(self.ordered),
            encoder: &|x, _| code_encoder(x),
            monotone: &|_| Ok(Vec::new()),
        }
        .fit(task)
    }
}
