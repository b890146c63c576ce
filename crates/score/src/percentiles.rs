//! Where a margin stands among those of the validation leads, known without the rest of a batch.

use crate::ScoreError;
use serde::{Deserialize, Serialize};

/// The most points kept: a tenth of a percent apart.
const POINTS: usize = 1001;

/// Quantiles of the margins (uncalibrated log-odds) of validation leads, evenly spaced from the lowest to the highest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<f64>", into = "Vec<f64>")]
pub struct Percentiles(Vec<f64>);

impl Percentiles {
    /// From the margins of the validation leads, in any order.
    ///
    /// # Errors
    /// [`ScoreError::Percentiles`] without margins or with one that is not finite.
    pub fn from_margins(margins: &[f64]) -> Result<Self, ScoreError> {
        let mut sorted = margins.to_vec();
        sorted.sort_by(f64::total_cmp);
        if sorted.len() > POINTS {
            let step = (sorted.len() - 1) as f64 / (POINTS - 1) as f64;
            sorted = (0..POINTS).map(|i| sorted[(i as f64 * step).round() as usize]).collect();
        }
        Self::try_from(sorted)
    }

    /// The share of the validation leads below a margin, those equal to it by half, 0 to 100.
    pub fn percentile(&self, margin: f64) -> f64 {
        let last = self.0.len() - 1;
        let below = self.0.partition_point(|q| *q < margin);
        let up_to = self.0.partition_point(|q| *q <= margin);
        let place = if up_to > below {
            (below + up_to - 1) as f64 / 2.0
        } else if below == 0 {
            0.0
        } else if below > last {
            last as f64
        } else {
            let (low, high) = (self.0[below - 1], self.0[below]);
            (below - 1) as f64 + (margin - low) / (high - low)
        };
        // A single point tells only below, at and above.
        if last == 0 {
            return if up_to > below { 50.0 } else { 100.0 * below as f64 };
        }
        100.0 * place / last as f64
    }
}

impl TryFrom<Vec<f64>> for Percentiles {
    type Error = ScoreError;
    fn try_from(points: Vec<f64>) -> Result<Self, ScoreError> {
        let found = if points.is_empty() {
            Some("none".to_owned())
        } else if let Some(value) = points.iter().find(|v| !v.is_finite()) {
            Some(value.to_string())
        } else {
            let falls = points.windows(2).find(|w| w[0] > w[1]);
            falls.map(|w| format!("{} before {}", w[0], w[1]))
        };
        found.map_or(Ok(Self(points)), |found| Err(ScoreError::Percentiles { found }))
    }
}

impl From<Percentiles> for Vec<f64> {
    fn from(percentiles: Percentiles) -> Vec<f64> {
        percentiles.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(margins: &[f64], at: f64, expect: f64) {
        let found = Percentiles::from_margins(margins).unwrap().percentile(at);
        assert!((found - expect).abs() < 1e-9, "{found}");
    }

    #[test]
    fn stands_among_the_validation_leads() {
        let five = [2.0, 0.0, 1.0, 4.0, 3.0];
        check(&five, -1.0, 0.0);
        check(&five, 0.0, 0.0);
        check(&five, 1.0, 25.0);
        check(&five, 2.5, 62.5);
        check(&five, 4.0, 100.0);
        check(&five, 9.0, 100.0);
        check(&[1.0, 1.0, 1.0], 1.0, 50.0);
        check(&[1.0], 1.0, 50.0);
        check(&[1.0], 0.0, 0.0);
        check(&[1.0], 2.0, 100.0);
        let many: Vec<f64> = (0..100_001).map(f64::from).collect();
        check(&many, 25_000.0, 25.0);
        assert!(Percentiles::from_margins(&[]).is_err());
        assert!(Percentiles::from_margins(&[f64::NAN]).is_err());
        assert!(serde_json::from_str::<Percentiles>("[1.0, 0.5]").is_err());
    }

    proptest! {
        #[test]
        fn never_falls(margins in prop::collection::vec(-3.0..3.0f64, 1..40), a in -4.0..4.0f64, b in -4.0..4.0f64) {
            let p = Percentiles::from_margins(&margins).unwrap();
            let (low, high) = (p.percentile(a.min(b)), p.percentile(a.max(b)));
            prop_assert!(0.0 <= low && low <= high && high <= 100.0);
        }
    }
}
