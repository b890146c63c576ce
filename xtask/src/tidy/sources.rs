//! Rules on the files that git knows (or would): headers, lengths, unfinished code, machine paths,
//! and the environment, which only `cli` and `xtask` read.

use super::Finding;
use crate::error::XtaskError;
use crate::shell;
use crate::workspace::Workspace;
use std::process::Command;

const MAX_LINES: usize = 600;

/// First folders of absolute paths that exist on one machine only.
const MACHINE_FOLDERS: [&str; 7] = ["work", "root", "home", "Users", "tmp", "opt", "mnt"];

/// Checks each tracked or new file that is text.
pub(super) fn check(workspace: &Workspace) -> Result<Vec<Finding>, XtaskError> {
    let listed = shell::output(Command::new("git").current_dir(&workspace.root).args([
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "-z",
    ]))?;
    let mut findings = Vec::new();
    for path in listed.split('\0').filter(|path| !path.is_empty()) {
        // A file that is gone or is not text breaks no rule on text.
        if let Ok(text) = std::fs::read_to_string(workspace.root.join(path)) {
            findings.extend(file(path, &text));
        }
    }
    Ok(findings)
}

fn file(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |line: usize, message: String| {
        findings.push(Finding { place: format!("{path}:{line}"), message });
    };
    let rust = path.ends_with(".rs");
    if rust {
        if !text.starts_with("//!") {
            add(1, "does not open with `//!`: say what the file owns".into());
        }
        let lines = text.lines().count();
        if lines > MAX_LINES {
            add(lines, format!("has {lines} lines; over {MAX_LINES} it wants a split"));
        }
    }
    // Tests look there for the folder of real data.
    let library = rust && path.starts_with("crates/") && !path.contains("/tests/");
    let reads_environment = library && !path.starts_with("crates/cli/");
    for (index, line) in text.lines().enumerate() {
        if rust {
            for name in ["todo", "unimplemented"] {
                if line.contains(&format!("{name}!(")) {
                    add(index + 1, format!("`{name}!` is unfinished code"));
                }
            }
        }
        if reads_environment && line.contains("env::var") {
            add(index + 1, "reads the environment; only `cli` and `xtask` may".into());
        }
        if let Some(found) = machine_path(line) {
            add(index + 1, format!("names a path of one machine, `{found}`"));
        }
    }
    findings
}

/// The first absolute path on the line that only one machine has: `/`, one of the folders, `/`.
fn machine_path(line: &str) -> Option<&str> {
    MACHINE_FOLDERS.iter().find_map(|folder| {
        let needle = format!("/{folder}/");
        let start = line.find(&needle)?;
        // After a word, a dot or a brace it is the tail of a relative path or of an address.
        let relative = line[..start]
            .ends_with(|before: char| before.is_alphanumeric() || "._-~*}])>/".contains(before));
        let end = line[start..]
            .find(|at: char| at.is_whitespace() || "\"'`,;)<".contains(at))
            .map_or(line.len(), |length| start + length);
        (!relative).then(|| &line[start..end])
    })
}

#[cfg(test)]
mod tests {
    use super::{file, machine_path};

    /// Absolute paths are put together here, so that this file passes its own check.
    fn absolute(parts: &[&str]) -> String {
        parts.iter().map(|part| format!("/{part}")).collect()
    }

    #[test]
    fn machine_paths_are_found() {
        let found = absolute(&["home", "ann", "leads.csv"]);
        assert_eq!(machine_path(&format!("read(\"{found}\")")), Some(found.as_str()));
        let found = absolute(&["tmp", "x"]);
        assert_eq!(machine_path(&found), Some(found.as_str()));
        for line in
            ["target/tmp/x", "../work/x", "https://example.org/home/x", "a / b", "${HOME}/opt/x"]
        {
            assert_eq!(machine_path(line), None, "{line}");
        }
    }

    fn check(path: &str, text: &str, expect: &[&str]) {
        let found = file(path, text);
        assert_eq!(found.len(), expect.len(), "{path}: {found:?}");
        for (finding, words) in found.iter().zip(expect) {
            assert!(finding.message.contains(words), "{path}: {found:?}");
        }
    }

    #[test]
    fn files_are_judged() {
        let unfinished = format!("//! A file.\nfn f() {{ {}!() }}\n", "todo");
        let environment = "//! A file.\nfn f() { std::env::var(\"X\"); }\n";
        check("crates/eval/src/lib.rs", "//! A file.\n", &[]);
        check("crates/eval/src/lib.rs", "fn f() {}\n", &["does not open"]);
        check("crates/eval/src/lib.rs", &unfinished, &["unfinished"]);
        check("crates/eval/src/lib.rs", environment, &["environment"]);
        check("crates/cli/src/main.rs", environment, &[]);
        check("crates/eval/src/lib.rs", &"//! A line.\n".repeat(601), &["601 lines"]);
        check("README.md", "no header needed", &[]);
        check("README.md", &absolute(&["work", "x"]), &["path of one machine"]);
    }
}
