//! A category as zeros and a one.

use crate::ModelError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The code of the level that stands for any other word.
const OTHER: usize = 1;

/// Each level has a slot; levels too rare to learn from share the slot of "another word" (code 1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u32>", into = "Vec<u32>")]
pub struct OneHot {
    slots: Vec<u32>,
    width: usize,
}

impl OneHot {
    /// Slots for `levels` levels, of which those seen fewer than `min_count` times in `codes` share that of another
    /// word; codes beyond the levels count as another word.
    pub fn fit(codes: impl Iterator<Item = u32>, levels: usize, min_count: usize) -> Self {
        let mut counts = vec![0_usize; levels];
        for code in codes {
            if let Some(count) = counts.get_mut(code as usize) {
                *count += 1;
            }
        }
        let mut width = 1;
        let slot = |(code, count): (usize, &usize)| {
            if code == OTHER || *count < min_count || levels <= OTHER {
                return 0;
            }
            width += 1;
            width as u32 - 1
        };
        let slots = counts.iter().enumerate().map(slot).collect();
        Self { slots, width: if levels == 0 { 0 } else { width } }
    }

    /// The number of levels.
    pub fn levels(&self) -> usize {
        self.slots.len()
    }

    /// The number of inputs.
    pub fn width(&self) -> usize {
        self.width
    }

    /// What each slot stands for, in the words of `levels`.
    pub(crate) fn slot_names(&self, levels: &[String]) -> Vec<String> {
        let other = self.slots.get(OTHER).copied();
        let name = |slot: u32| {
            let mut own = self.slots.iter().zip(levels).filter(|(s, _)| **s == slot);
            if Some(slot) == other {
                return levels.get(OTHER).cloned().unwrap_or_default();
            }
            own.next().map(|(_, level)| level.clone()).unwrap_or_default()
        };
        (0..self.width as u32).map(name).collect()
    }

    pub(crate) fn encode(&self, code: u32, out: &mut [f32]) {
        out.fill(0.0);
        if let Some(slot) = self.slots.get(code as usize).or(self.slots.get(OTHER)) {
            out[*slot as usize] = 1.0;
        }
    }
}

impl TryFrom<Vec<u32>> for OneHot {
    type Error = ModelError;
    fn try_from(slots: Vec<u32>) -> Result<Self, ModelError> {
        let used: BTreeSet<u32> = slots.iter().copied().collect();
        let width = slots.iter().max().map_or(0, |m| *m as usize + 1);
        if used.len() != width {
            return Err(ModelError::Length {
                what: "the slots of a one-hot encoder, of which none may stay unused,",
                expected: width,
                found: used.len(),
            });
        }
        Ok(Self { slots, width })
    }
}

impl From<OneHot> for Vec<u32> {
    fn from(one_hot: OneHot) -> Vec<u32> {
        one_hot.slots
    }
}
