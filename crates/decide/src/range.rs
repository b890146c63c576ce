//! What is high and what is low for a number field: the middle half of the training rows.

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
#[serde(deny_unknown_fields)]
pub struct Range {
    /// First quartile.
    pub q25: f64,
    /// Third quartile.
    pub q75: f64,
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
