//! What the tool says of itself.

use clap::{Args, ValueEnum};
use clap_complete::Shell;

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub struct Schema {
    /// Which reference
    #[arg(value_enum)]
    pub part: Part,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell that is to complete commands
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Arguments of `man`.
#[derive(Debug, Args)]
pub struct Man {
    /// The command; the overview unless given
    pub verb: Option<String>,
}

/// A part of the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Configuration keys: path, type, default, meaning
    Config,
    /// The shortest configuration with every key filled in, to start from
    Template,
    /// Columns of scored leads
    Output,
    /// Files of the run folder and their fields
    Folder,
    /// Metrics: definition, range, better direction, interval
    Metrics,
    /// Commands and their arguments
    Commands,
}
