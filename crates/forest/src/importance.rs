//! How much a forest leans on each feature, over all rows.

use crate::{Forest, Node};

/// What a split counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Importance {
    /// Its gain, in the maker's measure.
    Gain,
    /// Its cover: the weight of the training rows that were asked.
    Cover,
    /// One.
    Splits,
}

/// The total over the splits on each feature; not scaled.
pub(crate) fn importance(forest: &Forest, kind: Importance) -> Vec<f64> {
    let mut out = vec![0.0; forest.n_features()];
    for node in forest.trees().iter().flat_map(|tree| &tree.nodes) {
        if let Node::Split(split) = node {
            out[split.feature as usize] += match kind {
                Importance::Gain => split.gain,
                Importance::Cover => split.cover,
                Importance::Splits => 1.0,
            };
        }
    }
    out
}
