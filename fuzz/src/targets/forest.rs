//! A forest as a model file holds it: what is accepted can be walked and explained.

use leadsight_forest::{Forest, Importance};

/// A row wider than this is not walked: its memory would be ours, not the reader's.
pub(super) const WIDEST: usize = 10_000;

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(forest) = serde_json::from_slice::<Forest>(bytes) {
        walk(&forest);
        let written = serde_json::to_string(&forest).expect("a forest can be written");
        let again: Forest = serde_json::from_str(&written).expect("our own text reads");
        assert_eq!(again, forest);
    }
}

/// Asks everything of a forest that has been accepted.
pub(super) fn walk(forest: &Forest) {
    if forest.n_features() > WIDEST {
        return;
    }
    let mut contributions = vec![0.0; forest.n_features()];
    for value in [0.0, 1.5, -1e30, f32::NAN] {
        let row = vec![value; forest.n_features()];
        forest.margin(&row).expect("the row has the forest's width");
        forest.shap(&row, &mut contributions).expect("the row has the forest's width");
    }
    forest.expected_value();
    forest.importance(Importance::Gain);
}
