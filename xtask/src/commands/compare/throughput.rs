//! Leads a second and peak memory of `leadsight score`, on the reference leads with the reference bundle.

use super::{Peers, create};
use crate::error::XtaskError;
use crate::{Answer, shell};
use serde::Deserialize;
use serde_json::json;
use std::process::Command;

/// A small file, to see what memory costs at the start, and the one that counts.
const ROWS: [u32; 2] = [100_000, 1_000_000];
const RUNS: usize = 3;
const LEADS_A_SECOND: f64 = 150_000.0;
/// Peak memory on the large file, in that on the small one.
const GROWTH: f64 = 1.2;

/// What the script says of one run; also the medians of several.
#[derive(Debug, Deserialize)]
struct Measured {
    seconds: f64,
    bytes: f64,
}

pub(super) fn run(peers: &Peers) -> Result<Answer, XtaskError> {
    let [small, large] = ROWS.map(|rows| measure(peers, rows));
    let (small, large) = (small?, large?);
    let rate = f64::from(ROWS[1]) / large.seconds;
    let growth = large.bytes / small.bytes;
    let mebibytes = |bytes: f64| (bytes / (1 << 20) as f64 * 10.0).round() / 10.0;
    let report = json!({
        "rows": ROWS[1],
        "runs": RUNS,
        "median_seconds": (large.seconds * 1000.0).round() / 1000.0,
        "leads_a_second": rate.round(),
        "least_leads_a_second": LEADS_A_SECOND,
        "peak_mebibytes": { "100000_rows": mebibytes(small.bytes), "1000000_rows": mebibytes(large.bytes) },
        "memory_growth": (growth * 1000.0).round() / 1000.0,
        "most_memory_growth": GROWTH,
    });
    shell::data(format_args!("{report:#}"));
    Ok(if rate >= LEADS_A_SECOND && growth <= GROWTH { Answer::Done } else { Answer::No })
}

fn measure(peers: &Peers, rows: u32) -> Result<Measured, XtaskError> {
    let folder = peers.folder.join("reference");
    create(&folder)?;
    shell::require(
        Command::new(peers.binary("reference"))
            .args(["--rows", &rows.to_string(), "--out"])
            .arg(&folder),
    )?;
    let text = shell::output(
        Command::new(&peers.python)
            .arg(peers.scripts.join("measure.py"))
            .arg(RUNS.to_string())
            .arg(peers.binary("leadsight"))
            .args(["score", "--columns", "lead_id,probability,lead_score,tier", "--bundle"])
            .arg(folder.join("bundle"))
            .arg("--leads")
            .arg(folder.join("leads.csv"))
            .arg("--out")
            .arg(folder.join("scored.csv")),
    )?;
    // Hundreds of megabytes, made in seconds.
    std::fs::remove_dir_all(&folder).map_err(|source| XtaskError::File { path: folder, source })?;
    let runs: Vec<Measured> = serde_json::from_str(&text).map_err(|error| {
        XtaskError::Unreadable { what: "the measurements".into(), reason: error.to_string() }
    })?;
    let median = |of: fn(&Measured) -> f64| {
        let mut values: Vec<f64> = runs.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    };
    Ok(Measured { seconds: median(|run| run.seconds), bytes: median(|run| run.bytes) })
}
