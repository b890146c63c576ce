//! scikit-learn's trees, as `export_sklearn.py` beside this file writes them: single trees, random forests, extra trees, gradient boosting.
//!
//! scikit-learn has no model file of its own but the pickle, which can run any code. The script writes what there is as JSON:
//!
//! ```json
//! {"format": "leadsight-sklearn", "version": 1, "source": "scikit-learn 1.9.1 RandomForestClassifier",
//!  "feature_names": ["age", "visits"], "classes": ["0", "1"], "link": "Probability", "averaged": true,
//!  "outputs": [{"base": 0.0, "trees": [{"feature": [1, 0, 0], "threshold": [2.5, 0, 0], "left": [1, -1, -1],
//!    "right": [2, -1, -1], "missing_left": [true, false, false], "value": [0, 0.1, 0.7], "cover": [40, 30, 10], "gain": [3.1, 0, 0]}]}]}
//! ```
//!
//! `link` is `Probability` (each tree's leaves hold its share of the mean probability), `Logistic`, `Softmax` or `Identity`; there is an output for
//! the second of two classes, or one for each of more. A tree is columns over its nodes, root first; a leaf has -1 as children. A number goes left where it is at most the threshold, which is f64 there
//! while the row is f32; the importer finds the f32 threshold that says the same.

use crate::error::check_columns;
use crate::tree::finite_threshold_at_most;
use crate::{Forest, ForestError, Link, Node, Rule, Split, Tree, TreeModel};
use serde::Deserialize;
use std::collections::BTreeMap;

const FORMAT: &str = "scikit-learn";
pub(super) const FORMAT_NAME: &str = "leadsight-sklearn";

/// The newest version of the JSON that this program reads.
const VERSION: u32 = 1;

/// The script that writes the JSON, for Python with scikit-learn from 1.3 on.
pub const SKLEARN_EXPORTER: &str = include_str!("export_sklearn.py");

#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "format")]
    _format: String,
    #[serde(rename = "version")]
    _version: u32,
    source: String,
    feature_names: Vec<String>,
    #[serde(default)]
    classes: Vec<String>,
    link: Link,
    /// Whether the trees are shares of a mean, so that fewer of them mean nothing.
    #[serde(default)]
    averaged: bool,
    outputs: Vec<Output>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Output {
    base: f64,
    trees: Vec<Columns>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Columns {
    feature: Vec<i64>,
    threshold: Vec<f64>,
    left: Vec<i64>,
    right: Vec<i64>,
    missing_left: Vec<bool>,
    value: Vec<f64>,
    cover: Vec<f64>,
    gain: Vec<f64>,
}

/// Reads what the script wrote.
///
/// # Errors
/// [`ForestError::Json`] for text that is not such a model, [`ForestError::Unsupported`] for a later version, and whatever [`Forest::from_trees`] and
/// [`TreeModel::check`] find wrong.
pub fn sklearn_json(text: &str) -> Result<TreeModel, ForestError> {
    let json = |source| ForestError::Json { format: FORMAT, source };
    let head: Head = serde_json::from_str(text).map_err(json)?;
    if head.format != FORMAT_NAME || head.version != VERSION {
        let found = format!("{} version {}", head.format, head.version);
        let supported = "leadsight-sklearn version 1";
        return Err(ForestError::Unsupported {
            format: FORMAT,
            what: "the file",
            found,
            supported,
        });
    }
    let file: File = serde_json::from_str(text).map_err(json)?;
    let mut outputs = Vec::new();
    for output in &file.outputs {
        let trees = output.trees.iter().enumerate().map(|(at, columns)| tree(at, columns));
        let trees = trees.collect::<Result<_, _>>()?;
        outputs.push(Forest::from_trees(file.feature_names.len(), output.base, trees)?);
    }
    let most = outputs.iter().map(Forest::n_trees).max().unwrap_or(0);
    let model = TreeModel {
        outputs,
        link: file.link,
        feature_names: file.feature_names,
        levels: BTreeMap::new(),
        classes: file.classes,
        trees_per_round: if file.averaged { most.max(1) } else { 1 },
        best_rounds: None,
        source: file.source,
    };
    model.check()?;
    Ok(model)
}

fn tree(at: usize, c: &Columns) -> Result<Tree, ForestError> {
    let expected = c.left.len();
    check_columns(
        at,
        expected,
        &[
            ("feature", c.feature.len()),
            ("threshold", c.threshold.len()),
            ("right", c.right.len()),
            ("missing_left", c.missing_left.len()),
            ("value", c.value.len()),
            ("cover", c.cover.len()),
            ("gain", c.gain.len()),
        ],
    )?;
    // What no tree has is named by the check.
    let index = |i: i64| u32::try_from(i).unwrap_or(u32::MAX);
    let node = |i: usize| match c.left[i] {
        -1 => Node::Leaf { value: c.value[i], cover: c.cover[i] },
        left => Node::Split(Split {
            feature: index(c.feature[i]),
            rule: Rule::Below(finite_threshold_at_most(c.threshold[i])),
            default_left: c.missing_left[i],
            left: index(left),
            right: index(c.right[i]),
            cover: c.cover[i],
            gain: c.gain[i],
        }),
    };
    Ok(Tree { nodes: (0..expected).map(node).collect(), ..Tree::default() })
}
