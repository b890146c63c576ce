//! Configuration and the experiment: from sources to a run folder.
//!
//! [`Experiment`] is one RON file; [`run`] carries it out: load, check, split, features, models, calibration,
//! threshold, evaluation, bundle, scored leads, report. Every choice is made on training and validation rows; the test
//! rows are read once, at the end, through the scorer reloaded from the bundle.

mod baseline;
mod behaviour;
mod beside;
mod candidate;
mod choose;
mod compete;
mod config;
mod cuts;
mod effect;
mod error;
mod explain;
mod folds;
mod gate;
mod judge;
mod material;
mod outputs;
mod paired;
mod policy;
mod prepare;
mod rivals;
mod run;
mod segments;
mod simulate;
mod sweep;
mod texts;
mod tiers;
mod timeline;
mod write;

pub use config::{
    CalibrationSpec, Experiment, LeakageSpec, OnLeak, PolicySpec, ReportSpec, Tuning,
};
pub use effect::measure as measure_leakage;
pub use error::PipelineError;
pub use gate::{Form, GATED, GateOptions, GateReport, GatedMetric, Verdict, gate};
pub use leadsight_train::{Progress, Stage};
pub use paired::{Judgements, compare_judgements};
pub use prepare::{Prepared, prepare};
pub use run::{Observer, Outcome, RunOptions, run};
pub use simulate::{Group, Moved, Simulation, migration, simulate};
