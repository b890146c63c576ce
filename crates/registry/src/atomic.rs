//! Files that are written whole or not at all: a temporary file beside the target, sync, rename.
//!
//! What is no regular file (a device, a pipe) is never replaced: there the bytes go straight through.

use crate::{RegistryError, error::io};
use std::{
    fs::{File, Metadata, OpenOptions},
    io::{BufWriter, ErrorKind, Write},
    path::{Path, PathBuf},
};
use tempfile::Builder;

/// Links followed before a path counts as a circle, as Linux has it.
const LINKS: usize = 40;

/// Writes `bytes` to `path`, replacing what was there. Whoever reads `path` sees the old bytes or the new ones.
///
/// # Errors
/// [`RegistryError::Io`].
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), RegistryError> {
    write_through(path, |out| out.write_all(bytes).map_err(io("write", path)))
}

/// As [`write_file`] for content made piece by piece: `write` gets a buffered writer, and `path` appears only once it
/// returned `Ok`. A link stays and its target is written; a file that was there hands on its permissions, and its owner
/// where this process may. A device or a pipe gets the bytes as they come.
///
/// # Errors
/// What `write` returns, and [`RegistryError::Io`].
pub fn write_through<T, E: From<RegistryError>>(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<T, E>,
) -> Result<T, E> {
    let (target, earlier) = match place(path).map_err(io("write", path))? {
        Place::Through(mut options) => {
            let file = options.write(true).open(path).map_err(io("write", path))?;
            return Ok(buffered(file, path, write)?.0);
        }
        Place::File(target, earlier) => (target, earlier),
    };
    let parent = parent(&target);
    std::fs::metadata(&parent).map_err(io("find the folder", &parent))?;
    // The name of the temporary file is nothing to the user. What was private is so from the first byte.
    let mode = if earlier.is_some() { 0o600 } else { 0o666 };
    let temporary = temporary(mode)
        .tempfile_in(&parent)
        .map_err(|error| io("create", path)(error.kind().into()))?;
    if let Some(earlier) = &earlier {
        hand_on(earlier, temporary.as_file()).map_err(io("keep the permissions of", path))?;
    }
    let (file, place) = temporary.into_parts();
    let (result, file) = buffered(file, path, write)?;
    file.sync_all().map_err(io("sync", path))?;
    place.persist(&target).map_err(|e| io("rename to", path)(e.error))?;
    sync_folder(&parent)?;
    Ok(result)
}

fn buffered<T, E: From<RegistryError>>(
    file: File,
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<T, E>,
) -> Result<(T, File), E> {
    let mut out = BufWriter::with_capacity(1 << 16, file);
    let result = write(&mut out)?;
    let file = out.into_inner().map_err(|e| io("write", path)(e.into_error()))?;
    Ok((result, file))
}

/// Where the bytes of a path belong.
enum Place {
    /// Into what is there, opened like this.
    Through(OpenOptions),
    /// A regular file, links followed, and what is there now.
    File(PathBuf, Option<Metadata>),
}

fn place(path: &Path) -> std::io::Result<Place> {
    if std::fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return Ok(Place::Through(File::options()));
    }
    let mut target = path.to_owned();
    for _ in 0..LINKS {
        match std::fs::symlink_metadata(&target) {
            // `/dev/stdout` or `/dev/fd/3`: whoever opened that file goes on writing it, so it may not be another one.
            Ok(found) if found.is_symlink() && descriptors(&parent(&target)) => {
                return Ok(Place::Through(File::options().append(true).clone()));
            }
            Ok(found) if found.is_symlink() => {
                let next = std::fs::read_link(&target)?;
                target = parent(&target).join(next);
            }
            Ok(found) => return Ok(Place::File(target, Some(found))),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(Place::File(target, None));
            }
            Err(error) => return Err(error),
        }
    }
    Err(std::io::Error::other("its links lead in a circle"))
}

/// Whether a folder lists the open files of a process.
fn descriptors(dir: &Path) -> bool {
    dir.canonicalize().is_ok_and(|dir| dir.starts_with("/proc") && dir.ends_with("fd"))
}

/// Gives `file` the permissions of the file that it replaces, and its owner where that is allowed.
fn hand_on(earlier: &Metadata, file: &File) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        // Only root gives files away, and only a member of a group may hand on that group.
        if fchown(file, Some(earlier.uid()), Some(earlier.gid())).is_err() {
            let _ = fchown(file, None, Some(earlier.gid()));
        }
    }
    file.set_permissions(earlier.permissions())
}

/// A hidden temporary name, with the permissions that a plain file or folder gets.
#[cfg_attr(not(unix), allow(unused_variables, unused_mut))]
pub(crate) fn temporary(mode: u32) -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(".leadsight-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(mode));
    }
    builder
}

/// The folder that holds `path`.
pub(crate) fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Makes renames in a folder last. Only Unix can sync a folder.
pub(crate) fn sync_folder(dir: &Path) -> Result<(), RegistryError> {
    if cfg!(unix) {
        File::open(dir).and_then(|d| d.sync_all()).map_err(io("sync", dir))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_whole_or_leaves_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.json");
        write_file(&path, b"old").unwrap();
        let failed = write_through(&path, |out| {
            out.write_all(b"ne").map_err(io("write", &path))?;
            Err::<(), _>(RegistryError::FileName { name: "stop".into() })
        });
        assert!(failed.is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        write_file(&path, b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "a temporary file is left");
        let nowhere = dir.path().join("no/such/folder");
        assert!(write_file(&nowhere, b"").unwrap_err().to_string().contains("no/such"));
    }

    #[cfg(unix)]
    mod special {
        use super::*;
        use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};

        fn mode(path: &Path) -> u32 {
            std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
        }

        #[test]
        fn permissions_stay_and_new_files_are_as_the_umask_says() {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("a.csv");
            File::create(dir.path().join("plain")).unwrap();
            write_file(&path, b"new").unwrap();
            assert_eq!(mode(&path), mode(&dir.path().join("plain")));
            for private in [0o600, 0o640, 0o666, 0o400] {
                std::fs::set_permissions(&path, std::fs::Permissions::from_mode(private)).unwrap();
                let during = write_through(&path, |out| {
                    out.write_all(b"newer").map_err(io("write", &path))?;
                    let entries = std::fs::read_dir(dir.path()).unwrap().flatten();
                    let of = |e: std::fs::DirEntry| {
                        e.file_name()
                            .to_string_lossy()
                            .starts_with(".leadsight-")
                            .then(|| mode(&e.path()))
                    };
                    Ok::<_, RegistryError>(entries.filter_map(of).collect::<Vec<_>>())
                });
                assert_eq!(during.unwrap(), [private], "while it is written");
                assert_eq!(mode(&path), private);
            }
        }

        #[test]
        fn links_stay_and_their_target_is_written() {
            let dir = tempfile::tempdir().unwrap();
            let at = |name: &str| dir.path().join(name);
            std::fs::create_dir(at("deep")).unwrap();
            std::fs::write(at("deep/real"), "old").unwrap();
            symlink("real", at("deep/second")).unwrap();
            symlink("deep/second", at("link")).unwrap();
            symlink("deep/absent", at("dangling")).unwrap();
            for (link, real) in [("link", "deep/real"), ("dangling", "deep/absent")] {
                write_file(&at(link), b"new").unwrap();
                assert!(at(link).is_symlink(), "{link} was replaced");
                assert_eq!(std::fs::read(at(real)).unwrap(), b"new");
            }
            symlink("round", at("round")).unwrap();
            let circle = write_file(&at("round"), b"new").unwrap_err().to_string();
            assert!(circle.contains("circle"), "{circle}");
        }

        #[cfg(target_os = "linux")]
        #[test]
        fn an_open_file_is_not_replaced() {
            use std::os::fd::AsRawFd;
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("log");
            let mut open = File::options().create(true).append(true).open(&path).unwrap();
            open.write_all(b"one\n").unwrap();
            let descriptor = format!("/dev/fd/{}", open.as_raw_fd());
            write_file(Path::new(&descriptor), b"two\n").unwrap();
            open.write_all(b"three\n").unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), b"one\ntwo\nthree\n");
        }

        #[test]
        fn a_pipe_is_written_into_and_stays_one() {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("pipe");
            assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
            symlink(&path, dir.path().join("link")).unwrap();
            for name in ["pipe", "link"] {
                let reader = std::thread::spawn({
                    let path = path.clone();
                    move || std::fs::read(path).unwrap()
                });
                write_file(&dir.path().join(name), b"through").unwrap();
                assert_eq!(reader.join().unwrap(), b"through");
                assert!(std::fs::symlink_metadata(&path).unwrap().file_type().is_fifo());
            }
        }
    }
}
