//! A bundle on disk.

use crate::fixture::{NOW, bundle, leads, table};
use leadsight_score::{Bundle, ScoreError, Scorer};
use std::fs;

#[test]
fn comes_back_the_same_and_scores_the_same() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("bundle");
    let version = bundle().write(&dir).unwrap();
    let (back, found) = Bundle::read(&dir).unwrap();
    assert_eq!(found, version);
    assert_eq!(back, bundle());
    // The same bundle has the same version, byte for byte.
    assert_eq!(back.write(&home.path().join("again")).unwrap(), version);
    let table = table(&leads(50));
    let rows: Vec<usize> = (0..50).collect();
    let loaded = Scorer::load(&dir).unwrap();
    assert_eq!(loaded.version(), format!("small@{}", version.short()));
    let before = Scorer::new(bundle(), &version).unwrap();
    assert_eq!(
        loaded.score_table(&table, &rows, NOW).unwrap(),
        before.score_table(&table, &rows, NOW).unwrap()
    );
}

#[test]
fn refuses_what_was_changed() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("bundle");
    bundle().write(&dir).unwrap();
    let names: Vec<_> = fs::read_dir(&dir).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(names.len(), 8, "{names:?}");
    for path in names {
        let bytes = fs::read(&path).unwrap();
        let mut flipped = bytes.clone();
        flipped[10] ^= 1;
        fs::write(&path, flipped).unwrap();
        assert!(matches!(Scorer::load(&dir), Err(ScoreError::Registry(_))), "{path:?}");
        fs::write(&path, bytes).unwrap();
    }
    assert!(Scorer::load(&dir).is_ok());
}

#[test]
fn refuses_parts_that_do_not_belong_together() {
    let mut other = bundle();
    let fewer = leadsight_features::Recipe { min_level_count: 5, ..Default::default() };
    other.recipe = fewer.fit(&table(&leads(400)), &[0, 1, 2, 3, 4, 5, 6]).unwrap();
    let home = tempfile::tempdir().unwrap();
    let error = other.write(&home.path().join("bundle")).unwrap_err();
    assert!(matches!(error, ScoreError::Mismatch { part: "model", .. }), "{error}");
}
