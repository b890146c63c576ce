//! What became of a lead's score since the last time.

use crate::fixture::{HEADER, NOW, bundle, file, leads, scorer};
use leadsight_models::Calibrator;
use leadsight_schema::{Fingerprint, Issue, Language, Timestamp};
use leadsight_score::{
    Before, Change, CsvOptions, Explained, OutputColumn, Previous, PreviousLeads, PreviousScores,
    ScoreError, ScoredLead, Scorer,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const THEN: Timestamp = Timestamp(NOW.0 - 21 * 86_400);

fn lead(row: &[String]) -> Map<String, Value> {
    HEADER.iter().zip(row).map(|(name, text)| ((*name).to_owned(), json!(text))).collect()
}

/// The change between two rows of one lead, with its score before rounding then and now, and its scored forms.
fn change(
    then: &Scorer,
    now: &Scorer,
    before: &[String],
    after: &[String],
) -> (Change, Explained, Explained, [ScoredLead; 2]) {
    let (before, after) = (lead(before), lead(after));
    let first = then.score_json(&before, THEN).unwrap();
    let second = now.score_json(&after, NOW).unwrap();
    let previous = Previous::from(&first);
    let change = now.change_json(&after, &second, &previous, Some(&before)).unwrap();
    let explained = [&before, &after].map(|lead| now.explain_json(lead).unwrap());
    let [a, b] = explained;
    (change, a, b, [first, second])
}

fn position(lead: &Explained) -> f64 {
    lead.base_score + lead.contributions.iter().map(|part| part.points).sum::<f64>()
}

/// A scorer with another calibrator, and so another version.
fn retrained() -> Scorer {
    let bundle =
        leadsight_score::Bundle { calibrator: Calibrator::Platt { a: 1.1, b: 0.3 }, ..bundle() };
    Scorer::new(bundle, &Fingerprint("fedcba9876543210".to_owned())).unwrap()
}

proptest! {
    #[test]
    fn what_moved_it_sums_to_the_change(a in 0..400usize, b in 0..400usize) {
        let rows = leads(400);
        let scorer = scorer();
        let (change, then, now, [first, second]) = change(&scorer, &scorer, &rows[a], &rows[b]);
        let delta = i16::from(second.lead_score) - i16::from(first.lead_score);
        prop_assert_eq!(change.score_delta, Some(delta));
        prop_assert_eq!((change.by_model, change.by_lead), (None, None));
        let log_odds: f64 = change.moved.iter().map(|m| m.contribution).sum();
        prop_assert!((log_odds - (now.margin - then.margin)).abs() < 1e-9);
        let points: f64 = change.moved.iter().map(|m| m.points).sum();
        prop_assert!((points - (position(&now) - position(&then))).abs() < 1e-9);
        let told = &change.trend;
        prop_assert!(told.contains(match delta { 0 => "unchanged", 1.. => "up ", _ => "down " }), "{}", told);
    }

    #[test]
    fn another_model_and_the_lead_share_the_change(a in 0..400usize, b in 0..400usize) {
        let rows = leads(400);
        let (scorer, retrained) = (scorer(), retrained());
        let (change, then, _, [first, second]) = change(&scorer, &retrained, &rows[a], &rows[b]);
        let (model, lead) = (change.by_model.unwrap(), change.by_lead.unwrap());
        prop_assert_eq!(Some(model + lead), change.score_delta);
        prop_assert_eq!(i16::from(then.lead_score), i16::from(first.lead_score) + model);
        prop_assert_eq!(i16::from(second.lead_score), i16::from(then.lead_score) + lead);
        prop_assert!(change.trend.contains("by the new model"), "{}", change.trend);
    }

    /// Through the grouping of features to fields, and in the factors that are shown.
    #[test]
    fn contributions_sum_to_the_margin_and_points_to_the_score(row in 0..400usize) {
        let scorer = scorer();
        let lead = lead(&leads(400)[row]);
        let told = scorer.explain_json(&lead).unwrap();
        let sum: f64 = told.contributions.iter().map(|part| part.contribution).sum();
        prop_assert!((told.base_value + sum - told.margin).abs() <= 1e-6 * (1.0 + told.margin.abs()));
        prop_assert_eq!(position(&told).clamp(0.0, 100.0).floor() as u8, told.lead_score);
        let scored = scorer.score_json(&lead, NOW).unwrap();
        let factors = scored.factors.unwrap();
        prop_assert!(!factors.positive.is_empty() || !factors.negative.is_empty());
        for factor in factors.positive.iter().chain(&factors.negative) {
            let part = told.contributions.iter().find(|part| part.field == factor.field).unwrap();
            prop_assert_eq!(part.points.to_bits(), factor.points.to_bits());
            prop_assert_eq!(part.contribution.to_bits(), factor.contribution.to_bits());
        }
    }
}

const COLUMNS: [OutputColumn; 5] = [
    OutputColumn::LeadId,
    OutputColumn::LeadScore,
    OutputColumn::Trend,
    OutputColumn::ScoreDelta,
    OutputColumn::PreviousTier,
];

/// The scored file of some rows.
fn scored(scorer: &Scorer, rows: &[Vec<String>], at: Timestamp) -> String {
    let columns = scorer.columns();
    let mut out = Vec::new();
    let text = file(rows, &HEADER, ',');
    scorer.score_csv(|| Ok(text.as_bytes()), &mut out, &CsvOptions::new(&columns), at).unwrap();
    String::from_utf8(out).unwrap()
}

/// The changes as a file tells them, by lead; and the issues of all files.
fn told(
    scorer: &Scorer,
    scores: &str,
    before: Option<&str>,
    now: &str,
) -> Result<(Vec<[String; 5]>, Vec<Issue>), ScoreError> {
    let (scores, mut issues) = PreviousScores::read(scores.as_bytes(), "scored.csv")?;
    let options = CsvOptions { file: "before.csv", ..CsvOptions::new(&[]) };
    let before = before.map(|text| PreviousLeads::read(scorer, || Ok(text.as_bytes()), &options));
    let before = before.transpose()?.map(|(leads, found)| {
        issues.extend(found);
        leads
    });
    let previous = Some(Before { scores: &scores, leads: before.as_ref() });
    let options =
        CsvOptions { previous, file: "now.csv", chunk_rows: 50, ..CsvOptions::new(&COLUMNS) };
    let mut out = Vec::new();
    let summary = scorer.score_csv(|| Ok(now.as_bytes()), &mut out, &options, NOW)?;
    issues.extend(summary.issues);
    let mut reader = csv::Reader::from_reader(out.as_slice());
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        std::array::from_fn(|i| row[i].to_owned())
    });
    Ok((rows.collect(), issues))
}

fn kinds(issues: &[Issue]) -> Vec<(&str, &str, u64)> {
    issues.iter().map(|i| (i.kind.as_str(), i.file.as_str(), i.count)).collect()
}

#[test]
fn files_tell_it_as_live_leads_do() {
    let scorer = scorer();
    let before = leads(300);
    let mut now = before.clone();
    for (i, row) in now.iter_mut().enumerate().filter(|(i, _)| i % 3 == 0) {
        row[2] = (i % 23).to_string();
        row[4] = "CTO".into();
    }
    now.reverse();
    now.push(["L-new", "2026-06-30", "3", "40", "CTO", "2026-06-01"].map(str::to_owned).to_vec());
    let then = scored(&scorer, &before, THEN);
    let texts = (file(&before, &HEADER, ';'), file(&now, &HEADER, ','));
    let (rows, issues) = told(&scorer, &then, Some(&texts.0), &texts.1).unwrap();
    assert!(issues.iter().all(|issue| issue.kind == "unreadable_cell"), "{issues:?}");
    for (row, told) in now.iter().zip(&rows) {
        let Some(before) = before.iter().find(|before| before[0] == row[0]) else {
            assert_eq!(told[2..], ["new", "", ""]);
            continue;
        };
        let (change, .., [first, second]) = change(&scorer, &scorer, before, row);
        let lead = ScoredLead { change: Some(Box::new(change)), ..second };
        let mut buffer = String::new();
        let text = COLUMNS.map(|column| lead.text(column, &mut buffer).to_owned());
        assert_eq!(&text, told);
        assert_eq!(told[4], first.tier);
    }
    let moved: Vec<&String> = rows.iter().map(|row| &row[2]).filter(|t| t.contains("->")).collect();
    assert!(moved.len() > 50, "{}", moved.len());
    assert!(moved[0].contains(" since 2026-08-31, chiefly "), "{}", moved[0]);
    assert!(rows.iter().any(|row| row[2] == "unchanged since 2026-08-31"));

    // Without the leads as they were there is no reason to tell.
    let (bare, _) = told(&scorer, &then, None, &texts.1).unwrap();
    for (bare, told) in bare.iter().zip(&rows) {
        assert_eq!((&bare[3], &bare[4]), (&told[3], &told[4]));
        assert!(told[2].starts_with(&bare[2]) && !bare[2].contains("chiefly"), "{bare:?} {told:?}");
    }
}

#[test]
fn german_and_another_model() {
    let rows = leads(2);
    let mut now = rows.clone();
    now[0][2] = "19".into();
    now[0][4] = "CFO".into();
    let german = || retrained().in_language(Language::German);
    let then = scored(&scorer(), &rows, THEN);
    let texts = (file(&rows, &HEADER, ','), file(&now, &HEADER, ','));
    let (told, _) = told(&german(), &then, Some(&texts.0), &texts.1).unwrap();
    let trend = &told[0][2];
    assert!(trend.contains(" seit dem 31.08.2026: "), "{trend}");
    assert!(trend.contains(" durch das neue Modell, "), "{trend}");
    assert!(trend.contains(", vor allem ") && trend.contains("Punkte)"), "{trend}");
    let (bare, _) = self::told(&german(), &then, None, &texts.1).unwrap();
    assert!(bare[0][2].ends_with(", damals von einem anderen Modell"), "{}", bare[0][2]);
}

#[test]
fn what_does_not_fit_is_said() {
    let scorer = scorer();
    let rows = leads(40);
    let then = scored(&scorer, &rows, THEN);
    let now = file(&rows, &HEADER, ',');
    // Leads as they were that are not those that were scored.
    let mut other = rows.clone();
    other.iter_mut().for_each(|row| row[2] = "22".into());
    other.truncate(30);
    other.push(other[0].clone());
    let (found, issues) = told(&scorer, &then, Some(&file(&other, &HEADER, ',')), &now).unwrap();
    let kinds_found = kinds(&issues);
    assert!(kinds_found.contains(&("no_previous_lead", "now.csv", 10)), "{issues:?}");
    assert!(kinds_found.contains(&("duplicate_id", "before.csv", 1)), "{issues:?}");
    let differs = issues.iter().find(|issue| issue.kind == "previous_differs").unwrap();
    assert!(differs.count > 5 && differs.row.is_some(), "{differs:?}");
    assert!(found.iter().all(|row| row[3] == "0"));

    // Scores that cannot be read, twice, without a name, of another width.
    let odd = "lead_score,lead_id,tier,scored_at\n40,L-0,Warm,2026-08-01T00:00:00Z\n\
        77,L-0,Hot,2026-09-01T00:00:00Z\nmany,L-1,Hot,soon\n101,L-2,Hot,\n5,,Cold,\n5,L-3\n-1,L-4,,\n";
    let (found, issues) = told(&scorer, odd, Some(&now), &now).unwrap();
    for expect in [
        ("duplicate_id", "scored.csv", 1),
        ("missing_column", "scored.csv", 1),
        ("missing_id", "scored.csv", 1),
        ("ragged_row", "scored.csv", 1),
        ("unreadable_cell", "scored.csv", 3),
    ] {
        assert!(kinds(&issues).contains(&expect), "{expect:?}: {issues:?}");
    }
    assert!(found[0][2].contains("since 2026-09-01") && found[0][4] == "Hot", "{found:?}");
    assert_eq!(found[1][2..], ["", "", "Hot"]);
    assert_eq!(found[3][2], "new");
    let twice = issues.iter().find(|issue| issue.kind == "duplicate_id").unwrap();
    assert_eq!((twice.row, twice.line), (Some(2), Some(3)));

    // Files that are none.
    let refused = |scores: &str, now: &str, expect: &str| {
        let error = told(&scorer, scores, None, now).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    };
    refused("", &now, "`scored.csv` is empty");
    refused("lead_id;tier\nL;Hot\n", &now, "no column `lead_score`, only `lead_id`, `tier`");
    refused("[{\"lead_id\": \"L-1\"}]\n", &now, "no column `lead_id`");
    let nameless = file(&rows, &HEADER[1..], ',');
    refused(&then, &nameless, "`now.csv` has no column that names its leads (expected `lead_id`)");
    let error = told(&scorer, &then, Some(&nameless), &now).unwrap_err();
    assert!(matches!(error, ScoreError::NoId { .. }), "{error}");
    // A lead without a name is not mistaken for one that was called by its row.
    let mut blank = rows.clone();
    blank[0][0].clear();
    let was = scored(&scorer, &blank, THEN);
    assert!(was.contains("row-1,"));
    let (found, issues) = told(&scorer, &was, None, &file(&blank, &HEADER, ',')).unwrap();
    assert_eq!(found[0][2..], ["", "", ""]);
    assert!(kinds(&issues).contains(&("missing_id", "now.csv", 1)), "{issues:?}");
}
