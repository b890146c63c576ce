//! The run folder on disk: made beside its final place and moved there whole, so that a stopped run leaves nothing.
//!
//! It is made in `.run-XXXXXX/new`, beside a lock that is held until all is done. An earlier run steps aside into
//! `.run-XXXXXX/old/NAME`, so that whoever finds the folder of a killed run knows where that one belongs.

use crate::PipelineError;
use leadsight_registry::unlisted_files;
use leadsight_report::folder;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// How the name of a run folder in the making begins.
const PREFIX: &str = ".run-";

/// The file in it that is locked for as long as somebody makes it.
const LOCK: &str = "lock";

/// What is made, and what it replaces.
const NEW: &str = "new";
const OLD: &str = "old";

/// A run folder in the making. Dropped before [`Draft::publish`], it is gone; where the process was killed, the next
/// run beside it clears it away, and brings back an earlier run that had stepped aside.
#[derive(Debug)]
pub struct Draft {
    temporary: TempDir,
    /// Held open.
    lock: File,
    place: PathBuf,
}

impl Draft {
    /// Starts a folder that will stand at `place`, made of `inputs`.
    ///
    /// # Errors
    /// [`PipelineError::Occupied`] where something that is no run folder stands there, [`PipelineError::InputInside`] where an
    /// input would be replaced, [`PipelineError::Registry`] where somebody put files into its bundle,
    /// [`PipelineError::Unwritable`].
    pub fn start(place: &Path, inputs: &[PathBuf]) -> Result<Self, PipelineError> {
        // A link to a run folder stays one.
        let place = match place.is_symlink() {
            true => place.canonicalize().map_err(unwritable(place))?,
            false => place.to_owned(),
        };
        let parent = place.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        clear_abandoned(parent);
        spared(&place, inputs)?;
        std::fs::create_dir_all(parent).map_err(unwritable(parent))?;
        // The name of the temporary folder is nothing to the user.
        let nameless = |error: io::Error| unwritable(parent)(error.kind().into());
        let temporary =
            tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent).map_err(nameless)?;
        let lock = lock(temporary.path()).map_err(nameless)?;
        std::fs::create_dir(temporary.path().join(NEW)).map_err(nameless)?;
        Ok(Self { temporary, lock, place })
    }

    /// Where a file of the folder is written.
    pub fn path(&self, file: &str) -> PathBuf {
        self.temporary.path().join(NEW).join(file)
    }

    /// Writes one file.
    ///
    /// # Errors
    /// [`PipelineError::Registry`].
    pub fn write(&self, file: &str, bytes: &[u8]) -> Result<(), PipelineError> {
        Ok(leadsight_registry::write_file(&self.path(file), bytes)?)
    }

    /// Moves the folder to its place. A run folder that stood there is replaced; files in it that no run writes are kept.
    ///
    /// # Errors
    /// [`PipelineError::Unwritable`]; then the earlier run folder is still there, or comes back with the next run.
    pub fn publish(self) -> Result<PathBuf, PipelineError> {
        let Self { temporary, lock, place } = self;
        // From here on the earlier run may lie in it.
        let home = temporary.keep();
        let moved = exchange(&home, &place).map_err(unwritable(&place));
        let parent = place.parent().unwrap_or(Path::new(""));
        let finished = finish(&home, parent).map_err(unwritable(&home));
        drop(lock);
        moved?;
        finished?;
        Ok(place)
    }
}

/// Whether a run may stand at `place`: nothing is lost that it does not write anew.
fn spared(place: &Path, inputs: &[PathBuf]) -> Result<(), PipelineError> {
    if !place.exists() {
        return Ok(());
    }
    if !place.join(folder::CONFIG).exists() {
        return Err(PipelineError::Occupied { path: place.to_owned() });
    }
    let real = place.canonicalize().map_err(unwritable(place))?;
    let inside =
        |input: &&PathBuf| input.canonicalize().is_ok_and(|input| input.starts_with(&real));
    if let Some(input) = inputs.iter().find(inside) {
        return Err(PipelineError::InputInside { path: input.clone(), folder: place.to_owned() });
    }
    let bundle = place.join(folder::BUNDLE);
    // A bundle that is damaged tells nothing, and is replaced.
    match unlisted_files(&bundle) {
        Ok(files) if !files.is_empty() => {
            Err(leadsight_registry::RegistryError::UnlistedFiles { dir: bundle, files }.into())
        }
        _ => Ok(()),
    }
}

/// Puts the new folder in place of the earlier one, which steps aside.
fn exchange(home: &Path, place: &Path) -> io::Result<()> {
    if place.exists() {
        std::fs::create_dir(home.join(OLD))?;
        std::fs::rename(place, home.join(OLD).join(place.file_name().unwrap_or_default()))?;
    }
    std::fs::rename(home.join(NEW), place)
}

/// Ends what was begun in `home`, a folder in the making: an earlier run that stepped aside comes back where no new one took its
/// place, else what is foreign in it is kept; the rest goes.
fn finish(home: &Path, parent: &Path) -> io::Result<()> {
    let aside = match std::fs::read_dir(home.join(OLD)) {
        Ok(aside) => aside.collect::<io::Result<Vec<_>>>()?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    for earlier in aside {
        let place = parent.join(earlier.file_name());
        if place.exists() {
            keep_foreign(&earlier.path(), &place)?;
        } else {
            std::fs::rename(earlier.path(), &place)?;
        }
    }
    std::fs::remove_dir_all(home)
}

/// Moves whatever no run writes from the earlier folder into the one that replaces it.
fn keep_foreign(earlier: &Path, place: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(earlier)? {
        let entry = entry?;
        if folder::NAMES.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        let kept = place.join(entry.file_name());
        if kept.exists() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        std::fs::rename(entry.path(), kept)?;
    }
    Ok(())
}

/// Locks a new folder; no other process sees the lock's file before it is locked.
fn lock(folder: &Path) -> io::Result<File> {
    let unseen = folder.join("lock.new");
    let file = File::create(&unseen)?;
    file.lock()?;
    std::fs::rename(&unseen, folder.join(LOCK))?;
    Ok(file)
}

/// Ends what killed runs began beside `parent`. What cannot be ended stays: it harms nobody.
fn clear_abandoned(parent: &Path) {
    let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX)) {
        let lock = File::open(entry.path().join(LOCK));
        if lock.is_ok_and(|lock| lock.try_lock().is_ok()) {
            let _ = finish(&entry.path(), parent);
        }
    }
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
            let draft = Draft::start(&place, &[]).unwrap();
            draft.write(folder::CONFIG, content.as_bytes()).unwrap();
            draft.publish().unwrap();
            assert_eq!(std::fs::read_to_string(place.join(folder::CONFIG)).unwrap(), content);
        }
        drop(Draft::start(&place, &[]).unwrap());
        assert_eq!(std::fs::read_dir(home.path().join("runs")).unwrap().count(), 1);
        let making = Draft::start(&place, &[]).unwrap();
        let killed = home.path().join("runs/.run-killed");
        std::fs::create_dir(&killed).unwrap();
        std::fs::write(killed.join(LOCK), "").unwrap();
        drop(Draft::start(&place, &[]).unwrap());
        assert!(!killed.exists(), "a killed run's folder stays");
        making.write(folder::CONFIG, b"third").unwrap();
        making.publish().unwrap();
        assert_eq!(std::fs::read_dir(home.path().join("runs")).unwrap().count(), 1);
        assert!(!place.join(LOCK).exists());
        let stranger = home.path().join("photos");
        std::fs::create_dir(&stranger).unwrap();
        assert!(matches!(Draft::start(&stranger, &[]), Err(PipelineError::Occupied { .. })));
    }

    /// A run folder at `place` that says `content`.
    fn run(place: &Path, content: &str) {
        let draft = Draft::start(place, &[]).unwrap();
        draft.write(folder::CONFIG, content.as_bytes()).unwrap();
        assert_eq!(draft.publish().unwrap(), place);
    }

    #[test]
    fn keeps_what_no_run_wrote_and_refuses_to_replace_an_input() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("demo");
        run(&place, "first");
        std::fs::write(place.join("my_notes.txt"), "mine").unwrap();
        std::fs::create_dir(place.join("slides")).unwrap();
        std::fs::write(place.join("slides/one"), "mine").unwrap();
        std::fs::write(place.join(folder::TEXTS), "of the first run").unwrap();
        run(&place, "second");
        assert_eq!(std::fs::read(place.join("my_notes.txt")).unwrap(), b"mine");
        assert_eq!(std::fs::read(place.join("slides/one")).unwrap(), b"mine");
        assert!(!place.join(folder::TEXTS).exists(), "a file of the first run stays in the second");

        let data = place.join("slides/../data.csv");
        std::fs::write(&data, "id\n").unwrap();
        let inputs = [home.path().join("elsewhere.csv"), data.clone()];
        let refused = Draft::start(&place, &inputs).unwrap_err();
        assert!(
            matches!(&refused, PipelineError::InputInside { path, .. } if *path == data),
            "{refused}"
        );
        assert_eq!(std::fs::read_to_string(place.join(folder::CONFIG)).unwrap(), "second");
        assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_kill_between_the_two_renames_loses_nothing() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("demo");
        for (took_place, expected) in [(false, "first"), (true, "second")] {
            run(&place, "first");
            std::fs::write(place.join("my_notes.txt"), "mine").unwrap();
            let killed = home.path().join(".run-killed");
            std::fs::create_dir_all(killed.join(OLD)).unwrap();
            std::fs::create_dir_all(killed.join(NEW)).unwrap();
            std::fs::write(killed.join(LOCK), "").unwrap();
            std::fs::write(killed.join(NEW).join(folder::CONFIG), "second").unwrap();
            std::fs::rename(&place, killed.join(OLD).join("demo")).unwrap();
            if took_place {
                std::fs::rename(killed.join(NEW), &place).unwrap();
            }
            drop(Draft::start(&home.path().join("other"), &[]).unwrap());
            assert_eq!(std::fs::read_to_string(place.join(folder::CONFIG)).unwrap(), expected);
            assert_eq!(std::fs::read(place.join("my_notes.txt")).unwrap(), b"mine");
            assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 1);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_run_folder_stays_one() {
        let home = tempfile::tempdir().unwrap();
        let real = home.path().join("real/demo");
        run(&real, "first");
        let link = home.path().join("latest");
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let draft = Draft::start(&link, &[]).unwrap();
        draft.write(folder::CONFIG, b"second").unwrap();
        draft.publish().unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::read_to_string(real.join(folder::CONFIG)).unwrap(), "second");
    }
}
