//! The crate's one error type.

use leadsight_schema::SchemaError;
use thiserror::Error;

/// What is wrong with rules or a scorecard.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum RulesError {
    /// There is nothing in it.
    #[error("the {what} is empty; expected at least one entry with a condition under `when`")]
    Empty {
        /// `scorecard` or `list of rules`.
        what: &'static str,
    },
    /// A number is NaN or infinite.
    #[error("{what} is {value}; expected a finite number")]
    NotFinite {
        /// Which number.
        what: String,
        /// The number.
        value: f64,
    },
    /// What points are multiplied by makes no sense.
    #[error("{place} counts `{what}: {value}`; expected a number above 0")]
    Times {
        /// The entry.
        place: String,
        /// `at_most` or `days`.
        what: &'static str,
        /// The number found.
        value: f64,
    },
    /// A score beyond the scale.
    #[error("{place} gives the score {score}; expected one from 0 to 100")]
    Score {
        /// The rule.
        place: String,
        /// The score.
        score: u8,
    },
    /// The floor is not below the cap.
    #[error("the floor {floor} is not below the cap {cap}; raise the cap or lower the floor")]
    FloorAboveCap {
        /// The floor.
        floor: f64,
        /// The cap.
        cap: f64,
    },
    /// No lead can reach the threshold.
    #[error(
        "no lead can reach the threshold {threshold}: the most that a lead can have is {high} points; lower the threshold or \
         give more points"
    )]
    ThresholdTooHigh {
        /// The threshold.
        threshold: f64,
        /// The most that a lead can have.
        high: f64,
    },
    /// Every lead reaches the threshold.
    #[error(
        "every lead reaches the threshold {threshold}: the least that a lead can have is {low} points; raise the threshold or \
         lower the base"
    )]
    ThresholdTooLow {
        /// The threshold.
        threshold: f64,
        /// The least that a lead can have.
        low: f64,
    },
    /// A condition about nothing.
    #[error("{place} looks at no field; what holds for every lead goes into `{instead}`")]
    NoField {
        /// Where it stands.
        place: String,
        /// Where it belongs.
        instead: &'static str,
    },
    /// A condition contradicts itself.
    #[error("{place} can never hold: {condition}; correct the condition or remove it")]
    Never {
        /// Where it stands.
        place: String,
        /// The condition.
        condition: String,
    },
    /// A condition contradicts what is true of every lead.
    #[error("{place} can never hold: {condition}, but {told}; correct the condition or remove it")]
    Beyond {
        /// Where it stands.
        place: String,
        /// The condition.
        condition: String,
        /// What is true of every lead.
        told: String,
    },
    /// A comparison with a word that the field never holds.
    #[error("{place} ({condition}) asks for `{word}`, but {told}")]
    NoSuchWord {
        /// Where it stands.
        place: String,
        /// The condition.
        condition: String,
        /// The word.
        word: String,
        /// Which words there are, and the nearest.
        told: String,
    },
    /// An earlier rule always decides first.
    #[error(
        "{place} ({condition}) is never reached: whenever it holds, {earlier} decides first; move it up or remove it"
    )]
    Unreachable {
        /// The rule.
        place: String,
        /// Its condition.
        condition: String,
        /// What forestalls it.
        earlier: String,
    },
    /// A field is taken for two things.
    #[error(
        "the field `{field}` is taken for {taken} by ({first}) and for {otherwise} by ({second}); a field holds one kind of value"
    )]
    TwoUses {
        /// The field.
        field: String,
        /// The first condition.
        first: String,
        /// What it takes the field for.
        taken: &'static str,
        /// The second condition.
        second: String,
        /// What that one takes it for.
        otherwise: &'static str,
    },
    /// A set of nothing.
    #[error("`OneOf` for the field `{field}` lists nothing; expected at least one number or word")]
    EmptySet {
        /// The field.
        field: String,
    },
    /// A set of numbers and words.
    #[error(
        "`OneOf` for the field `{field}` mixes {first} and {other}; expected numbers only or words only"
    )]
    MixedSet {
        /// The field.
        field: String,
        /// A value.
        first: String,
        /// One of the other kind.
        other: String,
    },
    /// A field does not exist.
    #[error("{place} ({condition}): {source}")]
    UnknownField {
        /// Where it stands.
        place: String,
        /// The condition.
        condition: String,
        /// The name, the nearest one, and those that exist.
        source: Box<SchemaError>,
    },
    /// A field holds another kind of value.
    #[error("{place} ({condition}) needs `{field}` to be {expected}, but it is {found}")]
    WrongKind {
        /// Where it stands.
        place: String,
        /// The condition.
        condition: String,
        /// The field.
        field: String,
        /// What the condition needs.
        expected: &'static str,
        /// What the field holds.
        found: &'static str,
    },
    /// A pattern is no regular expression.
    #[error("`{pattern}` is no regular expression: {source}")]
    Pattern {
        /// The text.
        pattern: String,
        /// Why not.
        source: regex_lite::Error,
    },
    /// The text cannot be read.
    #[error("{what}, line {line}, column {column}: {problem}{hint}")]
    Text {
        /// What was read.
        what: &'static str,
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// What is wrong there.
        problem: Box<ron::Error>,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
    },
}
