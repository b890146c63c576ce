//! What a policy would have done with past leads, and how tiers move between two scorers.

use crate::PipelineError;
use leadsight_eval::{Interval, wilson};
use leadsight_score::ScoredLead;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

const LEVEL: f64 = 0.95;

/// Leads that have something in common.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// What they have in common: a tier, an action.
    pub name: String,
    /// How many.
    pub leads: u64,
    /// Their share of all, 0 to 1.
    pub share: f64,
    /// How many converted, where outcomes are known.
    pub conversions: Option<u64>,
    /// The rate of conversion with its Wilson interval at 95 %, where outcomes are known and there is a lead.
    pub rate: Option<Interval>,
    /// The mean probability that the model claimed, where one did.
    pub claimed: Option<f64>,
}

/// What a policy does with leads.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Simulation {
    /// How many leads.
    pub leads: u64,
    /// The tiers from the highest down, those without a lead included.
    pub tiers: Vec<Group>,
    /// The actions, the most frequent first.
    pub actions: Vec<Group>,
    /// Fit by intent, each low, medium or high; empty where the scorer tells no sides.
    pub grid: Vec<Group>,
    /// What leads were flagged for, the most frequent first; a lead may have several.
    pub flags: Vec<Group>,
    /// What scored them.
    pub scorers: Vec<Group>,
}

/// `tiers` are the names from the highest down; `outcomes` has one for each lead where it is known.
///
/// # Errors
/// [`PipelineError::Eval`] where an interval cannot be computed.
pub fn simulate(
    scored: &[ScoredLead],
    tiers: &[&str],
    outcomes: Option<&[bool]>,
) -> Result<Simulation, PipelineError> {
    let group = |by: &dyn Fn(&ScoredLead) -> Vec<String>| -> Result<Vec<Group>, PipelineError> {
        let mut tally: BTreeMap<String, Tally> = BTreeMap::new();
        for (i, lead) in scored.iter().enumerate() {
            // Two suspicions can be one in words, and are one lead.
            for name in by(lead).into_iter().collect::<BTreeSet<_>>() {
                tally.entry(name).or_default().add(lead, outcomes.map(|o| o[i]));
            }
        }
        let groups = tally.into_iter().map(|(name, tally)| tally.group(name, scored.len()));
        let mut groups = groups.collect::<Result<Vec<_>, _>>()?;
        groups.sort_by_key(|group| std::cmp::Reverse(group.leads));
        Ok(groups)
    };
    let found = group(&|lead| vec![lead.tier.clone()])?;
    let tier = |name: &&str| match found.iter().find(|group| group.name == *name) {
        Some(group) => Ok(group.clone()),
        None => Tally::default().group((*name).to_owned(), scored.len()),
    };
    let level = |score: u8| match score {
        70.. => "high",
        40.. => "medium",
        _ => "low",
    };
    Ok(Simulation {
        leads: scored.len() as u64,
        tiers: tiers.iter().map(tier).collect::<Result<_, _>>()?,
        actions: group(&|lead| vec![lead.next_action.clone()])?,
        grid: group(&|lead| match (lead.fit_score, lead.intent_score) {
            (Some(fit), Some(intent)) => {
                vec![format!("fit {}, intent {}", level(fit), level(intent))]
            }
            _ => Vec::new(),
        })?,
        flags: group(&|lead| lead.review_flags.iter().map(|flag| flag.about.clone()).collect())?,
        scorers: group(&|lead| vec![lead.scorer_used.name().to_owned()])?,
    })
}

#[derive(Default)]
struct Tally {
    leads: u64,
    won: u64,
    known: bool,
    claimed: f64,
    claims: u64,
}

impl Tally {
    fn add(&mut self, lead: &ScoredLead, won: Option<bool>) {
        self.leads += 1;
        self.known |= won.is_some();
        self.won += u64::from(won == Some(true));
        if let Some(p) = lead.probability {
            self.claimed += p;
            self.claims += 1;
        }
    }

    fn group(self, name: String, of: usize) -> Result<Group, PipelineError> {
        let Tally { leads, won, known, claimed, claims } = self;
        let rate = (known && leads > 0).then(|| wilson(won, leads, LEVEL)).transpose()?;
        Ok(Group {
            name,
            leads,
            share: leads as f64 / of.max(1) as f64,
            conversions: known.then_some(won),
            rate,
            claimed: (claims > 0).then(|| claimed / claims as f64),
        })
    }
}

/// How many leads went from a tier to another: one entry for each pair that a lead stands in, in the order of `before` and `after`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// The tier before.
    pub from: String,
    /// The tier after.
    pub to: String,
    /// How many leads.
    pub leads: u64,
}

/// The tier migration between two scorings of the same leads, in the same order.
pub fn migration(before: &[ScoredLead], after: &[ScoredLead]) -> Vec<Moved> {
    let mut counts: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for (a, b) in before.iter().zip(after) {
        *counts.entry((a.tier.as_str(), b.tier.as_str())).or_default() += 1;
    }
    let moved = |((from, to), leads): ((&str, &str), u64)| Moved {
        from: from.to_owned(),
        to: to.to_owned(),
        leads,
    };
    counts.into_iter().map(moved).collect()
}
