//! `bench`: the criterion benches, in the one profile; with `--against REV`, this tree in turn with an earlier one.

mod against;
mod ratio;

use super::Command;
use crate::error::XtaskError;
use crate::workspace::Workspace;
use crate::{Answer, prerequisites, shell};

pub(crate) const COMMAND: Command = Command {
    name: "bench",
    about: "Runs the benches (a word filters by name); --against REV fails where this tree is slower",
    usage: "cargo xtask bench [FILTER] [ARGUMENTS OF criterion]\n       \
            cargo xtask bench [FILTER] --against REV [--threshold 1.10] [--rounds 7]",
    example: "cargo xtask bench score --against main",
    forwards: false,
    run,
};

/// The arguments that choose every bench. `--profile release`: cargo's own bench profile would build every dependency once more.
const BENCHES: [&str; 6] = ["bench", "--workspace", "--profile", "release", "--bench", "*"];

pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<Answer, XtaskError> {
    prerequisites::ensure()?;
    if args.iter().any(|arg| arg == "--against") {
        return against::run(workspace, &against::Asked::parse(args)?);
    }
    shell::check(workspace.cargo().args(BENCHES).arg("--").args(args))
}
