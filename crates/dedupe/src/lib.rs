//! Contacts that are one person: found, grouped, and one of each group kept.
//!
//! 1. [`Person::read`] brings a contact's fields into a comparable form, by `leadsight_contact`.
//! 2. `candidates` finds the pairs worth a look: those with an exact key in common, or in one block.
//! 3. `compare` gives a pair points, field by field, in the manner of Fellegi and Sunter (1969): positive where agreement is rare
//!    among strangers, negative where disagreement is rare within one person.
//! 4. [`find`] calls pairs from [`Limits::same`] one person and pairs from [`Limits::ask`] a question for people, and joins the
//!    former to groups, unless that would put two who differ into one group.

mod block;
mod compare;
mod error;
mod group;
mod person;

pub use compare::Evidence;
pub use error::DedupeError;
pub use group::{Duplicates, Pair, Verdict, find};
pub use person::Person;

use serde::{Deserialize, Serialize};

/// From how many points a pair is one person, and from how many somebody is asked.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// One person from here.
    pub same: f64,
    /// A question for people from here; at most `same`.
    pub ask: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { same: 10.5, ask: 9.5 }
    }
}

impl Limits {
    /// # Errors
    /// [`DedupeError::Limits`] where they are no numbers, or somebody would be asked about what is sure already.
    pub fn check(self) -> Result<Self, DedupeError> {
        let sound = self.same.is_finite() && self.ask.is_finite() && self.ask <= self.same;
        if sound { Ok(self) } else { Err(DedupeError::Limits { same: self.same, ask: self.ask }) }
    }
}

/// Which contact of a group stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Survivor {
    /// The one with most fields known; of several the first.
    #[default]
    MostComplete,
    /// The first of the file.
    First,
    /// The last of the file.
    Last,
}
