//! SHAP values against those of the `shap` package (`golden/make_shap.py`).

#![allow(clippy::unwrap_used)]

use leadsight_forest::{Forest, Node, Rule, Split, Tree, threshold_at_most};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Golden {
    rows: Vec<Vec<f32>>,
    cases: BTreeMap<String, Case>,
}

#[derive(Deserialize)]
struct Case {
    base: f64,
    trees: Vec<Nodes>,
    contributions: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
struct Nodes {
    left: Vec<i32>,
    right: Vec<i32>,
    feature: Vec<i32>,
    threshold: Vec<f64>,
    value: Vec<f64>,
    cover: Vec<f64>,
}

impl Nodes {
    fn tree(&self) -> Tree {
        let node = |at: usize| match u32::try_from(self.left[at]) {
            Err(_) => Node::Leaf { value: self.value[at], cover: self.cover[at] },
            Ok(left) => Node::Split(Split {
                feature: u32::try_from(self.feature[at]).unwrap(),
                rule: Rule::Below(threshold_at_most(self.threshold[at])),
                default_left: false,
                left,
                right: u32::try_from(self.right[at]).unwrap(),
                cover: self.cover[at],
                gain: 0.0,
            }),
        };
        Tree { nodes: (0..self.left.len()).map(node).collect(), ..Tree::default() }
    }
}

#[test]
fn agrees_with_the_shap_package() {
    let golden: Golden = serde_json::from_str(include_str!("golden/shap.json")).unwrap();
    let width = golden.rows[0].len();
    for (name, case) in &golden.cases {
        let trees = case.trees.iter().map(Nodes::tree).collect();
        let forest = Forest::from_trees(width, case.base, trees).unwrap();
        for (row, expected) in golden.rows.iter().zip(&case.contributions) {
            let mut found = vec![0.0; width];
            let base = forest.shap(row, &mut found).unwrap();
            found.push(base);
            for (found, expected) in found.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-9, "{name}: {found} {expected}");
            }
        }
    }
}
