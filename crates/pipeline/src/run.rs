//! The experiment, stage by stage.

use crate::beside::{self, Side};
use crate::compete::{Competition, compete};
use crate::cuts::Cuts;
use crate::judge::{Judged, judge_all};
use crate::outputs::Draft;
use crate::prepare::{Prepared, prepare};
use crate::write::{self, Findings};
use crate::{Experiment, PipelineError, PolicySpec, baseline, effect, policy, segments};
use leadsight_behaviour::FittedBehaviour;
use leadsight_ingest::load_new;
use leadsight_report::folder::{BUNDLE, RunFolder, Stage};
use leadsight_schema::{Field, Issue, LeadTable, Role, Timestamp};
use leadsight_score::{Bundle, Percentiles, Scorer};
use leadsight_train::Progress;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What a run needs from outside: places, the clock, versions.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Where relative data paths start.
    pub base: PathBuf,
    /// The folder that receives the run folder.
    pub out: PathBuf,
    /// The moment of the run.
    pub now: Timestamp,
    /// Versions worth recording, by name.
    pub versions: BTreeMap<String, String>,
}

/// Watches a run, and may stop it between two steps.
pub trait Observer {
    /// A stage begins.
    fn stage(&self, name: &str);
    /// A trainer has made a step.
    fn progress(&self, progress: &Progress);
    /// Whether to stop.
    fn stopped(&self) -> bool;
    /// Peak memory of the process in MiB, where the system tells.
    fn peak_memory_mib(&self) -> Option<f64>;
}

/// What a run left.
#[derive(Debug)]
pub struct Outcome {
    /// The run folder.
    pub folder: PathBuf,
    /// What it says.
    pub run: RunFolder,
}

/// Carries out an experiment and writes its run folder, whole or not at all.
///
/// # Errors
/// Anything in [`PipelineError`]; then an earlier run folder of the same name is untouched.
pub fn run(
    experiment: &Experiment,
    options: &RunOptions,
    observer: &dyn Observer,
) -> Result<Outcome, PipelineError> {
    let mut stages = Stages { observer, done: Vec::new() };
    let name = experiment.name.clone().unwrap_or_else(|| "experiment".to_owned());
    let mut inputs = experiment.data.files(&options.base);
    inputs.extend(experiment.data.score.iter().map(|score| options.base.join(score)));
    let PolicySpec { file, fallback, .. } = &experiment.policy;
    inputs.extend(file.iter().chain(fallback).cloned());
    let draft = Draft::start(&options.out.join(&name), &inputs)?;
    let own = policy::own(experiment)?;
    if let Some(score) = &experiment.data.score {
        let path = options.base.join(score);
        std::fs::File::open(&path).map_err(unreadable(&path, "the new leads of `data.score`"))?;
    }

    let mut prepared =
        stages.time("read and audit", || prepare(experiment, &options.base, options.now))?;
    prepared.close_leaks(experiment)?;
    let suspects = stages.time("leakage effect", || effect::measure(experiment, &mut prepared))?;
    segments::check(experiment, &prepared)?;
    let second = beside::split_again(experiment, &prepared)?;
    let competition = compete(experiment, &prepared, "", &mut stages)?;
    prepared.issues.extend(baseline::not_beaten(&competition));
    let Competition { material, candidates, chosen } = competition;
    let cuts = stages.time("thresholds", || {
        candidates
            .iter()
            .map(|c| Cuts::choose(experiment, c, &material.valid_labels))
            .collect::<Result<Vec<_>, _>>()
    })?;

    let winner = &candidates[chosen];
    let recipe = material.features_of(chosen).recipe.clone();
    let id = prepared.id_column();
    // Beside the features' fields scoring reads who a lead is, and for its behaviour when it came in.
    let roles = |field: &Field| matches!(field.role, Role::Id | Role::Created);
    let named = || prepared.table.schema().fields().iter().filter(|field| roles(field));
    let valid = &material.valid_labels;
    let fields = recipe.fields();
    let (policy, told) =
        policy::complete(own.draft, &prepared, winner, valid, &cuts[chosen], fields)?;
    prepared.issues.extend(told);
    let asked: Vec<Field> = recipe.fields().iter().cloned().chain(policy.fields()?).collect();
    let read = |name: &str| named().chain(&asked).any(|field| field.name == name);
    let bundle = Bundle {
        name,
        headers: experiment.data.headers().of(read),
        id,
        rules: experiment.data.rules(),
        recipe,
        model: winner.model.clone(),
        calibrator: winner.calibrator.clone(),
        behaviour: behaviour_of(&prepared, &asked),
        percentiles: Some(Percentiles::from_margins(&winner.valid_margins)?),
        policy,
        fallback: own.fallback,
        more: serde_json::Map::new(),
    };
    bundle.write(&draft.path(BUNDLE))?;
    let scorer = Scorer::load(&draft.path(BUNDLE))?;
    if let Some(file) = &experiment.policy.file {
        prepared.issues.extend(scorer.unread_wording(&file.to_string_lossy()));
    }

    let judged: Vec<Judged> = stages.time("evaluate", || {
        judge_all(experiment, &prepared, &material, &candidates, &cuts, Some((chosen, &scorer)))
    })?;
    let main =
        Side { experiment, prepared: &prepared, candidates: &candidates, judged: &judged, chosen };
    let beside = second.map(|second| beside::judge(second, &main, &mut stages)).transpose()?;
    let new_leads = new_leads(experiment, options, &prepared, &scorer)?;
    let findings = Findings {
        experiment,
        options,
        prepared: &prepared,
        suspects,
        material: &material,
        candidates: &candidates,
        cuts: &cuts,
        judged: &judged,
        chosen,
        bundle: &bundle,
        scorer: &scorer,
        beside,
        new_leads,
    };
    let mut run = stages.time("explain", || write::describe(&findings))?;
    stages.time("write", || write::files(&findings, &run, &draft))?;
    run.manifest.stages = stages.done;
    run.manifest.peak_memory_mib = observer.peak_memory_mib();
    write::summary(&run, &draft)?;
    Ok(Outcome { folder: draft.publish()?, run })
}

/// The leads of `data.score`, read as those of training were, with what they did.
fn new_leads(
    experiment: &Experiment,
    options: &RunOptions,
    prepared: &Prepared,
    scorer: &Scorer,
) -> Result<Option<(LeadTable, Vec<Issue>)>, PipelineError> {
    let Some(file) = &experiment.data.score else { return Ok(None) };
    let mut fields = scorer.fields().to_vec();
    let Some(behaviour) = &prepared.behaviour else {
        return Ok(Some(load_new(&experiment.data, file, &fields, &options.base)?));
    };
    fields.extend(behaviour.date_field());
    let (table, issues) = load_new(&experiment.data, file, &fields, &options.base)?;
    Ok(Some((behaviour.add_to(table, Some(options.now))?, issues)))
}

/// What the bundle needs of the behaviour: the columns that recipe and policy read.
fn behaviour_of(prepared: &Prepared, fields: &[Field]) -> Option<FittedBehaviour> {
    let fitted = prepared.behaviour.as_ref()?.fitted.clone();
    let reads = |name: &str| fields.iter().any(|field| field.name == name);
    Some(fitted.keep(reads)).filter(|fitted| fitted.names().next().is_some())
}

pub(crate) fn unreadable(
    path: &Path,
    what: &'static str,
) -> impl FnOnce(std::io::Error) -> PipelineError {
    let path = path.to_owned();
    move |source| PipelineError::Unreadable { path, what, source }
}

/// Tells the observer each stage, keeps its wall seconds, and stops between two of them.
pub(crate) struct Stages<'a> {
    pub(crate) observer: &'a dyn Observer,
    done: Vec<Stage>,
}

impl Stages<'_> {
    pub(crate) fn time<T>(
        &mut self,
        stage: &str,
        work: impl FnOnce() -> Result<T, PipelineError>,
    ) -> Result<T, PipelineError> {
        if self.observer.stopped() {
            return Err(PipelineError::Stopped);
        }
        self.observer.stage(stage);
        let started = Instant::now();
        let result = match work() {
            Err(PipelineError::Train(leadsight_train::TrainError::Stopped { .. })) => {
                return Err(PipelineError::Stopped);
            }
            other => other?,
        };
        self.done.push(Stage { stage: stage.to_owned(), seconds: started.elapsed().as_secs_f64() });
        Ok(result)
    }
}
