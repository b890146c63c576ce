//! The split, and leads and conversions over time.

use crate::ReportError;
use crate::base_rate::{LEAST_ROWS, rate};
use crate::chart::{Axis, Bar, Chart, Ink, Label, Line, Mark, Units, draw};
use crate::folder::{Period, RunFolder, SplitKind, SplitSize, TimeUnit, Timeline};
use crate::sections::curves::Plot;
use crate::words::{count, percent};
use leadsight_eval::wilson;
use leadsight_schema::{Cohort, Issue};
use serde::Serialize;

/// The row of leads that are in no part.
const LEFT_OUT: &str = "in no part";

/// What the section shows.
#[derive(Debug, Serialize)]
pub(crate) struct Split<'a> {
    sizes: Vec<Size<'a>>,
    /// Why leads are in no part, where some are.
    left_out: String,
    charts: Vec<Plot>,
    periods: Vec<Row<'a>>,
    axis: String,
    /// Shown where some month has leads whose outcome is not known.
    cohorts: &'a [Cohort],
}

#[derive(Debug, Serialize)]
struct Size<'a> {
    split: &'a str,
    rows: usize,
    positives: usize,
    rate: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    period: &'a Period,
    rate: f64,
}

/// The section of a run.
///
/// # Errors
/// [`ReportError::Chart`].
pub(crate) fn split(run: &RunFolder) -> Result<Split<'_>, ReportError> {
    let periods = run.timeline.as_ref().map_or(&[][..], |t| &t.periods);
    Ok(Split {
        sizes: sizes(run),
        left_out: left_out(run),
        charts: match &run.timeline {
            // Equal parts of the file hold equally many leads: there is nothing to see but the boundaries.
            Some(timeline) if timeline.dated() || !boundaries(run, timeline).is_empty() => {
                vec![leads(run, timeline)?, rates(run, timeline)?]
            }
            Some(timeline) => vec![rates(run, timeline)?],
            None => Vec::new(),
        },
        periods: periods.iter().map(|period| Row { period, rate: rate(period) }).collect(),
        axis: run.timeline.as_ref().map_or(String::new(), axis_words),
        cohorts: match run.cohorts.iter().any(|c| c.mature < c.leads) {
            true => &run.cohorts,
            false => &[],
        },
    })
}

fn sizes(run: &RunFolder) -> Vec<Size<'_>> {
    let rate = |rows: usize, positives| (rows > 0).then(|| positives as f64 / rows as f64);
    let mut all: Vec<Size<'_>> = run
        .manifest
        .splits
        .iter()
        .map(|s| Size {
            split: &s.split,
            rows: s.rows,
            positives: s.positives,
            rate: rate(s.rows, s.positives),
        })
        .collect();
    let (rows, positives) = (run.manifest.rows, run.manifest.positives);
    let placed = |count: fn(&SplitSize) -> usize| run.manifest.splits.iter().map(count).sum();
    // Those of an embargo, or without what the split goes by: the problems found tell why.
    let rest = rows.saturating_sub(placed(|s| s.rows));
    if rest > 0 && !run.manifest.splits.is_empty() {
        let won = positives.saturating_sub(placed(|s| s.positives));
        all.push(Size { split: LEFT_OUT, rows: rest, positives: won, rate: rate(rest, won) });
    }
    all.push(Size { split: "all", rows, positives, rate: rate(rows, positives) });
    all
}

fn left_out(run: &RunFolder) -> String {
    let why = |issue: &Issue| {
        let n = count(issue.count);
        match issue.kind.as_str() {
            "embargo" => Some(format!("{n} came in {}", issue.found)),
            "missing_time" => Some(format!("{n} have no date")),
            "missing_split" => Some(format!("{n} name no part")),
            "group_in_later_part" => {
                Some(format!("{n} are of somebody who stands in a later part"))
            }
            _ => None,
        }
    };
    run.issues.iter().filter_map(why).collect::<Vec<_>>().join("; ")
}

fn axis_words(timeline: &Timeline) -> String {
    let unit = match timeline.unit {
        TimeUnit::Day => "day",
        TimeUnit::Week => "week",
        TimeUnit::Month => "month",
        TimeUnit::Quarter => "quarter",
        TimeUnit::Year => "year",
        TimeUnit::FilePart => "part",
    };
    let Some(column) = &timeline.column else {
        return "equal parts of the file in its order, as no column holds the leads\u{2019} dates"
            .to_owned();
    };
    let undated = match timeline.undated {
        0 => String::new(),
        n => format!("; {} leads have no date", count(n as u64)),
    };
    format!("by {unit} of `{column}`{undated}")
}

/// The axis along: one unit a period.
fn along(timeline: &Timeline) -> Axis {
    let dated = timeline.dated();
    let label = if dated { "Lead created" } else { "Lead, by its place in the file" };
    let names = timeline.periods.iter().map(|p| match p.start.parse() {
        Ok(row) if !dated => count(row),
        _ => p.start.clone(),
    });
    let end = timeline.periods.len() as f64;
    Axis { label, range: 0.0..end, units: Units::Names(names.collect()) }
}

/// Where the validation and the test leads begin, for splits that follow the axis.
fn boundaries(run: &RunFolder, timeline: &Timeline) -> Vec<(&'static str, f64)> {
    let along = if timeline.dated() { SplitKind::Time } else { SplitKind::Order };
    if run.manifest.split_kind != Some(along) {
        return Vec::new();
    }
    let first = |part: fn(&Period) -> usize, before: fn(&Period) -> usize| {
        let at = timeline.periods.iter().position(|p| part(p) > 0)?;
        let period = &timeline.periods[at];
        let inside = before(period) as f64 / (before(period) + part(period)) as f64;
        Some(at as f64 + inside)
    };
    [("valid", first(|p| p.valid, |p| p.train)), ("test", first(|p| p.test, |p| p.train + p.valid))]
        .into_iter()
        .filter_map(|(name, at)| Some((name, at?)))
        .collect()
}

fn upright(boundaries: &[(&'static str, f64)], top: f64) -> (Vec<Line>, Vec<Label>) {
    let line = |x: f64| Line { ink: Ink::Reference, points: vec![(x, 0.0), (x, top)] };
    // One below the other, or a short part's name would run into the next.
    let label = |(i, &(text, x)): (usize, &(&'static str, f64))| Label {
        text,
        at: (x + 0.1, top * (0.97 - 0.06 * i as f64)),
        ink: Ink::Reference,
    };
    (
        boundaries.iter().map(|&(_, x)| line(x)).collect(),
        boundaries.iter().enumerate().map(label).collect(),
    )
}

fn leads(run: &RunFolder, timeline: &Timeline) -> Result<Plot, ReportError> {
    let most = timeline.periods.iter().map(|p| p.rows).max().unwrap_or(1) as f64;
    let mut bars = Vec::new();
    for (i, period) in timeline.periods.iter().enumerate() {
        let x = (i as f64 + 0.08, i as f64 + 0.92);
        let mut y = 0.0;
        // Leads of no part, such as those of an embargo, leave the bar short of the period's leads.
        for (part, rows) in [period.train, period.valid, period.test].into_iter().enumerate() {
            let top = y + rows as f64;
            bars.push(Bar { x, y: (y, top), ink: Ink::Part(part) });
            y = top;
        }
    }
    let (lines, labels) = upright(&boundaries(run, timeline), most * 1.12);
    let svg = draw(&Chart {
        x: along(timeline),
        y: Axis { label: "Leads", range: 0.0..most * 1.12, units: Units::Count },
        bars,
        lines,
        marks: vec![],
        labels,
    })?;
    Ok(Plot {
        title: "Leads".into(),
        alt: format!(
            "Leads over {} periods, {} at most in one; train, valid and test leads stacked.",
            timeline.periods.len(),
            count(most as u64)
        ),
        note: "Leads with a known outcome. From light to dark, from below: train, valid, test."
            .into(),
        svg,
    })
}

fn rates(run: &RunFolder, timeline: &Timeline) -> Result<Plot, ReportError> {
    let (mut marks, mut full) = (Vec::new(), Vec::new());
    for (i, period) in timeline.periods.iter().enumerate().filter(|(_, p)| p.rows > 0) {
        if let Ok(rate) = wilson(period.positives as u64, period.rows as u64, 0.95) {
            let x = i as f64 + 0.5;
            marks.push(Mark { x, y: rate.value, low: rate.low, high: rate.high });
            full.push(period.rows >= LEAST_ROWS);
        }
    }
    // A period of a few leads, whose interval holds everything, does not set the scale.
    let sure = marks.iter().zip(&full).filter(|(_, full)| **full).map(|(m, _)| m.high);
    let most = marks.iter().map(|m| m.y).chain(sure).fold(0.0, f64::max);
    let top = (most * 1.1).clamp(1e-3, 1.0);
    for mark in &mut marks {
        mark.high = mark.high.min(top);
    }
    let (mut lines, labels) = upright(&boundaries(run, timeline), top);
    let all = run.manifest.positives as f64 / run.manifest.rows.max(1) as f64;
    let end = timeline.periods.len() as f64;
    lines.insert(0, Line { ink: Ink::Reference, points: vec![(0.0, all), (end, all)] });
    let values = || marks.iter().map(|m| m.y);
    let alt = format!(
        "Conversion rate over {} periods, from {} to {}.",
        timeline.periods.len(),
        percent(values().fold(f64::INFINITY, f64::min)),
        percent(values().fold(0.0, f64::max))
    );
    let svg = draw(&Chart {
        x: along(timeline),
        y: Axis { label: "Share that converted", range: 0.0..top, units: Units::Percent },
        bars: vec![],
        lines,
        marks,
        labels,
    })?;
    let note = "Share of a period\u{2019}s leads that converted, with 95 % intervals; the level grey line is the rate of all.";
    Ok(Plot { title: "Conversion rate".into(), alt, note: note.into(), svg })
}
