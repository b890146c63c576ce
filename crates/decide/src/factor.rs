//! Factors in words: which fields moved a lead's score, by how much, and in which direction.
//!
//! A model gives contributions c_i on its log-odds, with base b + sum c_i = s. For a monotone g on top (calibrator, score
//! scale) field i gets the share c_i (g(s) - g(b)) / (s - b): exact in sum, same signs, same order. Where |s - b| < 1e-9
//! the slope of g at b is used (the shares then cancel out), and where g is flat all shares are zero.

use crate::{DecideError, Level, Policy};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Whether a value tells anything by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// The model has learned from values like it.
    #[default]
    Known,
    /// Nothing is known.
    Missing,
    /// A word that no training row had.
    Unseen,
    /// What was read of a text; `value` says it, worded to follow the field's name: `about price, discount, quote`.
    Text,
}

/// What one source field adds to a lead's log-odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contribution {
    /// The field's name in the source.
    pub field: String,
    /// Its value in words, see [`crate::Vocabulary::value`].
    pub value: String,
    /// Its value as a number, where it is one: for "high" and "low".
    pub number: Option<f64>,
    /// Whether the value tells anything by itself.
    #[serde(default)]
    pub standing: Standing,
    /// Log-odds added.
    pub contribution: f64,
}

/// One reason, ready to be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Factor {
    /// The field's name in the source.
    pub field: String,
    /// The field's name in words.
    pub words: String,
    /// The value in words; empty where `words` say it all, as those of a declared condition do.
    pub value: String,
    /// Where a number stands among the training rows, if that is known.
    pub level: Option<Level>,
    /// Whether the value tells anything by itself.
    #[serde(default)]
    pub standing: Standing,
    /// Log-odds added.
    pub contribution: f64,
    /// Its share of the way from the score of an average lead to this lead's score, in points of the score.
    pub points: f64,
    /// What it says, without points: `page views = 14`, `phone unknown`, `notes about price, discount, quote`.
    pub clause: String,
    /// All that it says: `page views = 14 (high), +12 points`.
    pub text: String,
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A lead's reasons, strongest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Factors {
    /// What speaks for the lead.
    pub positive: Vec<Factor>,
    /// What speaks against it.
    pub negative: Vec<Factor>,
}

/// How many factors are shown in each direction.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FactorRule {
    /// So many are shown where there are as many.
    pub at_least: usize,
    /// Never more than this; the output has five columns.
    pub at_most: usize,
    /// Beyond `at_least`, only those with this share of the sum of all absolute contributions.
    pub min_share: f64,
}

impl Default for FactorRule {
    fn default() -> Self {
        Self { at_least: 3, at_most: 5, min_share: 0.05 }
    }
}

impl FactorRule {
    /// # Errors
    /// [`DecideError::FactorCount`] unless 1 <= `at_least` <= `at_most` <= 5 and `min_share` is from 0 to 1.
    pub fn check(&self) -> Result<(), DecideError> {
        let Self { at_least, at_most, min_share } = *self;
        let fine =
            (1..=at_most).contains(&at_least) && at_most <= 5 && (0.0..=1.0).contains(&min_share);
        fine.then_some(()).ok_or(DecideError::FactorCount { at_least, at_most, min_share })
    }
}

/// Each contribution's share of g(s) - g(b), for a monotone `g` over the log-odds.
pub fn shares(contributions: &[f64], base: f64, margin: f64, g: impl Fn(f64) -> f64) -> Vec<f64> {
    let way = margin - base;
    let slope = if way.abs() >= 1e-9 {
        (g(margin) - g(base)) / way
    } else {
        const STEP: f64 = 1e-6;
        (g(base + STEP) - g(base - STEP)) / (2.0 * STEP)
    };
    contributions.iter().map(|c| c * slope).collect()
}

/// A lead's log-odds by field, each put in words only where it is shown.
#[derive(Debug, Clone, Copy)]
pub struct Parted<'a, U, C> {
    /// What each field adds.
    pub log_odds: &'a [f64],
    /// Whether nothing is known of the field at this place, or a word that no training row had.
    pub is_unknown: U,
    /// The contribution at this place, in words.
    pub contribution: C,
}

/// The factors of a lead. `position` gives the score before rounding from the model's log-odds (the calibrator, then
/// [`crate::ScoreMap::position`]); `base` and `margin` are the log-odds of an average lead and of this one. Equal
/// contributions keep the order of the fields.
///
/// What is missing or was never seen may speak against a lead, but is no praise: it is left out of what speaks for it,
/// though it stays among the contributions, whose sum is exact.
///
/// # Errors
/// [`DecideError::Contribution`] for a contribution, base or margin that is not finite.
pub fn factors(
    policy: &Policy,
    contributions: &[Contribution],
    base: f64,
    margin: f64,
    position: impl Fn(f64) -> f64,
) -> Result<Factors, DecideError> {
    let log_odds: Vec<f64> = contributions.iter().map(|c| c.contribution).collect();
    let parts = Parted {
        log_odds: &log_odds,
        is_unknown: |i: usize| {
            matches!(contributions[i].standing, Standing::Missing | Standing::Unseen)
        },
        contribution: |i: usize| contributions[i].clone(),
    };
    parts.factors(policy, base, margin, position)
}

impl<U: Fn(usize) -> bool, C: Fn(usize) -> Contribution> Parted<'_, U, C> {
    /// As [`factors`].
    ///
    /// # Errors
    /// As [`factors`].
    pub fn factors(
        &self,
        policy: &Policy,
        base: f64,
        margin: f64,
        position: impl Fn(f64) -> f64,
    ) -> Result<Factors, DecideError> {
        let Self { log_odds, is_unknown, contribution } = self;
        if let Some(i) = log_odds.iter().position(|value| !value.is_finite()) {
            let Contribution { field, contribution: value, .. } = contribution(i);
            return Err(DecideError::Contribution { field, value });
        }
        for (field, value) in [("base", base), ("margin", margin)] {
            if !value.is_finite() {
                return Err(DecideError::Contribution { field: field.to_owned(), value });
            }
        }
        let points = shares(log_odds, base, margin, position);
        let total: f64 = log_odds.iter().map(|c| c.abs()).sum();
        let mut order: Vec<usize> = (0..log_odds.len()).filter(|&i| log_odds[i] != 0.0).collect();
        order.sort_by(|&a, &b| log_odds[b].abs().total_cmp(&log_odds[a].abs()));

        let mut found = Factors::default();
        let (rule, vocabulary) = (policy.factors, policy.vocabulary());
        for i in order {
            if log_odds[i] > 0.0 && is_unknown(i) {
                continue;
            }
            let side = if log_odds[i] > 0.0 { &mut found.positive } else { &mut found.negative };
            let strong = log_odds[i].abs() >= rule.min_share * total;
            if side.len() >= rule.at_most || (side.len() >= rule.at_least && !strong) {
                continue;
            }
            let contribution = contribution(i);
            let level = contribution.number.and_then(|value| {
                policy.ranges.get(&contribution.field).map(|range| range.level(value))
            });
            side.push(vocabulary.factor(contribution, level, points[i]));
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Range;
    use leadsight_schema::{Probability, sigmoid};
    use proptest::prelude::*;

    fn policy() -> Policy {
        let mut policy = Policy::default_for(0.3, 0.1).unwrap();
        policy.ranges.insert("page_views".into(), Range { q25: 1.0, q75: 6.0 });
        policy.names.insert("src".into(), "lead source".into());
        policy
    }

    fn lead(fields: &[(&str, f64)]) -> Vec<Contribution> {
        fields
            .iter()
            .map(|(field, contribution)| Contribution {
                field: (*field).into(),
                value: "14".into(),
                number: Some(14.0),
                standing: Standing::Known,
                contribution: *contribution,
            })
            .collect()
    }

    fn told(fields: &[(&str, f64)]) -> (Vec<String>, Vec<String>) {
        let policy = policy();
        let margin = -1.0 + fields.iter().map(|f| f.1).sum::<f64>();
        let position = |s| policy.score.position(Probability::from_log_odds(s).unwrap());
        let found = factors(&policy, &lead(fields), -1.0, margin, position).unwrap();
        let words = |side: &[Factor]| side.iter().map(Factor::to_string).collect();
        (words(&found.positive), words(&found.negative))
    }

    #[test]
    fn reads_like_a_sentence() {
        let (positive, negative) =
            told(&[("src", 0.2), ("page_views", 0.9), ("bounce_rate", -0.1)]);
        assert_eq!(positive[0], "page views = 14 (high), +30 points");
        assert!(positive[1].starts_with("lead source = 14, +"), "{}", positive[1]);
        assert!(negative[0].starts_with("bounce rate = 14, -"), "{}", negative[0]);
    }

    #[test]
    fn shows_three_to_five() {
        let weak = [("a", 1.0), ("b", 0.5), ("c", 0.01), ("d", 0.009), ("e", 0.0)];
        assert_eq!(told(&weak).0.len(), 3);
        let strong = [("a", 1.0), ("b", 1.0), ("c", 1.0), ("d", 1.0), ("e", 1.0), ("f", 1.0)];
        assert_eq!(told(&strong).0.len(), 5);
        assert!(told(&[]).0.is_empty());
    }

    #[test]
    fn what_is_unknown_is_no_praise() {
        let mut fields = lead(&[("a", 0.9), ("b", 0.5), ("c", -0.4), ("d", -0.3)]);
        fields[0].standing = Standing::Missing;
        fields[2].standing = Standing::Missing;
        fields[3].standing = Standing::Unseen;
        fields.push(Contribution {
            field: "notes".into(),
            value: "about price, discount, quote".into(),
            number: None,
            standing: Standing::Text,
            contribution: 0.45,
        });
        let found = factors(&policy(), &fields, 0.0, 1.15, |s| 50.0 + 10.0 * s).unwrap();
        let words = |side: &[Factor]| side.iter().map(Factor::to_string).collect::<Vec<_>>();
        assert_eq!(
            words(&found.positive),
            ["b = 14, +5 points", "notes about price, discount, quote, +4.5 points"]
        );
        assert_eq!(
            words(&found.negative),
            ["c unknown, -4 points", "d = 14 (never seen in training), -3 points"]
        );
    }

    #[test]
    fn refuses_what_is_not_finite() {
        let found = factors(&policy(), &lead(&[("a", f64::NAN)]), 0.0, 0.0, |s| s);
        assert!(matches!(found, Err(DecideError::Contribution { field, .. }) if field == "a"));
    }

    proptest! {
        #[test]
        fn shares_sum_and_keep_sign_and_order(
            c in proptest::collection::vec(-3.0..3.0f64, 1..12), base in -4.0..2.0f64,
        ) {
            let margin = base + c.iter().sum::<f64>();
            let found = shares(&c, base, margin, sigmoid);
            let sum: f64 = found.iter().sum();
            prop_assert!((sum - (sigmoid(margin) - sigmoid(base))).abs() < 1e-9);
            for i in 0..c.len() {
                prop_assert!(found[i] * c[i] >= 0.0);
                for j in 0..c.len() {
                    prop_assert!(c[i] < c[j] || found[i] >= found[j]);
                }
            }
        }

        #[test]
        fn a_flat_g_gives_nothing(c in proptest::collection::vec(-3.0..3.0f64, 1..6)) {
            let margin = c.iter().sum::<f64>();
            prop_assert!(shares(&c, 0.0, margin, |_| 0.5).iter().all(|s| *s == 0.0));
        }
    }
}
