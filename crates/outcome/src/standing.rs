//! What counts of all that was said of a lead: the latest word on each question.

use crate::{End, Record, What};
use leadsight_schema::{LeadId, Timestamp};
use std::collections::BTreeMap;

/// Somebody's word on one question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Word<'a, T> {
    /// What was said.
    pub said: T,
    /// The record that says it.
    pub record: &'a Record,
}

/// What counts of a lead.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Standing<'a> {
    /// The tier that a person set.
    pub tier: Option<Word<'a, &'a str>>,
    /// The action that a person set.
    pub action: Option<Word<'a, &'a str>>,
    /// Whether the latest word on the model was consent; `None` where nobody said anything.
    pub accepted: Option<bool>,
    /// What became of it.
    pub outcome: Option<Word<'a, (&'a End, Option<f64>)>>,
}

impl<'a> Standing<'a> {
    /// Whether a person's tier or action counts.
    pub fn is_overridden(&self) -> bool {
        self.tier.is_some() || self.action.is_some()
    }

    /// The latest of the records that set tier or action.
    pub fn overridden_by(&self) -> Option<&'a Record> {
        let (tier, action) = (self.tier.map(|w| w.record), self.action.map(|w| w.record));
        tier.into_iter().chain(action).max_by_key(|record| record.at)
    }
}

/// What counts of each lead up to a moment, of all where none is given. Records are taken by moment, where that is equal in the order
/// given: the later tier, action or outcome counts, and consent withdraws the overrides before it.
pub fn standing(records: &[Record], until: Option<Timestamp>) -> BTreeMap<&LeadId, Standing<'_>> {
    let mut order: Vec<&Record> =
        records.iter().filter(|record| until.is_none_or(|until| record.at <= until)).collect();
    order.sort_by_key(|record| record.at);
    let mut found: BTreeMap<&LeadId, Standing<'_>> = BTreeMap::new();
    for record in order {
        let own = found.entry(&record.lead_id).or_default();
        match &record.what {
            What::Override { tier, action } => {
                own.tier = tier.as_deref().map(|said| Word { said, record }).or(own.tier);
                own.action = action.as_deref().map(|said| Word { said, record }).or(own.action);
                own.accepted = Some(false);
            }
            What::Accept => {
                (own.tier, own.action, own.accepted) = (None, None, Some(true));
            }
            What::Outcome { end, value } => {
                own.outcome = Some(Word { said: (end, *value), record });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{hot, record};

    #[test]
    fn the_latest_word_counts_and_consent_withdraws() {
        let action = What::Override { tier: None, action: Some("wait".into()) };
        let records = [
            record("L1", 3, action),
            hot("L1", 1),
            hot("L2", 1),
            record("L2", 2, What::Accept),
            record("L1", 9, What::Outcome { end: End::Won, value: None }),
        ];
        let found = standing(&records, None);
        let [one, two] = ["L1", "L2"].map(|id| &found[&LeadId(id.into())]);
        assert_eq!((one.tier.unwrap().said, one.action.unwrap().said), ("Hot", "wait"));
        assert_eq!((one.accepted, one.overridden_by().unwrap().at), (Some(false), records[0].at));
        assert_eq!(one.outcome.unwrap().said, (&End::Won, None));
        assert_eq!((two.is_overridden(), two.accepted), (false, Some(true)));
        let before = standing(&records, Some(records[1].at));
        assert!(
            before[&LeadId("L2".into())].is_overridden()
                && before[&LeadId("L1".into())].action.is_none()
        );
    }
}
