//! The `leadsight` binary: arguments in, calls out. Data goes to stdout, talk and progress to stderr.
//!
//! Exit status: 0 done; 1 the answer is no (a leak was found, a check failed); 2 it could not run.

mod args;
#[cfg(test)]
mod book;
mod commands;
mod failure;
mod input;
mod interrupt;
mod output;
mod print;
mod progress;
mod reference;
mod table;
mod terminal;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = args::Cli::parse().resolved();
    progress::log_to_stderr(cli.common.verbosity());
    if cli.command.stops_by_itself() {
        interrupt::listen();
    }
    let answer = commands::run(&cli);
    input::close();
    match answer {
        Ok(commands::Answer::Yes) => ExitCode::SUCCESS,
        Ok(commands::Answer::No) => ExitCode::from(1),
        Err(failure) => {
            failure::tell(&failure);
            ExitCode::from(failure.status())
        }
    }
}
