//! A run against its baseline: has a metric fallen by more than noise?
//!
//! On the same leads each difference is judged in pairs ([`compare_metrics`]). Where that cannot be (the baseline is a metrics
//! file alone, or judged other leads) the two intervals are combined as those of independent estimates
//! ([`unpaired_difference`]), which is weaker: it finds great falls only.

use crate::paired::{Leads, Pairs, predictions, read as file_of, same_leads};
use crate::{Experiment, PipelineError};
use leadsight_eval::metrics::{Better, METRICS as KNOWN};
use leadsight_eval::{
    EvaluateOptions, Interval, Judged, PairedMetric, compare_metrics, unpaired_difference,
};
use leadsight_report::files;
use leadsight_report::folder::{
    CONFIG, MANIFEST, METRICS, Manifest, MetricsFile, PREDICTIONS, PredictionRow,
};
use leadsight_schema::or_nearest;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What is gated, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct GateOptions {
    /// Keys of metrics.
    pub metrics: Vec<String>,
    /// The rows: `valid` or `test`.
    pub split: String,
    /// The fall that is allowed, in the metric's own unit.
    pub tolerance: f64,
    /// Level, resamples and seed of the paired form; the unpaired has the level of the files.
    pub evaluate: EvaluateOptions,
}

/// The metrics gated unless others are asked for: the order of the leads, and the probabilities.
pub const GATED: [&str; 4] = ["roc_auc", "pr_auc", "log_loss", "brier"];

/// What a gate found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GateReport {
    /// The run gated.
    pub run: PathBuf,
    /// What it is held against.
    pub baseline: PathBuf,
    /// The rows judged.
    pub split: String,
    /// How differences were judged.
    pub form: Form,
    /// Whether nothing fell.
    pub passed: bool,
    /// One entry for each metric, in the order asked for.
    pub metrics: Vec<GatedMetric>,
}

/// How differences were judged.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Form {
    /// Lead by lead.
    Paired {
        /// The leads.
        rows: usize,
    },
    /// From the two intervals alone.
    Unpaired {
        /// Why not in pairs.
        reason: String,
    },
}

/// A metric of both sides.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GatedMetric {
    /// Its key.
    pub metric: String,
    /// The run's value.
    pub run: Option<f64>,
    /// The baseline's.
    pub baseline: Option<f64>,
    /// Run minus baseline.
    pub difference: Option<Interval>,
    /// What it came to.
    pub verdict: Verdict,
}

/// What a metric came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// No fall that goes beyond noise and tolerance.
    Held,
    /// Worse by more than noise and tolerance.
    Fell,
    /// The baseline has it and the run has not: it fails.
    LostByRun,
    /// The baseline does not have it: nothing to fall from.
    NotInBaseline,
}

impl Verdict {
    /// Whether it fails the gate.
    pub fn fails(self) -> bool {
        matches!(self, Self::Fell | Self::LostByRun)
    }
}

/// Holds `run` against `baseline`; each is a run folder or a metrics file.
///
/// # Errors
/// A file that is missing, damaged or no run's; a metric that does not exist; a split that a side does not have; intervals of two
/// levels; options out of range; [`PipelineError::OtherTask`] for two run folders that do not predict the same of the same leads.
pub fn gate(
    run: &Path,
    baseline: &Path,
    options: &GateOptions,
) -> Result<GateReport, PipelineError> {
    check(options)?;
    let (ours, theirs) = (Side::read(run, options)?, Side::read(baseline, options)?);
    if let Some(why) = other_task(&ours, &theirs) {
        let (run, baseline) = (run.to_owned(), baseline.to_owned());
        return Err(PipelineError::OtherTask { run, baseline, why });
    }
    let (form, found) = match pairs(&ours, &theirs) {
        Ok((labels, a, b)) => {
            let first = Judged { probabilities: &a, threshold: ours.metrics.threshold };
            let second = Judged { probabilities: &b, threshold: theirs.metrics.threshold };
            let found = compare_metrics(&labels, first, second, &options.evaluate)?;
            (Form::Paired { rows: labels.len() }, found)
        }
        Err(reason) => (Form::Unpaired { reason }, BTreeMap::new()),
    };
    let (ours, theirs) = (ours.of(&options.split), theirs.of(&options.split));
    let metrics = options.metrics.iter().map(|key| match found.get(key) {
        Some(pair) => Ok(paired(key, pair, options.tolerance)),
        // On the same leads, too, a rate of nobody is not defined; then the files tell which side has it.
        None => unpaired(key, ours.get(key), theirs.get(key), options.tolerance),
    });
    let metrics: Vec<GatedMetric> = metrics.collect::<Result<_, PipelineError>>()?;
    Ok(GateReport {
        run: run.to_owned(),
        baseline: baseline.to_owned(),
        split: options.split.clone(),
        form,
        passed: !metrics.iter().any(|metric| metric.verdict.fails()),
        metrics,
    })
}

fn check(options: &GateOptions) -> Result<(), PipelineError> {
    // In either form: what an option means does not hang on the leads.
    options.evaluate.check()?;
    let wrong = |key, expected, found| Err(PipelineError::Value { key, expected, found });
    if !(options.tolerance >= 0.0 && options.tolerance.is_finite()) {
        let found = options.tolerance.to_string();
        return wrong("--tolerance", "0 or more, in the metric's own unit", found);
    }
    for key in &options.metrics {
        if better(key) == Better::Neither {
            let known = KNOWN.iter().filter(|metric| metric.better != Better::Neither);
            let known: Vec<&str> = known.map(|metric| metric.metric).collect();
            return Err(PipelineError::UnknownMetric {
                found: key.clone(),
                hint: or_nearest(key, known.iter().copied()),
                known: known.join(", "),
            });
        }
    }
    Ok(())
}

/// A run folder, or a metrics file alone.
struct Side {
    metrics: MetricsFile,
    /// The leads, or why there are none.
    leads: Result<Leads, String>,
    /// What a run folder tells of its task; nothing where there is a metrics file alone.
    task: Option<Task>,
}

/// What a run predicts, and of which leads.
struct Task {
    /// Its label in words.
    label: String,
    /// The column that names a lead, where the configuration tells.
    id: Option<String>,
    /// Every lead that was judged, of any split.
    leads: BTreeSet<String>,
}

impl Task {
    /// The task of a run folder; `None` where its files do not tell.
    fn read(run: &Path) -> Result<Option<Self>, PipelineError> {
        if !run.join(MANIFEST).exists() {
            return Ok(None);
        }
        let manifest: Manifest = file_of(run, MANIFEST, files::from_json)?;
        let config = std::fs::read_to_string(run.join(CONFIG)).unwrap_or_default();
        // A configuration of another version need not be understood.
        let config = Experiment::parse(&config, Path::new(CONFIG)).ok();
        let rows: Vec<PredictionRow> = file_of(run, PREDICTIONS, files::from_csv)?;
        Ok(Some(Self {
            label: manifest.label,
            id: config.and_then(|config| config.data.id),
            leads: rows.into_iter().map(|row| row.lead_id).collect(),
        }))
    }
}

/// Why two run folders are of different tasks, where they are.
fn other_task(ours: &Side, theirs: &Side) -> Option<String> {
    let (ours, theirs) = (ours.task.as_ref()?, theirs.task.as_ref()?);
    if ours.label != theirs.label {
        return Some(format!("there {}, here {}", theirs.label, ours.label));
    }
    if let (Some(ours), Some(theirs)) = (&ours.id, &theirs.id)
        && ours != theirs
    {
        return Some(format!("there the column `{theirs}` names a lead, here `{ours}`"));
    }
    ours.leads.is_disjoint(&theirs.leads).then(|| "they have no lead in common".to_owned())
}

impl Side {
    fn read(path: &Path, options: &GateOptions) -> Result<Self, PipelineError> {
        let folder = path.is_dir();
        let file = if folder { path.join(METRICS) } else { path.to_owned() };
        let bytes = std::fs::read(&file).map_err(|source| PipelineError::Unreadable {
            path: file.clone(),
            what: "a run's metrics",
            source,
        })?;
        let metrics: MetricsFile = files::from_json(METRICS, &bytes)
            .map_err(|source| PipelineError::RunFile { path: file.clone(), source })?;
        if !metrics.splits.contains_key(&options.split) {
            let known: Vec<&str> = metrics.splits.keys().map(String::as_str).collect();
            return Err(PipelineError::NoSplit {
                path: file,
                split: options.split.clone(),
                known: known.join(", "),
            });
        }
        let leads = if !folder {
            Err(format!(
                "`{}` is a metrics file alone, and does not tell what was predicted of which leads",
                path.display()
            ))
        } else if !path.join(PREDICTIONS).exists() {
            Err(format!("`{}` has no {PREDICTIONS}", path.display()))
        } else {
            Ok(predictions(path, &metrics.model, &options.split)?)
        };
        let task = if leads.is_ok() { Task::read(path)? } else { None };
        Ok(Self { metrics, leads, task })
    }

    fn of(&self, split: &str) -> &BTreeMap<String, Interval> {
        // `read` has seen that the split is there.
        &self.metrics.splits[split].metrics
    }
}

/// Labels and both sides' probabilities of the same leads, or why there are none.
fn pairs(ours: &Side, theirs: &Side) -> Result<Pairs, String> {
    let (ours, theirs) = (ours.leads.as_ref(), theirs.leads.as_ref());
    same_leads(ours.map_err(Clone::clone)?, theirs.map_err(Clone::clone)?)
        .map_err(|lead| format!("the two judged other leads or outcomes, first `{lead}`"))
}

fn paired(key: &str, pair: &PairedMetric, tolerance: f64) -> GatedMetric {
    let d = pair.difference;
    let (value, low, high) = (d.difference, d.low, d.high);
    let difference = Interval { value, low, high, level: d.level, method: d.method };
    GatedMetric {
        metric: key.to_owned(),
        run: Some(pair.first),
        baseline: Some(pair.second),
        verdict: verdict(key, &difference, tolerance),
        difference: Some(difference),
    }
}

fn unpaired(
    key: &str,
    run: Option<&Interval>,
    baseline: Option<&Interval>,
    tolerance: f64,
) -> Result<GatedMetric, PipelineError> {
    let difference = match (run, baseline) {
        (Some(run), Some(baseline)) => Some(unpaired_difference(run, baseline)?),
        _ => None,
    };
    let verdict = match (&difference, baseline) {
        (Some(difference), _) => verdict(key, difference, tolerance),
        (None, Some(_)) => Verdict::LostByRun,
        (None, None) => Verdict::NotInBaseline,
    };
    Ok(GatedMetric {
        metric: key.to_owned(),
        run: run.map(|i| i.value),
        baseline: baseline.map(|i| i.value),
        difference,
        verdict,
    })
}

/// Fallen where the whole interval lies further on the worse side than `tolerance`.
fn verdict(key: &str, difference: &Interval, tolerance: f64) -> Verdict {
    let least_fall = match better(key) {
        Better::Lower => difference.low,
        Better::Higher | Better::Neither => -difference.high,
    };
    if least_fall > tolerance { Verdict::Fell } else { Verdict::Held }
}

/// The good side of a metric; of an unknown one there is none.
fn better(key: &str) -> Better {
    KNOWN.iter().find(|metric| metric.metric == key).map_or(Better::Neither, |metric| metric.better)
}
