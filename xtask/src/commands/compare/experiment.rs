//! The whole experiment against the same in Python: pandas, scikit-learn, scipy, XGBoost and matplotlib, same models,
//! parameters, metrics and outputs, run in turn on the happy customer bank's 87,020 applications.

use super::{Peers, create};
use crate::error::XtaskError;
use crate::{Answer, shell};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// The real set, from the data folder.
pub(super) const HAPPY_BANK: &str = "happy_customer_bank/train_modified.csv";

const CONFIG: &str = "examples/experiments/happy_customer_bank.ron";
/// Pairs of runs; the medians count.
const PAIRS: usize = 3;
const THREADS: &str = "2";
/// Stages in which XGBoost itself does most of the work, on either side.
const XGBOOST: [&str; 2] = ["fit XgboostForest", "fit Xgboost"];

const MOST_OF_THE_REST: f64 = 1.0 / 3.0;
const MOST_IN_ALL: f64 = 1.0;
const MOST_MEBIBYTES: f64 = 1024.0;

/// One run of one side.
struct Run {
    seconds: f64,
    mebibytes: f64,
    xgboost: f64,
}

/// What the script says of a run.
#[derive(Deserialize)]
struct Measured {
    seconds: f64,
    bytes: f64,
}

#[derive(Deserialize)]
struct Manifest {
    stages: Vec<Stage>,
}

#[derive(Deserialize)]
struct Stage {
    stage: String,
    seconds: f64,
}

pub(super) fn run(peers: &Peers, root: &Path, data: &Path) -> Result<Answer, XtaskError> {
    let folder = peers.folder.join("experiment");
    create(&folder)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..PAIRS {
        ours.push(leadsight(peers, root, data, &folder)?);
        theirs.push(python(peers, data, &folder)?);
    }
    let side = |runs: &[Run]| {
        [
            median(runs, |run| run.seconds),
            median(runs, |run| run.xgboost),
            median(runs, |run| run.seconds - run.xgboost),
            runs.iter().map(|run| run.mebibytes).fold(0.0, f64::max),
        ]
    };
    let (ours, theirs) = (side(&ours), side(&theirs));
    let (in_all, rest) = (ours[0] / theirs[0], ours[2] / theirs[2]);
    let met = in_all <= MOST_IN_ALL && rest <= MOST_OF_THE_REST && ours[3] < MOST_MEBIBYTES;
    let shown = |side: [f64; 4]| {
        json!({
            "seconds": rounded(side[0]),
            "of_these_in_xgboost_stages": rounded(side[1]),
            "apart_from_those": rounded(side[2]),
            "peak_mebibytes": rounded(side[3]),
        })
    };
    shell::data(format_args!(
        "{:#}",
        json!({
            "experiment": CONFIG,
            "pairs_of_runs": PAIRS,
            "leadsight": shown(ours),
            "python": shown(theirs),
            "seconds_ratio": rounded(in_all),
            "most_seconds_ratio": MOST_IN_ALL,
            "ratio_apart_from_xgboost": rounded(rest),
            "most_ratio_apart_from_xgboost": rounded(MOST_OF_THE_REST),
            "most_mebibytes": MOST_MEBIBYTES,
            "met": met,
        })
    ));
    Ok(if met { Answer::Done } else { Answer::No })
}

fn leadsight(peers: &Peers, root: &Path, data: &Path, folder: &Path) -> Result<Run, XtaskError> {
    let measured = measure(
        peers,
        Command::new(peers.binary("leadsight"))
            .args(["run", "--quiet"])
            .arg(root.join(CONFIG))
            .args(["--set", &format!("tuning.threads={THREADS}"), "--data-dir"])
            .arg(data)
            .arg("--out")
            .arg(folder),
    )?;
    let manifest: Manifest = read(&folder.join("happy_customer_bank/manifest.json"))?;
    let stages = manifest.stages.into_iter().map(|stage| (stage.stage, stage.seconds));
    Ok(of(measured, stages.collect()))
}

fn python(peers: &Peers, data: &Path, folder: &Path) -> Result<Run, XtaskError> {
    let out = folder.join("python");
    let measured = measure(
        peers,
        Command::new(&peers.python)
            .arg(peers.scripts.join("experiment"))
            .arg(data.join(HAPPY_BANK))
            .arg(&out)
            .arg(THREADS),
    )?;
    Ok(of(measured, read(&out.join("stages.json"))?))
}

fn of(measured: Measured, stages: BTreeMap<String, f64>) -> Run {
    Run {
        seconds: measured.seconds,
        mebibytes: measured.bytes / f64::from(1 << 20),
        xgboost: XGBOOST.iter().filter_map(|stage| stages.get(*stage)).sum(),
    }
}

/// Wall seconds and peak memory of one run, by the kernel's own account.
fn measure(peers: &Peers, command: &Command) -> Result<Measured, XtaskError> {
    let text = shell::output(
        Command::new(&peers.python)
            .arg(peers.scripts.join("measure.py"))
            .arg("1")
            .arg(command.get_program())
            .args(command.get_args()),
    )?;
    let [measured]: [Measured; 1] = serde_json::from_str(&text).map_err(unreadable)?;
    Ok(measured)
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T, XtaskError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| XtaskError::File { path: path.into(), source })?;
    serde_json::from_str(&text).map_err(unreadable)
}

fn unreadable(error: serde_json::Error) -> XtaskError {
    XtaskError::Unreadable { what: "the measurements".into(), reason: error.to_string() }
}

fn median(runs: &[Run], of: impl Fn(&Run) -> f64) -> f64 {
    let mut values: Vec<f64> = runs.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn rounded(value: f64) -> Value {
    json!((value * 1000.0).round() / 1000.0)
}
