//! `ci`: what a change has to pass, the cheapest check first; the first that falls ends it.

use super::Command;
use super::test::{Totals, run_tests};
use crate::error::XtaskError;
use crate::prerequisites;
use crate::workspace::{SELECTION, Workspace};
use crate::{Answer, shell, tidy};
use std::process;
use std::time::Instant;

pub(crate) const COMMAND: Command = Command {
    name: "ci",
    about: "Checks a change, cheapest first: format, house rules, lints, tests, docs, demo and its gate, twelve lists, real data",
    usage: "cargo xtask ci [--full]   (--full adds cargo-deny, cargo-semver-checks, long tests, benches and the peers)",
    example: "cargo xtask ci",
    forwards: false,
    run,
};

const BANK: &str = "examples/experiments/bank_marketing.ron";

const BASELINE: &str = "examples/baselines/demo/metrics.json";

const NO_DATA: &str = "no real data: set LEADSIGHT_DATA_DIR";

/// One step's way to run; tests leave their totals.
type Step = fn(&Workspace, &mut Totals) -> Result<Outcome, XtaskError>;

/// What a step came to.
enum Outcome {
    Ran(Answer),
    /// Not run, and why.
    Skipped(&'static str),
}

const FIXED: [(&str, Step); 10] = [
    ("format", |workspace, _| {
        ran(shell::check(workspace.cargo().args(["fmt", "--all", "--check"])))
    }),
    ("tidy", |workspace, _| ran(tidy::run(workspace))),
    ("clippy", |workspace, _| ran(clippy(workspace))),
    ("test", |workspace, totals| tests(workspace, totals, &[])),
    ("service", |workspace, _| ran(service(workspace))),
    ("docs", |workspace, _| ran(super::docs::run(workspace, &["--check".into()]))),
    ("demo", |workspace, _| ran((super::demo::COMMAND.run)(workspace, &[]))),
    ("gate", |workspace, _| ran(gate(workspace))),
    ("lists", |workspace, _| ran((super::lists::COMMAND.run)(workspace, &[]))),
    ("bank", |workspace, _| bank(workspace)),
];

const FULL: [(&str, Step); 5] = [
    ("deny", |workspace, _| deny(workspace)),
    ("semver", |workspace, _| ran(super::semver::run(workspace, &[]))),
    ("long tests", |workspace, totals| tests(workspace, totals, &["--ignored".into()])),
    ("bench", |workspace, _| ran(super::bench::run(workspace, &[]))),
    ("compare", |workspace, _| ran((super::compare::COMMAND.run)(workspace, &[]))),
];

fn run(workspace: &Workspace, args: &[String]) -> Result<Answer, XtaskError> {
    let full = match args {
        [] => &[][..],
        [flag] if flag == "--full" => &FULL[..],
        [other, ..] => return Err(COMMAND.unknown(other)),
    };
    let mut totals = Totals::default();
    let mut lines = Vec::new();
    let mut answer = Answer::Done;
    for (name, step) in FIXED.iter().chain(full) {
        eprintln!("\n== {name}");
        let started = Instant::now();
        let outcome = step(workspace, &mut totals);
        let seconds = started.elapsed().as_secs_f64();
        let word = match &outcome {
            Ok(Outcome::Ran(Answer::Done)) => "ok".into(),
            Ok(Outcome::Ran(Answer::No)) => "FAILED".into(),
            Ok(Outcome::Skipped(why)) => format!("skipped: {why}"),
            Err(_) => "COULD NOT RUN".into(),
        };
        eprintln!("== {name}: {word} ({seconds:.1} s)");
        lines.push(format!("{name:<11} {seconds:>8.1} s  {word}"));
        match outcome {
            Ok(Outcome::Ran(Answer::No)) => {
                answer = Answer::No;
                break;
            }
            Ok(_) => {}
            Err(error) => {
                summarise(&lines, totals);
                return Err(error);
            }
        }
    }
    summarise(&lines, totals);
    Ok(answer)
}

fn summarise(lines: &[String], totals: Totals) {
    eprintln!();
    for line in lines {
        shell::data(line);
    }
    shell::data(totals);
}

fn ran(answer: Result<Answer, XtaskError>) -> Result<Outcome, XtaskError> {
    answer.map(Outcome::Ran)
}

fn clippy(workspace: &Workspace) -> Result<Answer, XtaskError> {
    prerequisites::ensure()?;
    shell::check(workspace.cargo().arg("clippy").args(SELECTION).args([
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}

fn tests(
    workspace: &Workspace,
    totals: &mut Totals,
    args: &[String],
) -> Result<Outcome, XtaskError> {
    let (answer, found) = run_tests(workspace, args)?;
    *totals = found;
    Ok(Outcome::Ran(answer))
}

/// The example of a service: a workspace of its own, so that only what scoring needs is built, and
/// built into a folder of its own.
fn service(workspace: &Workspace) -> Result<Answer, XtaskError> {
    let target = workspace.metadata()?.target_directory.join("service");
    shell::check(
        workspace
            .cargo()
            .current_dir(workspace.root.join("examples/service"))
            .env("CARGO_TARGET_DIR", target)
            .args(["test", "--release", "--quiet"]),
    )
}

/// The demo must not fall behind its committed baseline.
fn gate(workspace: &Workspace) -> Result<Answer, XtaskError> {
    let leadsight = workspace.build()?;
    shell::forward(process::Command::new(leadsight).current_dir(&workspace.root).args([
        "gate",
        "runs/demo",
        "--baseline",
        BASELINE,
    ]))
}

fn bank(workspace: &Workspace) -> Result<Outcome, XtaskError> {
    let Some(data) = workspace.data_dir(None) else {
        return Ok(Outcome::Skipped(NO_DATA));
    };
    let leadsight = workspace.build()?;
    ran(shell::forward(
        process::Command::new(leadsight)
            .current_dir(&workspace.root)
            .args(["run", BANK, "--data-dir"])
            .arg(data),
    ))
}

/// Licences, sources and bans of the whole tree.
fn deny(workspace: &Workspace) -> Result<Outcome, XtaskError> {
    let Some(program) = prerequisites::cargo_tool(workspace, "cargo-deny")? else {
        return Ok(Outcome::Skipped("cargo-deny is not installed, and could not be"));
    };
    let check = |what: &[&str]| {
        let mut command = process::Command::new(&program);
        command.current_dir(&workspace.root).arg("check").args(what);
        command
    };
    // The advisories need a network, so they are told but do not decide.
    shell::run(&mut check(&["advisories"]))?;
    ran(shell::check(&mut check(&["bans", "licenses", "sources"])))
}
