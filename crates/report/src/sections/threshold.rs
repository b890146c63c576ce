//! The threshold: its confusion matrix, others beside it, and what each would give.

use crate::ReportError;
use crate::chart::{AREA, Axis, Chart, Ink, Label, Line, Units, draw};
use crate::folder::{self, Money, RunFolder, SweepCounts, SweepFile, VALID};
use crate::sections::curves::Plot;
use crate::verdict::judged;
use crate::words::percent;
use leadsight_eval::{Confusion, Evaluation};
use serde::Serialize;

/// What a call costs where the configuration does not say; the value of a conversion then follows from the threshold.
const COST: f64 = 10.0;

/// What the section shows.
#[derive(Debug, Serialize)]
pub(crate) struct Threshold<'a> {
    chosen: f64,
    rule: &'a str,
    skip: f64,
    skipped: Option<String>,
    matrix: Option<Matrix>,
    named: Vec<Named<'a>>,
    slider: Option<Slider<'a>>,
}

/// What the page's slider moves over.
#[derive(Debug, Serialize)]
struct Slider<'a> {
    /// Positions of the slider.
    positions: usize,
    /// The position of the chosen threshold.
    at: usize,
    money: Money,
    /// Whether the configuration gave the money.
    configured: bool,
    /// Splits to show, the judged one first.
    splits: Vec<&'a str>,
    stops: Vec<Stop>,
    chart: Plot,
    /// The plotting area of its charts, for the script.
    area: [u32; 4],
    /// The counts, for the script.
    json: String,
}

/// A threshold that has a button.
#[derive(Debug, Serialize)]
struct Stop {
    name: String,
    at: usize,
}

/// The confusion matrix at the chosen threshold.
#[derive(Debug, Serialize)]
struct Matrix {
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

/// A named threshold.
#[derive(Debug, Serialize)]
struct Named<'a> {
    name: &'a str,
    also: Option<&'a str>,
    threshold: Option<f64>,
    flagged: usize,
    tp: usize,
    precision: Option<f64>,
    recall: Option<f64>,
    calls: Option<f64>,
}

/// The section of a run.
///
/// # Errors
/// [`ReportError::Json`] for the slider's figures, [`ReportError::Chart`].
pub(crate) fn threshold(run: &RunFolder) -> Result<Threshold<'_>, ReportError> {
    let judged = judged(run);
    let found = judged.map(|(_, evaluation)| evaluation);
    Ok(Threshold {
        chosen: run.metrics.threshold,
        rule: &run.metrics.threshold_rule,
        skip: run.metrics.skip_threshold,
        skipped: judged.and_then(|(split, _)| skipped(run, split)),
        matrix: found.and_then(matrix),
        named: found.map_or_else(Vec::new, named),
        slider: match (&run.sweep, judged) {
            (Some(sweep), Some((split, found))) => slider(run, sweep, split, found)?,
            _ => None,
        },
    })
}

/// The chosen threshold's matrix, where it was computed.
fn matrix(found: &Evaluation) -> Option<Matrix> {
    let c = *found.confusion.get("chosen")?;
    Some(Matrix {
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
            also: None,
            threshold: found.thresholds.get(name).copied(),
            flagged: c.flagged(),
            tp: c.tp,
            precision: c.precision(),
            recall: c.recall(),
            calls: (c.tp > 0).then(|| c.flagged() as f64 / c.tp as f64),
        })
        .collect();
    rows.sort_by_key(|r| (r.flagged, r.name != "chosen"));
    // The rule that chose the threshold is often one of the named ones: one row, with both names.
    if let Some(chosen) = rows.iter().position(|r| r.name == "chosen") {
        let (threshold, flagged) = (rows[chosen].threshold, rows[chosen].flagged);
        let twin = |r: &Named<'_>| r.threshold == threshold && r.flagged == flagged;
        if let Some(i) = rows.iter().position(|r| r.name != "chosen" && twin(r)) {
            rows[chosen].also = Some(rows.remove(i).name);
        }
    }
    rows
}

/// The slider; `None` where the judged split has no counts.
fn slider<'a>(
    run: &RunFolder,
    sweep: &'a SweepFile,
    judged: &'a str,
    found: &Evaluation,
) -> Result<Option<Slider<'a>>, ReportError> {
    let Some(counts) = sweep.splits.get(judged) else { return Ok(None) };
    // Nothing in a script element may look like its end.
    let json = serde_json::to_string(sweep)
        .map_err(|source| ReportError::Json { file: folder::SWEEP, source })?
        .replace('<', "\\u003c");
    let named = found.thresholds.iter().map(|(name, t)| (name.as_str(), *t));
    let mut stops: Vec<Stop> = named
        .chain([("safe to skip below", run.metrics.skip_threshold)])
        .filter_map(|(name, t)| Some(Stop { name: name.to_owned(), at: exactly(sweep, t)? }))
        .collect();
    stops.sort_by_key(|stop| (stop.at, stop.name != "chosen"));
    stops.dedup_by_key(|stop| stop.at);
    let splits = [judged, VALID].into_iter().filter(|s| sweep.splits.contains_key(*s));
    let mut splits: Vec<&str> = splits.collect();
    splits.dedup();
    Ok(Some(Slider {
        positions: sweep.thresholds.len(),
        at: exactly(sweep, run.metrics.threshold).unwrap_or_default(),
        money: sweep.money.unwrap_or_else(|| just_pays(run.metrics.threshold)),
        configured: sweep.money.is_some(),
        splits,
        stops,
        chart: chart(counts, judged)?,
        area: AREA,
        json,
    }))
}

/// The position of a threshold that the sweep holds.
fn exactly(sweep: &SweepFile, threshold: f64) -> Option<usize> {
    sweep.thresholds.iter().position(|t| *t == threshold)
}

/// The money at which a call of a lead with this chance pays for itself: value = cost / chance, in two figures.
fn just_pays(threshold: f64) -> Money {
    let value = COST / threshold.clamp(1e-4, 1.0);
    let scale = 10f64.powf(value.log10().floor() - 1.0);
    Money { value: (value / scale).round() * scale, cost: COST }
}

/// Precision, recall and F1 by the share of leads called.
fn chart(counts: &SweepCounts, split: &str) -> Result<Plot, ReportError> {
    let (rows, positives) = (counts.rows as f64, counts.positives as f64);
    let line = |ink, value: &dyn Fn(f64, f64) -> f64| Line {
        ink,
        points: counts
            .called
            .iter()
            .zip(&counts.won)
            .filter(|(called, _)| **called > 0)
            .map(|(&called, &won)| (called as f64 / rows, value(called as f64, won as f64)))
            .filter(|point| point.1.is_finite())
            .collect(),
    };
    let lines = vec![
        line(Ink::Chosen, &|called, won| won / called),
        line(Ink::Other(0), &|_, won| won / positives),
        line(Ink::Other(1), &|called, won| 2.0 * won / (called + positives)),
    ];
    let height = |line: &Line, x: f64| {
        let at = line.points.partition_point(|p| p.0 < x);
        line.points.get(at).or(line.points.last()).map_or(0.0, |p| p.1)
    };
    let label = |text, line: &Line, off: f64, x: f64| Label {
        text,
        at: (x, (height(line, x) + off).max(0.03)),
        ink: line.ink,
    };
    let labels = vec![
        label("precision", &lines[0], -0.05, 0.6),
        label("recall", &lines[1], -0.06, 0.6),
        label("F1", &lines[2], 0.04, 0.85),
    ];
    let svg = draw(&Chart {
        x: Axis {
            label: "Share of leads called, best score first",
            range: 0.0..1.0,
            units: Units::Percent,
        },
        y: Axis { label: "At that threshold", range: 0.0..1.08, units: Units::Percent },
        bars: vec![],
        lines,
        marks: vec![],
        labels,
    })?;
    Ok(Plot {
        title: "Precision, recall and F1".into(),
        alt: format!(
            "Precision, recall and F1 on the {split} rows as the threshold falls and more leads are called."
        ),
        note: format!(
            "What each threshold gives on the {split} rows; the upright line is where the slider stands."
        ),
        svg,
    })
}

/// What lies below the skip threshold.
fn skipped(run: &RunFolder, split: &str) -> Option<String> {
    let Below { rows, wins, all, positives } = below_skip(run, split)?;
    (all > 0 && positives > 0).then(|| {
        format!(
            "{} of the leads lie below it, with {} of the conversions",
            percent(rows as f64 / all as f64),
            percent(wins as f64 / positives as f64)
        )
    })
}

/// What the safe-to-skip threshold leaves out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Below {
    /// Leads below it.
    pub rows: usize,
    /// Conversions among them.
    pub wins: usize,
    /// Leads of the split.
    pub all: usize,
    /// Conversions of the split.
    pub positives: usize,
}

/// The leads of a split that score less than 40, where the sweep tells.
pub(crate) fn below_skip(run: &RunFolder, split: &str) -> Option<Below> {
    let sweep = run.sweep.as_ref()?;
    let at = exactly(sweep, run.metrics.skip_threshold)?;
    let counts = sweep.splits.get(split)?;
    Some(Below {
        rows: counts.rows.checked_sub(*counts.called.get(at)?)?,
        wins: counts.positives.checked_sub(*counts.won.get(at)?)?,
        all: counts.rows,
        positives: counts.positives,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_at_the_threshold_just_pays() {
        for (threshold, value) in [(0.5, 20.0), (0.12, 83.0), (0.02, 500.0), (0.0, 100_000.0)] {
            assert!((just_pays(threshold).value - value).abs() < 1e-6, "{threshold}");
        }
    }
}
