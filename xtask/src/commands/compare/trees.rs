//! Growing, scoring and explaining trees against the libraries of the field, in turn on the same rows in the same run.
//!
//! A ratio is the faster peer's CPU seconds a row over ours, medians of several runs: CPU seconds are those of all threads and suffer less
//! from a busy machine than wall seconds, which stand beside them. Where a loss is told, no worse a loss is part of the bar.

use super::{Peers, create, environment};
use crate::error::XtaskError;
use crate::{Answer, shell};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::path::Path;
use std::process::Command;

/// Mean test log-losses this close are equal: a fit's moves by as much when all that changes is the number of bins.
const EQUAL: f64 = 0.001;
const SIZES: [usize; 3] = [50_000, 500_000, 2_000_000];
/// Rows scored; of these the first are explained.
const SCORED: usize = 200_000;
/// Each work is done this often, each time on other rows; that on the most rows once.
const RUNS: usize = 3;

/// A line of the table.
struct Work {
    task: &'static str,
    /// Each with the packages that it needs.
    peers: &'static [(&'static str, &'static [&'static str])],
    rows: usize,
    /// Of the faster peer's speed.
    least: f64,
}

const BOOSTING: &[(&str, &[&str])] = &[("xgboost", &[]), ("lightgbm", &["lightgbm"])];
const FOREST: &[(&str, &[&str])] = &[("scikit-learn", &[])];
const SYMMETRIC: &[(&str, &[&str])] = &[("catboost", &["catboost"])];
const SHAP: &[(&str, &[&str])] =
    &[("xgboost", &[]), ("lightgbm", &["lightgbm"]), ("shap", &["shap"])];
const SCORING: &[(&str, &[&str])] =
    &[("xgboost", &[]), ("lightgbm", &["lightgbm"]), ("onnxruntime", &["onnx", "onnxruntime"])];

/// What either side says of a run.
#[derive(Debug, Clone, Deserialize)]
struct Took {
    seconds: f64,
    /// None where the system does not tell.
    cpu: Option<f64>,
    rows: Option<f64>,
    log_loss: Option<f64>,
    bytes: Option<f64>,
}

impl Took {
    fn cost(&self) -> f64 {
        self.cpu.unwrap_or(self.seconds) / self.rows.unwrap_or(1.0)
    }

    fn wall(&self) -> f64 {
        self.seconds / self.rows.unwrap_or(1.0)
    }

    fn shown(&self) -> Value {
        let mut out = Map::new();
        match self.rows {
            Some(rows) => {
                out.insert("microseconds_a_row".into(), rounded(1e6 * self.wall()));
                out.insert("cpu_microseconds_a_row".into(), rounded(1e6 * self.cost()));
                out.insert("rows".into(), json!(rows));
            }
            None => {
                out.insert("seconds".into(), rounded(self.seconds));
                out.insert("cpu_seconds".into(), rounded(self.cost()));
            }
        }
        if let Some(loss) = self.log_loss {
            out.insert("log_loss".into(), json!((loss * 1e5).round() / 1e5));
        }
        if let Some(bytes) = self.bytes {
            out.insert("peak_mebibytes".into(), json!((bytes / f64::from(1 << 20)).round()));
        }
        Value::Object(out)
    }
}

/// `most` rows at most, to see quickly whether all works.
pub(super) fn run(peers: &Peers, most: usize) -> Result<Answer, XtaskError> {
    let folder = peers.folder.join("trees");
    create(&folder)?;
    let scripts = peers.scripts.join("trees");
    let missing = environment::add(
        &peers.python,
        &scripts.join("requirements.txt"),
        &peers.scripts.join("requirements.txt"),
    )?;
    let mut sizes: Vec<usize> = SIZES.iter().map(|rows| *rows.min(&most)).collect();
    sizes.dedup();
    shell::require(
        Command::new(&peers.python)
            .arg(&scripts)
            .arg("data")
            .arg(&folder)
            .arg(RUNS.to_string())
            .args(sizes.iter().map(ToString::to_string)),
    )?;
    let small = sizes[0];
    let boosting = |rows: &usize| {
        let least = if *rows > SIZES[1] { 0.7 } else { 0.8 };
        Work { task: "boosting", peers: BOOSTING, rows: *rows, least }
    };
    let scored = SCORED.min(most);
    let works = sizes.iter().map(boosting).chain([
        Work { task: "forest", peers: FOREST, rows: small, least: 5.0 },
        Work { task: "symmetric", peers: SYMMETRIC, rows: small, least: 2.0 },
        Work { task: "shap", peers: SHAP, rows: scored, least: 20.0 },
        Work { task: "scoring", peers: SCORING, rows: scored, least: 1.5 },
    ]);
    let (mut met, mut lines) = (true, Vec::new());
    for work in works {
        if let Some((line, ok)) = compare(peers, &scripts, &folder, &work, &missing)? {
            lines.push(line);
            met &= ok;
        }
    }
    // Gigabytes, made in seconds.
    std::fs::remove_dir_all(&folder).map_err(|source| XtaskError::File { path: folder, source })?;
    shell::data(format_args!("{:#}", json!({ "works": lines, "skipped": missing, "met": met })));
    Ok(if met { Answer::Done } else { Answer::No })
}

/// The line of one work and whether its bar is met; none where no peer is there.
fn compare(
    peers: &Peers,
    scripts: &Path,
    folder: &Path,
    work: &Work,
    missing: &[String],
) -> Result<Option<(Value, bool)>, XtaskError> {
    let there = |needs: &[&str]| !needs.iter().any(|need| missing.iter().any(|m| m == need));
    let names: Vec<&str> =
        work.peers.iter().filter(|(_, needs)| there(needs)).map(|(name, _)| *name).collect();
    if names.is_empty() {
        return Ok(None);
    }
    let rows = work.rows.to_string();
    let (mut ours, mut theirs) = (Vec::new(), vec![Vec::new(); names.len()]);
    let largest = work.task == "boosting" && work.rows == SIZES[2];
    for draw in 0..if largest { 1 } else { RUNS } {
        let draw = draw.to_string();
        let mut own = Command::new(peers.binary("trees"));
        ours.push(took(own.arg(work.task).arg(folder).arg(&rows).arg(&draw))?);
        for (name, runs) in names.iter().zip(&mut theirs) {
            let mut peer = Command::new(&peers.python);
            runs.push(took(
                peer.arg(scripts).arg(work.task).arg(name).arg(folder).arg(&rows).arg(&draw),
            )?);
        }
    }
    let ours = median(ours);
    let theirs: Vec<Took> = theirs.into_iter().map(median).collect();
    let least = |of: fn(&Took) -> f64| theirs.iter().map(of).fold(f64::INFINITY, f64::min);
    let (ratio, wall) = (least(Took::cost) / ours.cost(), least(Took::wall) / ours.wall());
    let loss = |took: &Took| took.log_loss.unwrap_or(0.0);
    let lowest = theirs.iter().map(loss).fold(f64::INFINITY, f64::min);
    let mut met = ratio >= work.least && loss(&ours) <= lowest + EQUAL;
    let mut line = json!({
        "work": work.task,
        "rows": work.rows,
        "leadsight": ours.shown(),
        "peers": names.iter().zip(&theirs).map(|(n, t)| ((*n).into(), t.shown())).collect::<Map<_, _>>(),
        "ratio": rounded(ratio),
        "wall_ratio": rounded(wall),
        "least_ratio": work.least,
    });
    let lightgbm = names.iter().position(|name| *name == "lightgbm");
    if let (true, Some(a), Some(b)) = (largest, ours.bytes, lightgbm.and_then(|i| theirs[i].bytes))
    {
        line["memory_ratio"] = rounded(a / b);
        line["most_memory_ratio"] = json!(1.0);
        met &= a <= b;
    }
    line["met"] = json!(met);
    eprintln!("{} {rows}: {ratio:.2} (at least {})", work.task, work.least);
    Ok(Some((line, met)))
}

fn took(command: &mut Command) -> Result<Took, XtaskError> {
    serde_json::from_str(&shell::output(command)?).map_err(|error| XtaskError::Unreadable {
        what: "the measurements".into(),
        reason: error.to_string(),
    })
}

/// The run of median cost, with the mean loss.
fn median(mut runs: Vec<Took>) -> Took {
    let losses: Option<Vec<f64>> = runs.iter().map(|run| run.log_loss).collect();
    runs.sort_by(|a, b| a.cost().total_cmp(&b.cost()));
    let mut run = runs.swap_remove(runs.len() / 2);
    run.log_loss = losses.map(|losses| losses.iter().sum::<f64>() / losses.len() as f64);
    run
}

fn rounded(value: f64) -> Value {
    json!((value * 1000.0).round() / 1000.0)
}
