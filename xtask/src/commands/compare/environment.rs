//! A virtual Python environment with the peers in it.

use crate::Answer;
use crate::error::XtaskError;
use crate::prerequisites::on_path;
use crate::shell;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The environment's interpreter; the environment is made again when the requirements change.
pub(super) fn python(requirements: &Path, folder: &Path) -> Result<PathBuf, XtaskError> {
    let venv = folder.join("venv");
    let python = venv.join("bin/python");
    let stamp = venv.join("requirements.txt");
    let wanted = std::fs::read_to_string(requirements)
        .map_err(|source| XtaskError::File { path: requirements.into(), source })?;
    if std::fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(python);
    }
    let base = ["python3", "python"].into_iter().find(|name| on_path(name)).ok_or_else(|| {
        XtaskError::MissingPrerequisites {
            missing: vec!["Python 3: runs the peers".into()],
            remedy: "install python3 with its venv module".into(),
        }
    })?;
    shell::require(Command::new(base).args(["-m", "venv", "--clear"]).arg(&venv))?;
    shell::require(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
            .arg(requirements),
    )?;
    // Written last: half an installation leaves no stamp.
    std::fs::write(&stamp, wanted).map_err(|source| XtaskError::File { path: stamp, source })?;
    Ok(python)
}

/// Adds packages, each by itself and within the versions of `constraints`; returns the names of those that cannot be had.
pub(super) fn add(
    python: &Path,
    requirements: &Path,
    constraints: &Path,
) -> Result<Vec<String>, XtaskError> {
    let text = std::fs::read_to_string(requirements)
        .map_err(|source| XtaskError::File { path: requirements.into(), source })?;
    let mut missing = Vec::new();
    for wanted in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut install = Command::new(python);
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c"]);
        if shell::check(install.arg(constraints).arg(wanted))? == Answer::No {
            let name = wanted.split("==").next().unwrap_or(wanted);
            eprintln!("{name} cannot be installed: skipped");
            missing.push(name.to_owned());
        }
    }
    Ok(missing)
}
