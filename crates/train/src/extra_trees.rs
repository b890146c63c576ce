//! Extremely randomised trees (`leadsight_forest::train`; Geurts, Ernst and Wehenkel 2006): all rows, one random cut an input.

use crate::bagged::Bagged;
use crate::{TrainError, TreeCategories};
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
    /// Leaf rates are drawn to the base rate as if by the rows that hold this many leads of the rarer outcome.
    pub prior_outcomes: f64,
    /// How categories become inputs.
    pub categories: TreeCategories,
}

impl Default for ExtraTreesParams {
    fn default() -> Self {
        Self {
            trees: 200,
            max_depth: 24,
            min_leaf_rows: 40.0,
            colsample_bynode: 0.6,
            prior_outcomes: 1.0,
            categories: TreeCategories::default(),
        }
    }
}

impl ExtraTreesParams {
    /// The trainer, if the parameters are in range.
    pub(crate) fn trainer(&self) -> Result<Bagged, TrainError> {
        let trees = BagParams {
            max_depth: self.max_depth,
            min_leaf_rows: self.min_leaf_rows,
            colsample: self.colsample_bynode,
            sampling: Sampling::Share(1.0),
            cuts: Cuts::Random,
            prior_outcomes: self.prior_outcomes,
        };
        Bagged::new("ExtraTrees", self.trees, trees, self.categories.clone())
    }
}
