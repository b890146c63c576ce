//! Writing and reading a bundle's folder.

use crate::{
    FORMAT_VERSION, FileEntry, Manifest, RegistryError,
    atomic::{parent, sync_folder, temporary},
    error::io,
    fingerprint,
};
use leadsight_schema::Fingerprint;
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{ErrorKind, Write},
    path::Path,
};

/// The file that lists a bundle's files and their checksums.
pub const MANIFEST: &str = "manifest.json";
const SEAL: &str = "manifest.sha256";

/// A bundle whose every byte has been checked.
#[derive(Debug, Clone, PartialEq)]
pub struct BundleFiles {
    /// What the manifest says.
    pub manifest: Manifest,
    /// The fingerprint of the manifest, which is the bundle's version.
    pub version: Fingerprint,
    /// The files' bytes by name.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// Writes a bundle to `dir`, which becomes visible once it is complete. A bundle that is there already is replaced;
/// anything else is left alone, and so is a bundle into which somebody put files. `head` is a JSON object with at least `name`, and goes into the manifest.
/// Returns the version.
///
/// # Errors
/// [`RegistryError::WouldOverwrite`], [`RegistryError::UnlistedFiles`], [`RegistryError::FileName`], [`RegistryError::Head`], [`RegistryError::Io`].
pub fn write_bundle(
    dir: &Path,
    head: serde_json::Value,
    files: &[(&str, Vec<u8>)],
) -> Result<Fingerprint, RegistryError> {
    let mut entries = BTreeMap::new();
    for (name, bytes) in files {
        let entry = FileEntry { bytes: bytes.len() as u64, sha256: fingerprint(bytes) };
        if !plain(name) || entries.insert((*name).to_owned(), entry).is_some() {
            return Err(RegistryError::FileName { name: (*name).to_owned() });
        }
    }
    let manifest = Manifest::new(head, entries)?;
    let mut text = serde_json::to_vec_pretty(&manifest)
        .map_err(|source| RegistryError::Manifest { dir: dir.to_owned(), source })?;
    text.push(b'\n');
    let version = fingerprint(&text);
    let seal = format!("{version}  {MANIFEST}\n").into_bytes();

    let replaces = may_replace(dir)?;
    let home = parent(dir);
    fs::create_dir_all(&home).map_err(io("create", &home))?;
    let fresh = temporary(0o777).tempdir_in(&home).map_err(io("create", dir))?;
    let named = files.iter().map(|(name, bytes)| (*name, bytes.as_slice()));
    for (name, bytes) in named.chain([(MANIFEST, text.as_slice()), (SEAL, seal.as_slice())]) {
        write_synced(&fresh.path().join(name), bytes)?;
    }
    sync_folder(fresh.path())?;
    if replaces {
        // A folder cannot be renamed over a full one, so the old bundle steps aside first, and back if need be.
        let old = temporary(0o777).tempdir_in(&home).map_err(io("create", dir))?;
        let aside = old.path().join("old");
        fs::rename(dir, &aside).map_err(io("move aside", dir))?;
        if let Err(source) = fs::rename(fresh.path(), dir) {
            fs::rename(&aside, dir).map_err(io("move back", dir))?;
            return Err(io("rename to", dir)(source));
        }
    } else {
        fs::rename(fresh.path(), dir).map_err(io("rename to", dir))?;
    }
    sync_folder(&home)?;
    Ok(version)
}

/// Reads a bundle and checks the length and checksum of every file.
///
/// # Errors
/// [`RegistryError`], naming the file: missing, unlisted, cut, changed, of a later format.
pub fn read_bundle(dir: &Path) -> Result<BundleFiles, RegistryError> {
    let text = required(dir, MANIFEST)?;
    let seal = required(dir, SEAL)?;
    let version = fingerprint(&text);
    let expected = String::from_utf8_lossy(&seal);
    let expected = expected.split_whitespace().next().unwrap_or_default();
    if expected != version.0 {
        return Err(RegistryError::Checksum {
            dir: dir.to_owned(),
            file: MANIFEST.to_owned(),
            expected: expected.to_owned(),
            found: version.0,
        });
    }
    let manifest = parse(dir, &text)?;
    let unlisted = unlisted(dir, &manifest)?;
    if !unlisted.is_empty() {
        return Err(RegistryError::UnlistedFiles { dir: dir.to_owned(), files: unlisted });
    }
    let mut files = BTreeMap::new();
    for (name, entry) in &manifest.files {
        files.insert(name.clone(), checked(dir, name, entry)?);
    }
    Ok(BundleFiles { manifest, version, files })
}

fn parse(dir: &Path, text: &[u8]) -> Result<Manifest, RegistryError> {
    let broken = |source| RegistryError::Manifest { dir: dir.to_owned(), source };
    // The version is looked at first: a later format may differ in all the rest.
    let value: serde_json::Value = serde_json::from_slice(text).map_err(broken)?;
    let found = value.get("format_version").and_then(serde_json::Value::as_u64);
    if let Some(found) = found.filter(|v| *v > FORMAT_VERSION) {
        let supported = FORMAT_VERSION;
        return Err(RegistryError::FutureFormat { dir: dir.to_owned(), found, supported });
    }
    let manifest: Manifest = serde_json::from_value(value).map_err(broken)?;
    match manifest.files.keys().find(|name| !plain(name)) {
        Some(name) => Err(RegistryError::FileName { name: name.clone() }),
        None => Ok(manifest),
    }
}

fn checked(dir: &Path, name: &str, entry: &FileEntry) -> Result<Vec<u8>, RegistryError> {
    let path = dir.join(name);
    let (dir, file) = (dir.to_owned(), name.to_owned());
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == ErrorKind::NotFound => {
            return Err(RegistryError::MissingFile { dir, file });
        }
        Err(e) => return Err(io("read", &path)(e)),
    };
    let (expected, found) = (entry.bytes, bytes.len() as u64);
    if expected != found {
        return Err(RegistryError::Length { dir, file, expected, found });
    }
    let found = fingerprint(&bytes).0;
    if entry.sha256.0 != found {
        let expected = entry.sha256.0.clone();
        return Err(RegistryError::Checksum { dir, file, expected, found });
    }
    Ok(bytes)
}

fn required(dir: &Path, missing: &'static str) -> Result<Vec<u8>, RegistryError> {
    let path = dir.join(missing);
    fs::read(&path).map_err(|e| match e.kind() {
        ErrorKind::NotFound if dir.is_dir() => {
            RegistryError::NotABundle { dir: dir.to_owned(), missing }
        }
        _ => io("read", &path)(e),
    })
}

/// The files of the bundle `dir` that its manifest does not list, which somebody put there; none where there is no folder.
///
/// # Errors
/// [`RegistryError`] where `dir` is no bundle.
pub fn unlisted_files(dir: &Path) -> Result<Vec<String>, RegistryError> {
    if !dir.exists() {
        return Ok(Vec::new());
    }
    unlisted(dir, &parse(dir, &required(dir, MANIFEST)?)?)
}

/// Files beside the listed ones; hidden ones are the file manager's and do not count.
fn unlisted(dir: &Path, manifest: &Manifest) -> Result<Vec<String>, RegistryError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).map_err(io("list", dir))? {
        let name = entry.map_err(io("list", dir))?.file_name().to_string_lossy().into_owned();
        let ours = [MANIFEST, SEAL].contains(&name.as_str()) || manifest.files.contains_key(&name);
        if !ours && !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Whether `dir` holds a bundle to replace; an empty or absent one is free, anything else is refused.
fn may_replace(dir: &Path) -> Result<bool, RegistryError> {
    let empty = match fs::read_dir(dir) {
        Ok(mut entries) => entries.next().is_none(),
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(false),
        Err(e) if e.kind() == ErrorKind::NotADirectory => false,
        Err(e) => return Err(io("list", dir)(e)),
    };
    if empty || dir.join(MANIFEST).is_file() && dir.join(SEAL).is_file() {
        // The manifest of a damaged bundle tells nothing, and such a bundle may be replaced.
        return match unlisted_files(dir).unwrap_or_default() {
            files if files.is_empty() => Ok(!empty),
            files => Err(RegistryError::UnlistedFiles { dir: dir.to_owned(), files }),
        };
    }
    Err(RegistryError::WouldOverwrite { dir: dir.to_owned() })
}

fn plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && ![MANIFEST, SEAL].contains(&name)
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), RegistryError> {
    let mut file = File::create(path).map_err(io("create", path))?;
    file.write_all(bytes).map_err(io("write", path))?;
    file.sync_all().map_err(io("sync", path))
}
