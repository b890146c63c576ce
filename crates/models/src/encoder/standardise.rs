//! A number for a linear model: imputed, perhaps logged, centred, scaled, clipped.
//!
//! z = clip((t(x) - mean) / sd, -8, 8), with t = log1p for numbers that are never negative and whose skewness is above 2, and
//! the identity otherwise. A missing or infinite number becomes the median of the training rows, and where any training
//! row lacked it a second input is 1 for the rows that lack it.

use crate::ModelError;
use serde::{Deserialize, Serialize};

/// Beyond this many standard deviations a number says no more.
const CLIP: f64 = 8.0;
/// Skewness from which a number that is never negative is logged.
const SKEWED: f64 = 2.0;

/// The shape of a number before it is scaled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Shape {
    Plain,
    Log1p,
}

/// Whether a second input says that the number is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Missing {
    Never,
    Indicated,
}

/// Median, mean and standard deviation of the training rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Standardise(Parts);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    shape: Shape,
    missing: Missing,
    median: f32,
    mean: f64,
    sd: f64,
}

impl Standardise {
    /// From the training rows' values. A column without spread has z = 0.
    pub fn fit(values: impl Iterator<Item = f32>) -> Self {
        let mut total = 0_usize;
        let mut known: Vec<f32> =
            values.inspect(|_| total += 1).filter(|v| v.is_finite()).collect();
        known.sort_by(f32::total_cmp);
        let median = known.get(known.len() / 2).copied().unwrap_or(0.0);
        let missing = if known.len() < total { Missing::Indicated } else { Missing::Never };
        let lowest = known.first().copied().unwrap_or(0.0);
        let shape = if lowest >= 0.0 && moments(&known, Shape::Plain).2 > SKEWED {
            Shape::Log1p
        } else {
            Shape::Plain
        };
        // Imputed rows stand at the median, so they take part in the moments: the training inputs have mean 0.
        known.resize(total, median);
        let (mean, sd, _) = moments(&known, shape);
        Self(Parts { shape, missing, median, mean, sd })
    }

    /// The number of inputs: 2 where a missing number is indicated.
    pub fn width(&self) -> usize {
        match self.0.missing {
            Missing::Never => 1,
            Missing::Indicated => 2,
        }
    }

    pub(crate) fn encode(&self, x: f32, out: &mut [f32]) {
        let Parts { shape, missing, median, mean, sd } = &self.0;
        let value = transformed(*shape, if x.is_finite() { x } else { *median });
        out[0] = if *sd > 0.0 { ((value - mean) / sd).clamp(-CLIP, CLIP) as f32 } else { 0.0 };
        if *missing == Missing::Indicated {
            out[1] = f32::from(u8::from(!x.is_finite()));
        }
    }
}

impl TryFrom<Parts> for Standardise {
    type Error = ModelError;
    fn try_from(parts: Parts) -> Result<Self, ModelError> {
        let (median, Parts { mean, sd, .. }) = (f64::from(parts.median), &parts);
        match [median, *mean, *sd].into_iter().find(|v| !v.is_finite()) {
            Some(found) => Err(ModelError::Value {
                what: "a moment of a standardised number",
                found,
                expected: "a finite number",
            }),
            None if *sd < 0.0 => Err(ModelError::Value {
                what: "the standard deviation of a number",
                found: *sd,
                expected: "0 or more",
            }),
            None => Ok(Self(parts)),
        }
    }
}

impl From<Standardise> for Parts {
    fn from(standardise: Standardise) -> Parts {
        standardise.0
    }
}

fn transformed(shape: Shape, x: f32) -> f64 {
    match shape {
        Shape::Plain => f64::from(x),
        // A number below 0 can come later even where training had none.
        Shape::Log1p => f64::from(x).max(0.0).ln_1p(),
    }
}

/// Mean, standard deviation and skewness; 0 where there are no values or no spread.
fn moments(values: &[f32], shape: Shape) -> (f64, f64, f64) {
    let n = values.len().max(1) as f64;
    let values: Vec<f64> = values.iter().map(|v| transformed(shape, *v)).collect();
    let mean = values.iter().sum::<f64>() / n;
    let central = |power: i32| values.iter().map(|v| (v - mean).powi(power)).sum::<f64>() / n;
    let sd = central(2).sqrt();
    // Rounding alone makes a constant column spread by this much.
    if sd <= 1e-12 * mean.abs() {
        return (mean, 0.0, 0.0);
    }
    (mean, sd, central(3) / sd.powi(3))
}
