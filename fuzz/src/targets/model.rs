//! Any model file that `leadsight import` takes: what is accepted can be written, read, printed, walked, explained and made a
//! bundle of.

use leadsight_forest::import;
use leadsight_forest::{Link, TreeModel};
use leadsight_schema::{Fingerprint, Timestamp};
use leadsight_score::{Bundle, Imported, Scorer};

/// Printing all of a greater model would cost more than reading it.
const MOST_NODES: usize = 100_000;

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(model) = import::read(bytes) {
        walk(model);
    }
}

/// Asks everything of a model that has been accepted.
pub(super) fn walk(mut model: TreeModel) {
    model.check().expect("a reader checks its model");
    model.outputs.iter().for_each(super::forest::walk);
    let written = model.to_bytes().expect("a sound model can be written");
    let again = TreeModel::from_bytes(&written).expect("our own file reads");
    assert_eq!(again, model);
    let nodes: usize = model.outputs.iter().flat_map(|f| f.trees()).map(|t| t.nodes.len()).sum();
    if nodes <= MOST_NODES {
        assert!(model.dump().to_string().lines().count() >= nodes);
    }
    if model.n_features() <= super::forest::WIDEST {
        let answer = model.predict(&vec![0.5; model.n_features()]).expect("the row has the width");
        let sum: f64 = answer.iter().sum();
        assert!(model.link != Link::Softmax || (sum - 1.0).abs() < 1e-9, "{sum}");
    }
    let classes = model.outputs.len();
    let how = Imported {
        name: "fuzzed".to_owned(),
        id: None,
        class: (classes > 1).then_some(classes / 2),
        threshold: 0.5,
        skip_threshold: None,
    };
    if let Ok(bundle) = Bundle::from_trees(&model, how) {
        let fields = bundle.recipe.fields().iter();
        let lead = fields.map(|field| (field.name.clone(), "3".into())).collect();
        let scorer =
            Scorer::new(bundle, &Fingerprint(String::new())).expect("its parts belong together");
        if let Ok(scored) = scorer.score_json(&lead, Timestamp(0)) {
            assert!(scored.probability.is_none_or(|p| (0.0..=1.0).contains(&p)));
        }
    }
    let rounds = model.rounds();
    model.truncate_rounds(rounds / 2);
    assert_eq!(model.rounds(), rounds / 2);
}
