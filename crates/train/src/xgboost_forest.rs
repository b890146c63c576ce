//! A random forest (Breiman 2001) grown by XGBoost: parallel trees, rows and node columns sampled, one round of full step.
//!
//! XGBoost fits each leaf by one Newton step from the base rate b: v = (r - b) / (b (1 - b)), with r the share of customers
//! in the leaf. As log-odds that overshoots wildly at a low base rate. So the step is undone, and each leaf gets its smoothed
//! log-odds instead: logit((n r + s b) / (n + s)) - logit(b), n being the leaf's rows and s the smoothing; the forest is
//! their mean over trees plus logit(b). Structure, covers and gains stay XGBoost's.

use crate::booster::{rows, seed_text, start, thread_count};
use crate::encoding::tree_encoder;
use crate::prior::base_rate;
use crate::spec::expect;
use crate::{Fit, Progress, Stage, Task, TrainError, Trainer, TreeCategories};
use leadsight_forest::{Forest, Node, Tree};
use leadsight_models::{ForestModel, Model};
use leadsight_schema::logit;
use serde::{Deserialize, Serialize};

/// Parameters of a random forest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct XgboostForestParams {
    /// The number of trees.
    pub trees: u32,
    /// Splits on a path at most, 1 to 16.
    pub max_depth: u32,
    /// About the fewest rows in a leaf.
    pub min_leaf_rows: f64,
    /// The share of rows that a tree sees.
    pub subsample: f64,
    /// The share of inputs that a split may choose from.
    pub colsample_bynode: f64,
    /// Leaf rates are drawn to the base rate as if by this many rows.
    pub smoothing: f64,
    /// How categories become inputs.
    pub categories: TreeCategories,
}

impl Default for XgboostForestParams {
    fn default() -> Self {
        Self {
            trees: 200,
            max_depth: 10,
            min_leaf_rows: 10.0,
            subsample: 0.63,
            colsample_bynode: 0.3,
            smoothing: 3.0,
            categories: TreeCategories::default(),
        }
    }
}

const NAME: &str = "XgboostForest";

/// Trees grown between two looks at whether to stop.
const BATCH: u32 = 20;

/// The trainer.
pub(crate) struct XgboostForest(XgboostForestParams);

impl XgboostForest {
    pub(crate) fn new(params: XgboostForestParams) -> Result<Self, TrainError> {
        let p = &params;
        let share = |v: f64| v > 0.0 && v <= 1.0;
        let a_share = "a share above 0 and at most 1";
        let positive = |v: f64| v > 0.0 && v.is_finite();
        expect((1..=10_000).contains(&p.trees), NAME, "trees", p.trees, "1 to 10000")?;
        expect((1..=16).contains(&p.max_depth), NAME, "max_depth", p.max_depth, "1 to 16")?;
        let rows = p.min_leaf_rows;
        expect(positive(rows), NAME, "min_leaf_rows", rows, "a finite number above 0")?;
        expect(share(p.subsample), NAME, "subsample", p.subsample, a_share)?;
        let columns = p.colsample_bynode;
        expect(share(columns), NAME, "colsample_bynode", columns, a_share)?;
        let smoothing = p.smoothing;
        expect(positive(smoothing), NAME, "smoothing", smoothing, "a number of rows above 0")?;
        p.categories.check(NAME)?;
        Ok(Self(params))
    }
}

impl Trainer for XgboostForest {
    fn name(&self) -> &'static str {
        NAME
    }

    fn complexity(&self) -> u32 {
        4
    }

    fn fit(&self, task: &Task<'_>) -> Result<Fit, TrainError> {
        task.check_with_features()?;
        let p = &self.0;
        let base = base_rate(task.y);
        let hessian = base * (1.0 - base);
        let encoder = tree_encoder(task.x, task.y, &p.categories)?;
        let train = rows(&encoder.encode(task.x)?, encoder.width(), task.y, task.threads)?;
        let mut trees = Vec::with_capacity(p.trees as usize);
        for batch in 0..p.trees.div_ceil(BATCH) {
            let grown = BATCH.min(p.trees - batch * BATCH);
            let settings = [
                ("eta", "1".to_owned()),
                ("num_parallel_tree", grown.to_string()),
                ("max_depth", p.max_depth.to_string()),
                ("min_child_weight", (p.min_leaf_rows * hessian).to_string()),
                ("lambda", "0".to_owned()),
                ("subsample", p.subsample.to_string()),
                ("colsample_bynode", p.colsample_bynode.to_string()),
                ("base_score", base.to_string()),
                ("nthread", thread_count(task.threads).to_string()),
                ("seed", seed_text(task.seed.stream(&format!("{NAME} {batch}")))),
            ];
            let mut booster = start(&train, &[], &settings)?;
            booster.update()?;
            let forest = booster.finish()?;
            let leaves = |t: &Tree| leaf_log_odds(t, base, f64::from(grown), p);
            trees.extend(forest.trees().iter().map(leaves));
            task.tell(Progress {
                stage: Stage::Fitting,
                done: trees.len() as u32,
                total: p.trees,
                train_loss: None,
                valid_loss: None,
            })?;
        }
        let forest = Forest::from_trees(encoder.width(), logit(base), trees)?;
        let model = Model::Forest(ForestModel::new(encoder, forest)?);
        Ok(Fit::of(model))
    }
}

/// The same tree with smoothed log-odds in its leaves, as its share of the mean over all trees. `grown` trees
/// shared XGBoost's step.
fn leaf_log_odds(tree: &Tree, base: f64, grown: f64, p: &XgboostForestParams) -> Tree {
    let hessian = base * (1.0 - base);
    let leaf = |node: &Node| match node {
        Node::Split(split) => Node::Split(*split),
        Node::Leaf { value, cover } => {
            let rate = (base + value * grown * hessian).clamp(0.0, 1.0);
            let n = cover / hessian;
            let smoothed = (n * rate + p.smoothing * base) / (n + p.smoothing);
            Node::Leaf {
                value: (logit(smoothed) - logit(base)) / f64::from(p.trees),
                cover: *cover,
            }
        }
    };
    Tree { nodes: tree.nodes.iter().map(leaf).collect(), root: tree.root, sets: tree.sets.clone() }
}
