//! Growing forests: histogram trees for boosting, and bagged trees.
//!
//! Rows are binned once ([`Bins`]: one byte a value), and every tree is grown on the bins. A split maximises the gain of a
//! second-order step (Friedman 2001; Chen and Guestrin 2016, arXiv 1603.02754)
//!
//! ```text
//! G_L^2 / (H_L + lambda) + G_R^2 / (H_R + lambda) - G^2 / (H + lambda)
//! ```
//!
//! with G and H the sums of gradients and hessians of the rows on a side, found by a scan over the bins of a histogram. Of two
//! siblings only the smaller one's histogram is summed up, the other is the parent's less that.
//!
//! Work is shared out over rayon's current pool in pieces whose bounds depend on the data alone, and every sum runs in one order
//! within its piece: the same input, parameters and seed give the same bits on any number of threads.
//!
//! ```
//! use leadsight_forest::train::{BoostParams, Bins, Booster, Input, Sample, Target};
//!
//! // Four leads: visits, and an industry by its code.
//! let rows = [1.0, 0.0, 2.0, 1.0, f32::NAN, 0.0, 9.0, 1.0];
//! let inputs = [Input::Number, Input::Category { levels: 2 }];
//! let bins = Bins::fit(&rows, &inputs, 255)?;
//! let target = Target::Outcomes(&[false, true, false, true]);
//! let params = BoostParams { min_child_weight: 0.1, ..BoostParams::default() };
//! let mut booster = Booster::new(params, Sample { bins: &bins, target, weights: None }, 7)?;
//! let first = booster.round();
//! let second = booster.round();
//! assert!(second.train < first.train);
//! let forest = booster.forests()?.remove(0);
//! assert_eq!(forest.n_trees(), 2);
//! assert!(forest.margin(&[9.0, 1.0])? > forest.margin(&[1.0, 0.0])?);
//! # Ok::<(), leadsight_forest::ForestError>(())
//! ```

mod bagged_tree;
mod bagging;
mod bins;
mod boosting;
mod grow;
mod histogram;
mod objective;
mod ordered;
mod split;
mod symmetric;
#[cfg(test)]
mod tests;

pub use bagging::{BagParams, Bagged, Bagger, Cuts, Sampling};
pub use bins::{Bins, Input};
pub use boosting::{BoostParams, Booster, Growth, Losses};
pub use objective::{Sample, Target};
pub use ordered::OrderedStatistics;
pub use split::{Categories, Monotone};

use crate::ForestError;

/// A range check of one parameter.
pub(crate) fn expect(
    holds: bool,
    name: &'static str,
    found: impl ToString,
    expected: &'static str,
) -> Result<(), ForestError> {
    holds.then_some(()).ok_or_else(|| ForestError::Param {
        name,
        found: found.to_string(),
        expected,
    })
}
