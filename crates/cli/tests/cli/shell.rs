//! Runs the binary and writes down what a user would see.

use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder of its own, and the binary started in it.
pub struct Shell {
    dir: TempDir,
}

impl Shell {
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }

    pub fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_slice(&self.read(name)).unwrap()
    }

    /// The rows of a CSV file, each a map from column to cell.
    pub fn rows(&self, name: &str) -> Vec<std::collections::BTreeMap<String, String>> {
        csv::Reader::from_reader(self.read(name).as_slice())
            .deserialize()
            .collect::<Result<_, _>>()
            .unwrap()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_leadsight"));
        command
            .args(arguments)
            .current_dir(self.dir.path())
            .env_remove("LEADSIGHT_DATA_DIR")
            // Help is wrapped at this width where there is no terminal.
            .env_remove("COLUMNS")
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// The arguments by spaces.
    #[track_caller]
    pub fn run(&self, arguments: &str) -> Output {
        let words: Vec<&str> = arguments.split_whitespace().collect();
        self.command(&words).output().unwrap()
    }

    /// As [`Shell::run`], with these bytes on stdin.
    #[track_caller]
    pub fn piped(&self, arguments: &str, bytes: &[u8]) -> Output {
        let words: Vec<&str> = arguments.split_whitespace().collect();
        let mut child = self.command(&words).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(bytes).unwrap();
        child.wait_with_output().unwrap()
    }

    /// As [`Shell::run`], which must end with this exit status; stdout.
    #[track_caller]
    pub fn expect(&self, status: i32, arguments: &str) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "leadsight {arguments}\n{said}");
        assert!(!said.contains("panicked"), "leadsight {arguments}\n{said}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Each case's arguments, and what stderr said to them. Every case must end with this exit status, and leave no file.
    #[track_caller]
    pub fn transcript(&self, status: i32, cases: &[&str]) -> String {
        let mut page = String::new();
        let before = self.files();
        for case in cases {
            let output = self.run(case);
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(status), "leadsight {case}\n{said}");
            assert!(!said.contains("panicked"), "leadsight {case}\n{said}");
            assert!(output.stdout.is_empty(), "leadsight {case}: an error prints no data");
            // Progress is told by the second, and machines differ.
            let told = said.lines().filter(|line| !line.starts_with('['));
            let said: String = told.flat_map(|line| [line, "\n"]).collect();
            writeln!(page, "$ leadsight {case}\n{said}").unwrap();
        }
        assert_eq!(self.files(), before, "something was left behind");
        page
    }

    /// Every file and its length, hidden and temporary ones too, by path.
    pub fn files(&self) -> Vec<(PathBuf, u64)> {
        let mut files = Vec::new();
        list(self.dir.path(), &mut files);
        files.sort();
        files
    }

    /// The bytes of every file below a folder, by path.
    pub fn bytes_below(&self, folder: &str) -> Vec<(PathBuf, Vec<u8>)> {
        let root = self.path(folder);
        let mut files = Vec::new();
        list(&root, &mut files);
        files.sort();
        files
            .into_iter()
            .map(|(path, _)| {
                let bytes = std::fs::read(&path).unwrap();
                (path.strip_prefix(&root).unwrap().to_owned(), bytes)
            })
            .collect()
    }
}

fn list(dir: &Path, files: &mut Vec<(PathBuf, u64)>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let meta = entry.metadata().unwrap();
        if meta.is_dir() {
            list(&entry.path(), files);
        } else {
            files.push((entry.path(), meta.len()));
        }
    }
}
