//! Trees over encoded inputs.
//!
//! margin = the forest's margin of the encoded row. The contribution of a matrix feature is the sum of the SHAP values of its
//! inputs (path-dependent TreeSHAP, Lundberg and others 2018), so base value plus contributions equals the margin.
//!
//! A forest whose sum is a probability p ([`Scale::Probability`]) has the margin s = logit p, p kept 1e-15 away from 0 and 1. With b the
//! expected p and c the SHAP values of p, a contribution is c (s - logit b) / (p - b): exact in sum, same signs, same order.
//!
//! A forest with rivals is that of one class of several, whose probabilities are a softmax of the forests' sums: see [`rivals`].

use crate::classifier::{check_features, to_shares};
use crate::{Classifier, Encoder, Explanations, ModelError, rivals};
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
    /// The forests of the other classes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    rivals: Vec<Forest>,
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
        Parts { encoder, forest, scale, rivals: Vec::new() }.try_into()
    }

    /// One class of several, whose probabilities are the softmax of the sums of its forest and of `rivals`, those of the other classes.
    ///
    /// # Errors
    /// As [`ForestModel::new`], of any forest.
    pub fn among(
        encoder: Encoder,
        forest: Forest,
        rivals: Vec<Forest>,
    ) -> Result<Self, ModelError> {
        Parts { encoder, forest, scale: Scale::LogOdds, rivals }.try_into()
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
        let expected = parts.encoder.width();
        for found in parts.forests().map(Forest::n_features) {
            if expected != found {
                return Err(ModelError::Length { what: "the forest's input", expected, found });
            }
        }
        if parts.scale == Scale::Probability && !parts.rivals.is_empty() {
            let (what, found) = ("the rivals of a forest of probabilities", parts.rivals.len());
            return Err(ModelError::Length { what, expected: 0, found });
        }
        Ok(Self(parts))
    }
}

impl From<ForestModel> for Parts {
    fn from(model: ForestModel) -> Parts {
        model.0
    }
}

impl Parts {
    /// That of the model's own outcome, then its rivals.
    fn forests(&self) -> impl Iterator<Item = &Forest> {
        std::iter::once(&self.forest).chain(&self.rivals)
    }

    /// Hands on the encoded rows block by block, each with the position of its first row.
    fn by_blocks(
        &self,
        x: &Matrix,
        mut with: impl FnMut(usize, &[f32]) -> Result<(), ModelError>,
    ) -> Result<(), ModelError> {
        check_features(self.encoder.features(), x)?;
        let width = self.encoder.width();
        let mut inputs = vec![0.0; BLOCK.min(x.rows()) * width];
        for start in (0..x.rows()).step_by(BLOCK) {
            let rows = BLOCK.min(x.rows() - start);
            for (i, out) in inputs.chunks_exact_mut(width).take(rows).enumerate() {
                self.encoder.encode_row(x, start + i, out);
            }
            with(start, &inputs[..rows * width])?;
        }
        Ok(())
    }

    /// The log-odds of what the forest and its rivals sum up to.
    fn log_odds(&self, own: f64, rivals: &[f64]) -> f64 {
        match self.scale {
            Scale::Probability => logit(own),
            Scale::LogOdds if rivals.is_empty() => own,
            Scale::LogOdds => own - rivals::log_sum(rivals),
        }
    }
}

impl Classifier for ForestModel {
    fn features(&self) -> &[Feature] {
        self.0.encoder.features()
    }

    fn margins(&self, x: &Matrix) -> Result<Vec<f64>, ModelError> {
        let mut margins = Vec::with_capacity(x.rows());
        self.0.by_blocks(x, |_, inputs| {
            let own = self.0.forest.margins(inputs)?;
            let rivals = sums(&self.0.rivals, inputs)?;
            let log_odds = |(i, own)| self.0.log_odds(own, &row(&rivals, i));
            margins.extend(own.into_iter().enumerate().map(log_odds));
            Ok(())
        })?;
        Ok(margins)
    }

    fn explain(&self, x: &Matrix) -> Result<Explanations, ModelError> {
        let Parts { encoder, forest, scale, rivals } = &self.0;
        let (width, n_features) = (encoder.width(), encoder.features().len());
        let owners = encoder.owners();
        let expected: Vec<f64> = rivals.iter().map(Forest::expected_value).collect();
        let mut values = vec![0.0; x.rows() * n_features];
        let mut shap = vec![0.0; BLOCK.min(x.rows()) * width];
        self.0.by_blocks(x, |start, inputs| {
            let values = &mut values[start * n_features..][..inputs.len() / width * n_features];
            let mut add = |forest: &Forest, weight: &dyn Fn(usize) -> f64| {
                let shap = &mut shap[..inputs.len()];
                shap.fill(0.0);
                forest.shap_rows(inputs, shap)?;
                let rows = values.chunks_exact_mut(n_features).zip(shap.chunks_exact(width));
                for (i, (out, shap)) in rows.enumerate() {
                    let weight = weight(i);
                    owners.iter().zip(shap).for_each(|(owner, v)| out[*owner] += weight * v);
                }
                Ok::<(), ModelError>(())
            };
            add(forest, &|_| 1.0)?;
            let others = sums(rivals, inputs)?;
            let weights: Vec<Vec<f64>> = match rivals.is_empty() {
                true => Vec::new(),
                false => (0..inputs.len() / width)
                    .map(|i| rivals::weights(&expected, &row(&others, i)))
                    .collect(),
            };
            for (k, rival) in rivals.iter().enumerate() {
                add(rival, &|i| -weights[i][k])?;
            }
            if *scale == Scale::Probability {
                let sums = forest.margins(inputs)?;
                for (p, out) in sums.iter().zip(values.chunks_exact_mut(n_features)) {
                    to_log_odds(*p, forest.expected_value(), out);
                }
            }
            Ok(())
        })?;
        let base = self.0.log_odds(forest.expected_value(), &expected);
        Ok(Explanations { base, n_features, values })
    }

    /// The share of a feature in the total gain of the forest and its rivals.
    fn importance(&self) -> Vec<f64> {
        let encoder = &self.0.encoder;
        let mut sums = vec![0.0; encoder.features().len()];
        for forest in self.0.forests() {
            let gains = forest.importance(Importance::Gain);
            let both = encoder.owners().into_iter().zip(&gains);
            both.for_each(|(owner, gain)| sums[owner] += gain.max(0.0));
        }
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

/// The sums of each forest for each row.
fn sums(forests: &[Forest], inputs: &[f32]) -> Result<Vec<Vec<f64>>, ModelError> {
    Ok(forests.iter().map(|forest| forest.margins(inputs)).collect::<Result<_, _>>()?)
}

/// What the forests sum up to for one row.
fn row(sums: &[Vec<f64>], row: usize) -> Vec<f64> {
    sums.iter().map(|forest| forest[row]).collect()
}
