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

#[test]
#[allow(clippy::print_stderr, reason = "a test that does not run must say so")]
fn a_store_on_a_full_disk_is_as_it_was_and_half_an_export_is_none() {
    let shell = Shell::new();
    let Some(disk) = Disk::mount(&shell.path("disk")) else {
        eprintln!("not tested: a small disk cannot be mounted here");
        return;
    };
    let store = "--store disk/feedback.jsonl";
    shell.expect(
        0,
        &format!("feedback add {store} --lead L0 --accept --who anna --at 2026-07-06T09:00:00Z"),
    );
    let before = shell.text("disk/feedback.jsonl");
    let mut records = "lead_id,who,at,outcome\n".to_owned();
    let mut leads = "lead_id,email,tier\n".to_owned();
    for lead in 0..2000 {
        records += &format!("L{lead},anna,2026-07-06,won\n");
        leads += &format!("L{lead},lead{lead}@firm.example,Hot\n");
    }
    shell.write("records.csv", records);
    shell.write("leads.csv", leads);
    for command in [
        &format!("feedback import records.csv {store}"),
        "export --leads leads.csv --to hubspot --at 2026-07-06T07:30:00Z --out disk/out --quiet",
    ] {
        let output = shell.run(command);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{command}\n{said}");
        assert!(said.contains("No space left") && said.contains("free some space"), "{said}");
    }
    assert_eq!(shell.text("disk/feedback.jsonl"), before);
    assert_eq!(std::fs::read_dir(shell.path("disk/out")).unwrap().count(), 0);
    assert_eq!(disk.names().len(), 2);
}
