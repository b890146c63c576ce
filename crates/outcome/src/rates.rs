//! How often people follow the model: override and acceptance rates by tier and rep, with Wilson intervals.
//!
//! Two questions, two denominators. The *override rate* is over all leads that were shown: who overrides nothing says nothing, and
//! silence is no consent. The *acceptance rate* is over those on which somebody ruled, by overriding or by accepting.

use crate::{LEVEL, Record, Standing, What, standing};
use leadsight_eval::{Interval, wilson};
use leadsight_schema::LeadId;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A lead as it was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The lead.
    pub lead: LeadId,
    /// The tier that the model gave it.
    pub tier: Option<String>,
    /// Whose it is.
    pub rep: Option<String>,
}

/// The rates of a group of leads.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rates {
    /// By what leads are grouped: `all`, `tier`, `rep`, `rep, tier`.
    pub by: &'static str,
    /// The group.
    pub name: String,
    /// Leads shown.
    pub leads: u64,
    /// Those on which somebody ruled.
    pub ruled: u64,
    /// Those whose latest ruling is an override.
    pub overridden: u64,
    /// Overridden of all shown; `None` where only ruled leads are known.
    pub override_rate: Option<Interval>,
    /// Accepted of the ruled; `None` where nobody ruled.
    pub acceptance_rate: Option<Interval>,
}

/// What the records themselves say was shown: leads on which somebody ruled, with the model's tier and the person who ruled last. Nothing
/// is known of leads that passed in silence.
pub fn shown_of(records: &[Record]) -> Vec<Shown> {
    let mut order: Vec<&Record> =
        records.iter().filter(|r| !matches!(r.what, What::Outcome { .. })).collect();
    order.sort_by_key(|record| record.at);
    let mut shown: BTreeMap<&LeadId, Shown> = BTreeMap::new();
    for record in order {
        let earlier = shown.get(&record.lead_id).and_then(|s| s.tier.clone());
        let tier = record.model.tier.clone().or(earlier);
        let own = Shown { lead: record.lead_id.clone(), tier, rep: Some(record.who.clone()) };
        shown.insert(&record.lead_id, own);
    }
    shown.into_values().collect()
}

/// What leads are grouped by.
const GROUPINGS: [&str; 4] = ["all", "tier", "rep", "rep, tier"];

/// The rates of all leads, then by tier, by rep, and by both. Without `shown` they are of the leads that the records name, and there is
/// no override rate. A lead that is shown twice counts once, as it was shown first.
pub fn rates(shown: Option<&[Shown]>, records: &[Record]) -> Vec<Rates> {
    let standing = standing(records, None);
    let of_records;
    let leads = match shown {
        Some(shown) => shown,
        None => {
            of_records = shown_of(records);
            &of_records
        }
    };
    let mut seen = BTreeSet::new();
    let leads: Vec<&Shown> = leads.iter().filter(|lead| seen.insert(&lead.lead)).collect();
    let mut all = Vec::new();
    for by in GROUPINGS {
        let mut groups: BTreeMap<String, Vec<Option<&Standing<'_>>>> = BTreeMap::new();
        for lead in &leads {
            if let Some(name) = group(by, lead) {
                groups.entry(name).or_default().push(standing.get(&lead.lead));
            }
        }
        all.extend(
            groups.into_iter().map(|(name, members)| rate(by, name, &members, shown.is_some())),
        );
    }
    all
}

fn group(by: &str, lead: &Shown) -> Option<String> {
    match by {
        "tier" => lead.tier.clone(),
        "rep" => lead.rep.clone(),
        "rep, tier" => Some(format!("{}, {}", lead.rep.as_ref()?, lead.tier.as_ref()?)),
        _ => Some("all".to_owned()),
    }
}

fn rate(
    by: &'static str,
    name: String,
    members: &[Option<&Standing<'_>>],
    silent_known: bool,
) -> Rates {
    let rulings: Vec<bool> =
        members.iter().filter_map(|own| own.and_then(|own| own.accepted)).collect();
    let leads = members.len() as u64;
    let (ruled, accepted) = (rulings.len() as u64, rulings.iter().filter(|a| **a).count() as u64);
    let overridden = ruled - accepted;
    Rates {
        by,
        name,
        leads,
        ruled,
        overridden,
        // Nobody shown, nobody ruled: no rate.
        override_rate: silent_known.then(|| wilson(overridden, leads, LEVEL).ok()).flatten(),
        acceptance_rate: wilson(accepted, ruled, LEVEL).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::End;
    use crate::fixtures::{hot, record};

    fn shown(leads: &[(&str, &str, &str)]) -> Vec<Shown> {
        let word = |w: &str| Some(w.to_owned()).filter(|w| !w.is_empty());
        let lead = |(id, tier, rep): &(&str, &str, &str)| Shown {
            lead: LeadId((*id).into()),
            tier: word(tier),
            rep: word(rep),
        };
        leads.iter().map(lead).collect()
    }

    #[test]
    fn silence_is_no_consent() {
        let records = [
            hot("L1", 1),
            record("L2", 1, What::Accept),
            hot("L3", 1),
            record("L3", 2, What::Accept),
            record("L4", 1, What::Outcome { end: End::Lost, value: None }),
            hot("L9", 1),
        ];
        let leads = shown(&[
            ("L1", "Cold", "ben"),
            ("L2", "Hot", "ben"),
            ("L3", "Cold", "eve"),
            ("L4", "Cold", ""),
            ("L4", "Hot", ""),
        ]);
        let found = rates(Some(&leads), &records);
        let told: Vec<(&str, u64, u64, u64)> =
            found.iter().map(|r| (r.name.as_str(), r.leads, r.ruled, r.overridden)).collect();
        assert_eq!(
            told,
            [
                ("all", 4, 3, 1),
                ("Cold", 3, 2, 1),
                ("Hot", 1, 1, 0),
                ("ben", 2, 2, 1),
                ("eve", 1, 1, 0),
                ("ben, Cold", 1, 1, 1),
                ("ben, Hot", 1, 1, 0),
                ("eve, Cold", 1, 1, 0),
            ]
        );
        assert_eq!(found[0].override_rate, wilson(1, 4, 0.95).ok());
        assert_eq!(found[0].acceptance_rate, wilson(2, 3, 0.95).ok());
        // Without the file of what was shown: L9 counts, L4 does not, and nobody knows who was silent.
        let found = rates(None, &records);
        assert_eq!((found[0].leads, found[0].ruled, found[0].override_rate), (4, 4, None));
        assert!(rates(None, &[]).is_empty());
    }
}
