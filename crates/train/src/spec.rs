//! The closed set of models by their configured names.

use crate::boosting::{Boosting, BoostingParams};
use crate::declared::{self, Declared};
use crate::extra_trees::ExtraTreesParams;
use crate::logistic::{Logistic, LogisticParams};
use crate::prior::PriorRate;
use crate::random_forest::RandomForestParams;
use crate::symmetric_boosting::{SymmetricBoosting, SymmetricBoostingParams};
use crate::tree::{Tree, TreeParams};
use crate::xgboost::{Xgboost, XgboostParams};
use crate::xgboost_forest::{XgboostForest, XgboostForestParams};
use crate::{TrainError, Trainer};
use leadsight_rules::{Indicator, Rules, RulesError, Scorecard};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// A model to train, as a configuration names it. Parameters left out have their defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub enum ModelSpec {
    /// The base rate.
    Prior,
    /// If/then rules.
    Rules(Declared<Rules>),
    /// Points with a threshold.
    Scorecard(Declared<Scorecard>),
    /// Logistic regression.
    Logistic(LogisticParams),
    /// One readable decision tree.
    Tree(TreeParams),
    /// A random forest grown by XGBoost.
    XgboostForest(XgboostForestParams),
    /// A random forest.
    RandomForest(RandomForestParams),
    /// Extremely randomised trees.
    ExtraTrees(ExtraTreesParams),
    /// Boosted trees grown by XGBoost.
    Xgboost(XgboostParams),
    /// Boosted trees.
    Boosting(BoostingParams),
    /// Boosted symmetric trees.
    SymmetricBoosting(SymmetricBoostingParams),
}

impl ModelSpec {
    /// The models of an experiment that names none, with their default parameters, simplest first. Rules and scorecards have no
    /// default: people declare them. Our own trees are named by who wants them, beside or in place of XGBoost's.
    pub fn all() -> Vec<Self> {
        vec![
            Self::Prior,
            Self::Logistic(LogisticParams::default()),
            Self::Tree(TreeParams::default()),
            Self::XgboostForest(XgboostForestParams::default()),
            Self::Xgboost(XgboostParams::default()),
        ]
    }

    /// The features that the model has of its own, in place of the recipe's: the declared conditions of rules and
    /// scorecards. `None` for models that learn.
    ///
    /// # Errors
    /// [`TrainError::Param`] where the declaration's file has not been read, see [`ModelSpec::file`].
    pub fn indicators(&self) -> Result<Option<Vec<Indicator>>, TrainError> {
        Ok(match self {
            Self::Rules(rules) => Some(declared::of_rules(rules)?.0),
            Self::Scorecard(card) => Some(declared::of_scorecard(card)?.0),
            _ => None,
        })
    }

    /// The file that declares the model, where the configuration names one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Rules(rules) => rules.file(),
            Self::Scorecard(card) => card.file(),
            _ => None,
        }
    }

    /// The model that the text of its file declares.
    ///
    /// # Errors
    /// [`RulesError`] with line and column.
    pub fn read(&self, text: &str) -> Result<Self, RulesError> {
        Ok(match self {
            Self::Rules(_) => Self::Rules(Declared::Inline(Rules::from_ron(text)?)),
            Self::Scorecard(_) => Self::Scorecard(Declared::Inline(Scorecard::from_ron(text)?)),
            other => other.clone(),
        })
    }

    /// The trainer, if the parameters are in range.
    ///
    /// # Errors
    /// [`TrainError::Param`] naming the parameter, its value and what would be valid.
    pub fn trainer(&self) -> Result<Box<dyn Trainer>, TrainError> {
        Ok(match self {
            Self::Prior => Box::new(PriorRate),
            Self::Rules(rules) => Box::new(declared::of_rules(rules)?.1),
            Self::Scorecard(card) => Box::new(declared::of_scorecard(card)?.1),
            Self::Logistic(params) => Box::new(Logistic::new(params.clone())?),
            Self::Tree(params) => Box::new(Tree::new(params.clone())?),
            Self::XgboostForest(params) => Box::new(XgboostForest::new(params.clone())?),
            Self::RandomForest(params) => Box::new(params.trainer()?),
            Self::ExtraTrees(params) => Box::new(params.trainer()?),
            Self::Xgboost(params) => Box::new(Xgboost::new(params.clone())?),
            Self::Boosting(params) => Box::new(Boosting::new(params.clone())?),
            Self::SymmetricBoosting(params) => Box::new(SymmetricBoosting::new(params.clone())?),
        })
    }
}

/// A range check of one parameter.
pub(crate) fn expect(
    holds: bool,
    model: &'static str,
    name: &'static str,
    found: impl ToString,
    expected: &'static str,
) -> Result<(), TrainError> {
    if holds {
        return Ok(());
    }
    Err(TrainError::Param { model, name, found: found.to_string(), expected })
}
