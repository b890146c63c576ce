//! The models of the configuration and the baseline, fitted under one split, and which model wins.

use crate::candidate::{self, Candidate};
use crate::material::Material;
use crate::run::Stages;
use crate::{Experiment, PipelineError, Prepared, baseline, choose};
use leadsight_train::{ModelSpec, Progress};
use std::ops::ControlFlow;

/// Fitted models, and which wins.
pub(crate) struct Competition {
    /// What they were fitted to.
    pub(crate) material: Material,
    /// The models of the configuration in its order; then the baseline, where there is one.
    pub(crate) candidates: Vec<Candidate>,
    /// The position of the model that wins.
    pub(crate) chosen: usize,
}

/// Fits every model and the baseline, and chooses; `part` follows the names of the stages.
///
/// # Errors
/// From features and models.
pub(crate) fn compete(
    experiment: &Experiment,
    prepared: &Prepared,
    part: &str,
    stages: &mut Stages<'_>,
) -> Result<Competition, PipelineError> {
    let (models, material) = stages.time(&format!("features{part}"), || {
        let mut models = experiment.models.clone();
        models.extend(baseline::learn(prepared)?);
        let material = Material::make(experiment, prepared, &models)?;
        Ok((models, material))
    })?;
    let mut candidates: Vec<Candidate> = Vec::with_capacity(models.len());
    for (i, spec) in models.iter().enumerate() {
        let mut candidate = fit(experiment, spec, i, &material, part, stages)?;
        // The same kind may compete twice under other parameters; its rows must stay apart.
        let twins = candidates.iter().filter(|c| c.kind == candidate.kind).count();
        candidate.competes = i < experiment.models.len();
        if !candidate.competes {
            candidate.name = baseline::NAME.to_owned();
        } else if twins > 0 {
            candidate.name = format!("{} {}", candidate.kind, twins + 1);
        }
        candidates.push(candidate);
    }
    let chosen = choose::candidate(&candidates, &material.valid_labels)?;
    Ok(Competition { material, candidates, chosen })
}

fn fit(
    experiment: &Experiment,
    spec: &ModelSpec,
    position: usize,
    material: &Material,
    part: &str,
    stages: &mut Stages<'_>,
) -> Result<Candidate, PipelineError> {
    let observer = stages.observer;
    let progress = |progress: Progress| {
        observer.progress(&progress);
        if observer.stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let trainer = spec.trainer()?;
    let stage = format!("fit {}{part}", trainer.name());
    stages.time(&stage, || {
        let features = material.features_of(position);
        candidate::fit(trainer.as_ref(), features, material, experiment, &progress)
    })
}
