//! Scores of a bundle: the same online as offline, whatever the order of columns, and reasons that sum.

use crate::crm;
use crate::shell::Shell;
use std::collections::BTreeMap;

const NOW: &str = "--now 2026-11-22T00:00:00Z --quiet";

/// A run whose chosen model is no prior, so that scores differ.
fn scored() -> Shell {
    let shell = crm::small();
    shell.expect(
        0,
        r#"run small.ron --quiet --set models=[{"Xgboost":{"rounds":25,"max_depth":3}}]"#,
    );
    join_accounts(&shell);
    shell
}

/// The leads as the experiment saw them: each with its account's columns.
fn join_accounts(shell: &Shell) {
    let accounts: BTreeMap<String, _> =
        shell.rows("crm/accounts.csv").into_iter().map(|r| (r["account_id"].clone(), r)).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let text = shell.text("crm/accounts.csv");
    let more: Vec<&str> = text.lines().next().unwrap().split(',').skip(1).collect();
    let mut reader = csv::Reader::from_path(shell.path("crm/leads.csv")).unwrap();
    let head = reader.headers().unwrap().clone();
    let account = head.iter().position(|h| h == "account_id").unwrap();
    writer.write_record(head.iter().chain(more.iter().copied())).unwrap();
    for row in reader.records() {
        let row = row.unwrap();
        let cells =
            more.iter().map(|name| accounts.get(&row[account]).map_or("", |a| a[*name].as_str()));
        writer.write_record(row.iter().chain(cells)).unwrap();
    }
    shell.write("leads.csv", writer.into_inner().unwrap());
}

#[test]
fn online_equals_offline_to_the_last_bit_and_the_score_keeps_its_promises() {
    let shell = scored();
    shell.expect(
        0,
        &format!("score --bundle runs/small/bundle --leads leads.csv --out a.csv {NOW}"),
    );
    shell.expect(
        0,
        &format!("score --bundle runs/small/bundle --leads leads.csv --out b.csv {NOW}"),
    );
    assert_eq!(shell.read("a.csv"), shell.read("b.csv"));

    let now: BTreeMap<String, _> =
        shell.rows("a.csv").into_iter().map(|r| (r["lead_id"].clone(), r)).collect();
    let test: Vec<_> = shell
        .rows("runs/small/predictions.csv")
        .into_iter()
        .filter(|r| r["split"] == "test" && r["model"] == "Xgboost")
        .collect();
    assert!(test.len() > 200, "{} test rows", test.len());
    for row in &test {
        assert_eq!(now[&row["lead_id"]]["probability"], row["probability"], "{}", row["lead_id"]);
    }
    for (id, row) in
        shell.rows("runs/small/scored.csv").into_iter().map(|r| (r["lead_id"].clone(), r))
    {
        for column in [
            "probability",
            "lead_score",
            "tier",
            "positive_factor_1",
            "negative_factor_1",
            "next_action",
        ] {
            assert_eq!(now[&id][column], row[column], "{id} {column}");
        }
    }

    let threshold = shell.json("runs/small/metrics.json")["threshold"].as_f64().unwrap();
    let mut tiers: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for row in now.values() {
        let p: f64 = row["probability"].parse().unwrap();
        let score: i64 = row["lead_score"].parse().unwrap();
        assert!((0.0..=1.0).contains(&p) && (0..=100).contains(&score));
        assert_eq!(p >= threshold, score >= 70, "p {p}, threshold {threshold}, score {score}");
        assert!(!row["next_action"].is_empty() && !row["model_version"].is_empty());
        let range = tiers.entry(row["tier"].clone()).or_insert((score, score));
        *range = (range.0.min(score), range.1.max(score));
    }
    assert!(tiers.len() >= 2, "{tiers:?}");
    let mut ranges: Vec<_> = tiers.values().collect();
    ranges.sort_unstable();
    assert!(ranges.windows(2).all(|pair| pair[0].1 < pair[1].0), "tiers overlap: {tiers:?}");
}

#[test]
fn columns_may_be_reordered_added_and_missing() {
    let shell = scored();
    let columns = "--columns lead_id,probability,lead_score,tier";
    let score = |file: &str| {
        shell.expect(0, &format!("score --bundle runs/small/bundle --leads {file} {columns} {NOW}"))
    };
    let expect = score("leads.csv");

    let mut reader = csv::Reader::from_path(shell.path("leads.csv")).unwrap();
    let head = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let rewrite = |name: &str, keep: &dyn Fn(&str) -> bool, extra: &[&str]| {
        let order: Vec<usize> = (0..head.len()).rev().filter(|&i| keep(&head[i])).collect();
        let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
        for row in std::iter::once(&head).chain(&rows) {
            writer
                .write_record(order.iter().map(|&i| &row[i]).chain(extra.iter().copied()))
                .unwrap();
        }
        shell.write(name, writer.into_inner().unwrap());
    };
    rewrite("more.csv", &|_| true, &["a new column", "another"]);
    assert_eq!(score("more.csv"), expect);

    rewrite("fewer.csv", &|name| ["lead_id", "web_visits", "source"].contains(&name), &[]);
    assert_eq!(score("fewer.csv").lines().count(), expect.lines().count());
    let output =
        shell.run("score --bundle runs/small/bundle --leads fewer.csv --columns lead_id,warnings");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("missing_column") && said.contains("`pages_viewed`"), "{said}");

    shell.write("renamed.csv", shell.text("leads.csv").replacen("pages_viewed", "Pages Viewed", 1));
    let output = shell
        .run("score --bundle runs/small/bundle --leads renamed.csv --columns lead_id,warnings");
    let said = String::from_utf8(output.stderr).unwrap();
    let hint = "missing_column in `pages_viewed`: no such column (did you mean `Pages Viewed`?)";
    assert!(said.contains(hint), "{said}");

    let expect: Vec<&str> = expect.lines().next().unwrap().split(',').collect();
    assert_eq!(expect, ["lead_id", "probability", "lead_score", "tier"]);
}

#[test]
fn contributions_sum_to_the_margin() {
    let shell = scored();
    let json = shell
        .expect(0, "explain --bundle runs/small/bundle --leads leads.csv --format json --quiet");
    let leads: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    assert!(leads.len() >= 1500);
    for lead in &leads {
        let parts = lead["contributions"].as_array().unwrap();
        let sum: f64 = parts.iter().map(|p| p["contribution"].as_f64().unwrap()).sum();
        let margin = lead["margin"].as_f64().unwrap();
        let error = (lead["base_value"].as_f64().unwrap() + sum - margin).abs();
        assert!(error <= 1e-6 * (1.0 + margin.abs()), "{}: off by {error}", lead["lead_id"]);
        assert_eq!(lead["explanation"], "exact");
    }
    let one = shell.expect(
        0,
        "explain --bundle runs/small/bundle --leads leads.csv --id L000001 --format csv --quiet",
    );
    assert!(one.lines().skip(1).all(|line| line.starts_with("L000001,")), "{one}");
}

#[test]
fn a_reader_who_has_had_enough_is_no_error() {
    let shell = scored();
    for case in [
        "score --bundle runs/small/bundle --leads leads.csv",
        "explain --bundle runs/small/bundle --leads leads.csv",
    ] {
        let words: Vec<&str> = case.split_whitespace().collect();
        let mut child = shell.command(&words).spawn().unwrap();
        drop(child.stdout.take());
        assert_eq!(child.wait().unwrap().code(), Some(0), "{case}");
    }
}

#[test]
fn without_history_a_policy_scores_and_claims_no_probability() {
    let shell = Shell::new();
    shell.expect(0, "synth --out crm --leads 300 --quiet");
    let policy = include_str!("../../../../examples/policies/crm.ron");
    shell.write("crm.ron", policy);
    shell.expect(0, &format!("score --policy crm.ron --leads crm/leads.csv --out a.csv {NOW}"));
    let rows = shell.rows("a.csv");
    assert_eq!(rows.len(), shell.rows("crm/leads.csv").len());
    assert!(!rows[0].contains_key("probability"));
    let tiers = |name: &str| rows.iter().filter(|row| row["tier"] == name).count();
    assert!(["Hot", "Warm", "Cold"].iter().all(|tier| tiers(tier) > 0), "{rows:?}");
    for row in &rows {
        assert!(["scorecard", "rules"].contains(&row["scorer_used"].as_str()), "{row:?}");
        let score: u8 = row["lead_score"].parse().unwrap();
        assert_eq!(score >= 70, row["tier"] == "Hot", "{row:?}");
    }
    shell.write("slip.ron", policy.replace("\"pages_viewed\"", "\"pages_veiwed\""));
    shell.write("strange.ron", policy.replace("scorecard:", "scorecrad:"));
    shell.write("high.ron", policy.replace("threshold: 50", "threshold: 95"));
    for (arguments, expect) in [
        ("--bundle b --policy crm.ron", "there is no `b`"),
        ("", "--bundle"),
        ("--policy none.ron", "cannot read `none.ron`, the policy (a RON file)"),
        ("--policy slip.ron", "did you mean `pages_viewed`?"),
        ("--policy strange.ron", "did you mean `scorecard`?"),
        ("--policy high.ron", "no lead can reach the threshold 95"),
    ] {
        let output = shell.run(&format!("score --leads crm/leads.csv --out x.csv {arguments}"));
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments}: {told}");
        assert!(told.contains(expect), "{arguments}: {told}");
    }
}

#[test]
fn the_change_since_the_last_time_has_its_reasons() {
    let shell = scored();
    let mut reader = csv::Reader::from_path(shell.path("leads.csv")).unwrap();
    let head = reader.headers().unwrap().clone();
    let views = head.iter().position(|h| h == "pages_viewed").unwrap();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&head).unwrap();
    for (i, row) in reader.records().enumerate() {
        let row = row.unwrap();
        let more = |(at, cell)| if at == views && i % 2 == 0 { "30" } else { cell };
        writer.write_record(row.iter().enumerate().map(more)).unwrap();
    }
    shell.write("now.csv", writer.into_inner().unwrap());
    let bundle = "--bundle runs/small/bundle --quiet";
    shell.expect(
        0,
        &format!("score {bundle} --leads leads.csv --now 2026-11-01T00:00:00Z --out scored.csv"),
    );
    let since = "--leads now.csv --previous scored.csv --previous-leads leads.csv";
    let later = "--now 2026-11-22T00:00:00Z";
    shell.expect(0, &format!("score {bundle} {since} {later} --out b.csv"));
    let before: BTreeMap<String, _> =
        shell.rows("scored.csv").into_iter().map(|r| (r["lead_id"].clone(), r)).collect();
    let mut moved = 0;
    for row in shell.rows("b.csv") {
        let old = &before[&row["lead_id"]];
        let [now, then]: [i64; 2] = [&row, old].map(|r| r["lead_score"].parse().unwrap());
        assert_eq!(
            (&row["score_delta"], &row["previous_tier"]),
            (&(now - then).to_string(), &old["tier"])
        );
        let trend = &row["trend"];
        let expect = match now - then {
            0 => "unchanged since 2026-11-01",
            1.. => "up ",
            _ => "down ",
        };
        assert!(trend.starts_with(expect), "{trend}");
        moved += usize::from(trend.contains("pages viewed ") && trend.contains(" -> 30 ("));
    }
    assert!(moved > 100, "{moved}");

    let json = shell.expect(0, &format!("explain {bundle} {since} {later} --format json"));
    let leads: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    let moved = leads.iter().flat_map(|lead| lead["change"]["moved"].as_array().unwrap());
    assert!(moved.clone().count() > 100 && moved.clone().any(|m| m["field"] == "pages_viewed"));
    let german = format!("score {bundle} {since} {later} --language German --columns trend");
    assert!(shell.expect(0, &german).contains("gestiegen seit dem 01.11.2026, vor allem "));
    for (arguments, expect) in [
        ("--columns trend", "--previous"),
        ("--previous-leads leads.csv", "--previous"),
        ("--previous leads.csv", "no column `lead_score`"),
        ("--previous none.csv", "there is no `none.csv`"),
        ("--language Greek", "possible values: english, german"),
    ] {
        let said = shell.run(&format!("score {bundle} --leads now.csv {arguments}"));
        let (status, said) = (said.status.code(), String::from_utf8(said.stderr).unwrap());
        assert!(status == Some(2) && said.contains(expect), "{arguments}: {said}");
    }
}
