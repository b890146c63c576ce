//! A run folder in the shape of the page: what the template repeats over, already sorted, joined and rounded.

use crate::ReportError;
use crate::chart::Ink;
use crate::decisions::{
    BandRow, Group, Matrix, Named, bands, calibration, matrix, named, nearest, skipped, sweep,
};
use crate::folder::{LeaderboardRow, Manifest, RunFolder, SegmentAudit, TEST, VALID};
use crate::leads::{Lead, lead};
use crate::plots::{Plot, inks, plots};
use crate::verdict::{Verdict, judged, verdict};
use crate::words::{count, metric_name, percent};
use leadsight_eval::{Interval, metrics};
use leadsight_schema::{ColumnProfile, Issue, Severity, Verdict as Leak};
use serde::Serialize;

/// Everything that the template sees.
#[derive(Debug, Serialize)]
pub(crate) struct View<'a> {
    m: &'a Manifest,
    started: String,
    verdict: Verdict,
    issues: Vec<&'a Issue>,
    more_issues: Vec<&'a Issue>,
    issues_told: String,
    kept_out: Vec<KeptOut<'a>>,
    splits: Vec<Split<'a>>,
    profile: &'a [ColumnProfile],
    boards: Vec<Board<'a>>,
    metric_splits: Vec<&'a str>,
    metrics: Vec<MetricRow>,
    legend: Vec<Legend<'a>>,
    charts: Vec<Plot>,
    calibration: Vec<Group>,
    near: Option<String>,
    skipped: Option<String>,
    threshold: f64,
    skip_threshold: f64,
    threshold_rule: &'a str,
    confusion: Option<Matrix<'a>>,
    named: Vec<Named<'a>>,
    sweep: Vec<[f64; 5]>,
    sweep_at: usize,
    sweep_split: &'a str,
    sweep_json: String,
    bands: Vec<BandRow<'a>>,
    segments: &'a [SegmentAudit],
    importance: Vec<Bar<'a>>,
    importance_measure: &'a str,
    importance_rest: Option<String>,
    leads: Vec<Lead<'a>>,
    total_seconds: f64,
    config: &'a str,
}

#[derive(Debug, Serialize)]
struct KeptOut<'a> {
    column: &'a str,
    verdict: &'static str,
    used: &'static str,
    auc: Option<f64>,
    reasons: Vec<&'a str>,
}

#[derive(Debug, Serialize)]
struct Split<'a> {
    split: &'a str,
    rows: usize,
    positives: usize,
    rate: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Board<'a> {
    split: &'a str,
    rows: Vec<&'a LeaderboardRow>,
}

#[derive(Debug, Serialize)]
struct MetricRow {
    name: String,
    values: Vec<Option<Interval>>,
}

#[derive(Debug, Serialize)]
struct Legend<'a> {
    name: &'a str,
    hex: String,
    width: u32,
}

#[derive(Debug, Serialize)]
struct Bar<'a> {
    field: &'a str,
    share: f64,
    width: f64,
}

/// Fields shown of the importance.
const FIELDS: usize = 15;
/// Data problems shown at once; the others unfold.
const ISSUES: usize = 8;

/// Makes the view, charts and all.
///
/// # Errors
/// [`ReportError::Chart`], or [`ReportError::Json`] for the threshold slider's figures.
pub(crate) fn view(run: &RunFolder) -> Result<View<'_>, ReportError> {
    let judged = judged(run);
    let split = judged.map_or(TEST, |(split, _)| split);
    let sweep = sweep(run, split);
    let sweep_json = serde_json::to_string(&sweep)
        .map_err(|source| ReportError::Json { file: crate::folder::CURVES, source })?;
    let mut issues: Vec<&Issue> = run.issues.iter().collect();
    issues.sort_by_key(|i| (std::cmp::Reverse(i.severity), std::cmp::Reverse(i.count)));
    let issues_told = issues_told(&issues);
    // A list of one more than is shown is not worth folding.
    let more_issues = if issues.len() > ISSUES + 1 { issues.split_off(ISSUES) } else { Vec::new() };
    let metric_splits: Vec<&str> =
        [VALID, TEST].into_iter().filter(|s| run.metrics.splits.contains_key(*s)).collect();
    Ok(View {
        m: &run.manifest,
        started: run.manifest.started_at.to_date(),
        verdict: verdict(run),
        issues,
        more_issues,
        issues_told,
        kept_out: kept_out(run),
        splits: splits(run),
        profile: &run.profile,
        boards: boards(run),
        metrics: metric_rows(run, &metric_splits),
        metric_splits,
        legend: legend(run),
        charts: plots(run)?,
        calibration: calibration(run, split),
        near: near(run),
        skipped: skipped(&sweep, run.metrics.skip_threshold),
        threshold: run.metrics.threshold,
        skip_threshold: run.metrics.skip_threshold,
        threshold_rule: &run.metrics.threshold_rule,
        confusion: judged.and_then(|(split, e)| matrix(split, e)),
        named: judged.map_or_else(Vec::new, |(_, e)| named(e)),
        sweep_at: nearest(&sweep, run.metrics.threshold),
        sweep,
        sweep_split: split,
        sweep_json,
        bands: judged.map_or_else(Vec::new, |(_, e)| bands(e)),
        segments: &run.segments,
        importance: importance(run),
        importance_measure: &run.importance.measure,
        importance_rest: importance_rest(run),
        leads: run.explained.iter().map(lead).collect(),
        total_seconds: run.manifest.stages.iter().map(|s| s.seconds).sum(),
        config: &run.config,
    })
}

/// Leaks and suspects, then the other excluded columns.
fn kept_out(run: &RunFolder) -> Vec<KeptOut<'_>> {
    let reason = |column: &str| {
        run.manifest.excluded.iter().find(|e| e.column == column).map(|e| e.reason.as_str())
    };
    let mut found: Vec<KeptOut<'_>> = run
        .leakage
        .iter()
        .filter(|f| f.verdict != Leak::Safe)
        .map(|f| {
            let excluded = reason(&f.column);
            // An exclusion's reason is often the audit's own evidence; say it once.
            let mut reasons: Vec<&str> = f.evidence.iter().map(String::as_str).collect();
            let told = |reason: &&str| {
                let words = reason.strip_prefix("leak: ").unwrap_or(reason);
                words == f.evidence.join("; ") || f.evidence.iter().any(|e| e == words)
            };
            reasons.extend(excluded.filter(|reason| !told(reason)));
            KeptOut {
                column: &f.column,
                verdict: if f.verdict == Leak::Leak { "leak" } else { "suspect" },
                used: if excluded.is_some() { "kept out" } else { "in the model" },
                auc: f.auc,
                reasons,
            }
        })
        .collect();
    let others =
        run.manifest.excluded.iter().filter(|e| {
            !run.leakage.iter().any(|f| f.column == e.column && f.verdict != Leak::Safe)
        });
    found.extend(others.map(|e| KeptOut {
        column: &e.column,
        verdict: "",
        used: "kept out",
        auc: run.leakage.iter().find(|f| f.column == e.column).and_then(|f| f.auc),
        reasons: vec![&e.reason],
    }));
    found
}

/// How many problems there are, by severity.
fn issues_told(issues: &[&Issue]) -> String {
    let kinds = match issues.len() {
        1 => "One kind of problem".to_owned(),
        n => format!("{} kinds of problem", count(n as u64)),
    };
    let counted = |severity: Severity, name: &str| {
        let cases: u64 = issues.iter().filter(|i| i.severity == severity).map(|i| i.count).sum();
        (cases > 0).then(|| format!("{} {name}", count(cases)))
    };
    let cases: Vec<String> = [
        counted(Severity::Error, "serious"),
        counted(Severity::Warning, "to look at"),
        counted(Severity::Info, "for information"),
    ]
    .into_iter()
    .flatten()
    .collect();
    format!("{}; cases: {}. Lines are those of the first case", kinds, cases.join(", "))
}

fn splits(run: &RunFolder) -> Vec<Split<'_>> {
    let rate = |rows: usize, positives| (rows > 0).then(|| positives as f64 / rows as f64);
    let mut all: Vec<Split<'_>> = run
        .manifest
        .splits
        .iter()
        .map(|s| Split {
            split: &s.split,
            rows: s.rows,
            positives: s.positives,
            rate: rate(s.rows, s.positives),
        })
        .collect();
    let (rows, positives) = (run.manifest.rows, run.manifest.positives);
    all.push(Split { split: "all", rows, positives, rate: rate(rows, positives) });
    all
}

fn boards(run: &RunFolder) -> Vec<Board<'_>> {
    [TEST, VALID]
        .into_iter()
        .map(|split| {
            let mut rows: Vec<_> = run.leaderboard.iter().filter(|r| r.split == split).collect();
            let auc = |r: &LeaderboardRow| r.roc_auc.unwrap_or(f64::NEG_INFINITY);
            rows.sort_by(|a, b| auc(b).total_cmp(&auc(a)));
            Board { split, rows }
        })
        .filter(|board| !board.rows.is_empty())
        .collect()
}

/// The models that the test rows hardly tell from the chosen one.
fn near(run: &RunFolder) -> Option<String> {
    let (split, _) = judged(run)?;
    let rows = || run.leaderboard.iter().filter(|r| r.split == split);
    let chosen = rows().find(|r| r.model == run.manifest.chosen_model)?;
    let (low, high) = (chosen.roc_auc_low?, chosen.roc_auc_high?);
    let names: Vec<&str> = rows()
        .filter(|r| r.model != chosen.model && r.roc_auc.is_some_and(|a| low <= a && a <= high))
        .map(|r| r.model.as_str())
        .collect();
    (!names.is_empty()).then(|| {
        format!(
            "On the {split} rows the ROC AUC of {} lies within {}\u{2019}s 95\u{a0}% interval: do not read much into the order of these models.",
            listed(&names),
            chosen.model
        )
    })
}

/// `a`, `a and b`, `a, b and c`.
fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn metric_rows(run: &RunFolder, splits: &[&str]) -> Vec<MetricRow> {
    metrics::KEYS
        .iter()
        .map(|key| MetricRow {
            name: metric_name(key),
            values: splits
                .iter()
                .map(|s| run.metrics.splits.get(*s).and_then(|e| e.metrics.get(*key)).copied())
                .collect(),
        })
        .filter(|row| row.values.iter().any(Option::is_some))
        .collect()
}

fn legend(run: &RunFolder) -> Vec<Legend<'_>> {
    let mut inks = inks(run);
    inks.sort_by_key(|(_, ink)| *ink != Ink::Chosen);
    let mut all: Vec<Legend<'_>> = inks
        .into_iter()
        .map(|(name, ink)| Legend {
            name,
            hex: ink.hex(),
            width: if ink == Ink::Chosen { 4 } else { 3 },
        })
        .collect();
    all.push(Legend { name: "chance or perfection", hex: Ink::Reference.hex(), width: 2 });
    all
}

fn importance(run: &RunFolder) -> Vec<Bar<'_>> {
    let most = run.importance.fields.first().map_or(1.0, |f| f.share).max(f64::MIN_POSITIVE);
    run.importance
        .fields
        .iter()
        .filter(|f| f.share > 0.0)
        .take(FIELDS)
        .map(|f| Bar { field: &f.field, share: f.share, width: rounded(100.0 * f.share / most) })
        .collect()
}

fn importance_rest(run: &RunFolder) -> Option<String> {
    let rest: Vec<f64> =
        run.importance.fields.iter().map(|f| f.share).filter(|s| *s > 0.0).skip(FIELDS).collect();
    let sum: f64 = rest.iter().sum();
    (!rest.is_empty())
        .then(|| format!("{} further fields share {}.", count(rest.len() as u64), percent(sum)))
}

/// Tenths, for widths.
pub(crate) fn rounded(x: f64) -> f64 {
    (x * 10.0).round() / 10.0
}
