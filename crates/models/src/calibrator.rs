//! From a margin to a probability.
//!
//! Every calibrator is a non-decreasing map, so it never changes an order (isotonic may tie what was apart). With m the margin:
//!
//! - identity: logit p = m
//! - Platt (1999): logit p = a m + b, a > 0
//! - beta (Kull, Silva Filho and Flach 2017): logit p = a ln q - b ln(1 - q) + c with q = sigmoid(m); a, b >= 0, not both 0
//! - isotonic (Zadrozny and Elkan 2002): p piecewise linear through knots (x, y), flat beyond the ends

use crate::ModelError;
use leadsight_schema::{logit, sigmoid};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A fitted calibration map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub enum Calibrator {
    /// The margin is the log-odds.
    Identity,
    /// logit p = a m + b.
    Platt {
        /// Slope, above 0.
        a: f64,
        /// Intercept.
        b: f64,
    },
    /// logit p = a ln q - b ln(1 - q) + c.
    Beta {
        /// Weight of ln q, 0 or more.
        a: f64,
        /// Weight of -ln(1 - q), 0 or more.
        b: f64,
        /// Intercept.
        c: f64,
    },
    /// Linear between knots.
    Isotonic {
        /// Margins of the knots, strictly increasing.
        x: Vec<f64>,
        /// Probabilities of the knots, not decreasing.
        y: Vec<f64>,
    },
}

/// The names of the maps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub enum CalibrationKind {
    /// The margin is the log-odds.
    Identity,
    /// A line in log-odds.
    Platt,
    /// Two slopes, one for each end.
    Beta,
    /// Any non-decreasing map.
    Isotonic,
}

impl fmt::Display for CalibrationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identity => "identity",
            Self::Platt => "platt",
            Self::Beta => "beta",
            Self::Isotonic => "isotonic",
        })
    }
}

impl Calibrator {
    /// Which map it is.
    pub fn kind(&self) -> CalibrationKind {
        match self {
            Self::Identity => CalibrationKind::Identity,
            Self::Platt { .. } => CalibrationKind::Platt,
            Self::Beta { .. } => CalibrationKind::Beta,
            Self::Isotonic { .. } => CalibrationKind::Isotonic,
        }
    }

    /// The calibrated probability of a margin that is not NaN: in 0..=1, never falling where the margin rises.
    pub fn probability(&self, margin: f64) -> f64 {
        match self {
            Self::Isotonic { x, y } => interpolate(x, y, margin),
            _ => sigmoid(self.log_odds(margin)),
        }
    }

    /// The calibrated log-odds, finite. Where they exist they are computed without passing through the probability, which has no digits
    /// left beyond log-odds of about 36.
    pub fn log_odds(&self, margin: f64) -> f64 {
        let m = margin.clamp(-LIMIT, LIMIT);
        match self {
            Self::Identity => m,
            Self::Platt { a, b } => (a * m + b).clamp(-LIMIT, LIMIT),
            Self::Beta { a, b, c } => (c - a * softplus(-m) + b * softplus(m)).clamp(-LIMIT, LIMIT),
            Self::Isotonic { x, y } => logit(interpolate(x, y, margin)),
        }
    }

    /// Itself, if its numbers make a non-decreasing map.
    ///
    /// # Errors
    /// [`ModelError::Value`] or [`ModelError::Length`] naming the number that does not fit.
    pub fn checked(self) -> Result<Self, ModelError> {
        let value = |what, found, expected| Err(ModelError::Value { what, found, expected });
        match &self {
            Self::Identity => {}
            Self::Platt { a, b } => {
                if !(*a > 0.0 && a.is_finite()) {
                    return value("Platt's slope", *a, "a finite number above 0");
                }
                if !b.is_finite() {
                    return value("Platt's intercept", *b, "a finite number");
                }
            }
            Self::Beta { a, b, c } => {
                for weight in [*a, *b] {
                    if !(weight >= 0.0 && weight.is_finite()) {
                        return value("a weight of the beta map", weight, "a finite number from 0");
                    }
                }
                if a + b <= 0.0 {
                    return value("the sum of the beta map's weights", a + b, "above 0");
                }
                if !c.is_finite() {
                    return value("the beta map's intercept", *c, "a finite number");
                }
            }
            Self::Isotonic { x, y } => {
                if x.len() != y.len() || x.is_empty() {
                    return Err(ModelError::Length {
                        what: "the isotonic map's y",
                        expected: x.len().max(1),
                        found: y.len(),
                    });
                }
                if let Some(v) = x.iter().find(|v| !v.is_finite()) {
                    return value("a margin of the isotonic map", *v, "a finite number");
                }
                if let Some(v) = y.iter().find(|v| !(0.0..=1.0).contains(*v)) {
                    return value("a probability of the isotonic map", *v, "a number from 0 to 1");
                }
                if let Some(w) = x.windows(2).find(|w| w[0] >= w[1]) {
                    return value("a margin of the isotonic map", w[1], "more than the one before");
                }
                if let Some(w) = y.windows(2).find(|w| w[0] > w[1]) {
                    return value("a probability of the isotonic map", w[1], "no less than before");
                }
            }
        }
        Ok(self)
    }
}

/// Log-odds are kept within this, where exp neither overflows nor reaches 0.
const LIMIT: f64 = 700.0;

/// ln(1 + exp(x)) without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// `x` strictly increasing, of the length of `y`, not empty (checked on construction).
fn interpolate(x: &[f64], y: &[f64], at: f64) -> f64 {
    let right = x.partition_point(|knot| *knot <= at);
    match (right.checked_sub(1), x.get(right)) {
        (None, _) => y[0],
        (Some(left), None) => y[left],
        (Some(left), Some(x1)) => {
            let share = (at - x[left]) / (x1 - x[left]);
            // Rounding must not lift a point above its right knot.
            (y[left] + share * (y[right] - y[left])).min(y[right])
        }
    }
}

/// What a file may hold before it is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
enum Unchecked {
    Identity,
    Platt { a: f64, b: f64 },
    Beta { a: f64, b: f64, c: f64 },
    Isotonic { x: Vec<f64>, y: Vec<f64> },
}

impl TryFrom<Unchecked> for Calibrator {
    type Error = ModelError;
    fn try_from(unchecked: Unchecked) -> Result<Self, ModelError> {
        match unchecked {
            Unchecked::Identity => Self::Identity,
            Unchecked::Platt { a, b } => Self::Platt { a, b },
            Unchecked::Beta { a, b, c } => Self::Beta { a, b, c },
            Unchecked::Isotonic { x, y } => Self::Isotonic { x, y },
        }
        .checked()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_calibrator() -> impl Strategy<Value = Calibrator> {
        prop_oneof![
            Just(Calibrator::Identity),
            (0.01..5.0, -3.0..3.0).prop_map(|(a, b)| Calibrator::Platt { a, b }),
            (0.0..5.0, 0.01..5.0, -3.0..3.0).prop_map(|(a, b, c)| Calibrator::Beta { a, b, c }),
            proptest::collection::vec((0.1..3.0, 0.0..1.0), 1..8).prop_map(|steps| {
                let mut y: Vec<f64> = steps.iter().map(|s| s.1).collect();
                y.sort_by(f64::total_cmp);
                let mut at = -4.0;
                let knot = |(step, _): &(f64, f64)| {
                    at += step;
                    at
                };
                Calibrator::Isotonic { x: steps.iter().map(knot).collect(), y }
            }),
        ]
    }

    proptest! {
        #[test]
        fn is_monotone_and_a_probability(
            map in any_calibrator(), a in -1000.0..1000.0, b in -20.0..20.0, c in -20.0..20.0,
        ) {
            let mut margins = [a, b, c, f64::NEG_INFINITY, f64::INFINITY];
            margins.sort_by(f64::total_cmp);
            let p = margins.map(|m| map.probability(m));
            prop_assert!(p.iter().all(|p| (0.0..=1.0).contains(p)), "{p:?}");
            prop_assert!(p.windows(2).all(|w| w[0] <= w[1] + 1e-15), "{p:?}");
            for m in margins {
                prop_assert!(map.log_odds(m).is_finite());
                prop_assert!((sigmoid(map.log_odds(m)) - map.probability(m)).abs() < 1e-12);
            }
        }

        #[test]
        fn a_file_gives_back_the_same_bits(map in any_calibrator(), m in -20.0..20.0) {
            let text = serde_json::to_string(&map).unwrap();
            let back: Calibrator = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(back.probability(m).to_bits(), map.probability(m).to_bits());
        }
    }

    #[test]
    fn a_map_that_could_turn_an_order_is_refused() {
        for text in [
            r#"{"Platt":{"a":-1.0,"b":0.0}}"#,
            r#"{"Beta":{"a":0.0,"b":0.0,"c":1.0}}"#,
            r#"{"Isotonic":{"x":[0.0,0.0],"y":[0.1,0.2]}}"#,
            r#"{"Isotonic":{"x":[0.0,1.0],"y":[0.3,0.2]}}"#,
            r#"{"Isotonic":{"x":[0.0],"y":[1.5]}}"#,
            r#"{"Isotonic":{"x":[],"y":[]}}"#,
            r#"{"Platt":{"a":1.0,"b":0.0,"c":0.0}}"#,
        ] {
            assert!(serde_json::from_str::<Calibrator>(text).is_err(), "{text}");
        }
    }
}
