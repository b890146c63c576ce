//! `bench`: the criterion benches, in the one profile.

use super::Command;
use crate::error::XtaskError;
use crate::workspace::Workspace;
use crate::{Answer, prerequisites, shell};

pub(crate) const COMMAND: Command = Command {
    name: "bench",
    about: "Runs the benches (a word filters by name)",
    usage: "cargo xtask bench [FILTER] [ARGUMENTS OF criterion]",
    example: "cargo xtask bench score",
    forwards: false,
    run,
};

pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<Answer, XtaskError> {
    prerequisites::ensure()?;
    // `--profile release`: cargo's own bench profile would build every dependency once more.
    shell::check(
        workspace
            .cargo()
            .args(["bench", "--workspace", "--profile", "release", "--bench", "*", "--"])
            .args(args),
    )
}
