//! Extremely randomised trees (`leadsight_forest::train`; Geurts, Ernst and Wehenkel 2006): all rows, one random cut an input.

use crate::bagged;
use crate::boosted::named;
use crate::spec::expect;
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
        expect((1..=10_000).contains(&p.trees), NAME, "trees", p.trees, "1 to 10000")?;
        expect((1..=128).contains(&p.max_depth), NAME, "max_depth", p.max_depth, "1 to 128")?;
        p.categories.check(NAME)?;
        let share = p.colsample_bynode > 0.0 && p.colsample_bynode <= 1.0;
        let a_share = "a share above 0 and at most 1";
        expect(share, NAME, "colsample_bynode", p.colsample_bynode, a_share)?;
        let bag = BagParams {
            max_depth: p.max_depth,
            min_leaf_rows: p.min_leaf_rows,
            colsample: p.colsample_bynode,
            sampling: Sampling::Share(1.0),
            cuts: Cuts::Random,
            smoothing: p.smoothing,
        };
        bag.check().map_err(named(NAME))?;
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
