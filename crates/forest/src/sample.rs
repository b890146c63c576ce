//! Random forests and rows for the tests, and the walk that one would write down first.

use crate::{Forest, Node, Split, Tree};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What a random forest looks like.
pub(crate) struct Shape {
    pub(crate) trees: usize,
    pub(crate) depth: usize,
    pub(crate) n_features: usize,
}

pub(crate) fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Trees with ragged branches, features that repeat on a path, and covers that do not add up and are zero at times.
pub(crate) fn forest(rng: &mut ChaCha8Rng, shape: &Shape) -> Forest {
    let trees = (0..shape.trees)
        .map(|_| {
            let mut tree = Tree::default();
            grow(rng, &mut tree, shape, shape.depth);
            tree
        })
        .collect();
    Forest::from_trees(shape.n_features, rng.random_range(-2.0..2.0), trees).unwrap()
}

fn grow(rng: &mut ChaCha8Rng, tree: &mut Tree, shape: &Shape, depth: usize) -> u32 {
    let cover = if rng.random_bool(0.1) { 0.0 } else { rng.random_range(0.1..50.0) };
    if depth == 0 || rng.random_bool(0.15) {
        return tree.leaf(rng.random_range(-1.0..1.0), cover);
    }
    let left = grow(rng, tree, shape, depth - 1);
    let right = grow(rng, tree, shape, depth - 1);
    tree.split(Split {
        feature: rng.random_range(0..shape.n_features) as u32,
        threshold: rng.random_range(-2..=2) as f32 / 2.0,
        default_left: rng.random_bool(0.5),
        left,
        right,
        cover,
        gain: rng.random_range(0.0..9.0),
    })
}

/// Values that are missing, on a threshold, between two, or infinite.
pub(crate) fn rows(rng: &mut ChaCha8Rng, rows: usize, n_features: usize) -> Vec<f32> {
    (0..rows * n_features)
        .map(|_| match rng.random_range(0..12) {
            0 | 1 => f32::NAN,
            2 => f32::INFINITY,
            3 => f32::NEG_INFINITY,
            k => (k - 7) as f32 / 4.0,
        })
        .collect()
}

/// The leaf value that a row reaches, straight from the definition.
pub(crate) fn walk(tree: &Tree, row: &[f32]) -> f64 {
    let mut at = tree.root;
    loop {
        match tree.nodes[at as usize] {
            Node::Leaf { value, .. } => return value,
            Node::Split(s) => {
                let x = row[s.feature as usize];
                let left = if x.is_nan() { s.default_left } else { x < s.threshold };
                at = if left { s.left } else { s.right };
            }
        }
    }
}
