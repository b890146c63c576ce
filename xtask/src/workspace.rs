//! Where the workspace, its target folder and its data are, and the ways to call cargo and our binary.

use crate::error::XtaskError;
use crate::{prerequisites, shell};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The packages each build selects. Always the same, so that features unify in one way and no
/// dependency is built twice.
pub(crate) const SELECTION: [&str; 2] = ["--release", "--workspace"];

/// The workspace this xtask serves.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// The folder of the workspace manifest.
    pub root: PathBuf,
}

/// What `cargo metadata --no-deps` tells of the workspace.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    /// Our own packages.
    pub packages: Vec<Package>,
    /// Where cargo builds.
    pub target_directory: PathBuf,
    /// `[workspace.metadata]` of the root manifest.
    pub metadata: Own,
}

/// What the root manifest tells our own tools.
#[derive(Debug, Deserialize)]
pub(crate) struct Own {
    /// `[workspace.metadata.leadsight]`.
    pub leadsight: Settings,
}

/// Settings of our own tools.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Settings {
    /// The revision whose public API the light crates must keep.
    pub api_baseline: String,
}

/// One of our packages.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    /// Its name on the registry.
    pub name: String,
    /// What it declares, of every kind.
    pub dependencies: Vec<Dependency>,
    /// What it builds.
    pub targets: Vec<Target>,
}

/// A library, binary, test, bench or example of a package.
#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    /// `lib`, `bin` and so on.
    pub kind: Vec<String>,
}

/// A declared dependency.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    /// The package depended on.
    pub name: String,
    /// `None` for a normal one, else `dev` or `build`.
    pub kind: Option<String>,
}

impl Workspace {
    /// The workspace cargo runs this xtask for, or the one around the current folder.
    pub fn find() -> Result<Self, XtaskError> {
        let from = match std::env::var_os("CARGO_MANIFEST_DIR") {
            Some(manifest) => PathBuf::from(manifest),
            None => std::env::current_dir()
                .map_err(|source| XtaskError::File { path: PathBuf::from("."), source })?,
        };
        from.ancestors()
            .find(|folder| folder.join("xtask/Cargo.toml").is_file())
            .map(|root| Self { root: root.to_path_buf() })
            .ok_or(XtaskError::NoWorkspace { from })
    }

    /// `cargo` in the workspace root, without what `cargo run` left in the environment.
    pub fn cargo(&self) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.current_dir(&self.root);
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
                command.env_remove(name);
            }
        }
        command
    }

    /// Our packages and the target folder.
    pub fn metadata(&self) -> Result<Metadata, XtaskError> {
        let text = shell::output(self.cargo().args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ]))?;
        serde_json::from_str(&text).map_err(|error| XtaskError::Unreadable {
            what: "the output of `cargo metadata`".into(),
            reason: error.to_string(),
        })
    }

    /// Builds every binary of the workspace and returns the path of `leadsight`.
    pub fn build(&self) -> Result<PathBuf, XtaskError> {
        prerequisites::ensure()?;
        shell::require(self.cargo().arg("build").args(SELECTION).arg("--bins"))?;
        let name = format!("leadsight{}", std::env::consts::EXE_SUFFIX);
        Ok(self.metadata()?.target_directory.join("release").join(name))
    }

    /// The folder of real data sets: the given one, `LEADSIGHT_DATA_DIR`, or the one beside the
    /// clone where there is one.
    pub fn data_dir(&self, given: Option<&str>) -> Option<PathBuf> {
        let beside = self.root.join("../shared/data");
        given
            .map(PathBuf::from)
            .or_else(|| std::env::var_os("LEADSIGHT_DATA_DIR").map(PathBuf::from))
            .or_else(|| beside.is_dir().then_some(beside))
    }

    /// Where things that outlive a clone are kept.
    pub fn cache_dir(&self) -> PathBuf {
        let base = std::env::var_os("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))
            .unwrap_or_else(|| self.root.join("target"));
        base.join("leadsight")
    }
}
