//! `demo`: a generated CRM, the whole pipeline, a report.

use super::Command;
use crate::error::XtaskError;
use crate::workspace::Workspace;
use crate::{Answer, shell};

/// Where the generated CRM goes, from the root.
pub(crate) const GENERATED: &str = "datasets/generated/demo";

/// The seed it is generated from.
pub(crate) const SEED: &str = "7";

pub(crate) const COMMAND: Command = Command {
    name: "demo",
    about: "Generates a CRM, trains on it, writes a report and looks at its funnel (arguments go to `leadsight run`)",
    usage: "cargo xtask demo [ARGUMENTS OF `leadsight run`]",
    example: "cargo xtask demo",
    forwards: true,
    run,
};

fn run(workspace: &Workspace, args: &[String]) -> Result<Answer, XtaskError> {
    let leadsight = workspace.build()?;
    // Made anew each time: it takes seconds, is the same bytes for the same seed, and is never stale.
    super::datasets::generate(workspace, &leadsight, GENERATED, SEED)?;
    let ran = shell::forward(
        std::process::Command::new(&leadsight)
            .current_dir(&workspace.root)
            .args(["run", "examples/experiments/demo.ron", "--data-dir", GENERATED])
            .args(args),
    )?;
    shell::require(
        std::process::Command::new(&leadsight)
            .current_dir(workspace.root.join(GENERATED))
            .args(["profile", "leads.csv", "--funnel", "--history", "history.csv"])
            .args(["--campaigns", "campaigns.csv", "--label", "converted"])
            .args(["--value", "contract_value", "--part", "summary", "--quiet"]),
    )?;
    Ok(ran)
}
