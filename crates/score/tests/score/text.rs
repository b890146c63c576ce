//! A lead with a text: the factor names the topic or the signal that moved its score, and the sum stays exact.

use crate::fixture::NOW;
use leadsight_decide::{Policy, ScoreMap};
use leadsight_features::{Recipe, TextFeatures};
use leadsight_forest::{Forest, Rule, Split, Tree};
use leadsight_models::{Calibrator, Encoder, FeatureEncoder, ForestModel, Model};
use leadsight_schema::{
    Column, Field, FieldKind, Fingerprint, Headers, LeadTable, Record, Schema, TextRules,
};
use leadsight_score::{Bundle, ScoredLead, Scorer};

const FOR: [&str; 4] = ["budget", "rollout", "contract", "invoice"];
const AGAINST: [&str; 4] = ["thesis", "university", "survey", "semester"];

fn notes() -> Vec<String> {
    let note = |i: usize| {
        let words = if i.is_multiple_of(2) { FOR } else { AGAINST };
        let [a, b] = [words[i / 2 % 4], words[(i / 2 + 1 + i / 8 % 3) % 4]];
        let ask = if i.is_multiple_of(10) { " Could we book a demo?" } else { "" };
        format!("This is about {a} and {b}.{ask}")
    };
    (0..400).map(note).collect()
}

/// Its trees ask about both topics and the signal.
fn scorer() -> Scorer {
    let notes = notes();
    let schema = Schema::new(vec![Field::feature("notes", FieldKind::Text)]).unwrap();
    let column = Column::from_words(notes.iter().map(|n| Some(n.as_str())));
    let table = LeadTable::new(schema, vec![column], (2..402).collect()).unwrap();
    let text = TextFeatures { topics: 2, ..TextFeatures::default() };
    let recipe = Recipe { text, ..Recipe::default() };
    let recipe = recipe.fit(&table, &(0..400).collect::<Vec<_>>()).unwrap();
    let features = recipe.features().to_vec();
    let encoder =
        Encoder::new(features.clone(), vec![FeatureEncoder::Raw; features.len()]).unwrap();
    let place = |parts: &[&str]| {
        let any = |name: &str| parts.iter().any(|part| name.contains(part));
        features.iter().position(|f| any(&f.name)).unwrap() as u32
    };
    let asks = |feature, effect: f64, share: f64| {
        let mut tree = Tree::default();
        let left = tree.leaf(-effect * share, 1.0 - share);
        let right = tree.leaf(effect * (1.0 - share), share);
        let (rule, default_left) = (Rule::Below(0.1), true);
        tree.split(Split { feature, rule, default_left, left, right, cover: 1.0, gain: 1.0 });
        tree
    };
    let trees = vec![
        asks(place(&FOR), 1.0, 0.5),
        asks(place(&AGAINST), -2.0, 0.5),
        asks(place(&["says(notes, asks for a demo)"]), 4.0, 0.1),
    ];
    let forest = Forest::from_trees(features.len(), -1.0, trees).unwrap();
    let bundle = Bundle {
        name: "texts".to_owned(),
        id: None,
        rules: TextRules::default(),
        headers: Headers::default(),
        recipe,
        model: Model::Forest(ForestModel::new(encoder, forest).unwrap()),
        calibrator: Calibrator::Platt { a: 1.0, b: 0.0 },
        behaviour: None,
        percentiles: None,
        policy: Policy::new(ScoreMap::anchored(0.3, 0.1, 0.02, 0.8).unwrap()),
        fallback: None,
        more: serde_json::Map::new(),
    };
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("bundle");
    bundle.write(&folder).unwrap();
    let (read, _) = Bundle::read(&folder).unwrap();
    assert_eq!(read, bundle);
    Scorer::new(read, &Fingerprint("0123456789abcdef".to_owned())).unwrap()
}

fn score(scorer: &Scorer, note: &str) -> ScoredLead {
    let fields = scorer.bundle().unwrap().recipe.fields().to_vec();
    let (lead, problems) = Record::read(&fields, &TextRules::default(), [Some(note)]).unwrap();
    scorer.score_record("L-1", &lead, &problems, NOW).unwrap()
}

#[test]
fn a_factor_names_what_moved_the_score() {
    let scorer = scorer();
    let reasons = |note: &str| {
        let factors = score(&scorer, note).factors.unwrap();
        let words = |side: &[leadsight_decide::Factor]| {
            side.iter().map(|f| f.to_string().split(", +").next().unwrap().to_owned()).collect()
        };
        (words(&factors.positive), words(&factors.negative))
    };
    let (positive, negative): (Vec<String>, Vec<String>) =
        reasons("The budget and the contract, an invoice for the rollout");
    assert_eq!(negative, [""; 0]);
    // Not being about a thesis weighs more here than being about money.
    assert!(positive[0].starts_with("notes not about "), "{positive:?}");
    assert!(AGAINST.iter().any(|w| positive[0].contains(w)), "{positive:?}");
    assert_eq!(reasons("Can we book a demo?").0, ["notes with \"asks for a demo\""]);
    let (positive, negative) = reasons("A survey for my thesis, university semester");
    assert!(positive.is_empty());
    assert!(negative[0].starts_with("notes about "), "{negative:?}");
    let (positive, negative) = reasons("");
    assert!(positive.is_empty() && negative.len() <= 1, "{positive:?} {negative:?}");
}

#[test]
fn any_text_can_be_scored() {
    let scorer = scorer();
    let long = "no budget for a thesis ".repeat(400_000);
    for note in ["\u{202e}\u{5de}\u{5d7}\u{5d9}\u{5e8}", "\u{1f600}", "\u{301}", long.as_str()] {
        let lead = score(&scorer, note);
        assert!(lead.probability.is_some_and(f64::is_finite));
    }
}
