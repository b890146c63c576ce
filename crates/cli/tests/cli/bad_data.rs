//! Files of leads that are wrong in one way or another: exit status 2 with a clear error, or an issue; never a panic.

use crate::leads::{config, csv, experiment, good, with};
use crate::shell::Shell;

#[test]
fn a_file_that_cannot_be_read_is_refused() {
    let shell = Shell::new();
    let good_csv = csv(&good(), ",");
    let rows = good();
    let mut twice = rows.clone();
    twice
        .iter_mut()
        .enumerate()
        .for_each(|(i, r)| r.push(if i == 0 { "visits" } else { "1" }.into()));
    let mut open_quote = rows.clone();
    open_quote[50][1] = "\"web".to_owned();
    let mut unknown = good_csv.clone().into_bytes();
    let place = good_csv.find("fair").unwrap();
    unknown[place] = 0x81;
    let binary: Vec<u8> = (0..2000_u32).map(|i| ((i * 7919) >> 3) as u8).collect();
    let table: [(&str, Vec<u8>); 9] = [
        ("empty", Vec::new()),
        ("blank_lines", b"\n\n\n".to_vec()),
        ("header_only", b"lead_id,visits,won\n".to_vec()),
        ("binary", binary),
        ("workbook", b"PK\x03\x04\x14\x00\x06\x00rest".to_vec()),
        ("unknown_encoding", unknown),
        ("one_column", b"won\n1\n0\n1\n".to_vec()),
        ("twice", csv(&twice, ",").into()),
        ("open_quote", csv(&open_quote, ",").into()),
    ];
    let mut cases: Vec<String> = Vec::new();
    for (name, bytes) in table {
        experiment(&shell, name, bytes);
        cases.push(format!("run {name}.ron"));
    }
    config(&shell, "missing", r#"data: (leads: "nowhere.csv"), label: Column(name: "won")"#);
    config(&shell, "folder", r#"data: (leads: "."), label: Column(name: "won")"#);
    experiment(&shell, "good", good_csv);
    cases.extend(
        [
            "run missing.ron",
            "run folder.ron",
            "run good.ron --set data.separator=;",
            "profile empty.csv",
        ]
        .map(str::to_owned),
    );
    let cases: Vec<&str> = cases.iter().map(String::as_str).collect();
    insta::assert_snapshot!("files", shell.transcript(2, &cases));
}

#[test]
fn an_outcome_may_have_several_words_and_all_others() {
    let shell = Shell::new();
    let words = ["gewonnen", "Kunde", "Abschluss!", "verloren", "kalt", ""];
    let word = |i: usize, won: &str| words[if won == "1" { i % 3 } else { 3 + i % 3 }].to_owned();
    let won = 4;
    experiment(&shell, "words", with(won, |i, cell| word(i, cell)));
    let set = r#"--set label.positive=["gewonnen","Kunde","Abschluss!"]"#;
    let said = format!(r#"run words.ron --quiet {set} --set label.negative=["verloren","kalt"]"#);
    shell.expect(0, &said);
    let predictions = shell.read("runs/words/predictions.csv");
    shell.expect(
        0,
        &format!("run words.ron --quiet --out others {set} --set label.others=Negative"),
    );
    assert_eq!(predictions, shell.read("others/words/predictions.csv"));
    let judge = "profile words.csv --label won --format csv --positive gewonnen,Kunde,Abschluss!";
    let others = shell.expect(0, &format!("{judge} --others negative"));
    assert_eq!(others, shell.expect(0, &format!("{judge} --negative verloren,kalt")));
}

#[test]
fn a_label_or_split_without_two_outcomes_is_refused() {
    let shell = Shell::new();
    let won = 4;
    experiment(&shell, "one_class", with(won, |_, _| "1".into()));
    experiment(&shell, "three_words", with(won, |i, _| ["yes", "no", "maybe"][i % 3].into()));
    experiment(&shell, "three_numbers", with(won, |i, _| (i % 3).to_string()));
    experiment(&shell, "all_blank", with(won, |_, _| String::new()));
    experiment(
        &shell,
        "two_conversions",
        with(won, |i, _| u8::from(i == 3 || i == 77).to_string()),
    );
    experiment(&shell, "three_rows", csv(&good()[..4], ","));
    let keys = r#"data: (leads: "good.csv", id: "won"), label: Column(name: "won")"#;
    config(&shell, "label_is_id", keys);
    shell.write("good.csv", csv(&good(), ","));
    let keys = r#"data: (leads: "good.csv"), label: Column(name: "won"), split: Stratified(train: 0.7, valid: 0.2, test: 0.2)"#;
    config(&shell, "shares", keys);
    experiment(
        &shell,
        "nothing_to_learn",
        "lead_id,source,won\n".to_owned()
            + &(0..60).map(|i| format!("L{i},web,{}\n", i % 2)).collect::<String>(),
    );
    experiment(
        &shell,
        "two_ids",
        "lead_id,source,won\n".to_owned() + &"L,web,0\nM,web,1\n".repeat(30),
    );
    let split = |name: &str, part: &dyn Fn(usize) -> &'static str, win: &dyn Fn(usize) -> bool| {
        let mut rows = good();
        rows[0].push("split".into());
        for (i, row) in rows.iter_mut().skip(1).enumerate() {
            row[won] = u8::from(win(i)).to_string();
            row.push(part(i).into());
        }
        shell.write(&format!("{name}.csv"), csv(&rows, ","));
        let keys = format!(
            r#"data: (leads: "{name}.csv"), label: Column(name: "won"), split: Column("split")"#
        );
        config(&shell, name, &keys);
    };
    let parts = |i: usize| ["train", "train", "valid", "test"][i % 4];
    split("part_without_conversion", &parts, &|i| i % 3 == 0 && i % 4 != 3);
    split("part_without_leads", &|i| ["train", "valid"][i % 2], &|i| i % 3 == 0);
    split("part_unknown", &|i| if i == 9 { "holdout" } else { parts(i) }, &|i| i % 3 == 0);
    let cases = [
        "run one_class.ron",
        "run three_words.ron",
        "run three_numbers.ron",
        "run all_blank.ron",
        "run two_conversions.ron",
        "run three_rows.ron",
        "run nothing_to_learn.ron",
        "run two_ids.ron",
        "run label_is_id.ron",
        "run shares.ron",
        "run part_without_conversion.ron",
        "run part_without_leads.ron",
        "run part_unknown.ron",
    ];
    insta::assert_snapshot!("outcomes", shell.transcript(2, &cases));
}

/// Runs and returns `kind column count` of each issue.
#[track_caller]
fn issues(shell: &Shell, name: &str) -> Vec<String> {
    shell.expect(0, &format!("run {name}.ron --quiet"));
    let issues = shell.json(&format!("runs/{name}/issues.json"));
    let word = |value: &serde_json::Value| value.to_string().replace('"', "");
    let line = |i: &serde_json::Value| {
        format!("{} {} {}", word(&i["kind"]), word(&i["column"]), i["count"])
    };
    issues.as_array().unwrap().iter().map(line).collect()
}

#[test]
fn a_file_that_can_be_read_in_part_is_used_and_the_rest_is_an_issue() {
    let shell = Shell::new();
    let (budget, won) = (3, 4);
    let mut ragged = good();
    ragged[10].truncate(3);
    ragged[20].push("more".into());
    let mut nameless = good();
    nameless[0][1] = String::new();
    let same_id = with(0, |i, id| if i == 8 { "L7".into() } else { id.into() });
    let table = [
        ("semicolons", csv(&good(), ";"), vec![]),
        ("tabs", csv(&good(), "\t"), vec![]),
        ("crlf", csv(&good(), ",").replace('\n', "\r\n"), vec![]),
        ("ragged", csv(&ragged, ","), vec!["ragged_row null 2"]),
        ("nameless", csv(&nameless, ","), vec!["nameless_column column_2 1"]),
        ("same_id", same_id, vec!["duplicate_id lead_id 1"]),
        (
            "blank_labels",
            with(won, |i, y| if i % 10 == 0 { String::new() } else { y.into() }),
            vec!["blank_label won 30"],
        ),
        ("constant", with(budget, |_, _| "7".into()), vec!["constant_column budget 1"]),
        ("no_value", with(budget, |_, _| String::new()), vec!["empty_column budget 1"]),
        (
            "some_infinite",
            with(budget, |i, b| if i % 5 == 0 { "inf".into() } else { b.into() }),
            vec!["unreadable_cell budget 60"],
        ),
        ("huge", with(budget, |i, _| if i % 2 == 0 { "1e308" } else { "-1e308" }.into()), vec![]),
    ];
    for (name, bytes, expect) in table {
        experiment(&shell, name, bytes);
        assert_eq!(issues(&shell, name), expect, "{name}");
    }
    let dates = with(budget, |i, _| match i % 60 {
        7 => "2023-02-30".into(),
        8 => "0000-01-01".into(),
        9 => "9999-12-31".into(),
        day => format!("2026-01-{:02}", day % 31 + 1),
    });
    experiment(&shell, "dates", dates);
    // The year 0 exists in ISO 8601; the last day of 9999 is beyond the moments that can be told.
    let expect =
        ["unreadable_cell budget 10", "impossible_date budget 5", "split_by_chance budget 1"];
    assert_eq!(issues(&shell, "dates"), expect);
    experiment(&shell, "infinite", with(budget, |_, _| "1e400".into()));
    let found = issues(&shell, "infinite");
    assert!(found.contains(&"unreadable_cell budget 300".to_owned()), "{found:?}");
}

#[test]
fn scores_that_cannot_be_judged_are_refused() {
    let shell = Shell::new();
    let file = |name: &str, label: &dyn Fn(usize) -> String, p: &dyn Fn(usize) -> String| {
        let rows: String = (0..60).map(|i| format!("{},{}\n", label(i), p(i))).collect();
        shell.write(&format!("{name}.csv"), format!("won,p\n{rows}"));
    };
    let won = |i: usize| u8::from(i.is_multiple_of(3)).to_string();
    let p = |i: usize| (i as f64 / 60.0).to_string();
    file("good", &won, &p);
    file("above_one", &won, &|i| if i == 40 { "1.5".into() } else { p(i) });
    file("negative", &won, &|_| "-0.25".into());
    file("word", &won, &|i| if i == 5 { "high".into() } else { p(i) });
    file("not_a_number", &won, &|_| "NaN".into());
    file("one_class", &|_| "1".into(), &p);
    file("three", &|i| ["yes", "no", "maybe"][i % 3].into(), &p);
    let say = "--label won --probability p";
    let cases = [
        format!("evaluate --scores above_one.csv {say}"),
        format!("evaluate --scores negative.csv {say}"),
        format!("evaluate --scores word.csv {say}"),
        format!("evaluate --scores not_a_number.csv {say}"),
        format!("evaluate --scores one_class.csv {say}"),
        format!("evaluate --scores three.csv {say} --positive yes"),
        format!("evaluate --scores good.csv {say} --threshold 7"),
        format!("evaluate --scores good.csv {say} --level 2"),
        format!("evaluate --scores good.csv {say} --bootstrap 0"),
        "evaluate --scores good.csv --label won --probability q".to_owned(),
        "evaluate --scores good.csv --label wonn --probability p".to_owned(),
    ];
    let cases: Vec<&str> = cases.iter().map(String::as_str).collect();
    insta::assert_snapshot!("scores", shell.transcript(2, &cases));
    let judged = |seed: u32| {
        shell.expect(0, &format!("evaluate --scores good.csv {say} --format json --seed {seed}"))
    };
    assert_eq!(judged(1), judged(1));
    assert_ne!(judged(1), judged(2));
    shell.expect(0, &format!("evaluate --scores three.csv {say} --positive yes --negative no"));
}

#[test]
fn problems_of_new_leads_are_told_with_the_rest() {
    let shell = Shell::new();
    let budget = 3;
    shell.write("good.csv", csv(&good(), ","));
    shell.write("new.csv", with(budget, |i, b| if i < 3 { "much".into() } else { b.into() }));
    let data = r#"data: (leads: "good.csv", id: "lead_id", score: "new.csv")"#;
    config(&shell, "both", &format!(r#"{data}, label: Column(name: "won")"#));
    assert_eq!(issues(&shell, "both"), ["unreadable_cell budget 3"]);
}
