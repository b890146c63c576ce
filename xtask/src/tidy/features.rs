//! One build of each dependency: dev-dependencies switch on no feature that a plain build lacks.
//!
//! Cargo adds the features that dev-dependencies ask for only where tests are built. A small crate
//! deep down that gains one so is compiled twice, and with it everything above it, polars included.

use super::Finding;
use crate::error::XtaskError;
use crate::shell;
use crate::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet};

/// Compares the features of each dependency with and without dev-dependencies.
pub(super) fn check(workspace: &Workspace) -> Result<Vec<Finding>, XtaskError> {
    let tree = |edges: &str| {
        shell::output(workspace.cargo().args([
            "tree",
            "--quiet",
            "--workspace",
            "--prefix",
            "none",
            "--format",
            "{p}|{f}|",
            "--edges",
            edges,
        ]))
    };
    Ok(differences(&tree("normal,build")?, &tree("normal,build,dev")?))
}

/// The feature lists that each package is built with.
fn features(tree: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut packages: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for line in tree.lines() {
        let mut parts = line.split('|');
        if let (Some(package), Some(features)) = (parts.next(), parts.next()) {
            packages.entry(package).or_default().insert(features);
        }
    }
    packages
}

fn differences(plain: &str, tests: &str) -> Vec<Finding> {
    let tests = features(tests);
    features(plain)
        .into_iter()
        .filter_map(|(package, plain)| {
            let tests = tests.get(package).filter(|tests| **tests != plain)?;
            let list = |sets: &BTreeSet<&str>| sets.iter().copied().collect::<Vec<_>>().join("; ");
            Some(Finding {
                place: package.to_owned(),
                message: format!(
                    "is built twice: a dev-dependency makes its features [{}] instead of [{}]; \
                     ask for them in a normal dependency",
                    list(tests),
                    list(&plain)
                ),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::differences;

    fn check(plain: &str, tests: &str, expect: usize) {
        assert_eq!(differences(plain, tests).len(), expect, "{plain} / {tests}");
    }

    #[test]
    fn a_feature_gained_in_tests_is_found() {
        check("either v1|std|\nrayon v1||", "rayon v1|| (*)\neither v1|std|", 0);
        check("either v1|std|", "either v1|std|\nproptest v1|std|", 0);
        check("either v1|std|", "either v1|std,use_std|", 1);
        check("either v1|std|", "either v1|std|\neither v1|std,use_std|", 1);
    }
}
