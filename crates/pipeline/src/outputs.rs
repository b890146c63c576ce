//! The run folder on disk: made beside its final place and moved there whole, so that a stopped run leaves nothing.

use crate::PipelineError;
use leadsight_report::folder;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// How the name of a run folder in the making begins.
const PREFIX: &str = ".run-";

/// The file in it that is locked for as long as somebody makes it.
const LOCK: &str = "lock";

/// A run folder in the making. Dropped before [`Draft::publish`], it is gone; where the process was killed, the next
/// run beside it clears it away.
#[derive(Debug)]
pub struct Draft {
    temporary: TempDir,
    /// Held open.
    lock: File,
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
        clear_abandoned(parent);
        // The name of the temporary folder is nothing to the user.
        let nameless = |error: io::Error| unwritable(parent)(error.kind().into());
        let temporary =
            tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent).map_err(nameless)?;
        let lock = lock(temporary.path()).map_err(nameless)?;
        Ok(Self { temporary, lock, place: place.to_owned() })
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
        let Self { temporary, lock, place } = self;
        let file = temporary.path().join(LOCK);
        std::fs::remove_file(&file).map_err(unwritable(&file))?;
        drop(lock);
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

/// Locks a new folder; no other process sees the lock's file before it is locked.
fn lock(folder: &Path) -> io::Result<File> {
    let unseen = folder.join("lock.new");
    let file = File::create(&unseen)?;
    file.lock()?;
    std::fs::rename(&unseen, folder.join(LOCK))?;
    Ok(file)
}

/// Removes run folders in the making whose maker was killed. What cannot be removed stays: it harms nobody.
fn clear_abandoned(parent: &Path) {
    let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX)) {
        let lock = File::open(entry.path().join(LOCK));
        if lock.is_ok_and(|lock| lock.try_lock().is_ok()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
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
        let making = Draft::start(&place).unwrap();
        let killed = home.path().join("runs/.run-killed");
        std::fs::create_dir(&killed).unwrap();
        std::fs::write(killed.join(LOCK), "").unwrap();
        drop(Draft::start(&place).unwrap());
        assert!(!killed.exists(), "a killed run's folder stays");
        making.write(folder::CONFIG, b"third").unwrap();
        making.publish().unwrap();
        assert_eq!(std::fs::read_dir(home.path().join("runs")).unwrap().count(), 1);
        assert!(!place.join(LOCK).exists());
        let stranger = home.path().join("photos");
        std::fs::create_dir(&stranger).unwrap();
        assert!(matches!(Draft::start(&stranger), Err(PipelineError::Occupied { .. })));
    }
}
