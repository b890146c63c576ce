//! From probabilities to "contact or not": the threshold that a rule asks for.
//!
//! Candidates are the distinct probabilities of the leads given; a lead is flagged when p >= t, so leads of one probability go
//! together. Among equally good thresholds the highest is taken: the fewest contacts. Choose on validation rows and report on test.

use crate::EvalError;
use crate::error::{check_classes, check_scores, check_share};
use crate::ranking::{Ranked, Tie, cut};
use serde::{Deserialize, Serialize};

/// How to choose a threshold. In RON: `F1`, `Cost(value: 500.0, cost: 20.0)`, `Capture(share: 0.9)`, `Fixed(0.3)`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub enum Rule {
    /// The highest F1.
    #[default]
    F1,
    /// The highest true positive rate minus false positive rate (Youden 1950).
    Youden,
    /// The highest profit: conversions contacted x `value` - leads contacted x `cost`. With true probabilities that contacts a lead
    /// when p x value > cost.
    Cost {
        /// What a conversion is worth.
        value: f64,
        /// What contacting a lead costs.
        cost: f64,
    },
    /// As many leads as can be handled, the given rows being one batch: "120 calls a day".
    Capacity {
        /// Leads in a batch at most.
        per_batch: usize,
    },
    /// As many leads as can be handled, as a share of all.
    CapacityShare {
        /// Above 0, at most 1.
        share: f64,
    },
    /// The fewest leads that hold this share of the conversions: "90 % of conversions".
    Capture {
        /// Above 0, at most 1.
        share: f64,
    },
    /// This threshold.
    Fixed(f64),
}

/// A chosen threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// Contact when p >= threshold. Just above every score where contacting nobody is best.
    pub threshold: f64,
    /// The rule that chose it.
    pub rule: Rule,
    /// What the rule reached on the rows given: F1, Youden's J, profit (of all rows together), leads flagged (`Capacity`), share of leads
    /// flagged (`CapacityShare`, `Fixed`), share of conversions held (`Capture`).
    pub objective: f64,
}

/// The threshold that `rule` asks for on these leads.
///
/// A capacity is kept unless the leads of the one highest probability alone pass it: then just those are flagged.
///
/// # Errors
/// Lengths that differ, no lead, a score that is not finite; one class (no conversion, for rules that count them); a rule whose
/// numbers are out of range.
pub fn choose(labels: &[bool], p: &[f64], rule: &Rule) -> Result<Choice, EvalError> {
    check_scores(labels, p)?;
    rule.check()?;
    choose_ranked(&Ranked::of(labels, p), rule)
}

/// As [`choose`], of leads already sorted and a rule already checked.
pub(crate) fn choose_ranked(ranked: &Ranked<'_>, rule: &Rule) -> Result<Choice, EvalError> {
    let (labels, p) = (ranked.labels, ranked.scores);
    let steps = steps(&ranked.ties);
    let last = steps[steps.len() - 1];
    let (m, n) = (last.tp as f64, last.fp as f64);
    let rows = labels.len();
    let (threshold, objective) = match *rule {
        Rule::F1 => {
            check_classes(labels, "the F1 rule")?;
            best(&steps, |s| 2.0 * s.tp as f64 / (s.flagged() as f64 + m))
        }
        Rule::Youden => {
            check_classes(labels, "the Youden rule")?;
            best(&steps, |s| s.tp as f64 / m - s.fp as f64 / n)
        }
        Rule::Cost { value, cost } => {
            let profit = |s: &Step| s.tp as f64 * value - s.flagged() as f64 * cost;
            let found = best(&steps, profit);
            if found.1 > 0.0 { found } else { (steps[0].threshold.next_up(), 0.0) }
        }
        Rule::Capacity { per_batch } => {
            let step = within(&steps, per_batch);
            (step.threshold, step.flagged() as f64)
        }
        Rule::CapacityShare { share } => {
            let step = within(&steps, cut(share, rows));
            (step.threshold, step.flagged() as f64 / rows as f64)
        }
        Rule::Capture { share } => {
            check_classes(labels, "the capture rule")?;
            let held = |s: &Step| s.tp as f64 / m;
            // The last step holds all conversions, so there is one.
            let step = steps.iter().find(|s| held(s) >= share - 1e-12).unwrap_or(&last);
            (step.threshold, held(step))
        }
        Rule::Fixed(t) => (t, p.iter().filter(|&&p| p >= t).count() as f64 / rows as f64),
    };
    Ok(Choice { threshold, rule: *rule, objective })
}

/// The counts when everyone at or above a threshold is flagged.
#[derive(Debug, Clone, Copy)]
struct Step {
    threshold: f64,
    tp: usize,
    fp: usize,
}

impl Step {
    fn flagged(&self) -> usize {
        self.tp + self.fp
    }
}

/// One step a distinct score, highest first.
fn steps(ties: &[Tie]) -> Vec<Step> {
    let (mut tp, mut fp) = (0, 0);
    let step = |tie: &Tie| {
        tp += tie.positives;
        fp += tie.negatives;
        Step { threshold: tie.score, tp, fp }
    };
    ties.iter().map(step).collect()
}

/// The threshold of the largest objective, the highest such threshold on a tie.
fn best(steps: &[Step], objective: impl Fn(&Step) -> f64) -> (f64, f64) {
    let mut found = (steps[0].threshold, objective(&steps[0]));
    for step in &steps[1..] {
        let value = objective(step);
        if value > found.1 {
            found = (step.threshold, value);
        }
    }
    found
}

/// The last step that flags at most `most` leads, else the first.
fn within(steps: &[Step], most: usize) -> Step {
    steps[steps.partition_point(|s| s.flagged() <= most).saturating_sub(1)]
}

impl Rule {
    /// Whether the rule's numbers are in range.
    ///
    /// # Errors
    /// [`EvalError::Argument`], naming the number.
    pub fn check(&self) -> Result<(), EvalError> {
        let bad = |what, found, expected| Err(EvalError::Argument { what, found, expected });
        match *self {
            Rule::F1 | Rule::Youden => Ok(()),
            Rule::Cost { value, .. } if !(value > 0.0 && value.is_finite()) => {
                bad("the value of a conversion", value, "a number above 0")
            }
            Rule::Cost { cost, .. } if !(cost >= 0.0 && cost.is_finite()) => {
                bad("the cost of a contact", cost, "a number of 0 or more")
            }
            Rule::Cost { .. } => Ok(()),
            Rule::Capacity { per_batch: 0 } => {
                bad("the capacity of a batch", 0.0, "1 lead or more")
            }
            Rule::Capacity { .. } => Ok(()),
            Rule::CapacityShare { share } | Rule::Capture { share } => check_share(share),
            Rule::Fixed(t) if !(0.0..=1.0).contains(&t) => {
                bad("the fixed threshold", t, "a probability from 0 to 1")
            }
            Rule::Fixed(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: [bool; 8] = [true, true, false, true, false, false, false, false];
    const P: [f64; 8] = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2];

    #[test]
    fn each_rule_finds_its_threshold() {
        let check = |rule: Rule, threshold: f64, objective: f64| {
            let found = choose(&LABELS, &P, &rule).unwrap();
            assert_eq!(found.threshold, threshold, "{rule:?}");
            assert!((found.objective - objective).abs() < 1e-12, "{found:?}");
        };
        check(Rule::F1, 0.6, 6.0 / 7.0);
        check(Rule::Youden, 0.6, 0.8);
        check(Rule::Cost { value: 10.0, cost: 4.0 }, 0.6, 14.0);
        check(Rule::Cost { value: 10.0, cost: 6.0 }, 0.8, 8.0);
        check(Rule::Capacity { per_batch: 2 }, 0.8, 2.0);
        check(Rule::CapacityShare { share: 0.5 }, 0.6, 0.5);
        check(Rule::Capture { share: 0.6 }, 0.8, 2.0 / 3.0);
        check(Rule::Capture { share: 1.0 }, 0.6, 1.0);
        check(Rule::Fixed(0.45), 0.45, 5.0 / 8.0);
    }

    #[test]
    fn when_no_contact_pays_nobody_is_flagged() {
        let found = choose(&LABELS, &P, &Rule::Cost { value: 1.0, cost: 2.0 }).unwrap();
        assert!(P.iter().all(|&p| p < found.threshold));
        assert_eq!(found.objective, 0.0);
    }

    #[test]
    fn equal_scores_pass_a_capacity_together_or_not_at_all() {
        let tied = [0.9, 0.5, 0.5, 0.5, 0.1, 0.1, 0.1, 0.1];
        assert_eq!(
            choose(&LABELS, &tied, &Rule::Capacity { per_batch: 3 }).unwrap().threshold,
            0.9
        );
        let constant = choose(&LABELS, &[0.4; 8], &Rule::Capacity { per_batch: 3 }).unwrap();
        assert_eq!((constant.threshold, constant.objective), (0.4, 8.0));
    }

    #[test]
    fn rules_out_of_range_are_errors() {
        for rule in [
            Rule::Cost { value: 0.0, cost: 1.0 },
            Rule::Cost { value: 1.0, cost: -1.0 },
            Rule::Capacity { per_batch: 0 },
            Rule::Capture { share: 1.1 },
            Rule::CapacityShare { share: 0.0 },
            Rule::Fixed(f64::NAN),
        ] {
            let found = choose(&LABELS, &P, &rule);
            assert!(matches!(found, Err(EvalError::Argument { .. })), "{rule:?}");
        }
        assert!(matches!(choose(&[false], &[0.5], &Rule::F1), Err(EvalError::OneClass { .. })));
    }
}
