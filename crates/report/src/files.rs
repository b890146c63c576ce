//! Run folder files from and to bytes. Writing them to disk whole is the registry's work.

use crate::ReportError;
use crate::folder::{self, RunFolder};
use serde::{Serialize, de::DeserializeOwned};
use std::path::Path;

/// Reads what the report needs from a run folder.
///
/// # Errors
/// [`ReportError::Read`], [`ReportError::Json`] or [`ReportError::Csv`], naming the file.
pub fn read(dir: &Path) -> Result<RunFolder, ReportError> {
    let leaderboard = bytes(dir, folder::LEADERBOARD)?;
    Ok(RunFolder {
        manifest: json(dir, folder::MANIFEST)?,
        config: String::from_utf8_lossy(&bytes(dir, folder::CONFIG)?).into_owned(),
        issues: json(dir, folder::ISSUES)?,
        profile: json(dir, folder::PROFILE)?,
        leakage: json(dir, folder::LEAKAGE)?,
        leaderboard: from_csv(folder::LEADERBOARD, &leaderboard)?,
        metrics: json(dir, folder::METRICS)?,
        curves: json(dir, folder::CURVES)?,
        importance: json(dir, folder::IMPORTANCE)?,
        // Not every run folder has these: some were added later, some are asked for by the configuration.
        models: optional(dir, folder::MODELS)?,
        segments: optional(dir, folder::SEGMENTS)?.unwrap_or_default(),
        texts: optional(dir, folder::TEXTS)?.unwrap_or_default(),
        beside: optional(dir, folder::BESIDE)?,
        errors: optional(dir, folder::ERRORS)?.unwrap_or_default(),
        sweep: optional(dir, folder::SWEEP)?,
        timeline: optional(dir, folder::TIMELINE)?,
        cohorts: match dir.join(folder::COHORTS).exists() {
            true => from_csv(folder::COHORTS, &bytes(dir, folder::COHORTS)?)?,
            false => Vec::new(),
        },
        explained: json(dir, folder::EXPLAINED)?,
    })
}

/// A file's bytes as indented JSON with a last line break. `file` is its name, for errors.
///
/// # Errors
/// [`ReportError::Json`].
pub fn to_json(file: &'static str, value: &impl Serialize) -> Result<Vec<u8>, ReportError> {
    let mut bytes =
        serde_json::to_vec_pretty(value).map_err(|source| ReportError::Json { file, source })?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// A file's bytes as CSV with a header. `file` is its name, for errors.
///
/// # Errors
/// [`ReportError::Csv`].
pub fn to_csv<T: Serialize>(file: &'static str, rows: &[T]) -> Result<Vec<u8>, ReportError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row).map_err(|source| ReportError::Csv { file, source })?;
    }
    writer.into_inner().map_err(|e| ReportError::Flush { file, source: e.into_error() })
}

/// A JSON file's content. `file` is its name, for errors.
///
/// # Errors
/// [`ReportError::Json`].
pub fn from_json<T: DeserializeOwned>(file: &'static str, bytes: &[u8]) -> Result<T, ReportError> {
    serde_json::from_slice(bytes).map_err(|source| ReportError::Json { file, source })
}

/// Rows of a CSV file with a header.
///
/// # Errors
/// [`ReportError::Csv`].
pub fn from_csv<T: DeserializeOwned>(
    file: &'static str,
    bytes: &[u8],
) -> Result<Vec<T>, ReportError> {
    csv::Reader::from_reader(bytes)
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|source| ReportError::Csv { file, source })
}

fn bytes(dir: &Path, file: &'static str) -> Result<Vec<u8>, ReportError> {
    let path = dir.join(file);
    std::fs::read(&path).map_err(|source| ReportError::Read { path, source })
}

/// A file that not every run folder has.
fn optional<T: DeserializeOwned>(dir: &Path, file: &'static str) -> Result<Option<T>, ReportError> {
    dir.join(file).exists().then(|| json(dir, file)).transpose()
}

fn json<T: DeserializeOwned>(dir: &Path, file: &'static str) -> Result<T, ReportError> {
    from_json(file, &bytes(dir, file)?)
}
