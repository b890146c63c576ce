//! How a model is made.
//!
//! A [`ModelSpec`] names a kind of model and its parameters, as a configuration file does. [`ModelSpec::trainer`] checks the parameters and
//! gives a [`Trainer`]; [`Trainer::fit`] takes a [`Task`] (rows, labels, folds, seed) and returns a [`Fit`] with a
//! [`Model`](leadsight_models::Model) that no longer needs the library that fitted it. [`calibration::fit`] makes
//! probabilities of margins.
//!
//! What a fit may choose (rounds, the strength of a penalty) it chooses on [`Task::folds`], never on [`Task::watch`]. The
//! libraries behind the trainers (XGBoost, linfa) appear in no signature.

pub mod calibration;

mod bagged;
mod boosted;
mod booster;
mod boosting;
mod declared;
mod encoding;
mod error;
mod extra_trees;
mod folds;
mod logistic;
mod loss;
mod prior;
mod random_forest;
mod spec;
mod symmetric_boosting;
mod trainer;
mod tree;
mod xgboost;
mod xgboost_forest;

pub use booster::xgboost_version;
pub use boosting::{BoostingCategories, BoostingParams, Direction, Sets, TreeGrowth};
pub use calibration::{CalibrationFit, CalibrationScore};
pub use declared::Declared;
pub use encoding::TreeCategories;
pub use error::TrainError;
pub use extra_trees::ExtraTreesParams;
pub use folds::{Fold, grouped_folds, rolling_folds, stratified_folds};
pub use leadsight_models::CalibrationKind;
pub use logistic::LogisticParams;
pub use random_forest::RandomForestParams;
pub use spec::ModelSpec;
pub use symmetric_boosting::SymmetricBoostingParams;
pub use trainer::{Fit, LossCurve, Progress, Stage, Task, Trainer};
pub use tree::TreeParams;
pub use xgboost::XgboostParams;
pub use xgboost_forest::XgboostForestParams;
