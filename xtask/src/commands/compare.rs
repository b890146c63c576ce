//! `compare`: Leadsight's public claims, measured.
//!
//! The same model: on the same matrix and parameters the test AUC equals that of XGBoost's Python package. The speed:
//! a file of a million leads is scored at the promised rate, in memory that does not grow with it. With `--speed experiment`
//! a whole experiment against the same in Python, with `--speed trees` our trees against those of the field, and with `--events` our
//! XGBoost against LightGBM on the tables that an event log makes.

mod environment;
mod events;
mod experiment;
mod same_matrix;
mod throughput;
mod trees;

use super::Command;
use crate::Answer;
use crate::error::XtaskError;
use crate::workspace::Workspace;
use std::path::{Path, PathBuf};

pub(crate) const COMMAND: Command = Command {
    name: "compare",
    about: "Fits the Python XGBoost on our exported matrix (test AUC must agree); measures speed",
    usage: "cargo xtask compare [--speed experiment|trees [--rows N] | --events] [--data-dir FOLDER]   (without real data: the generated CRM)",
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

/// Fewer rows would not grow trees of the size that is compared.
const LEAST_ROWS: usize = 1_000;

/// What the command line asks for.
#[derive(Default)]
struct Asked {
    data: Option<String>,
    speed: Option<Speed>,
    /// LightGBM on the tables that the event log of BPI 2012 makes.
    events: bool,
    /// The most rows of a comparison of trees.
    rows: Option<usize>,
}

/// A comparison of speed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Speed {
    Experiment,
    Trees,
}

impl Asked {
    fn parse(args: &[String]) -> Result<Self, XtaskError> {
        let mut asked = Self::default();
        let mut args = args.iter();
        while let Some(flag) = args.next() {
            let mut value = |what| args.next().ok_or_else(|| COMMAND.missing(what));
            match flag.as_str() {
                "--data-dir" => asked.data = Some(value("a folder after --data-dir")?.clone()),
                "--events" => asked.events = true,
                "--speed" => {
                    asked.speed = match value("`experiment` or `trees` after --speed")?.as_str() {
                        "experiment" => Some(Speed::Experiment),
                        "trees" => Some(Speed::Trees),
                        other => return Err(COMMAND.unknown(other)),
                    }
                }
                "--rows" => {
                    let rows = value("a number after --rows")?;
                    let number = rows.parse().ok().filter(|rows| *rows >= LEAST_ROWS);
                    asked.rows = Some(number.ok_or_else(|| COMMAND.unknown(rows))?);
                }
                other => return Err(COMMAND.unknown(other)),
            }
        }
        if asked.rows.is_some() && asked.speed != Some(Speed::Trees) {
            return Err(COMMAND.unknown("--rows"));
        }
        if asked.events && asked.speed.is_some() {
            return Err(COMMAND.unknown("--events"));
        }
        Ok(asked)
    }
}

fn run(workspace: &Workspace, args: &[String]) -> Result<Answer, XtaskError> {
    let asked = Asked::parse(args)?;
    let experiment = asked.speed == Some(Speed::Experiment);
    let set = match experiment {
        _ if asked.events => events::BPI,
        true => experiment::HAPPY_BANK,
        false => same_matrix::BANK,
    };
    let data =
        workspace.data_dir(asked.data.as_deref()).filter(|folder| folder.join(set).is_file());
    // A folder that was named must hold the set; one that was only found may.
    if let (Some(folder), None) = (&asked.data, &data) {
        return Err(missing(&Path::new(folder).join(set)));
    }
    let folder = workspace.cache_dir().join("peers");
    let scripts = workspace.root.join("benches/peers");
    create(&folder)?;
    let python = environment::python(&scripts.join("requirements.txt"), &folder)?;
    let mut binaries = workspace.build()?;
    binaries.pop();
    let peers = Peers { python, scripts, binaries, folder };
    if asked.speed == Some(Speed::Trees) {
        return trees::run(&peers, asked.rows.unwrap_or(usize::MAX));
    }
    if experiment || asked.events {
        let data = data.ok_or_else(|| missing(Path::new(set)))?;
        let compare = if asked.events { events::run } else { experiment::run };
        return compare(&peers, &workspace.root, &data);
    }
    let answers = [same_matrix::run(&peers, data.as_deref())?, throughput::run(&peers)?];
    Ok(if answers.contains(&Answer::No) { Answer::No } else { Answer::Done })
}

fn missing(path: &Path) -> XtaskError {
    XtaskError::File { path: path.into(), source: std::io::ErrorKind::NotFound.into() }
}

fn create(folder: &Path) -> Result<(), XtaskError> {
    std::fs::create_dir_all(folder)
        .map_err(|source| XtaskError::File { path: folder.into(), source })
}
