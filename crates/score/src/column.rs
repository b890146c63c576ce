//! The columns of the scored output, by their fixed names.

use crate::ScoreError;
use leadsight_schema::or_nearest;
use std::str::FromStr;

/// A column of the scored output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is described in the table below, which the reference prints")]
pub enum OutputColumn {
    LeadId,
    ScoredAt,
    ModelVersion,
    ScorerUsed,
    Probability,
    LeadScore,
    ScorePercentile,
    Rank,
    Tier,
    FitScore,
    IntentScore,
    IcpMatchPct,
    PositiveFactor(u8),
    NegativeFactor(u8),
    NextAction,
    ActionReason,
    Trend,
    ScoreDelta,
    PreviousTier,
    ActionProbability,
    RecommendedProduct,
    ReviewFlag,
    DataCompleteness,
    Warnings,
}

use OutputColumn::{NegativeFactor, PositiveFactor};

/// Name, column and meaning, in the order of the output.
const COLUMNS: [(&str, OutputColumn, &str); 32] = [
    ("lead_id", OutputColumn::LeadId, "The lead's identifier, or `row-N` where there is none."),
    ("scored_at", OutputColumn::ScoredAt, "The moment of scoring, RFC 3339."),
    (
        "model_version",
        OutputColumn::ModelVersion,
        "The name of the bundle or policy and the first digits of its hash.",
    ),
    (
        "scorer_used",
        OutputColumn::ScorerUsed,
        "What scored it: `model`, or without one `scorecard` or `rules`.",
    ),
    (
        "probability",
        OutputColumn::Probability,
        "The calibrated probability of converting, 0 to 1; absent where no model claims one.",
    ),
    (
        "lead_score",
        OutputColumn::LeadScore,
        "0 to 100; 70 is the working threshold, 40 the safe-to-skip threshold.",
    ),
    (
        "score_percentile",
        OutputColumn::ScorePercentile,
        "Place among the validation leads, 0 to 100, to two digits; absent where there are none.",
    ),
    (
        "rank",
        OutputColumn::Rank,
        "Place in the file or batch by log-odds, 1 the best; equals share a place.",
    ),
    ("tier", OutputColumn::Tier, "The tier's name."),
    (
        "fit_score",
        OutputColumn::FitScore,
        "Who the lead is, 0 to 100: its score if nothing were known of what it does; absent where the policy names no fields of intent.",
    ),
    (
        "intent_score",
        OutputColumn::IntentScore,
        "What the lead does, 0 to 100: its score if nothing were known of who it is. High from 70, medium from 40.",
    ),
    (
        "icp_match_pct",
        OutputColumn::IcpMatchPct,
        "The share of the ideal customer profile that the lead meets, 0 to 100; absent without a profile.",
    ),
    (
        "positive_factor_1",
        PositiveFactor(0),
        "The strongest reason for the lead, with its points of the score; empty where there is none.",
    ),
    (
        "positive_factor_2",
        PositiveFactor(1),
        "The second reason for the lead, with its points of the score; empty where there is none.",
    ),
    (
        "positive_factor_3",
        PositiveFactor(2),
        "The third reason for the lead, with its points of the score; empty where there is none.",
    ),
    (
        "positive_factor_4",
        PositiveFactor(3),
        "The fourth reason for the lead, with its points of the score; empty where there is none.",
    ),
    (
        "positive_factor_5",
        PositiveFactor(4),
        "The fifth reason for the lead, with its points of the score; empty where there is none.",
    ),
    (
        "negative_factor_1",
        NegativeFactor(0),
        "The strongest reason against the lead, with its points of the score; empty where there is none.",
    ),
    (
        "negative_factor_2",
        NegativeFactor(1),
        "The second reason against the lead, with its points of the score; empty where there is none.",
    ),
    (
        "negative_factor_3",
        NegativeFactor(2),
        "The third reason against the lead, with its points of the score; empty where there is none.",
    ),
    (
        "negative_factor_4",
        NegativeFactor(3),
        "The fourth reason against the lead, with its points of the score; empty where there is none.",
    ),
    (
        "negative_factor_5",
        NegativeFactor(4),
        "The fifth reason against the lead, with its points of the score; empty where there is none.",
    ),
    ("next_action", OutputColumn::NextAction, "What to do next."),
    ("action_reason", OutputColumn::ActionReason, "Why, with the strongest reasons."),
    (
        "trend",
        OutputColumn::Trend,
        "What became of the score since the last time, in a sentence: `up 12 since 2026-11-01, chiefly page views 3 -> 14 (+9 points)`, `new`; absent where no last time is given.",
    ),
    (
        "score_delta",
        OutputColumn::ScoreDelta,
        "The score now less the score of the last time; absent where there is none.",
    ),
    (
        "previous_tier",
        OutputColumn::PreviousTier,
        "The tier of the last time; absent where there is none.",
    ),
    (
        "action_probability",
        OutputColumn::ActionProbability,
        "The probability that the action had of being chosen; absent where the policy tries nothing out.",
    ),
    (
        "recommended_product",
        OutputColumn::RecommendedProduct,
        "The product to offer, where a rule of action names one; absent where none does.",
    ),
    (
        "review_flag",
        OutputColumn::ReviewFlag,
        "Why somebody should look at the lead before it is worked, separated by `; `; absent where the policy looks for nothing.",
    ),
    (
        "data_completeness",
        OutputColumn::DataCompleteness,
        "The share of the fields read that is known, 0 to 1.",
    ),
    ("warnings", OutputColumn::Warnings, "What could not be read, separated by `; `."),
];

impl OutputColumn {
    /// Every column, in the order of the output.
    pub fn all() -> impl Iterator<Item = OutputColumn> {
        COLUMNS.into_iter().map(|(_, column, _)| column)
    }

    /// The name in the header.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// What it means, in a sentence.
    pub fn description(self) -> &'static str {
        self.row().1
    }

    fn row(self) -> (&'static str, &'static str) {
        // Every column stands in the table but for a factor beyond the fifth, which nobody can ask for by name.
        let found = COLUMNS.iter().find(|(_, column, _)| *column == self);
        found.map_or(("", ""), |(name, _, description)| (name, description))
    }

    /// Whether it tells what became of a lead since the last time, which has to be given.
    pub fn needs_previous(self) -> bool {
        matches!(self, Self::Trend | Self::ScoreDelta | Self::PreviousTier)
    }

    /// Whether rules of action and review fill it.
    pub(crate) fn is_conduct(self) -> bool {
        matches!(
            self,
            Self::NextAction
                | Self::ActionReason
                | Self::ActionProbability
                | Self::RecommendedProduct
                | Self::ReviewFlag
        )
    }

    /// Whether it costs an explanation of the lead.
    pub(crate) fn needs_reasons(self) -> bool {
        matches!(
            self,
            PositiveFactor(_)
                | NegativeFactor(_)
                | Self::ActionReason
                | Self::FitScore
                | Self::IntentScore
        )
    }
}

impl FromStr for OutputColumn {
    type Err = ScoreError;

    fn from_str(name: &str) -> Result<Self, ScoreError> {
        let found = COLUMNS.iter().find(|(known, ..)| *known == name);
        found.map(|(_, column, _)| *column).ok_or_else(|| ScoreError::UnknownColumn {
            name: name.to_owned(),
            hint: or_nearest(name, COLUMNS.iter().map(|(known, ..)| *known)),
            known: COLUMNS.iter().map(|(known, ..)| *known).collect(),
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
