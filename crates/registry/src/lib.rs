//! Checksummed, atomically written bundles. The registry sees opaque bytes and a manifest, never a model type.
//!
//! A bundle is a folder: `manifest.json` says its format version, what the caller has to say about it, and the length
//! and SHA-256 of each file; `manifest.sha256` (as `sha256sum` writes it) seals the manifest. The fingerprint of the manifest
//! is the version of the bundle. Nothing is handed out before its length and checksum are checked, and every file and
//! folder is written whole or not at all.

mod atomic;
mod bundle;
mod error;
mod fingerprint;
mod manifest;

pub use atomic::{write_file, write_through};
pub use bundle::{BundleFiles, MANIFEST, read_bundle, unlisted_files, write_bundle};
pub use error::{RegistryError, space_hint};
pub use fingerprint::{fingerprint, fingerprint_file};
pub use manifest::{FORMAT_VERSION, FileEntry, Manifest};
