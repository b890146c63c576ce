//! Running other programs (shown on stderr before they start, their exit code kept), and our stdout.

use crate::Answer;
use crate::error::XtaskError;
use std::fmt::Display;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, ExitStatus, Stdio};

/// Prints a line of data. A reader that has gone (`| head`) is no error of ours.
pub(crate) fn data(line: impl Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Runs `command` with this process's streams.
pub(crate) fn run(command: &mut Command) -> Result<ExitStatus, XtaskError> {
    announce(command);
    command.status().map_err(|source| spawn_error(command, source))
}

/// Runs a step that the rest builds on: anything but success is an error.
pub(crate) fn require(command: &mut Command) -> Result<(), XtaskError> {
    let status = run(command)?;
    if status.success() { Ok(()) } else { Err(failed(command, status)) }
}

/// Runs a check: failure is the answer no.
pub(crate) fn check(command: &mut Command) -> Result<Answer, XtaskError> {
    let status = run(command)?;
    match status.code() {
        Some(0) => Ok(Answer::Done),
        Some(_) => Ok(Answer::No),
        None => Err(failed(command, status)),
    }
}

/// Runs a program that keeps our exit codes (the `leadsight` binary): 1 is no, others are errors.
pub(crate) fn forward(command: &mut Command) -> Result<Answer, XtaskError> {
    let status = run(command)?;
    match status.code() {
        Some(0) => Ok(Answer::Done),
        Some(1) => Ok(Answer::No),
        _ => Err(failed(command, status)),
    }
}

/// What `command` prints on stdout; failure is an error.
pub(crate) fn output(command: &mut Command) -> Result<String, XtaskError> {
    let output =
        command.stderr(Stdio::inherit()).output().map_err(|source| spawn_error(command, source))?;
    if !output.status.success() {
        return Err(failed(command, output.status));
    }
    String::from_utf8(output.stdout).map_err(|error| XtaskError::Unreadable {
        what: format!("the output of `{}`", words(command)),
        reason: error.to_string(),
    })
}

/// Whether `command` runs and succeeds; its output is of no interest.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The stream of a watched program that `watch` reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    Stdout,
    Stderr,
}

/// Runs a check and hands each line of `stream` to `see` after passing it on to stderr.
pub(crate) fn watch(
    command: &mut Command,
    stream: Stream,
    mut see: impl FnMut(&str),
) -> Result<Answer, XtaskError> {
    announce(command);
    match stream {
        Stream::Stdout => command.stdout(Stdio::piped()),
        Stream::Stderr => command.stderr(Stdio::piped()),
    };
    let mut child = command.spawn().map_err(|source| spawn_error(command, source))?;
    let pipe: Option<Box<dyn Read>> = match stream {
        Stream::Stdout => child.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read>),
        Stream::Stderr => child.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read>),
    };
    if let Some(pipe) = pipe {
        let mut lines = BufReader::new(pipe);
        let mut line = Vec::new();
        // Bytes, not `lines()`: a test may print anything.
        while lines.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            let text = String::from_utf8_lossy(&line);
            eprint!("{text}");
            see(text.trim_end());
            line.clear();
        }
    }
    let status = child.wait().map_err(|source| spawn_error(command, source))?;
    match status.code() {
        Some(0) => Ok(Answer::Done),
        Some(_) => Ok(Answer::No),
        None => Err(failed(command, status)),
    }
}

fn announce(command: &Command) {
    eprintln!("$ {}", words(command));
}

fn failed(command: &Command, status: ExitStatus) -> XtaskError {
    XtaskError::Failed { program: words(command), code: status.code() }
}

fn spawn_error(command: &Command, source: std::io::Error) -> XtaskError {
    XtaskError::Spawn { program: words(command), source }
}

fn words(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    std::iter::once(name)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}
