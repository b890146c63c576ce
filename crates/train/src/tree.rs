//! One decision tree that a person can read (linfa-trees).
//!
//! linfa's tree predicts hard labels, keeps no counts, and always prunes siblings of one majority: at a low base rate that
//! leaves little more than a root. So the tree is grown split by split: at each node linfa chooses the split of a tree of depth 1,
//! column by column on that node's rows counted by bin, with both outcomes given equal weight, and the best column wins. Then the two sides of any split that says something have
//! different majorities, and none is pruned away.
//!
//! Inputs are cut into bins first and linfa sees bin numbers, so that its fixed tolerance (1e-5) means the same for ages and
//! amounts, and its thresholds are exact cuts of ours. A missing number goes where the median goes. Leaves hold the log-odds
//! of (customers + m b) / (rows + m), with b the base rate and m the smoothing, counted over all training rows.

use crate::encoding::tree_encoder;
use crate::prior::base_rate;
use crate::spec::expect;
use crate::{Fit, Progress, Stage, Task, TrainError, Trainer, TreeCategories};
use leadsight_forest::{Forest, Rule, Split, Tree as Nodes};
use leadsight_models::{ForestModel, Model};
use leadsight_schema::logit;
use linfa::DatasetBase;
use linfa::traits::Fit as _;
use linfa_trees::DecisionTree;
use ndarray::{Array1, Array2};
use serde::{Deserialize, Serialize};

/// Parameters of the readable tree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TreeParams {
    /// Splits on a path at most, 1 to 12.
    pub max_depth: u32,
    /// The fewest rows in a leaf.
    pub min_leaf_rows: usize,
    /// Leaf rates are drawn to the base rate as if by this many rows.
    pub smoothing: f64,
    /// Cuts of a number at most, 1 to 1000.
    pub max_cuts: usize,
    /// How categories become inputs.
    pub categories: TreeCategories,
}

impl Default for TreeParams {
    fn default() -> Self {
        Self {
            max_depth: 5,
            min_leaf_rows: 50,
            smoothing: 10.0,
            max_cuts: 64,
            categories: TreeCategories::default(),
        }
    }
}

const NAME: &str = "Tree";

/// The least gain in Gini impurity (of at most 0.5). Ties between majorities, which linfa breaks at random, have less.
const MIN_GAIN: f64 = 1e-4;

/// Weights are whole multiples of 1 / this, so that linfa's sums in f32 are exact up to 262,144 leads' worth.
const WEIGHT_STEPS: f64 = 64.0;

/// The trainer.
pub(crate) struct Tree(TreeParams);

impl Tree {
    pub(crate) fn new(params: TreeParams) -> Result<Self, TrainError> {
        let p = &params;
        expect((1..=12).contains(&p.max_depth), NAME, "max_depth", p.max_depth, "1 to 12")?;
        let leaf = p.min_leaf_rows;
        expect(leaf >= 1, NAME, "min_leaf_rows", leaf, "1 or more")?;
        let smooth = p.smoothing > 0.0 && p.smoothing.is_finite();
        expect(smooth, NAME, "smoothing", p.smoothing, "a number of rows above 0")?;
        expect((1..=1000).contains(&p.max_cuts), NAME, "max_cuts", p.max_cuts, "1 to 1000")?;
        p.categories.check(NAME)?;
        Ok(Self(params))
    }
}

impl Trainer for Tree {
    fn name(&self) -> &'static str {
        NAME
    }

    fn complexity(&self) -> u32 {
        3
    }

    fn fit(&self, task: &Task<'_>) -> Result<Fit, TrainError> {
        task.check_with_features()?;
        let encoder = tree_encoder(task.x, task.y, &self.0.categories)?;
        let (inputs, width) = (encoder.encode(task.x)?, encoder.width());
        let columns = (0..width)
            .map(|c| binned(inputs.iter().skip(c).step_by(width).copied(), self.0.max_cuts))
            .collect();
        let mut growth = Growth {
            task,
            params: &self.0,
            base: base_rate(task.y),
            columns,
            nodes: Nodes::default(),
            leaves: 0,
        };
        growth.grow(&(0..task.x.rows()).collect::<Vec<_>>(), 0)?;
        let forest = Forest::from_trees(width, logit(growth.base), vec![growth.nodes])?;
        let model = Model::Forest(ForestModel::new(encoder, forest)?);
        Ok(Fit::of(model))
    }
}

/// An input in bins: bin k holds the values x with `cuts[k - 1] <= x < cuts[k]`.
struct Binned {
    cuts: Vec<f32>,
    bins: Vec<u16>,
    /// Where missing values go.
    median: u16,
}

/// Cuts at midpoints between neighbours, at most `max_cuts` of them, evenly spread over the rows.
fn binned(values: impl Iterator<Item = f32>, max_cuts: usize) -> Binned {
    let values: Vec<f32> = values.collect();
    let mut known: Vec<f32> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    known.sort_by(f32::total_cmp);
    let mut cuts: Vec<f32> = Vec::new();
    for i in 1..=max_cuts {
        let at = i * known.len() / (max_cuts + 1);
        // The first row of a run of equal values, so that every cut parts two values.
        if let Some(value) = known.get(at) {
            let first = known.partition_point(|v| v < value);
            cuts.extend(first.checked_sub(1).map(|below| middle(known[below], *value)));
        }
    }
    // Few distinct values: a cut between each pair of them, however rare they are.
    let mut distinct = known.clone();
    distinct.dedup();
    if distinct.len() <= max_cuts + 1 {
        cuts = distinct.windows(2).map(|w| middle(w[0], w[1])).collect();
    }
    cuts.dedup();
    let bin = |x: f32| cuts.partition_point(|cut| *cut <= x) as u16;
    let median = known.get(known.len() / 2).map_or(0, |m| bin(*m));
    let bins = values.iter().map(|x| if x.is_nan() { median } else { bin(*x) }).collect();
    Binned { cuts, bins, median }
}

/// A number t with a < t <= b, halfway where there is one.
fn middle(a: f32, b: f32) -> f32 {
    let half = a + (b - a) / 2.0;
    if half > a && half <= b { half } else { b }
}

struct Growth<'a> {
    task: &'a Task<'a>,
    params: &'a TreeParams,
    base: f64,
    columns: Vec<Binned>,
    nodes: Nodes,
    leaves: u32,
}

impl Growth<'_> {
    /// Grows the branch of these rows and returns its root's index. The depth is at most 12.
    fn grow(&mut self, rows: &[usize], depth: u32) -> Result<u32, TrainError> {
        let outcomes = self.task.y.as_slice();
        let positives = rows.iter().filter(|r| outcomes[**r]).count();
        let best = if depth < self.params.max_depth
            && rows.len() >= 2 * self.params.min_leaf_rows
            && positives > 0
            && positives < rows.len()
        {
            self.stump(rows, positives)?
        } else {
            None
        };
        let Some(Stump { column, cut, gain, left, right }) = best else {
            return self.leaf(rows.len(), positives);
        };
        let cover = rows.len() as f64;
        let left = self.grow(&left, depth + 1)?;
        let right = self.grow(&right, depth + 1)?;
        Ok(self.nodes.split(Split {
            feature: column as u32,
            rule: Rule::Below(self.columns[column].cuts[cut]),
            default_left: usize::from(self.columns[column].median) <= cut,
            left,
            right,
            cover,
            gain: gain * cover,
        }))
    }

    fn leaf(&mut self, rows: usize, positives: usize) -> Result<u32, TrainError> {
        self.leaves += 1;
        self.task.tell(Progress {
            stage: Stage::Fitting,
            done: self.leaves,
            total: 1 << self.params.max_depth,
            train_loss: None,
            valid_loss: None,
        })?;
        let (n, m) = (rows as f64, self.params.smoothing);
        let rate = (positives as f64 + m * self.base) / (n + m);
        Ok(self.nodes.leaf(logit(rate) - logit(self.base), n))
    }

    /// The best split of these rows; none where no split says anything or leaves enough rows on both sides.
    fn stump(&self, rows: &[usize], positives: usize) -> Result<Option<Stump>, TrainError> {
        let others = rows.len() - positives;
        let ratio = others as f64 / positives as f64;
        let weight = |share: f64| ((share.max(1.0) * WEIGHT_STEPS).round() / WEIGHT_STEPS) as f32;
        let weights = [weight(1.0 / ratio), weight(ratio)];
        let total = weights[1] * positives as f32 + weights[0] * others as f32;
        let least_weight = total * self.params.min_leaf_rows as f32 / rows.len() as f32;
        let mut best: Option<(usize, f32, f32)> = None;
        for column in 0..self.columns.len() {
            if let Some((at, gain)) = self.split(column, rows, weights, least_weight)?
                && best.is_none_or(|(_, _, most)| gain > most)
            {
                best = Some((column, at, gain));
            }
        }
        let Some((column, at, gain)) = best else { return Ok(None) };
        // linfa splits between two bins and goes left at or below; ours goes left below the cut between them.
        let bin_at_most = at.floor();
        let bins = &self.columns[column];
        let (left, right): (Vec<usize>, Vec<usize>) =
            rows.iter().partition(|r| f32::from(bins.bins[**r]) <= bin_at_most);
        let cut = bin_at_most as usize;
        let least = self.params.min_leaf_rows.min(rows.len() / 2);
        let enough = left.len().min(right.len()) * 4 >= least;
        Ok((enough && cut < bins.cuts.len()).then(|| Stump {
            column,
            cut,
            gain: f64::from(gain),
            left,
            right,
        }))
    }

    /// linfa's split of these rows by one column, and its gain. Rows alike in bin and outcome are one row of their weight together.
    fn split(
        &self,
        column: usize,
        rows: &[usize],
        weights: [f32; 2],
        least_weight: f32,
    ) -> Result<Option<(f32, f32)>, TrainError> {
        let (outcomes, bins) = (self.task.y.as_slice(), &self.columns[column]);
        let mut counts = vec![[0_u32; 2]; bins.cuts.len() + 1];
        for row in rows {
            counts[usize::from(bins.bins[*row])][usize::from(outcomes[*row])] += 1;
        }
        let cells = counts.iter().zip(0_u16..).flat_map(|(counts, bin)| {
            [false, true].map(|outcome| (bin, outcome, counts[usize::from(outcome)]))
        });
        let cells: Vec<_> = cells.filter(|(.., count)| *count > 0).collect();
        let records = Array2::from_shape_fn((cells.len(), 1), |(i, _)| f32::from(cells[i].0));
        let targets: Array1<bool> = cells.iter().map(|(_, outcome, _)| *outcome).collect();
        let summed = cells.iter().map(|(_, y, count)| weights[usize::from(*y)] * *count as f32);
        let fitted = DecisionTree::params()
            .max_depth(Some(1))
            .min_weight_split(0.0)
            .min_weight_leaf(least_weight)
            .min_impurity_decrease(MIN_GAIN as f32)
            .fit(&DatasetBase::new(records, targets).with_weights(summed.collect::<Array1<_>>()))
            .map_err(|source| TrainError::Library {
                library: "linfa-trees",
                step: "splitting a node",
                source: Box::new(source),
            })?;
        let root = fitted.root_node();
        let (_, at, gain) = root.split();
        Ok((!root.is_leaf()).then_some((at, gain)))
    }
}

struct Stump {
    column: usize,
    cut: usize,
    gain: f64,
    left: Vec<usize>,
    right: Vec<usize>,
}
