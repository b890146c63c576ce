//! The crate's one error type, and the checks that every entry point shares.

use thiserror::Error;

/// Why a metric, interval, curve, threshold or band cannot be given.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum EvalError {
    /// Two slices that describe the same leads differ in length.
    #[error("{what} has {found} values for {expected} labels; every lead needs both")]
    Lengths {
        /// The slice that does not fit.
        what: &'static str,
        /// The number of labels.
        expected: usize,
        /// The number of values found.
        found: usize,
    },
    /// There is no lead at all.
    #[error("there is no lead to evaluate")]
    Empty,
    /// All leads have the same outcome, so nothing can be ranked.
    #[error(
        "all {rows} leads have the label {label}; {metric} needs leads that converted and leads that did not"
    )]
    OneClass {
        /// What was asked for.
        metric: &'static str,
        /// The label that all leads share.
        label: bool,
        /// The number of leads.
        rows: usize,
    },
    /// A score is NaN or infinite.
    #[error("the score in row {row} is {value}; scores must be finite numbers")]
    NotFinite {
        /// Zero-based row.
        row: usize,
        /// The value found.
        value: f64,
    },
    /// A probability lies outside 0..=1.
    #[error("the probability in row {row} is {value}; expected a number from 0 to 1")]
    NotAProbability {
        /// Zero-based row.
        row: usize,
        /// The value found.
        value: f64,
    },
    /// A confidence level or a share outside its range.
    #[error("{what} is {found}; expected {expected}")]
    Argument {
        /// Which argument.
        what: &'static str,
        /// The value found.
        found: f64,
        /// The range that would be valid.
        expected: &'static str,
    },
    /// Two intervals that are to be combined have different confidence levels.
    #[error("the intervals have the levels {first} and {second}; both must have the same")]
    Levels {
        /// The level of the first.
        first: f64,
        /// The level of the second.
        second: f64,
    },
    /// More successes than trials, or no trial.
    #[error(
        "{successes} successes in {trials} trials; expected at least one trial and no more successes than trials"
    )]
    Counts {
        /// Successes given.
        successes: u64,
        /// Trials given.
        trials: u64,
    },
    /// No lead falls on this side of the cut.
    #[error(
        "no lead's score is {relation} {cut}, so the band is empty and its rate is not defined"
    )]
    EmptyBand {
        /// "at least" or "at most".
        relation: &'static str,
        /// The cut.
        cut: f64,
    },
    /// The logged probability of an action that was taken is none, or 0.
    #[error(
        "the logged probability in row {row} is {value}; expected a number above 0 and at most 1, as the action was taken"
    )]
    LoggedProbability {
        /// Zero-based row.
        row: usize,
        /// The value found.
        value: f64,
    },
    /// A log holds too little of what a target policy does.
    #[error(
        "the {decisions} logged decisions are worth {found:.1} of the target policy, expected at least {least}; nothing is claimed. Log \
         more decisions, explore more, or judge a policy that is nearer to the logged one"
    )]
    EffectiveSample {
        /// The effective sample size.
        found: f64,
        /// The least that is asked for.
        least: f64,
        /// Decisions in the log.
        decisions: usize,
    },
    /// The statistic is not defined for the data, or for too few of the resamples.
    #[error("{what} is not defined for these leads")]
    Undefined {
        /// The statistic.
        what: &'static str,
    },
}

/// One value a label, at least one lead, all values finite.
pub(crate) fn check_scores(labels: &[bool], scores: &[f64]) -> Result<(), EvalError> {
    check_lengths(labels, scores, "the slice of scores")?;
    match scores.iter().position(|s| !s.is_finite()) {
        Some(row) => Err(EvalError::NotFinite { row, value: scores[row] }),
        None => Ok(()),
    }
}

/// One value a label, at least one lead, all values in 0..=1.
pub(crate) fn check_probabilities(labels: &[bool], p: &[f64]) -> Result<(), EvalError> {
    check_lengths(labels, p, "the slice of probabilities")?;
    match p.iter().position(|p| !(0.0..=1.0).contains(p)) {
        Some(row) => Err(EvalError::NotAProbability { row, value: p[row] }),
        None => Ok(()),
    }
}

/// The positives and negatives, both at least one.
pub(crate) fn check_classes(
    labels: &[bool],
    metric: &'static str,
) -> Result<(usize, usize), EvalError> {
    let positives = labels.iter().filter(|y| **y).count();
    let negatives = labels.len() - positives;
    if positives == 0 || negatives == 0 {
        return Err(EvalError::OneClass { metric, label: negatives == 0, rows: labels.len() });
    }
    Ok((positives, negatives))
}

/// A confidence level strictly between 0 and 1.
pub(crate) fn check_level(level: f64) -> Result<(), EvalError> {
    if level > 0.0 && level < 1.0 {
        return Ok(());
    }
    Err(EvalError::Argument {
        what: "the confidence level",
        found: level,
        expected: "a number between 0 and 1, such as 0.95",
    })
}

/// A share of the leads above 0 and at most 1.
pub(crate) fn check_share(share: f64) -> Result<(), EvalError> {
    if share > 0.0 && share <= 1.0 {
        return Ok(());
    }
    Err(EvalError::Argument {
        what: "the share",
        found: share,
        expected: "a number above 0 and at most 1, such as 0.10",
    })
}

fn check_lengths(labels: &[bool], values: &[f64], what: &'static str) -> Result<(), EvalError> {
    if labels.len() != values.len() {
        return Err(EvalError::Lengths { what, expected: labels.len(), found: values.len() });
    }
    if labels.is_empty() {
        return Err(EvalError::Empty);
    }
    Ok(())
}
