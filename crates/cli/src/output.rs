//! Files that are written: never over a file that the same command reads, and never under a name that says something else.

use crate::failure::Failure;
use crate::input;
use std::path::Path;

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

/// Whether `path` can be a folder to write or to replace.
///
/// # Errors
/// [`Failure::Argument`] where it is a file, or holds one that is read.
pub fn replaced_folder(argument: &'static str, path: &Path) -> Result<(), Failure> {
    output_folder(argument, path)?;
    let inside = std::fs::read_dir(path).into_iter().flatten().flatten();
    inside.map(|entry| entry.path()).try_for_each(|file| no_input(argument, &file))
}

/// Whether `path` can be a file to write; asked once all inputs are open, and before any work.
///
/// # Errors
/// [`Failure::Argument`] where it is a folder, the folder that would hold it is not there, or it is one of the inputs.
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
        _ => no_input(argument, path),
    }
}

/// As [`output_file`] for leads, which are written as CSV or JSON.
///
/// # Errors
/// As there, and where the name says that it is a workbook or the like.
pub fn table_file(argument: &'static str, path: &Path) -> Result<(), Failure> {
    const OTHERS: [&str; 6] = ["xlsx", "xls", "ods", "parquet", "gz", "zip"];
    let of = |extension: &str| OTHERS.iter().any(|other| extension.eq_ignore_ascii_case(other));
    if path.extension().and_then(|extension| extension.to_str()).is_some_and(of) {
        return Err(Failure::Argument {
            argument,
            found: format!("`{}` would hold CSV, whatever its name says", path.display()),
            expected: format!(
                "a name such as `{}`, which spreadsheets open, or one in .json",
                path.with_extension("csv").display()
            ),
        });
    }
    output_file(argument, path)
}

/// Whether a file that is written is none of those that are read.
///
/// # Errors
/// [`Failure::Argument`] where it is one, naming both arguments.
pub fn no_input(argument: &'static str, path: &Path) -> Result<(), Failure> {
    match input::reader_of(path) {
        Some(reader) => Err(Failure::Argument {
            argument,
            found: format!("`{}` is read as {reader}", path.display()),
            expected: "another file, so that what is read stays".to_owned(),
        }),
        None => Ok(()),
    }
}

/// The file that `--out` names; `None` where that is stdout.
pub fn named(out: Option<&Path>) -> Option<&Path> {
    const STDOUT: [&str; 4] = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];
    out.filter(|out| !STDOUT.iter().any(|stdout| *out == Path::new(stdout)))
}
