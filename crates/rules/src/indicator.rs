//! A condition as a feature: 1 where it holds, else 0.

use crate::Condition;

/// What a model sees of an entry of a scorecard or of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Indicator {
    /// Where the condition stands, such as `points[2]`.
    pub place: String,
    /// The condition in words, unique by its place.
    pub name: String,
    /// When it is 1.
    pub when: Condition,
    /// The fields that it is told to come from.
    pub sources: Vec<String>,
}

impl Indicator {
    /// The indicator of the condition at `place`.
    pub fn of(place: String, when: &Condition) -> Self {
        Self::new(place, when, when.clone())
    }

    /// The indicator of the condition at `place`, told to come from its own fields, and 1 where `when` holds.
    pub(crate) fn new(place: String, own: &Condition, when: Condition) -> Self {
        let mut sources: Vec<String> = Vec::new();
        for name in own.fields() {
            if !sources.contains(name) {
                sources.push(name.clone());
            }
        }
        let name = format!("{place}: {}", own.words(&|name| name.to_owned()));
        Self { place, name, when, sources }
    }
}
