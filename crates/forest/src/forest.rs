//! The checked ensemble and its public functions.

use crate::file::ForestFile;
use crate::importance::{Importance, importance};
use crate::layout::{Layout, layout};
use crate::{ForestError, Tree, shap, walk};
use serde::{Deserialize, Serialize, Serializer};

/// The layout keeps one bit of 32 for the default direction and one for sets.
const MAX_FEATURES: usize = 1 << 30;
const MAX_NODES: usize = u32::MAX as usize;

/// `margin(x) = base + sum over trees of the value of the leaf that x reaches`, x being f32 with NaN for missing.
///
/// A `Forest` that exists is sound: its trees are trees, its numbers are finite, its features exist.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "ForestFile")]
pub struct Forest {
    n_features: usize,
    base: f64,
    trees: Vec<Tree>,
    /// For each tree.
    symmetric: Vec<bool>,
    layout: Box<Layout>,
}

impl Forest {
    /// Checks trees and keeps them, each in preorder and without the nodes that its root does not reach. No tree at all is
    /// fine: the margin is `base` then.
    ///
    /// # Errors
    /// [`ForestError`] naming the tree and node (by the given index) with a missing or twice reached child, more than
    /// [`crate::MAX_DEPTH`] splits on a way, an unknown feature, a number that is not finite or a cover below 0.
    pub fn from_trees(n_features: usize, base: f64, trees: Vec<Tree>) -> Result<Self, ForestError> {
        if n_features == 0 {
            return Err(ForestError::NoFeatures);
        }
        if n_features > MAX_FEATURES {
            return Err(ForestError::TooMany {
                what: "features",
                found: n_features,
                limit: MAX_FEATURES,
            });
        }
        let nodes = trees.iter().map(|t| t.nodes.len()).sum();
        if nodes > MAX_NODES {
            return Err(ForestError::TooMany { what: "nodes", found: nodes, limit: MAX_NODES });
        }
        if !base.is_finite() {
            return Err(ForestError::BadNumber {
                place: "the forest".to_owned(),
                what: "base value",
                found: base.to_string(),
                expected: "a finite number",
            });
        }
        let trees: Vec<Tree> = trees
            .iter()
            .enumerate()
            .map(|(i, tree)| tree.checked(i, n_features))
            .collect::<Result<_, _>>()?;
        let symmetric = trees.iter().map(|tree| tree.levels().is_some()).collect();
        let layout = Box::new(layout(&trees));
        Ok(Self { n_features, base, trees, symmetric, layout })
    }

    /// The width of a row.
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// The number of trees.
    pub fn n_trees(&self) -> usize {
        self.trees.len()
    }

    /// What the margin is before any tree; see also [`Forest::expected_value`].
    pub fn base(&self) -> f64 {
        self.base
    }

    /// The trees, in preorder: root 0, the left child next to its parent.
    pub fn trees(&self) -> &[Tree] {
        &self.trees
    }

    /// Whether a tree is symmetric (oblivious): all ways to a leaf are equally long, and all nodes of a level ask the same question with
    /// the same default. Found when the trees are checked, whoever grew them; false for a tree that does not exist.
    pub fn is_symmetric(&self, tree: usize) -> bool {
        self.symmetric.get(tree).copied().unwrap_or(false)
    }

    /// The most splits between a root and a leaf.
    pub fn depth(&self) -> usize {
        self.layout.depth
    }

    /// The margin of one row.
    ///
    /// # Errors
    /// [`ForestError::Width`] where the row has not [`Forest::n_features`] values.
    pub fn margin(&self, row: &[f32]) -> Result<f64, ForestError> {
        self.check_width("the row", row.len())?;
        Ok(walk::margin(&self.layout, self.base, row))
    }

    /// The margins of row-major rows, equal to the bit to [`Forest::margin`] of each. One thread; callers share out rows.
    ///
    /// # Errors
    /// [`ForestError::Width`] where the length is no multiple of [`Forest::n_features`].
    pub fn margins(&self, rows: &[f32]) -> Result<Vec<f64>, ForestError> {
        if !rows.len().is_multiple_of(self.n_features) {
            self.check_width("the last row of the block", rows.len() % self.n_features)?;
        }
        Ok(walk::margins(&self.layout, self.base, rows, self.n_features))
    }

    /// Adds each feature's exact path-dependent SHAP value (that of TreeSHAP) into `out` and returns [`Forest::expected_value`]: the
    /// returned value plus what was added is the margin, up to rounding in f64.
    ///
    /// # Errors
    /// [`ForestError::Width`] where the row or `out` has not [`Forest::n_features`] values.
    pub fn shap(&self, row: &[f32], out: &mut [f64]) -> Result<f64, ForestError> {
        self.check_width("the row", row.len())?;
        self.check_width("the output", out.len())?;
        shap::shap(&self.layout, row, self.n_features, out);
        Ok(self.expected_value())
    }

    /// As [`Forest::shap`] for row-major rows, equal to the bit to that of each. One thread; callers share out rows.
    ///
    /// # Errors
    /// [`ForestError::Width`] where the length is no multiple of [`Forest::n_features`], or that of `out` is another.
    pub fn shap_rows(&self, rows: &[f32], out: &mut [f64]) -> Result<f64, ForestError> {
        if !rows.len().is_multiple_of(self.n_features) {
            self.check_width("the last row of the block", rows.len() % self.n_features)?;
        }
        if out.len() != rows.len() {
            let (what, expected, found) = ("the output", rows.len(), out.len());
            return Err(ForestError::Length { what, expected, found });
        }
        shap::shap(&self.layout, rows, self.n_features, out);
        Ok(self.expected_value())
    }

    /// The margin's mean over the training rows as the covers tell it: base plus each tree's cover-weighted leaf mean.
    pub fn expected_value(&self) -> f64 {
        self.base + self.layout.mean
    }

    /// A total per feature; see [`Importance`]. Not scaled: all zero where no tree splits.
    pub fn importance(&self, kind: Importance) -> Vec<f64> {
        importance(self, kind)
    }

    /// Keeps the first `trees` trees; does nothing where there are no more.
    pub fn truncate(&mut self, trees: usize) {
        if trees < self.trees.len() {
            self.trees.truncate(trees);
            self.symmetric.truncate(trees);
            *self.layout = layout(&self.trees);
        }
    }

    #[cfg(test)]
    pub(crate) fn by_bytes(&self) -> usize {
        self.layout.grid.trees.iter().flatten().count()
    }

    fn check_width(&self, what: &'static str, found: usize) -> Result<(), ForestError> {
        let expected = self.n_features;
        (found == expected).then_some(()).ok_or(ForestError::Width { what, expected, found })
    }
}

impl PartialEq for Forest {
    fn eq(&self, other: &Self) -> bool {
        self.n_features == other.n_features && self.base == other.base && self.trees == other.trees
    }
}

impl Serialize for Forest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ForestFile::from(self).serialize(serializer)
    }
}
