//! The page and the summary of a made-up run, and the run folder's files there and back.

#![allow(clippy::unwrap_used)] // The sample is a helper, which clippy does not take for a test.

mod profile;
mod sample;

use leadsight_eval::{Method, Paired};
use leadsight_report::{RunFolder, files, folder, html, markdown, verdict};
use leadsight_schema::{LeakageEffect, Terms};
use sample::{HOSTILE, sample};
use std::path::Path;

#[test]
fn the_page_is_whole_and_asks_nobody() {
    let page = html::render(&sample()).unwrap();
    // To look at: target/tmp/report.html.
    std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("report.html"), &page).unwrap();
    for part in [
        "<!doctype html>",
        "The verdict",
        "contract_signed_on",
        "about price, discount, quote",
        "Calibration",
        "Learning curve",
        "</html>",
    ] {
        assert!(page.contains(part), "{part}");
    }
    for outside in ["http:", "https:", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    let images = page.matches("role=\"img\"").count();
    assert_eq!(images, 10);
    assert_eq!(page.matches("<table").count(), page.matches("<caption>").count());
    assert!(page.len() < 1_000_000, "{} bytes", page.len());
    assert_eq!(page, html::render(&sample()).unwrap());
}

#[test]
fn long_lists_fold_and_long_values_are_cut() {
    let mut run = sample();
    run.issues = run.issues.iter().cycle().take(51).cloned().collect();
    run.explained[0].factors[0].value = "far too long ".repeat(10);
    run.explained[0].factors[0].contribution = 9.0;
    let page = html::render(&run).unwrap();
    assert!(page.contains("51 kinds of problem") && page.contains("43 further kinds of problem"));
    assert!(page.contains("far too long far too long far too long\u{2026}</span>"));
}

#[test]
fn a_reason_is_told_once() {
    let mut run = sample();
    run.manifest.excluded[0].reason = format!("leak: {}", run.leakage[0].evidence.join("; "));
    let page = html::render(&run).unwrap();
    // Once among the columns kept out, once in the model card.
    let (before, card) = page.split_once("id=\"card\"").unwrap();
    assert_eq!(before.matches("the name speaks of the outcome").count(), 1);
    assert_eq!(card.matches("the name speaks of the outcome").count(), 1);
}

#[test]
fn values_from_the_data_are_escaped() {
    let page = html::render(&sample()).unwrap();
    assert!(!page.contains(HOSTILE) && !page.contains("<script>alert"));
    assert!(page.contains("&lt;script&gt;alert"));
    assert!(!markdown::summary(&sample()).contains("<script>"));
}

#[test]
fn an_empty_run_still_has_a_page() {
    let mut run = sample();
    run.metrics.splits.clear();
    run.curves.models.clear();
    run.leaderboard.clear();
    run.issues.clear();
    run.leakage.clear();
    run.profile.clear();
    run.importance.fields.clear();
    run.explained.clear();
    run.manifest.splits.clear();
    run.manifest.excluded.clear();
    let page = html::render(&run).unwrap();
    assert!(page.contains("no evaluation"));
    assert!(markdown::summary(&run).contains("no evaluation"));
}

#[test]
fn the_verdict_is_in_words() {
    let told = verdict::verdict(&sample());
    let headline = told.headline.replace('\u{a0}', " ");
    assert!(headline.starts_with("The top 35 % of leads hold "), "{headline}");
    assert!(headline.contains("of the conversions (95 % interval: "), "{headline}");
    assert!(told.sentences.iter().any(|s| s.contains("one win in")), "{:?}", told.sentences);
    assert!(
        told.cautions.iter().any(|s| s.contains("may know the outcome")),
        "{:?}",
        told.cautions
    );
    assert_eq!(told.facts.len(), 4);
    // The sample's base rate more than doubles, its split is by chance.
    let moves = told.cautions.iter().find(|s| s.starts_with("The base rate moves between"));
    assert!(
        moves.is_some_and(|s| s.contains("in 2025-01") && s.contains("split by time")),
        "{told:?}"
    );
    assert!(told.sentences.iter().any(|s| s.starts_with("Leads that score less than 40")));
    assert!(told.cautions.iter().any(|s| s.contains("waived: asked at sign-up")), "{told:?}");
}

/// What two columns do to a model: so much, and at least so much.
fn suspects(difference: f64, low: f64) -> folder::SuspectEffect {
    folder::SuspectEffect {
        columns: vec!["deals".into(), "last_activity_at".into()],
        effect: LeakageEffect { valid_auc_with: 0.902, valid_auc_without: 0.902 - difference },
        difference: Paired {
            difference,
            low,
            high: difference + 0.05,
            p_value: 0.01,
            level: 0.95,
            method: Method::DeLong,
        },
    }
}

#[test]
fn figures_that_suspects_make_are_doubted_in_the_first_words() {
    let warned = |run: &RunFolder| {
        let headline = verdict::verdict(run).headline;
        headline.starts_with("These figures may be too good: without `deals` and `last_activity_at` a small model falls from a ROC-AUC of 0.902 to 0.676")
    };
    let mut run = sample();
    assert!(!warned(&run));
    run.manifest.suspects = Some(suspects(0.226, 0.2));
    assert!(warned(&run));
    let page = html::render(&run).unwrap();
    assert!(page.contains(
        "<p class=\"headline\">These figures may be too good: without <code>deals</code>"
    ));
    assert!(markdown::summary(&run).contains("**These figures may be too good"));
    // The field's own words do not change the names of columns.
    let own = [("lead", "alert"), ("leads", "alerts")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    run.manifest.terms = Terms::new(own.into()).unwrap();
    run.manifest.suspects =
        Some(folder::SuspectEffect { columns: vec!["leads".into()], ..suspects(0.226, 0.2) });
    assert!(verdict::verdict(&run).headline.contains("without `leads` a small model"));
    // What somebody answers for, what noise explains and what changes nothing is no reason to doubt.
    for (difference, low) in [(0.226, -0.01), (0.004, 0.003)] {
        run.manifest.suspects = Some(suspects(difference, low));
        assert!(!verdict::verdict(&run).headline.contains("too good"));
    }
    run.manifest.suspects = Some(suspects(0.226, 0.2));
    run.manifest.waived.push(folder::Waived { column: "deals".into(), reason: "of before".into() });
    assert!(!warned(&run));
}

#[test]
fn a_suspect_that_no_feature_reads_is_not_in_the_model() {
    let mut run = sample();
    run.manifest.waived.clear();
    assert!(verdict::verdict(&run).cautions[0].contains("may know the outcome"));
    run.manifest.fields.retain(|field| field != HOSTILE);
    assert!(verdict::verdict(&run).cautions.iter().all(|s| !s.contains("may know the outcome")));
    assert!(html::render(&run).unwrap().contains("in no feature"));
    // A folder of a version without the list.
    run.manifest.fields.clear();
    assert!(verdict::verdict(&run).cautions[0].contains("may know the outcome"));
}

#[test]
fn the_tiers_are_those_of_the_policy() {
    let mut run = sample();
    let told = verdict::verdict(&run).sentences.join(" ");
    assert!(told.contains("No tier of the policy begins there"), "{told}");
    let page = html::render(&run).unwrap();
    assert!(
        page.contains("Heiß</th><td>from 80</td><td class=\"n\">120") && page.contains("anrufen")
    );
    assert!(!page.contains("it is called"));
    assert!(markdown::summary(&run).contains("| Heiß | from 80 | 120 | 40 | 33.3"));
    run.metrics.tiers[0].begins = "from 70".into();
    assert!(!verdict::verdict(&run).sentences.join(" ").contains("No tier"));
}

#[test]
fn the_parts_and_the_rest_are_all_leads() {
    let mut run = sample();
    let whole = html::render(&run).unwrap();
    assert!(!whole.contains("in no part") && !whole.contains("In no part"));
    run.manifest.rows += 172;
    run.manifest.positives += 10;
    run.issues[0].kind = "embargo".into();
    run.issues[0].count = 172;
    run.issues[0].found = "less than 90 days before the next part begins".into();
    let page = html::render(&run).unwrap();
    assert!(page.contains("in no part</th><td class=\"n\">172</td><td class=\"n\">10</td>"));
    assert!(page.contains("172 came in less than 90 days before the next part begins"));
}

#[test]
fn bands_say_where_they_were_cut() {
    let page = html::render(&sample()).unwrap();
    assert!(page.contains(", cut at 35.0\u{a0}% of the validation rows</th>"), "no cut");
    assert!(!page.contains("valid rows"));
}

#[test]
fn a_split_by_time_is_judged_by_its_train_and_test_leads() {
    let mut run = sample();
    run.manifest.split_kind = Some(folder::SplitKind::Time);
    run.manifest.splits[2].positives = 300;
    let told = verdict::verdict(&run);
    let moves = told.cautions.iter().find(|s| s.starts_with("The base rate moves: "));
    assert!(moves.is_some_and(|s| s.contains("of the test leads")), "{told:?}");
    // The boundary's name stands in both charts, as a text of its own.
    let page = html::render(&run).unwrap();
    let label = page.matches(">\nvalid\n</text>").count();
    assert_eq!(label, html::render(&sample()).unwrap().matches(">\nvalid\n</text>").count() + 2);
}

#[test]
fn two_cuts_that_hold_the_same_leads_are_one_band() {
    let mut run = sample();
    let rows =
        |run: &RunFolder| html::render(run).unwrap().matches("<th scope=\"row\">Bottom ").count();
    let before = rows(&run);
    let bands = &mut run.metrics.splits.get_mut(folder::TEST).unwrap().bands;
    let twin = bands.iter().find(|b| b.side == leadsight_eval::Side::Bottom).copied().unwrap();
    bands.push(twin);
    assert_eq!(rows(&run), before);
}

#[test]
fn files_read_back_as_they_were() {
    let run = sample();
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: Vec<u8>| std::fs::write(dir.path().join(name), bytes).unwrap();
    write(folder::CONFIG, run.config.clone().into_bytes());
    write(folder::MANIFEST, files::to_json(folder::MANIFEST, &run.manifest).unwrap());
    write(folder::ISSUES, files::to_json(folder::ISSUES, &run.issues).unwrap());
    write(folder::PROFILE, files::to_json(folder::PROFILE, &run.profile).unwrap());
    write(folder::LEAKAGE, files::to_json(folder::LEAKAGE, &run.leakage).unwrap());
    write(folder::LEADERBOARD, files::to_csv(folder::LEADERBOARD, &run.leaderboard).unwrap());
    write(folder::METRICS, files::to_json(folder::METRICS, &run.metrics).unwrap());
    write(folder::CURVES, files::to_json(folder::CURVES, &run.curves).unwrap());
    write(folder::IMPORTANCE, files::to_json(folder::IMPORTANCE, &run.importance).unwrap());
    write(folder::SEGMENTS, files::to_json(folder::SEGMENTS, &run.segments).unwrap());
    write(folder::TEXTS, files::to_json(folder::TEXTS, &run.texts).unwrap());
    write(folder::ERRORS, files::to_json(folder::ERRORS, &run.errors).unwrap());
    write(folder::SWEEP, files::to_json(folder::SWEEP, &run.sweep).unwrap());
    write(folder::TIMELINE, files::to_json(folder::TIMELINE, &run.timeline).unwrap());
    write(folder::COHORTS, files::to_csv(folder::COHORTS, &run.cohorts).unwrap());
    let missing = files::read(dir.path()).unwrap_err().to_string();
    assert!(missing.contains(folder::EXPLAINED), "{missing}");
    write(folder::EXPLAINED, files::to_json(folder::EXPLAINED, &run.explained).unwrap());
    // Not assert_eq, which would print both.
    let alone = files::read(dir.path()).unwrap();
    assert!(alone == RunFolder { beside: None, models: None, ..run.clone() });
    write(folder::MODELS, files::to_json(folder::MODELS, &run.models).unwrap());
    write(folder::BESIDE, files::to_json(folder::BESIDE, &run.beside).unwrap());
    assert!(files::read(dir.path()).unwrap() == run);
    let newer = [folder::ERRORS, folder::SWEEP, folder::COHORTS, folder::TIMELINE];
    for newer in newer.into_iter().chain([folder::SEGMENTS, folder::TEXTS]) {
        std::fs::remove_file(dir.path().join(newer)).unwrap();
    }
    let older = files::read(dir.path()).unwrap();
    assert!(older.sweep.is_none() && html::render(&older).unwrap().contains("</html>"));
    write(folder::METRICS, b"{}".to_vec());
    let broken = files::read(dir.path()).unwrap_err().to_string();
    assert!(broken.contains(folder::METRICS) && broken.contains("missing field"), "{broken}");
}

#[test]
fn the_leaderboard_has_the_contracts_columns() {
    let bytes = files::to_csv(folder::LEADERBOARD, &sample().leaderboard).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(
        text.lines().next().unwrap(),
        "model,split,roc_auc,roc_auc_low,roc_auc_high,pr_auc,log_loss,brier,ece,ks,f1,fit_seconds,predict_us_per_row"
    );
}

#[test]
fn a_field_reads_its_own_words_everywhere() {
    let own = [
        ("lead", "alert"),
        ("leads", "alerts"),
        ("conversion", "incident"),
        ("conversions", "incidents"),
        ("convert", "prove real"),
        ("converts", "proves real"),
        ("converted", "proved real"),
        ("call", "review"),
        ("calls", "reviews"),
        ("called", "reviewed"),
        ("calling", "reviewing"),
    ];
    let own = own.map(|(word, own)| (word.to_owned(), own.to_owned()));
    let mut run = sample();
    run.manifest.terms = leadsight_schema::Terms::new(own.into_iter().collect()).unwrap();
    run.manifest.label = "`outcome` is 1".into();
    // A reason is the user's own words.
    run.manifest.waived[0].reason = "asked at sign-up".into();
    run.manifest.excluded.clear();
    let page = html::render(&run).unwrap();
    for expect in [
        "Alerts with their reasons",
        "An alert with a chance to prove real of",
        "Alert scoring report",
        "Reviews for one incident",
    ] {
        assert!(page.contains(expect), "{expect}");
    }
    let body = page.split_once("</style>").unwrap().1;
    let (body, script) = body.split_once("<script").unwrap();
    // The file's name and the configuration's keys stay.
    let text = text_of(body).replace("leads.csv", "").replace("data: (leads:", "");
    let text = text + &markdown::summary(&run);
    let ours = ["lead", "leads", "conversion", "conversions", "convert", "converts", "converted"];
    for word in ours.into_iter().chain(["call", "calls", "called", "calling", "win", "won"]) {
        let has = |line: &&str| {
            line.split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|w| w.eq_ignore_ascii_case(word))
        };
        let left = text.lines().filter(has).collect::<Vec<_>>();
        assert!(left.is_empty(), "`{word}` is left in: {left:#?}");
    }
    assert!(
        !script.contains(" leads ")
            && !script.contains("of leads")
            && page.contains("data-say-axis=\"Share of alerts reviewed, best score first\"")
    );
}

/// What a page shows: its text and the labels that are read aloud.
fn text_of(html: &str) -> String {
    let mut text = String::new();
    for piece in html.split('<') {
        let (tag, shown) = piece.split_once('>').unwrap_or(("", piece));
        for label in tag.split("aria-label=\"").skip(1) {
            text.push_str(label.split('"').next().unwrap_or_default());
        }
        text.push_str(shown);
        text.push('\n');
    }
    text
}
