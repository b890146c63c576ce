//! What every fitted model can do, and the check that a matrix is of the kind it was fitted on.

use crate::ModelError;
use leadsight_schema::{Feature, FeatureKind, Matrix};

/// A fitted model of the outcome "became a customer".
pub trait Classifier: Send + Sync {
    /// The features that the model was fitted on, in matrix order.
    fn features(&self) -> &[Feature];

    /// Log-odds before calibration, one for each row of `x`; always finite.
    ///
    /// # Errors
    /// [`ModelError::FeatureCount`] or [`ModelError::Feature`] where `x` has other features.
    fn margins(&self, x: &Matrix) -> Result<Vec<f64>, ModelError>;

    /// The margins as sums over the matrix features.
    ///
    /// # Errors
    /// As [`Classifier::margins`].
    fn explain(&self, x: &Matrix) -> Result<Explanations, ModelError>;

    /// How much each matrix feature moves the margin: not negative, sums to 1, or all 0 where no feature is used.
    fn importance(&self) -> Vec<f64>;
}

/// Contributions to log-odds: `base + sum(row)` equals the row's margin.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanations {
    /// The margin expected of a lead of which nothing is known.
    pub base: f64,
    /// The number of matrix features.
    pub n_features: usize,
    /// rows x features, row by row.
    pub values: Vec<f64>,
}

impl Explanations {
    /// The contributions of one row, in matrix order.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.n_features..(row + 1) * self.n_features]
    }

    /// The margin of one row.
    pub fn margin(&self, row: usize) -> f64 {
        self.base + self.row(row).iter().sum::<f64>()
    }
}

/// Refuses a matrix whose features are not those that the model was fitted on.
pub(crate) fn check_features(expected: &[Feature], x: &Matrix) -> Result<(), ModelError> {
    let found = x.features();
    if expected.len() != found.len() {
        let lacking = |a: &[Feature], b: &[Feature]| {
            let absent = |f: &&Feature| !b.iter().any(|g| g.name == f.name);
            a.iter().filter(absent).map(|f| f.name.clone()).collect()
        };
        return Err(ModelError::FeatureCount {
            expected: expected.len(),
            found: found.len(),
            missing: lacking(expected, found),
            extra: lacking(found, expected),
        });
    }
    match expected.iter().zip(found.iter()).position(|(a, b)| a.name != b.name || a.kind != b.kind)
    {
        None => Ok(()),
        Some(position) => Err(ModelError::Feature {
            position,
            expected: describe(&expected[position]),
            found: describe(&found[position]),
        }),
    }
}

fn describe(feature: &Feature) -> String {
    match &feature.kind {
        FeatureKind::Number => format!("`{}` (a number)", feature.name),
        FeatureKind::Category { levels } => {
            let shown = levels.iter().take(6).map(String::as_str).collect::<Vec<_>>().join(", ");
            let more = if levels.len() > 6 { ", ..." } else { "" };
            format!("`{}` (a category of {}: {shown}{more})", feature.name, levels.len())
        }
    }
}

/// Scales so that the sum is 1; leaves all-zero as it is.
pub(crate) fn to_shares(mut values: Vec<f64>) -> Vec<f64> {
    let total: f64 = values.iter().sum();
    if total > 0.0 && total.is_finite() {
        values.iter_mut().for_each(|v| *v /= total);
    } else {
        values.fill(0.0);
    }
    values
}
