//! Sources and campaigns: what each brought, at what cost, and whether that is more than luck.
//!
//! A channel is compared with all others together. Where it cost money the question is conversions for the money, against the others that
//! did: given the conversions of both sides, its own are binomial with its share of the money (the exact comparison of two Poisson
//! counts). Else it is conversions for the leads, against all others (Fisher's exact test). p-values are corrected for the number of channels (Benjamini and Hochberg).

use crate::steps::LEVEL;
use leadsight_eval::{Interval, benjamini_hochberg, binomial_exact, clopper_pearson, fisher_exact};
use serde::Serialize;
use std::collections::BTreeMap;

/// What a channel brought.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    /// Its name.
    pub name: String,
    /// Leads.
    pub leads: u64,
    /// Leads whose outcome is known.
    pub judged: u64,
    /// Conversions among them.
    pub conversions: u64,
    /// Money spent on its leads; `None` where it is not known.
    pub cost: Option<f64>,
    /// Money that the conversions brought; `None` where no value is given.
    pub value: Option<f64>,
}

/// What is known of each lead, one element a lead.
#[derive(Debug, Clone, Copy)]
pub struct Brought<'a> {
    /// Its channel; `None` where it has none.
    pub channel: &'a [Option<&'a str>],
    /// Whether it converted; `None` where that is not known yet.
    pub outcome: &'a [Option<bool>],
    /// Money spent on it, 0 where no campaign brought it; `None` where it is not known. Without costs at all: an empty slice.
    pub cost: &'a [Option<f64>],
    /// Money that it brought. Without values at all: an empty slice.
    pub value: &'a [Option<f64>],
}

/// The name of the leads without a channel.
pub const NO_CHANNEL: &str = "(none)";

/// Adds up the leads of each channel, by name.
pub fn tallies(leads: Brought<'_>) -> Vec<Tally> {
    let mut found: BTreeMap<&str, Tally> = BTreeMap::new();
    for (lead, channel) in leads.channel.iter().enumerate() {
        let name = channel.unwrap_or(NO_CHANNEL);
        let own = found.entry(name).or_insert_with(|| Tally {
            name: name.to_owned(),
            cost: (!leads.cost.is_empty()).then_some(0.0),
            value: (!leads.value.is_empty()).then_some(0.0),
            ..Tally::default()
        });
        own.leads += 1;
        own.cost = own.cost.zip(leads.cost.get(lead).copied().flatten()).map(|(a, b)| a + b);
        let Some(converted) = leads.outcome.get(lead).copied().flatten() else { continue };
        own.judged += 1;
        if converted {
            own.conversions += 1;
            let brought = leads.value.get(lead).copied().flatten().unwrap_or(0.0);
            own.value = own.value.map(|value| value + brought);
        }
    }
    found.into_values().collect()
}

/// Whether a channel does better than the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// By more than noise.
    Better,
    /// By more than noise.
    Worse,
    /// The difference may be luck.
    Unclear,
    /// Too few leads to say anything.
    TooFew,
}

/// An amount with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Amount {
    /// The estimate.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// A channel, judged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Channel {
    /// Its name.
    pub name: String,
    /// Leads.
    pub leads: u64,
    /// Leads whose outcome is known.
    pub judged: u64,
    /// Conversions among them.
    pub conversions: u64,
    /// The share of the judged that converted, with the exact interval; `None` without judged leads.
    pub rate: Option<Interval>,
    /// Money spent; `None` where it is not known.
    pub cost: Option<f64>,
    /// Money for each lead.
    pub cost_per_lead: Option<f64>,
    /// Money for each conversion, on the judged leads; `None` without cost or conversions.
    pub cost_per_conversion: Option<Amount>,
    /// Money that the conversions brought.
    pub value: Option<f64>,
    /// Money brought for each unit spent on the judged leads; `None` where nothing was spent.
    pub return_on_cost: Option<f64>,
    /// Against all others.
    pub verdict: Verdict,
    /// p-value of "no difference to the others", corrected; `None` where it was not tested.
    pub p_value: Option<f64>,
}

impl Channel {
    /// Whether money was spent on it.
    pub fn is_paid(&self) -> bool {
        self.cost.is_some_and(|cost| cost > 0.0)
    }
}

/// Judges each channel, what is proven first: paid ones by the most that a conversion may have cost, then the rest by the least that
/// the rate may be. Those with fewer than `least` judged leads are not tested, and stand after the others of their kind.
pub fn channels(tallies: &[Tally], least: u64) -> Vec<Channel> {
    let mut found: Vec<Channel> = tallies.iter().map(channel).collect();
    let tested: Vec<(usize, f64, bool)> = (0..found.len())
        .filter(|&i| found[i].judged >= least)
        .filter_map(|i| test(&found, i))
        .collect();
    let p: Vec<f64> = tested.iter().map(|(_, p, _)| *p).collect();
    for ((i, _, better), p) in tested.iter().zip(benjamini_hochberg(&p)) {
        found[*i].p_value = Some(p);
        found[*i].verdict = match (p < 1.0 - LEVEL, better) {
            (true, true) => Verdict::Better,
            (true, false) => Verdict::Worse,
            _ => Verdict::Unclear,
        };
    }
    for channel in found.iter_mut().filter(|c| c.judged >= least && c.p_value.is_none()) {
        channel.verdict = Verdict::Unclear;
    }
    // Smaller keys first; a paid channel without conversions has an unbounded cost.
    let key = |c: &Channel| {
        let unbounded = f64::INFINITY;
        let proven = match (c.is_paid(), &c.cost_per_conversion, &c.rate) {
            (true, amount, _) => amount.map_or(unbounded, |amount| amount.high),
            (false, _, rate) => rate.map_or(unbounded, |rate| -rate.low),
        };
        (!c.is_paid(), c.verdict == Verdict::TooFew, proven)
    };
    found.sort_by(|a, b| {
        let (a, b) = ((key(a), &a.name), (key(b), &b.name));
        (a.0.0, a.0.1).cmp(&(b.0.0, b.0.1)).then(a.0.2.total_cmp(&b.0.2)).then_with(|| a.1.cmp(b.1))
    });
    found
}

/// The best channel by what is proven; `None` where none has conversions and leads enough.
pub fn best(channels: &[Channel]) -> Option<&Channel> {
    let sound =
        |c: &&Channel| c.verdict != Verdict::TooFew && c.conversions > 0 && c.name != NO_CHANNEL;
    channels.iter().find(sound)
}

fn channel(tally: &Tally) -> Channel {
    let Tally { name, leads, judged, conversions, cost, value } = tally.clone();
    let rate = clopper_pearson(conversions, judged, LEVEL).ok();
    // The money for the leads whose outcome is known.
    let spent = cost.filter(|_| leads > 0).map(|cost| cost * judged as f64 / leads as f64);
    let per = |rate: f64, spent: f64| spent / (rate * judged as f64);
    let cost_per_conversion = match (rate, spent) {
        (Some(rate), Some(spent)) if conversions > 0 => Some(Amount {
            value: per(rate.value, spent),
            low: per(rate.high, spent),
            high: per(rate.low, spent),
        }),
        _ => None,
    };
    Channel {
        rate,
        cost,
        cost_per_lead: cost.filter(|_| leads > 0).map(|cost| cost / leads as f64),
        cost_per_conversion,
        value,
        return_on_cost: match (value, spent) {
            (Some(value), Some(spent)) if spent > 0.0 => Some(value / spent),
            _ => None,
        },
        verdict: Verdict::TooFew,
        p_value: None,
        name,
        leads,
        judged,
        conversions,
    }
}

/// The p-value of a channel against the others, and whether it does better: of a paid one against the other paid ones.
fn test(all: &[Channel], i: usize) -> Option<(usize, f64, bool)> {
    let own = &all[i];
    let others = || all.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, c)| c);
    let (k, n) = (own.conversions, own.judged);
    if own.is_paid() {
        let spent = |c: &Channel| c.cost_per_lead.unwrap_or(0.0) * c.judged as f64;
        let rest = others().filter(|c| c.is_paid() && c.judged > 0);
        let (hits, money) = rest.fold((0, 0.0), |(k, m), c| (k + c.conversions, m + spent(c)));
        let (mine, all_hits) = (spent(own), k + hits);
        if !(mine > 0.0 && money > 0.0 && all_hits > 0) {
            return None;
        }
        let share = mine / (mine + money);
        let p = binomial_exact(k, all_hits, share).ok()?;
        return Some((i, p, k as f64 > share * all_hits as f64));
    }
    let (hits, trials) = others().fold((0, 0), |(k, n), c| (k + c.conversions, n + c.judged));
    let p = fisher_exact((k, n), (hits, trials)).ok()?;
    Some((i, p, k as f64 / n as f64 > hits as f64 / trials as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(name: &str, leads: u64, conversions: u64, cost: Option<f64>) -> Tally {
        Tally { name: name.to_owned(), leads, judged: leads, conversions, cost, value: None }
    }

    fn names(channels: &[Channel]) -> Vec<&str> {
        channels.iter().map(|c| c.name.as_str()).collect()
    }

    #[test]
    fn proven_goes_before_lucky() {
        let found = channels(
            &[
                tally("lucky", 5, 3, Some(100.0)),
                tally("good", 400, 60, Some(6_000.0)),
                tally("poor", 900, 12, Some(30_000.0)),
                tally("none", 60, 0, Some(500.0)),
                tally("free", 300, 20, Some(0.0)),
                tally("unknown", 300, 10, None),
                tally("unused", 0, 0, Some(700.0)),
            ],
            30,
        );
        assert_eq!(names(&found), ["good", "poor", "none", "lucky", "unused", "free", "unknown"]);
        let good = &found[0];
        assert_eq!((good.verdict, good.cost_per_lead), (Verdict::Better, Some(15.0)));
        let cost = good.cost_per_conversion.unwrap();
        assert!(cost.value == 100.0 && cost.low < 100.0 && cost.high > 100.0, "{cost:?}");
        assert_eq!(found[1].verdict, Verdict::Worse);
        assert_eq!((found[2].verdict, found[2].cost_per_conversion), (Verdict::Unclear, None));
        assert_eq!(found[3].verdict, Verdict::TooFew);
        let unused = &found[4];
        assert_eq!((unused.rate, unused.cost_per_lead, unused.cost), (None, None, Some(700.0)));
        assert_eq!(
            (found[5].return_on_cost, found[5].cost_per_conversion.unwrap().value),
            (None, 0.0)
        );
        assert_eq!(best(&found).unwrap().name, "good");
    }

    #[test]
    fn leads_are_added_up_and_what_is_not_known_stays_unknown() {
        let found = tallies(Brought {
            channel: &[Some("a"), Some("a"), Some("b"), None],
            outcome: &[Some(true), None, Some(true), Some(false)],
            cost: &[Some(2.0), Some(3.0), None, Some(0.0)],
            value: &[Some(50.0), Some(9.0), None, None],
        });
        let told: Vec<_> = found
            .iter()
            .map(|t| (t.name.as_str(), t.leads, t.judged, t.conversions, t.cost, t.value))
            .collect();
        assert_eq!(
            told,
            [
                ("(none)", 1, 1, 0, Some(0.0), Some(0.0)),
                ("a", 2, 1, 1, Some(5.0), Some(50.0)),
                ("b", 1, 1, 1, None, Some(0.0)),
            ]
        );
        let bare = Brought { channel: &[Some("a")], outcome: &[], cost: &[], value: &[] };
        assert_eq!((tallies(bare)[0].cost, tallies(bare)[0].value), (None, None));
    }

    #[test]
    fn without_costs_the_rate_decides() {
        let found = channels(
            &[tally("a", 1000, 20, None), tally("b", 1000, 60, None), tally("c", 3, 2, None)],
            30,
        );
        assert_eq!(names(&found), ["b", "a", "c"]);
        assert_eq!((found[0].verdict, found[1].verdict), (Verdict::Better, Verdict::Worse));
        let nowhere =
            channels(&[tally(NO_CHANNEL, 1000, 60, None), tally("a", 1000, 20, None)], 30);
        assert_eq!(best(&nowhere).map(|c| c.name.as_str()), Some("a"));
        assert!(channels(&[], 30).is_empty());
        assert_eq!(best(&[]), None);
    }

    #[test]
    fn the_return_counts_the_judged_leads_alone() {
        let half = Tally {
            judged: 50,
            conversions: 5,
            value: Some(800.0),
            ..tally("x", 100, 0, Some(400.0))
        };
        let found = &channels(&[half], 30)[0];
        assert_eq!(found.return_on_cost, Some(4.0));
        assert_eq!(found.cost_per_conversion.unwrap().value, 40.0);
        // Alone there is nothing to compare with.
        assert_eq!(found.verdict, Verdict::Unclear);
    }
}
