//! From what was found to the run folder's files.

use crate::candidate::Candidate;
use crate::cuts::Cuts;
use crate::explain::{self, evenly};
use crate::judge::{Judged, Judgement, row};
use crate::material::Material;
use crate::outputs::Draft;
use crate::rivals::rivals;
use crate::run::RunOptions;
use crate::sweep::sweep;
use crate::texts::texts;
use crate::tiers::tiers;
use crate::timeline::timeline;
use crate::{Experiment, PipelineError, Prepared, segments};
use leadsight_eval::Rule;
use leadsight_ingest::{ColumnSpec, LabelSpec, Split, SplitSpec, Words};
use leadsight_registry::fingerprint_file;
use leadsight_report::folder::{
    self, BesideFile, CurvesFile, DataFile, Importance, ImportanceFile, LossCurve, Manifest,
    MetricsFile, ModelCurves, PredictionRow, RunFolder, SplitKind, SplitSize, SuspectEffect,
    SweepFile, TEST, VALID, Waived,
};
use leadsight_report::{files, html, markdown};
use leadsight_schema::{Cells, Issue, LeadTable};
use leadsight_score::{Bundle, OutputColumn, Scorer};
use std::collections::BTreeMap;
use std::path::Path;

/// Test rows whose contributions make the importance.
const IMPORTANCE_ROWS: usize = 2000;

/// Everything a run found out.
pub struct Findings<'a> {
    /// What was asked.
    pub experiment: &'a Experiment,
    /// Places, clock, versions.
    pub options: &'a RunOptions,
    /// The leads.
    pub prepared: &'a Prepared,
    /// What the suspect columns do together.
    pub suspects: Option<SuspectEffect>,
    /// Their features.
    pub material: &'a Material,
    /// The models.
    pub candidates: &'a [Candidate],
    /// Their thresholds.
    pub cuts: &'a [Cuts],
    /// Their worth.
    pub judged: &'a [Judged],
    /// The winner's position.
    pub chosen: usize,
    /// The winner's bundle.
    pub bundle: &'a Bundle,
    /// The winner, reloaded from its bundle.
    pub scorer: &'a Scorer,
    /// The same models under a second split.
    pub beside: Option<BesideFile>,
    /// The leads of `data.score`, and what is wrong with them.
    pub new_leads: Option<(LeadTable, Vec<Issue>)>,
}

/// The run folder's content, without the time it took.
///
/// # Errors
/// From the scorer, or from reading a source's bytes for its fingerprint.
pub fn describe(f: &Findings<'_>) -> Result<RunFolder, PipelineError> {
    let new_issues = f.new_leads.iter().flat_map(|(_, issues)| issues);
    Ok(RunFolder {
        manifest: manifest(f)?,
        config: f.experiment.to_ron()?,
        issues: f.prepared.issues.iter().chain(new_issues).cloned().collect(),
        profile: f.prepared.profile.clone(),
        cohorts: f.prepared.cohorts.clone(),
        leakage: f.prepared.leakage.clone(),
        leaderboard: f
            .candidates
            .iter()
            .zip(f.judged)
            .flat_map(|(c, j)| [row(c, j, VALID, &j.valid), row(c, j, TEST, &j.test)])
            .collect(),
        models: Some(rivals(f)?),
        metrics: metrics(f)?,
        curves: curves(f),
        importance: importance(f)?,
        segments: segments::audit(
            f.experiment,
            f.prepared,
            &f.judged[f.chosen].test.probabilities,
            f.bundle.policy.score.threshold(),
        )?,
        texts: texts(f.material)?,
        explained: explain::spread(f)?,
        errors: explain::errors(f)?,
        sweep: Some(thresholds(f)?),
        timeline: timeline(f.prepared),
        beside: f.beside.clone(),
    })
}

/// Writes everything but the manifest and the pages made from it.
///
/// # Errors
/// From writing, and from scoring `data.score`.
pub fn files(f: &Findings<'_>, run: &RunFolder, draft: &Draft) -> Result<(), PipelineError> {
    draft.write(folder::CONFIG, run.config.as_bytes())?;
    draft.write(folder::ISSUES, &files::to_json(folder::ISSUES, &run.issues)?)?;
    draft.write(folder::PROFILE, &files::to_json(folder::PROFILE, &run.profile)?)?;
    draft.write(folder::LEAKAGE, &files::to_json(folder::LEAKAGE, &run.leakage)?)?;
    if !run.cohorts.is_empty() {
        draft.write(folder::COHORTS, &files::to_csv(folder::COHORTS, &run.cohorts)?)?;
    }
    draft.write(folder::LEADERBOARD, &files::to_csv(folder::LEADERBOARD, &run.leaderboard)?)?;
    draft.write(folder::MODELS, &files::to_json(folder::MODELS, &run.models)?)?;
    draft.write(folder::METRICS, &files::to_json(folder::METRICS, &run.metrics)?)?;
    draft.write(folder::CURVES, &files::to_json(folder::CURVES, &run.curves)?)?;
    draft.write(folder::IMPORTANCE, &files::to_json(folder::IMPORTANCE, &run.importance)?)?;
    draft.write(folder::SEGMENTS, &files::to_json(folder::SEGMENTS, &run.segments)?)?;
    draft.write(folder::EXPLAINED, &files::to_json(folder::EXPLAINED, &run.explained)?)?;
    draft.write(folder::ERRORS, &files::to_json(folder::ERRORS, &run.errors)?)?;
    if !run.texts.is_empty() {
        draft.write(folder::TEXTS, &files::to_json(folder::TEXTS, &run.texts)?)?;
    }
    if let Some(sweep) = &run.sweep {
        draft.write(folder::SWEEP, &files::to_json(folder::SWEEP, sweep)?)?;
    }
    if let Some(timeline) = &run.timeline {
        draft.write(folder::TIMELINE, &files::to_json(folder::TIMELINE, timeline)?)?;
    }
    if let Some(beside) = &run.beside {
        draft.write(folder::BESIDE, &files::to_json(folder::BESIDE, beside)?)?;
    }
    draft.write(folder::PREDICTIONS, &files::to_csv(folder::PREDICTIONS, &predictions(f)?)?)?;
    draft.write(folder::SCORED, &scored(f)?)
}

/// Writes the manifest and the pages.
///
/// # Errors
/// From rendering and writing.
pub fn summary(run: &RunFolder, draft: &Draft) -> Result<(), PipelineError> {
    draft.write(folder::MANIFEST, &files::to_json(folder::MANIFEST, &run.manifest)?)?;
    draft.write(folder::REPORT_MARKDOWN, markdown::summary(run).as_bytes())?;
    draft.write(folder::REPORT_HTML, html::render(run)?.as_bytes())
}

fn manifest(f: &Findings<'_>) -> Result<Manifest, PipelineError> {
    let (experiment, prepared, winner) = (f.experiment, f.prepared, &f.candidates[f.chosen]);
    let unused = f.material.features.recipe.unused();
    let fields: Vec<String> = f.bundle.recipe.fields().iter().map(|f| f.name.clone()).collect();
    Ok(Manifest {
        name: experiment.name.clone().unwrap_or_default(),
        started_at: f.options.now,
        data: experiment
            .data
            .files(&f.options.base)
            .iter()
            .enumerate()
            // Only the leads' own rows are counted; a joined file adds columns.
            .map(|(i, path)| data_file(path, (i == 0).then_some(prepared.rows_read)))
            .collect::<Result<_, _>>()?,
        seed: experiment.seed,
        versions: versions(f)?,
        threads: experiment.tuning.threads,
        stages: Vec::new(),
        peak_memory_mib: None,
        label: label_words(&experiment.label),
        terms: f.bundle.policy.terms.clone(),
        rows: prepared.labels.len(),
        positives: prepared.labels.positives(),
        split_rule: split_words(&experiment.split),
        split_kind: Some(split_kind(&experiment.split)),
        splits: sizes(prepared),
        excluded: prepared.excluded.clone(),
        waived: experiment
            .leakage
            .waive
            .iter()
            .map(|(column, reason)| Waived { column: column.clone(), reason: reason.clone() })
            .collect(),
        suspects: f.suspects.clone(),
        sensitive: fields.iter().filter(|name| segments::sensitive(name)).cloned().collect(),
        fields,
        chosen_model: winner.name.clone(),
        choice_reason: choice_words(f.candidates, f.judged, f.chosen),
        calibration: format!("{:?}", winner.calibrator.kind()).to_lowercase(),
        model_version: f.scorer.version().to_owned(),
        notes: (f.suspects.iter().map(SuspectEffect::words))
            .chain(unused.iter().map(|u| format!("`{}` is not used: {}", u.name, u.reason)))
            .collect(),
    })
}

/// The sizes of the three parts.
pub fn sizes(prepared: &Prepared) -> Vec<SplitSize> {
    let Split { train, valid, test } = &prepared.split;
    [("train", train), (VALID, valid), (TEST, test)]
        .into_iter()
        .map(|(name, rows)| SplitSize {
            split: name.to_owned(),
            rows: rows.len(),
            positives: prepared.labels.take(rows).positives(),
        })
        .collect()
}

/// The versions given, and that of the trainer's library as it calls itself.
fn versions(f: &Findings<'_>) -> Result<BTreeMap<String, String>, PipelineError> {
    let mut versions = f.options.versions.clone();
    versions.insert("xgboost".to_owned(), leadsight_train::xgboost_version()?);
    Ok(versions)
}

fn data_file(path: &Path, rows: Option<u64>) -> Result<DataFile, PipelineError> {
    let bytes = std::fs::metadata(path).map_err(|source| PipelineError::Unreadable {
        path: path.to_owned(),
        what: "a file of the data",
        source,
    })?;
    Ok(DataFile {
        file: path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
        sha256: fingerprint_file(path)?,
        bytes: bytes.len(),
        rows,
    })
}

fn metrics(f: &Findings<'_>) -> Result<MetricsFile, PipelineError> {
    let (judged, cuts) = (&f.judged[f.chosen], &f.cuts[f.chosen]);
    Ok(MetricsFile {
        model: f.candidates[f.chosen].name.clone(),
        threshold: f.bundle.policy.score.threshold(),
        threshold_rule: rule_words(&f.experiment.threshold),
        skip_threshold: cuts.skip,
        splits: BTreeMap::from([
            (VALID.to_owned(), judged.valid.evaluation.clone()),
            (TEST.to_owned(), judged.test.evaluation.clone()),
        ]),
        tiers: tiers(f)?,
    })
}

/// The slider's thresholds: the named ones among them.
fn thresholds(f: &Findings<'_>) -> Result<SweepFile, PipelineError> {
    let judged = &f.judged[f.chosen];
    let mut own: Vec<f64> = judged.test.evaluation.thresholds.values().copied().collect();
    own.extend([f.bundle.policy.score.threshold(), f.cuts[f.chosen].skip]);
    sweep(f.experiment, f.prepared, &f.candidates[f.chosen].name, &own, judged)
}

fn curves(f: &Findings<'_>) -> CurvesFile {
    let of = |judgement: &Judgement| judgement.curves.clone();
    let models = f
        .candidates
        .iter()
        .zip(f.judged)
        .map(|(candidate, judged)| ModelCurves {
            model: candidate.name.clone(),
            splits: BTreeMap::from([
                (VALID.to_owned(), of(&judged.valid)),
                (TEST.to_owned(), of(&judged.test)),
            ]),
            loss: candidate.curve.as_ref().map(|curve| LossCurve {
                train: curve.train.clone(),
                valid: curve.valid.clone(),
                best: candidate.rounds,
            }),
        })
        .collect();
    CurvesFile { models }
}

/// Mean absolute contribution by source field, over test rows evenly spread.
fn importance(f: &Findings<'_>) -> Result<ImportanceFile, PipelineError> {
    let rows = evenly(&f.prepared.split.test, IMPORTANCE_ROWS);
    let mut sums: BTreeMap<String, f64> = BTreeMap::new();
    for lead in f.scorer.explain_table(&f.prepared.table, &rows)? {
        for c in lead.contributions {
            *sums.entry(c.field).or_default() += c.contribution.abs();
        }
    }
    let total: f64 = sums.values().sum();
    let share = |sum: f64| if total > 0.0 { sum / total } else { 0.0 };
    let mut fields: Vec<Importance> =
        sums.into_iter().map(|(field, sum)| Importance { field, share: share(sum) }).collect();
    fields.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.field.cmp(&b.field)));
    Ok(ImportanceFile {
        model: f.candidates[f.chosen].name.clone(),
        measure: format!("mean absolute contribution to the log-odds of {} test leads", rows.len()),
        fields,
    })
}

fn predictions(f: &Findings<'_>) -> Result<Vec<PredictionRow>, PipelineError> {
    let (table, labels) = (&f.prepared.table, f.prepared.labels.as_slice());
    let mut rows = Vec::new();
    for (candidate, judged) in f.candidates.iter().zip(f.judged) {
        let split = &f.prepared.split;
        for (name, positions, judgement) in
            [(VALID, &split.valid, &judged.valid), (TEST, &split.test, &judged.test)]
        {
            for (&row, &probability) in positions.iter().zip(&judgement.probabilities) {
                rows.push(PredictionRow {
                    lead_id: f.scorer.lead_id(table, row),
                    split: name.to_owned(),
                    label: u8::from(labels[row]),
                    model: candidate.name.clone(),
                    probability,
                    duplicate_group_id: f
                        .experiment
                        .data
                        .duplicates
                        .as_ref()
                        .map(|_| f.prepared.persons.group_id(row).unwrap_or_default()),
                });
            }
        }
    }
    Ok(rows)
}

/// The chosen model's full output: on `data.score` where given, else on the test rows.
fn scored(f: &Findings<'_>) -> Result<Vec<u8>, PipelineError> {
    let leads = match &f.new_leads {
        Some((table, _)) => {
            let rows: Vec<usize> = (0..table.rows()).collect();
            f.scorer.score_table(table, &rows, f.options.now)?
        }
        None => f.scorer.score_table(&f.prepared.table, &f.prepared.split.test, f.options.now)?,
    };
    let columns: Vec<OutputColumn> = OutputColumn::all().collect();
    Ok(leadsight_score::to_csv(&leads, &columns)?)
}

/// Why a model was chosen.
pub fn choice_words(candidates: &[Candidate], judged: &[Judged], chosen: usize) -> String {
    let loss =
        |i: usize| judged[i].valid.evaluation.metrics.get("log_loss").map_or(f64::NAN, |m| m.value);
    let competing = (0..candidates.len()).filter(|&i| candidates[i].competes);
    let best = competing.min_by(|&a, &b| loss(a).total_cmp(&loss(b))).unwrap_or(chosen);
    if best == chosen {
        return format!("lowest log-loss on the validation rows ({:.4})", loss(best));
    }
    format!(
        "validation log-loss {:.4} is within one standard error of {}'s {:.4}, and the simpler model wins a tie",
        loss(chosen),
        candidates[best].name,
        loss(best)
    )
}

fn label_words(label: &LabelSpec) -> String {
    match label {
        LabelSpec::Column(ColumnSpec { name, positive: Words(words), .. }) => {
            match words.as_slice() {
                [] => format!("{name} is 1, true, yes or the like"),
                words => format!("{name} is {}", words.join(" or ")),
            }
        }
        LabelSpec::Outcome(spec) => {
            format!("{} within {} days", spec.event, spec.primary_horizon().unwrap_or_default())
        }
    }
}

/// How the leads were split.
pub fn split_words(split: &SplitSpec) -> String {
    let shares = |train: f64, valid: f64, test: f64| {
        format!("{:.0}/{:.0}/{:.0}", train * 100.0, valid * 100.0, test * 100.0)
    };
    match split {
        SplitSpec::Stratified { train, valid, test } => {
            format!("{} at random, stratified by outcome", shares(*train, *valid, *test))
        }
        SplitSpec::Time { train, valid, test, .. } => {
            format!("{} by time, the youngest leads for the test", shares(*train, *valid, *test))
        }
        SplitSpec::Order { train, valid, test } => {
            format!("{} in file order, the last leads for the test", shares(*train, *valid, *test))
        }
        SplitSpec::Column(name) => format!("as the column {name} says"),
    }
}

pub fn split_kind(split: &SplitSpec) -> SplitKind {
    match split {
        SplitSpec::Stratified { .. } => SplitKind::Random,
        SplitSpec::Time { .. } => SplitKind::Time,
        SplitSpec::Order { .. } => SplitKind::Order,
        SplitSpec::Column(_) => SplitKind::Column,
    }
}

fn rule_words(rule: &Rule) -> String {
    match rule {
        Rule::F1 => "the highest F1 on the validation rows".to_owned(),
        Rule::Youden => "the highest Youden index on the validation rows".to_owned(),
        Rule::Cost { value, cost } => {
            format!(
                "the highest profit on the validation rows at a value of {value} and a cost of {cost}"
            )
        }
        Rule::Capacity { per_batch } => {
            format!("room for {per_batch} leads among the validation rows")
        }
        Rule::CapacityShare { share } => format!("room for {:.1} % of the leads", share * 100.0),
        Rule::Capture { share } => {
            format!("{:.0} % of the conversions among the validation rows", share * 100.0)
        }
        Rule::Fixed(threshold) => format!("fixed at {threshold} by the configuration"),
    }
}
