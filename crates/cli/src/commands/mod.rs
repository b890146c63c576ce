//! One file a command.

mod audit;
mod beside;
mod compare;
mod completions;
mod contacts;
mod dedupe;
mod evaluate;
mod explain;
mod export;
mod feedback;
mod format;
mod funnel;
mod gate;
mod import;
mod leads;
mod man;
mod outcome;
mod policy;
mod profile;
mod route;
mod run;
mod schema;
mod score;
mod scores;
mod synth;

use crate::args::{Cli, Command};
use crate::failure::Failure;

/// What a command that ran has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Done.
    Yes,
    /// The answer is no: a leak was found, a check failed.
    No,
}

/// Carries out the command.
///
/// # Errors
/// Whatever keeps it from its work.
pub fn run(cli: &Cli) -> Result<Answer, Failure> {
    let common = &cli.common;
    match &cli.command {
        Command::Run(args) => run::run(args, common),
        Command::Profile(args) => profile::run(args, common),
        Command::Audit(args) => audit::run(args, common),
        Command::Score(args) => score::run(args, common),
        Command::Dedupe(args) => dedupe::run(args, common),
        Command::Format(args) => format::run(args, common),
        Command::Policy(args) => policy::run(args, common),
        Command::Route(args) => route::run(args, common),
        Command::Outcome(args) => outcome::run(args, common),
        Command::Feedback(args) => feedback::run(args, common),
        Command::Export(args) => export::run(args, common),
        Command::Explain(args) => explain::run(args, common),
        Command::Evaluate(args) => evaluate::run(args, common),
        Command::Compare(args) => compare::run(args, common),
        Command::Gate(args) => gate::run(args, common),
        Command::Import(args) => import::run(args, common),
        Command::Synth(args) => synth::run(args, common),
        Command::Schema(args) => schema::run(args, common),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    }
}
