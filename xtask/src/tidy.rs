//! The house rules. Each file here checks one kind; a finding names the place, the rule and the way out.

mod edges;
mod features;
mod sources;
mod weight;

use crate::error::XtaskError;
use crate::workspace::Workspace;
use crate::{Answer, shell};

/// The crates that a service may import, by their short names.
pub(crate) fn light_crates() -> impl Iterator<Item = &'static str> {
    edges::CRATES.iter().filter(|row| row.light).map(|row| row.name)
}

/// A broken rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// A file (with line), or a crate.
    pub place: String,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// Checks every rule; the findings go to stdout, one a line.
pub(crate) fn run(workspace: &Workspace) -> Result<Answer, XtaskError> {
    let mut findings = sources::check(workspace)?;
    findings.extend(edges::check(workspace)?);
    findings.extend(features::check(workspace)?);
    findings.extend(weight::check(workspace)?);
    for Finding { place, message } in &findings {
        shell::data(format_args!("{place}: {message}"));
    }
    if findings.is_empty() {
        eprintln!("tidy: no findings");
        return Ok(Answer::Done);
    }
    eprintln!("tidy: {} findings", findings.len());
    Ok(Answer::No)
}
