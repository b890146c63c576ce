//! `compare`: Leadsight and its peers side by side, on the same matrix with the same parameters.
//!
//! The `same_matrix` binary of `benches/` writes a folder: `train.csv`, `valid.csv`, `test.csv` (numeric
//! columns and the target), `params.json` and `predictions.csv` (Leadsight's). The script beside the
//! requirements file fits the Python package on it and compares the test AUC.

use super::Command;
use crate::error::XtaskError;
use crate::prerequisites::on_path;
use crate::workspace::Workspace;
use crate::{Answer, shell};
use std::path::{Path, PathBuf};
use std::process;

pub(crate) const COMMAND: Command = Command {
    name: "compare",
    about: "Fits the Python XGBoost on our exported matrix; test AUC must agree within 0.002",
    usage: "cargo xtask compare [--data-dir FOLDER]",
    example: "cargo xtask compare --data-dir ../shared/data",
    forwards: false,
    run,
};

const SCRIPT: &str = "benches/peers/xgboost_same_matrix.py";
const REQUIREMENTS: &str = "benches/peers/requirements.txt";

fn run(workspace: &Workspace, args: &[String]) -> Result<Answer, XtaskError> {
    let given = match args {
        [] => None,
        [flag, folder] if flag == "--data-dir" => Some(folder.as_str()),
        [flag] if flag == "--data-dir" => return Err(COMMAND.missing("a folder after --data-dir")),
        [other, ..] => return Err(COMMAND.unknown(other)),
    };
    let data = workspace
        .data_dir(given)
        .ok_or_else(|| COMMAND.missing("real data: --data-dir or LEADSIGHT_DATA_DIR"))?;
    let python = environment(workspace)?;
    let binaries = workspace.build()?;
    let matrix = workspace.cache_dir().join("peers/matrix");
    create(&matrix)?;
    let exporter = binaries.with_file_name(format!("same_matrix{}", std::env::consts::EXE_SUFFIX));
    shell::require(
        process::Command::new(exporter).arg("--data-dir").arg(data).arg("--out").arg(&matrix),
    )?;
    shell::forward(process::Command::new(python).arg(workspace.root.join(SCRIPT)).arg(&matrix))
}

/// A virtual environment in the cache folder with the peers in it; made again when they change.
fn environment(workspace: &Workspace) -> Result<PathBuf, XtaskError> {
    let folder = workspace.cache_dir().join("peers");
    let venv = folder.join("venv");
    let python = venv.join("bin/python");
    let stamp = venv.join("requirements.txt");
    let requirements = workspace.root.join(REQUIREMENTS);
    let wanted = read(&requirements)?;
    if std::fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(python);
    }
    let base = ["python3", "python"].into_iter().find(|name| on_path(name)).ok_or_else(|| {
        XtaskError::MissingPrerequisites {
            missing: vec!["Python 3: runs the peers".into()],
            remedy: "install python3 with its venv module".into(),
        }
    })?;
    create(&folder)?;
    shell::require(process::Command::new(base).args(["-m", "venv", "--clear"]).arg(&venv))?;
    shell::require(
        process::Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
            .arg(&requirements),
    )?;
    // Written last: half an installation leaves no stamp.
    std::fs::write(&stamp, wanted).map_err(|source| XtaskError::File { path: stamp, source })?;
    Ok(python)
}

fn read(path: &Path) -> Result<String, XtaskError> {
    std::fs::read_to_string(path).map_err(|source| XtaskError::File { path: path.into(), source })
}

fn create(folder: &Path) -> Result<(), XtaskError> {
    std::fs::create_dir_all(folder)
        .map_err(|source| XtaskError::File { path: folder.into(), source })
}
