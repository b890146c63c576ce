//! Runs every kept input through its target: what once was a finding stays mended, and the targets still compile.

use leadsight_fuzz::TARGETS;
use std::fs;
use std::path::Path;

#[test]
fn every_kept_input_comes_back() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for target in &TARGETS {
        let folder = corpus.join(target.name);
        let mut inputs = 0;
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            // Shown by a test that fails.
            println!("{}", path.display());
            (target.run)(&fs::read(&path).unwrap());
            inputs += 1;
        }
        assert!(inputs > 0, "{} has no input", folder.display());
    }
}
