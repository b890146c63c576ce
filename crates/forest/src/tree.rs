//! One tree as its maker writes it, and the two ways of turning another library's split rule into ours.
//!
//! A row goes left where `x < threshold` in f32 (XGBoost's rule) or where the code x is in a set, and by `default_left` where x is NaN,
//! a zero that counts as missing, or a code that the set does not know.

use crate::{CategorySet, ForestError};

/// The most splits on the way to a leaf.
pub const MAX_DEPTH: usize = 128;

/// What LightGBM takes for zero.
pub const ZERO: f32 = 1e-35;

/// What sends a known value to the left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// A number below this; finite.
    Below(f32),
    /// As `Below`, but zero counts as missing: |x| <= [`ZERO`] (LightGBM's `zero_as_missing`).
    NonzeroBelow(f32),
    /// A code in the tree's set of this index.
    OneOf(u32),
}

/// A question about one feature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// Zero-based feature.
    pub feature: u32,
    /// What goes left.
    pub rule: Rule,
    /// Whether a missing value, or a code beyond the set's levels, goes left.
    pub default_left: bool,
    /// Index of the left child.
    pub left: u32,
    /// Index of the right child.
    pub right: u32,
    /// The weight of the training rows that came here: the sum of hessians (XGBoost) or a count, the same in all trees.
    pub cover: f64,
    /// The gain of the split in the maker's own measure; 0 where unknown.
    pub gain: f64,
}

/// A node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Node {
    /// A question.
    Split(Split),
    /// An answer.
    Leaf {
        /// What it adds to the margin; finite.
        value: f64,
        /// As in [`Split::cover`].
        cover: f64,
    },
}

impl Node {
    /// The weight of the training rows that came here.
    pub fn cover(&self) -> f64 {
        match self {
            Node::Split(split) => split.cover,
            Node::Leaf { cover, .. } => *cover,
        }
    }
}

/// Nodes that name each other by index. Build it from the leaves up with [`Tree::leaf`] and [`Tree::split`], the node added
/// last being the root, or write both fields.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tree {
    /// The nodes, in any order.
    pub nodes: Vec<Node>,
    /// Index of the root.
    pub root: u32,
    /// What [`Rule::OneOf`] names; a set may serve several splits.
    pub sets: Vec<CategorySet>,
}

impl Tree {
    /// Adds a leaf and returns its index.
    pub fn leaf(&mut self, value: f64, cover: f64) -> u32 {
        self.push(Node::Leaf { value, cover })
    }

    /// Adds a split and returns its index.
    pub fn split(&mut self, split: Split) -> u32 {
        self.push(Node::Split(split))
    }

    /// The first split of each level, where the tree is symmetric: all ways are equally long, and all nodes of a level ask the
    /// same question with the same default. For a tree as [`Tree::checked`] returns it.
    pub(crate) fn levels(&self) -> Option<Vec<Split>> {
        let mut levels: Vec<Split> = Vec::new();
        let mut at = 0;
        while let Some(Node::Split(split)) = self.nodes.get(at) {
            levels.push(*split);
            at = split.left as usize;
        }
        // In preorder the node that follows a split is one level down, the one that follows a leaf where it was left open.
        let mut open = vec![0];
        for node in &self.nodes {
            let depth = open.pop()?;
            match (node, levels.get(depth)) {
                (Node::Leaf { .. }, None) => {}
                (Node::Split(split), Some(asked)) if self.same_question(split, asked) => {
                    open.extend([depth + 1; 2]);
                }
                _ => return None,
            }
        }
        Some(levels)
    }

    fn same_question(&self, a: &Split, b: &Split) -> bool {
        let rule = match (a.rule, b.rule) {
            (Rule::OneOf(a), Rule::OneOf(b)) => self.sets[a as usize] == self.sets[b as usize],
            (a, b) => a == b,
        };
        rule && a.feature == b.feature && a.default_left == b.default_left
    }

    fn push(&mut self, node: Node) -> u32 {
        self.root = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.nodes.push(node);
        self.root
    }

    /// The same tree in preorder (root 0, the left child next to its parent) without the nodes that the root does not
    /// reach, such as those that XGBoost has pruned; every reached node is checked. `tree` is its number, for messages.
    pub(crate) fn checked(&self, tree: usize, n_features: usize) -> Result<Tree, ForestError> {
        if self.nodes.is_empty() {
            return Err(ForestError::EmptyTree { tree });
        }
        let mut nodes: Vec<Node> = Vec::with_capacity(self.nodes.len());
        let mut reached = vec![false; self.nodes.len()];
        // (index here, depth, the new index of the parent whose right child this is)
        let mut pending = vec![(self.root, self.root, 0, None)];
        while let Some((index, parent, depth, right_of)) = pending.pop() {
            let at = index as usize;
            let Some(node) = self.nodes.get(at) else {
                return Err(ForestError::ChildOutOfRange {
                    tree,
                    node: parent as usize,
                    child: at,
                    nodes: self.nodes.len(),
                });
            };
            if std::mem::replace(&mut reached[at], true) {
                return Err(ForestError::ReachedTwice { tree, node: at });
            }
            if depth > MAX_DEPTH {
                return Err(ForestError::TooDeep { tree, node: at, limit: MAX_DEPTH });
            }
            check(node, tree, at, n_features, self.sets.len())?;
            let new = nodes.len() as u32;
            if let Some(Node::Split(parent)) = right_of.and_then(|p: usize| nodes.get_mut(p)) {
                parent.right = new;
            }
            nodes.push(*node);
            if let Node::Split(split) = node {
                pending.push((split.right, index, depth + 1, Some(new as usize)));
                pending.push((split.left, index, depth + 1, None));
                if let Some(Node::Split(copy)) = nodes.last_mut() {
                    copy.left = new + 1;
                }
            }
        }
        Ok(Tree { nodes, root: 0, sets: self.sets.clone() })
    }
}

fn check(
    node: &Node,
    tree: usize,
    at: usize,
    n_features: usize,
    sets: usize,
) -> Result<(), ForestError> {
    let number = |ok: bool, what, found: f64, expected| {
        ok.then_some(()).ok_or_else(|| ForestError::BadNumber {
            place: format!("tree {tree}, node {at}"),
            what,
            found: found.to_string(),
            expected,
        })
    };
    let finite = "a finite number";
    let cover = node.cover();
    number(cover.is_finite() && cover >= 0.0, "cover", cover, "a finite number of at least 0")?;
    match node {
        Node::Leaf { value, .. } => number(value.is_finite(), "leaf value", *value, finite),
        Node::Split(s) => {
            match s.rule {
                Rule::Below(t) | Rule::NonzeroBelow(t) => {
                    number(t.is_finite(), "threshold", f64::from(t), finite)?;
                }
                Rule::OneOf(set) if set as usize >= sets => {
                    return Err(ForestError::NoSet { tree, node: at, set, sets });
                }
                Rule::OneOf(_) => {}
            }
            number(s.gain.is_finite(), "gain", s.gain, finite)?;
            let feature = s.feature as usize;
            (feature < n_features).then_some(()).ok_or(ForestError::FeatureOutOfRange {
                tree,
                node: at,
                feature,
                n_features,
            })
        }
    }
}

/// The f32 threshold t with `x < t` exactly where `f64::from(x) < threshold`, for every f32 x.
pub fn threshold_below(threshold: f64) -> f32 {
    let near = threshold as f32;
    if f64::from(near) < threshold { near.next_up() } else { near }
}

/// The f32 threshold t with `x < t` exactly where `f64::from(x) <= threshold`, for every f32 x: the rule of scikit-learn and
/// LightGBM. Infinite, and so refused by [`crate::Forest::from_trees`], where no finite one serves; see
/// [`finite_threshold_at_most`].
pub fn threshold_at_most(threshold: f64) -> f32 {
    let near = threshold as f32;
    if f64::from(near) <= threshold { near.next_up() } else { near }
}

/// As [`threshold_at_most`], but the largest f32 where every f32 number is at most the threshold: the split then asks only whether a
/// value is there. Only the largest f32 itself and infinity take the other side.
pub fn finite_threshold_at_most(threshold: f64) -> f32 {
    threshold_at_most(threshold).min(f32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Forest;
    use proptest::prelude::*;

    fn split(left: u32, right: u32) -> Node {
        Node::Split(Split {
            feature: 0,
            rule: Rule::Below(0.5),
            default_left: false,
            left,
            right,
            cover: 2.0,
            gain: 1.0,
        })
    }

    fn leaf(value: f64) -> Node {
        Node::Leaf { value, cover: 1.0 }
    }

    fn with(change: impl Fn(&mut Split)) -> Vec<Node> {
        let mut nodes = vec![split(1, 2), leaf(1.0), leaf(2.0)];
        if let Node::Split(s) = &mut nodes[0] {
            change(s);
        }
        nodes
    }

    #[test]
    fn malformed_trees_are_named() {
        let check = |nodes: Vec<Node>, expect: &str| {
            let good = Tree { nodes: vec![leaf(0.0)], ..Tree::default() };
            let bad = Tree { nodes, ..Tree::default() };
            let error = Forest::from_trees(2, 0.0, vec![good, bad]).unwrap_err();
            assert_eq!(error.to_string(), expect);
        };
        let finite = "expected a finite number";
        let cover = "expected a finite number of at least 0";
        check(vec![], "tree 1 has no node; a tree is at least one leaf");
        check(
            vec![split(1, 3), leaf(0.0), leaf(0.0)],
            "tree 1, node 0: child 3 does not exist; the tree has 3 nodes",
        );
        let twice = "is reached twice; every node has one parent and the root none";
        check(vec![split(1, 1), leaf(0.0)], &format!("tree 1: node 1 {twice}"));
        check(vec![split(1, 0), leaf(0.0)], &format!("tree 1: node 0 {twice}"));
        check(
            vec![split(1, 2), split(0, 3), leaf(0.0), leaf(0.0)],
            &format!("tree 1: node 0 {twice}"),
        );
        check(
            with(|s| s.rule = Rule::Below(f32::NAN)),
            &format!("tree 1, node 0: the threshold is NaN; {finite}"),
        );
        check(
            with(|s| s.rule = Rule::Below(f32::INFINITY)),
            &format!("tree 1, node 0: the threshold is inf; {finite}"),
        );
        check(
            with(|s| s.rule = Rule::OneOf(0)),
            "tree 1, node 0: category set 0 does not exist; the tree has 0",
        );
        check(with(|s| s.gain = f64::NAN), &format!("tree 1, node 0: the gain is NaN; {finite}"));
        check(with(|s| s.cover = -1.0), &format!("tree 1, node 0: the cover is -1; {cover}"));
        check(
            with(|s| s.feature = 2),
            "tree 1, node 0: feature 2 does not exist; the forest has features 0 to 1",
        );
        check(
            vec![split(1, 2), leaf(0.0), leaf(f64::INFINITY)],
            &format!("tree 1, node 2: the leaf value is inf; {finite}"),
        );
        check(
            vec![split(1, 2), leaf(0.0), Node::Leaf { value: 0.0, cover: f64::NAN }],
            &format!("tree 1, node 2: the cover is NaN; {cover}"),
        );
        let mut chain: Vec<Node> = (0..1_000).map(|i| split(2 * i + 1, 2 * i + 2)).collect();
        for i in 0..1_000 {
            chain.insert(2 * i as usize + 1, leaf(0.0));
        }
        chain.push(leaf(0.0));
        check(chain, "tree 1, node 257: deeper than 128 splits");
    }

    #[test]
    fn a_forest_needs_features_and_a_finite_base() {
        let check = |n_features, base, expect: &str| {
            let error = Forest::from_trees(n_features, base, vec![]).unwrap_err();
            assert_eq!(error.to_string(), expect);
        };
        check(0, 0.0, "a forest needs at least one feature; a model without features is a prior");
        check(1, f64::NAN, "the forest: the base value is NaN; expected a finite number");
        assert_eq!(Forest::from_trees(1, 0.5, vec![]).unwrap().margin(&[1.0]).unwrap(), 0.5);
    }

    #[test]
    fn any_order_becomes_preorder_without_unreached_nodes() {
        // leaf 2 <- split 0 -> leaf 1, the root last, and a leaf that nothing names
        let nodes = vec![split(2, 1), leaf(1.0), leaf(2.0), leaf(9.0), leaf(3.0), split(4, 0)];
        let forest =
            Forest::from_trees(1, 0.0, vec![Tree { nodes, root: 5, sets: vec![] }]).unwrap();
        let expect = vec![split(1, 2), leaf(3.0), split(3, 4), leaf(2.0), leaf(1.0)];
        assert_eq!(forest.trees()[0], Tree { nodes: expect, ..Tree::default() });
    }

    #[test]
    fn symmetric_trees_are_known_by_their_questions() {
        let check = |change: fn(&mut Vec<Node>), expect: bool| {
            // In preorder: a split, two splits on the same cut, four leaves.
            let mut nodes = vec![split(1, 4), split(2, 3), leaf(1.0), leaf(2.0)];
            nodes.extend([split(5, 6), leaf(3.0), leaf(4.0)]);
            change(&mut nodes);
            let tree = Tree { nodes, ..Tree::default() };
            assert_eq!(Forest::from_trees(2, 0.0, vec![tree]).unwrap().is_symmetric(0), expect);
        };
        fn last(nodes: &mut [Node]) -> &mut Split {
            let Node::Split(split) = &mut nodes[4] else { panic!("a split") };
            split
        }
        check(|_| {}, true);
        check(|nodes| *nodes = vec![leaf(1.0)], true);
        check(|nodes| nodes[4] = leaf(1.0), false);
        check(|nodes| nodes[1] = leaf(1.0), false);
        check(|nodes| last(nodes).feature = 1, false);
        check(|nodes| last(nodes).default_left = true, false);
        check(|nodes| last(nodes).rule = Rule::Below(0.6), false);
        check(|nodes| last(nodes).rule = Rule::NonzeroBelow(0.5), false);
    }

    proptest! {
        #[test]
        fn thresholds_keep_other_rules(base: f32, ulps in -2..=2_i32, off in -1e-9..1e-9_f64) {
            prop_assume!(base.is_finite() && base.abs() < 1e30);
            let t = f64::from(base) * (1.0 + off);
            let mut x = base;
            for _ in 0..ulps.abs() {
                x = if ulps > 0 { x.next_up() } else { x.next_down() };
            }
            prop_assert_eq!(x < threshold_below(t), f64::from(x) < t);
            prop_assert_eq!(x < threshold_at_most(t), f64::from(x) <= t);
        }
    }

    #[test]
    fn thresholds_at_zero() {
        assert!(0.0 < threshold_at_most(0.0) && -0.0 < threshold_at_most(0.0));
        assert!(f32::MIN_POSITIVE >= threshold_at_most(0.0));
        assert!(0.0 >= threshold_below(0.0) && 0.0 < threshold_below(1e-300));
    }
}
