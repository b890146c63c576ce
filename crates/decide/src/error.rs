//! The crate's one error type.

use leadsight_rules::RulesError;
use leadsight_schema::Language;
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
    /// A translation that is never told, or says nothing.
    #[error(
        "the {language:?} translation of \"{text}\" {problem}; expected actions, reasons and names of fields as they stand in the policy, and what to say in their place"
    )]
    Translation {
        /// The language.
        language: Language,
        /// The text that is translated.
        text: String,
        /// What is wrong.
        problem: String,
    },
    /// There is no tier, or none that takes the lowest scores.
    #[error("the last tier must start from 0 so that every lead has a tier; {found}")]
    NoLastTier {
        /// What stands there instead.
        found: String,
    },
    /// Tiers are not listed from the highest cut down, each cut once.
    #[error(
        "tier `{name}` is {from} but stands below a tier that is {above}; list the tiers from the highest cut down"
    )]
    TierOrder {
        /// The tier out of place.
        name: String,
        /// Its cut.
        from: String,
        /// The cut it must stay below.
        above: String,
    },
    /// A tier without a name, or with another tier's.
    #[error("the tier {from} has the name `{name}`; expected a name of its own, not blank")]
    TierName {
        /// The name found.
        name: String,
        /// The tier's cut.
        from: String,
    },
    /// Two tiers whose names conditions cannot tell apart.
    #[error(
        "tier `{name}` has the name of the tier `{other}`: conditions do not mind case and blanks; expected a name of its own"
    )]
    TierTwice {
        /// The name.
        name: String,
        /// The other tier's.
        other: String,
    },
    /// A tier that no lead is left for.
    #[error(
        "tier `{name}` is {from} but never gets a lead: `{above}`, {cut}, takes them all before it; list the tiers from the highest cut down"
    )]
    TierTaken {
        /// The tier.
        name: String,
        /// Its cut.
        from: String,
        /// The tier above.
        above: String,
        /// The cut of that one.
        cut: String,
    },
    /// A tier in which nothing is done.
    #[error("tier `{name}` has a blank `next_action`; expected what to do with its leads")]
    BlankTier {
        /// The tier.
        name: String,
    },
    /// A rule that says nothing to do.
    #[error("{place} has a blank `action`; expected what to do with the leads")]
    BlankAction {
        /// The rule.
        place: String,
    },
    /// A tier with no cut, or with two.
    #[error(
        "tier `{name}` has {found} of `from` and `at`; expected one: `from: 70` for a score, or `at: Probability(0.8)`, `Percentile(90)`, `Capacity(120)`, `Capture(0.8)`"
    )]
    TierCut {
        /// The tier.
        name: String,
        /// `neither` or `both`.
        found: &'static str,
    },
    /// A cut that no lead can be held against.
    #[error("tier `{name}` has the cut {value}; expected {expected}")]
    CutRange {
        /// The tier.
        name: String,
        /// What was found.
        value: f64,
        /// What would be valid.
        expected: &'static str,
    },
    /// A cut that is not known without validation leads, or without a probability.
    #[error("tier `{name}` is {cut}, which is not known here; {how}")]
    OpenCut {
        /// The tier.
        name: String,
        /// Its cut in words.
        cut: String,
        /// How to go on.
        how: &'static str,
    },
    /// Tiers are both listed and named.
    #[error("the policy has both `tiers` and `preset: {preset:?}`; expected one of them")]
    TwoTierLists {
        /// The preset.
        preset: crate::Preset,
    },
    /// A policy for a model that is not trained with it has no score scale.
    #[error(
        "the policy has no `score`; expected `score: (p0: ..., p40: ..., p70: ..., p100: ...)`, which training writes into the bundle's policy"
    )]
    NoScale,
    /// Something is forbidden that nothing proposes.
    #[error(
        "{place} forbids `{action}`, which no rule, tier or `explore` proposes{hint}; correct the name or remove it"
    )]
    UnknownAction {
        /// Where it stands.
        place: String,
        /// The action.
        action: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
    },
    /// What is tried out makes no sense.
    #[error(
        "`actions.explore` has {found}; expected a share above 0 and below 1, and two actions or more"
    )]
    Explore {
        /// What is wrong.
        found: String,
    },
    /// The share of leads that explore is no share.
    #[error("exploration takes {found} of the leads; expected a share from 0 to 1")]
    Exploration {
        /// The value found.
        found: f64,
    },
    /// A suspicion out of range.
    #[error(
        "{place} is {found}; expected `more_than` from 1, `hours` above 0 and at most {most_hours}, `LittleKnown` from 0 to 1, `Borderline` above 0 and at most 30 points",
        most_hours = crate::Within::MOST_HOURS
    )]
    Review {
        /// Where it stands.
        place: String,
        /// What was found.
        found: String,
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
    /// Columns of an event log are declared, and no condition asks for what is made of events.
    #[error(
        "the policy has `events`, but no condition asks for what is made of them; expected names such as `page_view count in 7 d`, `page_view: pricing count` or `days since page_view`"
    )]
    NothingOfEvents,
    /// What is asked of events cannot be.
    #[error("{problem}")]
    Events {
        /// What is wrong, as the crate of behaviour tells it.
        problem: String,
    },
    /// Where in the file something is wrong.
    #[error("line {line}: {source}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        source: Box<DecideError>,
    },
    /// Which of several policies something is wrong with.
    #[error("the policy `{name}`: {source}")]
    Named {
        /// Its name.
        name: String,
        /// What is wrong with it.
        source: Box<DecideError>,
    },
    /// A policy for leads without history has nothing to score by.
    #[error(
        "the policy has neither `rules` nor `scorecard`; expected at least one, since without history nothing else scores (a policy for a model belongs under `policy.file` of an experiment, or as --policy beside --bundle)"
    )]
    NothingScores,
    /// A policy that scores by itself where one for a model is expected.
    #[error(
        "the policy scores by itself, by its `{key}`; expected one for a model (tiers, actions, review): rules and points belong under `policy.fallback` of an experiment, or as --policy without --bundle"
    )]
    ForNoModel {
        /// What only such a policy has.
        key: String,
    },
    /// A policy for a model where one that scores by itself is expected.
    #[error(
        "the policy has `{key}`, which only one for a model has; expected `rules` or a `scorecard` and no `{key}` (a policy for a model belongs under `policy.file` of an experiment, or as --policy beside --bundle)"
    )]
    ForModel {
        /// What only such a policy has.
        key: String,
    },
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
