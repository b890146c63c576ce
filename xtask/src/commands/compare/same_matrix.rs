//! The test AUC of Leadsight and of XGBoost's Python package, on the same matrix with the same parameters.
//!
//! The `same_matrix` binary of `benches/` writes a folder: `train.csv`, `valid.csv`, `test.csv` (numeric columns and the
//! target), `params.json` and `predictions.csv` (Leadsight's). The script fits the package on it and compares.

use super::Peers;
use crate::error::XtaskError;
use crate::{Answer, shell};
use std::path::Path;
use std::process::Command;

/// The real set, from the data folder.
pub(super) const BANK: &str = "bank_marketing/bank-additional-full.csv";

/// Without `data` on the generated CRM.
pub(super) fn run(peers: &Peers, data: Option<&Path>) -> Result<Answer, XtaskError> {
    let matrix = peers.folder.join("matrix");
    let mut export = Command::new(peers.binary("same_matrix"));
    if let Some(data) = data {
        export.arg("--data-dir").arg(data);
    }
    shell::require(export.arg("--out").arg(&matrix))?;
    let script = peers.scripts.join("xgboost_same_matrix.py");
    shell::forward(Command::new(&peers.python).arg(script).arg(matrix))
}
