//! The commands and their arguments, as clap knows them.

use crate::args::Cli;
use clap::{Arg, CommandFactory};
use serde::Serialize;

/// A command of the binary.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verb {
    /// Its name.
    pub command: String,
    /// What it does.
    pub description: String,
    /// How it is called.
    pub usage: String,
    /// A call.
    pub example: String,
    /// Its own arguments; those that every command takes stand under `leadsight`.
    pub arguments: Vec<Argument>,
}

/// An argument of a command.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Argument {
    /// As it is written: `--out <OUT>`.
    pub argument: String,
    /// The value where it is left out; `required` where it may not be.
    pub default: String,
    /// The values it takes, where they are a closed set.
    pub values: Vec<String>,
    /// What it means.
    pub description: String,
}

/// The binary itself with the arguments that every command takes, then each command.
pub fn all() -> Vec<Verb> {
    let mut root = Cli::command();
    root.build();
    let common = root.clone();
    let common: Vec<&Arg> = common.get_arguments().filter(|arg| arg.is_global_set()).collect();
    let mut verbs = vec![verb(&root, &common)];
    for command in root.get_subcommands().filter(|c| c.get_name() != "help") {
        let own: Vec<&Arg> = command.get_arguments().filter(|arg| !is_common(arg)).collect();
        verbs.push(verb(command, &own));
        for inner in command.get_subcommands().filter(|c| c.get_name() != "help") {
            let own: Vec<&Arg> = inner.get_arguments().filter(|arg| !is_common(arg)).collect();
            let name = format!("{} {}", command.get_name(), inner.get_name());
            verbs.push(Verb { command: name, ..verb(inner, &own) });
        }
    }
    verbs
}

fn is_common(arg: &Arg) -> bool {
    arg.is_global_set() || matches!(arg.get_id().as_str(), "help" | "version")
}

fn verb(command: &clap::Command, arguments: &[&Arg]) -> Verb {
    let example = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    Verb {
        command: command.get_name().to_owned(),
        description: command.get_about().map(ToString::to_string).unwrap_or_default(),
        usage: command.clone().render_usage().to_string().replace("Usage: ", ""),
        example: example.strip_prefix("Example: ").unwrap_or(&example).to_owned(),
        arguments: arguments.iter().map(|arg| argument(arg)).collect(),
    }
}

fn argument(arg: &Arg) -> Argument {
    let defaults = arg.get_default_values().iter().map(|v| v.to_string_lossy().into_owned());
    let mut default = defaults.collect::<Vec<_>>().join(", ");
    if arg.is_required_set() {
        default = "required".to_owned();
    }
    let flag = !arg.get_action().takes_values();
    let values = arg.get_possible_values();
    Argument {
        argument: arg.to_string(),
        default: if flag { String::new() } else { default },
        values: if flag {
            Vec::new()
        } else {
            values.iter().map(|v| v.get_name().to_owned()).collect()
        },
        description: arg.get_help().map(ToString::to_string).unwrap_or_default(),
    }
}
