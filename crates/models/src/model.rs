//! The closed set of models, and their file.
//!
//! The file is JSON: `{"format_version": 1, "model": {"Forest": {...}}}`. Numbers round-trip exactly.

use crate::{Classifier, Explanations, ForestModel, Linear, ModelError, PointsModel, Prior};
use leadsight_schema::{Feature, Matrix};
use serde::{Deserialize, Serialize};

/// The newest model file format that this program reads, and the one it writes.
pub const FORMAT_VERSION: u32 = 1;

/// A fitted model of any kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Model {
    /// The base rate.
    Prior(Prior),
    /// Declared points: a scorecard or rules.
    Points(PointsModel),
    /// A linear model.
    Linear(Linear),
    /// An ensemble of trees, or one.
    Forest(ForestModel),
}

#[derive(Serialize)]
struct Written<'a> {
    format_version: u32,
    model: &'a Model,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    #[serde(rename = "format_version")]
    _format_version: u32,
    model: Model,
}

/// Read first, so that a file of a later version is refused for its version and not for its shape.
#[derive(Deserialize)]
struct Head {
    format_version: u32,
}

impl Model {
    /// The model file.
    ///
    /// # Errors
    /// [`ModelError::Format`] where a value cannot be written; a valid model always can.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ModelError> {
        Ok(serde_json::to_vec(&Written { format_version: FORMAT_VERSION, model: self })?)
    }

    /// Reads and checks a model file.
    ///
    /// # Errors
    /// [`ModelError::FutureFormat`] for a later version; [`ModelError::Format`] where the JSON or the model in it is unsound.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let head: Head = serde_json::from_slice(bytes)?;
        if !(1..=FORMAT_VERSION).contains(&head.format_version) {
            return Err(ModelError::FutureFormat {
                found: head.format_version,
                newest: FORMAT_VERSION,
            });
        }
        Ok(serde_json::from_slice::<Read>(bytes)?.model)
    }

    fn inner(&self) -> &dyn Classifier {
        match self {
            Self::Prior(model) => model,
            Self::Points(model) => model,
            Self::Linear(model) => model,
            Self::Forest(model) => model,
        }
    }
}

impl Classifier for Model {
    fn features(&self) -> &[Feature] {
        self.inner().features()
    }

    fn margins(&self, x: &Matrix) -> Result<Vec<f64>, ModelError> {
        self.inner().margins(x)
    }

    fn explain(&self, x: &Matrix) -> Result<Explanations, ModelError> {
        self.inner().explain(x)
    }

    fn importance(&self) -> Vec<f64> {
        self.inner().importance()
    }
}
