//! The crate's one error type.

use leadsight_rules::RulesError;
use thiserror::Error;

/// What is wrong with a policy, or with what it was asked to decide.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum DecideError {
    /// An anchor of the score scale leaves no room above or below it.
    #[error(
        "the score anchor {anchor} is {value}; expected a probability from 1e-9 to 1 - 1e-9, so that leads on both sides of it can be told apart"
    )]
    AnchorRange {
        /// `p0`, `p40`, `p70` or `p100`.
        anchor: &'static str,
        /// The value found.
        value: f64,
    },
    /// Two anchors of the score scale stand in the wrong order, or too close to be told apart.
    #[error(
        "the score anchors must rise, but {below} = {low} is not clearly below {above} = {high}; choose another threshold (p70) or safe-to-skip threshold (p40)"
    )]
    AnchorOrder {
        /// The anchor that should be lower.
        below: &'static str,
        /// Its value.
        low: f64,
        /// The anchor that should be higher.
        above: &'static str,
        /// Its value.
        high: f64,
    },
    /// An ideal customer profile that nothing can match.
    #[error("`icp` holds {found}; expected one or more criteria, each with a weight above 0")]
    Icp {
        /// What is wrong.
        found: String,
    },
    /// There is no tier, or none that takes the lowest scores.
    #[error("the last tier must start from 0 so that every lead has a tier; {found}")]
    NoLastTier {
        /// What stands there instead.
        found: String,
    },
    /// Tiers are not listed from the highest score down, each cut once.
    #[error(
        "tier `{name}` starts from {from} but stands below a tier from {above}; list the tiers from the highest cut (at most 100) down"
    )]
    TierOrder {
        /// The tier out of place.
        name: String,
        /// Its cut.
        from: u8,
        /// The cut it must stay below.
        above: u8,
    },
    /// A tier without a name, or with another tier's.
    #[error("the tier from {from} has the name `{name}`; expected a name of its own, not blank")]
    TierName {
        /// The name found.
        name: String,
        /// The tier's cut.
        from: u8,
    },
    /// The usual range of a number field is none.
    #[error(
        "the range goes from q25: {q25} to q75: {q75}; expected two finite numbers, the second not below the first"
    )]
    Range {
        /// First quartile.
        q25: f64,
        /// Third quartile.
        q75: f64,
    },
    /// The number of factors to show makes no sense.
    #[error(
        "factors show at least {at_least} and at most {at_most}; expected 1 <= at_least <= at_most <= 5 and min_share from 0 to 1 (found {min_share})"
    )]
    FactorCount {
        /// The lower number.
        at_least: usize,
        /// The upper number.
        at_most: usize,
        /// The least share of the whole.
        min_share: f64,
    },
    /// A policy of a version that this program does not know.
    #[error("the policy has version {found}; this program reads versions 1 to {newest}")]
    PolicyVersion {
        /// The version found.
        found: u32,
        /// The newest version known.
        newest: u32,
    },
    /// The policy cannot be written as RON.
    #[error("the policy cannot be written: {problem}")]
    PolicyWrite {
        /// What is wrong.
        problem: Box<ron::Error>,
    },
    /// A policy for leads without history has nothing to score by.
    #[error(
        "the policy has neither `rules` nor `scorecard`; expected at least one, since without history nothing else scores"
    )]
    NothingScores,
    /// The text cannot be read, rules and scorecard do not fit together, or the declared kinds do not fit them.
    #[error(transparent)]
    Rules(#[from] Box<RulesError>),
    /// A kind is declared for a field that nothing reads.
    #[error(
        "`kinds` names `{field}`, which no condition reads{hint}; correct the name or remove it"
    )]
    UnusedKind {
        /// The field.
        field: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
    },
    /// A sentence or name in `wording` that says nothing.
    #[error("`wording` holds a blank text; expected words, or leave the key out")]
    BlankWording,
    /// A placeholder that nothing fills.
    #[error(
        "a sentence of `wording` holds {found}{hint}; expected {{words}}, {{value}}, {{number}}, {{unit}} or {{points}}"
    )]
    Placeholder {
        /// What was found.
        found: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
    },
    /// More decimals than a number has.
    #[error("`decimals` is {found}; expected 0 to {most}")]
    Decimals {
        /// What was found.
        found: u8,
        /// The most.
        most: u8,
    },
    /// A contribution, base or margin that is no finite number.
    #[error("the contribution of `{field}` is {value}; expected a finite number of log-odds")]
    Contribution {
        /// The field, or `base` or `margin`.
        field: String,
        /// The value found.
        value: f64,
    },
}
