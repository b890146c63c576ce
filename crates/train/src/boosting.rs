//! Boosted trees (`leadsight_forest::train`): by levels or leaf by leaf, categories as numbers or as sets, directions.

use crate::boosted::{Plan, check_rounds, named};
use crate::encoding::{code_encoder, tree_encoder};
use crate::spec::expect;
use crate::{Fit, Task, TrainError, Trainer, TreeCategories};
use leadsight_forest::train::{BoostParams, Categories, Growth, Monotone};
use leadsight_models::{Encoder, FeatureEncoder};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a boosted tree grows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub enum TreeGrowth {
    /// Level by level, every node that gains.
    Levels {
        /// Splits on a path at most, 1 to 16.
        max_depth: u32,
    },
    /// The leaf that gains most, one after another.
    Leaves {
        /// Leaves at most, 2 or more.
        max_leaves: u32,
        /// Splits on a path at most, 1 to 64.
        max_depth: u32,
    },
}

/// How boosted trees see categories.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub enum BoostingCategories {
    /// As zeros and ones, or as the log-odds of their customers.
    Encoded(TreeCategories),
    /// As codes, split by sets of levels in the order of their gradients.
    Sets(Sets),
}

/// How a category is split by sets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Sets {
    /// With at most this many levels in a node, one level is parted from the others.
    pub one_hot_up_to: usize,
    /// Added to a level's hessian when levels are put in order.
    pub smooth: f64,
    /// Added to `lambda` for a category's gain.
    pub lambda: f64,
    /// A level with about fewer rows in the node is not told apart.
    pub min_rows: f64,
}

impl Default for Sets {
    fn default() -> Self {
        let Categories { one_hot_up_to, smooth, lambda, min_rows } = Categories::default();
        Self { one_hot_up_to, smooth, lambda, min_rows }
    }
}

/// Which way the probability may go as a number feature grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub enum Direction {
    /// Up or level.
    Rising,
    /// Down or level.
    Falling,
}

/// Parameters of boosted trees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BoostingParams {
    /// Rounds at most; exactly as many where there are no folds to stop on.
    pub rounds: u32,
    /// Rounds without a better mean loss after which the choice is made.
    pub patience: u32,
    /// Learning rate, above 0 and at most 1.
    pub eta: f64,
    /// How a tree grows.
    pub growth: TreeGrowth,
    /// The least sum of hessians in a child.
    pub min_child_weight: f64,
    /// L2 penalty on leaf values.
    pub lambda: f64,
    /// The least gain of a split.
    pub min_gain: f64,
    /// The share of rows that a tree sees.
    pub subsample: f64,
    /// The share of inputs that a tree sees.
    pub colsample: f64,
    /// Bins of an input, 2 to 255.
    pub max_bins: usize,
    /// How categories become inputs.
    pub categories: BoostingCategories,
    /// Number features with a direction, by name.
    pub directions: BTreeMap<String, Direction>,
}

impl Default for BoostingParams {
    fn default() -> Self {
        Self {
            rounds: 2000,
            patience: 50,
            eta: 0.05,
            growth: TreeGrowth::Levels { max_depth: 6 },
            min_child_weight: 1.0,
            lambda: 1.0,
            min_gain: 0.0,
            subsample: 0.8,
            colsample: 0.8,
            max_bins: 255,
            categories: BoostingCategories::Encoded(TreeCategories::default()),
            directions: BTreeMap::new(),
        }
    }
}

const NAME: &str = "Boosting";

/// The trainer.
pub(crate) struct Boosting {
    params: BoostingParams,
    trees: BoostParams,
}

impl Boosting {
    pub(crate) fn new(params: BoostingParams) -> Result<Self, TrainError> {
        let p = &params;
        check_rounds(NAME, p.rounds, p.patience, p.max_bins)?;
        let growth = match p.growth {
            TreeGrowth::Levels { max_depth } => {
                expect((1..=16).contains(&max_depth), NAME, "max_depth", max_depth, "1 to 16")?;
                Growth::Levels { max_depth }
            }
            TreeGrowth::Leaves { max_leaves, max_depth } => {
                expect((1..=64).contains(&max_depth), NAME, "max_depth", max_depth, "1 to 64")?;
                expect(max_leaves >= 2, NAME, "max_leaves", max_leaves, "2 or more")?;
                Growth::Leaves { max_leaves, max_depth }
            }
        };
        let categories = match &p.categories {
            BoostingCategories::Encoded(categories) => {
                categories.check(NAME)?;
                Categories::default()
            }
            BoostingCategories::Sets(sets) => Categories {
                one_hot_up_to: sets.one_hot_up_to,
                smooth: sets.smooth,
                lambda: sets.lambda,
                min_rows: sets.min_rows,
            },
        };
        let trees = BoostParams {
            eta: p.eta,
            growth,
            lambda: p.lambda,
            min_child_weight: p.min_child_weight,
            min_gain: p.min_gain,
            subsample: p.subsample,
            colsample: p.colsample,
            categories,
            monotone: Vec::new(),
        };
        trees.check().map_err(named(NAME))?;
        Ok(Self { params, trees })
    }

    /// The direction of each input.
    fn monotone(&self, encoder: &Encoder) -> Result<Vec<Monotone>, TrainError> {
        let directions = &self.params.directions;
        let is_number = |part: &FeatureEncoder| matches!(part, FeatureEncoder::Raw);
        let features = || encoder.features().iter().zip(encoder.parts());
        for name in directions.keys() {
            let found = match features().find(|(feature, _)| feature.name == *name) {
                Some((_, part)) if is_number(part) => continue,
                Some(_) => "a category, whose levels have no order",
                None => "which is no feature",
            };
            let numbers = features().filter(|(_, part)| is_number(part));
            let valid = numbers.map(|(feature, _)| feature.name.clone()).collect();
            return Err(TrainError::Direction { model: NAME, feature: name.clone(), found, valid });
        }
        let way = |name: &String| match directions.get(name) {
            None => Monotone::Free,
            Some(Direction::Rising) => Monotone::Rising,
            Some(Direction::Falling) => Monotone::Falling,
        };
        let ways = features().flat_map(|(f, part)| std::iter::repeat_n(way(&f.name), part.width()));
        Ok(ways.collect())
    }
}

impl Trainer for Boosting {
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
            ordered: None,
            encoder: &|x, y| match &self.params.categories {
                BoostingCategories::Encoded(categories) => tree_encoder(x, y, categories),
                BoostingCategories::Sets(_) => code_encoder(x),
            },
            monotone: &|encoder| self.monotone(encoder),
        }
        .fit(task)
    }
}
