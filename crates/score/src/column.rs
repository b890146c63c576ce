//! The columns of the scored output, by their fixed names.

use crate::ScoreError;
use leadsight_schema::or_nearest;
use std::str::FromStr;

/// A column of the scored output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutputColumn {
    /// The lead's identifier, or `row-N` where there is none.
    LeadId,
    /// The moment of scoring, RFC 3339.
    ScoredAt,
    /// The bundle's name and the first digits of its manifest's hash.
    ModelVersion,
    /// What scored it: `model`.
    ScorerUsed,
    /// The calibrated probability.
    Probability,
    /// 0 to 100; 70 is the working threshold, 40 the safe-to-skip threshold.
    LeadScore,
    /// Place among the validation leads, 0 to 100, to two digits.
    ScorePercentile,
    /// Place in the file or batch by log-odds, 1 the best; equals share a place.
    Rank,
    /// The tier's name.
    Tier,
    /// What speaks for the lead, strongest first: 0 to 4.
    PositiveFactor(u8),
    /// What speaks against it, strongest first: 0 to 4.
    NegativeFactor(u8),
    /// What to do next.
    NextAction,
    /// Why.
    ActionReason,
    /// The share of the fields read that is known, 0 to 1.
    DataCompleteness,
    /// What could not be read, separated by `; `.
    Warnings,
}

use OutputColumn::{NegativeFactor, PositiveFactor};

const NAMES: [(&str, OutputColumn); 23] = [
    ("lead_id", OutputColumn::LeadId),
    ("scored_at", OutputColumn::ScoredAt),
    ("model_version", OutputColumn::ModelVersion),
    ("scorer_used", OutputColumn::ScorerUsed),
    ("probability", OutputColumn::Probability),
    ("lead_score", OutputColumn::LeadScore),
    ("score_percentile", OutputColumn::ScorePercentile),
    ("rank", OutputColumn::Rank),
    ("tier", OutputColumn::Tier),
    ("positive_factor_1", PositiveFactor(0)),
    ("positive_factor_2", PositiveFactor(1)),
    ("positive_factor_3", PositiveFactor(2)),
    ("positive_factor_4", PositiveFactor(3)),
    ("positive_factor_5", PositiveFactor(4)),
    ("negative_factor_1", NegativeFactor(0)),
    ("negative_factor_2", NegativeFactor(1)),
    ("negative_factor_3", NegativeFactor(2)),
    ("negative_factor_4", NegativeFactor(3)),
    ("negative_factor_5", NegativeFactor(4)),
    ("next_action", OutputColumn::NextAction),
    ("action_reason", OutputColumn::ActionReason),
    ("data_completeness", OutputColumn::DataCompleteness),
    ("warnings", OutputColumn::Warnings),
];

impl OutputColumn {
    /// Every column, in the order of the output.
    pub fn all() -> impl Iterator<Item = OutputColumn> {
        NAMES.into_iter().map(|(_, column)| column)
    }

    /// The name in the header.
    pub fn name(self) -> &'static str {
        // Every column stands in the table but for a factor beyond the fifth, which nobody can ask for by name.
        NAMES.iter().find(|(_, column)| *column == self).map_or("", |(name, _)| name)
    }

    /// Whether it costs an explanation of the lead.
    pub(crate) fn needs_reasons(self) -> bool {
        matches!(self, PositiveFactor(_) | NegativeFactor(_) | Self::ActionReason)
    }
}

impl FromStr for OutputColumn {
    type Err = ScoreError;

    fn from_str(name: &str) -> Result<Self, ScoreError> {
        let found = NAMES.iter().find(|(known, _)| *known == name);
        found.map(|(_, column)| *column).ok_or_else(|| ScoreError::UnknownColumn {
            name: name.to_owned(),
            hint: or_nearest(name, NAMES.iter().map(|(known, _)| *known)),
            known: NAMES.iter().map(|(known, _)| *known).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_columns() {
        for column in OutputColumn::all() {
            assert_eq!(column.name().parse::<OutputColumn>().unwrap(), column);
        }
        let error = "probabilty".parse::<OutputColumn>().unwrap_err().to_string();
        assert!(error.contains("did you mean `probability`?"), "{error}");
    }
}
