//! Policies, before they decide anything.

use super::LabelWords;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Arguments of `policy`.
#[derive(Debug, Args)]
pub struct Policy {
    /// What to do with it.
    #[command(subcommand)]
    pub verb: PolicyVerb,
}

/// What to do with a policy.
#[derive(Debug, Subcommand)]
pub enum PolicyVerb {
    /// Say whether a policy file is sound, and what it does; exit status 1 where leads lack a field that it asks
    #[command(after_help = "Example: leadsight policy check policy.ron --leads leads.csv")]
    Check(CheckPolicy),
    /// Show what a policy, or another bundle, would do with past leads: tiers, actions, flags, and who moves where
    #[command(
        after_help = "Example: leadsight policy simulate --bundle runs/demo/bundle --policy policy.ron --leads leads.csv --label converted"
    )]
    Simulate(Box<Simulate>),
}

/// Arguments of `policy check`.
#[derive(Debug, Args)]
pub struct CheckPolicy {
    /// The policy (RON)
    pub policy: PathBuf,
    /// A file of leads whose columns the policy is held against
    #[arg(long)]
    pub leads: Option<PathBuf>,
    /// The sheet of an XLSX workbook, the first that holds anything unless given
    #[arg(long)]
    pub sheet: Option<String>,
}

/// Arguments of `policy simulate`.
#[derive(Debug, Args)]
pub struct Simulate {
    /// The bundle folder of a run; without one the policy scores by itself
    #[arg(long, required_unless_present = "policy")]
    pub bundle: Option<PathBuf>,
    /// The policy (RON) to try; the bundle's own unless given
    #[arg(long)]
    pub policy: Option<PathBuf>,
    /// Another bundle to hold it against: which leads change their tier
    #[arg(long, value_name = "BUNDLE")]
    pub against: Option<PathBuf>,
    /// A file of past leads (CSV, Parquet or XLSX)
    #[arg(long)]
    pub leads: PathBuf,
    /// The column of outcomes, for the rates of conversion
    #[arg(long)]
    pub label: Option<String>,
    /// What its words mean.
    #[command(flatten)]
    pub words: LabelWords,
    /// What the leads did (CSV), for a bundle that was trained with an event log
    #[arg(long)]
    pub events: Option<PathBuf>,
    /// Over how many days the leads came in, for tiers by capacity a day
    #[arg(long)]
    pub days: Option<f64>,
    /// The moment of scoring as RFC 3339, the clock's unless given
    #[arg(long)]
    pub now: Option<String>,
    /// The sheet of an XLSX workbook, the first that holds anything unless given
    #[arg(long)]
    pub sheet: Option<String>,
}
