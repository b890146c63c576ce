//! Exploration: now and then another action than the best, with the probability that goes into the log.
//!
//! Epsilon-greedy over k allowed actions: with probability epsilon one of them all is drawn evenly, else the best is taken. So the best
//! has 1 - epsilon + epsilon / k, every other epsilon / k. Without such a log, nobody can tell afterwards what other actions would
//! have brought (`off_policy` in `leadsight-eval`).
//!
//! The draw is a hash of seed and lead, not a stream: a lead that is decided again under one seed gets the same action, in any order
//! of leads. The hash is [`Seed::stream`] finished by the mixer of SplitMix64 (Steele, Lea and Flood 2014).

use crate::DecideError;
use leadsight_schema::Seed;

/// An action, and how likely it was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Explored<'a> {
    /// The action to take.
    pub action: &'a str,
    /// The probability with which it was chosen, for the log; above 0.
    pub probability: f64,
}

/// The best action, or with some luck another of those that the hard constraints allow. The best is always among the candidates;
/// an action that is listed twice counts once.
///
/// # Errors
/// [`DecideError::Exploration`] for an epsilon outside 0..=1.
pub fn explore<'a>(
    best: &'a str,
    allowed: &[&'a str],
    epsilon: f64,
    seed: Seed,
    lead_id: &str,
) -> Result<Explored<'a>, DecideError> {
    if !(0.0..=1.0).contains(&epsilon) {
        return Err(DecideError::Exploration { found: epsilon });
    }
    let mut others: Vec<&str> = Vec::with_capacity(allowed.len());
    for action in allowed {
        if *action != best && !others.contains(action) {
            others.push(action);
        }
    }
    let each = epsilon / (others.len() + 1) as f64;
    let of_others = each * others.len() as f64;
    let drawn = unit(seed, lead_id);
    if drawn < of_others {
        // `each` is above 0 here. Rounding must not lead past the last.
        let place = ((drawn / each) as usize).min(others.len() - 1);
        return Ok(Explored { action: others[place], probability: each });
    }
    Ok(Explored { action: best, probability: 1.0 - of_others })
}

/// A number from 0 to 1, 1 excluded, evenly spread over leads.
fn unit(seed: Seed, lead_id: &str) -> f64 {
    let mut hash = Seed(seed.stream("explore")).stream(lead_id).wrapping_add(0x9e37_79b9_7f4a_7c15);
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^= hash >> 31;
    (hash >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    const ACTIONS: [&str; 5] = ["call", "mail", "webinar", "discount", "wait"];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_logged_probability_is_the_frequency(epsilon in 0.0f64..=1.0, k in 1usize..=5, seed: u64, best in 0usize..5) {
            let (allowed, best) = (&ACTIONS[..k], ACTIONS[best]);
            let n = 4000;
            let mut counts: BTreeMap<&str, (u32, f64)> = BTreeMap::new();
            for lead in 0..n {
                let found = explore(best, allowed, epsilon, Seed(seed), &format!("L{lead:06}")).unwrap();
                let (count, probability) = counts.entry(found.action).or_insert((0, found.probability));
                *count += 1;
                prop_assert_eq!(*probability, found.probability);
                prop_assert!(found.probability > 0.0 && found.probability <= 1.0);
                prop_assert!(found.action == best || allowed.contains(&found.action));
            }
            for (action, (count, probability)) in counts {
                let spread = (probability * (1.0 - probability) / f64::from(n)).sqrt();
                let share = f64::from(count) / f64::from(n);
                // Five standard errors, and a little for the very rare.
                prop_assert!((share - probability).abs() <= 5.0 * spread + 2e-3, "{} {} {}", action, share, probability);
            }
        }

        #[test]
        fn the_probabilities_of_all_actions_add_up_to_one(epsilon in 0.0f64..=1.0, k in 1usize..=5) {
            let each = epsilon / k as f64;
            let of_best = explore(ACTIONS[0], &ACTIONS[..k], 0.0, Seed(1), "L1").unwrap().probability;
            prop_assert_eq!(of_best, 1.0);
            let best = (0..200)
                .map(|lead| explore(ACTIONS[0], &ACTIONS[..k], epsilon, Seed(1), &lead.to_string()).unwrap())
                .find(|found| found.action == ACTIONS[0]);
            if let Some(best) = best {
                prop_assert!((best.probability + each * (k - 1) as f64 - 1.0).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn the_same_lead_gets_the_same_action_and_copies_count_once() {
        let twice =
            |allowed: &[&'static str]| explore("call", allowed, 0.5, Seed(7), "L000042").unwrap();
        assert_eq!(twice(&["call", "mail"]), twice(&["mail", "mail", "call", "mail"]));
        assert_eq!(twice(&[]), Explored { action: "call", probability: 1.0 });
        assert_eq!(twice(&["call", "mail"]), twice(&["call", "mail"]));
    }

    #[test]
    fn an_epsilon_that_is_no_probability_is_refused() {
        for epsilon in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            let refused =
                explore("call", &["mail"], epsilon, Seed(1), "L1").unwrap_err().to_string();
            assert!(refused.contains("from 0 to 1"), "{refused}");
        }
    }
}
