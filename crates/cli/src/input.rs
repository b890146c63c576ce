//! Files that are read: `-` is stdin, and what is no file is told before any work begins.

use crate::failure::{self, Failure};
use leadsight_report::folder::CONFIG as RESOLVED;
use leadsight_schema::{Issue, or_nearest};
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A file to read.
pub struct Input {
    /// Where it is.
    pub path: PathBuf,
    /// Its name, for messages.
    pub name: String,
    /// Stdin's copy, kept as long as it is read: some readers look twice.
    _copy: Option<TempDir>,
    /// What it holds beside the text that was read of it.
    told: RefCell<Vec<Issue>>,
}

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

/// The file that `argument` names, or a copy of stdin where it is `-`.
///
/// # Errors
/// [`Failure::Argument`] for a folder or nothing at all, [`Failure::Stdin`] where stdin cannot be read.
pub fn input(argument: &'static str, path: &Path) -> Result<Input, Failure> {
    if path == Path::new("-") {
        return stdin();
    }
    let wrong = |found: String, expected: String| Failure::Argument { argument, found, expected };
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
    let (path, name, told) = (path.to_owned(), name(path), RefCell::default());
    Ok(Input { path, name, _copy: None, told })
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

/// Whether `path` can be a folder to write into.
///
/// # Errors
/// [`Failure::Argument`] where it is a file.
pub fn output_folder(argument: &'static str, path: &Path) -> Result<(), Failure> {
    if path.is_file() {
        return Err(Failure::Argument {
            argument,
            found: format!("`{}` is a file", path.display()),
            expected: "a folder, there already or new".to_owned(),
        });
    }
    Ok(())
}

/// Whether `path` can be a file to write.
///
/// # Errors
/// [`Failure::Argument`] where it is a folder, or the folder that would hold it is not there.
pub fn output_file(argument: &'static str, path: &Path) -> Result<(), Failure> {
    let wrong =
        |found: String, expected: String| Err(Failure::Argument { argument, found, expected });
    if path.is_dir() {
        let inside = path.join("scored.csv");
        return wrong(
            format!("`{}` is a folder", path.display()),
            format!("a file, such as `{}`", inside.display()),
        );
    }
    match path.parent() {
        Some(folder) if folder != Path::new("") && !folder.is_dir() => wrong(
            format!("there is no folder `{}`", folder.display()),
            "a file in a folder that exists".to_owned(),
        ),
        _ => Ok(()),
    }
}

/// Whether `out` is another file than the one that is read.
///
/// # Errors
/// [`Failure::Argument`] where it is the same; `what` is in it.
pub fn not_the_same(
    argument: &'static str,
    out: &Path,
    read: &Input,
    what: &str,
) -> Result<(), Failure> {
    match (out.canonicalize(), read.path.canonicalize()) {
        (Ok(a), Ok(b)) if a == b => Err(Failure::Argument {
            argument,
            found: format!("`{}` is the file of {what} itself", out.display()),
            expected: format!("another file, so that the {what} stay"),
        }),
        _ => Ok(()),
    }
}

/// A file's name, for messages.
pub fn name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

fn stdin() -> Result<Input, Failure> {
    let mut stdin = std::io::stdin().lock();
    if stdin.is_terminal() {
        tracing::info!("reading from the terminal; Ctrl-D ends the input");
    }
    let failed = |source| Failure::Stdin { source };
    let folder = tempfile::tempdir().map_err(failed)?;
    let path = folder.path().join("stdin");
    // Readers name the file by its path, which is nothing to the user.
    failure::rename(&path, "stdin");
    std::io::copy(&mut stdin, &mut File::create(&path).map_err(failed)?).map_err(failed)?;
    let told = RefCell::default();
    Ok(Input { name: name(&path), path, _copy: Some(folder), told })
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
