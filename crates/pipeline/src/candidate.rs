//! One competing model: fitted on the training rows, calibrated on validation rows that stopped nothing, refitted on both.

use crate::material::{Features, Material};
use crate::{Experiment, PipelineError};
use leadsight_models::{Calibrator, Classifier, Model};
use leadsight_train::{CalibrationFit, LossCurve, Progress, Task, Trainer, calibration};
use std::ops::ControlFlow;
use std::time::Instant;

/// A fitted, calibrated and refitted model.
pub struct Candidate {
    /// Its name on the leaderboard.
    pub name: String,
    /// The kind of model.
    pub kind: &'static str,
    /// Whether it may win; the baseline may not.
    pub competes: bool,
    /// Lower is simpler.
    pub complexity: u32,
    /// Fitted on training and validation rows, with the choices made on training rows alone.
    pub model: Model,
    /// Fitted on the validation rows, under the model that had seen the training rows only.
    pub calibrator: Calibrator,
    /// How the calibrators compared.
    pub calibration: CalibrationFit,
    /// Log-odds of the validation rows, from the model that had seen the training rows only.
    pub valid_margins: Vec<f64>,
    /// The chance that every lead gets from the refitted model, where all get the same: then nothing is ranked and no
    /// threshold divides.
    pub one_chance: Option<f64>,
    /// Loss by round, for models that go by rounds.
    pub curve: Option<LossCurve>,
    /// Log-loss on the training rows, each by the trees that did not see it.
    pub out_of_bag: Option<f64>,
    /// Rounds chosen by the folds.
    pub rounds: Option<u32>,
    /// Wall seconds of all fits.
    pub fit_seconds: f64,
}

impl Candidate {
    /// The calibrated probabilities of the validation rows, each from a calibrator that had not seen the row.
    pub fn valid_probabilities(&self) -> &[f64] {
        &self.calibration.out_of_fold
    }
}

/// Fits one model in its three steps.
///
/// # Errors
/// From the trainer, the model or the calibration; a break of `progress` ends the fit.
pub fn fit(
    trainer: &dyn Trainer,
    features: &Features,
    material: &Material,
    experiment: &Experiment,
    progress: &dyn Fn(Progress) -> ControlFlow<()>,
) -> Result<Candidate, PipelineError> {
    let started = Instant::now();
    let task = Task {
        x: &features.train,
        y: &material.train_labels,
        watch: Some((&features.valid, &material.valid_labels)),
        folds: &material.folds,
        rounds: None,
        strength: None,
        seed: experiment.seed,
        threads: experiment.tuning.threads,
        progress,
    };
    let first = trainer.fit(&task)?;
    let valid_margins = first.model.margins(&features.valid)?;
    let calibration = calibration::fit(
        &valid_margins,
        material.valid_labels.as_slice(),
        &experiment.calibration.candidates,
        experiment.seed,
    )?;
    // The folds are positions among the training rows, which stand first among both: the same choices come out.
    let second = trainer.fit(&Task {
        x: &features.both,
        y: &material.both_labels,
        watch: None,
        rounds: first.rounds,
        strength: first.strength,
        ..task
    })?;
    let constant = valid_margins.iter().all(|m| *m == valid_margins[0]);
    let one_chance = if constant {
        let margins = second.model.margins(&features.valid)?;
        margins.first().map(|margin| calibration.calibrator.probability(*margin))
    } else {
        None
    };
    Ok(Candidate {
        name: trainer.name().to_owned(),
        kind: trainer.name(),
        competes: true,
        complexity: trainer.complexity(),
        model: second.model,
        calibrator: calibration.calibrator.clone(),
        calibration,
        valid_margins,
        one_chance,
        curve: first.curve,
        out_of_bag: first.out_of_bag,
        rounds: first.rounds,
        fit_seconds: started.elapsed().as_secs_f64(),
    })
}
