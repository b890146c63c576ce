//! `docs`: the book in `docs/` and the API documentation; a stale page, a dead link or a missing doc fails it.

use super::Command;
use crate::book::{self, Mode};
use crate::error::XtaskError;
use crate::workspace::{SELECTION, Workspace};
use crate::{Answer, prerequisites, shell};

pub(crate) const COMMAND: Command = Command {
    name: "docs",
    about: "Makes the book's reference, its outputs and the API documentation anew, and follows the links",
    usage: "cargo xtask docs [--check] [--book] [--open]   (--check writes nothing and fails where a page is stale, --book leaves out the API)",
    example: "cargo xtask docs --check",
    forwards: false,
    run,
};

pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<Answer, XtaskError> {
    let (mut mode, mut api, mut open) = (Mode::Write, true, None);
    for arg in args {
        match arg.as_str() {
            "--check" => mode = Mode::Check,
            "--book" => api = false,
            "--open" => open = Some(arg),
            _ => return Err(COMMAND.unknown(arg)),
        }
    }
    prerequisites::ensure()?;
    let leadsight = workspace.build()?;
    let mut answer = book::run(workspace, &leadsight, mode)?;
    if mode == Mode::Write && answer == Answer::Done {
        answer = book::html(workspace)?;
    }
    if answer == Answer::No || !api {
        return Ok(answer);
    }
    shell::check(
        workspace
            .cargo()
            .env("RUSTDOCFLAGS", "-D warnings")
            .arg("doc")
            .args(SELECTION)
            .arg("--no-deps")
            .args(open),
    )
}
