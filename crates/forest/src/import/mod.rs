//! Readers of other libraries' model files, one file a library.

mod xgboost;

pub use xgboost::xgboost_json;

use crate::Forest;

/// A forest with what its file says beside the trees.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedForest {
    /// The trees and the base log-odds.
    pub forest: Forest,
    /// Trees of one boosting round: 1, or the number of parallel trees.
    pub trees_per_round: usize,
    /// The features' names; empty where the file has none.
    pub feature_names: Vec<String>,
}

impl ImportedForest {
    /// The number of boosting rounds.
    pub fn rounds(&self) -> usize {
        self.forest.n_trees() / self.trees_per_round.max(1)
    }

    /// Keeps the first rounds; does nothing where there are no more.
    pub fn truncate_rounds(&mut self, rounds: usize) {
        self.forest.truncate(rounds.saturating_mul(self.trees_per_round));
    }
}
