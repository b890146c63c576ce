//! `docs`: the API documentation of our crates; a warning fails it.

use super::Command;
use crate::error::XtaskError;
use crate::workspace::{SELECTION, Workspace};
use crate::{Answer, prerequisites, shell};

pub(crate) const COMMAND: Command = Command {
    name: "docs",
    about: "Builds the API documentation of our crates; a broken link or a missing doc fails it",
    usage: "cargo xtask docs [--open]",
    example: "cargo xtask docs --open",
    forwards: false,
    run,
};

pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<Answer, XtaskError> {
    if let Some(other) = args.iter().find(|arg| *arg != "--open") {
        return Err(COMMAND.unknown(other));
    }
    prerequisites::ensure()?;
    shell::check(
        workspace
            .cargo()
            .env("RUSTDOCFLAGS", "-D warnings")
            .arg("doc")
            .args(SELECTION)
            .arg("--no-deps")
            .args(args),
    )
}
