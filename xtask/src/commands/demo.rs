//! `demo`: a generated CRM, the whole pipeline, a report, and the list that a sales team works from.

use super::Command;
use crate::error::XtaskError;
use crate::workspace::Workspace;
use crate::{Answer, shell};

/// Where the generated CRM goes, from the root.
pub(crate) const GENERATED: &str = "datasets/generated/demo";

/// The seed it is generated from.
pub(crate) const SEED: &str = "7";

/// When the generated data end, and its new leads are sent to reps: a Tuesday, before the day begins in America.
const END: &str = "2026-06-30T12:00:00Z";

pub(crate) const COMMAND: Command = Command {
    name: "demo",
    about: "Generates a CRM, trains on it, writes a report, looks at its funnel and sends its new leads to reps (arguments go to `leadsight run`)",
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
    // Another `--out` or `--set name=` is another place: what follows is for the demo as it is.
    if args.is_empty() {
        let new_leads = format!("{GENERATED}/new_leads.csv");
        shell::require(
            std::process::Command::new(&leadsight)
                .current_dir(&workspace.root)
                .args(["route", "--leads", "runs/demo/scored.csv", "--with", &new_leads])
                .args(["--routing", "examples/routing/demo.ron", "--at", END])
                .args(["--out", "runs/demo/assigned.csv", "--list", "12", "--show", "full_name"])
                .arg("--quiet"),
        )?;
        shell::require(
            std::process::Command::new(&leadsight)
                .current_dir(&workspace.root)
                .args(["export", "--leads", "runs/demo/assigned.csv", "--with", &new_leads])
                .args(["--to", "hubspot", "--config", "examples/delivery/export.ron", "--at", END])
                .args(["--out", "runs/demo/export"]),
        )?;
    }
    Ok(ran)
}
