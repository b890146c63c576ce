//! Symmetric trees, explained by looking up.
//!
//! All that the contributions of such a tree depend on is the answer of each level: 2^d patterns of d contributions each, once
//! computed by the kernel.

use super::Lot;
use crate::grid::Grid;
use crate::layout::{Flat, Layout, Root};

/// Levels of a tree that gets a table. One takes the time of 2^levels rows to make.
pub(super) const MAX_LEVELS: usize = 6;

#[derive(Debug, Clone)]
pub(super) struct Table {
    /// The feature of each level.
    features: Vec<usize>,
    /// By pattern, then by level; where a feature is asked for again, its first level has all.
    values: Vec<f64>,
}

impl Table {
    /// Of the layout's symmetric tree of this number.
    pub(super) fn new(layout: &Layout, tree: usize, root: Root, levels: usize) -> Self {
        let first = root.node as usize;
        let nodes = first..first + (2 << levels) - 1;
        // In preorder the nodes of the leftmost way come first.
        let features: Vec<usize> =
            layout.nodes[first..first + levels].iter().map(Flat::feature).collect();
        // The same tree, whose levels ask for the bits of a pattern, and keep their sums apart.
        let mut bits = Layout {
            nodes: layout.nodes[nodes.clone()].to_vec(),
            values: layout.values[nodes.clone()].to_vec(),
            sets: Vec::new(),
            roots: vec![Root { node: 0, depth: root.depth }],
            mean: 0.0,
            depth: levels,
            paths: layout.paths.of(tree, nodes),
            grid: Grid::default(),
        };
        let mut pending = vec![(0, 0)];
        while let Some((at, level)) = pending.pop() {
            let children = bits.nodes[at].children.map(|child| child - root.node);
            bits.nodes[at] = Flat::bit(level.min(levels - 1), children);
            if level < levels {
                let same = features.iter().position(|f| *f == features[level]);
                bits.paths.asks[at].feature = same.unwrap_or(level) as u32;
                pending.extend(children.map(|child| (child as usize, level + 1)));
            }
        }
        let patterns: Vec<f32> = (0..levels << levels)
            .map(|i| ((i / levels) >> (levels - 1 - i % levels) & 1) as f32)
            .collect();
        let mut values = vec![0.0; patterns.len()];
        super::shap(&bits, &patterns, levels, &mut values);
        Self { features, values }
    }

    /// Adds the tree's contributions for some rows.
    pub(super) fn add<const L: usize>(&self, layout: &Layout, root: Root, lot: &mut Lot<L>) {
        let levels = self.features.len();
        let mut patterns = [0; L];
        for (flat, feature) in layout.nodes[root.node as usize..].iter().zip(&self.features) {
            for (pattern, x) in patterns.iter_mut().zip(&lot.row[*feature]) {
                *pattern = 2 * *pattern + flat.side(*x, &layout.sets);
            }
        }
        for (lane, pattern) in patterns.into_iter().enumerate() {
            let values = &self.values[pattern * levels..][..levels];
            for (feature, value) in self.features.iter().zip(values) {
                lot.sums[*feature][lane] += value;
            }
        }
    }
}
