//! The shape of `datasets/manifest.ron`: real data sets by origin, licence and checksum.

use crate::error::XtaskError;
use serde::Deserialize;
use std::path::Path;

/// The real sets. Keys that only people read (citation, target, what to mind) are not listed here.
#[derive(Debug, Deserialize)]
pub(super) struct Manifest {
    pub sets: Vec<Dataset>,
}

/// One set: where it comes from, under which licence, and its files.
#[derive(Debug, Deserialize)]
pub(super) struct Dataset {
    pub id: String,
    pub title: String,
    /// The page of the origin, for people.
    pub origin: String,
    pub licence: String,
    /// A zip file that needs no login; without it a person has to go to the origin.
    #[serde(default)]
    pub archive: Option<String>,
    pub files: Vec<DataFile>,
}

/// One file of a set.
#[derive(Debug, Deserialize)]
pub(super) struct DataFile {
    /// Relative to the data folder.
    pub path: String,
    /// Lower-case hexadecimal digits.
    pub sha256: String,
    /// The way through the archive: names of zip files inside zip files, then the file's own.
    #[serde(default)]
    pub inside: Vec<String>,
}

impl Manifest {
    /// Reads the manifest at `path`.
    pub fn load(path: &Path) -> Result<Self, XtaskError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| XtaskError::File { path: path.into(), source })?;
        ron::Options::default()
            .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME)
            .from_str(&text)
            .map_err(|error| XtaskError::Unreadable {
                what: path.display().to_string(),
                reason: error.to_string(),
            })
    }

    /// The sets with these ids, all of them where none is given.
    pub fn chosen(&self, ids: &[&str]) -> Result<Vec<&Dataset>, XtaskError> {
        if ids.is_empty() {
            return Ok(self.sets.iter().collect());
        }
        let known = || self.sets.iter().map(|set| set.id.clone()).collect();
        ids.iter()
            .map(|id| {
                self.sets.iter().find(|set| set.id == *id).ok_or_else(|| {
                    XtaskError::UnknownDataset { found: (*id).into(), known: known() }
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Manifest;
    use crate::workspace::Workspace;

    fn committed() -> Manifest {
        Manifest::load(&Workspace::find().unwrap().root.join("datasets/manifest.ron")).unwrap()
    }

    #[test]
    fn the_committed_manifest_reads() {
        let manifest = committed();
        let files: Vec<_> = manifest.sets.iter().flat_map(|set| &set.files).collect();
        assert!(!files.is_empty());
        for file in files {
            let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
            assert!(file.sha256.len() == 64 && file.sha256.chars().all(hex), "{}", file.path);
        }
        for set in manifest.sets.iter().filter(|set| set.archive.is_some()) {
            assert!(set.files.iter().all(|file| !file.inside.is_empty()), "{}", set.id);
        }
    }

    #[test]
    fn an_unknown_set_names_the_known_ones() {
        let manifest = committed();
        let message = manifest.chosen(&["nowhere"]).unwrap_err().to_string();
        assert!(manifest.sets.iter().all(|set| message.contains(&set.id)), "{message}");
        assert_eq!(manifest.chosen(&[]).unwrap().len(), manifest.sets.len());
    }
}
