//! Light crates stay light: what `cargo tree -e normal,build` shows of each holds no heavy and no
//! C-building crate, and `score` stays under a bound of dependencies.

use super::{Finding, light_crates};
use crate::error::XtaskError;
use crate::shell;
use crate::workspace::Workspace;
use std::collections::BTreeSet;

/// Heavy by themselves, or signs that C, C++ or assembly is built.
const HEAVY: [&str; 15] = [
    "polars*",
    "arrow*",
    "xgboost*",
    "linfa*",
    "burn*",
    "candle*",
    "tokio",
    "async-std",
    "hyper",
    "cc",
    "cmake",
    "bindgen",
    "pkg-config",
    "nasm-rs",
    "*-sys",
];

/// End in `-sys` and build nothing: numbers and declarations only.
const HARMLESS: [&str; 2] = ["linux-raw-sys", "windows-sys"];

/// `score` is what a service imports: below this many crates, its own included.
const SCORE_BOUND: usize = 60;

/// Walks the dependencies of each light crate.
pub(super) fn check(workspace: &Workspace) -> Result<Vec<Finding>, XtaskError> {
    let mut findings = Vec::new();
    for name in light_crates() {
        let tree = shell::output(workspace.cargo().args([
            "tree",
            "--quiet",
            "--edges",
            "normal,build",
            "--prefix",
            "none",
            "--format",
            "{p}",
            "--package",
            &format!("leadsight-{name}"),
        ]))?;
        findings.extend(judge(name, &tree));
    }
    Ok(findings)
}

fn judge(name: &str, tree: &str) -> Vec<Finding> {
    let crates: BTreeSet<&str> =
        tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let finding = |message| Finding { place: format!("crates/{name}"), message };
    let mut findings: Vec<Finding> = crates
        .iter()
        .filter(|found| is_heavy(found))
        .map(|found| {
            finding(format!(
                "is light but pulls in `{found}`; see `cargo tree -e normal,build -p leadsight-{name} -i {found}`"
            ))
        })
        .collect();
    if name == "score" && crates.len() >= SCORE_BOUND {
        findings.push(finding(format!(
            "has {} crates in its tree; fewer than {SCORE_BOUND} are allowed",
            crates.len()
        )));
    }
    findings
}

fn is_heavy(name: &str) -> bool {
    !HARMLESS.contains(&name)
        && HEAVY.iter().any(|pattern| {
            match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
                (Some(suffix), _) => name.ends_with(suffix),
                (_, Some(prefix)) => name.starts_with(prefix),
                _ => name == *pattern,
            }
        })
}

#[cfg(test)]
mod tests {
    use super::{is_heavy, judge};

    #[test]
    fn heavy_crates_are_known() {
        for (name, expect) in [
            ("polars-core", true),
            ("cc", true),
            ("zstd-sys", true),
            ("tokio", true),
            ("linux-raw-sys", false),
            ("ccache", false),
            ("serde", false),
            ("rayon-core", false),
        ] {
            assert_eq!(is_heavy(name), expect, "{name}");
        }
    }

    #[test]
    fn a_tree_is_judged() {
        assert_eq!(
            judge("eval", "leadsight-eval v0.1.0 (somewhere)\nserde v1.0.0\nserde v1.0.0 (*)"),
            []
        );
        assert_eq!(judge("eval", "leadsight-eval v0.1.0\ncc v1.2.0").len(), 1);
        let many: String = (0..60).map(|i| format!("crate{i} v1.0.0\n")).collect();
        assert_eq!(judge("score", &many).len(), 1);
        assert_eq!(judge("models", &many).len(), 0);
    }
}
