//! A condition as a feature: 1 where it holds, or as often as it counts; else 0.

use crate::{Condition, Times};

/// What a model sees of an entry of a scorecard or of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Indicator {
    /// Where the condition stands, such as `points[2]`.
    pub place: String,
    /// The condition in words, unique by its place.
    pub name: String,
    /// When it is 1.
    pub when: Condition,
    /// How often it counts where it holds; once where `None`.
    pub times: Option<Times>,
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
        Self { place, name, when, times: None, sources }
    }

    /// The same, counted as often as this says.
    pub(crate) fn times(mut self, times: Option<Times>) -> Self {
        if let Some(times) = &times {
            if !self.sources.contains(times.field()) {
                self.sources.push(times.field().clone());
            }
            let how = match times {
                Times::Each { of, at_most } => format!("each {of}, at most {at_most}"),
                Times::HalfLife { of, days } => format!("half as much {days} days after {of}"),
            };
            self.name = format!("{}, {how}", self.name);
        }
        Self { times, ..self }
    }
}
