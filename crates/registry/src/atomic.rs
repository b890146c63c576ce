//! Files that are written whole or not at all: a temporary file beside the target, sync, rename.

use crate::{RegistryError, error::io};
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};
use tempfile::Builder;

/// Writes `bytes` to `path`, replacing what was there. Whoever reads `path` sees the old bytes or the new ones.
///
/// # Errors
/// [`RegistryError::Io`].
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), RegistryError> {
    write_through(path, |out| out.write_all(bytes).map_err(io("write", path)))
}

/// As [`write_file`] for content made piece by piece: `write` gets a buffered writer, and `path` appears only once it
/// returned `Ok`.
///
/// # Errors
/// What `write` returns, and [`RegistryError::Io`].
pub fn write_through<T, E: From<RegistryError>>(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<T, E>,
) -> Result<T, E> {
    let parent = parent(path);
    std::fs::metadata(&parent).map_err(io("find the folder", &parent))?;
    // The name of the temporary file is nothing to the user.
    let temporary = temporary(0o666)
        .tempfile_in(&parent)
        .map_err(|error| io("create", path)(error.kind().into()))?;
    let (file, place) = temporary.into_parts();
    let mut out = BufWriter::with_capacity(1 << 16, file);
    let result = write(&mut out)?;
    let file = out.into_inner().map_err(|e| io("write", path)(e.into_error()))?;
    file.sync_all().map_err(io("sync", path))?;
    place.persist(path).map_err(|e| io("rename to", path)(e.error))?;
    sync_folder(&parent)?;
    Ok(result)
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
}
