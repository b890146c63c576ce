//! The book in `docs/`: what is generated in it, and whether its links lead anywhere.
//!
//! Three things are made by program and never by hand: the pages under `docs/reference/`, from `leadsight schema`; the
//! code blocks after `<!-- include PATH -->`, from that file; the output in `console` blocks, by running their commands.

mod console;
mod include;
mod links;
mod reference;

use crate::error::XtaskError;
use crate::workspace::Workspace;
use crate::{Answer, shell};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What to do about a page that is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Write it anew.
    Write,
    /// Name it, and answer no.
    Check,
}

/// Documents outside the book whose links are checked too.
const BESIDE: [&str; 5] = [
    "README.md",
    "CONTRIBUTING.md",
    "examples/README.md",
    "datasets/README.md",
    "benches/README.md",
];

/// Makes or checks everything generated, then follows the links.
pub(crate) fn run(
    workspace: &Workspace,
    leadsight: &Path,
    mode: Mode,
) -> Result<Answer, XtaskError> {
    let mut stale = Vec::new();
    for (path, text) in reference::pages(leadsight)? {
        settle(workspace, mode, &path, &text, &mut stale)?;
    }
    for path in pages(workspace)? {
        let old = read(&workspace.root.join(&path))?;
        let new = include::fill(workspace, &path, &old)?;
        let new = console::fill(workspace, leadsight, &path, &new)?;
        let same = mode == Mode::Check && console::alike(&old, &new);
        settle(workspace, mode, &path, if same { &old } else { &new }, &mut stale)?;
    }
    let mut documents = pages(workspace)?;
    documents.extend(BESIDE.iter().map(PathBuf::from).filter(|p| workspace.root.join(p).is_file()));
    let dead = links::dead(&workspace.root, &documents)?;
    for line in stale.iter().chain(&dead) {
        shell::data(line);
    }
    Ok(if stale.is_empty() && dead.is_empty() { Answer::Done } else { Answer::No })
}

/// Builds the HTML where mdBook is installed.
pub(crate) fn html(workspace: &Workspace) -> Result<Answer, XtaskError> {
    if !crate::prerequisites::on_path("mdbook") {
        eprintln!(
            "The book is plain Markdown in docs/; for HTML: cargo install mdbook, then cargo xtask docs"
        );
        return Ok(Answer::Done);
    }
    shell::check(Command::new("mdbook").current_dir(&workspace.root).args(["build", "docs"]))
}

fn settle(
    workspace: &Workspace,
    mode: Mode,
    path: &Path,
    text: &str,
    stale: &mut Vec<String>,
) -> Result<(), XtaskError> {
    let whole = workspace.root.join(path);
    let file = |source| XtaskError::File { path: whole.clone(), source };
    if whole.is_file() && read(&whole)? == text {
        return Ok(());
    }
    match mode {
        Mode::Write => {
            std::fs::write(&whole, text).map_err(file)?;
            eprintln!("wrote {}", path.display());
        }
        Mode::Check => {
            let line = difference(&std::fs::read_to_string(&whole).unwrap_or_default(), text);
            stale.push(format!(
                "{}: is stale{line}; `cargo xtask docs` makes it anew",
                path.display()
            ));
        }
    }
    Ok(())
}

/// Where two texts part.
fn difference(old: &str, new: &str) -> String {
    let line = old.lines().zip(new.lines()).position(|(a, b)| a != b);
    let line = line.unwrap_or_else(|| old.lines().count().min(new.lines().count()));
    match new.lines().nth(line) {
        Some(text) => format!(" from line {} on, which should be `{text}`", line + 1),
        None => format!(" from line {} on, where it should end", line + 1),
    }
}

/// Every Markdown file of the book, by path from the workspace.
fn pages(workspace: &Workspace) -> Result<Vec<PathBuf>, XtaskError> {
    let mut folders = vec![PathBuf::from("docs")];
    let mut pages = Vec::new();
    while let Some(folder) = folders.pop() {
        let whole = workspace.root.join(&folder);
        let file = |source| XtaskError::File { path: whole.clone(), source };
        for entry in std::fs::read_dir(&whole).map_err(file)? {
            let name = folder.join(entry.map_err(file)?.file_name());
            if workspace.root.join(&name).is_dir() {
                folders.push(name);
            } else if name.extension().is_some_and(|e| e == "md") {
                pages.push(name);
            }
        }
    }
    pages.sort();
    Ok(pages)
}

fn read(path: &Path) -> Result<String, XtaskError> {
    std::fs::read_to_string(path).map_err(|source| XtaskError::File { path: path.into(), source })
}
