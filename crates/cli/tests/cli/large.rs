//! Files that are too much of something: each is read in bounded time and memory, or refused in a few words.

use crate::leads::{csv, experiment, good, with};
use crate::shell::Shell;

/// Runs and scores; no output of the run holds a line or a file that grew with the cell.
#[track_caller]
fn check(shell: &Shell, name: &str, bytes: impl AsRef<[u8]>) {
    experiment(shell, name, bytes);
    shell.expect(0, &format!("run {name}.ron --quiet"));
    let score = format!("score --bundle runs/{name}/bundle --leads {name}.csv --quiet");
    let scored = shell.expect(0, &score);
    assert!(scored.lines().count() > 300 && scored.lines().all(|l| l.len() < 4_000), "{name}");
}

#[test]
fn a_cell_of_a_million_characters_is_a_word_like_any_other() {
    let shell = Shell::new();
    let million = "x".repeat(1_000_000);
    check(&shell, "cell", with(1, |i, s| if i == 5 { million.clone() } else { s.into() }));
    for (path, bytes) in shell.bytes_below("runs/cell") {
        let file = path.to_string_lossy();
        let holds = bytes.windows(1_000).any(|part| part.iter().all(|b| *b == b'x'));
        assert!(!holds, "{file} repeats the cell");
    }
    let words = with(4, |i, y| match y {
        _ if i == 5 => million.clone(),
        "1" => "won".to_owned(),
        _ => "lost".to_owned(),
    });
    experiment(&shell, "label", words);
    experiment(
        &shell,
        "number",
        with(2, |i, n| if i == 5 { "7".repeat(999_999) } else { n.into() }),
    );
    shell.expect(0, "run number.ron --quiet");
    let output = shell.run("run label.ron");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stderr.len() < 2_000, "an error of {} bytes", output.stderr.len());
}

#[test]
fn a_hundred_thousand_levels_and_a_thousand_columns_are_read() {
    let shell = Shell::new();
    let base = good();
    let mut rows = vec![base[0].clone()];
    for i in 0..100_000 {
        let mut row = base[1 + i % 300].clone();
        row[0] = format!("L{i}");
        // Every tenth lead has a level that stood before, or the column would pass for an identifier.
        row[1] = format!("w{}", if i % 10 == 0 { 1 } else { i });
        rows.push(row);
    }
    check(&shell, "levels", csv(&rows, ","));
    let mut wide = base;
    wide[0].extend((0..1_000).map(|c| format!("column {c}")));
    for (i, row) in wide.iter_mut().enumerate().skip(1) {
        row.extend((0..1_000).map(|c| ((i * (c + 7)) % 101).to_string()));
    }
    check(&shell, "wide", csv(&wide, ","));
    let said = shell.run("run wide.ron --set data.created=nowhere").stderr;
    assert!(said.len() < 2_000, "an error of {} bytes", said.len());
}

#[test]
fn columns_without_a_value_are_left_out_and_nothing_but_such_is_refused() {
    let shell = Shell::new();
    check(&shell, "some", with(1, |_, _| String::new()));
    let blank = good().into_iter().enumerate().map(|(i, mut row)| {
        if i > 0 {
            row[1..4].iter_mut().for_each(String::clear);
        }
        row
    });
    experiment(&shell, "all", csv(&blank.collect::<Vec<_>>(), ","));
    insta::assert_snapshot!("all_missing", shell.transcript(2, &["run all.ron"]));
}
