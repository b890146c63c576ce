//! The score scale: probability to an integer from 0 to 100 that keeps its meaning.
//!
//! Four anchors p0 < p40 < p70 < p100 are probabilities. Between two neighbours the score is linear in the log-odds
//! l = ln(p / (1 - p)); below p0 it is 0, from p100 it is 100. It is rounded down, and the segment is chosen by comparing
//! probabilities (not log-odds, which round), so `p >= p70` exactly when `score >= 70`, and likewise for the others.

use crate::DecideError;
use leadsight_schema::{Probability, logit, sigmoid};
use serde::{Deserialize, Serialize};

/// The probabilities at which the score is 0, 40, 70 and 100.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchors {
    /// Score 0 below here and a little above.
    pub p0: f64,
    /// Score 40: below it a lead is safe to skip.
    pub p40: f64,
    /// Score 70: the working threshold, from which a lead is worth a call.
    pub p70: f64,
    /// Score 100.
    pub p100: f64,
}

/// A checked score scale.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Anchors", into = "Anchors")]
pub struct ScoreMap {
    anchors: [f64; 4],
    log_odds: [f64; 4],
}

const NAMES: [&str; 4] = ["p0", "p40", "p70", "p100"];
const SCORES: [f64; 4] = [0.0, 40.0, 70.0, 100.0];
/// The least room between neighbours, in log-odds: less would make the score jump over noise.
const ROOM: f64 = 1e-6;
/// The room given to an outer anchor that the data do not place beyond the inner ones, in log-odds.
const OUTER_ROOM: f64 = 0.5;

impl ScoreMap {
    /// A scale from its anchors.
    ///
    /// # Errors
    /// [`DecideError::AnchorRange`] for an anchor too near 0 or 1 and [`DecideError::AnchorOrder`] where they do not rise.
    pub fn new(anchors: Anchors) -> Result<Self, DecideError> {
        let anchors = [anchors.p0, anchors.p40, anchors.p70, anchors.p100];
        for (anchor, value) in NAMES.into_iter().zip(anchors) {
            if !(1e-9..=1.0 - 1e-9).contains(&value) {
                return Err(DecideError::AnchorRange { anchor, value });
            }
        }
        let log_odds = anchors.map(logit);
        for i in 1..4 {
            if log_odds[i] - log_odds[i - 1] < ROOM {
                return Err(DecideError::AnchorOrder {
                    below: NAMES[i - 1],
                    low: anchors[i - 1],
                    above: NAMES[i],
                    high: anchors[i],
                });
            }
        }
        Ok(Self { anchors, log_odds })
    }

    /// The scale of a first training: 70 at the working threshold, 40 at the safe-to-skip threshold, 0 and 100 at a low
    /// and a high quantile of the validation probabilities (1 % and 99 %, say). An outer quantile that does not lie
    /// at least half a log-odd beyond its neighbour is moved there, since the thresholds come first.
    ///
    /// # Errors
    /// As [`ScoreMap::new`]: the thresholds are too near 0 or 1, or the skip threshold is not below the working one.
    pub fn anchored(
        threshold: f64,
        skip_threshold: f64,
        low: f64,
        high: f64,
    ) -> Result<Self, DecideError> {
        let below = sigmoid(logit(skip_threshold) - OUTER_ROOM);
        let above = sigmoid(logit(threshold) + OUTER_ROOM);
        // `min` and `max` pass over a NaN quantile. A saturated one (isotonic steps reach 0 and 1) is kept in range.
        let p0 = below.min(low).max(1e-9_f64.min(below));
        let p100 = above.max(high).min((1.0 - 1e-9_f64).max(above));
        Self::new(Anchors { p0, p40: skip_threshold, p70: threshold, p100 })
    }

    /// The anchors.
    pub fn anchors(&self) -> Anchors {
        let [p0, p40, p70, p100] = self.anchors;
        Anchors { p0, p40, p70, p100 }
    }

    /// The working threshold: score 70.
    pub fn threshold(&self) -> f64 {
        self.anchors[2]
    }

    /// The score before rounding, 0 to 100: monotone in `p`, and the `g` by which factors get their points.
    pub fn position(&self, p: Probability) -> f64 {
        let p = p.get();
        let above = self.anchors.iter().take_while(|anchor| p >= **anchor).count();
        match above {
            0 => SCORES[0],
            4 => SCORES[3],
            i => {
                let (from, to) = (self.log_odds[i - 1], self.log_odds[i]);
                let share = ((logit(p) - from) / (to - from)).clamp(0.0, 1.0);
                // The last representable place below the anchor keeps the rounding on the right side of it.
                let next = SCORES[i].next_down();
                (SCORES[i - 1] + share * (SCORES[i] - SCORES[i - 1])).clamp(SCORES[i - 1], next)
            }
        }
    }

    /// The score, 0 to 100, rounded down.
    pub fn score(&self, p: Probability) -> u8 {
        self.position(p).floor() as u8
    }
}

impl TryFrom<Anchors> for ScoreMap {
    type Error = DecideError;
    fn try_from(anchors: Anchors) -> Result<Self, DecideError> {
        Self::new(anchors)
    }
}

impl From<ScoreMap> for Anchors {
    fn from(map: ScoreMap) -> Anchors {
        map.anchors()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn p(value: f64) -> Probability {
        Probability::new(value).unwrap()
    }

    #[track_caller]
    fn check(value: f64, expect: u8) {
        let map = ScoreMap::anchored(0.12, 0.03, 0.002, 0.6).unwrap();
        assert_eq!(map.score(p(value)), expect, "{value}");
    }

    #[test]
    fn stands_on_its_anchors() {
        check(0.0, 0);
        check(0.002, 0);
        check(0.03_f64.next_down(), 39);
        check(0.03, 40);
        check(0.12_f64.next_down(), 69);
        check(0.12, 70);
        check(0.6_f64.next_down(), 99);
        check(0.6, 100);
        check(1.0, 100);
    }

    #[test]
    fn says_why_it_cannot_be() {
        assert!(matches!(
            ScoreMap::anchored(0.1, 0.1, 0.0, 1.0),
            Err(DecideError::AnchorOrder { below: "p40", above: "p70", .. })
        ));
        assert!(matches!(
            ScoreMap::anchored(0.0, 0.0, 0.0, 1.0),
            Err(DecideError::AnchorRange { .. })
        ));
        assert!(ScoreMap::anchored(f64::NAN, 0.1, 0.0, 1.0).is_err());
        assert!(ScoreMap::anchored(0.5, 0.1, f64::NAN, f64::NAN).is_ok());
    }

    proptest! {
        #[test]
        fn thresholds_are_exact_and_the_scale_is_monotone(
            threshold in 0.001..0.999f64, part in 0.01..0.99f64, low in 0.0..1.0f64, high in 0.0..1.0f64,
            a in 0.0..1.0f64, b in 0.0..1.0f64,
        ) {
            let skip = threshold * part;
            let map = ScoreMap::anchored(threshold, skip, low, high).unwrap();
            for value in [a, b, threshold, threshold.next_down(), threshold.next_up(), skip, skip.next_down(), 0.0, 1.0] {
                let score = map.score(p(value));
                prop_assert!(score <= 100);
                prop_assert_eq!(value >= threshold, score >= 70);
                prop_assert_eq!(value >= skip, score >= 40);
            }
            let (low, high) = (a.min(b), a.max(b));
            prop_assert!(map.score(p(low)) <= map.score(p(high)));
        }
    }
}
