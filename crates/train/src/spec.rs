//! The closed set of models by their configured names.

use crate::logistic::{Logistic, LogisticParams};
use crate::prior::PriorRate;
use crate::tree::{Tree, TreeParams};
use crate::xgboost::{Xgboost, XgboostParams};
use crate::xgboost_forest::{XgboostForest, XgboostForestParams};
use crate::{TrainError, Trainer};
use serde::{Deserialize, Serialize};

/// A model to train, as a configuration names it. Parameters left out have their defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub enum ModelSpec {
    /// The base rate.
    Prior,
    /// Logistic regression.
    Logistic(LogisticParams),
    /// One readable decision tree.
    Tree(TreeParams),
    /// A random forest.
    XgboostForest(XgboostForestParams),
    /// Boosted trees.
    Xgboost(XgboostParams),
}

impl ModelSpec {
    /// Every kind with its default parameters, simplest first.
    pub fn all() -> Vec<Self> {
        vec![
            Self::Prior,
            Self::Logistic(LogisticParams::default()),
            Self::Tree(TreeParams::default()),
            Self::XgboostForest(XgboostForestParams::default()),
            Self::Xgboost(XgboostParams::default()),
        ]
    }

    /// The trainer, if the parameters are in range.
    ///
    /// # Errors
    /// [`TrainError::Param`] naming the parameter, its value and what would be valid.
    pub fn trainer(&self) -> Result<Box<dyn Trainer>, TrainError> {
        Ok(match self {
            Self::Prior => Box::new(PriorRate),
            Self::Logistic(params) => Box::new(Logistic::new(params.clone())?),
            Self::Tree(params) => Box::new(Tree::new(params.clone())?),
            Self::XgboostForest(params) => Box::new(XgboostForest::new(params.clone())?),
            Self::Xgboost(params) => Box::new(Xgboost::new(params.clone())?),
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
