//! `leadsight completions`: what a shell needs to complete commands and options.

use super::Answer;
use crate::args::{Cli, Completions};
use crate::failure::Failure;
use crate::print;
use clap::CommandFactory;

pub fn run(args: &Completions) -> Result<Answer, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "leadsight", &mut script);
    print::rendered(&script)?;
    Ok(Answer::Yes)
}
