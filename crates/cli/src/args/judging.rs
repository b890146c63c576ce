//! Scores that are judged and compared.

use super::LabelWords;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `evaluate`.
#[derive(Debug, Args)]
pub struct Evaluate {
    /// A CSV file with a score and an outcome a row, or `-` for stdin
    #[arg(long)]
    pub scores: PathBuf,
    /// The column of outcomes (0/1, true/false, yes/no)
    #[arg(long)]
    pub label: String,
    /// What its words mean.
    #[command(flatten)]
    pub words: LabelWords,
    /// The column of probabilities
    #[arg(long)]
    pub probability: String,
    /// Only rows where a column has a value; needed where a file holds several models or splits
    #[arg(long, value_name = "COLUMN=VALUE")]
    pub only: Vec<String>,
    /// The threshold of the thresholded metrics; the one of highest F1 unless given
    #[arg(long)]
    pub threshold: Option<f64>,
    /// Confidence level
    #[arg(long, default_value_t = 0.95)]
    pub level: f64,
    /// Bootstrap resamples where no analytic interval is known
    #[arg(long, default_value_t = 500)]
    pub bootstrap: usize,
    /// Where the resampling starts
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
}

/// Arguments of `compare`.
#[derive(Debug, Args)]
pub struct Compare {
    /// Run folders or CSV files of scores; the first is compared with each of the others
    #[arg(required = true, num_args = 2..)]
    pub runs: Vec<PathBuf>,
    /// Of files: the column that names the lead
    #[arg(long)]
    pub id: Option<String>,
    /// Of files: the column of outcomes
    #[arg(long)]
    pub label: Option<String>,
    /// What its words mean.
    #[command(flatten)]
    pub words: LabelWords,
    /// Of files: the column of probabilities
    #[arg(long)]
    pub probability: Option<String>,
    /// Of files: only rows where a column has a value
    #[arg(long, value_name = "COLUMN=VALUE")]
    pub only: Vec<String>,
    /// How.
    #[command(flatten)]
    pub paired: Paired,
}

/// Arguments of `gate`.
#[derive(Debug, Args)]
pub struct Gate {
    /// The run to check: its folder, or its metrics.json
    pub run: PathBuf,
    /// The run that it must not fall behind: its folder, or its metrics.json
    #[arg(long)]
    pub baseline: PathBuf,
    /// The metrics that must not fall (`leadsight schema metrics` lists them)
    #[arg(long, value_name = "KEY,...", value_delimiter = ',', default_values = leadsight_pipeline::GATED)]
    pub metric: Vec<String>,
    /// A fall that is allowed, beyond noise, in the metric's own unit
    #[arg(long, value_name = "FALL", default_value_t = 0.0)]
    pub tolerance: f64,
    /// How.
    #[command(flatten)]
    pub paired: Paired,
}

/// How runs are compared.
#[derive(Debug, Args)]
pub struct Paired {
    /// The rows: valid or test
    #[arg(long, default_value = "test", value_parser = ["valid", "test"])]
    pub split: String,
    /// Confidence level
    #[arg(long, default_value_t = 0.95)]
    pub level: f64,
    /// Bootstrap resamples, for all but the AUC
    #[arg(long, default_value_t = 1000)]
    pub bootstrap: usize,
    /// Where the resampling starts
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
}
