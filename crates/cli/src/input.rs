//! Files that are read: `-` is stdin, and what is no file is told before any work begins.
//!
//! Every file that a command opens is kept here with its argument, so that no output takes the place of one
//! ([`crate::output`]), and that what can be read once only (stdin, a pipe) is copied once.

use crate::failure::{self, Failure};
use leadsight_report::folder::CONFIG as RESOLVED;
use leadsight_schema::{Issue, or_nearest};
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tempfile::TempDir;

/// A file to read.
pub struct Input {
    /// Where it is.
    pub path: PathBuf,
    /// Its name, for messages.
    pub name: String,
    /// The copy of what can be read once only, kept as long as it is read: some readers look twice.
    _copy: Option<Arc<TempDir>>,
    /// What it holds beside the text that was read of it.
    told: RefCell<Vec<Issue>>,
}

/// A file that was opened.
struct Opened {
    argument: &'static str,
    path: PathBuf,
    copy: Option<Arc<TempDir>>,
}

/// Every file that was opened.
static OPENED: Mutex<Vec<Opened>> = Mutex::new(Vec::new());

impl Input {
    /// The file as CSV text, of a workbook the `sheet`; see [`leadsight_ingest::open`].
    ///
    /// # Errors
    /// What the system or the reader says.
    pub fn open(&self, sheet: Option<&str>) -> io::Result<Box<dyn Read + Send>> {
        let opened = leadsight_ingest::open(&self.path, sheet)?;
        let named = |issue| Issue { file: self.name.clone(), ..issue };
        self.told.replace(opened.issues.into_iter().map(named).collect());
        Ok(opened.text)
    }

    /// What the file that was opened holds and its text does not.
    pub fn issues(&self) -> Vec<Issue> {
        self.told.borrow().clone()
    }
}

/// The file that `argument` names; a copy of stdin where it is `-`, and of what is no regular file, such as a pipe.
///
/// # Errors
/// [`Failure::Argument`] for a folder or nothing at all, and for stdin or a pipe that another argument has read;
/// [`Failure::Unreadable`] or [`Failure::Stdin`] where it cannot be read.
pub fn input(argument: &'static str, path: &Path) -> Result<Input, Failure> {
    let wrong = |found: String, expected: String| Failure::Argument { argument, found, expected };
    if path == Path::new("-") {
        return copied(argument, path);
    }
    if path.is_dir() {
        let inside = ["leads.csv", "scored.csv"].map(|name| path.join(name));
        let inside = inside.iter().find(|file| file.is_file());
        return Err(wrong(
            format!("`{}` is a folder", path.display()),
            inside.map_or_else(
                || "a file, or `-` for stdin".to_owned(),
                |file| format!("a file, such as `{}`", file.display()),
            ),
        ));
    }
    if !path.exists() {
        return Err(wrong(
            format!("there is no `{}`", path.display()),
            format!(
                "a file, or `-` for stdin{}",
                or_nearest(&name(path), neighbours(path).iter().map(String::as_str))
            ),
        ));
    }
    if !path.is_file() {
        return copied(argument, path);
    }
    opened(argument, path);
    Ok(Input { path: path.to_owned(), name: name(path), _copy: None, told: RefCell::default() })
}

/// The whole of a file of text, such as a policy; `what` says what it is.
///
/// # Errors
/// [`Failure::Unreadable`].
pub fn text(argument: &'static str, path: &Path, what: &'static str) -> Result<String, Failure> {
    opened(argument, path);
    let path = path.to_owned();
    std::fs::read_to_string(&path).map_err(|source| Failure::Unreadable { path, what, source })
}

/// Keeps in mind that `argument` reads the file at `path`, or all files of that folder.
pub fn opened(argument: &'static str, path: &Path) {
    let inside = std::fs::read_dir(path).into_iter().flatten().flatten().map(|e| e.path());
    let files = std::iter::once(path.to_owned()).chain(inside).filter(|file| file.is_file());
    all().extend(files.map(|path| Opened { argument, path, copy: None }));
}

/// The argument that reads the file at `path`, under whatever name.
pub fn reader_of(path: &Path) -> Option<&'static str> {
    let file = identity(path)?;
    all().iter().find(|opened| identity(&opened.path) == Some(file)).map(|opened| opened.argument)
}

/// Removes the copies of what was read. Nothing can be done about one that cannot be removed.
pub fn close() {
    for copy in all().drain(..).filter_map(|opened| opened.copy) {
        let _ = std::fs::remove_dir_all(copy.path());
    }
}

fn all() -> MutexGuard<'static, Vec<Opened>> {
    OPENED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Which regular file a path leads to: device and number, the same for each of its links.
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let found = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    Some((found.dev(), found.ino()))
}

/// The experiment's file, `path`.
///
/// # Errors
/// [`Failure::Argument`] for a folder, a file of data, or nothing at all.
pub fn config(path: &Path) -> Result<&Path, Failure> {
    let wrong = |found: String, expected: String| {
        Err(Failure::Argument { argument: "CONFIG", found, expected })
    };
    let shown = path.display();
    if path.is_dir() {
        let resolved = path.join(RESOLVED);
        let such = if resolved.is_file() {
            format!(", such as `{}`", resolved.display())
        } else {
            String::new()
        };
        return wrong(format!("`{shown}` is a folder"), format!("an experiment's RON file{such}"));
    }
    if !path.exists() {
        let near = or_nearest(&name(path), neighbours(path).iter().map(String::as_str));
        return wrong(format!("there is no `{shown}`"), format!("an experiment's RON file{near}"));
    }
    let data = ["csv", "tsv", "gz", "parquet", "xlsx"];
    if path.extension().is_some_and(|e| data.iter().any(|data| e.eq_ignore_ascii_case(data))) {
        return wrong(
            format!("`{shown}` is a file of data"),
            format!(
                "an experiment's RON file; the shortest reads \
                 Experiment(data: (leads: \"{shown}\"), label: Column(name: \"COLUMN\"))"
            ),
        );
    }
    Ok(path)
}

/// A file's name, for messages.
pub fn name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A copy of stdin or a pipe. The same argument may ask for it again, another may not: it would find nothing.
fn copied(argument: &'static str, path: &Path) -> Result<Input, Failure> {
    let stdin = path == Path::new("-");
    let path = if stdin { Path::new("stdin") } else { path };
    let shown = path.display().to_string();
    let input = |copy: Arc<TempDir>| Input {
        path: copy.path().join(name(path)),
        name: shown.clone(),
        _copy: Some(copy),
        told: RefCell::default(),
    };
    if let Some(earlier) = all().iter().find(|o| o.copy.is_some() && o.path == path) {
        return match &earlier.copy {
            Some(copy) if earlier.argument == argument => Ok(input(Arc::clone(copy))),
            _ => Err(Failure::Argument {
                argument,
                found: format!(
                    "{shown} is read as {} already, and can be read once",
                    earlier.argument
                ),
                expected: "a file".to_owned(),
            }),
        };
    }
    let failed = |source| match stdin {
        true => Failure::Stdin { source },
        false => {
            Failure::Unreadable { path: path.to_owned(), what: "which is no regular file", source }
        }
    };
    let copy = Arc::new(tempfile::tempdir().map_err(failed)?);
    let file = copy.path().join(name(path));
    // Readers name the file by its path, which is nothing to the user.
    failure::rename(&file, &shown);
    // Kept before it is read, so that it goes where a signal ends the reading.
    all().push(Opened { argument, path: path.to_owned(), copy: Some(Arc::clone(&copy)) });
    let mut to = File::create(&file).map_err(failed)?;
    if stdin {
        let mut stdin = io::stdin().lock();
        if stdin.is_terminal() {
            tracing::info!("reading from the terminal; Ctrl-D ends the input");
        }
        io::copy(&mut stdin, &mut to).map_err(failed)?;
    } else {
        let mut from = File::open(path).map_err(failed)?;
        io::copy(&mut from, &mut to).map_err(failed)?;
    }
    Ok(input(copy))
}

/// The names of the files beside a path.
fn neighbours(path: &Path) -> Vec<String> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let Ok(entries) = std::fs::read_dir(folder.unwrap_or(Path::new("."))) else {
        return Vec::new();
    };
    let mut names: Vec<String> =
        entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
