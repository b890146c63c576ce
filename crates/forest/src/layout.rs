//! The flat arrays that the kernels read, built from the checked trees at load and never stored.

use crate::shap;
use crate::tree::{Node, Split, Tree};

/// Where `Flat::feature` keeps the default direction.
const DEFAULT_LEFT: u32 = 1 << 31;

/// A node in 16 bytes. A leaf leads to itself on both sides, so that rows may stay there while others go on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flat {
    feature: u32,
    pub(crate) threshold: f32,
    pub(crate) children: [u32; 2],
}

impl Flat {
    /// The feature asked for; 0 at a leaf.
    #[inline]
    pub(crate) fn feature(&self) -> usize {
        (self.feature & !DEFAULT_LEFT) as usize
    }

    /// 0 to go left, 1 to go right.
    #[inline]
    pub(crate) fn side(&self, x: f32) -> usize {
        let default_left = self.feature & DEFAULT_LEFT != 0;
        usize::from(!((x < self.threshold) | (x.is_nan() & default_left)))
    }
}

/// Where a tree stands in the arrays.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Root {
    pub(crate) node: u32,
    /// The most splits on the way to a leaf.
    pub(crate) depth: u32,
}

/// All trees in one run of nodes, with what belongs to a node beside it.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) nodes: Vec<Flat>,
    /// Leaf values; 0 at splits.
    pub(crate) values: Vec<f64>,
    /// The share of the parent's cover that comes here; 1 at a root. Siblings sum to 1.
    pub(crate) shares: Vec<f64>,
    pub(crate) roots: Vec<Root>,
    /// Sum over trees of the cover-weighted mean leaf value.
    pub(crate) mean: f64,
    pub(crate) depth: usize,
    /// Points and weights for [`crate::shap`].
    pub(crate) rule: Vec<[f64; 2]>,
}

/// The arrays of trees in preorder.
pub(crate) fn layout(trees: &[Tree], n_features: usize) -> Layout {
    let total = trees.iter().map(|t| t.nodes.len()).sum();
    let mut out = Layout {
        nodes: Vec::with_capacity(total),
        values: Vec::with_capacity(total),
        shares: vec![1.0; total],
        roots: Vec::with_capacity(trees.len()),
        mean: 0.0,
        depth: 0,
        rule: Vec::new(),
    };
    for tree in trees {
        let start = out.nodes.len();
        let mut depths = vec![0_u32; tree.nodes.len()];
        for (i, node) in tree.nodes.iter().enumerate() {
            let (flat, value) = match node {
                Node::Leaf { value, .. } => {
                    let me = (start + i) as u32;
                    (Flat { feature: 0, threshold: 0.0, children: [me; 2] }, *value)
                }
                Node::Split(s) => {
                    let share = left_share(tree, s);
                    out.shares[start + s.left as usize] = share;
                    out.shares[start + s.right as usize] = 1.0 - share;
                    depths[s.left as usize] = depths[i] + 1;
                    depths[s.right as usize] = depths[i] + 1;
                    let feature = s.feature | if s.default_left { DEFAULT_LEFT } else { 0 };
                    let children = [start as u32 + s.left, start as u32 + s.right];
                    (Flat { feature, threshold: s.threshold, children }, 0.0)
                }
            };
            out.nodes.push(flat);
            out.values.push(value);
        }
        let depth = depths.iter().copied().max().unwrap_or(0);
        out.depth = out.depth.max(depth as usize);
        out.roots.push(Root { node: start as u32, depth });
        out.mean += mean(tree, &out.shares[start..]);
    }
    out.rule = shap::rule(out.depth.min(n_features));
    out
}

/// Half where neither child has cover: nothing is known, and 0/0 would spread NaN.
fn left_share(tree: &Tree, split: &Split) -> f64 {
    let left = tree.nodes[split.left as usize].cover();
    let sum = left + tree.nodes[split.right as usize].cover();
    if sum > 0.0 { left / sum } else { 0.5 }
}

fn mean(tree: &Tree, shares: &[f64]) -> f64 {
    // Children stand behind their parents, so one pass from the back has both means ready.
    let mut means = vec![0.0; tree.nodes.len()];
    for (i, node) in tree.nodes.iter().enumerate().rev() {
        means[i] = match node {
            Node::Leaf { value, .. } => *value,
            Node::Split(s) => {
                let (l, r) = (s.left as usize, s.right as usize);
                shares[l] * means[l] + shares[r] * means[r]
            }
        };
    }
    means[0]
}
