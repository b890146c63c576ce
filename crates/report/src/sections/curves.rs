//! The charts, with their words: title, note below, and a description for those who cannot see them.

use crate::ReportError;
use crate::chart::{Axis, Chart, Ink, Label, Line, Mark, Units, draw};
use crate::folder::{ModelCurves, RunFolder};
use crate::verdict::judged;
use crate::words::{decimals, percent};
use leadsight_eval::{Curves as Points, Interval};
use serde::Serialize;

/// What the section shows.
#[derive(Debug, Serialize)]
pub(crate) struct Curves<'a> {
    legend: Vec<Legend<'a>>,
    charts: Vec<Plot>,
    calibration: Vec<Group>,
}

/// A chart with its words.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Plot {
    /// What it is.
    pub title: String,
    /// What it shows, for a reader who cannot see it.
    pub alt: String,
    /// How to read it.
    pub note: String,
    /// The `<svg>` element.
    pub svg: String,
}

#[derive(Debug, Serialize)]
struct Legend<'a> {
    name: &'a str,
    hex: String,
    width: u32,
}

/// A group of the calibration curve.
#[derive(Debug, Serialize)]
struct Group {
    rows: usize,
    positives: usize,
    predicted: f64,
    observed: Interval,
}

/// The section of a run.
///
/// # Errors
/// [`ReportError::Chart`].
pub(crate) fn curves<'a>(run: &'a RunFolder, split: &str) -> Result<Curves<'a>, ReportError> {
    Ok(Curves { legend: legend(run), charts: plots(run)?, calibration: groups(run, split) })
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

/// The calibration curve's groups.
fn groups(run: &RunFolder, split: &str) -> Vec<Group> {
    let chosen = run.curves.models.iter().find(|m| m.model == run.manifest.chosen_model);
    chosen.and_then(|m| m.splits.get(split)).map_or_else(Vec::new, |curves| {
        curves
            .calibration
            .iter()
            .map(|b| Group {
                rows: b.rows,
                positives: b.positives,
                predicted: b.predicted,
                observed: b.observed,
            })
            .collect()
    })
}

/// The ink of each model: the chosen one's own, the others in the order of the file.
fn inks(run: &RunFolder) -> Vec<(&str, Ink)> {
    let chosen = run.manifest.chosen_model.as_str();
    let mut others = 0;
    run.curves
        .models
        .iter()
        .map(|m| {
            if m.model == chosen {
                return (m.model.as_str(), Ink::Chosen);
            }
            others += 1;
            (m.model.as_str(), Ink::Other(others - 1))
        })
        .collect()
}

/// The charts, on the split that the verdict is read on.
///
/// # Errors
/// [`ReportError::Chart`].
fn plots(run: &RunFolder) -> Result<Vec<Plot>, ReportError> {
    let Some((split, evaluation)) = judged(run) else { return Ok(Vec::new()) };
    let base = (evaluation.rows > 0).then(|| evaluation.positives as f64 / evaluation.rows as f64);
    let inks = inks(run);
    let mut found = Vec::new();
    let mut models: Vec<(&ModelCurves, &Points, Ink)> = run
        .curves
        .models
        .iter()
        .zip(inks)
        .filter_map(|(m, (_, ink))| m.splits.get(split).map(|c| (m, c, ink)))
        .collect();
    // The chosen model's line lies on top.
    models.sort_by_key(|(_, _, ink)| *ink == Ink::Chosen);
    if !models.is_empty() {
        let auc = |model: &str| {
            let row = run.leaderboard.iter().find(|r| r.model == model && r.split == split);
            row.and_then(|r| r.roc_auc).map_or(String::new(), |a| format!(" {}", decimals(a, 3)))
        };
        let names: Vec<String> =
            models.iter().rev().map(|(m, _, _)| format!("{}{}", m.model, auc(&m.model))).collect();
        let names = names.join(", ");
        found.push(roc(&models, split, &names)?);
        found.push(gains(&models, run, split)?);
        found.push(pr(&models, split, &names, base)?);
        found.push(lift(&models, split)?);
    }
    if let Some((_, curves, _)) = models.iter().find(|(_, _, ink)| *ink == Ink::Chosen) {
        found.push(calibration(curves, &run.manifest.chosen_model, split)?);
    }
    for model in &run.curves.models {
        found.extend(learning(model).transpose()?);
    }
    Ok(found)
}

type Models<'a> = [(&'a ModelCurves, &'a Points, Ink)];

fn lines(models: &Models<'_>, points: impl Fn(&Points) -> Vec<(f64, f64)>) -> Vec<Line> {
    models.iter().map(|(_, c, ink)| Line { ink: *ink, points: points(c) }).collect()
}

fn share(label: &'static str) -> Axis {
    Axis { label, range: 0.0..1.0, units: Units::Percent }
}

fn diagonal(end: f64) -> Line {
    Line { ink: Ink::Reference, points: vec![(0.0, 0.0), (end, end)] }
}

/// Below the diagonal, where no useful model goes.
const CHANCE: Label = Label { text: "chance", at: (0.6, 0.5), ink: Ink::Reference };

fn roc(models: &Models<'_>, split: &str, names: &str) -> Result<Plot, ReportError> {
    let mut drawn = vec![diagonal(1.0)];
    drawn.extend(lines(models, |c| c.roc.iter().map(|p| (p.fpr, p.tpr)).collect()));
    let chart = Chart {
        x: share("Share of the other leads called"),
        y: share("Share of conversions called"),
        bars: vec![],
        lines: drawn,
        marks: vec![],
        labels: vec![CHANCE],
    };
    Ok(Plot {
        title: "ROC".into(),
        alt: format!("ROC curves on the {split} rows. Area under the curve: {names}."),
        note: "The nearer to the upper left, the better.".into(),
        svg: draw(&chart)?,
    })
}

fn gains(models: &Models<'_>, run: &RunFolder, split: &str) -> Result<Plot, ReportError> {
    let mut drawn = vec![diagonal(1.0)];
    if let Some(c) = run.metrics.splits.get(split).filter(|c| c.rows > 0 && c.positives > 0) {
        let base = c.positives as f64 / c.rows as f64;
        drawn.push(Line { ink: Ink::Reference, points: vec![(0.0, 0.0), (base, 1.0), (1.0, 1.0)] });
    }
    drawn.extend(lines(models, |c| c.gains.iter().map(|p| (p.share, p.capture)).collect()));
    let held = run.metrics.splits.get(split).and_then(|e| e.metrics.get("capture_at_35"));
    let mark = held.map(|i| Mark { x: 0.35, y: i.value, low: i.low, high: i.high });
    let chart = Chart {
        x: share("Share of leads called, best score first"),
        y: share("Share of conversions called"),
        bars: vec![],
        lines: drawn,
        marks: mark.into_iter().collect(),
        labels: vec![CHANCE],
    };
    let held = held.map_or(String::new(), |i| {
        format!(
            " The top 35 % of {}\u{2019}s leads hold {} of the conversions.",
            run.metrics.model,
            percent(i.value)
        )
    });
    Ok(Plot {
        title: "Gains".into(),
        alt: format!("Cumulative gains curves on the {split} rows.{held}"),
        note: "How many conversions are reached by calling so many leads. The dot: the top 35 % with its 95 % interval. The grey line above is perfection.".into(),
        svg: draw(&chart)?,
    })
}

fn lift(models: &Models<'_>, split: &str) -> Result<Plot, ReportError> {
    let points = |c: &Points| c.lift.iter().map(|p| (p.share, p.lift)).collect();
    let mut drawn = vec![Line { ink: Ink::Reference, points: vec![(0.0, 1.0), (1.0, 1.0)] }];
    drawn.extend(lines(models, points));
    let (drawn, top) = settled(drawn);
    let chart = Chart {
        x: share("Share of leads called, best score first"),
        y: Axis { label: "Times the base rate", range: 0.0..top.max(1.2), units: Units::Number },
        bars: vec![],
        lines: drawn,
        marks: vec![],
        labels: vec![],
    };
    Ok(Plot {
        title: "Lift".into(),
        alt: format!(
            "Cumulative lift curves on the {split} rows, falling to 1 when all leads are called."
        ),
        note: "How many times more often the called leads convert than leads at random, the grey line. The first 2 % are left out: few leads make any figure.".into(),
        svg: draw(&chart)?,
    })
}

/// The first share of an axis that is left out: so few leads make any figure.
const FEW: f64 = 0.02;

/// The lines without their first few leads, and an upper end that holds them.
fn settled(lines: Vec<Line>) -> (Vec<Line>, f64) {
    let kept = |l: Line| Line { points: from(&l.points, FEW), ..l };
    let lines: Vec<Line> = lines.into_iter().map(kept).collect();
    let highest = lines.iter().flat_map(|l| &l.points).map(|p| p.1).fold(0.0, f64::max);
    (lines, highest * 1.08)
}

/// The part of a line from an x on, where it starts at the height it has there.
fn from(points: &[(f64, f64)], start: f64) -> Vec<(f64, f64)> {
    let at = points.partition_point(|p| p.0 < start);
    let mut kept = points[at..].to_vec();
    if let (Some(before), Some(first)) = (at.checked_sub(1).map(|i| points[i]), kept.first()) {
        let span = first.0 - before.0;
        let way = if span > 0.0 { (start - before.0) / span } else { 0.0 };
        kept.insert(0, (start, before.1 + way * (first.1 - before.1)));
    }
    kept
}

fn pr(
    models: &Models<'_>,
    split: &str,
    names: &str,
    base: Option<f64>,
) -> Result<Plot, ReportError> {
    // A step function: each precision holds from the recall before to its own.
    let steps = |c: &Points| {
        let mut points = Vec::with_capacity(2 * c.pr.len());
        let mut recall = 0.0;
        for p in &c.pr {
            points.extend([(recall, p.precision), (p.recall, p.precision)]);
            recall = p.recall;
        }
        points
    };
    let (mut drawn, top) = settled(lines(models, steps));
    if let Some(base) = base {
        drawn.insert(0, Line { ink: Ink::Reference, points: vec![(0.0, base), (1.0, base)] });
    }
    let top = top.clamp(0.02, 1.0);
    let chart = Chart {
        x: share("Share of conversions called (recall)"),
        y: Axis {
            label: "Called that convert (precision)",
            range: 0.0..top,
            units: Units::Percent,
        },
        bars: vec![],
        lines: drawn,
        marks: vec![],
        labels: vec![],
    };
    Ok(Plot {
        title: "Precision and recall".into(),
        alt: format!(
            "Precision-recall curves on the {split} rows. ROC AUC of the models: {names}."
        ),
        note: "How pure the call list stays while it grows, down to the base rate, the grey line. The first 2 % are left out: few leads make any figure.".into(),
        svg: draw(&chart)?,
    })
}

/// On square-root axes: most leads have a small chance, and would all lie in one corner.
fn calibration(curves: &Points, model: &str, split: &str) -> Result<Plot, ReportError> {
    let bins = &curves.calibration;
    let highest = bins.iter().map(|b| b.predicted.max(b.observed.high)).fold(0.0, f64::max);
    let end = (highest * 1.08).clamp(1e-4, 1.0).sqrt();
    let marks = bins.iter().map(|b| Mark {
        x: b.predicted.sqrt(),
        y: b.observed.value.sqrt(),
        low: b.observed.low.max(0.0).sqrt(),
        high: b.observed.high.sqrt(),
    });
    let axis = |label| Axis { label, range: 0.0..end, units: Units::Root };
    let chart = Chart {
        x: axis("Predicted chance to convert"),
        y: axis("Share that converted"),
        bars: vec![],
        lines: vec![diagonal(end)],
        marks: marks.collect(),
        labels: vec![],
    };
    let worst = bins.iter().map(|b| (b.predicted - b.observed.value).abs()).fold(0.0, f64::max);
    let missed = bins
        .iter()
        .filter(|b| b.predicted < b.observed.low || b.predicted > b.observed.high)
        .count();
    Ok(Plot {
        title: format!("Calibration, {model}"),
        alt: format!(
            "Calibration of {model} on the {split} rows in {} groups of equal size; the largest gap between predicted and observed is {} points.",
            bins.len(),
            decimals(worst * 100.0, 1)
        ),
        note: format!(
            "{} groups of equal size with 95 % intervals, on axes stretched near zero. {} cross the diagonal, where a chance means what it says.",
            bins.len(),
            if missed == 0 { "All".to_owned() } else { format!("{} of them", bins.len() - missed) }
        ),
        svg: draw(&chart)?,
    })
}

fn learning(model: &ModelCurves) -> Option<Result<Plot, ReportError>> {
    let loss = model.loss.as_ref()?;
    let rounds = loss.train.len().max(loss.valid.len());
    if rounds < 2 {
        return None;
    }
    let all = || loss.train.iter().chain(&loss.valid).copied().filter(|v| v.is_finite());
    let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(0.0, f64::max));
    let room = ((high - low) * 0.07).max(1e-6);
    let range = (low - room).max(0.0)..high + room;
    let line = |ink, values: &[f64]| Line {
        ink,
        points: thinned(values).filter(|p| p.1.is_finite()).collect(),
    };
    let mut drawn = Vec::new();
    let stopped = loss.best.filter(|best| (*best as usize) < rounds);
    if let Some(best) = stopped.map(f64::from) {
        drawn.push(Line {
            ink: Ink::Reference,
            points: vec![(best, range.start), (best, range.end)],
        });
    }
    drawn.push(line(Ink::Train, &loss.train));
    drawn.push(line(Ink::Watched, &loss.valid));
    let label = |text, values: &[f64], ink| {
        let at = rounds as f64 * 0.8;
        let height = values.get(at as usize).or(values.last()).copied()?;
        height.is_finite().then_some(Label { text, at: (at, height + room), ink })
    };
    let labels =
        [label("train", &loss.train, Ink::Train), label("valid", &loss.valid, Ink::Watched)];
    let chart = Chart {
        x: Axis { label: "Round", range: 1.0..rounds as f64, units: Units::Count },
        y: Axis { label: "Log-loss", range, units: Units::Number },
        bars: vec![],
        lines: drawn,
        marks: vec![],
        labels: labels.into_iter().flatten().collect(),
    };
    let kept = match (stopped, loss.best) {
        (Some(best), _) => format!(" Grey: the {best} rounds kept."),
        (None, Some(_)) => format!(" All {rounds} rounds are kept."),
        (None, None) => String::new(),
    };
    let last = |values: &[f64]| values.last().map_or_else(|| "none".into(), |v| decimals(*v, 4));
    Some(draw(&chart).map(|svg| Plot {
        title: format!("Learning curve, {}", model.model),
        alt: format!(
            "Log-loss of {} over {rounds} rounds, ending at {} on train and {} on valid.",
            model.model,
            last(&loss.train),
            last(&loss.valid)
        ),
        note: format!("Loss on the rows learned from (train) and on others (valid), lower is better.{kept} Valid rising while train falls is learning by heart."),
        svg,
    }))
}

/// At most 400 points, the last among them.
fn thinned(values: &[f64]) -> impl Iterator<Item = (f64, f64)> + '_ {
    let step = values.len().div_ceil(400).max(1);
    let last = values.len().saturating_sub(1);
    let kept = move |i: &usize| i.is_multiple_of(step) || *i == last;
    (0..values.len()).filter(kept).map(|i| ((i + 1) as f64, values[i]))
}
