//! The same models under a second split (`report.beside`): what each is worth on either test, and the difference.
//!
//! Leads, columns, models and seed are those of the run; only who trains, who chooses and who judges differs. Nothing found here
//! reaches a choice of the run, and no bundle comes of it.

use crate::candidate::Candidate;
use crate::compete::{Competition, compete};
use crate::cuts::Cuts;
use crate::judge::{Judged, judge_all};
use crate::run::Stages;
use crate::write::{choice_words, sizes, split_kind, split_words};
use crate::{Experiment, PipelineError, Prepared};
use leadsight_eval::{Interval, unpaired_difference};
use leadsight_ingest::{Split, split_groups};
use leadsight_report::folder::{BesideFile, BesideMetric, BesideModel, SplitSide};
use leadsight_schema::Issue;
use std::collections::{BTreeMap, BTreeSet};

/// What is told of each model.
const METRICS: [&str; 5] = ["roc_auc", "pr_auc", "log_loss", "brier", "capture_at_35"];

/// The second split and what it leaves out.
pub struct Second {
    experiment: Experiment,
    split: Split,
    issues: Vec<Issue>,
}

/// Splits the leads the second way, before anything is fitted, so that a split that cannot be made stops a run at once.
///
/// # Errors
/// [`PipelineError::Beside`].
pub fn split_again(
    experiment: &Experiment,
    prepared: &Prepared,
) -> Result<Option<Second>, PipelineError> {
    let Some(spec) = &experiment.report.beside else { return Ok(None) };
    // A split gives its columns their roles; the models of both splits must see the same columns, so this table is dropped.
    let mut table = prepared.table.clone();
    let group = &prepared.together;
    let (split, issues) = split_groups(&mut table, &prepared.labels, spec, experiment.seed, group)
        .map_err(|source| PipelineError::Beside { source: Box::new(source) })?;
    let experiment = Experiment { split: spec.clone(), ..experiment.clone() };
    Ok(Some(Second { experiment, split, issues }))
}

/// A split's models, judged.
pub struct Side<'a> {
    /// The experiment with this split.
    pub experiment: &'a Experiment,
    /// The leads, split so.
    pub prepared: &'a Prepared,
    /// The models.
    pub candidates: &'a [Candidate],
    /// Their worth.
    pub judged: &'a [Judged],
    /// The position of the model that wins.
    pub chosen: usize,
}

/// Fits and judges every model under the second split, and sets it beside the run's own.
///
/// # Errors
/// From features, models and metrics.
pub(crate) fn judge(
    second: Second,
    main: &Side<'_>,
    stages: &mut Stages<'_>,
) -> Result<BesideFile, PipelineError> {
    let Second { experiment, split, issues } = second;
    let prepared = Prepared { split, ..main.prepared.clone() };
    let Competition { material, candidates, chosen } =
        compete(&experiment, &prepared, ", second split", stages)?;
    let judged = stages.time("evaluate, second split", || {
        let cuts = candidates
            .iter()
            .map(|c| Cuts::choose(&experiment, c, &material.valid_labels))
            .collect::<Result<Vec<_>, _>>()?;
        judge_all(&experiment, &prepared, &material, &candidates, &cuts, None)
    })?;
    let beside = Side {
        experiment: &experiment,
        prepared: &prepared,
        candidates: &candidates,
        judged: &judged,
        chosen,
    };
    let tested: BTreeSet<usize> = main.prepared.split.test.iter().copied().collect();
    Ok(BesideFile {
        main: told(main),
        beside: told(&beside),
        shared_test_rows: prepared.split.test.iter().filter(|row| tested.contains(row)).count(),
        models: models(main, &beside)?,
        issues,
    })
}

fn told(side: &Side<'_>) -> SplitSide {
    SplitSide {
        kind: split_kind(&side.experiment.split),
        split_rule: split_words(&side.experiment.split),
        splits: sizes(side.prepared),
        chosen_model: side.candidates[side.chosen].name.clone(),
        choice_reason: choice_words(side.candidates, side.judged, side.chosen),
    }
}

fn models(main: &Side<'_>, beside: &Side<'_>) -> Result<Vec<BesideModel>, PipelineError> {
    let mut models = Vec::with_capacity(main.candidates.len());
    for (candidate, first) in main.candidates.iter().zip(main.judged) {
        // One split may show what converted leads have in common and the other not.
        let same = beside.candidates.iter().position(|other| other.name == candidate.name);
        let Some(second) = same.map(|place| &beside.judged[place]) else { continue };
        let mut metrics = BTreeMap::new();
        for key in METRICS {
            let of = |judged: &Judged| judged.test.evaluation.metrics.get(key).copied();
            if let (Some(main), Some(beside)) = (of(first), of(second)) {
                let difference: Interval = unpaired_difference(&beside, &main)?;
                metrics.insert(key.to_owned(), BesideMetric { main, beside, difference });
            }
        }
        models.push(BesideModel { model: candidate.name.clone(), metrics });
    }
    Ok(models)
}
