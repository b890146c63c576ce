//! Compressed files, Parquet, and several files as one table.

use crate::leads::{config, csv, experiment, good};
use crate::shell::Shell;
use flate2::{Compression, write::GzEncoder};
use std::io::Write;

const SCORE: &str = "score --bundle runs/plain/bundle --now 2026-11-22T00:00:00Z --quiet --leads";

fn gzip(text: &str) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    out.write_all(text.as_bytes()).unwrap();
    out.finish().unwrap()
}

#[test]
fn gzip_is_known_by_its_first_bytes_and_reads_as_the_file_in_it() {
    let shell = Shell::new();
    let plain = csv(&good(), ",");
    experiment(&shell, "plain", &plain);
    experiment(&shell, "zipped", gzip(&plain));
    shell.write("leads.csv.gz", gzip(&plain));
    for name in ["plain", "zipped"] {
        shell.expect(0, &format!("run {name}.ron --quiet"));
    }
    assert_eq!(shell.read("runs/plain/predictions.csv"), shell.read("runs/zipped/predictions.csv"));
    let scored = shell.expect(0, &format!("{SCORE} plain.csv"));
    assert_eq!(scored, shell.expect(0, &format!("{SCORE} leads.csv.gz")));
    let explain = "explain --bundle runs/plain/bundle --id L7 --quiet --leads";
    assert_eq!(
        shell.expect(0, &format!("{explain} plain.csv")),
        shell.expect(0, &format!("{explain} leads.csv.gz"))
    );
    shell.expect(0, "profile leads.csv.gz --label won");
}

/// The file was written by another program (`data/make_leads.py`).
#[test]
fn parquet_reads_as_the_csv_of_the_same_cells() {
    let shell = Shell::new();
    let parquet = include_bytes!("../data/leads.parquet");
    experiment(&shell, "plain", include_bytes!("../data/leads.csv"));
    experiment(&shell, "columns", parquet);
    shell.write("leads.parquet", parquet);
    for name in ["plain", "columns"] {
        shell.expect(0, &format!("run {name}.ron --quiet"));
    }
    for file in ["predictions.csv", "bundle/model.json", "bundle/recipe.json"] {
        let of = |name| shell.read(&format!("runs/{name}/{file}"));
        assert_eq!(of("plain"), of("columns"), "{file}");
    }
    let scored = shell.expect(0, &format!("{SCORE} plain.csv"));
    assert_eq!(scored, shell.expect(0, &format!("{SCORE} leads.parquet")));
    shell.expect(0, "profile leads.parquet --label won");

    shell.write("cut.parquet", &parquet[..parquet.len() / 2]);
    insta::assert_snapshot!("parquet", shell.transcript(2, &["profile cut.parquet"]));
}

/// As German spreadsheet programs save CSV, and as "Unicode text".
#[test]
fn windows_1252_and_utf16_read_as_the_same_text_in_utf8() {
    let shell = Shell::new();
    let utf8 = csv(&good(), ",").replace("fair", "Küche");
    assert!(utf8.contains("Küche"));
    let utf16: Vec<u8> = utf8.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let windows: Vec<u8> = utf8.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    experiment(&shell, "plain", &utf8);
    experiment(&shell, "windows", &windows);
    experiment(&shell, "zipped", {
        let mut out = GzEncoder::new(Vec::new(), Compression::default());
        out.write_all(&windows).unwrap();
        out.finish().unwrap()
    });
    experiment(&shell, "utf16", [b"\xFF\xFE", utf16.as_slice()].concat());
    experiment(&shell, "unmarked", &utf16);
    for name in ["plain", "windows", "zipped", "utf16", "unmarked"] {
        shell.expect(0, &format!("run {name}.ron --quiet"));
        for file in ["predictions.csv", "bundle/recipe.json"] {
            let of = |name| shell.read(&format!("runs/{name}/{file}"));
            assert_eq!(of("plain"), of(name), "{name}: {file}");
        }
        let scored = shell.expect(0, &format!("{SCORE} plain.csv"));
        assert_eq!(scored, shell.expect(0, &format!("{SCORE} {name}.csv")), "{name}");
    }
    let told = shell.text("runs/windows/issues.json");
    assert!(told.contains("encoding") && told.contains("`Küche`"), "{told}");
}

#[test]
fn gzip_that_breaks_off_is_refused_with_what_could_be_read() {
    let shell = Shell::new();
    let plain = csv(&good(), ",");
    let whole = gzip(&plain);
    experiment(&shell, "plain", &plain);
    shell.expect(0, "run plain.ron --quiet");
    let mut damaged = whole.clone();
    damaged[whole.len() - 6] ^= 1;
    experiment(&shell, "cut", &whole[..whole.len() - 4]);
    experiment(&shell, "head", &whole[..5]);
    experiment(&shell, "damaged", &damaged);
    let cases = [
        "run cut.ron",
        "run head.ron",
        "run damaged.ron",
        "profile cut.csv",
        &format!("{SCORE} cut.csv --out scored.csv"),
        &format!("{SCORE} head.csv --out scored.csv"),
    ];
    insta::assert_snapshot!("gzip", shell.transcript(2, &cases));
}

#[test]
fn several_files_are_one_table() {
    let shell = Shell::new();
    let rows = good();
    let half = |rows: &[Vec<String>]| csv(&[&good()[..1], rows].concat(), ",");
    experiment(&shell, "whole", csv(&rows, ","));
    shell.write("a.csv", half(&rows[1..150]));
    shell.write("b.csv.gz", gzip(&half(&rows[150..])));
    shell.write("c.csv", "lead_id,source,visit,won\nL1,web,2,1\n");
    let keys = |more: &str| {
        format!(
            r#"data: (leads: "a.csv", more: [{more}], id: "lead_id"), label: Column(name: "won")"#
        )
    };
    config(&shell, "parts", &keys(r#""b.csv.gz""#));
    config(&shell, "other", &keys(r#""b.csv.gz", "c.csv""#));
    config(&shell, "absent", &keys(r#""d.csv""#));
    for name in ["whole", "parts"] {
        shell.expect(0, &format!("run {name}.ron --quiet"));
    }
    assert_eq!(shell.read("runs/whole/predictions.csv"), shell.read("runs/parts/predictions.csv"));
    let files = shell.json("runs/parts/manifest.json")["data"].as_array().unwrap().len();
    assert_eq!(files, 2);
    insta::assert_snapshot!("parts", shell.transcript(2, &["run other.ron", "run absent.ron"]));
}
