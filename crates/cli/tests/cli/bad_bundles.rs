//! Bundles and files to score that are damaged.

use crate::leads::{csv, experiment, good};
use crate::shell::Shell;
use std::fs;

#[test]
fn a_damaged_bundle_is_refused_before_it_is_read() {
    let shell = Shell::new();
    experiment(&shell, "good", csv(&good(), ","));
    shell.expect(0, "run good.ron --quiet");
    let files = shell.bytes_below("runs/good/bundle");
    assert!(files.len() >= 6);
    for (file, bytes) in &files {
        let place = shell.path("runs/good/bundle").join(file);
        let mut flipped = bytes.clone();
        flipped[bytes.len() / 2] ^= 1;
        for damaged in [Some(flipped), Some(bytes[..bytes.len() / 2].to_vec()), None] {
            match damaged {
                Some(damaged) => fs::write(&place, damaged).unwrap(),
                None => fs::remove_file(&place).unwrap(),
            }
            let said = shell
                .transcript(2, &["score --bundle runs/good/bundle --leads good.csv --out new.csv"]);
            // A damaged checksum of the manifest cannot be told from a damaged manifest.
            let named = file.to_str().unwrap().replace(".sha256", "");
            assert!(said.contains(&named), "{said}");
            fs::write(&place, bytes).unwrap();
        }
    }
    shell.write("runs/good/bundle/extra.json", "{}");
    let said =
        shell.transcript(2, &["score --bundle runs/good/bundle --leads good.csv --out new.csv"]);
    assert!(said.contains("extra.json"), "{said}");
    fs::remove_file(shell.path("runs/good/bundle/extra.json")).unwrap();

    shell.write("empty.csv", "");
    shell.write("strangers.csv", "name,colour\nx,red\n");
    shell.write("twice.csv", "lead_id,visits,visits\nL1,1,2\n");
    shell.write("quote.csv", csv(&good(), ",").replacen("\nL9,", "\n\"L9,", 1));
    let bundle = "--bundle runs/good/bundle";
    let cases = [
        "score --bundle nowhere --leads good.csv".to_owned(),
        "score --bundle runs/good --leads good.csv".to_owned(),
        format!("score {bundle} --leads nowhere.csv"),
        format!("score {bundle} --leads empty.csv --out new.csv"),
        format!("score {bundle} --leads strangers.csv --out new.csv"),
        format!("score {bundle} --leads twice.csv --out new.csv"),
        format!("score {bundle} --leads quote.csv --out new.csv"),
        format!("score {bundle} --leads good.csv --out nowhere/new.csv"),
        format!("score {bundle} --leads good.csv --out good.csv"),
        format!("explain {bundle} --leads good.csv --id l7"),
    ];
    let cases: Vec<&str> = cases.iter().map(String::as_str).collect();
    insta::assert_snapshot!("score", shell.transcript(2, &cases));
}
