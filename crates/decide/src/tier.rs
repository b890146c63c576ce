//! Tiers: names for ranges of the score, and what is done with a lead there.

use crate::DecideError;
use serde::{Deserialize, Serialize};

/// A range of the score with its name and next action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// The name that stands in the output.
    pub name: String,
    /// The lowest score in it, 0 to 100.
    pub from: u8,
    /// What to do next.
    pub next_action: String,
    /// Why, in one clause.
    pub reason: String,
}

/// The tiers from the highest cut down; the last takes all scores that are left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Tier>", into = "Vec<Tier>")]
pub struct Tiers(Vec<Tier>);

impl Tiers {
    /// # Errors
    /// [`DecideError::TierOrder`], [`DecideError::TierName`] or [`DecideError::NoLastTier`].
    pub fn new(tiers: Vec<Tier>) -> Result<Self, DecideError> {
        let mut above = 101;
        for (i, tier) in tiers.iter().enumerate() {
            let (name, from) = (tier.name.clone(), tier.from);
            if name.trim().is_empty() || tiers[..i].iter().any(|t| t.name == name) {
                return Err(DecideError::TierName { name, from });
            }
            if from >= above {
                return Err(DecideError::TierOrder { name, from, above });
            }
            above = from;
        }
        match tiers.last() {
            Some(last) if last.from == 0 => Ok(Self(tiers)),
            Some(last) => Err(DecideError::NoLastTier {
                found: format!("`{}` starts from {}", last.name, last.from),
            }),
            None => Err(DecideError::NoLastTier { found: "there is no tier".into() }),
        }
    }

    /// The tier of a score.
    pub fn of(&self, score: u8) -> &Tier {
        let last = self.0.len() - 1; // never empty: see `new`
        self.0.iter().find(|tier| score >= tier.from).unwrap_or(&self.0[last])
    }

    /// The tiers from the highest down.
    pub fn as_slice(&self) -> &[Tier] {
        &self.0
    }
}

impl Default for Tiers {
    fn default() -> Self {
        let tier = |name: &str, from, next_action: &str, reason: &str| Tier {
            name: name.into(),
            from,
            next_action: next_action.into(),
            reason: reason.into(),
        };
        Self(vec![
            tier(
                "Hot",
                70,
                "immediate sales outreach",
                "the chance to convert is at or above the working threshold",
            ),
            tier(
                "Warm",
                40,
                "nurture with high-value content",
                "the chance to convert is below the working threshold but too good to skip",
            ),
            tier(
                "Cold",
                0,
                "re-qualify by marketing",
                "the chance to convert is below the safe-to-skip threshold",
            ),
        ])
    }
}

impl TryFrom<Vec<Tier>> for Tiers {
    type Error = DecideError;
    fn try_from(tiers: Vec<Tier>) -> Result<Self, DecideError> {
        Self::new(tiers)
    }
}

impl From<Tiers> for Vec<Tier> {
    fn from(tiers: Tiers) -> Vec<Tier> {
        tiers.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cuts: &[(&str, u8)], expect: &str) {
        let tiers = cuts
            .iter()
            .map(|(name, from)| Tier {
                name: (*name).into(),
                from: *from,
                next_action: "call".into(),
                reason: "because".into(),
            })
            .collect();
        let found = Tiers::new(tiers).map_or_else(|e| e.to_string(), |_| "fine".into());
        assert!(found.contains(expect), "{found}");
    }

    #[test]
    fn must_fall_from_the_top_to_zero() {
        check(&[("A", 80), ("B", 0)], "fine");
        check(&[("A", 40), ("B", 70), ("C", 0)], "tier `B` starts from 70");
        check(&[("A", 70), ("B", 40)], "the last tier must start from 0");
        check(&[("A", 70), ("A", 0)], "name `A`");
        check(&[("A", 101), ("B", 0)], "tier `A` starts from 101");
        check(&[], "there is no tier");
    }

    #[test]
    fn every_score_has_a_tier() {
        let tiers = Tiers::default();
        for (score, name) in
            [(100, "Hot"), (70, "Hot"), (69, "Warm"), (40, "Warm"), (39, "Cold"), (0, "Cold")]
        {
            assert_eq!(tiers.of(score).name, name);
        }
    }
}
