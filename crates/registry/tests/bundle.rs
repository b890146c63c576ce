//! Bundles from outside: what is written comes back, and what was changed is refused by name.
#![allow(clippy::unwrap_used)]

use leadsight_registry::{RegistryError, read_bundle, write_bundle};
use proptest::prelude::*;
use std::{fs, path::Path};

fn write(dir: &Path) -> leadsight_schema::Fingerprint {
    let head = serde_json::json!({
        "name": "bank", "seed": 7, "data": {"rows": 3},
    });
    write_bundle(dir, head, &[("model.json", b"{}".to_vec()), ("policy.ron", b"()".to_vec())])
        .unwrap()
}

/// Changes a fresh bundle and expects the reading to fail with words of `expect`.
#[track_caller]
fn check(change: impl FnOnce(&Path), expect: &str) {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("bundle");
    write(&dir);
    change(&dir);
    let error = read_bundle(&dir).unwrap_err().to_string();
    assert!(error.contains(expect), "{error}");
}

#[test]
fn comes_back_as_written() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("new/bundle");
    let version = write(&dir);
    let bundle = read_bundle(&dir).unwrap();
    assert_eq!(bundle.version, version);
    assert_eq!(bundle.manifest.name, "bank");
    assert_eq!(bundle.manifest.more["seed"], 7);
    assert_eq!(bundle.files["model.json"], b"{}");
    // Same input, same bytes; and a bundle may be written over a bundle.
    assert_eq!(write(&dir), version);
    let left = fs::read_dir(dir.parent().unwrap()).unwrap().count();
    assert_eq!(left, 1, "temporary folders are left");
}

#[test]
fn names_what_was_changed() {
    check(|d| fs::write(d.join("model.json"), b"[]").unwrap(), "`model.json`");
    check(|d| fs::write(d.join("model.json"), b"{").unwrap(), "1 bytes where 2");
    check(|d| fs::remove_file(d.join("policy.ron")).unwrap(), "lacks its file `policy.ron`");
    check(|d| fs::write(d.join("extra.json"), b"").unwrap(), "extra.json");
    check(|d| fs::remove_file(d.join("manifest.json")).unwrap(), "not a bundle");
    check(|d| fs::remove_dir_all(d).unwrap(), "manifest.json");
}

#[test]
fn refuses_a_later_format() {
    check(
        |dir| {
            let text = br#"{"format_version": 2, "anything": "else"}"#;
            fs::write(dir.join("manifest.json"), text).unwrap();
            let seal = leadsight_registry::fingerprint(text).0;
            fs::write(dir.join("manifest.sha256"), seal).unwrap();
        },
        "format version 2, and this program reads up to 1",
    );
}

#[test]
fn leaves_other_folders_alone() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("thesis.txt"), b"ten years").unwrap();
    let head = serde_json::json!({"name": "x", "note": "now"});
    let found = write_bundle(home.path(), head.clone(), &[]).unwrap_err();
    assert!(matches!(found, RegistryError::WouldOverwrite { .. }), "{found}");
    let file = home.path().join("thesis.txt");
    let found = write_bundle(&file, head.clone(), &[]).unwrap_err();
    assert!(matches!(found, RegistryError::WouldOverwrite { .. }), "{found}");
    assert_eq!(fs::read(&file).unwrap(), b"ten years");
    let noted = home.path().join("noted");
    write_bundle(&noted, head.clone(), &[("a", vec![])]).unwrap();
    fs::write(noted.join("notes.txt"), b"mine").unwrap();
    let found = write_bundle(&noted, head.clone(), &[("a", vec![])]).unwrap_err();
    assert!(found.to_string().contains("notes.txt; move them away"), "{found}");
    assert_eq!(fs::read(noted.join("notes.txt")).unwrap(), b"mine");
    let dir = home.path().join("bundle");
    for name in ["../x", "", "manifest.json", ".hidden", "a/b"] {
        let found = write_bundle(&dir, head.clone(), &[(name, vec![])]).unwrap_err();
        assert!(matches!(found, RegistryError::FileName { .. }), "{found}");
    }
    let twice = [("a", vec![]), ("a", vec![])];
    assert!(write_bundle(&dir, head, &twice).is_err());
    assert!(write_bundle(&dir, serde_json::json!({"note": "no name"}), &[]).is_err());
    assert!(!dir.exists());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn a_flipped_bit_anywhere_is_found(file in 0usize..4, place: prop::sample::Index, bit in 0u8..8) {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("bundle");
        write(&dir);
        let path = dir.join(["manifest.json", "manifest.sha256", "model.json", "policy.ron"][file]);
        let mut bytes = fs::read(&path).unwrap();
        // Only the digest in the seal counts; the name behind it is for `sha256sum`.
        let end = if file == 1 { 64 } else { bytes.len() };
        bytes[place.index(end)] ^= 1 << bit;
        fs::write(&path, bytes).unwrap();
        prop_assert!(read_bundle(&dir).is_err());
    }
}
