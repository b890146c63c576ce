//! Probabilities and log-odds.

use crate::SchemaError;
use serde::{Deserialize, Serialize};

/// A number from 0 to 1, both included; never NaN.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Probability(f64);

impl Probability {
    /// # Errors
    /// [`SchemaError::NotAProbability`] outside 0..=1 and for NaN.
    pub fn new(value: f64) -> Result<Self, SchemaError> {
        if (0.0..=1.0).contains(&value) {
            Ok(Self(value))
        } else {
            Err(SchemaError::NotAProbability { value })
        }
    }

    /// From log-odds; a NaN log-odds is an error, the infinities are 0 and 1.
    ///
    /// # Errors
    /// [`SchemaError::NotAProbability`] for NaN.
    pub fn from_log_odds(log_odds: f64) -> Result<Self, SchemaError> {
        Self::new(sigmoid(log_odds))
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Probability {
    type Error = SchemaError;
    fn try_from(value: f64) -> Result<Self, SchemaError> {
        Self::new(value)
    }
}

impl From<Probability> for f64 {
    fn from(p: Probability) -> f64 {
        p.0
    }
}

/// 1 / (1 + exp(-x)), without overflow at either end.
pub fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

/// ln(p / (1 - p)); p is first kept `1e-15` away from 0 and 1, so the result is finite.
pub fn logit(p: f64) -> f64 {
    let p = p.clamp(1e-15, 1.0 - 1e-15);
    (p / (1.0 - p)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sigmoid_and_logit_are_inverse_and_finite() {
        for x in [-30.0, -2.0, 0.0, 0.3, 30.0] {
            assert!((logit(sigmoid(x)) - x).abs() < 1e-2 * (1.0 + f64::abs(x)), "{x}");
        }
        assert!(logit(0.0).is_finite() && logit(1.0).is_finite());
        assert_eq!(sigmoid(-1e9), 0.0);
        assert!(Probability::new(f64::NAN).is_err());
    }
}
