//! Single numbers, one file a group. Their keys are those of [`KEYS`].

mod at_share;
mod bins;
mod brier;
mod confusion;
mod ece;
mod ks;
mod log_loss;
mod pr_auc;
mod reference;
mod roc_auc;

pub use at_share::{capture_at, lift_at, precision_at};
pub use brier::{BrierDecomposition, brier, brier_decomposition};
pub use confusion::Confusion;
pub use ece::ece;
pub use ks::ks;
pub use log_loss::log_loss;
pub use pr_auc::pr_auc;
pub use reference::{Better, METRICS, Metric};
pub use roc_auc::roc_auc;

pub(crate) use at_share::top_of;
pub(crate) use bins::{BINS, Bin, equal_mass, weighted as weighted_bins};
pub(crate) use brier::decompose;
pub(crate) use ece::ece_of;
pub(crate) use log_loss::row_loss;

/// Every metric key of an [`Evaluation`](crate::Evaluation), in reading order.
pub const KEYS: [&str; 20] = reference::KEYS;
