//! Which crate may depend on which: the table of `docs/architecture.md` as data, and the check that
//! manifests and document agree with it. Dev-dependencies are free.

use super::Finding;
use crate::error::XtaskError;
use crate::workspace::{Package, Workspace};

/// A crate and those of ours that it may name in its manifest.
pub(super) struct Row {
    pub name: &'static str,
    pub may_use: &'static [&'static str],
    /// Whether a scoring service can build it: no heavy and no C-building dependency.
    pub light: bool,
}

/// The crates under `crates/`, in the order of the document.
pub(super) const CRATES: [Row; 22] = [
    Row { name: "schema", may_use: &[], light: true },
    Row { name: "behaviour", may_use: &["schema"], light: true },
    Row { name: "contact", may_use: &[], light: true },
    Row { name: "dedupe", may_use: &["contact"], light: true },
    Row { name: "eval", may_use: &["schema"], light: true },
    Row { name: "forest", may_use: &["schema"], light: true },
    Row { name: "rules", may_use: &["schema"], light: true },
    Row { name: "features", may_use: &["schema", "behaviour", "contact", "rules"], light: true },
    Row { name: "models", may_use: &["schema", "forest"], light: true },
    Row { name: "decide", may_use: &["schema", "contact", "behaviour", "rules"], light: true },
    Row { name: "registry", may_use: &["schema"], light: true },
    Row {
        name: "score",
        may_use: &[
            "schema",
            "behaviour",
            "rules",
            "forest",
            "features",
            "models",
            "decide",
            "registry",
        ],
        light: true,
    },
    Row { name: "route", may_use: &["schema", "rules"], light: true },
    Row { name: "deliver", may_use: &["schema", "contact", "rules"], light: true },
    Row { name: "funnel", may_use: &["schema", "eval", "rules"], light: true },
    Row {
        name: "outcome",
        may_use: &["schema", "eval", "rules", "registry", "funnel"],
        light: true,
    },
    Row { name: "synth", may_use: &["schema", "rules"], light: true },
    Row {
        name: "ingest",
        may_use: &["schema", "behaviour", "contact", "dedupe", "eval"],
        light: false,
    },
    Row { name: "train", may_use: &["schema", "eval", "forest", "rules", "models"], light: false },
    Row { name: "report", may_use: &["schema", "eval"], light: false },
    Row {
        name: "pipeline",
        may_use: &[
            "schema",
            "behaviour",
            "dedupe",
            "eval",
            "rules",
            "features",
            "ingest",
            "models",
            "train",
            "decide",
            "score",
            "registry",
            "report",
        ],
        light: false,
    },
    Row {
        name: "cli",
        may_use: &[
            "schema",
            "behaviour",
            "contact",
            "dedupe",
            "eval",
            "forest",
            "features",
            "ingest",
            "models",
            "decide",
            "score",
            "route",
            "deliver",
            "funnel",
            "outcome",
            "registry",
            "pipeline",
            "report",
            "synth",
        ],
        light: false,
    },
];

/// Dependencies that only one crate may name: `prefix*` or a whole name, then the crate.
const OWNED: [(&str, &str); 7] = [
    ("polars*", "ingest"),
    ("xgboost*", "train"),
    ("linfa*", "train"),
    ("ndarray", "train"),
    ("plotters", "report"),
    ("clap", "cli"),
    ("indicatif", "cli"),
];

const DOCUMENT: &str = "docs/architecture.md";

/// Checks every manifest against the table, and the table against the document.
pub(super) fn check(workspace: &Workspace) -> Result<Vec<Finding>, XtaskError> {
    let metadata = workspace.metadata()?;
    let mut findings: Vec<Finding> = metadata.packages.iter().flat_map(package).collect();
    let path = workspace.root.join(DOCUMENT);
    let document =
        std::fs::read_to_string(&path).map_err(|source| XtaskError::File { path, source })?;
    findings.extend(CRATES.iter().filter_map(|row| told(row, &document)));
    Ok(findings)
}

/// The name of one of our packages in the table: `leadsight-eval` is `eval`, the binary `cli`.
fn short(package: &str) -> Option<&str> {
    match package {
        "leadsight" => Some("cli"),
        other => other.strip_prefix("leadsight-"),
    }
}

fn package(package: &Package) -> Vec<Finding> {
    // Benches, examples and fuzz targets stand on top and may use any crate; nothing may use them.
    let Some(name) =
        short(&package.name).filter(|name| !["benches", "examples", "fuzz"].contains(name))
    else {
        return Vec::new();
    };
    let finding = |message| Finding { place: format!("crates/{name}"), message };
    let Some(row) = CRATES.iter().find(|row| row.name == name) else {
        return vec![finding(format!("has no row in the table of {DOCUMENT} and of `xtask tidy`"))];
    };
    let mut findings = Vec::new();
    for dependency in
        package.dependencies.iter().filter(|found| found.kind.as_deref() != Some("dev"))
    {
        if let Some(ours) = short(&dependency.name)
            && !row.may_use.contains(&ours)
        {
            let allowed =
                if row.may_use.is_empty() { "none of ours".into() } else { row.may_use.join(", ") };
            findings.push(finding(format!("must not depend on `{ours}`; allowed: {allowed}")));
        }
        if let Some((_, owner)) = OWNED.iter().find(|(pattern, _)| fits(pattern, &dependency.name))
            && *owner != name
        {
            findings.push(finding(format!(
                "must not depend on `{}`; only `{owner}` may",
                dependency.name
            )));
        }
    }
    findings
}

fn fits(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => pattern == name,
    }
}

/// Whether the document's crate table has the row: `| `name` | owns | schema, eval |`.
fn told(row: &Row, document: &str) -> Option<Finding> {
    let head = format!("| `{}` |", row.name);
    let expected =
        if row.may_use.is_empty() { "nothing of ours".into() } else { row.may_use.join(", ") };
    let place = format!("{DOCUMENT}, crate table");
    let Some(line) = document.lines().find(|line| line.starts_with(&head)) else {
        return Some(Finding { place, message: format!("no row for `{}`", row.name) });
    };
    let found = line.trim_end().trim_end_matches('|').rsplit('|').next().unwrap_or_default().trim();
    (found != expected).then(|| Finding {
        place,
        message: format!(
            "`{}` is said to depend on \"{found}\", the rule is \"{expected}\"",
            row.name
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::{CRATES, Row, package, told};
    use crate::workspace::{Dependency, Package};

    fn check(name: &str, dependency: &str, kind: Option<&str>, expect: Option<&str>) {
        let dependencies = vec![Dependency { name: dependency.into(), kind: kind.map(Into::into) }];
        let found = package(&Package { name: name.into(), dependencies, targets: vec![] });
        match expect {
            None => assert_eq!(found, [], "{name} -> {dependency}"),
            Some(words) => assert!(
                found.iter().any(|finding| finding.message.contains(words)),
                "{name} -> {dependency}: {found:?}"
            ),
        }
    }

    #[test]
    fn forbidden_edges_are_found() {
        check("leadsight-score", "leadsight-models", None, None);
        check("leadsight-score", "leadsight-ingest", None, Some("must not depend on `ingest`"));
        check(
            "leadsight-eval",
            "leadsight-score",
            Some("build"),
            Some("must not depend on `score`"),
        );
        check("leadsight-schema", "leadsight-eval", None, Some("none of ours"));
        check("leadsight-eval", "leadsight-synth", Some("dev"), None);
        check("leadsight-pipeline", "polars-core", None, Some("only `ingest` may"));
        check("leadsight-ingest", "polars", None, None);
        check("leadsight-nowhere", "serde", None, Some("no row"));
        check("leadsight-benches", "leadsight-ingest", None, None);
        check("xtask", "serde", None, None);
    }

    #[test]
    fn the_table_has_no_cycle() {
        for (index, row) in CRATES.iter().enumerate() {
            for used in row.may_use {
                let position = CRATES.iter().position(|other| other.name == *used);
                assert!(
                    position.is_some_and(|position| position < index),
                    "{} -> {used}",
                    row.name
                );
            }
        }
    }

    #[test]
    fn the_document_must_tell_the_same() {
        let row = Row { name: "eval", may_use: &["schema"], light: true };
        assert_eq!(told(&row, "| `eval` | metrics | schema |"), None);
        assert!(told(&row, "| `eval` | metrics | schema, models |").is_some());
        assert!(told(&row, "no table").is_some());
    }
}
