//! `test`: every test of the workspace, by cargo-nextest where it is installed, and the doc tests.

use super::Command;
use crate::error::XtaskError;
use crate::shell::{Stream, watch};
use crate::workspace::{SELECTION, Target, Workspace};
use crate::{Answer, prerequisites, shell};
use std::fmt;

pub(crate) const COMMAND: Command = Command {
    name: "test",
    about: "Runs every test and doc test (a word filters by name; --ignored runs the long ones too)",
    usage: "cargo xtask test [FILTER] [--ignored] [-p PACKAGE]",
    example: "cargo xtask test",
    forwards: false,
    run: |workspace, args| {
        let (answer, totals) = run_tests(workspace, args)?;
        shell::data(totals);
        Ok(answer)
    },
};

/// How many tests came to what.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Totals {
    pub passed: u32,
    pub failed: u32,
    pub skipped: u32,
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, skipped } = self;
        write!(f, "tests: {passed} passed, {failed} failed, {skipped} skipped")
    }
}

/// Runs the tests and counts them.
pub(crate) fn run_tests(
    workspace: &Workspace,
    args: &[String],
) -> Result<(Answer, Totals), XtaskError> {
    prerequisites::ensure()?;
    let mut totals = Totals::default();
    let ignored = args.iter().any(|arg| arg == "--ignored");
    let (flags, names) = selection(args)?;
    let nextest = shell::succeeds(workspace.cargo().args(["nextest", "--version"]));

    let mut unit = workspace.cargo();
    let stream = if nextest {
        unit.args(["nextest", "run", "--no-fail-fast", "--no-tests", "pass"]);
        if ignored {
            unit.args(["--run-ignored", "all"]);
        }
        Stream::Stderr
    } else {
        unit.args(["test", "--no-fail-fast", "--tests", "--examples"]);
        Stream::Stdout
    };
    unit.args(flags.iter().copied());
    if !nextest || !names.is_empty() {
        unit.arg("--").args(&names);
    }
    if !nextest && ignored {
        unit.arg("--include-ignored");
    }
    let unit = watch(&mut unit, stream, |line| totals.read(line))?;

    let doc = if has_library(workspace, &flags)? {
        let mut doc = workspace.cargo();
        doc.args(["test", "--no-fail-fast", "--doc"]).args(flags).arg("--").args(names);
        watch(&mut doc, Stream::Stdout, |line| totals.read(line))?
    } else {
        Answer::Done
    };

    Ok((if unit == Answer::Done { doc } else { unit }, totals))
}

/// Whether there is anything to take doc tests from: cargo refuses to look into binaries alone.
fn has_library(workspace: &Workspace, flags: &[&str]) -> Result<bool, XtaskError> {
    let mut packages = workspace.metadata()?.packages;
    if flags.contains(&"-p") {
        packages.retain(|package| flags.contains(&package.name.as_str()));
    }
    let is_library = |target: &Target| target.kind.iter().any(|kind| kind == "lib");
    Ok(packages.iter().any(|package| package.targets.iter().any(is_library)))
}

/// The packages to build, and the words that filter by name.
fn selection(args: &[String]) -> Result<(Vec<&str>, Vec<&str>), XtaskError> {
    let mut packages = Vec::new();
    let mut names = Vec::new();
    let mut args = args.iter().map(String::as_str);
    while let Some(arg) = args.next() {
        match arg {
            "--ignored" => {}
            "-p" | "--package" => {
                packages.extend([
                    "-p",
                    args.next().ok_or_else(|| COMMAND.missing("a package after -p"))?,
                ]);
            }
            flag if flag.starts_with('-') => return Err(COMMAND.unknown(flag)),
            name => names.push(name),
        }
    }
    let mut flags = SELECTION.to_vec();
    if !packages.is_empty() {
        flags.retain(|flag| *flag != "--workspace");
        flags.extend(packages);
    }
    Ok((flags, names))
}

impl Totals {
    /// Adds what a summary line of nextest or of libtest tells; other lines tell nothing.
    fn read(&mut self, line: &str) {
        let counts = match (line.split_once("test result: "), line.split_once(" run: ")) {
            (Some((_, counts)), _) => counts,
            (None, Some((head, counts))) if head.trim_start().starts_with("Summary [") => counts,
            _ => return,
        };
        for part in counts.split([',', ';', '.']) {
            let mut words = part.split_whitespace();
            let (Some(Ok(count)), Some(word)) = (words.next().map(str::parse::<u32>), words.next())
            else {
                continue;
            };
            match word {
                "passed" => self.passed += count,
                "failed" | "exec" | "timed" => self.failed += count,
                "skipped" | "ignored" => self.skipped += count,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Totals;

    fn check(line: &str, expect: (u32, u32, u32)) {
        let mut totals = Totals::default();
        totals.read(line);
        assert_eq!((totals.passed, totals.failed, totals.skipped), expect, "{line}");
    }

    #[test]
    fn totals_are_read_from_summary_lines() {
        check(
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.01s",
            (12, 0, 1),
        );
        check(
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
            (1, 2, 0),
        );
        check("     Summary [   0.123s] 15 tests run: 15 passed, 2 skipped", (15, 0, 2));
        check(
            "     Summary [   0.123s] 15 tests run: 13 passed (1 slow), 2 failed, 0 skipped",
            (13, 2, 0),
        );
        check("     Summary [   0.123s] 1 test run: 1 passed, 0 skipped", (1, 0, 0));
        check("running 3 tests", (0, 0, 0));
        check("the dry run: 5 passed", (0, 0, 0));
    }
}
