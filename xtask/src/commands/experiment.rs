//! `experiment`: one configuration file, the whole pipeline.

use super::Command;
use crate::error::XtaskError;
use crate::workspace::Workspace;
use crate::{Answer, shell};

pub(crate) const COMMAND: Command = Command {
    name: "experiment",
    about: "Runs an experiment (arguments go to `leadsight run`)",
    usage: "cargo xtask experiment CONFIG.ron [ARGUMENTS OF `leadsight run`]",
    example: "cargo xtask experiment examples/experiments/bank_marketing.ron --data-dir ../shared/data",
    forwards: true,
    run,
};

fn run(workspace: &Workspace, args: &[String]) -> Result<Answer, XtaskError> {
    if args.is_empty() {
        return Err(COMMAND.missing("a configuration file"));
    }
    let leadsight = workspace.build()?;
    // In the caller's folder, so that the paths mean what they meant when typed.
    shell::forward(std::process::Command::new(leadsight).arg("run").args(args))
}
