//! A run folder in the shape of the page: what the template repeats over, already sorted, joined and rounded.

use crate::ReportError;
use crate::chart::Ink;
use crate::folder::{ExplainedLead, LeaderboardRow, Manifest, RunFolder, TEST, VALID};
use crate::plots::{Plot, inks, plots};
use crate::verdict::{Verdict, judged, verdict};
use crate::words::{count, metric_name, percent, signed};
use leadsight_eval::{Band, Confusion, Edge, Evaluation, Interval, Side, metrics};
use leadsight_schema::{ColumnProfile, Issue, Verdict as Leak};
use serde::Serialize;

/// Everything that the template sees.
#[derive(Debug, Serialize)]
pub(crate) struct View<'a> {
    m: &'a Manifest,
    started: String,
    verdict: Verdict,
    issues: Vec<&'a Issue>,
    kept_out: Vec<KeptOut<'a>>,
    splits: Vec<Split<'a>>,
    profile: &'a [ColumnProfile],
    boards: Vec<Board<'a>>,
    metric_splits: Vec<&'a str>,
    metrics: Vec<MetricRow>,
    legend: Vec<Legend<'a>>,
    charts: Vec<Plot>,
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
struct Matrix<'a> {
    split: &'a str,
    #[serde(flatten)]
    counts: Confusion,
    rows: usize,
    flagged: usize,
    passed: usize,
    positives: usize,
    negatives: usize,
    precision: Option<f64>,
    recall: Option<f64>,
    specificity: Option<f64>,
    miss_rate: Option<f64>,
    base: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Named<'a> {
    name: &'a str,
    threshold: Option<f64>,
    flagged: usize,
    tp: usize,
    precision: Option<f64>,
    recall: Option<f64>,
    calls: Option<f64>,
}

#[derive(Debug, Serialize)]
struct BandRow<'a> {
    name: String,
    #[serde(flatten)]
    band: &'a Band,
}

#[derive(Debug, Serialize)]
struct Bar<'a> {
    field: &'a str,
    share: f64,
    width: f64,
}

#[derive(Debug, Serialize)]
struct Lead<'a> {
    id: &'a str,
    score: u8,
    band: &'static str,
    tier: &'a str,
    probability: f64,
    outcome: Option<&'static str>,
    next_action: &'a str,
    base_value: f64,
    margin: f64,
    unit: &'static str,
    factors: Vec<SignedBar>,
}

#[derive(Debug, Serialize)]
struct SignedBar {
    field: String,
    value: String,
    side: &'static str,
    width: f64,
    points: String,
}

/// Fields shown of the importance, and of a lead.
const FIELDS: usize = 15;
const FACTORS: usize = 8;

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
    let metric_splits: Vec<&str> =
        [VALID, TEST].into_iter().filter(|s| run.metrics.splits.contains_key(*s)).collect();
    Ok(View {
        m: &run.manifest,
        started: run.manifest.started_at.to_date(),
        verdict: verdict(run),
        issues,
        kept_out: kept_out(run),
        splits: splits(run),
        profile: &run.profile,
        boards: boards(run),
        metrics: metric_rows(run, &metric_splits),
        metric_splits,
        legend: legend(run),
        charts: plots(run)?,
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
            reasons.extend(excluded.filter(|r| !f.evidence.iter().any(|e| e == r)));
            KeptOut {
                column: &f.column,
                verdict: if f.verdict == Leak::Leak { "leak" } else { "suspect" },
                used: if excluded.is_some() { "kept out" } else { "used" },
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
        verdict: "excluded",
        used: "kept out",
        auc: run.leakage.iter().find(|f| f.column == e.column).and_then(|f| f.auc),
        reasons: vec![&e.reason],
    }));
    found
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
    all.push(Legend { name: "reference", hex: Ink::Reference.hex(), width: 2 });
    all
}

fn matrix<'a>(split: &'a str, found: &Evaluation) -> Option<Matrix<'a>> {
    let c = *found.confusion.get("chosen")?;
    Some(Matrix {
        split,
        counts: c,
        rows: c.rows(),
        flagged: c.flagged(),
        passed: c.tn + c.fn_,
        positives: c.positives(),
        negatives: c.tn + c.fp,
        precision: c.precision(),
        recall: c.recall(),
        specificity: c.specificity(),
        miss_rate: c.npv().map(|npv| 1.0 - npv),
        base: (c.rows() > 0).then(|| c.positives() as f64 / c.rows() as f64),
    })
}

/// The named thresholds from the highest down.
fn named(found: &Evaluation) -> Vec<Named<'_>> {
    let mut rows: Vec<Named<'_>> = found
        .confusion
        .iter()
        .map(|(name, c)| Named {
            name,
            threshold: found.thresholds.get(name).copied(),
            flagged: c.flagged(),
            tp: c.tp,
            precision: c.precision(),
            recall: c.recall(),
            calls: (c.tp > 0).then(|| c.flagged() as f64 / c.tp as f64),
        })
        .collect();
    rows.sort_by_key(|r| (r.flagged, r.name != "chosen"));
    rows
}

/// Threshold and counts (tp, fp, tn, fn) for the slider.
fn sweep(run: &RunFolder, split: &str) -> Vec<[f64; 5]> {
    let mut rows: Vec<[f64; 5]> = run
        .curves
        .models
        .iter()
        .find(|m| m.model == run.manifest.chosen_model)
        .and_then(|m| m.splits.get(split))
        .map_or_else(Vec::new, |curves| {
            let row = |p: &leadsight_eval::curves::SweepPoint| {
                let c = p.confusion;
                [p.threshold, c.tp as f64, c.fp as f64, c.tn as f64, c.fn_ as f64]
            };
            curves.threshold_sweep.iter().map(row).collect()
        });
    // The sweep is thinned; the slider starts on the chosen threshold itself.
    let chosen = run.metrics.splits.get(split).and_then(|e| e.confusion.get("chosen"));
    if let Some(c) = chosen.filter(|_| !rows.is_empty()) {
        let t = run.metrics.threshold;
        let at = rows.partition_point(|r| r[0] > t);
        if rows.get(at).is_none_or(|r| r[0] != t) {
            rows.insert(at, [t, c.tp as f64, c.fp as f64, c.tn as f64, c.fn_ as f64]);
        }
    }
    rows
}

fn nearest(sweep: &[[f64; 5]], threshold: f64) -> usize {
    let distance = |i: &usize| (sweep[*i][0] - threshold).abs();
    (0..sweep.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(0)
}

fn bands(found: &Evaluation) -> Vec<BandRow<'_>> {
    let name = |b: &Band| match (b.side, b.edge) {
        (Side::Top, _) => format!("Top {}", percent(b.share)),
        (Side::Bottom, Edge::Share) => format!("Bottom {}", percent(b.share)),
        (Side::Bottom, Edge::Clean) => {
            format!("Bottom {}, the largest without a conversion on valid rows", percent(b.share))
        }
    };
    found.bands.iter().map(|band| BandRow { name: name(band), band }).collect()
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

fn lead(lead: &ExplainedLead) -> Lead<'_> {
    let mut factors: Vec<_> = lead.factors.iter().filter(|f| f.contribution != 0.0).collect();
    factors.sort_by(|a, b| b.contribution.abs().total_cmp(&a.contribution.abs()));
    let shown = factors.len().min(FACTORS);
    // Points are a fixed multiple of log-odds within a lead, so the rest has its points too.
    let all: f64 = factors.iter().map(|f| f.contribution).sum();
    let slope = factors.first().map_or(0.0, |f| f.points / f.contribution);
    let unlisted = lead.margin - lead.base_value - all;
    let rest = factors[shown..].iter().map(|f| f.contribution).sum::<f64>() + unlisted;
    let mut bars: Vec<(String, String, f64)> = factors[..shown]
        .iter()
        .map(|f| (f.field.clone(), f.value.clone(), f.contribution))
        .collect();
    if rest.abs() > 1e-3 {
        bars.push(("all other fields".into(), String::new(), rest));
    }
    let most = bars.iter().map(|b| b.2.abs()).fold(f64::MIN_POSITIVE, f64::max);
    let flat = slope == 0.0;
    let bar = |(field, value, c): (String, String, f64)| SignedBar {
        field,
        value,
        side: if c > 0.0 { "for" } else { "against" },
        width: rounded(50.0 * c.abs() / most),
        points: if flat { signed(c, 2) } else { signed(c * slope, 1) },
    };
    Lead {
        id: &lead.lead_id,
        score: lead.lead_score,
        band: match lead.lead_score {
            70.. => "high",
            40.. => "mid",
            _ => "low",
        },
        tier: &lead.tier,
        probability: lead.probability,
        outcome: lead.label.map(|won| if won { "converted" } else { "did not convert" }),
        next_action: &lead.next_action,
        base_value: lead.base_value,
        margin: lead.margin,
        unit: if flat { "in log-odds" } else { "in points of the score" },
        factors: bars.into_iter().map(bar).collect(),
    }
}

fn rounded(x: f64) -> f64 {
    (x * 10.0).round() / 10.0
}
