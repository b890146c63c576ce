//! Fetching: an archive is downloaded once, its files are taken out, and each is put in place only
//! when its checksum is right.

use super::digest;
use super::manifest::{DataFile, Dataset};
use crate::error::XtaskError;
use crate::prerequisites::on_path;
use crate::{Answer, shell};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Fetches what `folder` lacks of `sets`. Sets that a person has to get are an error that names their
/// pages, after everything else has been fetched.
pub(super) fn fetch(sets: &[&Dataset], folder: &Path) -> Result<Answer, XtaskError> {
    let mut pages = Vec::new();
    let mut answer = Answer::Done;
    for set in sets {
        let mut wanted = Vec::new();
        for file in &set.files {
            let path = folder.join(&file.path);
            if path.is_file() && digest(&path)? == file.sha256 {
                shell::data(format_args!("{}: already there", file.path));
            } else {
                wanted.push(file);
            }
        }
        match &set.archive {
            _ if wanted.is_empty() => {}
            Some(archive) => match unpack(archive, &wanted, folder)? {
                Some(Answer::Done) => {}
                Some(Answer::No) => answer = Answer::No,
                None => pages.push((set.id.clone(), set.origin.clone())),
            },
            None => pages.push((set.id.clone(), set.origin.clone())),
        }
    }
    if pages.is_empty() { Ok(answer) } else { Err(XtaskError::FetchByHand { pages }) }
}

/// `None` where the download failed.
fn unpack(
    archive: &str,
    wanted: &[&DataFile],
    folder: &Path,
) -> Result<Option<Answer>, XtaskError> {
    let missing: Vec<String> = [("curl", "downloads"), ("unzip", "takes files out of archives")]
        .iter()
        .filter(|(name, _)| !on_path(name))
        .map(|(name, why)| format!("{name}: {why}"))
        .collect();
    if !missing.is_empty() {
        let remedy = "install curl and unzip with your system's package manager".into();
        return Err(XtaskError::MissingPrerequisites { missing, remedy });
    }
    // Beside the data, so that a rename puts a file in place whole.
    let scratch = folder.join(format!(".fetching-{}", std::process::id()));
    fs::create_dir_all(&scratch).map_err(|source| file_error(&scratch, source))?;
    let outcome = unpack_in(&scratch, archive, wanted, folder);
    fs::remove_dir_all(&scratch).map_err(|source| file_error(&scratch, source))?;
    outcome
}

fn unpack_in(
    scratch: &Path,
    archive: &str,
    wanted: &[&DataFile],
    folder: &Path,
) -> Result<Option<Answer>, XtaskError> {
    let zip = scratch.join("archive");
    let download = shell::check(
        Command::new("curl")
            .args(["--fail", "--location", "--silent", "--show-error", "--retry", "3", "--output"])
            .arg(&zip)
            .arg(archive),
    )?;
    if download == Answer::No {
        return Ok(None);
    }
    let mut answer = Answer::Done;
    for file in wanted {
        let found = extract(scratch, &zip, &file.inside)?;
        let sha256 = digest(&found)?;
        if sha256 != file.sha256 {
            shell::data(format_args!(
                "{}: DIFFERS: the origin's has SHA-256 {sha256}, expected {}",
                file.path, file.sha256
            ));
            answer = Answer::No;
            continue;
        }
        let path = folder.join(&file.path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|source| file_error(parent, source))?;
        }
        fs::rename(&found, &path).map_err(|source| file_error(&path, source))?;
        shell::data(format_args!("{}: fetched", file.path));
    }
    Ok(Some(answer))
}

/// Follows `inside` through archives within archives to a file in `scratch`.
fn extract(scratch: &Path, zip: &Path, inside: &[String]) -> Result<PathBuf, XtaskError> {
    let mut current = zip.to_path_buf();
    for (depth, name) in inside.iter().enumerate() {
        let next = scratch.join(format!("level-{depth}"));
        let out = File::create(&next).map_err(|source| file_error(&next, source))?;
        shell::require(Command::new("unzip").arg("-p").arg(&current).arg(name).stdout(out))?;
        current = next;
    }
    Ok(current)
}

fn file_error(path: &Path, source: std::io::Error) -> XtaskError {
    XtaskError::File { path: path.into(), source }
}

#[cfg(test)]
mod tests {
    use super::fetch;
    use crate::Answer;
    use crate::commands::datasets::manifest::{DataFile, Dataset};
    use crate::error::XtaskError;
    use std::path::PathBuf;

    /// SHA-256 of the bytes "abc" (FIPS 180-2, appendix B).
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn dataset(sha256: &str) -> Dataset {
        Dataset {
            id: "abc".into(),
            title: "Three letters".into(),
            origin: "https://example.org/abc".into(),
            licence: "none".into(),
            archive: None,
            files: vec![DataFile { path: "abc.txt".into(), sha256: sha256.into(), inside: vec![] }],
        }
    }

    #[test]
    fn a_file_that_is_there_is_left_alone_and_a_login_sends_to_the_page() {
        let folder: PathBuf =
            std::env::temp_dir().join(format!("xtask-fetch-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("abc.txt"), "abc").unwrap();
        let there = fetch(&[&dataset(ABC)], &folder);
        let absent = fetch(&[&dataset(&"0".repeat(64))], &folder);
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(there.unwrap(), Answer::Done);
        let Err(XtaskError::FetchByHand { pages }) = absent else { panic!("{absent:?}") };
        assert_eq!(pages, [("abc".to_owned(), "https://example.org/abc".to_owned())]);
    }
}
