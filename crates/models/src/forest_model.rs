//! Trees over encoded inputs.
//!
//! margin = the forest's margin of the encoded row. The contribution of a matrix feature is the sum of the SHAP values of its
//! inputs (path-dependent TreeSHAP, Lundberg and others 2018), so base value plus contributions equals the margin.
//!
//! A forest whose sum is a probability p ([`Scale::Probability`]) has the margin s = logit p, p kept 1e-15 away from 0 and 1. With b the
//! expected p and c the SHAP values of p, a contribution is c (s - logit b) / (p - b): exact in sum, same signs, same order.

use crate::classifier::{check_features, to_shares};
use crate::{Classifier, Encoder, Explanations, ModelError};
use leadsight_forest::{Forest, Importance};
use leadsight_schema::{Feature, Matrix, logit};
use serde::{Deserialize, Serialize};

/// Rows encoded at a time: enough for the forest's kernels, little enough for the cache.
const BLOCK: usize = 512;

/// An encoder and the trees that split its inputs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct ForestModel(Parts);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    encoder: Encoder,
    forest: Forest,
    #[serde(default, skip_serializing_if = "Scale::is_log_odds")]
    scale: Scale,
}

/// What the sum over the trees is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Scale {
    /// Log-odds, as of every forest of our own.
    #[default]
    LogOdds,
    /// A probability, as of a forest imported from a library that averages those of its trees.
    Probability,
}

impl Scale {
    fn is_log_odds(&self) -> bool {
        *self == Self::LogOdds
    }
}

impl ForestModel {
    /// # Errors
    /// [`ModelError::Length`] where the forest splits another number of inputs than the encoder makes.
    pub fn new(encoder: Encoder, forest: Forest) -> Result<Self, ModelError> {
        Self::on(Scale::LogOdds, encoder, forest)
    }

    /// As [`ForestModel::new`], the forest's sum being on this scale.
    ///
    /// # Errors
    /// As [`ForestModel::new`].
    pub fn on(scale: Scale, encoder: Encoder, forest: Forest) -> Result<Self, ModelError> {
        Parts { encoder, forest, scale }.try_into()
    }

    /// What makes inputs of a row.
    pub fn encoder(&self) -> &Encoder {
        &self.0.encoder
    }

    /// The trees.
    pub fn forest(&self) -> &Forest {
        &self.0.forest
    }
}

impl TryFrom<Parts> for ForestModel {
    type Error = ModelError;
    fn try_from(parts: Parts) -> Result<Self, ModelError> {
        let (expected, found) = (parts.encoder.width(), parts.forest.n_features());
        if expected != found {
            return Err(ModelError::Length { what: "the forest's input", expected, found });
        }
        Ok(Self(parts))
    }
}

impl From<ForestModel> for Parts {
    fn from(model: ForestModel) -> Parts {
        model.0
    }
}

impl Classifier for ForestModel {
    fn features(&self) -> &[Feature] {
        self.0.encoder.features()
    }

    fn margins(&self, x: &Matrix) -> Result<Vec<f64>, ModelError> {
        let Parts { encoder, forest, scale } = &self.0;
        check_features(encoder.features(), x)?;
        let width = encoder.width();
        let mut inputs = vec![0.0; BLOCK.min(x.rows()) * width];
        let mut margins = Vec::with_capacity(x.rows());
        for start in (0..x.rows()).step_by(BLOCK) {
            let rows = BLOCK.min(x.rows() - start);
            for (i, out) in inputs.chunks_exact_mut(width).take(rows).enumerate() {
                encoder.encode_row(x, start + i, out);
            }
            margins.append(&mut forest.margins(&inputs[..rows * width])?);
        }
        if *scale == Scale::Probability {
            margins.iter_mut().for_each(|p| *p = logit(*p));
        }
        Ok(margins)
    }

    fn explain(&self, x: &Matrix) -> Result<Explanations, ModelError> {
        let Parts { encoder, forest, scale } = &self.0;
        check_features(encoder.features(), x)?;
        let (width, n_features) = (encoder.width(), encoder.features().len());
        let owners = encoder.owners();
        let block = BLOCK.min(x.rows());
        let (mut inputs, mut shap) = (vec![0.0; block * width], vec![0.0; block * width]);
        let mut values = vec![0.0; x.rows() * n_features];
        for start in (0..x.rows()).step_by(BLOCK) {
            let rows = block.min(x.rows() - start);
            for (i, out) in inputs.chunks_exact_mut(width).take(rows).enumerate() {
                encoder.encode_row(x, start + i, out);
            }
            let (inputs, shap) = (&inputs[..rows * width], &mut shap[..rows * width]);
            shap.fill(0.0);
            forest.shap_rows(inputs, shap)?;
            let sums = match scale {
                Scale::LogOdds => Vec::new(),
                Scale::Probability => forest.margins(inputs)?,
            };
            for (i, shap) in shap.chunks_exact(width).enumerate() {
                let out = &mut values[(start + i) * n_features..][..n_features];
                owners.iter().zip(shap).for_each(|(owner, value)| out[*owner] += value);
                if let Some(p) = sums.get(i) {
                    to_log_odds(*p, forest.expected_value(), out);
                }
            }
        }
        let base = match scale {
            Scale::LogOdds => forest.expected_value(),
            Scale::Probability => logit(forest.expected_value()),
        };
        Ok(Explanations { base, n_features, values })
    }

    /// The share of a feature in the forest's total gain.
    fn importance(&self) -> Vec<f64> {
        let Parts { encoder, forest, .. } = &self.0;
        let mut sums = vec![0.0; encoder.features().len()];
        let gains = forest.importance(Importance::Gain);
        encoder.owners().iter().zip(&gains).for_each(|(owner, gain)| sums[*owner] += gain.max(0.0));
        to_shares(sums)
    }
}

/// Contributions to a probability p over its expectation b become such to its log-odds.
fn to_log_odds(p: f64, b: f64, contributions: &mut [f64]) {
    let (s, base) = (logit(p), logit(b));
    let slope = if (s - base).abs() >= 1e-9 {
        (s - base) / (p - b)
    } else if b > 1e-15 && b < 1.0 - 1e-15 {
        1.0 / (b * (1.0 - b))
    } else {
        // Both are taken for certain: no value tells anything.
        0.0
    };
    contributions.iter_mut().for_each(|c| *c *= slope);
}
