//! A forest as it is stored: a tree is a set of columns over its nodes in preorder.
//!
//! The left child is the next node. A leaf has `right` 0 and zeros in the columns of a split, a split has `value` 0. Numbers
//! survive JSON exactly: thresholds as f32, the rest as f64, all finite.

use crate::error::check_columns;
use crate::{CategorySet, Forest, ForestError, Node, Rule, Split, Tree};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForestFile {
    n_features: usize,
    base: f64,
    trees: Vec<Columns>,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Columns {
    feature: Vec<u32>,
    threshold: Vec<f32>,
    /// One more than the index of the split's set, 0 without; empty where the tree has no sets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    set: Vec<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sets: Vec<CategorySet>,
    /// Whether zero is missing for the split; empty where it never is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    nonzero: Vec<bool>,
    default_left: Vec<bool>,
    right: Vec<u32>,
    value: Vec<f64>,
    cover: Vec<f64>,
    gain: Vec<f64>,
}

impl From<&Forest> for ForestFile {
    fn from(forest: &Forest) -> Self {
        Self {
            n_features: forest.n_features(),
            base: forest.base(),
            trees: forest.trees().iter().map(columns).collect(),
        }
    }
}

impl TryFrom<ForestFile> for Forest {
    type Error = ForestError;

    fn try_from(file: ForestFile) -> Result<Self, ForestError> {
        let trees: Vec<Tree> = file
            .trees
            .iter()
            .enumerate()
            .map(|(i, columns)| tree(i, columns))
            .collect::<Result<_, _>>()?;
        from_stored(file.n_features, file.base, trees)
    }
}

/// A forest of trees that are already in preorder, as every file of ours has them: a node that nothing reaches is damage.
pub(crate) fn from_stored(
    n_features: usize,
    base: f64,
    trees: Vec<Tree>,
) -> Result<Forest, ForestError> {
    let stored: Vec<usize> = trees.iter().map(|t| t.nodes.len()).collect();
    let forest = Forest::from_trees(n_features, base, trees)?;
    for (tree, (kept, &expected)) in forest.trees().iter().zip(&stored).enumerate() {
        let found = kept.nodes.len();
        if found != expected {
            return Err(ForestError::Unreached { tree, expected, found });
        }
    }
    Ok(forest)
}

fn columns(tree: &Tree) -> Columns {
    let nonzero =
        |node: &Node| matches!(node, Node::Split(s) if matches!(s.rule, Rule::NonzeroBelow(_)));
    let mut out = Columns { sets: tree.sets.clone(), ..Columns::default() };
    if tree.nodes.iter().any(nonzero) {
        out.nonzero = tree.nodes.iter().map(nonzero).collect();
    }
    for node in &tree.nodes {
        let (split, value) = match *node {
            Node::Split(split) => (split, 0.0),
            Node::Leaf { value, cover } => (leaf_row(cover), value),
        };
        out.feature.push(split.feature);
        let (threshold, set) = match split.rule {
            Rule::Below(threshold) | Rule::NonzeroBelow(threshold) => (threshold, 0),
            Rule::OneOf(set) => (0.0, set + 1),
        };
        out.threshold.push(threshold);
        if !out.sets.is_empty() {
            out.set.push(set);
        }
        out.default_left.push(split.default_left);
        out.right.push(split.right);
        out.value.push(value);
        out.cover.push(split.cover);
        out.gain.push(split.gain);
    }
    out
}

fn leaf_row(cover: f64) -> Split {
    Split {
        feature: 0,
        rule: Rule::Below(0.0),
        default_left: false,
        left: 0,
        right: 0,
        cover,
        gain: 0.0,
    }
}

fn tree(tree: usize, c: &Columns) -> Result<Tree, ForestError> {
    let expected = c.right.len();
    check_columns(
        tree,
        expected,
        &[
            ("feature", c.feature.len()),
            ("threshold", c.threshold.len()),
            ("set", if c.sets.is_empty() { c.set.len() + expected } else { c.set.len() }),
            ("nonzero", if c.nonzero.is_empty() { expected } else { c.nonzero.len() }),
            ("default_left", c.default_left.len()),
            ("value", c.value.len()),
            ("cover", c.cover.len()),
            ("gain", c.gain.len()),
        ],
    )?;
    let node = |i: usize| match c.right[i] {
        0 => Node::Leaf { value: c.value[i], cover: c.cover[i] },
        right => Node::Split(Split {
            feature: c.feature[i],
            rule: match c.set.get(i) {
                None | Some(0) if c.nonzero.get(i) == Some(&true) => {
                    Rule::NonzeroBelow(c.threshold[i])
                }
                None | Some(0) => Rule::Below(c.threshold[i]),
                Some(set) => Rule::OneOf(set - 1),
            },
            default_left: c.default_left[i],
            left: u32::try_from(i + 1).unwrap_or(u32::MAX),
            right,
            cover: c.cover[i],
            gain: c.gain[i],
        }),
    };
    Ok(Tree { nodes: (0..expected).map(node).collect(), root: 0, sets: c.sets.clone() })
}

#[cfg(test)]
mod tests {
    use crate::Forest;
    use crate::sample::{self, Shape};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn json_keeps_every_bit(seed: u64, trees in 0..4_usize, depth in 0..6_usize) {
            let rng = &mut sample::rng(seed);
            let forest = sample::forest(rng, &Shape { trees, depth, n_features: 3 });
            let text = serde_json::to_string(&forest).unwrap();
            let back: Forest = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(&back, &forest);
            prop_assert_eq!(serde_json::to_string(&back).unwrap(), text);
            let rows = sample::rows(rng, 20, 3);
            prop_assert_eq!(back.margins(&rows).unwrap(), forest.margins(&rows).unwrap());
        }

        #[test]
        fn a_damaged_file_never_panics(seed: u64, at: prop::sample::Index, with in "[0-9\\-]") {
            let rng = &mut sample::rng(seed);
            let forest = sample::forest(rng, &Shape { trees: 2, depth: 4, n_features: 3 });
            let mut text = serde_json::to_string(&forest).unwrap();
            let i = at.index(text.len());
            text.replace_range(i..=i, &with);
            if let Ok(damaged) = serde_json::from_str::<Forest>(&text) {
                let width = damaged.n_features();
                if width < 100 {
                    let row = sample::rows(rng, 1, width);
                    let mut out = vec![0.0; width];
                    damaged.shap(&row, &mut out).unwrap();
                }
            }
        }
    }

    #[test]
    fn damage_is_named() {
        let good = r#"{"n_features":1,"base":0.5,"trees":[{"feature":[0,0,0],"threshold":[0.1,0.0,0.0],
            "default_left":[true,false,false],"right":[2,0,0],"value":[0.0,-1.0,1.0],"cover":[3.0,1.0,2.0],
            "gain":[4.0,0.0,0.0]}]}"#;
        assert!(serde_json::from_str::<Forest>(good).is_ok());
        let check = |from: &str, to: &str, expect: &str| {
            assert!(good.contains(from), "{from}");
            let error = serde_json::from_str::<Forest>(&good.replace(from, to)).unwrap_err();
            assert!(error.to_string().contains(expect), "{error}");
        };
        check("[2,0,0]", "[3,0,0]", "tree 0, node 0: child 3 does not exist");
        check("[2,0,0]", "[1,0,0]", "tree 0: node 1 is reached twice");
        check("[2,0,0]", "[0,0,0]", "tree 0: 1 of 3 nodes are reached from the root");
        check("[2,0,0]", "[2,0]", "tree 0: column `feature` has 3 values where 2 were expected");
        check("\"gain\":[4.0,", "\"gain\":[", "column `gain` has 2 values where 3");
        check("[0,0,0],\"threshold", "[1,0,0],\"threshold", "feature 1 does not exist");
        check("[0.1,0.0,0.0]", "[null,0.0,0.0]", "invalid type: null");
        check("\"base\"", "\"bias\"", "unknown field `bias`");
    }
}
