//! The crate's one error type.

use std::path::PathBuf;
use thiserror::Error;

/// What can go wrong between a run folder and its page.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A file of the run folder cannot be read.
    #[error("cannot read {}: {source}; is this a run folder of a finished run?", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A JSON file does not have its shape.
    #[error("{file} does not have the shape of this version: {source}")]
    Json {
        /// The file's name.
        file: &'static str,
        /// Where and why.
        source: serde_json::Error,
    },
    /// A CSV file does not have its columns.
    #[error("{file} does not have the columns of this version: {source}")]
    Csv {
        /// The file's name.
        file: &'static str,
        /// Where and why.
        source: csv::Error,
    },
    /// A CSV file cannot be assembled in memory.
    #[error("{file} cannot be written: {source}")]
    Flush {
        /// The file's name.
        file: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// A chart cannot be drawn.
    #[error("the chart of {chart} cannot be drawn: {problem}")]
    Chart {
        /// What its upright axis measures.
        chart: &'static str,
        /// What plotters said.
        problem: String,
    },
    /// The template cannot be filled.
    #[error("the page cannot be made: {source}")]
    Template {
        /// Where and why.
        #[from]
        source: minijinja::Error,
    },
}
