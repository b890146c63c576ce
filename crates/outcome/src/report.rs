//! What the scores brought: the measures of all leads, and of each group.

use crate::OutcomeSpec;
use crate::lead::{Gathered, Lead};
use crate::measure::{Judged, Known, Measures, judge, measure};
use leadsight_schema::{Seed, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;

/// The name of the leads that have no word in a grouping.
pub const NO_WORD: &str = "(none)";

/// A group of leads, measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// The column, or `all`.
    pub by: String,
    /// The word, or `all`.
    pub name: String,
    /// The measures.
    #[serde(flatten)]
    pub measures: Measures,
}

/// What the scores brought.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The moment of looking.
    pub at: Option<Timestamp>,
    /// All leads, then each group, the largest of a grouping first.
    pub groups: Vec<Group>,
}

/// What is known of the leads that were gathered.
pub fn known(gathered: &Gathered, spec: &OutcomeSpec) -> Known {
    Known {
        at: gathered.at,
        contacts: gathered.contacts_known,
        values: gathered.values_known,
        stages: gathered.stages_known,
        cost_per_contact: spec.cost_per_contact,
    }
}

/// Measures all leads and each group.
pub fn report(gathered: &Gathered, spec: &OutcomeSpec, seed: Seed) -> Report {
    let known = known(gathered, spec);
    let judged: Vec<Judged> = judge(&gathered.leads, known);
    let all: Vec<usize> = (0..gathered.leads.len()).collect();
    let group = |by: &str, name: &str, members: &[usize]| Group {
        by: by.to_owned(),
        name: name.to_owned(),
        measures: measure(&gathered.leads, &judged, members, known, seed),
    };
    let mut groups = vec![group("all", "all", &all)];
    for (by, words) in &gathered.groups {
        let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (lead, word) in words.iter().enumerate() {
            members.entry(word.as_deref().unwrap_or(NO_WORD)).or_default().push(lead);
        }
        let mut order: Vec<(&str, Vec<usize>)> = members.into_iter().collect();
        order.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(b.0)));
        groups.extend(order.iter().map(|(name, members)| group(by, name, members)));
    }
    Report { at: gathered.at, groups }
}

/// The leads whose column has a word, by position.
pub(crate) fn of_word(leads: &[Lead], words: &[Option<String>], wanted: &str) -> Vec<usize> {
    let is = |lead: &usize| {
        words[leads[*lead].row].as_deref().is_some_and(|word| word.eq_ignore_ascii_case(wanted))
    };
    (0..leads.len()).filter(is).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{of, tables};
    use crate::lead::{Files, gather};

    #[test]
    fn every_lead_is_in_one_group_of_each_grouping() {
        let [leads, history, events, deals] = tables();
        let files = Files {
            leads: of(&leads, "the leads"),
            history: Some(of(&history, "the history")),
            events: Some(of(&events, "the event log")),
            deals: Some(of(&deals, "the deals")),
        };
        let spec = OutcomeSpec::default();
        let gathered = gather(files, &spec, None, &mut Vec::new()).unwrap();
        let found = report(&gathered, &spec, Seed(1));
        let told: Vec<(&str, &str, u64)> = found
            .groups
            .iter()
            .map(|g| (g.by.as_str(), g.name.as_str(), g.measures.leads))
            .collect();
        assert_eq!(
            told,
            [
                ("all", "all", 4),
                ("tier", "Cold", 2),
                ("tier", "Hot", 2),
                ("owner_id", "R1", 3),
                ("owner_id", "R2", 1)
            ]
        );
    }
}
