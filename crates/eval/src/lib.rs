//! Metrics, curves, intervals, thresholds, bands and calibration diagnostics as pure functions.
//!
//! Everything here reads two slices of one length: `labels` (`true` = the lead converted) and `scores` (any finite
//! number, higher = likelier) or `probabilities` (0..=1). Nothing does IO; chance comes from a [`Seed`] and the result never
//! depends on the number of threads. A metric that is not defined for its input (one class, nobody flagged) is an
//! [`EvalError`] or `None`, never a stand-in such as 0.5.
//!
//! | question | where |
//! |---|---|
//! | one number | [`metrics`] |
//! | how sure is it | [`interval`] ([`delong`], [`clopper_pearson`], [`wilson`], [`bootstrap`]) |
//! | a picture | [`curves`] |
//! | whom to contact | [`threshold`] |
//! | "the top 35 % hold X % of conversions" | [`bands`] |
//! | all of it for one model | [`evaluate`], and with cuts frozen on validation [`evaluate_frozen`] |
//! | is A better than B | [`compare`], by every metric [`compare_metrics`]; on different leads [`unpaired_difference`] |
//! | is it alike for every group | [`segments`](mod@segments) |
//! | are two groups alike beforehand | [`standardised_difference`], [`standardised_difference_of_shares`] |
//! | what would another policy have brought | [`off_policy()`] |
//! | do two counts differ; which of many tests hold | [`fisher_exact`], [`binomial_exact`], [`benjamini_hochberg`], [`holm`] |
//!
//! ```
//! use leadsight_eval::{EvaluateOptions, evaluate};
//! let labels: Vec<bool> = (0..200).map(|i| i % 5 == 0).collect();
//! let probabilities: Vec<f64> = (0..200).map(|i| if i % 5 == 0 { 0.6 } else { 0.1 } + (i % 7) as f64 / 20.0).collect();
//! let evaluation = evaluate(&labels, &probabilities, 0.5, &EvaluateOptions::default())?;
//! let auc = &evaluation.metrics["roc_auc"];
//! assert!(auc.low <= auc.value && auc.value <= auc.high);
//! # Ok::<(), leadsight_eval::EvalError>(())
//! ```
//!
//! [`Seed`]: leadsight_schema::Seed

pub mod bands;
pub mod curves;
pub mod interval;
pub mod metrics;
pub mod segments;
pub mod threshold;

mod balance;
mod compare;
mod error;
mod evaluate;
mod exact;
mod off_policy;
mod ranking;

pub use balance::{IMBALANCE, standardised_difference, standardised_difference_of_shares};
pub use bands::{Band, Edge, Side};
pub use compare::{Comparison, compare, holm};
pub use curves::Curves;
pub use error::EvalError;
pub use evaluate::{
    BandCut, EvaluateOptions, Evaluation, Frozen, Judged, PairedMetric, compare_metrics, evaluate,
    evaluate_frozen,
};
pub use exact::{benjamini_hochberg, binomial_exact, fisher_exact};
pub use interval::{
    BootstrapOptions, Interval, Method, Paired, Resampling, bootstrap, bootstrap_rows,
    clopper_pearson, clopper_pearson_upper, delong, paired_bootstrap, paired_delong,
    unpaired_difference, unpaired_ratio, wilson,
};
pub use metrics::{
    BrierDecomposition, Confusion, brier, brier_decomposition, capture_at, ece, ks, lift_at,
    log_loss, pr_auc, precision_at, roc_auc,
};
pub use off_policy::{
    Decisions, LEAST_EFFECTIVE, OffPolicy, OffPolicyOptions, RewardModel, mean_rewards, off_policy,
};
pub use segments::{Segment, segments};
pub use threshold::{Choice, Rule, choose};
