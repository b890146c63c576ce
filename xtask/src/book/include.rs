//! Code blocks that show a file of the workspace: `<!-- include PATH -->` and a fenced block after it.

use crate::error::XtaskError;
use crate::workspace::Workspace;
use std::path::Path;

const MARK: &str = "<!-- include ";

/// The page with the block after each mark made from the file that it names.
pub(super) fn fill(workspace: &Workspace, page: &Path, text: &str) -> Result<String, XtaskError> {
    let mut out = String::with_capacity(text.len());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        out += line;
        out.push('\n');
        let Some(path) = line.strip_prefix(MARK).and_then(|rest| rest.strip_suffix(" -->")) else {
            continue;
        };
        let fence = lines.next().unwrap_or_default();
        if !fence.starts_with("```") || !lines.by_ref().any(|line| line == "```") {
            return Err(XtaskError::Unreadable {
                what: format!("{}: `{line}`", page.display()),
                reason: "a fenced block has to follow".into(),
            });
        }
        let content = super::read(&workspace.root.join(path))?;
        out += &format!("{fence}\n{}\n```\n", content.trim_end());
    }
    Ok(out)
}
