//! A random forest (`leadsight_forest::train`; Breiman 2001): bootstrapped rows, inputs drawn anew for every split.

use crate::bagged::Bagged;
use crate::{TrainError, TreeCategories};
use leadsight_forest::train::{BagParams, Cuts, Sampling};
use serde::{Deserialize, Serialize};

/// Parameters of a random forest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RandomForestParams {
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

impl Default for RandomForestParams {
    fn default() -> Self {
        Self {
            trees: 200,
            max_depth: 24,
            min_leaf_rows: 60.0,
            colsample_bynode: 0.3,
            prior_outcomes: 1.0,
            categories: TreeCategories::default(),
        }
    }
}

impl RandomForestParams {
    /// The trainer, if the parameters are in range.
    pub(crate) fn trainer(&self) -> Result<Bagged, TrainError> {
        let trees = BagParams {
            max_depth: self.max_depth,
            min_leaf_rows: self.min_leaf_rows,
            colsample: self.colsample_bynode,
            sampling: Sampling::Bootstrap,
            cuts: Cuts::All,
            prior_outcomes: self.prior_outcomes,
        };
        Bagged::new("RandomForest", self.trees, trees, self.categories.clone())
    }
}
