//! The run folder on disk: made beside its final place and moved there whole, so that a stopped run leaves nothing.

use crate::PipelineError;
use leadsight_report::folder;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A run folder in the making. Dropped before [`Draft::publish`], it is gone.
#[derive(Debug)]
pub struct Draft {
    temporary: TempDir,
    place: PathBuf,
}

impl Draft {
    /// Starts a folder that will stand at `place`.
    ///
    /// # Errors
    /// [`PipelineError::Occupied`] where something that is no run folder stands there, [`PipelineError::Unwritable`].
    pub fn start(place: &Path) -> Result<Self, PipelineError> {
        if place.exists() && !place.join(folder::CONFIG).exists() {
            return Err(PipelineError::Occupied { path: place.to_owned() });
        }
        let parent = place.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(parent).map_err(unwritable(parent))?;
        let temporary = tempfile::Builder::new()
            .prefix(".run-")
            .tempdir_in(parent)
            // The name of the temporary folder is nothing to the user.
            .map_err(|error| unwritable(parent)(error.kind().into()))?;
        Ok(Self { temporary, place: place.to_owned() })
    }

    /// Where a file of the folder is written.
    pub fn path(&self, file: &str) -> PathBuf {
        self.temporary.path().join(file)
    }

    /// Writes one file.
    ///
    /// # Errors
    /// [`PipelineError::Registry`].
    pub fn write(&self, file: &str, bytes: &[u8]) -> Result<(), PipelineError> {
        Ok(leadsight_registry::write_file(&self.path(file), bytes)?)
    }

    /// Moves the folder to its place; a run folder that stood there is replaced.
    ///
    /// # Errors
    /// [`PipelineError::Unwritable`]; then the earlier run folder is still there.
    pub fn publish(self) -> Result<PathBuf, PipelineError> {
        let Self { temporary, place } = self;
        open_to_others(temporary.path()).map_err(unwritable(temporary.path()))?;
        let replaced = place.exists().then(|| temporary.path().with_extension("replaced"));
        if let Some(aside) = &replaced {
            std::fs::rename(&place, aside).map_err(unwritable(&place))?;
        }
        let made = temporary.keep();
        if let Err(source) = std::fs::rename(&made, &place) {
            if let Some(aside) = &replaced {
                std::fs::rename(aside, &place).map_err(unwritable(&place))?;
            }
            return Err(PipelineError::Unwritable { path: place, source });
        }
        if let Some(aside) = replaced {
            std::fs::remove_dir_all(&aside).map_err(unwritable(&aside))?;
        }
        Ok(place)
    }
}

/// Temporary folders are private to their maker; a run folder is read like any other.
fn open_to_others(dir: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o755))?;
    }
    let _ = dir;
    Ok(())
}

fn unwritable(path: &Path) -> impl FnOnce(io::Error) -> PipelineError + '_ {
    move |source| PipelineError::Unwritable { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn publishes_whole_replaces_a_run_and_spares_a_stranger() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("runs/demo");
        for content in ["first", "second"] {
            let draft = Draft::start(&place).unwrap();
            draft.write(folder::CONFIG, content.as_bytes()).unwrap();
            draft.publish().unwrap();
            assert_eq!(std::fs::read_to_string(place.join(folder::CONFIG)).unwrap(), content);
        }
        drop(Draft::start(&place).unwrap());
        assert_eq!(std::fs::read_dir(home.path().join("runs")).unwrap().count(), 1);
        let stranger = home.path().join("photos");
        std::fs::create_dir(&stranger).unwrap();
        assert!(matches!(Draft::start(&stranger), Err(PipelineError::Occupied { .. })));
    }
}
