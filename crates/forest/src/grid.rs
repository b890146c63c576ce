//! Shallow trees over bytes: every node of a tree is asked for sixteen rows at once, and the answers are followed from the leaves up.
//!
//! A row's value of a feature is coded once as the number of the forest's thresholds of that feature that it is not below, so that a question
//! is a comparison of bytes. What is missing is coded twice, below all thresholds and above all, for the two default directions.

use crate::layout::{Flat, Root};
use std::collections::BTreeMap;

/// Rows that are asked side by side.
pub(crate) const LANES: usize = 16;
/// Deeper trees have more nodes than are worth asking all.
const MAX_DEPTH: u32 = 6;
/// Thresholds that a byte can tell apart.
const MAX_CUTS: usize = 255;

#[derive(Debug, Clone, Default)]
pub(crate) struct Grid {
    /// The features that its trees ask for, and their thresholds in order.
    features: Vec<(usize, Vec<f32>)>,
    /// By tree of the forest; none where the tree is too deep, asks for a set or has a feature of too many thresholds.
    pub(crate) trees: Vec<Option<Placed>>,
    /// By node of the trees, filled up to complete ones, level by level: where its codes are, and the least code that goes right.
    nodes: Vec<(u32, [u8; LANES])>,
    leaves: Vec<f64>,
}

/// A tree's place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed {
    node: u32,
    leaf: u32,
    depth: u32,
}

impl Grid {
    /// Of the trees at `roots`.
    pub(crate) fn new(nodes: &[Flat], values: &[f64], roots: &[Root]) -> Self {
        let splits = |root: &Root| {
            let mut splits = Vec::new();
            let mut pending = vec![root.node as usize];
            while let Some(at) = pending.pop() {
                if nodes[at].children[0] as usize != at {
                    splits.push(nodes[at]);
                    pending.extend(nodes[at].children.map(|child| child as usize));
                }
            }
            splits
        };
        let shallow = |root: &&Root| root.depth > 0 && root.depth <= MAX_DEPTH;
        let mut cuts: BTreeMap<usize, Vec<f32>> = BTreeMap::new();
        for split in roots.iter().filter(shallow).flat_map(splits) {
            cuts.entry(split.feature()).or_default().extend(split.below());
        }
        for cuts in cuts.values_mut() {
            cuts.sort_by(f32::total_cmp);
            cuts.dedup_by(|a, b| a == b);
        }
        let fits =
            |split: &Flat| split.below().is_some() && cuts[&split.feature()].len() <= MAX_CUTS;
        let fitting: Vec<bool> =
            roots.iter().map(|root| shallow(&root) && splits(root).iter().all(fits)).collect();
        let mut out = Self::default();
        let cuts = cuts.into_iter().filter(|(_, cuts)| (1..=MAX_CUTS).contains(&cuts.len()));
        out.features.extend(cuts);
        // Coding a feature takes about as long as a tree.
        if fitting.iter().filter(|fits| **fits).count() < out.features.len() {
            return Self { trees: vec![None; roots.len()], ..Self::default() };
        }
        for (root, fits) in roots.iter().zip(fitting) {
            out.trees.push(fits.then_some(Placed {
                node: out.nodes.len() as u32,
                leaf: out.leaves.len() as u32,
                depth: root.depth,
            }));
            if !fits {
                continue;
            }
            let mut level = vec![root.node as usize];
            for _ in 0..root.depth {
                for at in &level {
                    let flat = &nodes[*at];
                    // A leaf that stands higher asks what it likes: both sides are itself.
                    let ask = flat.below().filter(|_| flat.children[0] as usize != *at);
                    let slot = out.features.partition_point(|(f, _)| *f < flat.feature());
                    let (slot, cut) = ask.map_or((0, 0), |t| {
                        (slot, out.features[slot].1.partition_point(|cut| *cut < t) + 1)
                    });
                    let row = 2 * slot + usize::from(!flat.default_left());
                    out.nodes.push((row as u32, [cut as u8; LANES]));
                }
                level = level
                    .iter()
                    .flat_map(|at| nodes[*at].children.map(|child| child as usize))
                    .collect();
            }
            out.leaves.extend(level.iter().map(|at| values[*at]));
        }
        out
    }

    /// Whether any tree is here.
    pub(crate) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// How many arrays of codes [`LANES`] rows have; not 0.
    pub(crate) fn codes_a_row(&self) -> usize {
        2 * self.features.len().max(1)
    }

    /// Codes of [`LANES`] rows, two a feature: missing as below all thresholds, and as above all.
    pub(crate) fn code(&self, rows: &[f32], width: usize, codes: &mut Vec<[u8; LANES]>) {
        for (feature, cuts) in &self.features {
            let mut both = [[0; LANES]; 2];
            for (lane, row) in rows.chunks_exact(width).take(LANES).enumerate() {
                let x = row[*feature];
                let code = cuts.partition_point(|cut| *cut <= x) as u8;
                both[0][lane] = code;
                both[1][lane] = if x.is_nan() { u8::MAX } else { code };
            }
            codes.extend(both);
        }
    }

    /// Adds a tree's leaf values of coded rows.
    pub(crate) fn add(&self, tree: Placed, codes: &[[u8; LANES]], sums: &mut [f64; LANES]) {
        let depth = tree.depth as usize;
        let nodes = &self.nodes[tree.node as usize..][..(1 << depth) - 1];
        // Below each node of a level, the place of the leaf among those below it.
        let mut places = [[0_u8; LANES]; 1 << (MAX_DEPTH - 1)];
        for level in (0..depth).rev() {
            let bit = 1 << (depth - 1 - level);
            for (i, (row, cuts)) in nodes[(1 << level) - 1..][..1 << level].iter().enumerate() {
                let codes = &codes[*row as usize];
                places[i] = if level + 1 == depth {
                    follow(codes, cuts, &[0; LANES], &[1; LANES])
                } else {
                    let right = places[2 * i + 1].map(|place| place | bit);
                    follow(codes, cuts, &places[2 * i], &right)
                };
            }
        }
        let leaves = &self.leaves[tree.leaf as usize..][..1 << depth];
        for (sum, place) in sums.iter_mut().zip(places[0]) {
            *sum += leaves[usize::from(place)];
        }
    }
}

/// By row the right value where the code is not below the cut, else the left; in a form that compilers turn into a few instructions.
#[inline(always)]
fn follow(
    codes: &[u8; LANES],
    cuts: &[u8; LANES],
    left: &[u8; LANES],
    right: &[u8; LANES],
) -> [u8; LANES] {
    let mut out = [0; LANES];
    for lane in 0..LANES {
        let mask = if codes[lane] >= cuts[lane] { u8::MAX } else { 0 };
        out[lane] = (right[lane] & mask) | (left[lane] & !mask);
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::sample::{self, Shape};
    use crate::{Forest, Node, Rule, Split, Tree};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bytes_give_the_same_bits_as_the_walk(seed: u64, depth in 1..7_usize, n_features in 1..5_usize) {
            let rng = &mut sample::rng(seed);
            let some = sample::forest(rng, &Shape { trees: 40, depth, n_features });
            let below = |node: &Node| match node {
                Node::Split(split) => matches!(split.rule, Rule::Below(_)),
                Node::Leaf { .. } => true,
            };
            let plain = |tree: &&Tree| tree.nodes.len() > 1 && tree.nodes.iter().all(below);
            let trees: Vec<_> = some.trees().iter().filter(plain).cloned().collect();
            prop_assume!(trees.len() >= n_features);
            let forest = Forest::from_trees(n_features, 0.5, trees).unwrap();
            prop_assert!(forest.by_bytes() == forest.n_trees());
            let rows = sample::rows(rng, 50, n_features);
            for (row, found) in rows.chunks(n_features).zip(forest.margins(&rows).unwrap()) {
                let walked = |sum, tree| sum + sample::walk(tree, row);
                prop_assert_eq!(found, forest.trees().iter().fold(forest.base(), walked));
            }
        }
    }

    #[test]
    fn many_thresholds_do_not_fit_a_byte() {
        let stump = |i: u32| {
            let mut tree = Tree::default();
            let (left, right) = (tree.leaf(0.0, 1.0), tree.leaf(1.0, 1.0));
            let rule = Rule::Below(i as f32);
            let (feature, default_left) = (0, false);
            tree.split(Split { feature, rule, default_left, left, right, cover: 2.0, gain: 0.0 });
            tree
        };
        for (thresholds, fitting) in [(255, 255), (256, 0)] {
            let forest = Forest::from_trees(1, 0.0, (0..thresholds).map(stump).collect()).unwrap();
            assert_eq!(forest.by_bytes(), fitting);
            let mut rows: Vec<f32> = (0..300).map(|i| i as f32 - 10.5).collect();
            rows.extend([f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 0.0, -0.0]);
            let below = |x: f32| (0..thresholds).filter(|t| x < *t as f32).count() as u32;
            let found = forest.margins(&rows).unwrap();
            for (x, found) in rows.iter().zip(found) {
                assert_eq!(found, f64::from(thresholds - below(*x)), "{x}");
            }
        }
    }
}
