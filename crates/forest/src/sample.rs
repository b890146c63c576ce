//! Random forests and rows for the tests, and the walk that one would write down first.

use crate::{CategorySet, Forest, Node, Rule, Split, Tree};
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
    let rule = if rng.random_bool(0.2) {
        let levels = rng.random_range(0..4);
        let left = (0..levels).filter(|_| rng.random_bool(0.5));
        tree.sets.push(CategorySet::new(levels, left.collect::<Vec<u32>>()));
        Rule::OneOf(tree.sets.len() as u32 - 1)
    } else if rng.random_bool(0.2) {
        Rule::NonzeroBelow(rng.random_range(-2..=2) as f32 / 2.0)
    } else {
        Rule::Below(rng.random_range(-2..=2) as f32 / 2.0)
    };
    tree.split(Split {
        feature: rng.random_range(0..shape.n_features) as u32,
        rule,
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

/// The rule of a split.
pub(crate) fn goes_left(tree: &Tree, split: &Split, x: f32) -> bool {
    match split.rule {
        _ if x.is_nan() => split.default_left,
        Rule::NonzeroBelow(_) if x.abs() <= crate::ZERO => split.default_left,
        Rule::Below(t) | Rule::NonzeroBelow(t) => x < t,
        Rule::OneOf(set) => {
            let set = &tree.sets[set as usize];
            let known = x >= 0.0 && x < set.levels() as f32;
            if known { set.contains(x as u32) } else { split.default_left }
        }
    }
}

/// The leaf value that a row reaches, straight from the definition.
pub(crate) fn walk(tree: &Tree, row: &[f32]) -> f64 {
    let mut at = tree.root;
    loop {
        match tree.nodes[at as usize] {
            Node::Leaf { value, .. } => return value,
            Node::Split(s) => {
                at = if goes_left(tree, &s, row[s.feature as usize]) { s.left } else { s.right };
            }
        }
    }
}
