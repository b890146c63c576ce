//! The base rate for everyone: the model that every other has to beat.

use crate::classifier::check_features;
use crate::{Classifier, Explanations, ModelError};
use leadsight_schema::{Feature, Matrix};
use serde::{Deserialize, Serialize};

/// margin = log-odds of the base rate, whatever the lead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Prior(Parts);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    features: Vec<Feature>,
    margin: f64,
}

impl Prior {
    /// The model that answers `margin` (log-odds) for every lead with these features.
    ///
    /// # Errors
    /// [`ModelError::Value`] where `margin` is not finite.
    pub fn new(features: Vec<Feature>, margin: f64) -> Result<Self, ModelError> {
        Parts { features, margin }.try_into()
    }
}

impl TryFrom<Parts> for Prior {
    type Error = ModelError;
    fn try_from(parts: Parts) -> Result<Self, ModelError> {
        if parts.margin.is_finite() {
            return Ok(Self(parts));
        }
        Err(ModelError::Value {
            what: "the prior's log-odds",
            found: parts.margin,
            expected: "a finite number",
        })
    }
}

impl From<Prior> for Parts {
    fn from(prior: Prior) -> Parts {
        prior.0
    }
}

impl Classifier for Prior {
    fn features(&self) -> &[Feature] {
        &self.0.features
    }

    fn margins(&self, x: &Matrix) -> Result<Vec<f64>, ModelError> {
        check_features(&self.0.features, x)?;
        Ok(vec![self.0.margin; x.rows()])
    }

    fn explain(&self, x: &Matrix) -> Result<Explanations, ModelError> {
        check_features(&self.0.features, x)?;
        let n_features = self.0.features.len();
        Ok(Explanations {
            base: self.0.margin,
            n_features,
            values: vec![0.0; x.rows() * n_features],
        })
    }

    fn importance(&self) -> Vec<f64> {
        vec![0.0; self.0.features.len()]
    }
}
