//! The table of commands. One file each; this one only finds and lists them.

pub(crate) mod bench;
pub(crate) mod ci;
pub(crate) mod compare;
pub(crate) mod datasets;
pub(crate) mod demo;
pub(crate) mod docs;
pub(crate) mod experiment;
pub(crate) mod fuzz;
pub(crate) mod lists;
pub(crate) mod semver;
pub(crate) mod test;
pub(crate) mod tidy;

use crate::Answer;
use crate::error::XtaskError;
use crate::workspace::Workspace;
use std::fmt::Write;

/// A command of `cargo xtask`.
pub(crate) struct Command {
    pub name: &'static str,
    /// One line: what it does.
    pub about: &'static str,
    /// What may follow the name.
    pub usage: &'static str,
    /// A call that works as it stands.
    pub example: &'static str,
    /// Whether every argument is the binary's affair, `--help` included.
    pub forwards: bool,
    pub run: fn(&Workspace, &[String]) -> Result<Answer, XtaskError>,
}

const COMMANDS: [Command; 12] = [
    demo::COMMAND,
    experiment::COMMAND,
    lists::COMMAND,
    compare::COMMAND,
    datasets::COMMAND,
    bench::COMMAND,
    fuzz::COMMAND,
    semver::COMMAND,
    test::COMMAND,
    ci::COMMAND,
    docs::COMMAND,
    tidy::COMMAND,
];

impl Command {
    /// The text of `cargo xtask NAME --help`.
    pub fn help(&self) -> String {
        format!("{}\n\nUsage: {}\nExample: {}", self.about, self.usage, self.example)
    }

    /// The error for an argument this command does not know.
    pub fn unknown(&self, found: &str) -> XtaskError {
        XtaskError::UnknownArgument { command: self.name, found: found.into(), usage: self.usage }
    }

    /// The error for an argument this command cannot do without.
    pub fn missing(&self, expected: &'static str) -> XtaskError {
        XtaskError::MissingArgument { command: self.name, expected, usage: self.usage }
    }

    /// Refuses any argument, for commands that take none.
    pub fn no_arguments(&self, args: &[String]) -> Result<(), XtaskError> {
        args.first().map_or(Ok(()), |found| Err(self.unknown(found)))
    }
}

/// The command called `name`, or an error with the nearest one.
pub(crate) fn find(name: &str) -> Result<&'static Command, XtaskError> {
    COMMANDS.iter().find(|command| command.name == name).ok_or_else(|| {
        let nearest = COMMANDS
            .iter()
            .map(|command| (distance(name, command.name), command.name))
            .min()
            .filter(|&(edits, candidate)| edits * 2 <= candidate.len())
            .map(|(_, candidate)| candidate);
        XtaskError::UnknownCommand { found: name.into(), nearest }
    })
}

/// The text of `cargo xtask` without a command: each with one line and an example.
pub(crate) fn overview() -> String {
    let mut text = String::from("Usage: cargo xtask COMMAND [ARGUMENTS]\n\n");
    for Command { name, about, example, .. } in &COMMANDS {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "  {name:<11} {about}\n  {:<11}   {example}", "");
    }
    text.push_str("\n`cargo xtask COMMAND --help` tells more. Exit 0: done. 1: the answer is no. 2: it could not run.");
    text
}

/// Edit distance of Levenshtein, for the nearest command.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{COMMANDS, distance, find, overview};

    #[test]
    fn edit_distance() {
        for (a, b, expect) in
            [("", "ci", 2), ("demo", "demo", 0), ("dmeo", "demo", 2), ("tst", "test", 1)]
        {
            assert_eq!(distance(a, b), expect, "{a} {b}");
            assert_eq!(distance(b, a), expect, "{b} {a}");
        }
    }

    #[test]
    fn a_misspelt_command_names_the_nearest() {
        let message = |name| find(name).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(message("experimnt").contains("did you mean `experiment`?"));
        assert!(message("tidyy").contains("did you mean `tidy`?"));
        assert!(!message("zzzzzzzz").contains("did you mean"));
    }

    #[test]
    fn the_overview_shows_each_command_with_an_example() {
        let text = overview();
        for command in &COMMANDS {
            assert!(
                text.contains(command.about) && text.contains(command.example),
                "{}",
                command.name
            );
            assert!(command.usage.starts_with(&format!("cargo xtask {}", command.name)));
            assert!(command.example.starts_with(&format!("cargo xtask {}", command.name)));
        }
    }
}
