//! The crate's one error type.

use std::path::{Path, PathBuf};
use thiserror::Error;

/// What can go wrong between bytes and the disk.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// The operating system refused.
    #[error("cannot {action} `{}`: {source}{}", path.display(), space_hint(source))]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The folder is no bundle.
    #[error("`{}` is not a bundle: it has no `{missing}`", dir.display())]
    NotABundle {
        /// The folder.
        dir: PathBuf,
        /// The file that every bundle has.
        missing: &'static str,
    },
    /// A bundle was to be written over something else.
    #[error(
        "`{}` exists and is not a bundle, so it is not overwritten; choose another folder or empty it",
        dir.display()
    )]
    WouldOverwrite {
        /// The folder.
        dir: PathBuf,
    },
    /// A file listed in the manifest is not there.
    #[error("the bundle `{}` lacks its file `{file}`", dir.display())]
    MissingFile {
        /// The bundle.
        dir: PathBuf,
        /// The file.
        file: String,
    },
    /// Files that the manifest does not list.
    #[error("the bundle `{}` holds files that its manifest does not list: {}; move them away", dir.display(), files.join(", "))]
    UnlistedFiles {
        /// The bundle.
        dir: PathBuf,
        /// Their names.
        files: Vec<String>,
    },
    /// A file is longer or shorter than when it was written.
    #[error("`{file}` in the bundle `{}` has {found} bytes where {expected} were written; it was cut or changed", dir.display())]
    Length {
        /// The bundle.
        dir: PathBuf,
        /// The file.
        file: String,
        /// Bytes written.
        expected: u64,
        /// Bytes found.
        found: u64,
    },
    /// A file's bytes are not those that were written.
    #[error("`{file}` in the bundle `{}` was changed or damaged: its SHA-256 is {found} where {expected} was written", dir.display())]
    Checksum {
        /// The bundle.
        dir: PathBuf,
        /// The file.
        file: String,
        /// The checksum written.
        expected: String,
        /// The checksum found.
        found: String,
    },
    /// The bundle was written by a later version.
    #[error(
        "the bundle `{}` has format version {found}, and this program reads up to {supported}; use a newer Leadsight",
        dir.display()
    )]
    FutureFormat {
        /// The bundle.
        dir: PathBuf,
        /// Its version.
        found: u64,
        /// The latest version known here.
        supported: u64,
    },
    /// The manifest is not what a manifest is.
    #[error("the manifest of `{}` cannot be read: {source}", dir.display())]
    Manifest {
        /// The bundle.
        dir: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
    /// What the caller put into the manifest lacks a key or uses one of ours.
    #[error("the manifest's `{key}` must be {expected}")]
    Head {
        /// The key.
        key: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// A file's name would reach outside the folder, or is taken.
    #[error(
        "`{name}` cannot name a file of a bundle; use a plain name, each once, other than manifest.json and manifest.sha256"
    )]
    FileName {
        /// The name.
        name: String,
    },
}

pub(crate) fn io(
    action: &'static str,
    path: &Path,
) -> impl FnOnce(std::io::Error) -> RegistryError {
    let path = path.to_owned();
    move |source| RegistryError::Io { action, path, source }
}

/// How to go on where a disk is full, to stand after the system's message; empty for other errors.
pub fn space_hint(error: &std::io::Error) -> &'static str {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    match error.kind() {
        StorageFull | QuotaExceeded => "; free some space, or write to a folder on another disk",
        _ => "",
    }
}
