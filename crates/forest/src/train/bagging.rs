//! Random forests (Breiman 2001) and extremely randomised trees (Geurts, Ernst and Wehenkel 2006).
//!
//! Every tree is grown on its own draw of rows, and every split chooses among its own draw of inputs: the best cut, or the best of one
//! random cut an input. The gain is the weighted variance that a split removes, which for outcomes is half the decrease in Gini
//! impurity. A leaf of outcomes holds log-odds, those of (positives + s b) / (rows + s) with b the base rate and s the rows among which as many
//! of the rarer outcome are expected as `prior_outcomes` says (a mean of log-odds would else be ruled by leaves without any); a leaf of
//! numbers their mean. The forest's margin is the mean over trees; that of classes is one forest a class against the others,
//! on the same draws.

use super::bagged_tree::Plot;
use super::bins::Map;
use super::expect;
use super::objective::{Sample, Target};
use super::split::Sums;
use crate::{Forest, ForestError, MAX_DEPTH, Node, Tree};
use leadsight_schema::logit;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// The rows of a tree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sampling {
    /// As many as there are, with replacement.
    Bootstrap,
    /// This share, without; 1 is all of them.
    Share(f64),
}

/// The cuts that a split chooses from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cuts {
    /// All (a random forest).
    All,
    /// One an input, drawn among the bins that the node has (extra trees).
    Random,
}

/// Parameters of bagged trees.
#[derive(Debug, Clone, PartialEq)]
pub struct BagParams {
    /// Splits on a path at most, 0 to 128.
    pub max_depth: u32,
    /// The least weight of rows in a leaf, above 0.
    pub min_leaf_rows: f64,
    /// The share of inputs that a split may choose from.
    pub colsample: f64,
    /// The rows of a tree.
    pub sampling: Sampling,
    /// The cuts of a split.
    pub cuts: Cuts,
    /// Leaf rates are drawn to the base rate as if by the rows that hold this weight of the rarer outcome; above 0.
    pub prior_outcomes: f64,
}

impl Default for BagParams {
    fn default() -> Self {
        Self {
            max_depth: 24,
            min_leaf_rows: 60.0,
            colsample: 0.3,
            sampling: Sampling::Bootstrap,
            cuts: Cuts::All,
            prior_outcomes: 1.0,
        }
    }
}

impl BagParams {
    /// # Errors
    /// [`ForestError::Param`] naming the parameter, its value and what would be valid.
    pub fn check(&self) -> Result<(), ForestError> {
        let share = |v: f64| v > 0.0 && v <= 1.0;
        let positive = |v: f64| v > 0.0 && v.is_finite();
        let a_share = "a share above 0 and at most 1";
        expect(self.max_depth <= MAX_DEPTH as u32, "max_depth", self.max_depth, "0 to 128")?;
        let rows = self.min_leaf_rows;
        expect(positive(rows), "min_leaf_rows", rows, "a finite number above 0")?;
        expect(share(self.colsample), "colsample", self.colsample, a_share)?;
        if let Sampling::Share(rows) = self.sampling {
            expect(share(rows), "sampling", rows, a_share)?;
        }
        let prior = self.prior_outcomes;
        expect(positive(prior), "prior_outcomes", prior, "a weight of rows above 0")
    }
}

/// Bagged trees, and what they say of rows that they did not see.
#[derive(Debug, Clone, PartialEq)]
pub struct Bagged {
    /// One an output.
    pub forests: Vec<Forest>,
    /// By output and row of the sample: the mean margin of the trees that did not see the row; none where all did.
    pub out_of_bag: Vec<Vec<Option<f64>>>,
}

/// Bagged trees in progress: as many as the caller likes, some at a time.
pub struct Bagger<'a> {
    params: BagParams,
    sample: Sample<'a>,
    seed: u64,
    weights: Vec<f64>,
    outputs: Vec<Output>,
}

/// One margin's trees.
struct Output {
    y: Vec<f64>,
    mean: f64,
    base: f64,
    trees: Vec<Tree>,
    /// By row, over the trees that did not see it: the sum of their leaves, and their number.
    unseen: Vec<(f64, u32)>,
}

/// What a tree says of the rows that it did not see.
type Told = Vec<(u32, f64)>;

impl<'a> Bagger<'a> {
    /// # Errors
    /// As [`super::Booster::new`]; [`ForestError::Param`] where the bins hold a category, which is to be encoded first.
    pub fn new(params: BagParams, sample: Sample<'a>, seed: u64) -> Result<Self, ForestError> {
        params.check()?;
        sample.check()?;
        let category = |map: &Map| matches!(map, Map::Category { ordered: false, .. });
        let at = sample.bins.maps.iter().position(category);
        let found = format!("a category at {}", at.unwrap_or(0));
        expect(at.is_none(), "inputs", found, "numbers: encode categories for bagged trees")?;
        let weights: Vec<f64> = (0..sample.bins.rows()).map(|row| sample.weight(row)).collect();
        let output = |output| Output::new(&sample, &weights, output);
        let outputs = (0..sample.target.outputs()).map(output).collect();
        Ok(Self { params, sample, seed, weights, outputs })
    }

    /// Grows so many more trees an output, side by side.
    pub fn grow(&mut self, trees: usize) {
        let (params, sample, weights, seed) =
            (&self.params, &self.sample, &self.weights, self.seed);
        for output in &mut self.outputs {
            let first = output.trees.len();
            let shared = &*output;
            let grown: Vec<(Tree, Told)> = (first..first + trees)
                .into_par_iter()
                .map(|tree| shared.tree(params, sample, weights, seed, tree as u64))
                .collect();
            for (tree, told) in grown {
                output.trees.push(tree);
                for (row, value) in told {
                    let (sum, count) = &mut output.unseen[row as usize];
                    (*sum, *count) = (*sum + value, *count + 1);
                }
            }
        }
    }

    /// The trees of each output so far.
    pub fn trees(&self) -> usize {
        self.outputs.first().map_or(0, |output| output.trees.len())
    }

    /// The mean over the trees.
    ///
    /// # Errors
    /// What [`Forest::from_trees`] finds wrong: a leaf value that is not finite, where numbers to learn are immense.
    pub fn finish(self) -> Result<Bagged, ForestError> {
        let width = self.sample.bins.n_features();
        let (mut forests, mut out_of_bag) = (Vec::new(), Vec::new());
        for Output { base, mut trees, unseen, .. } in self.outputs {
            let share = 1.0 / trees.len().max(1) as f64;
            for node in trees.iter_mut().flat_map(|tree| &mut tree.nodes) {
                if let Node::Leaf { value, .. } = node {
                    *value *= share;
                }
            }
            forests.push(Forest::from_trees(width, base, trees)?);
            let mean = |(sum, n): (f64, u32)| (n > 0).then(|| base + sum / f64::from(n));
            out_of_bag.push(unseen.into_iter().map(mean).collect());
        }
        Ok(Bagged { forests, out_of_bag })
    }
}

impl Output {
    fn new(sample: &Sample<'_>, weights: &[f64], output: usize) -> Self {
        let y: Vec<f64> = match sample.target {
            Target::Outcomes(y) => y.iter().map(|y| f64::from(u8::from(*y))).collect(),
            Target::Numbers(y) => y.to_vec(),
            Target::Classes { of, .. } => {
                of.iter().map(|class| f64::from(u8::from(*class as usize == output))).collect()
            }
        };
        let total: f64 = weights.iter().sum();
        let mean = y.iter().zip(weights).map(|(y, w)| y * w).sum::<f64>() / total;
        let base = match sample.target {
            Target::Numbers(_) => mean,
            _ => log_odds(mean),
        };
        let unseen = vec![(0.0, 0); y.len()];
        Self { y, mean, base, trees: Vec::new(), unseen }
    }

    /// A tree by its number, which decides what it draws.
    fn tree(
        &self,
        params: &BagParams,
        sample: &Sample<'_>,
        weights: &[f64],
        seed: u64,
        number: u64,
    ) -> (Tree, Told) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(number);
        let counts = draw(params.sampling, weights.len(), &mut rng);
        let weight = |row: usize| f64::from(counts[row]) * weights[row];
        let leaf = |sums: Sums| match sample.target {
            _ if sums[1] <= 0.0 => 0.0,
            Target::Numbers(_) => sums[0] / sums[1] - self.mean,
            _ => {
                let s = params.prior_outcomes / self.mean.min(1.0 - self.mean).max(1e-12);
                log_odds((sums[0] + s * self.mean) / (sums[1] + s)) - self.base
            }
        };
        let grown =
            Plot { params, bins: sample.bins, leaf: &leaf }.grow(&self.y, &weight, &mut rng);
        let unseen = (0..counts.len()).filter(|row| counts[*row] == 0);
        let told = unseen.map(|row| (row as u32, grown.leaf_of(sample.bins, row))).collect();
        (grown.tree(sample.bins, 1.0, weight), told)
    }
}

/// Finite also for a class that no row has.
fn log_odds(rate: f64) -> f64 {
    logit(rate.clamp(1e-12, 1.0 - 1e-12))
}

/// How often each row is in a tree.
fn draw(sampling: Sampling, rows: usize, rng: &mut ChaCha8Rng) -> Vec<u16> {
    match sampling {
        Sampling::Bootstrap => {
            let mut counts = vec![0_u16; rows];
            for _ in 0..rows {
                let row = (u64::from(rng.next_u32()) * rows as u64) >> 32;
                let count = &mut counts[row as usize];
                *count = count.saturating_add(1);
            }
            counts
        }
        Sampling::Share(share) if share < 1.0 => {
            let below = (share * f64::from(u32::MAX)) as u32;
            let mut counts: Vec<u16> =
                (0..rows).map(|_| u16::from(rng.next_u32() <= below)).collect();
            if counts.iter().all(|count| *count == 0) {
                counts.fill(1);
            }
            counts
        }
        Sampling::Share(_) => vec![1; rows],
    }
}
