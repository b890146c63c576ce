//! How sure a number is: the [`Interval`] and the ways to get one, one file a way.

mod binomial;
mod bootstrap;
mod delong;
pub(crate) mod poisson;
mod rows;
mod unpaired;

pub use binomial::{clopper_pearson, clopper_pearson_upper, wilson};
pub use bootstrap::{BootstrapOptions, Resampling, bootstrap, paired_bootstrap};
pub use delong::{delong, paired_delong};
pub use rows::bootstrap_rows;
pub use unpaired::{unpaired_difference, unpaired_ratio};

pub(crate) use bootstrap::{
    Resampler, basic, check_options, paired_of, percentile, replicates_for,
};
pub(crate) use delong::delong_ranked;

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

/// How an interval was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// DeLong's variance by midranks, on the logit scale.
    #[serde(rename = "delong")]
    DeLong,
    /// The exact binomial interval of Clopper and Pearson.
    ClopperPearson,
    /// As `ClopperPearson`, over as many independent (positive, negative) pairs as there are leads of the rarer class: an exact
    /// bound for an AUC whose DeLong variance is zero or not defined.
    ClopperPearsonPairs,
    /// Wilson's score interval.
    Wilson,
    /// Quantiles of bootstrap replicates.
    BootstrapPercentile,
    /// Quantiles of bootstrap replicates mirrored at the estimate, which takes out the upward bias of distances such as ECE; widened
    /// to hold the estimate.
    BootstrapBasic,
    /// As `BootstrapPercentile`, of leads in at most some 4096 bins of neighbouring probabilities, each bin's conversions and others
    /// redrawn as Poisson numbers: for many leads.
    BootstrapPercentileBinned,
    /// As `BootstrapBasic`, of leads binned as in `BootstrapPercentileBinned`.
    BootstrapBasicBinned,
    /// Quantiles of a stratified bootstrap: each class resampled on its own.
    BootstrapStratified,
    /// None needed: the value follows from the definition, whatever the leads (the AUC of one score for all).
    Definition,
    /// Two intervals of different leads combined: the distances of the ends from their estimates, squared and added.
    Mover,
    /// Normal quantiles about the estimate, with the variance of its linear terms.
    Asymptotic,
}

/// An estimate with its confidence interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Interval {
    /// The estimate.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The confidence level of the interval, such as 0.95.
    pub level: f64,
    /// How it was found.
    pub method: Method,
}

impl Interval {
    /// The same estimate in other units: value and both ends times `factor` (above 0).
    pub(crate) fn scaled(self, factor: f64) -> Self {
        Self {
            value: self.value * factor,
            low: self.low * factor,
            high: self.high * factor,
            ..self
        }
    }
}

/// A difference between two models on the same leads, first minus second.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Paired {
    /// First minus second.
    pub difference: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// Two-sided p-value of "no difference".
    pub p_value: f64,
    /// The confidence level of the interval.
    pub level: f64,
    /// How it was found.
    pub method: Method,
}

/// The standard normal quantile of a two-sided level: 1.96 for 0.95.
pub(crate) fn z(level: f64) -> f64 {
    Normal::standard().inverse_cdf(0.5 + level / 2.0)
}

/// Two-sided p-value of a standard normal statistic.
pub(crate) fn two_sided(z: f64) -> f64 {
    (2.0 * Normal::standard().sf(z.abs())).min(1.0)
}
