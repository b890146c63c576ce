//! An audience: the few conditions that gather converters best, found on every other lead and checked on the rest.
//!
//! Each field offers one condition, of the words (or the neighbouring bins) that converters have more often. Conditions are added one
//! by one, each time the one that raises the lower end of the rate's interval most, at most [`MOST`] of them, and as long as a third of
//! the conversions stay within. What is told of the audience is what it does on the leads that had no part in this.

use crate::coded::Coded;
use crate::steps::LEVEL;
use crate::traits::{Count, check, compare, counts, lift};
use crate::{FunnelError, Lift};
use leadsight_eval::{Interval, benjamini_hochberg, wilson};
use leadsight_rules::Condition;
use leadsight_schema::{Cells, Schema};
use serde::Serialize;

/// Conditions of an audience, at most.
pub const MOST: usize = 3;
/// The share of the conversions that it holds, at least.
pub const REACH: f64 = 1.0 / 3.0;

/// An audience, with what it does on leads that had no part in finding it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Audience {
    /// Who belongs to it.
    pub condition: Condition,
    /// The condition in words.
    pub words: String,
    /// Leads on which it was checked.
    pub checked_on: u64,
    /// Those of them in the audience.
    pub leads: u64,
    /// Conversions in the audience.
    pub conversions: u64,
    /// The audience's share of all leads.
    pub share_of_leads: f64,
    /// The audience's share of all conversions.
    pub share_of_conversions: f64,
    /// The share that converts.
    pub rate: Interval,
    /// The rate over that of all leads.
    pub lift: Lift,
}

impl Audience {
    /// The audience as a policy: `leadsight score --policy` gives its leads 70 points, and all others none.
    ///
    /// # Errors
    /// Where the condition cannot be written, which one made here always can.
    pub fn to_policy(&self, id: &str) -> Result<String, ron::Error> {
        let condition = ron::to_string(&self.condition)?;
        let id = ron::to_string(id)?;
        Ok(format!(
            "// {} of the leads and {} of the conversions, {:.1} times the usual rate ({:.1} to {:.1}), on leads that had no part in \
             finding it.\nPolicy(\n    version: 1,\n    rules: (\n        rules: [(when: {condition}, then: Qualify, reason: \"in the \
             audience\")],\n        otherwise: Disqualify,\n    ),\n    id: {id},\n)\n",
            percent(self.share_of_leads),
            percent(self.share_of_conversions),
            self.lift.value,
            self.lift.low,
            self.lift.high,
        ))
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// A field's condition, with the rows for which it holds.
struct Candidate {
    condition: Condition,
    holds: Vec<bool>,
}

/// The best audience; `None` where no field has a trait that converters have more often beyond noise.
///
/// # Errors
/// [`FunnelError::Lengths`] where labels and rows differ in number.
pub fn audience(
    table: &impl Cells,
    schema: &Schema,
    fields: &[usize],
    labels: &[bool],
    least: u64,
) -> Result<Option<Audience>, FunnelError> {
    check(table, labels)?;
    let rows: Vec<usize> = (0..labels.len()).collect();
    let coded: Vec<Coded> =
        fields.iter().filter_map(|&field| Coded::new(table, schema, field, &rows, least)).collect();
    let mut left = candidates(&coded, labels, least);
    let learn = |row: usize| row.is_multiple_of(2);
    let all = Count::of(rows.iter().filter(|r| learn(**r)).map(|&r| labels[r]));
    let within = |holds: &[bool], part: bool| {
        Count::of(rows.iter().filter(|r| learn(**r) == part && holds[**r]).map(|&r| labels[r]))
    };
    let worth = |count: Count| wilson(count.conversions, count.leads, LEVEL).map_or(0.0, |i| i.low);
    let mut holds = vec![true; labels.len()];
    let mut chosen: Vec<Condition> = Vec::new();
    while chosen.len() < MOST {
        let now = worth(within(&holds, true));
        let offer = |candidate: &Candidate| {
            let both: Vec<bool> =
                holds.iter().zip(&candidate.holds).map(|(a, b)| *a && *b).collect();
            let count = within(&both, true);
            let reaches = count.conversions as f64 >= REACH * all.conversions as f64;
            (reaches && count.leads >= least).then(|| worth(count)).filter(|worth| *worth > now)
        };
        let offers = left.iter().enumerate().filter_map(|(i, c)| Some((i, offer(c)?)));
        // Of equals the first field.
        let Some((best, _)) = offers.reduce(|a, b| if b.1 > a.1 { b } else { a }) else { break };
        let candidate = left.swap_remove(best);
        holds.iter_mut().zip(&candidate.holds).for_each(|(a, b)| *a &= b);
        chosen.push(candidate.condition);
    }
    let condition = match (chosen.pop(), chosen.is_empty()) {
        (None, _) => return Ok(None),
        (Some(only), true) => only,
        (Some(last), false) => {
            chosen.push(last);
            Condition::All(chosen)
        }
    };
    let (own, rest) =
        (within(&holds, false), Count::of(rows.iter().filter(|r| !learn(**r)).map(|&r| labels[r])));
    let judged = wilson(own.conversions, own.leads, LEVEL).ok().zip(lift(own, rest));
    Ok(judged.map(|(rate, lift)| Audience {
        words: condition.words(&str::to_owned),
        condition,
        checked_on: rest.leads,
        leads: own.leads,
        conversions: own.conversions,
        share_of_leads: own.leads as f64 / rest.leads as f64,
        share_of_conversions: own.conversions as f64 / rest.conversions as f64,
        rate,
        lift,
    }))
}

/// One condition a field, judged on the learning half.
fn candidates(coded: &[Coded], labels: &[bool], least: u64) -> Vec<Candidate> {
    let all = Count::of(labels.iter().step_by(2).copied());
    let per_field: Vec<Vec<Count>> = coded.iter().map(|coded| counts(coded, labels, 2)).collect();
    let p: Vec<f64> =
        per_field.iter().flatten().map(|own| compare(*own, all).unwrap_or(1.0)).collect();
    let mut p = benjamini_hochberg(&p).into_iter();
    let mut found = Vec::new();
    for (coded, counts) in coded.iter().zip(&per_field) {
        let p: Vec<f64> = p.by_ref().take(counts.len()).collect();
        let above = |kind: &usize| counts[*kind].leads > 0 && counts[*kind].rate() > all.rate();
        let sure = |kind: &usize| {
            above(kind) && p[*kind] < 1.0 - LEVEL && counts[*kind].leads * 2 >= least
        };
        let kinds: Vec<usize> = if coded.is_ordered() {
            longest_run(counts.len(), above, sure, |kind| counts[kind].conversions)
        } else {
            (0..counts.len()).filter(sure).collect()
        };
        if kinds.is_empty() || kinds.len() == counts.len() {
            continue;
        }
        let holds = coded.codes.iter().map(|code| kinds.contains(&usize::from(*code))).collect();
        found.push(Candidate { condition: coded.condition(&kinds), holds });
    }
    found
}

/// The neighbours above the mean, one of them surely, that hold most conversions.
fn longest_run(
    kinds: usize,
    above: impl Fn(&usize) -> bool,
    sure: impl Fn(&usize) -> bool,
    conversions: impl Fn(usize) -> u64,
) -> Vec<usize> {
    let mut runs: Vec<Vec<usize>> = vec![Vec::new()];
    for kind in 0..kinds {
        match runs.last_mut() {
            Some(run) if above(&kind) => run.push(kind),
            _ => runs.push(Vec::new()),
        }
    }
    let weight = |run: &Vec<usize>| run.iter().map(|kind| conversions(*kind)).sum::<u64>();
    let sound = runs.into_iter().filter(|run| run.iter().any(&sure));
    sound.reduce(|a, b| if weight(&b) > weight(&a) { b } else { a }).unwrap_or_default()
}
