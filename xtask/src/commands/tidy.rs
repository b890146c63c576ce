//! `tidy`: the house rules as a check; the rules themselves are in [`crate::tidy`].

use super::Command;
use crate::tidy;

pub(crate) const COMMAND: Command = Command {
    name: "tidy",
    about: "Checks the house rules: crate edges, light crates, file headers and lengths, machine paths",
    usage: "cargo xtask tidy",
    example: "cargo xtask tidy",
    forwards: false,
    run: |workspace, args| {
        COMMAND.no_arguments(args)?;
        tidy::run(workspace)
    },
};
