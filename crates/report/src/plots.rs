//! Which charts a page shows, with their words: title, note below, and a description for those who cannot see them.

use crate::ReportError;
use crate::chart::{Axis, Chart, Ink, Line, Mark, Units, draw};
use crate::folder::{ModelCurves, RunFolder};
use crate::verdict::judged;
use crate::words::{decimals, percent};
use leadsight_eval::Curves;
use serde::Serialize;

/// A chart with its words.
#[derive(Debug, Clone, Serialize)]
pub struct Plot {
    /// What it is.
    pub title: String,
    /// What it shows, for a reader who cannot see it.
    pub alt: String,
    /// How to read it.
    pub note: String,
    /// The `<svg>` element.
    pub svg: String,
}

/// The ink of each model: the chosen one's own, the others in the order of the file.
pub fn inks(run: &RunFolder) -> Vec<(&str, Ink)> {
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
pub fn plots(run: &RunFolder) -> Result<Vec<Plot>, ReportError> {
    let Some((split, _)) = judged(run) else { return Ok(Vec::new()) };
    let inks = inks(run);
    let mut found = Vec::new();
    let mut models: Vec<(&ModelCurves, &Curves, Ink)> = run
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
        found.push(pr(&models, split, &names)?);
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

type Models<'a> = [(&'a ModelCurves, &'a Curves, Ink)];

fn lines(models: &Models<'_>, points: impl Fn(&Curves) -> Vec<(f64, f64)>) -> Vec<Line> {
    models.iter().map(|(_, c, ink)| Line { ink: *ink, points: points(c) }).collect()
}

fn share(label: &'static str) -> Axis {
    Axis { label, range: 0.0..1.0, units: Units::Percent }
}

fn diagonal(end: f64) -> Line {
    Line { ink: Ink::Reference, points: vec![(0.0, 0.0), (end, end)] }
}

fn roc(models: &Models<'_>, split: &str, names: &str) -> Result<Plot, ReportError> {
    let mut drawn = vec![diagonal(1.0)];
    drawn.extend(lines(models, |c| c.roc.iter().map(|p| (p.fpr, p.tpr)).collect()));
    let chart = Chart {
        x: share("Non-converting leads called"),
        y: share("Conversions called"),
        lines: drawn,
        marks: vec![],
    };
    Ok(Plot {
        title: "ROC".into(),
        alt: format!("ROC curves on the {split} rows. Area under the curve: {names}."),
        note: "The nearer to the upper left, the better; the grey diagonal is chance.".into(),
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
    let chart = Chart {
        x: share("Leads called, best score first"),
        y: share("Conversions called"),
        lines: drawn,
        marks: vec![],
    };
    let held = run.metrics.splits.get(split).and_then(|e| e.metrics.get("capture_at_35"));
    let held = held.map_or(String::new(), |i| {
        format!(
            " The best 35 % of {}\u{2019}s leads hold {} of the conversions.",
            run.metrics.model,
            percent(i.value)
        )
    });
    Ok(Plot {
        title: "Gains".into(),
        alt: format!("Cumulative gains curves on the {split} rows.{held}"),
        note: "How many conversions are reached by calling so many leads. Grey: chance below, perfection above.".into(),
        svg: draw(&chart)?,
    })
}

fn lift(models: &Models<'_>, split: &str) -> Result<Plot, ReportError> {
    let points = |c: &Curves| c.lift.iter().map(|p| (p.share, p.lift)).collect();
    let mut drawn = vec![Line { ink: Ink::Reference, points: vec![(0.0, 1.0), (1.0, 1.0)] }];
    drawn.extend(lines(models, points));
    let (drawn, top) = settled(drawn, 1.2, f64::INFINITY);
    let chart = Chart {
        x: share("Leads called, best score first"),
        y: Axis { label: "Times the base rate", range: 0.0..top, units: Units::Number },
        lines: drawn,
        marks: vec![],
    };
    Ok(Plot {
        title: "Lift".into(),
        alt: format!(
            "Cumulative lift curves on the {split} rows, falling to 1 when all leads are called."
        ),
        note: "How many times more often the called leads convert than leads at random.".into(),
        svg: draw(&chart)?,
    })
}

/// The lines cut at an upper end that fits what comes after the first 3 %: the first few leads make any figure. The upper
/// end stays between the two bounds.
fn settled(lines: Vec<Line>, least: f64, most: f64) -> (Vec<Line>, f64) {
    let after = lines.iter().flat_map(|l| &l.points).filter(|p| p.0 >= 0.03).map(|p| p.1);
    let top = (after.fold(0.0, f64::max) * 1.15).clamp(least, most);
    let cut =
        |l: Line| Line { points: l.points.iter().map(|p| (p.0, p.1.min(top))).collect(), ..l };
    (lines.into_iter().map(cut).collect(), top)
}

fn pr(models: &Models<'_>, split: &str, names: &str) -> Result<Plot, ReportError> {
    // A step function: each precision holds from the recall before to its own.
    let steps = |c: &Curves| {
        let mut points = Vec::with_capacity(2 * c.pr.len());
        let mut recall = 0.0;
        for p in &c.pr {
            points.extend([(recall, p.precision), (p.recall, p.precision)]);
            recall = p.recall;
        }
        points
    };
    let (drawn, top) = settled(lines(models, steps), 0.02, 1.0);
    let chart = Chart {
        x: share("Conversions called (recall)"),
        y: Axis { label: "Called leads that convert", range: 0.0..top, units: Units::Percent },
        lines: drawn,
        marks: vec![],
    };
    Ok(Plot {
        title: "Precision and recall".into(),
        alt: format!(
            "Precision-recall curves on the {split} rows. ROC AUC of the models: {names}."
        ),
        note: "How pure the call list stays while it grows; the right end is the base rate.".into(),
        svg: draw(&chart)?,
    })
}

fn calibration(curves: &Curves, model: &str, split: &str) -> Result<Plot, ReportError> {
    let bins = &curves.calibration;
    let highest = bins.iter().map(|b| b.predicted.max(b.observed.high)).fold(0.0, f64::max);
    let end = (highest * 1.05).clamp(1e-4, 1.0);
    let marks = bins.iter().map(|b| Mark {
        x: b.predicted,
        y: b.observed.value,
        low: b.observed.low,
        high: b.observed.high.min(end),
    });
    let axis = |label| Axis { label, range: 0.0..end, units: Units::Percent };
    let chart = Chart {
        x: axis("Predicted chance to convert"),
        y: axis("Converted"),
        lines: vec![
            diagonal(end),
            Line {
                ink: Ink::Chosen,
                points: bins.iter().map(|b| (b.predicted, b.observed.value)).collect(),
            },
        ],
        marks: marks.collect(),
    };
    let worst = bins.iter().map(|b| (b.predicted - b.observed.value).abs()).fold(0.0, f64::max);
    Ok(Plot {
        title: "Calibration".into(),
        alt: format!(
            "Calibration of {model} on the {split} rows in {} groups of equal size; the largest gap between predicted and observed is {} points.",
            bins.len(),
            decimals(worst * 100.0, 1)
        ),
        note: format!(
            "{model}, ten groups of equal size with 95 % intervals; on the grey diagonal a chance means what it says."
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
    let room = ((high - low) * 0.06).max(1e-6);
    let range = (low - room).max(0.0)..high + room;
    let line = |ink, values: &[f64]| Line {
        ink,
        points: thinned(values).filter(|p| p.1.is_finite()).collect(),
    };
    let mut drawn = Vec::new();
    if let Some(best) = loss.best {
        let best = f64::from(best);
        drawn.push(Line {
            ink: Ink::Reference,
            points: vec![(best, range.start), (best, range.end)],
        });
    }
    drawn.push(line(Ink::Train, &loss.train));
    drawn.push(line(Ink::Chosen, &loss.valid));
    let chart = Chart {
        x: Axis { label: "Round", range: 1.0..rounds as f64, units: Units::Count },
        y: Axis { label: "Log-loss", range, units: Units::Number },
        lines: drawn,
        marks: vec![],
    };
    let best = loss.best.map_or(String::new(), |b| format!("; grey: the {b} rounds kept"));
    let last = |values: &[f64]| values.last().map_or_else(|| "none".into(), |v| decimals(*v, 4));
    Some(draw(&chart).map(|svg| Plot {
        title: format!("Learning curve, {}", model.model),
        alt: format!(
            "Log-loss of {} over {rounds} rounds, ending at {} on train and {} on valid.",
            model.model,
            last(&loss.train),
            last(&loss.valid)
        ),
        note: format!("Solid: valid. Dashed: train{best}. Valid rising while train falls is learning by heart."),
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
