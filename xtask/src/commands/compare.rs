//! `compare`: Leadsight's two public claims, measured.
//!
//! The same model: on the same matrix and parameters the test AUC equals that of XGBoost's Python package. The speed:
//! a file of a million leads is scored at the promised rate, in memory that does not grow with it.

mod environment;
mod same_matrix;
mod throughput;

use super::Command;
use crate::Answer;
use crate::error::XtaskError;
use crate::workspace::Workspace;
use std::path::{Path, PathBuf};

pub(crate) const COMMAND: Command = Command {
    name: "compare",
    about: "Fits the Python XGBoost on our exported matrix (test AUC must agree); measures scoring",
    usage: "cargo xtask compare [--data-dir FOLDER]   (without real data: the generated CRM)",
    example: "cargo xtask compare --data-dir ../shared/data",
    forwards: false,
    run,
};

/// What both parts need.
struct Peers {
    /// The interpreter that has the peers.
    python: PathBuf,
    /// The workspace's scripts.
    scripts: PathBuf,
    /// Our binaries.
    binaries: PathBuf,
    /// Where files of this command go.
    folder: PathBuf,
}

impl Peers {
    fn binary(&self, name: &str) -> PathBuf {
        self.binaries.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }
}

fn run(workspace: &Workspace, args: &[String]) -> Result<Answer, XtaskError> {
    let given = match args {
        [] => None,
        [flag, folder] if flag == "--data-dir" => Some(folder.as_str()),
        [flag] if flag == "--data-dir" => return Err(COMMAND.missing("a folder after --data-dir")),
        [other, ..] => return Err(COMMAND.unknown(other)),
    };
    let data = workspace.data_dir(given).filter(|folder| folder.join(same_matrix::BANK).is_file());
    // A folder that was named must hold the set; one that was only found may.
    if let (Some(folder), None) = (given, &data) {
        return Err(XtaskError::File {
            path: Path::new(folder).join(same_matrix::BANK),
            source: std::io::ErrorKind::NotFound.into(),
        });
    }
    let folder = workspace.cache_dir().join("peers");
    let scripts = workspace.root.join("benches/peers");
    create(&folder)?;
    let python = environment::python(&scripts.join("requirements.txt"), &folder)?;
    let mut binaries = workspace.build()?;
    binaries.pop();
    let peers = Peers { python, scripts, binaries, folder };
    let answers = [same_matrix::run(&peers, data.as_deref())?, throughput::run(&peers)?];
    Ok(if answers.contains(&Answer::No) { Answer::No } else { Answer::Done })
}

fn create(folder: &Path) -> Result<(), XtaskError> {
    std::fs::create_dir_all(folder)
        .map_err(|source| XtaskError::File { path: folder.into(), source })
}
