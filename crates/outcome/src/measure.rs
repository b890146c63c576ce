//! The measures of a group of leads, each with its interval.
//!
//! Rates are judged on leads that have had their time, as in the funnel: the *usual time* of a step is that within which nine in ten of
//! those who passed it did so, over all leads; who has had less than that counts neither way. They have Wilson intervals. Medians,
//! sums and ratios have bootstrap intervals over leads, and are given from five answers or five wins on; what is not defined is `None`.
//!
//! Pipeline velocity is opportunities x win rate x value of a win / days from opportunity to win: money a day. As opportunities x win
//! rate is the number of wins, it is the value won over the mean days of the wins.

use crate::lead::Lead;
use leadsight_eval::{BootstrapOptions, Interval, bootstrap_rows, wilson};
use leadsight_funnel::{LEVEL, Stage};
use leadsight_schema::{Seed, Timestamp};
use serde::Serialize;

/// The share of those who pass a step that do so within its usual time.
const USUAL: f64 = 0.9;
/// Fewer answers or wins give no median, sum or ratio.
const FEWEST: usize = 5;
/// Resamples of an interval.
const REPLICATES: usize = 1000;

/// What is known of a lead by the moment of looking; `None` where it has not had its time, or the question does not arise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Judged {
    /// Whether somebody contacted it.
    pub contacted: Option<bool>,
    /// Whether it was answered by the moment promised.
    pub in_time: Option<bool>,
    /// Whether there was a meeting.
    pub met: Option<bool>,
    /// Whether it became an opportunity.
    pub opportunity: Option<bool>,
    /// Whether the opportunity was won.
    pub closed: Option<bool>,
    /// Whether it was won, of all leads.
    pub won: Option<bool>,
}

/// The measures of a group.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Measures {
    /// Leads.
    pub leads: u64,
    /// The share that somebody contacted.
    pub contacted: Option<Interval>,
    /// Hours until the first contact, the median of the contacted.
    pub response_hours: Option<Interval>,
    /// The share answered by the moment promised.
    pub in_time: Option<Interval>,
    /// The share with a meeting.
    pub meeting: Option<Interval>,
    /// The share that became an opportunity.
    pub lead_to_opportunity: Option<Interval>,
    /// The share of opportunities that were won.
    pub opportunity_to_win: Option<Interval>,
    /// Value won a day of the usual cycle.
    pub velocity: Option<Interval>,
    /// Contacts for each win.
    pub contacts_per_win: Option<Interval>,
    /// Value won for each lead.
    pub value_per_lead: Option<Interval>,
    /// Value won for each unit that the contacts cost.
    pub return_on_effort: Option<Interval>,
}

/// What can be measured at all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Known {
    /// The moment of looking.
    pub at: Option<Timestamp>,
    /// Whether contacts are told.
    pub contacts: bool,
    /// Whether values are told.
    pub values: bool,
    /// Whether stages are told.
    pub stages: bool,
    /// What a contact costs.
    pub cost_per_contact: Option<f64>,
}

/// Judges each lead as of the moment of looking.
pub fn judge(leads: &[Lead], known: Known) -> Vec<Judged> {
    let of = |start: &dyn Fn(&Lead) -> Option<Timestamp>,
              end: &dyn Fn(&Lead) -> Option<Timestamp>|
     -> Vec<bool> {
        let usual = usual_days(leads.iter().map(|lead| (start(lead), end(lead))));
        leads.iter().map(|lead| has_had(start(lead), known.at, usual)).collect()
    };
    let created = |lead: &Lead| lead.created;
    let opened = |lead: &Lead| lead.opportunity();
    let won = |lead: &Lead| lead.won();
    let contact = of(&created, &|lead| lead.contacts.first().copied());
    let meeting = of(&created, &|lead| lead.met);
    let opportunity = of(&created, &opened);
    let closing = of(&opened, &won);
    let winning = of(&created, &won);
    let when = |holds: bool, answer: bool| holds.then_some(answer);
    (0..leads.len())
        .map(|i| {
            let lead = &leads[i];
            let is_opportunity = lead.path.reached(Stage::Opportunity);
            Judged {
                contacted: when(known.contacts && contact[i], !lead.contacts.is_empty()),
                in_time: lead.respond_by.filter(|_| known.contacts).and_then(|by| {
                    match lead.contacts.first() {
                        Some(first) => Some(*first <= by),
                        None => known.at.is_some_and(|at| at >= by).then_some(false),
                    }
                }),
                met: when(known.contacts && meeting[i], lead.met.is_some()),
                opportunity: when(known.stages && opportunity[i], is_opportunity),
                closed: when(known.stages && is_opportunity && closing[i], lead.is_won()),
                won: when(known.stages && winning[i], lead.is_won()),
            }
        })
        .collect()
}

/// The days within which nine in ten of those with both moments came from the first to the second; linear between neighbours.
fn usual_days(
    moments: impl Iterator<Item = (Option<Timestamp>, Option<Timestamp>)>,
) -> Option<f64> {
    let took = |(start, end): (Option<Timestamp>, Option<Timestamp>)| {
        Some(end?.days_since(start?)).filter(|days| *days >= 0.0)
    };
    let mut took: Vec<f64> = moments.filter_map(took).collect();
    took.sort_by(f64::total_cmp);
    let last = took.len().checked_sub(1)?;
    let place = USUAL * last as f64;
    let (below, above) = (took[place as usize], took[(place as usize + 1).min(last)]);
    Some(below + (above - below) * place.fract())
}

/// Whether something that began then has had its usual time; where moments are not known it has.
fn has_had(start: Option<Timestamp>, at: Option<Timestamp>, usual: Option<f64>) -> bool {
    match (start, at, usual) {
        (Some(start), Some(at), Some(usual)) => at.days_since(start) >= usual,
        _ => true,
    }
}

/// The measures of some of the leads, by position.
pub fn measure(
    leads: &[Lead],
    judged: &[Judged],
    members: &[usize],
    known: Known,
    seed: Seed,
) -> Measures {
    let rate = |of: &dyn Fn(&Judged) -> Option<bool>| {
        let answers: Vec<bool> = members.iter().filter_map(|i| of(&judged[*i])).collect();
        wilson(answers.iter().filter(|a| **a).count() as u64, answers.len() as u64, LEVEL).ok()
    };
    let [response_hours, velocity, contacts_per_win, value_per_lead, return_on_effort] =
        sums(leads, judged, members, known, seed);
    Measures {
        leads: members.len() as u64,
        contacted: rate(&|j| j.contacted),
        response_hours,
        in_time: rate(&|j| j.in_time),
        meeting: rate(&|j| j.met),
        lead_to_opportunity: rate(&|j| j.opportunity),
        opportunity_to_win: rate(&|j| j.closed),
        velocity,
        contacts_per_win,
        value_per_lead,
        return_on_effort,
    }
}

/// A lead's part in the sums.
#[derive(Clone, Copy, Default)]
struct Part {
    /// 1 where it is settled whether the lead is won.
    settled: f64,
    /// 1 for a win among the settled.
    win: f64,
    value: f64,
    contacts: f64,
    /// 1 for a win of a judged opportunity whose days are known.
    cycle: f64,
    days: f64,
    /// The value of a judged opportunity that was won.
    closed_value: f64,
}

fn part(lead: &Lead, judged: &Judged) -> Part {
    let one = |holds: bool| f64::from(u8::from(holds));
    let mut part = Part::default();
    if let Some(won) = judged.won {
        (part.settled, part.win, part.contacts) = (1.0, one(won), lead.contacts.len() as f64);
        part.value = lead.value.unwrap_or(0.0);
    }
    if judged.closed == Some(true) {
        part.closed_value = lead.value.unwrap_or(0.0);
        let days = lead.won().zip(lead.opportunity()).map(|(won, opened)| won.days_since(opened));
        if let Some(days) = days.filter(|days| *days >= 0.0) {
            (part.cycle, part.days) = (1.0, days);
        }
    }
    part
}

/// Median response, velocity, contacts for each win, value for each lead, return on effort.
fn sums(
    leads: &[Lead],
    judged: &[Judged],
    members: &[usize],
    known: Known,
    seed: Seed,
) -> [Option<Interval>; 5] {
    let parts: Vec<Part> = members.iter().map(|i| part(&leads[*i], &judged[*i])).collect();
    let hours: Vec<Option<f64>> = members.iter().map(|i| leads[*i].response_hours()).collect();
    let mut answered: Vec<(f64, usize)> =
        hours.iter().enumerate().filter_map(|(i, h)| Some(((*h)?, i))).collect();
    answered.sort_by(|a, b| a.0.total_cmp(&b.0));
    let enough = |count: f64| count >= FEWEST as f64;
    let whole = total(&parts, None);
    let is_given = [
        known.contacts && enough(answered.len() as f64),
        known.values && enough(whole.cycle),
        known.contacts && enough(whole.win),
        known.values && enough(whole.win),
        known.values && known.contacts && enough(whole.win) && known.cost_per_contact.is_some(),
    ];
    let statistics = |counts: &[u16]| {
        let sum = total(&parts, Some(counts));
        let over = |a: f64, b: f64| (b > 0.0).then(|| a / b);
        let days = over(sum.days, sum.cycle);
        let values = [
            is_given[0].then(|| median(&answered, counts)).flatten(),
            days.filter(|days| *days > 0.0).map(|days| sum.closed_value / days),
            over(sum.contacts, sum.win),
            over(sum.value, sum.settled),
            known.cost_per_contact.and_then(|cost| over(sum.value, sum.contacts * cost)),
        ];
        std::array::from_fn(|k| values[k].filter(|_| is_given[k]))
    };
    if is_given == [false; 5] {
        return [None; 5];
    }
    let options = BootstrapOptions {
        replicates: REPLICATES,
        level: LEVEL,
        seed,
        ..BootstrapOptions::default()
    };
    // Without members there is nothing to measure.
    bootstrap_rows(&vec![false; members.len()], &options, statistics).unwrap_or([None; 5])
}

fn total(parts: &[Part], counts: Option<&[u16]>) -> Part {
    let mut sum = Part::default();
    for (i, part) in parts.iter().enumerate() {
        let times = counts.map_or(1.0, |counts| f64::from(counts[i]));
        sum.settled += times * part.settled;
        sum.win += times * part.win;
        sum.value += times * part.value;
        sum.contacts += times * part.contacts;
        sum.cycle += times * part.cycle;
        sum.days += times * part.days;
        sum.closed_value += times * part.closed_value;
    }
    sum
}

/// The median of sorted values, each counted as often as its row was drawn; `None` where none was.
fn median(sorted: &[(f64, usize)], counts: &[u16]) -> Option<f64> {
    let drawn: usize = sorted.iter().map(|(_, row)| usize::from(counts[*row])).sum();
    let last = drawn.checked_sub(1)?;
    let value_at = |place: usize| {
        let mut before = 0;
        sorted.iter().find(|(_, row)| {
            before += usize::from(counts[*row]);
            before > place
        })
    };
    Some(f64::midpoint(value_at(last / 2)?.0, value_at(last.div_ceil(2))?.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{DAY, lead};

    fn known() -> Known {
        Known {
            at: Some(Timestamp(200 * DAY)),
            contacts: true,
            values: true,
            stages: true,
            cost_per_contact: Some(10.0),
        }
    }

    #[test]
    fn by_hand() {
        let mut leads = vec![
            lead(&[1, 5], Some(2), Some(12)),
            lead(&[3], Some(2), Some(22)),
            lead(&[6], Some(5), None),
            lead(&[], None, None),
        ];
        leads = leads.iter().cycle().take(40).cloned().collect();
        let judged = judge(&leads, known());
        let all: Vec<usize> = (0..leads.len()).collect();
        let found = measure(&leads, &judged, &all, known(), Seed(1));
        let value = |interval: Option<Interval>| interval.map(|i| i.value).unwrap();
        assert_eq!(value(found.contacted), 0.75);
        assert_eq!(value(found.response_hours), 3.0);
        // 1 and 3 hours are in time, 6 is not, nobody is not.
        assert_eq!(value(found.in_time), 0.5);
        assert_eq!(value(found.lead_to_opportunity), 0.75);
        assert!((value(found.opportunity_to_win) - 2.0 / 3.0).abs() < 1e-12);
        // 20 wins of 1000 in 15 days on average.
        assert!((value(found.velocity) - 20_000.0 / 15.0).abs() < 1e-9);
        assert_eq!(value(found.contacts_per_win), 2.0);
        assert_eq!(value(found.value_per_lead), 500.0);
        assert_eq!(value(found.return_on_effort), 20_000.0 / 400.0);
        let i = found.value_per_lead.unwrap();
        // sd 500 over the root of 40 gives 79: 500 +- 155.
        assert!((i.low - 345.0).abs() < 30.0 && (i.high - 655.0).abs() < 30.0, "{i:?}");
        assert_eq!(found, measure(&leads, &judged, &all, known(), Seed(1)));
    }

    #[test]
    fn who_has_not_had_the_time_counts_neither_way() {
        let mut leads = vec![lead(&[1], Some(2), Some(30)); 10];
        leads.push(Lead {
            created: Some(Timestamp(190 * DAY)),
            respond_by: Some(Timestamp(300 * DAY)),
            ..lead(&[], None, None)
        });
        let judged = judge(&leads, known());
        assert_eq!(
            (judged[10].won, judged[10].opportunity, judged[10].in_time),
            (None, Some(false), None)
        );
        assert_eq!((judged[0].won, judged[0].in_time), (Some(true), Some(true)));
        let late = Lead { respond_by: Some(Timestamp(0)), ..lead(&[], None, None) };
        assert_eq!(judge(&[late], known())[0].in_time, Some(false));
    }

    #[test]
    fn all_lost_and_nobody_at_all_are_not_defined_rather_than_zero() {
        let leads = vec![lead(&[2], Some(3), None); 30];
        let judged = judge(&leads, known());
        let found = measure(&leads, &judged, &(0..30).collect::<Vec<_>>(), known(), Seed(1));
        assert_eq!(found.opportunity_to_win.map(|i| (i.value, i.low)), Some((0.0, 0.0)));
        assert_eq!(
            (found.velocity, found.contacts_per_win, found.value_per_lead),
            (None, None, None)
        );
        assert_eq!(measure(&leads, &judged, &[], known(), Seed(1)), Measures::default());
        let blind = Known { contacts: false, values: false, stages: false, ..known() };
        let judged = judge(&leads, blind);
        let found = measure(&leads, &judged, &[0, 1], blind, Seed(1));
        assert_eq!(found, Measures { leads: 2, ..Measures::default() });
    }

    #[test]
    fn the_median_of_a_resample() {
        let sorted = [(1.0, 2), (2.0, 0), (9.0, 1)];
        assert_eq!(median(&sorted, &[1, 1, 1]), Some(2.0));
        assert_eq!(median(&sorted, &[1, 1, 0]), Some(5.5));
        assert_eq!(median(&sorted, &[0, 3, 1]), Some(9.0));
        assert_eq!(median(&sorted, &[0, 0, 0]), None);
    }
}
