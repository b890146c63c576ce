//! Console blocks: their `$` lines are run, in order, in one folder a page, and what they print stands below each.
//!
//! A block ```` ```ron ```` or ```` ```csv ```` after `<!-- file NAME -->` is written into that folder first. Times and the
//! hashes of bundles differ from run to run, so [`alike`] passes over numbers with a decimal point in tables, and hashes.

use crate::error::XtaskError;
use crate::workspace::Workspace;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const FILE: &str = "<!-- file ";

/// Characters of a line of output.
const WIDTH: usize = 110;

/// The page with the output of each command made anew; a page without commands as it is.
pub(super) fn fill(
    workspace: &Workspace,
    leadsight: &Path,
    page: &Path,
    text: &str,
) -> Result<String, XtaskError> {
    if !text.contains("```console\n$ ") {
        return Ok(text.to_owned());
    }
    let folder = scratch(workspace, page)?;
    let mut out = String::with_capacity(text.len());
    let mut named: Option<&str> = None;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        out += line;
        out.push('\n');
        if let Some(name) = line.strip_prefix(FILE).and_then(|rest| rest.strip_suffix(" -->")) {
            named = Some(name);
        } else if line == "```console" {
            for line in lines.by_ref().take_while(|line| *line != "```") {
                if let Some(command) = line.strip_prefix("$ ") {
                    out += &format!("{line}\n{}", output(leadsight, &folder, command)?);
                }
            }
            out += "```\n";
        } else if line.starts_with("```") && line.len() > 3 {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let block = block.iter().map(|line| format!("{line}\n")).collect::<String>();
            if let Some(name) = named.take() {
                let path = folder.join(name);
                std::fs::write(&path, &block)
                    .map_err(|source| XtaskError::File { path, source })?;
            }
            out += &format!("{block}```\n");
        }
    }
    Ok(out)
}

/// Whether two pages say the same, apart from what changes from run to run.
pub(super) fn alike(old: &str, new: &str) -> bool {
    let plain = |text: &str| text.lines().map(steady).collect::<Vec<_>>();
    plain(old) == plain(new)
}

/// A line without what changes from run to run.
fn steady(line: &str) -> String {
    let row = line.starts_with(['│', '┌', '╞', '└']);
    let words = line.split_whitespace().map(|word| {
        let number = row && word.contains('.') && word.parse::<f64>().is_ok();
        match word.split_once('@') {
            _ if number => "0.0".to_owned(),
            _ if row && word.starts_with(['┌', '╞', '└']) => "-".to_owned(),
            Some((name, hash)) if is_hash(hash) => format!("{name}@"),
            _ => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn is_hash(text: &str) -> bool {
    text.chars().take_while(char::is_ascii_hexdigit).count() >= 12
}

/// A new folder for the page's commands, below the target folder.
fn scratch(workspace: &Workspace, page: &Path) -> Result<PathBuf, XtaskError> {
    let name = page.with_extension("").to_string_lossy().replace(['/', '\\'], "-");
    let folder = workspace.metadata()?.target_directory.join("book-scratch").join(name);
    let file = |source| XtaskError::File { path: folder.clone(), source };
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(file)?;
    }
    std::fs::create_dir_all(&folder).map_err(file)?;
    Ok(folder)
}

/// What a command prints on both streams, and its exit status where that is not 0.
fn output(leadsight: &Path, folder: &Path, command: &str) -> Result<String, XtaskError> {
    eprintln!("+ {command}");
    let mut path = leadsight.parent().map(Path::to_path_buf).unwrap_or_default().into_os_string();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {command}\n}} 2>&1")])
        .current_dir(folder)
        .env("PATH", path)
        .env("OMP_WAIT_POLICY", "passive")
        .env_remove("LEADSIGHT_DATA_DIR")
        .env_remove("COLUMNS")
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .output()
        .map_err(|source| XtaskError::Spawn { program: command.to_owned(), source })?;
    let mut text: String = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter(|line| !is_progress(line))
        .map(|line| format!("{}\n", wrapped(line.trim_end())))
        .collect();
    match output.status.code() {
        Some(0) => {}
        Some(code) => text += &format!("(exit status {code})\n"),
        None => return Err(XtaskError::Failed { program: command.to_owned(), code: None }),
    }
    Ok(text)
}

/// Whether a line tells the progress of slow work: `[3 s] fit Tree`.
fn is_progress(line: &str) -> bool {
    let seconds = line.strip_prefix('[').and_then(|rest| rest.split_once(" s] "));
    seconds.is_some_and(|(seconds, _)| seconds.parse::<u64>().is_ok())
}

/// A line of prose broken at blanks, as a terminal would break it somewhere; a table's stays.
fn wrapped(line: &str) -> String {
    let table = line.starts_with(['│', '┌', '╞', '└']);
    if table || line.chars().count() <= WIDTH {
        return line.to_owned();
    }
    let mut out = String::new();
    let mut room = WIDTH;
    for word in line.split_inclusive(' ') {
        let length = word.trim_end().chars().count();
        if length > room && !out.is_empty() {
            out.truncate(out.trim_end().len());
            out.push('\n');
            room = WIDTH;
        }
        out += word;
        room = room.saturating_sub(word.chars().count());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{alike, wrapped};

    #[test]
    fn prose_is_wrapped_and_tables_are_not() {
        let prose = "word ".repeat(30);
        let out = wrapped(prose.trim_end());
        assert!(out.lines().all(|line| line.len() <= 110) && out.lines().count() == 2, "{out}");
        assert_eq!(out.replace('\n', " "), prose.trim_end());
        let row = format!("│{}", " cell".repeat(40));
        assert_eq!(wrapped(&row), row);
    }

    #[test]
    fn times_and_hashes_may_differ() {
        for (old, new, expect) in [
            ("│ Tree   0.2 │", "│ Tree  10.3 │", true),
            ("│ Tree   0.2 │", "│ Trie   0.2 │", false),
            ("holds 80.8 %", "holds 80.9 %", false),
            ("scored by leads@f35369d384ee", "scored by leads@000000000000", true),
            ("┌───┐", "┌────┐", true),
        ] {
            assert_eq!(alike(old, new), expect, "{old} / {new}");
        }
    }
}
