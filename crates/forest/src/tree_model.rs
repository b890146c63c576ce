//! What another library calls a model: one forest an output, with what its file says beside the trees.
//!
//! A row of inputs gives each output a margin, and the [`Link`] turns the margins into what the library would predict.

use crate::{Forest, ForestError, Node, Rule};
use leadsight_schema::sigmoid;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How margins become predictions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Link {
    /// The margin is the prediction: a number, or a rank.
    Identity,
    /// The margin is the logarithm of a number (Poisson, gamma, Tweedie).
    Exp,
    /// The margin is the log-odds of a yes.
    Logistic,
    /// Each margin is the log-odds of one class against the rest; they need not add up.
    OneVsRest,
    /// The margins are the logarithms of the classes' probabilities, up to one constant.
    Softmax,
    /// The margin is the probability itself, a mean over trees: of a yes, or of each class.
    Probability,
}

/// One or several forests over the same inputs, and what they say together.
#[derive(Debug, Clone, PartialEq)]
pub struct TreeModel {
    /// One, or one a class; all of one width.
    pub outputs: Vec<Forest>,
    /// How margins become predictions.
    pub link: Link,
    /// The inputs' names; empty where the file has none.
    pub feature_names: Vec<String>,
    /// The words of a category by the input's position: a row holds the place of its word in the list.
    pub levels: BTreeMap<usize, Vec<String>>,
    /// The classes' names; empty where the file has none. Two where a single output is that of the second.
    pub classes: Vec<String>,
    /// Trees of one boosting round in each output: 1, or the number of parallel trees, which is that of all trees where they are averaged.
    pub trees_per_round: usize,
    /// The rounds after which the library predicts best, where early stopping found them fewer than there are.
    pub best_rounds: Option<usize>,
    /// Who made it, such as `XGBoost 3.2.0`.
    pub source: String,
}

impl From<Forest> for TreeModel {
    /// A forest of our own: log-odds of a yes.
    fn from(forest: Forest) -> Self {
        Self {
            outputs: vec![forest],
            link: Link::Logistic,
            feature_names: Vec::new(),
            levels: BTreeMap::new(),
            classes: Vec::new(),
            trees_per_round: 1,
            best_rounds: None,
            source: "Leadsight".to_owned(),
        }
    }
}

impl TreeModel {
    /// What holds of every model, whoever wrote its file.
    ///
    /// # Errors
    /// [`ForestError::Length`] where names, classes, or the outputs' widths and trees do not belong together, [`ForestError::BadNumber`] for a
    /// category that is no input and rounds that are not whole.
    pub fn check(&self) -> Result<(), ForestError> {
        let expect = |what, found, expected| match found == expected {
            true => Ok(()),
            false => Err(ForestError::Length { what, expected, found }),
        };
        if self.outputs.is_empty() {
            return Err(ForestError::Length { what: "the outputs", expected: 1, found: 0 });
        }
        let width = self.n_features();
        let trees = self.outputs.first().map_or(0, Forest::n_trees);
        for forest in &self.outputs {
            expect("the inputs of an output", forest.n_features(), width)?;
            expect("the trees of an output", forest.n_trees(), trees)?;
        }
        if self.trees_per_round == 0 || !trees.is_multiple_of(self.trees_per_round) {
            return Err(ForestError::BadNumber {
                place: "the model".to_owned(),
                what: "number of trees a round",
                found: self.trees_per_round.to_string(),
                expected: "a divisor of the number of trees",
            });
        }
        if !self.feature_names.is_empty() {
            expect("the names of inputs", self.feature_names.len(), width)?;
        }
        if let Some(last) = self.levels.keys().last().filter(|last| **last >= width) {
            return Err(ForestError::BadNumber {
                place: "the model".to_owned(),
                what: "position of a category",
                found: last.to_string(),
                expected: "one of its inputs",
            });
        }
        if !self.classes.is_empty() {
            expect("the names of classes", self.classes.len(), self.outputs.len().max(2))?;
        }
        match self.link {
            Link::Softmax | Link::OneVsRest | Link::Probability => Ok(()),
            _ => expect("the outputs", self.outputs.len(), 1),
        }
    }

    /// The width of a row.
    pub fn n_features(&self) -> usize {
        self.outputs.first().map_or(0, Forest::n_features)
    }

    /// The number of trees over all outputs.
    pub fn n_trees(&self) -> usize {
        self.outputs.iter().map(Forest::n_trees).sum()
    }

    /// An input's name, `f3` where the file has none.
    pub fn name(&self, feature: usize) -> String {
        self.feature_names.get(feature).cloned().unwrap_or_else(|| format!("f{feature}"))
    }

    /// The inputs that a split asks for.
    pub fn asked(&self) -> BTreeSet<usize> {
        let trees = self.outputs.iter().flat_map(Forest::trees);
        let asked = trees.flat_map(|tree| &tree.nodes).filter_map(|node| match node {
            Node::Split(split) => Some(split.feature as usize),
            Node::Leaf { .. } => None,
        });
        asked.collect()
    }

    /// The inputs that are categories: those with words, and those that a split asks for a code.
    pub fn categories(&self) -> BTreeSet<usize> {
        let trees = self.outputs.iter().flat_map(Forest::trees);
        let asked = trees.flat_map(|tree| &tree.nodes).filter_map(|node| match node {
            Node::Split(s) if matches!(s.rule, Rule::OneOf(_)) => Some(s.feature as usize),
            _ => None,
        });
        self.levels.keys().copied().chain(asked).collect()
    }

    /// The number of boosting rounds.
    pub fn rounds(&self) -> usize {
        let trees = self.outputs.first().map_or(0, Forest::n_trees);
        trees / self.trees_per_round.max(1)
    }

    /// Keeps the first rounds; does nothing where there are no more.
    pub fn truncate_rounds(&mut self, rounds: usize) {
        let trees = rounds.saturating_mul(self.trees_per_round);
        self.outputs.iter_mut().for_each(|forest| forest.truncate(trees));
    }

    /// The one forest of a model with one output.
    ///
    /// # Errors
    /// [`ForestError::Length`] where there are several outputs.
    pub fn into_forest(mut self) -> Result<Forest, ForestError> {
        let found = self.outputs.len();
        let one = self.outputs.pop().filter(|_| found == 1);
        one.ok_or(ForestError::Length { what: "the outputs", expected: 1, found })
    }

    /// The margin of each output for one row.
    ///
    /// # Errors
    /// As [`Forest::margin`].
    pub fn margins(&self, row: &[f32]) -> Result<Vec<f64>, ForestError> {
        self.outputs.iter().map(|forest| forest.margin(row)).collect()
    }

    /// What the library would predict for one row, a number for each output.
    ///
    /// # Errors
    /// As [`Forest::margin`].
    pub fn predict(&self, row: &[f32]) -> Result<Vec<f64>, ForestError> {
        let mut out = self.margins(row)?;
        match self.link {
            Link::Identity | Link::Probability => {}
            Link::Exp => out.iter_mut().for_each(|m| *m = m.exp()),
            Link::Logistic | Link::OneVsRest => out.iter_mut().for_each(|m| *m = sigmoid(*m)),
            Link::Softmax => {
                let most = out.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                out.iter_mut().for_each(|m| *m = (*m - most).exp());
                let sum: f64 = out.iter().sum();
                out.iter_mut().for_each(|m| *m /= sum);
            }
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constant(base: f64) -> Forest {
        Forest::from_trees(2, base, vec![]).unwrap()
    }

    #[test]
    fn links_turn_margins_into_predictions() {
        let check = |link, margins: &[f64], expect: &[f64]| {
            let outputs = margins.iter().map(|m| constant(*m)).collect();
            let model = TreeModel { outputs, link, ..constant(0.0).into() };
            for (found, expect) in model.predict(&[0.0; 2]).unwrap().iter().zip(expect) {
                assert!((found - expect).abs() < 1e-12, "{link:?} {found}");
            }
        };
        check(Link::Identity, &[-3.0], &[-3.0]);
        check(Link::Exp, &[2.0], &[2.0_f64.exp()]);
        check(Link::Logistic, &[0.0], &[0.5]);
        check(Link::OneVsRest, &[0.0, 900.0], &[0.5, 1.0]);
        check(Link::Softmax, &[900.0, 900.0], &[0.5, 0.5]);
        check(Link::Probability, &[0.25, 0.75], &[0.25, 0.75]);
    }

    #[test]
    fn parts_that_do_not_belong_together_are_named() {
        let check = |change: fn(&mut TreeModel), expect: &str| {
            let mut model = TreeModel::from(constant(0.0));
            change(&mut model);
            assert_eq!(model.check().unwrap_err().to_string(), expect);
        };
        check(|m| m.outputs.clear(), "the outputs are 0 where 1 were expected");
        check(|m| m.outputs.push(constant(1.0)), "the outputs are 2 where 1 were expected");
        check(
            |m| m.outputs.push(Forest::from_trees(3, 0.0, vec![]).unwrap()),
            "the inputs of an output are 3 where 2 were expected",
        );
        check(
            |m| m.feature_names.push("a".into()),
            "the names of inputs are 1 where 2 were expected",
        );
        check(
            |m| m.trees_per_round = 0,
            "the model: the number of trees a round is 0; expected a divisor of the number of trees",
        );
        check(|m| m.classes.push("a".into()), "the names of classes are 1 where 2 were expected");
        check(
            |m| drop(m.levels.insert(2, vec![])),
            "the model: the position of a category is 2; expected one of its inputs",
        );
    }
}
