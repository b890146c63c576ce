//! Fitted models: what maps a row of the [`Matrix`](leadsight_schema::Matrix) to log-odds, and explains it.
//!
//! A [`Model`] is data: it can be written to a file, read back and asked for margins without the library that fitted it.
//! Each kind has a file of its own: [`Prior`], [`PointsModel`], [`Linear`], [`ForestModel`]. A model owns its [`Encoder`] (one-hot, target
//! mean, standardising), so that what it learned about categories was learned from the rows it was fitted on and no
//! others. A [`Calibrator`] turns the margin into a probability.
//!
//! Everything is additive in log-odds: [`Explanations`] holds one contribution for each matrix feature, and base value
//! plus contributions equals the margin within `1e-6 (1 + |margin|)`.

mod calibrator;
mod classifier;
mod encoder;
mod error;
mod forest_model;
mod linear;
mod model;
mod points;
mod prior;
mod rivals;

pub use calibrator::{CalibrationKind, Calibrator};
pub use classifier::{Classifier, Explanations};
pub use encoder::{Encoder, FeatureEncoder, OneHot, Standardise, TargetMean};
pub use error::ModelError;
pub use forest_model::{ForestModel, Scale};
pub use linear::Linear;
pub use model::{FORMAT_VERSION, Model};
pub use points::{PointTable, PointsModel};
pub use prior::Prior;
