//! Drives the demo, experiments, tests, benches and CI: `cargo xtask COMMAND`.
//!
//! Thin by rule: it checks what the machine lacks, then calls cargo and the `leadsight` binary.
//! Data goes to stdout, talk to stderr. Exit 0: done. 1: the answer is no. 2: it could not run.
#![allow(clippy::print_stderr, reason = "xtask talks to a person")]

mod book;
mod commands;
mod error;
mod prerequisites;
mod shell;
mod tidy;
mod workspace;

use error::XtaskError;
use std::process::ExitCode;
use workspace::Workspace;

/// What a command came to, once it could run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Done as asked.
    Done,
    /// It ran, and the answer is no: a test fell, a rule is broken, a checksum differs.
    No,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(Answer::Done) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn dispatch(args: &[String]) -> Result<Answer, XtaskError> {
    let Some(name) = args.first() else {
        shell::data(commands::overview());
        return Ok(Answer::Done);
    };
    if matches!(name.as_str(), "-h" | "--help" | "help") {
        shell::data(commands::overview());
        return Ok(Answer::Done);
    }
    let command = commands::find(name)?;
    let rest = &args[1..];
    // What follows `demo` and `experiment` belongs to the binary, its `--help` too.
    if !command.forwards && rest.iter().any(|arg| arg == "-h" || arg == "--help") {
        shell::data(command.help());
        return Ok(Answer::Done);
    }
    (command.run)(&Workspace::find()?, rest)
}
