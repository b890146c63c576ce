//! Boosted trees: each round fits trees to the gradient of the loss at the margins so far, and takes a step of `eta`.

use super::bins::Bins;
use super::expect;
use super::grow::{Ground, Grown, grow};
use super::objective::Sample;
use super::split::{Categories, Demands, Monotone};
use super::symmetric::grow_symmetric;
use crate::{Forest, ForestError, MAX_DEPTH, Tree};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// How a tree grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Growth {
    /// Level by level, every node that gains.
    Levels {
        /// Splits on a path at most.
        max_depth: u32,
    },
    /// The leaf that gains most, one after another.
    Leaves {
        /// Leaves at most.
        max_leaves: u32,
        /// Splits on a path at most.
        max_depth: u32,
    },
    /// Level by level, one question for all nodes of a level.
    Symmetric {
        /// Splits on every path.
        depth: u32,
    },
}

/// Parameters of boosting.
#[derive(Debug, Clone, PartialEq)]
pub struct BoostParams {
    /// The share of a whole step that a round takes, above 0 and at most 1.
    pub eta: f64,
    /// How a tree grows.
    pub growth: Growth,
    /// L2 penalty on leaf values, from 0.
    pub lambda: f64,
    /// The least sum of hessians in a child, from 0. Where it is 0 a child has rows all the same.
    pub min_child_weight: f64,
    /// The least gain of a split, from 0.
    pub min_gain: f64,
    /// The share of rows that a tree sees, drawn anew for each round.
    pub subsample: f64,
    /// The share of inputs that a tree sees.
    pub colsample: f64,
    /// How categories are split.
    pub categories: Categories,
    /// The direction of each input; empty where all are free. A category has none.
    pub monotone: Vec<Monotone>,
}

impl Default for BoostParams {
    fn default() -> Self {
        Self {
            eta: 0.05,
            growth: Growth::Levels { max_depth: 6 },
            lambda: 1.0,
            min_child_weight: 1.0,
            min_gain: 0.0,
            subsample: 1.0,
            colsample: 1.0,
            categories: Categories::default(),
            monotone: Vec::new(),
        }
    }
}

impl BoostParams {
    /// What can be checked without rows.
    ///
    /// # Errors
    /// [`ForestError::Param`] naming the parameter, its value and what would be valid.
    pub fn check(&self) -> Result<(), ForestError> {
        let share = |v: f64| v > 0.0 && v <= 1.0;
        let from_0 = |v: f64| v >= 0.0 && v.is_finite();
        let (a_share, from) = ("a share above 0 and at most 1", "a finite number from 0");
        expect(share(self.eta), "eta", self.eta, a_share)?;
        expect(share(self.subsample), "subsample", self.subsample, a_share)?;
        expect(share(self.colsample), "colsample", self.colsample, a_share)?;
        expect(from_0(self.lambda), "lambda", self.lambda, from)?;
        expect(from_0(self.min_child_weight), "min_child_weight", self.min_child_weight, from)?;
        expect(from_0(self.min_gain), "min_gain", self.min_gain, from)?;
        let Categories { smooth, lambda, min_rows, .. } = self.categories;
        expect(from_0(smooth), "categories.smooth", smooth, from)?;
        expect(from_0(lambda), "categories.lambda", lambda, from)?;
        expect(from_0(min_rows), "categories.min_rows", min_rows, from)?;
        let (depth, limit) = match self.growth {
            Growth::Levels { max_depth } => (max_depth, 30),
            Growth::Leaves { max_depth, max_leaves } => {
                expect(max_leaves >= 1, "max_leaves", max_leaves, "1 or more")?;
                (max_depth, MAX_DEPTH as u32)
            }
            Growth::Symmetric { depth } => (depth, 16),
        };
        let limits = "0 to 30 by levels, to 128 by leaves, to 16 in symmetric trees";
        expect(depth <= limit, "max_depth", depth, limits)?;
        let symmetric = matches!(self.growth, Growth::Symmetric { .. });
        let directed = self.monotone.iter().any(|way| *way != Monotone::Free);
        let none = "Free for every input of symmetric trees";
        expect(!(symmetric && directed), "monotone", "not Free", none)
    }

    fn check_directions(&self, bins: &Bins) -> Result<(), ForestError> {
        let (found, expected) = (self.monotone.len(), bins.n_features());
        if found != 0 && found != expected {
            return Err(ForestError::Length { what: "the directions", expected, found });
        }
        let directed = |(map, way): (_, &Monotone)| {
            matches!(map, &super::bins::Map::Category { .. }) && *way != Monotone::Free
        };
        let odd = bins.maps.iter().zip(&self.monotone).position(directed);
        let expected = "Free for a category, whose levels have no order";
        expect(
            odd.is_none(),
            "monotone",
            format!("not Free at input {}", odd.unwrap_or(0)),
            expected,
        )
    }

    fn demands(&self) -> Demands {
        let free = self.monotone.iter().all(|m| *m == Monotone::Free);
        Demands {
            lambda: self.lambda,
            min_hessian: self.min_child_weight,
            min_gain: self.min_gain,
            categories: self.categories,
            monotone: if free { Vec::new() } else { self.monotone.clone() },
        }
    }
}

/// Mean losses after a round.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Losses {
    /// On the rows learned from, those included that the round did not see.
    pub train: f64,
    /// On the watched rows.
    pub watch: Option<f64>,
}

/// Boosting in progress: one [`Booster::round`] after another, as many as the caller likes.
pub struct Booster<'a> {
    sample: Sample<'a>,
    params: BoostParams,
    demands: Demands,
    seed: u64,
    base: Vec<f64>,
    /// By output, then by row.
    margins: Vec<Vec<f64>>,
    gradients: Vec<Vec<[f32; 2]>>,
    watch: Option<(Sample<'a>, Vec<Vec<f64>>)>,
    /// By output, then by round.
    trees: Vec<Vec<Tree>>,
}

impl<'a> Booster<'a> {
    /// # Errors
    /// [`ForestError::Param`] for parameters out of range, [`ForestError::Length`], [`ForestError::BadRow`], [`ForestError::NoRows`] and
    /// [`ForestError::OneClass`] for rows that nothing can be learned from.
    pub fn new(params: BoostParams, sample: Sample<'a>, seed: u64) -> Result<Self, ForestError> {
        params.check()?;
        params.check_directions(sample.bins)?;
        sample.check()?;
        let base = sample.base();
        let margins: Vec<Vec<f64>> = base.iter().map(|b| vec![*b; sample.bins.rows()]).collect();
        let mut gradients = vec![Vec::new(); base.len()];
        sample.gradients(&margins, &mut gradients);
        let (demands, trees) = (params.demands(), vec![Vec::new(); base.len()]);
        Ok(Self { sample, params, demands, seed, base, margins, gradients, watch: None, trees })
    }

    /// Goes on from the forests of an earlier fit (one an output), which become part of the new ones; `values` are the row-major rows
    /// of the sample. Comes before the first round and before [`Booster::watching`].
    ///
    /// # Errors
    /// [`ForestError::Length`] for another number of forests than outputs, [`ForestError::Width`] for other rows.
    pub fn resume(mut self, forests: &[Forest], values: &[f32]) -> Result<Self, ForestError> {
        let (what, expected, found) = ("the earlier fit's outputs", self.base.len(), forests.len());
        if expected != found {
            return Err(ForestError::Length { what, expected, found });
        }
        for (output, forest) in forests.iter().enumerate() {
            let margins = forest.margins(values)?;
            let (what, expected, found) = ("the rows", self.sample.bins.rows(), margins.len());
            if expected != found {
                return Err(ForestError::Length { what, expected, found });
            }
            self.base[output] = forest.base();
            self.margins[output] = margins;
            self.trees[output] = forest.trees().to_vec();
        }
        self.sample.gradients(&self.margins, &mut self.gradients);
        Ok(self)
    }

    /// Watches the loss on other rows, binned by [`Bins::like`]; they decide nothing. `values` are their row-major rows, for the trees of
    /// an earlier fit.
    ///
    /// # Errors
    /// As [`Booster::new`], but one class will do; [`ForestError::Width`] for other rows.
    pub fn watching(mut self, watch: Sample<'a>, values: &[f32]) -> Result<Self, ForestError> {
        match watch.check() {
            Ok(()) | Err(ForestError::OneClass { .. }) => {}
            Err(error) => return Err(error),
        }
        let earlier = self.forests()?;
        let margins: Vec<Vec<f64>> =
            earlier.iter().map(|f| f.margins(values)).collect::<Result<_, _>>()?;
        self.watch = Some((watch, margins));
        Ok(self)
    }

    /// The trees of each output so far.
    pub fn rounds(&self) -> usize {
        self.trees.first().map_or(0, Vec::len)
    }

    /// One more round.
    pub fn round(&mut self) -> Losses {
        let (rows, allowed) = self.draw();
        let bins = self.sample.bins.version(self.rounds());
        let grown: Vec<Grown> = self
            .gradients
            .iter()
            .map(|gradients| {
                let ground = Ground {
                    bins,
                    demands: &self.demands,
                    allowed: &allowed,
                    rows: rows.clone(),
                    gradients,
                };
                match self.params.growth {
                    Growth::Symmetric { depth } => grow_symmetric(ground, depth as usize),
                    growth => grow(ground, growth),
                }
            })
            .collect();
        let eta = self.params.eta;
        for (output, grown) in grown.iter().enumerate() {
            let margins = &mut self.margins[output];
            step(grown, bins, &rows, eta, margins);
            if let Some((watch, margins)) = &mut self.watch {
                walk(grown, watch.bins, eta, &mut margins[output]);
            }
            let tree = grown.tree(bins, eta, |row| self.sample.weight(row));
            self.trees[output].push(tree);
        }
        let train = self.sample.gradients(&self.margins, &mut self.gradients);
        Losses { train, watch: self.watch.as_ref().map(|(watch, margins)| watch.loss(margins)) }
    }

    /// The forests so far, one for each output.
    ///
    /// # Errors
    /// What [`Forest::from_trees`] finds wrong: a leaf value that is not finite, where numbers to learn are immense.
    pub fn forests(&self) -> Result<Vec<Forest>, ForestError> {
        let width = self.sample.bins.n_features();
        let both = self.base.iter().zip(&self.trees);
        both.map(|(base, trees)| Forest::from_trees(width, *base, trees.clone())).collect()
    }

    /// The rows and inputs of the coming round; its number decides, so that a fit that goes on draws as one that never stopped.
    fn draw(&self) -> (Vec<u32>, Vec<bool>) {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(self.rounds() as u64);
        let width = self.sample.bins.n_features();
        let mut allowed = vec![true; width];
        if self.params.colsample < 1.0 {
            // The lowest of random numbers, one an input.
            let mut order: Vec<(u64, usize)> = (0..width).map(|i| (rng.next_u64(), i)).collect();
            order.sort_unstable();
            let kept = ((self.params.colsample * width as f64).round() as usize).max(1);
            order[kept.min(width)..].iter().for_each(|(_, input)| allowed[*input] = false);
        }
        let rows = self.sample.bins.rows() as u32;
        if self.params.subsample >= 1.0 {
            return ((0..rows).collect(), allowed);
        }
        let below = (self.params.subsample * f64::from(u32::MAX)) as u32;
        let kept: Vec<u32> = (0..rows).filter(|_| rng.next_u32() <= below).collect();
        (if kept.is_empty() { (0..rows).collect() } else { kept }, allowed)
    }
}

/// Adds the leaves to the margins of all rows: by the leaves' rows where the tree saw them, by a walk elsewhere.
fn step(grown: &Grown, bins: &Bins, drawn: &[u32], eta: f64, margins: &mut [f64]) {
    for (node, start, rows) in &grown.leaves {
        if let super::grow::GrownNode::Leaf { value } = grown.nodes[*node] {
            for row in &grown.rows[*start..start + rows] {
                margins[*row as usize] += eta * value;
            }
        }
    }
    if drawn.len() < margins.len() {
        let mut seen = vec![false; margins.len()];
        drawn.iter().for_each(|row| seen[*row as usize] = true);
        let unseen = margins.par_iter_mut().with_min_len(1024).enumerate();
        unseen.filter(|(row, _)| !seen[*row]).for_each(|(row, margin)| {
            *margin += eta * grown.leaf_of(bins, row);
        });
    }
}

fn walk(grown: &Grown, bins: &Bins, eta: f64, margins: &mut [f64]) {
    let rows = margins.par_iter_mut().with_min_len(1024).enumerate();
    rows.for_each(|(row, margin)| *margin += eta * grown.leaf_of(bins, row));
}
