//! What can go wrong.

use std::path::PathBuf;
use thiserror::Error;

/// Why no CRM was written.
#[derive(Debug, Error)]
pub enum SynthError {
    /// An option is outside its range.
    #[error("{option} is {found}; expected {expected}")]
    Option {
        /// The option's name.
        option: &'static str,
        /// Its value.
        found: String,
        /// What it may be.
        expected: &'static str,
    },
    /// The caller asked to stop.
    #[error("stopped; no file was finished")]
    Stopped,
    /// The output folder or a file in it cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}
