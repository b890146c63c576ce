//! Our XGBoost against LightGBM on the same tables, which the event log of BPI 2012 makes at four moments of scoring.
//!
//! For each experiment: `leadsight run`, then `same_matrix` exports the very matrix that its models saw, and the script fits LightGBM
//! on it and tests the difference of the test AUCs in pairs (DeLong).

use super::{Peers, environment};
use crate::error::XtaskError;
use crate::{Answer, shell};
use std::path::Path;
use std::process::Command;

/// The real set, from the data folder.
pub(super) const BPI: &str = "bpi2012/bpi2012_events.csv.gz";

const EXPERIMENTS: [&str; 4] = ["bpi2012_1h", "bpi2012_24h", "bpi2012_72h", "bpi2012_7d"];

pub(super) fn run(peers: &Peers, root: &Path, data: &Path) -> Result<Answer, XtaskError> {
    let requirements = peers.scripts.join("trees/requirements.txt");
    environment::add(&peers.python, &requirements, &peers.scripts.join("requirements.txt"))?;
    let runs = peers.folder.join("runs");
    let mut answer = Answer::Done;
    for name in EXPERIMENTS {
        let config = root.join("examples/experiments").join(format!("{name}.ron"));
        let mut run = Command::new(peers.binary("leadsight"));
        shell::require(
            run.args(["run", "--quiet", "--data-dir"])
                .arg(data)
                .arg("--out")
                .arg(&runs)
                .arg(&config),
        )?;
        let matrix = peers.folder.join(name);
        let mut export = Command::new(peers.binary("same_matrix"));
        export.arg("--experiment").arg(&config).arg("--data-dir").arg(data);
        shell::require(export.arg("--out").arg(&matrix))?;
        let script = peers.scripts.join("lightgbm_same_matrix.py");
        let mut judge = Command::new(&peers.python);
        if shell::forward(judge.arg(script).arg(matrix).arg(runs.join(name)))? == Answer::No {
            answer = Answer::No;
        }
    }
    Ok(answer)
}
