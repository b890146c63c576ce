//! Extremely randomised trees (`leadsight_forest::train`; Geurts, Ernst and Wehenkel 2006): all rows, one random cut an input.

use crate::bagged;
use crate::{Fit, Task, TrainError, Trainer, TreeCategories};
use leadsight_forest::train::{BagParams, Cuts, Sampling};
use serde::{Deserialize, Serialize};

/// Parameters of extremely randomised trees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ExtraTreesParams {
    /// The number of trees.
    pub trees: u32,
    /// Splits on a path at most, 1 to 128.
    pub max_depth: u32,
    /// The fewest rows in a leaf.
    pub min_leaf_rows: f64,
    /// The share of inputs that a split may choose from.
    pub colsample_bynode: f64,
    /// Leaf rates are drawn to the base rate as if by this many rows.
    pub smoothing: f64,
    /// How categories become inputs.
    pub categories: TreeCategories,
}

impl Default for ExtraTreesParams {
    fn default() -> Self {
        Self {
            trees: 200,
            max_depth: 24,
            min_leaf_rows: 10.0,
            colsample_bynode: 0.6,
            smoothing: 3.0,
            categories: TreeCategories::default(),
        }
    }
}

const NAME: &str = "ExtraTrees";

/// The trainer.
pub(crate) struct ExtraTrees {
    params: ExtraTreesParams,
    bag: BagParams,
}

impl ExtraTrees {
    pub(crate) fn new(params: ExtraTreesParams) -> Result<Self, TrainError> {
        let p = &params;
        let bag = BagParams {
            max_depth: p.max_depth,
            min_leaf_rows: p.min_leaf_rows,
            colsample: p.colsample_bynode,
            sampling: Sampling::Share(1.0),
            cuts: Cuts::Random,
            smoothing: p.smoothing,
        };
        bagged::check(NAME, p.trees, &p.categories, &bag)?;
        Ok(Self { params, bag })
    }
}

impl Trainer for ExtraTrees {
    fn name(&self) -> &'static str {
        NAME
    }

    fn complexity(&self) -> u32 {
        4
    }

    fn fit(&self, task: &Task<'_>) -> Result<Fit, TrainError> {
        bagged::fit(NAME, self.params.trees, &self.bag, &self.params.categories, task)
    }
}
