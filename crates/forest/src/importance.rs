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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Rule, Split, Tree};

    #[test]
    fn totals_by_feature() {
        let mut tree = Tree::default();
        let base = Split {
            feature: 2,
            rule: Rule::Below(0.0),
            default_left: true,
            left: 0,
            right: 0,
            cover: 6.0,
            gain: 1.5,
        };
        let (left, right) = (tree.leaf(1.0, 2.0), tree.leaf(2.0, 4.0));
        let left = tree.split(Split { left, right, ..base });
        let right = tree.leaf(0.0, 4.0);
        tree.split(Split { left, right, feature: 0, cover: 10.0, gain: 5.0, ..base });
        let mut forest = Forest::from_trees(3, 0.0, vec![tree.clone(), tree]).unwrap();
        assert_eq!(forest.importance(Importance::Gain), [10.0, 0.0, 3.0]);
        assert_eq!(forest.importance(Importance::Cover), [20.0, 0.0, 12.0]);
        assert_eq!(forest.importance(Importance::Splits), [2.0, 0.0, 2.0]);
        forest.truncate(5);
        assert_eq!(forest.n_trees(), 2);
        forest.truncate(1);
        assert_eq!(forest.importance(Importance::Splits), [1.0, 0.0, 1.0]);
        assert_eq!((forest.depth(), forest.expected_value()), (2, (2.0 + 8.0) / 10.0));
    }
}
