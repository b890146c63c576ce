//! File, record, JSON and table: the same lead, the same bits.

use crate::fixture::{HEADER, NOW, file, leads, scorer, table};
use leadsight_schema::{Headers, Record};
use leadsight_score::{CsvOptions, OutputColumn, ScoredLead, Scorer};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn by_csv(scorer: &Scorer, text: &str, columns: &[OutputColumn], chunk_rows: usize) -> String {
    let mut out = Vec::new();
    let options = CsvOptions { chunk_rows, ..CsvOptions::new(columns) };
    scorer.score_csv(|| Ok(text.as_bytes()), &mut out, &options, NOW).unwrap();
    String::from_utf8(out).unwrap()
}

fn object(row: &[String]) -> Map<String, Value> {
    HEADER.iter().zip(row).map(|(name, text)| ((*name).to_owned(), json!(text))).collect()
}

fn same(a: &ScoredLead, b: &ScoredLead) {
    assert_eq!(a.margin.to_bits(), b.margin.to_bits(), "{}", a.lead_id);
    assert_eq!(a.probability.map(f64::to_bits), b.probability.map(f64::to_bits));
    let words = |lead: &ScoredLead| {
        let mut buffer = String::new();
        let columns = OutputColumn::all()
            .filter(|c| ![OutputColumn::Rank, OutputColumn::Warnings].contains(c));
        columns.map(|c| lead.text(c, &mut buffer).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(words(a), words(b));
}

fn check(rows: &[Vec<String>]) {
    let scorer = scorer();
    let table = table(rows);
    let all: Vec<usize> = (0..rows.len()).collect();
    let offline = scorer.score_table(&table, &all, NOW).unwrap();
    let fields = scorer.bundle().unwrap().recipe.fields().to_vec();
    for (row, offline) in rows.iter().zip(&offline) {
        let texts = fields
            .iter()
            .map(|f| Some(row[HEADER.iter().position(|h| *h == f.name).unwrap()].as_str()));
        let (record, problems) =
            Record::read(&fields, &scorer.bundle().unwrap().rules, texts).unwrap();
        let by_record = scorer.score_record(&offline.lead_id, &record, &problems, NOW).unwrap();
        same(&by_record, offline);
        let by_json = scorer.score_json(&object(row), NOW).unwrap();
        assert_eq!(by_json.warnings, by_record.warnings);
        let told = by_json.warnings.iter().filter(|w| !w.contains("never seen")).count();
        assert_eq!(told, problems.len());
        if by_json.lead_id == offline.lead_id {
            same(&by_json, offline);
        }
    }
}

#[test]
fn every_way_gives_the_same_bits() {
    check(&leads(600));
}

#[test]
fn a_file_gives_what_the_table_gives() {
    let rows = leads(700);
    let scorer = scorer();
    let all: Vec<usize> = (0..700).collect();
    let offline = scorer.score_table(&table(&rows), &all, NOW).unwrap();
    let columns: Vec<OutputColumn> =
        OutputColumn::all().filter(|c| *c != OutputColumn::Warnings).collect();
    let text = by_csv(&scorer, &file(&rows, &HEADER, ','), &columns, 100);
    assert_eq!(text.as_bytes(), leadsight_score::to_csv(&offline, &columns).unwrap());
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut buffer = String::new();
    for (line, lead) in reader.records().zip(&offline) {
        for (cell, column) in line.unwrap().iter().zip(&columns) {
            assert_eq!(cell, lead.text(*column, &mut buffer), "{}", column.name());
        }
    }
    // The probability reads back to the same bits.
    let p = by_csv(&scorer, &file(&rows, &HEADER, ','), &[OutputColumn::Probability], 100);
    for (line, lead) in p.lines().skip(1).zip(&offline) {
        assert_eq!(
            Some(line.parse::<f64>().unwrap().to_bits()),
            lead.probability.map(f64::to_bits)
        );
    }
}

#[test]
fn chunks_threads_and_reasons_change_nothing() {
    let (scorer, text) = (scorer(), file(&leads(1500), &HEADER, ','));
    let all: Vec<OutputColumn> = OutputColumn::all().collect();
    let whole = by_csv(&scorer, &text, &all, 8192);
    assert_eq!(whole, by_csv(&scorer, &text, &all, 8192), "two runs differ");
    for chunk_rows in [1, 7, 300] {
        assert_eq!(whole, by_csv(&scorer, &text, &all, chunk_rows), "chunks of {chunk_rows}");
    }
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(whole, pool.install(|| by_csv(&scorer, &text, &all, 500)), "{threads} threads");
    }
    let few = [OutputColumn::LeadId, OutputColumn::Tier, OutputColumn::NextAction];
    let plain = by_csv(&scorer, &text, &few, 8192);
    let mut rest = csv::Reader::from_reader(whole.as_bytes());
    let names = rest.headers().unwrap().clone();
    let place = |c: OutputColumn| names.iter().position(|n| n == c.name()).unwrap();
    let expect: Vec<String> = (rest.records())
        .map(|line| few.map(|c| line.as_ref().unwrap()[place(c)].to_owned()).join(","))
        .collect();
    assert_eq!(plain.lines().skip(1).collect::<Vec<_>>(), expect);
}

#[test]
fn contributions_sum_to_the_margin_and_name_source_fields() {
    let (scorer, rows) = (scorer(), leads(300));
    let all: Vec<usize> = (0..300).collect();
    let by_table = scorer.explain_table(&table(&rows), &all).unwrap();
    let mut by_file = Vec::new();
    let text = file(&rows, &HEADER, ',');
    let options = CsvOptions::new(&[]);
    let each = |explained| {
        by_file.push(explained);
        Ok(())
    };
    scorer.explain_csv(|| Ok(text.as_bytes()), &options, each).unwrap();
    assert_eq!(by_table, by_file);
    for (explained, row) in by_table.iter().zip(&rows) {
        let sum: f64 = explained.contributions.iter().map(|c| c.contribution).sum();
        let gap = (explained.base_value + sum - explained.margin).abs();
        assert!(gap <= 1e-6 * (1.0 + explained.margin.abs()), "{gap}");
        let fields: Vec<&str> = explained.contributions.iter().map(|c| c.field.as_str()).collect();
        assert_eq!(fields, ["visits", "age", "job", "last_seen"]);
        assert_eq!(scorer.explain_json(&object(row)).unwrap(), *explained);
    }
    let json = serde_json::to_value(&by_table[0]).unwrap();
    assert_eq!(json["explanation"], "exact");
}

#[test]
fn ranks_share_places_and_start_at_one() {
    let rows = [leads(3), leads(3)].concat();
    let scored = scorer().score_table(&table(&rows), &[0, 1, 2, 3, 4, 5], NOW).unwrap();
    let mut ranks: Vec<u64> = scored.iter().filter_map(|lead| lead.rank).collect();
    assert_eq!(ranks[..3], ranks[3..]);
    ranks.sort_unstable();
    assert_eq!(ranks, [1, 1, 3, 3, 5, 5]);
}

#[test]
fn a_live_lead_may_be_typed() {
    let scorer = scorer();
    let text = json!({"visits": "3", "age": "40.5", "job": "CTO", "last_seen": "2026-06-01", "created": "2026-06-30"});
    let typed = json!({"visits": 3, "age": 40.5, "job": "CTO", "last_seen": "2026-06-01", "created": "2026-06-30", "more": [1]});
    let score = |lead: &Value| scorer.score_json(lead.as_object().unwrap(), NOW).unwrap();
    assert_eq!(score(&text), score(&typed));
    assert_eq!(score(&text).lead_id, "row-1");
    let odd = score(&json!({"visits": [3], "age": null, "job": true, "last_seen": 7}));
    assert_eq!(odd.warnings.len(), 4, "{:?}", odd.warnings);
    assert_eq!(odd.warnings[0], "job: `true` was never seen in training");
    let json = serde_json::to_value(score(&text)).unwrap();
    assert_eq!(json["scorer_used"], "model");
    assert_eq!(json["lead_score"], score(&text).lead_score);
    assert!(json["positive_factor_1"].is_string() && json.get("rank").is_none(), "{json}");
    let nothing = scorer.score_json(json!({"job_title": "CTO"}).as_object().unwrap(), NOW);
    assert!(nothing.unwrap_err().to_string().contains("such as `created`, `visits`"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn any_text_scores_the_same_every_way(
        rows in prop::collection::vec(prop::collection::vec("(\\PC{0,8}|[0-9]{1,4}(\\.[0-9]{1,3})?|2026-0[1-6]-1[0-9]|CTO| CFO )", 6), 1..6),
    ) {
        check(&rows);
    }
}

#[test]
fn leads_of_an_export_are_read_by_its_headers() {
    let rows = leads(50);
    let names = scorer();
    let mut bundle = names.bundle().unwrap().clone();
    bundle.headers = Headers::new([
        ("Record ID", "lead_id"),
        ("Number of Visits", "visits"),
        ("Besuche", "visits"),
        ("Job Title", "job"),
    ]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bundle");
    bundle.write(&path).unwrap();
    let export = Scorer::load(&path).unwrap();
    let headers = ["Record ID", "created", "Besuche", "age", "JOB_TITLE", "last_seen"];
    let columns = [OutputColumn::LeadId, OutputColumn::Probability];
    let named = file(&rows, &HEADER, ',');
    let (_, body) = named.split_once('\n').unwrap();
    let exported = format!("{}\n{body}", headers.join(","));
    let expect = by_csv(&names, &named, &columns, 100);
    assert_eq!(by_csv(&export, &exported, &columns, 100), expect);
    assert_eq!(by_csv(&export, &named, &columns, 100), expect);
    let lead: Map<String, Value> =
        headers.iter().zip(&rows[3]).map(|(h, text)| ((*h).to_owned(), json!(text))).collect();
    let scored = export.score_json(&lead, NOW).unwrap();
    assert_eq!(scored.lead_id, rows[3][0]);
    let by_names = names.score_json(&object(&rows[3]), NOW).unwrap();
    assert_eq!((scored.margin, scored.warnings), (by_names.margin, by_names.warnings));
    // A bundle of no export has no such part.
    names.bundle().unwrap().write(&folder.path().join("plain")).unwrap();
    let text = std::fs::read_to_string(folder.path().join("plain/schema.json")).unwrap();
    assert!(!text.contains("headers"), "{text}");
}
