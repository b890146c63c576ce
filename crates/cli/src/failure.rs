//! How an error reaches the user: one line for each cause, and the exit status.

use leadsight_pipeline::PipelineError;
use std::error::Error;
use thiserror::Error;

/// Anything that keeps a command from its work.
#[derive(Debug, Error)]
pub enum Failure {
    /// From an experiment.
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    /// From reading data.
    #[error(transparent)]
    Ingest(#[from] leadsight_ingest::IngestError),
    /// From the scorer.
    #[error(transparent)]
    Score(#[from] leadsight_score::ScoreError),
    /// From a metric.
    #[error(transparent)]
    Eval(#[from] leadsight_eval::EvalError),
    /// From the generator.
    #[error(transparent)]
    Synth(#[from] leadsight_synth::SynthError),
    /// From a file of the run folder.
    #[error(transparent)]
    Report(#[from] leadsight_report::ReportError),
    /// From names and shapes.
    #[error(transparent)]
    Schema(#[from] leadsight_schema::SchemaError),
    /// From writing a file whole.
    #[error(transparent)]
    Registry(#[from] leadsight_registry::RegistryError),
    /// Stdout went away or an output cannot be rendered.
    #[error("cannot print the result: {reason}")]
    Print {
        /// Why.
        reason: String,
    },
    /// An argument that parses but makes no sense.
    #[error("{argument}: {found}; expected {expected}")]
    Argument {
        /// The argument.
        argument: &'static str,
        /// What was given.
        found: String,
        /// What would be valid.
        expected: String,
    },
}

impl Failure {
    /// 1 where the answer is no, 2 where the command could not run.
    pub fn status(&self) -> u8 {
        match self {
            Failure::Pipeline(PipelineError::Leak { .. }) => 1,
            _ => 2,
        }
    }
}

/// Prints the error and its causes.
#[allow(clippy::print_stderr, reason = "this is where errors are told")]
pub fn tell(failure: &Failure) {
    eprintln!("error: {failure}");
    let mut cause = failure.source();
    let mut told = failure.to_string();
    while let Some(error) = cause {
        let line = error.to_string();
        if !told.contains(&line) {
            eprintln!("  because: {line}");
        }
        told = line;
        cause = error.source();
    }
}
