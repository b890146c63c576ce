//! What each candidate is worth on validation and test rows: metrics, curves, leaderboard rows.

use crate::candidate::Candidate;
use crate::cuts::Cuts;
use crate::material::Material;
use crate::{Experiment, PipelineError, Prepared};
use leadsight_eval::{Curves, EvaluateOptions, Evaluation, evaluate_frozen};
use leadsight_models::Classifier;
use leadsight_report::folder::LeaderboardRow;
use leadsight_schema::Labels;
use leadsight_score::Scorer;
use std::time::Instant;

/// A model's probabilities on a split, judged.
pub struct Judgement {
    /// One a row of the split.
    pub probabilities: Vec<f64>,
    /// All metrics, at thresholds and bands fixed on validation rows.
    pub evaluation: Evaluation,
    /// All curves.
    pub curves: Curves,
}

/// A model judged on both splits.
pub struct Judged {
    /// On the validation rows, by the model that had seen the training rows only.
    pub valid: Judgement,
    /// On the test rows.
    pub test: Judgement,
    /// Microseconds a row, from matrix to log-odds.
    pub predict_us_per_row: f64,
}

/// Judges every candidate. The one that is `served`, by its position, speaks through the scorer reloaded from its bundle.
///
/// # Errors
/// From the models and the metrics.
pub fn judge_all(
    experiment: &Experiment,
    prepared: &Prepared,
    material: &Material,
    candidates: &[Candidate],
    cuts: &[Cuts],
    served: Option<(usize, &Scorer)>,
) -> Result<Vec<Judged>, PipelineError> {
    let (table, test) = (&prepared.table, prepared.split.test.as_slice());
    let test_labels = prepared.labels.take(test);
    let learned = material.features.bound.transform(table, test.iter().copied())?;
    let mut judged = Vec::with_capacity(candidates.len());
    for (i, (candidate, cuts)) in candidates.iter().zip(cuts).enumerate() {
        let own = match &material.declared[i] {
            Some(features) => Some(features.bound.transform(table, test.iter().copied())?),
            None => None,
        };
        let matrix = own.as_ref().unwrap_or(&learned);
        let started = Instant::now();
        let margins = candidate.model.margins(matrix)?;
        let seconds = started.elapsed().as_secs_f64();
        let probabilities = match served {
            Some((chosen, scorer)) if chosen == i => scorer.probabilities_of_table(table, test)?,
            _ => margins.iter().map(|m| candidate.calibrator.probability(*m)).collect(),
        };
        let valid = candidate.valid_probabilities().to_vec();
        judged.push(Judged {
            valid: judge(experiment, &material.valid_labels, valid, cuts)?,
            test: judge(experiment, &test_labels, probabilities, cuts)?,
            predict_us_per_row: seconds * 1e6 / test.len() as f64,
        });
    }
    Ok(judged)
}

/// The leaderboard's row for a judgement.
pub fn row(
    candidate: &Candidate,
    judged: &Judged,
    split: &str,
    judgement: &Judgement,
) -> LeaderboardRow {
    let metric = |key: &str| judgement.evaluation.metrics.get(key);
    let value = |key: &str| metric(key).map(|i| i.value);
    LeaderboardRow {
        model: candidate.name.clone(),
        split: split.to_owned(),
        roc_auc: value("roc_auc"),
        roc_auc_low: metric("roc_auc").map(|i| i.low),
        roc_auc_high: metric("roc_auc").map(|i| i.high),
        pr_auc: value("pr_auc"),
        log_loss: value("log_loss"),
        brier: value("brier"),
        ece: value("ece"),
        ks: value("ks"),
        // Whether one chance for all lies above or below a threshold is an accident.
        f1: value("f1").filter(|_| candidate.one_chance.is_none()),
        fit_seconds: candidate.fit_seconds,
        predict_us_per_row: judged.predict_us_per_row,
    }
}

fn judge(
    experiment: &Experiment,
    labels: &Labels,
    probabilities: Vec<f64>,
    cuts: &Cuts,
) -> Result<Judgement, PipelineError> {
    let (labels, level) = (labels.as_slice(), experiment.report.level);
    let options =
        EvaluateOptions { level, bootstrap: experiment.report.bootstrap, seed: experiment.seed };
    let evaluation =
        evaluate_frozen(labels, &probabilities, cuts.threshold, &cuts.frozen, &options)?;
    let curves = Curves::of(labels, &probabilities, level)?;
    Ok(Judgement { probabilities, evaluation, curves })
}
