//! What another policy would have brought, from the log of one that chose by chance.
//!
//! The log has for each decision i the action a_i, the probability b_i with which it was chosen, and the reward r_i. A target policy
//! would take that same action with probability t_i. With weights w_i = t_i / b_i:
//!
//! - IPS (Horvitz and Thompson 1952): mean of w_i r_i. Unbiased, and shaken by few large weights.
//! - SNIPS (Swaminathan and Joachims 2015): sum w_i r_i / sum w_i. Nearly unbiased, steadier, and within the range of the rewards.
//! - DR (Dudik, Langford and Li 2011): mean of q_i(target) + w_i (r_i - q_i(a_i)), with q a model of the reward. Unbiased where the
//!   probabilities are right, whatever q; the better q, the narrower.
//! - Effective sample size (Kish 1965): (sum w_i)^2 / sum w_i^2, as many decisions of the target policy as the log is worth.
//!
//! Intervals are normal, with the variance of the linearised estimate (Owen 2013, 9.2): of w_i r_i, of w_i (r_i - SNIPS) over the mean
//! weight, and of the terms of DR. All rests on logged probabilities that are true and on decisions that are independent; an
//! action that the log could not take is not covered by any of them.

use crate::EvalError;
use crate::error::check_level;
use crate::interval::{Interval, Method, z};
use serde::Serialize;

/// Nothing is claimed from fewer effective decisions, whatever is asked for.
pub const LEAST_EFFECTIVE: f64 = 50.0;

/// The log, one element a decision.
#[derive(Debug, Clone, Copy)]
pub struct Decisions<'a> {
    /// What the action brought.
    pub rewards: &'a [f64],
    /// The probability with which the action was chosen, above 0.
    pub logged: &'a [f64],
    /// The probability with which the target policy chooses that same action.
    pub target: &'a [f64],
    /// A model of the reward, for the doubly robust estimate.
    pub model: Option<RewardModel<'a>>,
}

/// A model of the reward, one element a decision. It must not have seen that decision's reward.
#[derive(Debug, Clone, Copy)]
pub struct RewardModel<'a> {
    /// What it expects of the action taken.
    pub taken: &'a [f64],
    /// What it expects of the target policy: its actions' rewards weighed by their probabilities.
    pub target: &'a [f64],
}

/// How to judge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OffPolicyOptions {
    /// Effective decisions without which nothing is claimed; below [`LEAST_EFFECTIVE`] that counts.
    pub least_effective: f64,
    /// The confidence level.
    pub level: f64,
}

impl Default for OffPolicyOptions {
    fn default() -> Self {
        Self { least_effective: LEAST_EFFECTIVE, level: 0.95 }
    }
}

/// What the target policy would have brought a decision.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct OffPolicy {
    /// Decisions in the log.
    pub decisions: usize,
    /// Those whose action the target policy may take.
    pub matched: usize,
    /// (sum w)^2 / sum w^2.
    pub effective_sample_size: f64,
    /// The largest weight.
    pub largest_weight: f64,
    /// The mean weight; far from 1 the logged probabilities cannot be right, or the target takes actions that the log never could.
    pub mean_weight: f64,
    /// What the logged policy brought.
    pub logged: Interval,
    /// By inverse probabilities.
    pub ips: Interval,
    /// Self-normalised.
    pub snips: Interval,
    /// Doubly robust; `None` without a model of the reward.
    pub doubly_robust: Option<Interval>,
    /// The best of these, doubly robust or else self-normalised, minus what the logged policy brought.
    pub gain: Interval,
}

impl OffPolicy {
    /// Whether the weights average to 1 within four standard errors, as they must where the logged probabilities are true and the log
    /// could take every action of the target policy.
    pub fn weights_fit(&self) -> bool {
        let n = self.decisions as f64;
        let spread =
            self.mean_weight * ((n / self.effective_sample_size - 1.0).max(0.0) / n).sqrt();
        (self.mean_weight - 1.0).abs() <= 4.0 * spread + 1e-9
    }
}

/// Judges a target policy by a log.
///
/// # Errors
/// [`EvalError::Lengths`], [`EvalError::Empty`], [`EvalError::NotFinite`] for a reward or a model's value,
/// [`EvalError::LoggedProbability`] for one that is not above 0 and at most 1, [`EvalError::NotAProbability`] for a target's,
/// [`EvalError::EffectiveSample`] where the log holds too little of what the target policy does.
pub fn off_policy(log: Decisions<'_>, options: &OffPolicyOptions) -> Result<OffPolicy, EvalError> {
    check(log, options)?;
    let rows = 0..log.rewards.len();
    let n = log.rewards.len() as f64;
    let weights: Vec<f64> = rows.clone().map(|i| log.target[i] / log.logged[i]).collect();
    let sum: f64 = weights.iter().sum();
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    let effective = if squares > 0.0 { sum * sum / squares } else { 0.0 };
    let least = options.least_effective.max(LEAST_EFFECTIVE);
    if effective < least {
        return Err(EvalError::EffectiveSample { found: effective, least, decisions: rows.len() });
    }
    let mean_weight = sum / n;
    let reward = |i: usize| log.rewards[i];
    let estimate = |terms: &dyn Fn(usize) -> f64| {
        mean(&rows.clone().map(terms).collect::<Vec<_>>(), options.level)
    };
    let logged = estimate(&reward);
    let snips = rows.clone().map(|i| weights[i] * reward(i)).sum::<f64>() / sum;
    let of_snips = |i: usize| snips + weights[i] * (reward(i) - snips) / mean_weight;
    let of_dr = |model: RewardModel<'_>, i: usize| {
        model.target[i] + weights[i] * (reward(i) - model.taken[i])
    };
    let gain = match log.model {
        Some(model) => estimate(&|i| of_dr(model, i) - reward(i)),
        None => estimate(&|i| of_snips(i) - reward(i)),
    };
    Ok(OffPolicy {
        decisions: rows.len(),
        matched: weights.iter().filter(|w| **w > 0.0).count(),
        effective_sample_size: effective,
        largest_weight: weights.iter().copied().fold(0.0, f64::max),
        mean_weight,
        logged,
        ips: estimate(&|i| weights[i] * reward(i)),
        snips: estimate(&of_snips),
        doubly_robust: log.model.map(|model| estimate(&|i| of_dr(model, i))),
        gain,
    })
}

/// The model of the reward that needs nothing but the log: the mean reward of each action, over the other decisions alone, so that the
/// doubly robust estimate stays unbiased. An action that nobody else took has the mean of all others.
///
/// `taken` has the action of each decision by position below `actions`, `target` the target policy's probability of each action, row
/// by row (decisions x actions). Gives [`RewardModel::taken`] and [`RewardModel::target`].
///
/// # Errors
/// [`EvalError::Lengths`] where the slices do not fit, [`EvalError::Empty`] for fewer than two decisions.
pub fn mean_rewards(
    taken: &[usize],
    rewards: &[f64],
    target: &[f64],
    actions: usize,
) -> Result<(Vec<f64>, Vec<f64>), EvalError> {
    let fits = |what, found: usize, expected: usize| {
        if found == expected { Ok(()) } else { Err(EvalError::Lengths { what, expected, found }) }
    };
    fits("the slice of actions", taken.len(), rewards.len())?;
    fits("the matrix of target probabilities", target.len(), rewards.len() * actions)?;
    if rewards.len() < 2 {
        return Err(EvalError::Empty);
    }
    let (mut sums, mut counts) = (vec![0.0; actions], vec![0.0; actions]);
    for (&action, reward) in taken.iter().zip(rewards) {
        let (Some(sum), Some(count)) = (sums.get_mut(action), counts.get_mut(action)) else {
            return Err(EvalError::Lengths {
                what: "the list of actions",
                expected: actions,
                found: action + 1,
            });
        };
        *sum += reward;
        *count += 1.0;
    }
    let (all, n) = (rewards.iter().sum::<f64>(), rewards.len() as f64);
    let expected = |i: usize, action: usize| {
        let own = f64::from(u8::from(taken[i] == action));
        let others = counts[action] - own;
        if others > 0.0 {
            (sums[action] - own * rewards[i]) / others
        } else {
            (all - rewards[i]) / (n - 1.0)
        }
    };
    let of_taken = (0..taken.len()).map(|i| expected(i, taken[i])).collect();
    let of_target = (0..taken.len())
        .map(|i| (0..actions).map(|a| target[i * actions + a] * expected(i, a)).sum())
        .collect();
    Ok((of_taken, of_target))
}

/// The mean of some terms and its normal interval, variance by n - 1.
fn mean(terms: &[f64], level: f64) -> Interval {
    let n = terms.len() as f64;
    let value = terms.iter().sum::<f64>() / n;
    let squares: f64 = terms.iter().map(|t| (t - value) * (t - value)).sum();
    let half = z(level) * (squares / (n - 1.0) / n).sqrt();
    Interval { value, low: value - half, high: value + half, level, method: Method::Asymptotic }
}

fn check(log: Decisions<'_>, options: &OffPolicyOptions) -> Result<(), EvalError> {
    check_level(options.level)?;
    let expected = log.rewards.len();
    let model = log.model.map(|m| {
        [
            ("the model's values of the actions taken", m.taken),
            ("the model's values of the target policy", m.target),
        ]
    });
    let slices = [
        ("the slice of logged probabilities", log.logged),
        ("the slice of target probabilities", log.target),
    ];
    for (what, slice) in slices.into_iter().chain(model.into_iter().flatten()) {
        if slice.len() != expected {
            return Err(EvalError::Lengths { what, expected, found: slice.len() });
        }
    }
    if expected == 0 {
        return Err(EvalError::Empty);
    }
    let values =
        std::iter::once(log.rewards).chain(model.iter().flatten().map(|(_, slice)| *slice));
    for slice in values {
        if let Some(row) = slice.iter().position(|value| !value.is_finite()) {
            return Err(EvalError::NotFinite { row, value: slice[row] });
        }
    }
    for row in 0..expected {
        let (logged, target) = (log.logged[row], log.target[row]);
        if !(logged > 0.0 && logged <= 1.0) {
            return Err(EvalError::LoggedProbability { row, value: logged });
        }
        if !(0.0..=1.0).contains(&target) {
            return Err(EvalError::NotAProbability { row, value: target });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    #[track_caller]
    fn close(found: f64, expect: f64) {
        assert!((found - expect).abs() < 1e-9 * (1.0 + expect.abs()), "{found} {expect}");
    }

    #[test]
    fn by_hand() {
        // 100 times the same four decisions, so that there is enough of them.
        let repeat =
            |values: [f64; 4]| -> Vec<f64> { values.iter().copied().cycle().take(400).collect() };
        let (rewards, logged, target) = (
            repeat([1.0, 0.0, 1.0, 0.0]),
            repeat([0.5, 0.5, 0.25, 0.75]),
            repeat([1.0, 0.0, 1.0, 0.0]),
        );
        let (taken, expected) = (repeat([0.8, 0.3, 0.5, 0.1]), repeat([0.8, 0.6, 0.5, 0.4]));
        let model = Some(RewardModel { taken: &taken, target: &expected });
        let found = off_policy(
            Decisions { rewards: &rewards, logged: &logged, target: &target, model },
            &OffPolicyOptions::default(),
        )
        .unwrap();
        // Weights 2, 0, 4, 0: sum 6, squares 20 each four.
        close(found.effective_sample_size, 600.0 * 600.0 / 2000.0);
        close(found.mean_weight, 1.5);
        close(found.ips.value, 1.5);
        close(found.snips.value, 1.0);
        // 0.8 + 2 (0.2), 0.6, 0.5 + 4 (0.5), 0.4: sum 4.7.
        close(found.doubly_robust.unwrap().value, 4.7 / 4.0);
        close(found.logged.value, 0.5);
        close(found.gain.value, 4.7 / 4.0 - 0.5);
        assert_eq!((found.decisions, found.matched, found.largest_weight), (400, 200, 4.0));
        // Terms 2, 0, 4, 0 about 1.5: variance (0.25 + 2.25 + 6.25 + 2.25) 100 / 399.
        let half = 1.959963984540054 * (1100.0f64 / 399.0 / 400.0).sqrt();
        close(found.ips.low, 1.5 - half);
        close(found.ips.high, 1.5 + half);
        // All matched rewards are 1: SNIPS does not vary.
        close(found.snips.low, 1.0);
    }

    /// A bandit: two kinds of lead, three actions, known rates; logged by a policy that prefers action 0.
    struct Log {
        rewards: Vec<f64>,
        logged: Vec<f64>,
        target: Vec<f64>,
        taken: Vec<usize>,
        of_target: Vec<f64>,
    }

    const RATES: [[f64; 3]; 2] = [[0.2, 0.5, 0.1], [0.3, 0.1, 0.6]];
    const BEHAVIOUR: [f64; 3] = [0.6, 0.25, 0.15];
    /// The target policy's probabilities by kind of lead.
    const TARGET: [[f64; 3]; 2] = [[0.1, 0.8, 0.1], [0.2, 0.0, 0.8]];

    fn simulate(seed: u64, n: usize) -> Log {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut log = Log {
            rewards: vec![],
            logged: vec![],
            target: vec![],
            taken: vec![],
            of_target: vec![],
        };
        for i in 0..n {
            let kind = i % 2;
            let u: f64 = rng.random();
            let action = if u < 0.6 {
                0
            } else if u < 0.85 {
                1
            } else {
                2
            };
            log.rewards.push(f64::from(u8::from(rng.random::<f64>() < RATES[kind][action])));
            log.logged.push(BEHAVIOUR[action]);
            log.target.push(TARGET[kind][action]);
            log.taken.push(action);
            log.of_target.extend(TARGET[kind]);
        }
        log
    }

    fn judge(log: &Log) -> OffPolicy {
        let (taken, target) = mean_rewards(&log.taken, &log.rewards, &log.of_target, 3).unwrap();
        let model = Some(RewardModel { taken: &taken, target: &target });
        let decisions =
            Decisions { rewards: &log.rewards, logged: &log.logged, target: &log.target, model };
        off_policy(decisions, &OffPolicyOptions::default()).unwrap()
    }

    #[test]
    fn the_value_of_a_bandit_is_found_and_covered() {
        let truth: f64 = (0..2)
            .map(|kind| (0..3).map(|a| TARGET[kind][a] * RATES[kind][a]).sum::<f64>() / 2.0)
            .sum();
        let runs: Vec<OffPolicy> = (0..300).map(|seed| judge(&simulate(seed, 600))).collect();
        for of in [
            (|run: &OffPolicy| run.ips) as fn(&OffPolicy) -> Interval,
            |run| run.snips,
            |run| run.doubly_robust.unwrap(),
        ] {
            let found: Vec<Interval> = runs.iter().map(of).collect();
            let mean = found.iter().map(|i| i.value).sum::<f64>() / 300.0;
            let spread =
                (found.iter().map(|i| (i.value - mean).powi(2)).sum::<f64>() / 299.0).sqrt();
            // Four standard errors of the mean of the runs.
            assert!(
                (mean - truth).abs() < 4.0 * spread / 300.0f64.sqrt(),
                "{mean} {truth} {spread}"
            );
            let covered = found.iter().filter(|i| i.low <= truth && truth <= i.high).count();
            assert!((270..=298).contains(&covered), "{covered}");
        }
        assert!(runs.iter().all(OffPolicy::weights_fit));
        let wrong = simulate(1, 600);
        let halved: Vec<f64> = wrong.logged.iter().map(|p| p / 2.0).collect();
        let decisions = Decisions {
            rewards: &wrong.rewards,
            logged: &halved,
            target: &wrong.target,
            model: None,
        };
        assert!(!off_policy(decisions, &OffPolicyOptions::default()).unwrap().weights_fit());
        // The logged policy's own value, and with it the gain.
        let own: f64 =
            (0..2).map(|k| (0..3).map(|a| BEHAVIOUR[a] * RATES[k][a]).sum::<f64>() / 2.0).sum();
        let covered =
            runs.iter().filter(|r| r.gain.low <= truth - own && truth - own <= r.gain.high).count();
        assert!((270..=298).contains(&covered), "{covered}");
    }

    #[test]
    fn refuses_what_proves_nothing() {
        let n = 1000;
        let judge = |logged: Vec<f64>, target: Vec<f64>, least| {
            let rewards = vec![1.0; n];
            let decisions =
                Decisions { rewards: &rewards, logged: &logged, target: &target, model: None };
            off_policy(decisions, &OffPolicyOptions { least_effective: least, level: 0.95 })
        };
        let few: Vec<f64> = (0..n).map(|i| if i < 40 { 1.0 } else { 0.0 }).collect();
        let refused = judge(vec![0.5; n], few.clone(), 1.0).unwrap_err();
        assert_eq!(refused, EvalError::EffectiveSample { found: 40.0, least: 50.0, decisions: n });
        assert!(refused.to_string().contains("explore"), "{refused}");
        assert!(judge(vec![0.5; n], vec![0.5; n], 1001.0).is_err());
        assert!(judge(vec![0.5; n], vec![0.0; n], 50.0).is_err());
        for bad in [0.0, -0.1, 1.5, f64::NAN] {
            let mut logged = vec![0.5; n];
            logged[7] = bad;
            let refused = judge(logged, vec![0.5; n], 50.0).unwrap_err();
            assert!(matches!(refused, EvalError::LoggedProbability { row: 7, .. }), "{refused}");
        }
        assert!(matches!(
            judge(vec![0.5; n], vec![1.5; n], 50.0),
            Err(EvalError::NotAProbability { .. })
        ));
        assert!(matches!(judge(vec![0.5; 3], vec![0.5; n], 50.0), Err(EvalError::Lengths { .. })));
        assert!(matches!(
            mean_rewards(&[0, 3], &[1.0, 1.0], &[0.0; 4], 2),
            Err(EvalError::Lengths { .. })
        ));
        assert!(matches!(mean_rewards(&[0], &[1.0], &[1.0], 1), Err(EvalError::Empty)));
    }

    #[test]
    fn a_policy_held_against_itself_brings_what_it_brought() {
        let log = simulate(3, 400);
        let decisions = Decisions {
            rewards: &log.rewards,
            logged: &log.logged,
            target: &log.logged,
            model: None,
        };
        let found = off_policy(decisions, &OffPolicyOptions::default()).unwrap();
        close(found.snips.value, found.logged.value);
        close(found.ips.value, found.logged.value);
        close(found.gain.low, 0.0);
        close(found.effective_sample_size, 400.0);
    }
}
