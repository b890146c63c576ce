//! `semver`: whether the light crates still have the public API of an earlier revision, by cargo-semver-checks.
//!
//! The revision is `api-baseline` in the root manifest. What breaks the API is allowed where the version says so.

use super::Command;
use crate::error::XtaskError;
use crate::tidy::light_crates;
use crate::workspace::Workspace;
use crate::{Answer, prerequisites, shell};
use std::process;

pub(crate) const COMMAND: Command = Command {
    name: "semver",
    about: "Finds what breaks the light crates' public API and the version does not tell",
    usage: "cargo xtask semver [--against REV]   (REV: `api-baseline` of Cargo.toml unless given)",
    example: "cargo xtask semver --against main",
    forwards: false,
    run,
};

const TOOL: &str = "cargo-semver-checks";

pub(super) fn run(workspace: &Workspace, args: &[String]) -> Result<Answer, XtaskError> {
    let metadata = workspace.metadata()?;
    let baseline = match args {
        [] => metadata.metadata.leadsight.api_baseline,
        [flag, revision] if flag == "--against" => revision.clone(),
        [flag] if flag == "--against" => return Err(COMMAND.missing("a revision")),
        [other, ..] => return Err(COMMAND.unknown(other)),
    };
    let Some(program) = prerequisites::cargo_tool(workspace, TOOL)? else {
        return Err(XtaskError::MissingPrerequisites {
            missing: vec![format!("{TOOL}: compares the public API of two revisions")],
            remedy: format!("run `cargo install --locked {TOOL}`"),
        });
    };
    if !existed(workspace, &baseline, "schema") {
        return Err(XtaskError::UnknownRevision { found: baseline });
    }
    let mut check = process::Command::new(program);
    check.current_dir(&workspace.root).args(["semver-checks", "--baseline-rev", &baseline]);
    for name in light_crates().filter(|name| existed(workspace, &baseline, name)) {
        check.arg("--package").arg(format!("leadsight-{name}"));
    }
    shell::check(&mut check)
}

/// A crate that is younger than the baseline has nothing to keep.
fn existed(workspace: &Workspace, revision: &str, name: &str) -> bool {
    let manifest = format!("{revision}:crates/{name}/Cargo.toml");
    let mut git = process::Command::new("git");
    shell::succeeds(git.current_dir(&workspace.root).args(["cat-file", "-e", &manifest]))
}
