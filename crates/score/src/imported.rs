//! A bundle from another library's model: the inputs that its trees ask for become fields of the same names.
//!
//! Numbers are read as they are. A category whose words the model knows is read as a word: its codes make room for *missing* (0) and
//! *another word* (1), which its splits then send where the library sends them. A category of bare codes is a number to the
//! lead, and stays one. Nothing is calibrated, so the probability is the model's own; no validation lead is known, so the column
//! `score_percentile` is absent unless the caller sets [`Bundle::percentiles`].

use crate::{Bundle, ScoreError};
use leadsight_decide::{Policy, ScoreMap};
use leadsight_features::{CategoryStep, FittedRecipe, NumberStep};
use leadsight_forest::{CategorySet, Forest, Link, Node, Rule, Split, Tree, TreeModel};
use leadsight_models::{
    Calibrator, Encoder, FeatureEncoder, ForestModel, Model, ModelError, Scale,
};
use leadsight_schema::{Field, FieldKind, Folded, Headers, TextRules, logit, sigmoid};
use std::collections::{BTreeMap, HashMap};

/// The room that the outer anchors of the score have beyond the thresholds, in log-odds.
const ROOM: f64 = 2.0;

/// What a model's file does not say.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The bundle's name.
    pub name: String,
    /// The column that names the lead.
    pub id: Option<String>,
    /// The position of the class whose probability is wanted, of a model of several.
    pub class: Option<usize>,
    /// From this probability on a lead is worth a call: score 70.
    pub threshold: f64,
    /// Below this probability a lead can wait: score 40. A quarter of the threshold's odds unless given.
    pub skip_threshold: Option<f64>,
}

/// How an input of the model reaches its trees in the bundle.
struct Place {
    feature: u32,
    /// The number of words; none of a number.
    words: Option<u32>,
}

impl Bundle {
    /// A bundle that gives a lead the probability which the model gives it.
    ///
    /// # Errors
    /// [`ScoreError::NoProbability`] where the model does not predict the probability of an outcome, [`ScoreError::Class`] where it predicts
    /// several and none or no such is chosen, [`ScoreError::SameWords`] where two words of a category differ in case only, and thresholds that the score cannot be anchored to.
    pub fn from_trees(model: &TreeModel, how: Imported) -> Result<Self, ScoreError> {
        let outcome = outcome(model, how.class)?;
        // A recipe has one feature at least, even where no split asks for any.
        let mut asked = model.asked();
        if asked.is_empty() {
            asked.insert(0);
        }
        let (mut fields, mut numbers, mut categories) = (Vec::new(), Vec::new(), Vec::new());
        let mut text = TextRules::default();
        for &feature in &asked {
            let name = model.name(feature);
            let field = fields.len();
            match model.levels.get(&feature).filter(|words| !words.is_empty()) {
                None => {
                    fields.push(Field::feature(name, FieldKind::Number));
                    numbers.push((feature, NumberStep::Value { field }));
                }
                Some(words) => {
                    // Cells are trimmed when they are read.
                    let levels: Vec<String> = words.iter().map(|w| w.trim().to_owned()).collect();
                    check_words(&name, &levels)?;
                    // A word that the model knows is no sign of a missing one.
                    text.missing
                        .retain(|missing| !levels.iter().any(|w| Folded(w) == Folded(missing)));
                    fields.push(Field::feature(name, FieldKind::Category));
                    // No training word is left out, so any other is new.
                    let rare = Some(Vec::new());
                    let count = levels.len() as u32;
                    categories.push((feature, count, CategoryStep::Word { field, levels, rare }));
                }
            }
        }
        let order = numbers.iter().map(|(feature, _)| (*feature, None));
        let order =
            order.chain(categories.iter().map(|(feature, words, _)| (*feature, Some(*words))));
        let places: HashMap<usize, Place> = order
            .enumerate()
            .map(|(i, (feature, words))| (feature, Place { feature: i as u32, words }))
            .collect();
        let parts: Vec<FeatureEncoder> = numbers
            .iter()
            .map(|_| FeatureEncoder::Raw)
            .chain(categories.iter().map(|(_, words, _)| FeatureEncoder::Code {
                levels: *words as usize + FIRST_WORD as usize,
            }))
            .collect();
        let recipe = FittedRecipe::from_steps(
            fields,
            numbers.into_iter().map(|(_, step)| step).collect(),
            categories.into_iter().map(|(_, _, step)| step).collect(),
        )?;
        let encoder = Encoder::new(recipe.features().to_vec(), parts)?;
        let moved = |forest: &Forest| {
            let trees = forest.trees().iter().map(|tree| placed(tree, &places)).collect();
            Forest::from_trees(asked.len(), forest.base(), trees).map_err(ModelError::from)
        };
        let model_of_bundle = match outcome {
            Outcome::Alone(forest, scale) => ForestModel::on(scale, encoder, moved(forest)?)?,
            Outcome::Among(class, forests) => {
                let mut forests: Vec<Forest> =
                    forests.iter().map(moved).collect::<Result<_, _>>()?;
                let own = forests.remove(class);
                ForestModel::among(encoder, own, forests)?
            }
        };

        let skip = how.skip_threshold.unwrap_or_else(|| sigmoid(logit(how.threshold) - 4_f64.ln()));
        let low = sigmoid(logit(skip) - ROOM);
        let high = sigmoid(logit(how.threshold) + ROOM);
        let mut more = serde_json::Map::new();
        more.insert("imported".to_owned(), model.source.clone().into());
        let bundle = Self {
            name: how.name,
            id: how.id,
            rules: text,
            headers: Headers::default(),
            recipe,
            model: Model::Forest(model_of_bundle),
            calibrator: Calibrator::Identity,
            behaviour: None,
            percentiles: None,
            policy: Policy::new(ScoreMap::anchored(how.threshold, skip, low, high)?),
            fallback: None,
            more,
        };
        bundle.check()?;
        Ok(bundle)
    }
}

/// The code of the first word; 0 is missing and 1 another word.
const FIRST_WORD: u32 = 2;

/// What gives the probability of one outcome.
enum Outcome<'a> {
    /// One forest, on its scale.
    Alone(&'a Forest, Scale),
    /// The class at this position, by the softmax over the forests of all.
    Among(usize, &'a [Forest]),
}

fn outcome(model: &TreeModel, class: Option<usize>) -> Result<Outcome<'_>, ScoreError> {
    let forests = model.outputs.as_slice();
    if matches!(model.link, Link::Identity | Link::Exp) {
        let found = "a number".to_owned();
        return Err(ScoreError::NoProbability { maker: model.source.clone(), found });
    }
    let class = match (class, forests) {
        (None, [_]) => 0,
        (Some(class), [_, _, ..]) if class < forests.len() => class,
        _ => return Err(no_class(model, class)),
    };
    Ok(match model.link {
        Link::Softmax if forests.len() > 1 => Outcome::Among(class, forests),
        Link::Probability => Outcome::Alone(&forests[class], Scale::Probability),
        _ => Outcome::Alone(&forests[class], Scale::LogOdds),
    })
}

fn no_class(model: &TreeModel, class: Option<usize>) -> ScoreError {
    let classes = match (model.outputs.len(), model.classes.as_slice()) {
        (1, _) => "one outcome, so that there is no class to choose".to_owned(),
        (n, []) => format!("{n} classes, 0 to {}", n - 1),
        (n, names) => format!("{n} classes: {}", names.join(", ")),
    };
    let found = class.map_or("none".to_owned(), |class| class.to_string());
    ScoreError::Class { maker: model.source.clone(), classes, found }
}

/// The tree over the bundle's inputs.
fn placed(tree: &Tree, places: &HashMap<usize, Place>) -> Tree {
    let mut sets = Vec::new();
    let mut moved = |split: &Split| {
        // Every feature that a split asks for has a place.
        let Some(place) = places.get(&(split.feature as usize)) else { return *split };
        let mut out = Split { feature: place.feature, ..*split };
        if let Rule::OneOf(set) = split.rule {
            let old = &tree.sets[set as usize];
            sets.push(match place.words {
                None => old.clone(),
                Some(words) => with_room(old, words, split.default_left),
            });
            out.rule = Rule::OneOf(sets.len() as u32 - 1);
        }
        out
    };
    let nodes = tree.nodes.iter().map(|node| match node {
        Node::Split(split) => Node::Split(moved(split)),
        leaf => *leaf,
    });
    Tree { nodes: nodes.collect(), root: tree.root, sets }
}

/// The set over the bundle's codes. A missing word goes by the default; so does another word, unless the set knows more codes than
/// there are words and so has an answer.
fn with_room(set: &CategorySet, words: u32, default_left: bool) -> CategorySet {
    let missing = default_left.then_some(0);
    let other = (default_left && set.levels() <= words).then_some(1);
    let known = set.codes().filter(|code| *code < words).map(|code| code + FIRST_WORD);
    CategorySet::new(words + FIRST_WORD, missing.into_iter().chain(other).chain(known))
}

/// Leads' words are compared without case: two words of the model that differ in nothing else would be one.
fn check_words(field: &str, words: &[String]) -> Result<(), ScoreError> {
    let mut seen = BTreeMap::new();
    for word in words {
        if let Some(first) = seen.insert(Folded(word), word) {
            let [field, first, second] = [field, first, word].map(str::to_owned);
            return Err(ScoreError::SameWords { field, first, second });
        }
    }
    Ok(())
}
