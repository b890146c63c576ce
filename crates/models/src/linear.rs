//! A linear model in log-odds over encoded inputs.
//!
//! margin = intercept + sum_i w_i z_i, with z the inputs of the [`Encoder`]. The contribution of a matrix feature is the sum
//! over its inputs of w_i (z_i - mean_i), means over the training rows: these are the exact Shapley values of a linear model
//! with independent inputs (Strumbelj and Kononenko 2014), and the base value is the margin at the mean.

use crate::classifier::to_shares;
use crate::{Classifier, Encoder, Explanations, ModelError};
use leadsight_schema::{Feature, Matrix};
use serde::{Deserialize, Serialize};

/// An encoder, a weight for each of its inputs, and an intercept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Linear(Parts);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    encoder: Encoder,
    intercept: f64,
    weights: Vec<f64>,
    means: Vec<f64>,
    importance: Vec<f64>,
}

impl Linear {
    /// A linear model; `x` holds the training rows, of which the input means and the importance (mean absolute
    /// contribution of a feature) are taken.
    ///
    /// # Errors
    /// [`ModelError`] where the weights are not one for each input and finite, or `x` has other features than the encoder.
    pub fn new(
        encoder: Encoder,
        intercept: f64,
        weights: Vec<f64>,
        x: &Matrix,
    ) -> Result<Self, ModelError> {
        let (width, n_features, rows) = (encoder.width(), encoder.features().len(), x.rows());
        let mut means = vec![0.0; width];
        encoder.each_row(x, |row| {
            means.iter_mut().zip(row).for_each(|(m, z)| *m += f64::from(*z));
        })?;
        means.iter_mut().for_each(|m| *m /= rows.max(1) as f64);
        let parts = Parts { importance: vec![0.0; n_features], encoder, intercept, weights, means };
        let mut model = Self::try_from(parts)?;
        let mut importance = vec![0.0; n_features];
        model.each_contribution(x, |row| {
            importance.iter_mut().zip(row).for_each(|(sum, c)| *sum += c.abs());
        })?;
        model.0.importance = to_shares(importance);
        Ok(model)
    }

    /// The contributions to each row's margin, one for each matrix feature.
    fn each_contribution(&self, x: &Matrix, mut of: impl FnMut(&[f64])) -> Result<(), ModelError> {
        let Parts { encoder, weights, means, .. } = &self.0;
        let owners = encoder.owners();
        let mut contributions = vec![0.0; encoder.features().len()];
        encoder.each_row(x, |inputs| {
            contributions.fill(0.0);
            for (i, owner) in owners.iter().enumerate() {
                contributions[*owner] += weights[i] * (f64::from(inputs[i]) - means[i]);
            }
            of(&contributions);
        })
    }

    /// What makes inputs of a row.
    pub fn encoder(&self) -> &Encoder {
        &self.0.encoder
    }

    /// The margin where all inputs are 0.
    pub fn intercept(&self) -> f64 {
        self.0.intercept
    }

    /// One weight for each input of the encoder.
    pub fn weights(&self) -> &[f64] {
        &self.0.weights
    }
}

impl TryFrom<Parts> for Linear {
    type Error = ModelError;
    fn try_from(parts: Parts) -> Result<Self, ModelError> {
        let (width, n_features) = (parts.encoder.width(), parts.encoder.features().len());
        for (what, expected, found) in [
            ("the linear model's weights", width, parts.weights.len()),
            ("the linear model's input means", width, parts.means.len()),
            ("the linear model's importance", n_features, parts.importance.len()),
        ] {
            if expected != found {
                return Err(ModelError::Length { what, expected, found });
            }
        }
        let numbers = || {
            std::iter::once(&parts.intercept)
                .chain(&parts.weights)
                .chain(&parts.means)
                .chain(&parts.importance)
        };
        if let Some(found) = numbers().find(|v| !v.is_finite()) {
            return Err(ModelError::Value {
                what: "a number of the linear model",
                found: *found,
                expected: "a finite number",
            });
        }
        Ok(Self(parts))
    }
}

impl From<Linear> for Parts {
    fn from(linear: Linear) -> Parts {
        linear.0
    }
}

impl Classifier for Linear {
    fn features(&self) -> &[Feature] {
        self.0.encoder.features()
    }

    fn margins(&self, x: &Matrix) -> Result<Vec<f64>, ModelError> {
        let Parts { encoder, intercept, weights, .. } = &self.0;
        let mut margins = Vec::with_capacity(x.rows());
        encoder.each_row(x, |inputs| {
            let sum: f64 = inputs.iter().zip(weights).map(|(z, w)| f64::from(*z) * w).sum();
            margins.push(intercept + sum);
        })?;
        Ok(margins)
    }

    fn explain(&self, x: &Matrix) -> Result<Explanations, ModelError> {
        let Parts { encoder, intercept, weights, means, .. } = &self.0;
        let base = intercept + weights.iter().zip(means).map(|(w, m)| w * m).sum::<f64>();
        let n_features = encoder.features().len();
        let mut values = Vec::with_capacity(x.rows() * n_features);
        self.each_contribution(x, |row| values.extend_from_slice(row))?;
        Ok(Explanations { base, n_features, values })
    }

    fn importance(&self) -> Vec<f64> {
        self.0.importance.clone()
    }
}
