//! A category as the log-odds of its customers.
//!
//! value(code) = logit((positives + m b) / (n + m)), with b the base rate of the fitted rows and m the smoothing in rows
//! (Micci-Barreca 2001). A level never seen has the base rate. Log-odds rather than rates: equal steps mean
//! equal evidence at a 1 % base rate as well as at 40 %.

use crate::ModelError;
use leadsight_schema::logit;
use serde::{Deserialize, Serialize};

/// A value for each code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<f32>", into = "Vec<f32>")]
pub struct TargetMean(Vec<f32>);

impl TargetMean {
    /// From codes below `levels` and outcomes; `smoothing` in rows, above 0.
    ///
    /// # Errors
    /// [`ModelError::Value`] where `smoothing` is not above 0.
    pub fn fit(
        rows: impl Iterator<Item = (u32, bool)>,
        levels: usize,
        smoothing: f64,
    ) -> Result<Self, ModelError> {
        if !(smoothing > 0.0 && smoothing.is_finite()) {
            return Err(ModelError::Value {
                what: "the smoothing of target means",
                found: smoothing,
                expected: "a number of rows above 0",
            });
        }
        let mut counts = vec![(0.0, 0.0); levels];
        let (mut n, mut positives) = (0.0, 0.0);
        for (code, outcome) in rows {
            let y = f64::from(u8::from(outcome));
            n += 1.0;
            positives += y;
            if let Some((rows, sum)) = counts.get_mut(code as usize) {
                *rows += 1.0;
                *sum += y;
            }
        }
        // Half a customer and half a non-customer keep the log-odds of a one-class sample finite.
        let base = (positives + 0.5) / (n + 1.0);
        let value = |(rows, sum): &(f64, f64)| logit((sum + smoothing * base) / (rows + smoothing));
        counts.iter().map(|c| value(c) as f32).collect::<Vec<f32>>().try_into()
    }

    /// The values by code.
    pub fn values(&self) -> &[f32] {
        &self.0
    }

    /// The value of a code; one beyond the levels has that of "another word".
    pub fn value(&self, code: u32) -> f32 {
        self.0.get(code as usize).or(self.0.get(1)).copied().unwrap_or(f32::NAN)
    }
}

impl TryFrom<Vec<f32>> for TargetMean {
    type Error = ModelError;
    fn try_from(values: Vec<f32>) -> Result<Self, ModelError> {
        match values.iter().find(|v| !v.is_finite()) {
            None => Ok(Self(values)),
            Some(found) => Err(ModelError::Value {
                what: "a target mean",
                found: f64::from(*found),
                expected: "a finite log-odds",
            }),
        }
    }
}

impl From<TargetMean> for Vec<f32> {
    fn from(target_mean: TargetMean) -> Vec<f32> {
        target_mean.0
    }
}
