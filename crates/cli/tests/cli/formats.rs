//! Every verb's data in three forms: a table for people, one JSON document, CSV with one header.

use crate::leads::{csv, experiment, good};
use crate::shell::Shell;

/// A run whose models are quick and whose figures are the same everywhere, and a second one that is worse.
fn shell() -> Shell {
    let shell = Shell::new();
    experiment(&shell, "good", csv(&good(), ","));
    shell.expect(0, "run good.ron --quiet");
    shell.expect(0, r#"run good.ron --quiet --out worse --set models=["Prior"]"#);
    shell
}

const NOW: &str = "--now 2026-11-22T00:00:00Z";

fn verbs() -> Vec<(i32, String)> {
    let predictions = "--scores runs/good/predictions.csv --label label --probability probability --only split=test --only model=Logistic";
    vec![
        (0, "profile good.csv --label won".to_owned()),
        (0, "audit good.ron".to_owned()),
        (0, "format contacts.csv --region DE".to_owned()),
        (0, "dedupe doubles.csv --region DE".to_owned()),
        (0, format!("score --bundle runs/good/bundle --leads three.csv {NOW}")),
        (0, "explain --bundle runs/good/bundle --leads three.csv --id L1".to_owned()),
        (0, format!("evaluate {predictions} --bootstrap 50")),
        (0, "compare runs/good worse/good --bootstrap 50".to_owned()),
        (1, "gate worse/good --baseline runs/good --bootstrap 50".to_owned()),
        (0, "synth --out crm --leads 300".to_owned()),
        (0, "schema output".to_owned()),
        (0, "schema metrics".to_owned()),
    ]
}

#[test]
fn every_verb_prints_a_table_json_and_csv() {
    let shell = shell();
    shell.write("contacts.csv", crate::contacts::sheet(3));
    shell.write("doubles.csv", crate::contacts::DOUBLES);
    shell.write("three.csv", csv(&good()[..4], ","));
    let mut page = String::new();
    for (status, verb) in verbs() {
        for format in ["table", "json", "csv"] {
            let case = format!("{verb} --format {format}");
            let data = shell.expect(status, &format!("{case} --quiet"));
            match format {
                "json" => drop(serde_json::from_str::<serde_json::Value>(&data).unwrap()),
                "csv" => {
                    let mut reader = csv::Reader::from_reader(data.as_bytes());
                    let header = reader.headers().unwrap().clone();
                    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
                    assert!(!rows.is_empty() && !rows.contains(&header), "{case}\n{data}");
                }
                _ => assert!(data.lines().all(|l| l.chars().count() <= 110), "{case}\n{data}"),
            }
            // The reference has snapshots of its own.
            if verb.starts_with("schema") {
                continue;
            }
            let data = if format == "table" { data } else { steady(&data) };
            let shown: Vec<&str> =
                data.lines().take(if format == "table" { 40 } else { 12 }).collect();
            page += &format!("$ leadsight {case}\n{}\n", shown.join("\n"));
            if data.lines().nth(shown.len()).is_some() {
                page += "...\n";
            }
            page += "\n";
        }
    }
    insta::assert_snapshot!("formats", page);
}

/// Without what differs from machine to machine, or with every change of a model: the digits of raw numbers from the
/// fourth, and the bundle's hash. Tables are rounded as they are.
fn steady(data: &str) -> String {
    let mut page = String::new();
    let mut decimals = None;
    for c in data.chars() {
        decimals = match (c, decimals) {
            ('.', _) => Some(0),
            ('0'..='9', Some(count)) => Some(count + 1),
            _ => None,
        };
        if decimals.is_none_or(|count| count <= 3) {
            page.push(c);
        }
    }
    let mut parts = page.split("good@");
    let mut page = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        page += "good@HASH";
        page += part.trim_start_matches(|c: char| c.is_ascii_hexdigit());
    }
    page
}

#[test]
fn a_run_says_on_one_page_what_came_of_it() {
    let shell = shell();
    let page = shell.expect(0, "run good.ron --quiet");
    // Seconds differ from run to run, and the leaderboard holds some.
    let lines: Vec<&str> =
        page.lines().filter(|line| !line.starts_with(['│', '┌', '╞', '└'])).collect();
    insta::assert_snapshot!("run", lines.join("\n"));
    let csv = shell.expect(0, "run good.ron --quiet --format csv");
    assert!(csv.starts_with("model,split,roc_auc,"), "{csv}");
    let json = shell.run("run good.ron --format json");
    serde_json::from_slice::<serde_json::Value>(&json.stdout).unwrap();
    assert!(String::from_utf8(json.stderr).unwrap().contains("everything is in runs/good"));
}

#[test]
fn scored_leads_are_the_same_in_every_form_and_through_every_pipe() {
    let shell = shell();
    let score = format!("score --bundle runs/good/bundle {NOW}");
    let csv_text = shell.expect(0, &format!("{score} --leads good.csv"));
    let json = shell.expect(0, &format!("{score} --leads good.csv --format json"));
    let leads: Vec<serde_json::Map<String, serde_json::Value>> =
        serde_json::from_str(&json).unwrap();
    let mut reader = csv::Reader::from_reader(csv_text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), leads.len());
    for (row, lead) in rows.iter().zip(&leads) {
        for (name, cell) in header.iter().zip(row) {
            match lead.get(name) {
                None => assert_eq!(cell, "", "{name}"),
                Some(serde_json::Value::String(text)) => assert_eq!(cell, text, "{name}"),
                Some(value) => {
                    let cell: f64 = cell.parse().unwrap();
                    assert_eq!(value.as_f64(), Some(cell), "{name}");
                }
            }
        }
    }
    // A file called .json is JSON, and `-` is stdin and stdout.
    shell.expect(0, &format!("{score} --leads good.csv --out scored.json"));
    assert_eq!(shell.text("scored.json"), json);
    let piped = shell.piped(&format!("{score} --leads - --out -"), &shell.read("good.csv"));
    assert_eq!(String::from_utf8(piped.stdout).unwrap(), csv_text);
    let none = shell.piped(&format!("{score} --leads - --format json"), b"source,visits,budget\n");
    assert_eq!(String::from_utf8(none.stdout).unwrap(), "[\n]\n");
}

#[test]
fn stdin_is_read_wherever_a_file_of_data_is() {
    let shell = shell();
    for (file, verb) in [
        ("good.csv", "profile FILE --label won"),
        ("good.csv", "explain --bundle runs/good/bundle --leads FILE --id L7"),
        (
            "runs/good/predictions.csv",
            "evaluate --scores FILE --label label --probability probability --bootstrap 50 --only split=test --only model=Prior",
        ),
    ] {
        let named = shell.expect(0, &verb.replace("FILE", file));
        let piped = shell.piped(&verb.replace("FILE", "-"), &shell.read(file));
        let said = String::from_utf8_lossy(&piped.stderr);
        assert_eq!(String::from_utf8_lossy(&piped.stdout), named, "{verb}\n{said}");
        let empty = shell.piped(&verb.replace("FILE", "-"), b"");
        let said = String::from_utf8_lossy(&empty.stderr);
        assert_eq!(empty.status.code(), Some(2), "{verb}");
        assert!(said.contains("stdin") && said.contains("is empty"), "{verb}: {said}");
    }
}

#[test]
fn a_terminal_without_utf8_gets_plain_signs_and_a_narrow_one_narrow_tables() {
    let shell = shell();
    let mut command = shell.command(&["profile", "good.csv", "--label", "won", "--quiet"]);
    command.env("LC_ALL", "C").env("COLUMNS", "80");
    let page = String::from_utf8(command.output().unwrap().stdout).unwrap();
    assert!(page.is_ascii(), "{page}");
    assert!(page.lines().all(|line| line.len() <= 80), "{page}");
}
