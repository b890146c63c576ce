//! What leads of a batch or file share: counted part by part in [`Repeats`], looked up in [`Shared`] once all are counted.

use super::{Limit, Review};
use leadsight_schema::Timestamp;
use std::collections::HashMap;

/// A value, and which suspicion looks at it.
pub(super) type Key = (usize, String);

/// How often values stand in a batch or file, while it is counted. Neither the order of the leads nor the parts in which they are counted matter.
#[derive(Debug, Clone, Default)]
pub struct Repeats {
    leads: HashMap<Key, u32>,
    /// 8 bytes a lead, only for suspicions that look within hours.
    moments: HashMap<Key, Vec<Timestamp>>,
}

impl Repeats {
    /// Adds those of another part of the file.
    pub fn add(&mut self, other: Self) {
        for (key, leads) in other.leads {
            *self.leads.entry(key).or_default() += leads;
        }
        for (key, mut moments) in other.moments {
            self.moments.entry(key).or_default().append(&mut moments);
        }
    }

    pub(super) fn lead(&mut self, key: Key) {
        *self.leads.entry(key).or_default() += 1;
    }

    pub(super) fn lead_at(&mut self, key: Key, moment: Timestamp) {
        self.moments.entry(key).or_default().push(moment);
    }
}

/// The values that more leads share than a policy lets pass, and with how many.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shared {
    leads: HashMap<Key, u32>,
    /// By the moments of the leads that are too many, in order.
    moments: HashMap<Key, Vec<(Timestamp, u32)>>,
}

impl Shared {
    /// What is too often among all leads that were counted by `review`.
    pub fn of(repeats: Repeats, review: &Review) -> Self {
        let Repeats { mut leads, moments } = repeats;
        leads.retain(|(look, _), leads| {
            review.limit(*look).is_some_and(|Limit { more_than, .. }| *leads > more_than)
        });
        let fullest = |(key, moments): (Key, Vec<Timestamp>)| {
            let Limit { more_than, within } = review.limit(key.0)?;
            if moments.len() <= more_than as usize {
                return None;
            }
            let mut found = within?.fullest(moments);
            found.retain(|(_, leads)| *leads > more_than);
            (!found.is_empty()).then_some((key, found))
        };
        Self { leads, moments: moments.into_iter().filter_map(fullest).collect() }
    }

    /// How many leads share the value, where they are too many.
    pub(super) fn leads(&self, key: &Key) -> Option<u32> {
        self.leads.get(key).copied()
    }

    /// How many leads share the value in the fullest stretch that holds the moment, where they are too many.
    pub(super) fn leads_at(&self, key: &Key, moment: Timestamp) -> Option<u32> {
        let moments = self.moments.get(key)?;
        let place = moments.binary_search_by_key(&moment, |(moment, _)| *moment).ok()?;
        Some(moments[place].1)
    }
}
