//! The thresholds of a model, all fixed on validation rows.

use crate::candidate::Candidate;
use crate::{Experiment, PipelineError};
use leadsight_eval::{Frozen, Rule, choose};
use leadsight_schema::{Labels, logit, sigmoid};

/// How far below the working threshold the safe-to-skip threshold lies at least, in log-odds.
const LEAST_GAP: f64 = 0.1;

/// What is fixed before the test rows are read.
#[derive(Debug, Clone)]
pub struct Cuts {
    /// Worth a call from here: score 70.
    pub threshold: f64,
    /// Safe to skip below: score 40.
    pub skip: f64,
    /// Other thresholds and the edges of the bands.
    pub frozen: Frozen,
}

impl Cuts {
    /// Chooses all of them by probabilities that no calibrator had fitted.
    ///
    /// # Errors
    /// A rule out of range, or validation rows of one class.
    pub fn choose(
        experiment: &Experiment,
        candidate: &Candidate,
        labels: &Labels,
    ) -> Result<Self, PipelineError> {
        let (labels, p) = (labels.as_slice(), candidate.valid_probabilities());
        // Kept inside the open interval, so that the score scale has log-odds on both sides.
        let inside = |p: f64| p.clamp(1e-6, 1.0 - 1e-6);
        // The refitted model's one chance is a little other than the first one's: at its own, all leads are called alike.
        let threshold = match candidate.one_chance {
            Some(chance) => chance,
            None => choose(labels, p, &experiment.threshold)?.threshold,
        };
        let threshold = inside(threshold);
        let capture = Rule::Capture { share: experiment.policy.skip_capture };
        let skip = choose(labels, p, &capture)?.threshold;
        let below = sigmoid(logit(threshold) - LEAST_GAP);
        Ok(Self { threshold, skip: inside(skip).min(below), frozen: Frozen::choose(labels, p)? })
    }
}
