//! Pictures as points: ROC, PR, gains, lift, calibration and the threshold sweep.
//!
//! Leads of one score move together, so no curve depends on the order of the file. A curve has at most 200 points: both ends, and
//! points at even steps along it.

mod calibration;
mod rank;
mod sweep;

pub use calibration::{CalibrationBin, calibration};
pub use rank::{GainsPoint, LiftPoint, PrPoint, RocPoint, gains, lift, pr, roc};
pub use sweep::{SweepPoint, threshold_sweep};

use crate::EvalError;
use crate::error::{check_classes, check_level, check_probabilities};
use crate::ranking::ties;
use serde::{Deserialize, Serialize};

/// Points of a curve at most.
pub const MOST_POINTS: usize = 200;

/// All curves of one model on one set of leads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Curves {
    /// True against false positive rate.
    pub roc: Vec<RocPoint>,
    /// Precision against recall.
    pub pr: Vec<PrPoint>,
    /// Share of conversions against share of leads contacted.
    pub gains: Vec<GainsPoint>,
    /// Times the base rate against share of leads contacted.
    pub lift: Vec<LiftPoint>,
    /// What happened against what was forecast.
    pub calibration: Vec<CalibrationBin>,
    /// Counts and rates by threshold.
    pub threshold_sweep: Vec<SweepPoint>,
}

impl Curves {
    /// All curves; calibration intervals have the given level.
    ///
    /// # Errors
    /// Lengths that differ, no lead, a value outside 0..=1, one class, a level outside 0..1.
    pub fn of(labels: &[bool], probabilities: &[f64], level: f64) -> Result<Self, EvalError> {
        check_probabilities(labels, probabilities)?;
        check_level(level)?;
        check_classes(labels, "a curve")?;
        let ties = ties(labels, probabilities);
        let steps = rank::steps(&ties);
        Ok(Self {
            calibration: calibration::of_ties(&ties, level)?,
            roc: rank::roc_of(&steps),
            pr: rank::pr_of(&steps),
            gains: rank::gains_of(&steps),
            lift: rank::lift_of(&steps),
            threshold_sweep: sweep::of_ties(&ties),
        })
    }
}

/// At most [`MOST_POINTS`] of the points: the ends, and the first point past each even step of `along`, which never falls.
fn thin<T: Clone>(points: Vec<T>, along: impl Fn(&T) -> f64) -> Vec<T> {
    if points.len() <= MOST_POINTS {
        return points;
    }
    let last = points.len() - 1;
    let (start, end) = (along(&points[0]), along(&points[last]));
    let step = (end - start) / (MOST_POINTS - 1) as f64;
    let mut kept = vec![points[0].clone()];
    let mut goal = start + step;
    for point in &points[1..last] {
        let at = along(point);
        if at >= goal && kept.len() < MOST_POINTS - 1 {
            kept.push(point.clone());
            goal = start + (((at - start) / step).floor() + 1.0) * step;
        }
    }
    kept.push(points[last].clone());
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_the_ends_and_the_limit() {
        let points: Vec<f64> = (0..10_000).map(f64::from).collect();
        let kept = thin(points, |x| *x);
        assert_eq!((kept[0], kept[kept.len() - 1]), (0.0, 9_999.0));
        assert!(kept.len() <= MOST_POINTS && kept.len() > 190, "{}", kept.len());
    }
}
