//! What is high and what is low for a number field: the middle half of the training rows.

use crate::DecideError;
use leadsight_schema::{ColumnProfile, Distribution};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where a number stands among those of the training rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Below the middle half.
    Low,
    /// Within the middle half: nothing is said of it.
    Usual,
    /// Above the middle half.
    High,
}

/// The middle half of a number field.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Quartiles")]
pub struct Range {
    /// First quartile.
    pub q25: f64,
    /// Third quartile, not below the first.
    pub q75: f64,
}

/// A range's shape, before it is checked.
#[derive(Deserialize)]
#[serde(rename = "Range", deny_unknown_fields)]
struct Quartiles {
    q25: f64,
    q75: f64,
}

impl TryFrom<Quartiles> for Range {
    type Error = DecideError;
    fn try_from(Quartiles { q25, q75 }: Quartiles) -> Result<Self, DecideError> {
        if q25.is_finite() && q75.is_finite() && q25 <= q75 {
            return Ok(Self { q25, q75 });
        }
        Err(DecideError::Range { q25, q75 })
    }
}

impl Range {
    /// Where a value stands.
    pub fn level(&self, value: f64) -> Level {
        if value < self.q25 {
            Level::Low
        } else if value > self.q75 {
            Level::High
        } else {
            Level::Usual
        }
    }
}

/// The ranges of the number fields among some profiles, by column. Dates are left out: a high date means nothing.
pub fn ranges(profiles: &[ColumnProfile]) -> BTreeMap<String, Range> {
    profiles
        .iter()
        .filter(|profile| profile.kind == "number")
        .filter_map(|profile| match &profile.distribution {
            Distribution::Numeric { q25, q75, .. } => {
                Some((profile.column.clone(), Range { q25: *q25, q75: *q75 }))
            }
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_half_is_usual() {
        let range = Range { q25: 2.0, q75: 8.0 };
        for (value, expect) in
            [(1.0, Level::Low), (2.0, Level::Usual), (8.0, Level::Usual), (9.0, Level::High)]
        {
            assert_eq!(range.level(value), expect);
        }
    }
}
