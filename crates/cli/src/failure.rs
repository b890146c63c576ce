//! How an error reaches the user: one line for each cause, and the exit status.

use crate::progress;
use leadsight_pipeline::PipelineError;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
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
    /// A model file of another library.
    #[error("`{file}`: {source}")]
    Import {
        /// The file.
        file: String,
        /// Where and why.
        source: leadsight_forest::ForestError,
    },
    /// From a routing, or from the leads that it is to route.
    #[error(transparent)]
    Route(#[from] leadsight_route::RouteError),
    /// From delivering leads.
    #[error(transparent)]
    Deliver(#[from] leadsight_deliver::DeliverError),
    /// A file of unsent messages.
    #[error("`{}`: {source}", file.display())]
    Unsent {
        /// The file.
        file: PathBuf,
        /// Where and why.
        source: Box<leadsight_deliver::DeliverError>,
    },
    /// From the declaration of a funnel.
    #[error(transparent)]
    Funnel(#[from] leadsight_funnel::FunnelError),
    /// From feedback, or from measuring what became of leads.
    #[error(transparent)]
    Outcome(#[from] leadsight_outcome::OutcomeError),
    /// From the generator.
    #[error(transparent)]
    Synth(#[from] leadsight_synth::SynthError),
    /// From a file of the run folder.
    #[error(transparent)]
    Report(#[from] leadsight_report::ReportError),
    /// From looking for duplicates.
    #[error(transparent)]
    Dedupe(#[from] leadsight_dedupe::DedupeError),
    /// From names and shapes.
    #[error(transparent)]
    Schema(#[from] leadsight_schema::SchemaError),
    /// From writing a file whole.
    #[error(transparent)]
    Registry(#[from] leadsight_registry::RegistryError),
    /// A file named on the command line cannot be read.
    #[error("cannot read `{}`, {what}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What it is.
        what: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// Stdout went away or an output cannot be rendered.
    #[error("cannot print the result: {reason}")]
    Print {
        /// Why.
        reason: String,
    },
    /// Stdin cannot be read, or not be kept while it is read.
    #[error("cannot read stdin: {source}")]
    Stdin {
        /// Why.
        source: std::io::Error,
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
            Failure::Pipeline(PipelineError::Leak { .. } | PipelineError::Checks { .. }) => 1,
            _ => 2,
        }
    }
}

/// Files that have another name for the user: paths and those names.
static RENAMED: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());

/// From now on errors call the file at `path` by `name`.
pub fn rename(path: &Path, name: &str) {
    let mut renamed = RENAMED.lock().unwrap_or_else(PoisonError::into_inner);
    renamed.push((path.display().to_string(), name.to_owned()));
}

fn words(error: &dyn Error) -> String {
    let renamed = RENAMED.lock().unwrap_or_else(PoisonError::into_inner);
    renamed.iter().fold(error.to_string(), |words, (path, name)| words.replace(path, name))
}

/// Prints the error and its causes.
pub fn tell(failure: &Failure) {
    let error = console::style("error:").for_stderr().red().bold();
    let mut told = words(failure);
    progress::line(format_args!("{error} {told}"));
    let mut cause = failure.source();
    while let Some(error) = cause {
        let line = words(error);
        if !told.contains(&line) {
            progress::line(format_args!("  because: {line}"));
        }
        told = line;
        cause = error.source();
    }
}
