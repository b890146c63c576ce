//! A disk without room: exit status 2, what to do about it, and nothing half-written.
#![cfg(target_os = "linux")]

use crate::leads::{csv, experiment, good};
use crate::shell::Shell;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file system of a few pages, unmounted when dropped.
struct Disk(PathBuf);

impl Disk {
    /// `None` where this process may not mount.
    fn mount(place: &Path) -> Option<Self> {
        std::fs::create_dir(place).unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=48k", "none"])
            .arg(place)
            .output();
        mount.is_ok_and(|output| output.status.success()).then(|| Self(place.to_owned()))
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).unwrap();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
#[allow(clippy::print_stderr, reason = "a test that does not run must say so")]
fn a_full_disk_is_told_and_nothing_half_written_stays() {
    let shell = Shell::new();
    experiment(&shell, "good", csv(&good(), ","));
    let Some(disk) = Disk::mount(&shell.path("disk")) else {
        eprintln!("not tested: a small disk cannot be mounted here");
        return;
    };
    shell.expect(0, "run good.ron --quiet");
    for command in [
        "run good.ron --out disk --quiet",
        "score --bundle runs/good/bundle --leads good.csv --out disk/scored.csv --quiet",
    ] {
        let output = shell.run(command);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{command}\n{said}");
        assert!(
            said.contains("No space left") && said.contains("free some space"),
            "{command}\n{said}"
        );
        let left = disk.names();
        assert!(left.is_empty(), "{command} left {left:?}");
    }
}
