//! `manifest.json`: what a bundle is, and the length and checksum of each of its files.

use crate::RegistryError;
use leadsight_schema::Fingerprint;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The latest format version that this crate writes and reads.
pub const FORMAT_VERSION: u64 = 1;

/// What the manifest says of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: Fingerprint,
}

/// A bundle's manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// At most [`FORMAT_VERSION`].
    pub format_version: u64,
    /// The bundle's name.
    pub name: String,
    /// The files by name.
    pub files: BTreeMap<String, FileEntry>,
    /// What else the caller put into the head.
    #[serde(flatten)]
    pub more: serde_json::Map<String, serde_json::Value>,
}

impl Manifest {
    /// A manifest from the caller's head, a JSON object with at least `name`.
    pub(crate) fn new(
        head: serde_json::Value,
        files: BTreeMap<String, FileEntry>,
    ) -> Result<Self, RegistryError> {
        let head_error = |key, expected| RegistryError::Head { key, expected };
        let serde_json::Value::Object(mut more) = head else {
            return Err(head_error("head", "a JSON object"));
        };
        for key in ["format_version", "files"] {
            if more.contains_key(key) {
                return Err(head_error(key, "left to the registry"));
            }
        }
        let mut text = |key| match more.remove(key) {
            Some(serde_json::Value::String(text)) => Ok(text),
            _ => Err(head_error(key, "a text")),
        };
        let name = text("name")?;
        Ok(Self { format_version: FORMAT_VERSION, name, files, more })
    }
}
