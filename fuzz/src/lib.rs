//! Everything that reads a file, as functions of hostile bytes.
//!
//! A target must come back from any input: an error is a good answer, a panic, endless time or memory without bound is a
//! finding. Where bytes are accepted it also asserts what must then hold. libFuzzer calls the targets through `main.rs`
//! (`cargo xtask fuzz`), and the test `corpus` runs each with its kept inputs, `corpus/TARGET/`.

mod targets;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use tempfile::TempDir;

/// A reader of files.
#[derive(Debug)]
pub struct Target {
    /// Its name, and that of its folder in `corpus/`.
    pub name: &'static str,
    /// What it does with any bytes.
    pub run: fn(&[u8]),
}

/// All targets.
pub const TARGETS: [Target; 16] = [
    Target { name: "leads_csv", run: targets::leads_csv::run },
    Target { name: "parquet", run: targets::parquet::run },
    Target { name: "workbook", run: targets::workbook::run },
    Target { name: "scoring_csv", run: targets::scoring_csv::run },
    Target { name: "event_log", run: targets::event_log::run },
    Target { name: "lead_json", run: targets::lead_json::run },
    Target { name: "experiment", run: targets::experiment::run },
    Target { name: "policy", run: targets::policy::run },
    Target { name: "table", run: targets::table::run },
    Target { name: "export", run: targets::export::run },
    Target { name: "outcome", run: targets::outcome::run },
    Target { name: "feedback", run: targets::feedback::run },
    Target { name: "bundle", run: targets::bundle::run },
    Target { name: "forest", run: targets::forest::run },
    Target { name: "forest_file", run: targets::forest_file::run },
    Target { name: "model", run: targets::model::run },
];

/// The bundle of the first format, kept by `score` to show that it still loads.
fn frozen_bundle() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/score/tests/compat/format-1/bundle")
}

/// A folder for what can only be read from disk; gone when the process ends well.
fn scratch() -> &'static Path {
    static FOLDER: LazyLock<TempDir> =
        LazyLock::new(|| tempfile::tempdir().expect("a folder for temporary files"));
    FOLDER.path()
}
