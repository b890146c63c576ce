//! What is known of a forest's paths before any row comes: for each split the earlier ones on the same feature, for each tree how many
//! points its integrals take.

use super::table::{self, Table};
use crate::layout::{Layout, Root};
use crate::tree::{Node, Tree};
use std::sync::OnceLock;

/// Numbers of points that the kernel is compiled for; the last is exact for [`crate::MAX_DEPTH`] features.
pub(super) const POINTS: [usize; 7] = [2, 3, 4, 8, 16, 32, 64];

/// What is known of a split before any row comes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ask {
    /// Where its feature's sums are kept.
    pub(super) feature: u32,
    /// The left child's share of the cover.
    pub(super) left: f64,
    /// The product of the shares on the way here of those edges that ask for the same feature.
    pub(super) zero: f64,
    /// Whether the feature is asked for above, and below.
    pub(super) above: bool,
    pub(super) below: bool,
}

/// What the kernel reads beside the [`Layout`], made at load.
#[derive(Debug, Clone, Default)]
pub(crate) struct Paths {
    /// By node; of no meaning at leaves.
    pub(super) asks: Vec<Ask>,
    /// By tree: the place in [`POINTS`].
    pub(super) sizes: Vec<u8>,
    /// By place in [`POINTS`]: points and weights on 0..1.
    pub(super) rules: Vec<Vec<[f64; 2]>>,
    /// By tree: the levels of a symmetric one that gets a table, else 0.
    levels: Vec<u8>,
    /// By tree; made when the first row is explained.
    tables: OnceLock<Vec<Option<Table>>>,
}

impl Paths {
    /// Adds a tree in preorder; `shares` as in [`left_share`].
    pub(crate) fn add(&mut self, tree: &Tree, shares: &[f64]) {
        let first = self.asks.len();
        self.asks.resize(first + tree.nodes.len(), Ask::default());
        let asks = &mut self.asks[first..];
        let mut distinct = 0;
        // The way to the present node: (node, whether to its left).
        let mut way: Vec<(usize, bool)> = Vec::new();
        let mut pending = vec![(0_usize, 0_usize, None)];
        while let Some((at, depth, from)) = pending.pop() {
            way.truncate(depth.saturating_sub(1));
            way.extend(from);
            let Node::Split(split) = tree.nodes[at] else {
                continue;
            };
            let feature = |node: usize| match tree.nodes[node] {
                Node::Split(s) => s.feature,
                Node::Leaf { .. } => u32::MAX,
            };
            let before = way.iter().rev().find(|(node, _)| feature(*node) == split.feature);
            let above = before.is_some();
            asks[at] =
                Ask { feature: split.feature, left: shares[at], zero: 1.0, above, below: false };
            if let Some((node, left)) = before {
                let Ask { left: share, zero, .. } = asks[*node];
                asks[at].zero = zero * if *left { share } else { 1.0 - share };
                asks[*node].below = true;
            }
            let new = |(node, _): &&(usize, bool)| !asks[*node].above;
            distinct = distinct.max(way.iter().filter(new).count() + usize::from(before.is_none()));
            pending.push((split.right as usize, depth + 1, Some((at, false))));
            pending.push((split.left as usize, depth + 1, Some((at, true))));
        }
        let size = POINTS.iter().position(|n| 2 * n >= distinct).unwrap_or(POINTS.len() - 1);
        self.sizes.push(size as u8);
        let levels = tree.levels().map_or(0, |levels| levels.len());
        self.levels.push(if levels <= table::MAX_LEVELS { levels as u8 } else { 0 });
        while self.rules.len() <= size {
            self.rules.push(rule(POINTS[self.rules.len()]));
        }
    }

    /// By tree of the layout that these paths belong to.
    pub(super) fn tables(&self, layout: &Layout) -> &[Option<Table>] {
        self.tables.get_or_init(|| {
            let all = layout.roots.iter().zip(&self.levels).enumerate();
            let table = |(tree, (root, levels)): (usize, (&Root, &u8))| {
                (*levels > 0).then(|| Table::new(layout, tree, *root, usize::from(*levels)))
            };
            all.map(table).collect()
        })
    }

    /// Of any tree.
    pub(super) fn most_points(&self) -> usize {
        self.rules.last().map_or(0, Vec::len)
    }

    /// Those of one tree with `nodes` alone.
    pub(super) fn of(&self, tree: usize, nodes: std::ops::Range<usize>) -> Self {
        let (sizes, asks) = (vec![self.sizes[tree]], self.asks[nodes].to_vec());
        let (rules, levels) = (self.rules.clone(), vec![0]);
        Self { asks, sizes, rules, levels, tables: OnceLock::new() }
    }
}

/// The n Gauss-Legendre points and weights on 0..1.
pub(super) fn rule(n: usize) -> Vec<[f64; 2]> {
    (0..n).map(|i| point(i, n)).collect()
}

/// Point i of n and its weight: a root of the Legendre polynomial, by Newton from the usual guess.
fn point(i: usize, n: usize) -> [f64; 2] {
    let size = n as f64;
    let mut z = (std::f64::consts::PI * (i as f64 + 0.75) / (size + 0.5)).cos();
    let mut slope = 1.0;
    for _ in 0..10 {
        let (mut last, mut p) = (0.0, 1.0);
        for k in 1..=n {
            let k = k as f64;
            (last, p) = (p, ((2.0 * k - 1.0) * z * p - (k - 1.0) * last) / k);
        }
        slope = size * (z * p - last) / (z * z - 1.0);
        z -= p / slope;
    }
    [0.5 * (1.0 - z), 1.0 / ((1.0 - z * z) * slope * slope)]
}
