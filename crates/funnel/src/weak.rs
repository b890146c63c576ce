//! The weak step: where a funnel loses most of what it could win.
//!
//! The lowest rate alone does not tell. Steps multiply, so what a step is worth mending for is what its drop-outs would have become.
//! For each step
//!
//!   to win = 1/10 x sum over its drop-outs of the chance that a lead of their group that passes the step is won,
//!
//! the conversions gained where one drop-out in ten went on and then fared like those who did. The chance is the share won among the
//! group's leads that passed, drawn towards that of all groups as if [`PRIOR`] more leads of the mean had been seen; so a purchased
//! list that drops out by the thousand at the first step counts for the little that such leads win. The weak step is the one with most
//! to win. It is *proven* where its least exceeds the most of every other step, at intervals that hold for all steps together
//! (Bonferroni).
//!
//! A *weak spot* is a group that goes on less often than the other groups at one step, by more than noise (Fisher's exact test, false
//! discoveries kept below 5 % by Benjamini and Hochberg over all groups and steps).

use crate::steps::LEVEL;
use crate::{Funnel, Path, Stage, State, Step};
use leadsight_eval::{Interval, benjamini_hochberg, fisher_exact, wilson};
use serde::Serialize;
use std::collections::BTreeMap;

/// The share of drop-outs that is thought to be kept.
pub const KEPT: f64 = 0.1;
/// Leads of the mean added to each group's chance to win.
pub const PRIOR: f64 = 20.0;

/// What a step is worth mending for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Leak {
    /// The stage before the step.
    pub from: Stage,
    /// The stage behind it.
    pub to: Stage,
    /// Leads that had their time and did not go on.
    pub drop_outs: u64,
    /// The share that goes on.
    pub rate: Interval,
    /// Conversions to win by keeping one drop-out in ten, on these leads.
    pub to_win: Interval,
}

/// The weak step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WeakStep {
    /// The step.
    pub step: Leak,
    /// The one with next most to win, where there is one.
    pub next: Option<Leak>,
    /// Whether it is ahead of all others by more than noise.
    pub proven: bool,
    /// The verdict in words.
    pub words: String,
}

/// A group that goes on less often than the others.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WeakSpot {
    /// The column of the group.
    pub column: String,
    /// The group.
    pub group: String,
    /// The stage before the step.
    pub from: Stage,
    /// The stage behind it.
    pub to: Stage,
    /// Leads of the group that had their time.
    pub judged: u64,
    /// The share of them that goes on.
    pub rate: Interval,
    /// The share of the others that does.
    pub others: Interval,
    /// Leads that would have gone on at the rate of the others.
    pub shortfall: f64,
    /// p-value of "no difference", corrected for all groups and steps.
    pub p_value: f64,
}

/// A grouping of the leads: a column, and each lead's word in it.
#[derive(Debug, Clone)]
pub struct Grouping<'a> {
    /// The column.
    pub column: &'a str,
    /// Each lead's group; `None` where it is not known.
    pub of: Vec<Option<&'a str>>,
}

/// What each step is worth mending for; steps at which nobody is judged, or nobody ever won, are left out.
pub fn leaks(funnel: &Funnel, paths: &[Path], grouping: Option<&Grouping<'_>>) -> Vec<Leak> {
    let level = 1.0 - (1.0 - LEVEL) / funnel.steps.len().max(1) as f64;
    let leak = |step: &Step| {
        let rate = wilson(step.judged_passed, step.judged, level).ok()?;
        let chances = Chances::new(paths, step.to, grouping)?;
        let (mut worth, mut drop_outs) = (0.0, 0);
        for (lead, path) in paths.iter().enumerate() {
            if step.outcome(path, funnel.at) == Some(false) {
                worth += chances.of(lead, grouping);
                drop_outs += 1;
            }
        }
        // The drop-outs' mean worth is taken as known; how many there are follows from the rate.
        let each = if drop_outs > 0 { worth / drop_outs as f64 } else { 0.0 };
        let of = |rate: f64| KEPT * each * step.judged as f64 * (1.0 - rate);
        let to_win =
            Interval { value: of(rate.value), low: of(rate.high), high: of(rate.low), ..rate };
        let rate = step.rate.unwrap_or(rate);
        Some(Leak { from: step.from, to: step.to, drop_outs, rate, to_win })
    };
    funnel.steps.iter().filter_map(leak).collect()
}

/// The step with most to win; `None` where no step can be judged. `unplaced` leads were lost nobody knows where: as many as the
/// drop-outs of the step, and it is not proven.
pub fn weak_step(leaks: &[Leak], unplaced: u64) -> Option<WeakStep> {
    let mut order: Vec<Leak> = leaks.to_vec();
    // Stable: of equals the earlier step.
    order.sort_by(|a, b| b.to_win.value.total_cmp(&a.to_win.value));
    let step = *order.first().filter(|first| first.drop_outs > 0)?;
    let next = order.get(1).copied();
    let ahead = order[1..].iter().all(|other| step.to_win.low > other.to_win.high);
    let proven = ahead && unplaced < step.drop_outs;
    let name = |leak: &Leak| format!("{} to {}", leak.from.words(), leak.to.words());
    let mut words = format!(
        "The weak step is {}: {} of its leads go on, {} do not. Keeping one in ten of those would win about {} more",
        name(&step),
        percent(&step.rate),
        step.drop_outs,
        about(step.to_win.value)
    );
    match next {
        Some(next) if proven => {
            words += &format!(
                "; the next, {}, about {}. It is ahead by more than noise.",
                name(&next),
                about(next.to_win.value)
            );
        }
        Some(_) if ahead => {
            words += &format!(
                "; but {unplaced} leads were lost nobody knows where, so that another may be weaker."
            );
        }
        Some(next) => {
            words += &format!(
                "; {} comes near with about {}, and these leads do not prove which is weaker.",
                name(&next),
                about(next.to_win.value)
            );
        }
        None => words += ". It is the only step.",
    }
    Some(WeakStep { step, next, proven, words })
}

/// Groups that go on less often than the others, those with the greatest shortfall first. Groups with fewer than `least` judged leads
/// at a step are not tested there.
pub fn weak_spots(
    funnel: &Funnel,
    paths: &[Path],
    groupings: &[Grouping<'_>],
    least: u64,
) -> Vec<WeakSpot> {
    let mut spots = Vec::new();
    for step in &funnel.steps {
        for grouping in groupings {
            let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
            let (mut passed, mut judged) = (0, 0);
            for (path, group) in paths.iter().zip(&grouping.of) {
                let (Some(group), Some(went_on)) = (group, step.outcome(path, funnel.at)) else {
                    continue;
                };
                let own = counts.entry(group).or_default();
                own.0 += u64::from(went_on);
                own.1 += 1;
                passed += u64::from(went_on);
                judged += 1;
            }
            for (group, own) in counts {
                let others = (passed - own.0, judged - own.1);
                if own.1 >= least && others.1 >= least {
                    spots.extend(spot(step, grouping.column, group, own, others));
                }
            }
        }
    }
    let p: Vec<f64> = spots.iter().map(|s| s.p_value).collect();
    for (spot, p) in spots.iter_mut().zip(benjamini_hochberg(&p)) {
        spot.p_value = p;
    }
    spots.retain(|s| s.p_value < 1.0 - LEVEL && s.shortfall > 0.0);
    spots.sort_by(|a, b| b.shortfall.total_cmp(&a.shortfall));
    spots
}

fn spot(
    step: &Step,
    column: &str,
    group: &str,
    own: (u64, u64),
    others: (u64, u64),
) -> Option<WeakSpot> {
    let rate = wilson(own.0, own.1, LEVEL).ok()?;
    let of_others = wilson(others.0, others.1, LEVEL).ok()?;
    Some(WeakSpot {
        column: column.to_owned(),
        group: group.to_owned(),
        from: step.from,
        to: step.to,
        judged: own.1,
        rate,
        others: of_others,
        shortfall: (of_others.value - rate.value) * own.1 as f64,
        p_value: fisher_exact(own, others).ok()?,
    })
}

/// The chance to be won of leads that reached a stage.
struct Chances<'a> {
    of_all: f64,
    of_group: BTreeMap<&'a str, f64>,
}

impl<'a> Chances<'a> {
    /// `None` where nobody reached the stage, or nobody of those is won.
    fn new(paths: &[Path], stage: Stage, grouping: Option<&Grouping<'a>>) -> Option<Self> {
        let (mut won, mut reached) = (0.0, 0.0);
        let mut groups: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
        for (lead, path) in paths.iter().enumerate().filter(|(_, p)| p.reached(stage)) {
            let wins = if path.state == State::Won { 1.0 } else { 0.0 };
            (won, reached) = (won + wins, reached + 1.0);
            if let Some(group) = grouping.and_then(|g| *g.of.get(lead)?) {
                let own = groups.entry(group).or_default();
                *own = (own.0 + wins, own.1 + 1.0);
            }
        }
        let of_all = won / reached;
        (won > 0.0).then(|| Self {
            of_all,
            of_group: groups
                .into_iter()
                .map(|(group, (won, n))| (group, (won + PRIOR * of_all) / (n + PRIOR)))
                .collect(),
        })
    }

    fn of(&self, lead: usize, grouping: Option<&Grouping<'_>>) -> f64 {
        let group = grouping.and_then(|g| *g.of.get(lead)?);
        group.and_then(|group| self.of_group.get(group)).copied().unwrap_or(self.of_all)
    }
}

/// A few with a decimal, many without.
fn about(value: f64) -> String {
    if value < 10.0 { format!("{value:.1}") } else { format!("{value:.0}") }
}

/// A rate with its interval: `23.5 % (22.3 to 24.8)`.
fn percent(rate: &Interval) -> String {
    let Interval { value, low, high, .. } = *rate;
    format!("{:.1} % ({:.1} to {:.1})", value * 100.0, low * 100.0, high * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::funnel;
    use Stage::*;

    /// Paths of leads, without moments: (furthest, won or lost, how many).
    fn paths(groups: &[(Stage, u64)]) -> Vec<Path> {
        let path = |furthest: Stage| Path {
            furthest,
            state: if furthest == Won { State::Won } else { State::Lost },
            entered: [None; 8],
            named: std::array::from_fn(|s| s > 0 && s != 6 && s <= furthest as usize),
            backwards: 0,
            unplaced: false,
        };
        groups.iter().flat_map(|(stage, n)| (0..*n).map(|_| path(*stage))).collect()
    }

    #[test]
    fn the_step_with_most_to_win_is_named() {
        // Rates 0.6, 0.5, 0.2, 0.6, 0.7.
        let p = paths(&[
            (Lead, 4000),
            (MarketingQualified, 3000),
            (SalesQualified, 2400),
            (Opportunity, 240),
            (Proposal, 108),
            (Won, 252),
        ]);
        let f = funnel(&p, None);
        let leaks = leaks(&f, &p, None);
        assert_eq!(leaks.len(), 5);
        let weak = weak_step(&leaks, 0).unwrap();
        assert_eq!(
            (weak.step.from, weak.step.to, weak.proven),
            (SalesQualified, Opportunity, true)
        );
        // One in ten of 2400, of whom 252 of 600 are won.
        assert!((weak.step.to_win.value - 240.0 * 0.42).abs() < 1e-9, "{weak:?}");
        assert!(weak.words.contains("sales qualified to opportunity: 20.0 %"), "{}", weak.words);
        let unsure = weak_step(&leaks, 5_000).unwrap();
        assert!(
            !unsure.proven && unsure.words.contains("5000 leads were lost"),
            "{}",
            unsure.words
        );
    }

    #[test]
    fn a_step_that_drops_leads_of_no_worth_is_not_the_weak_one() {
        // A list of 5000 drops out at the first step, and wins nothing where it goes on.
        let mut p = paths(&[(Lead, 4500), (MarketingQualified, 500)]);
        p.extend(paths(&[(Lead, 200), (MarketingQualified, 500), (Won, 300)]));
        let of: Vec<Option<&str>> =
            (0..p.len()).map(|lead| Some(if lead < 5000 { "list" } else { "referral" })).collect();
        let grouping = Grouping { column: "source", of };
        let f = funnel(&p, None);
        let plain = weak_step(&leaks(&f, &p, None), 0).unwrap();
        assert_eq!(plain.step.from, Lead);
        let fair = weak_step(&leaks(&f, &p, Some(&grouping)), 0).unwrap();
        assert_eq!(fair.step.from, MarketingQualified);
        let spots = weak_spots(&f, &p, &[grouping], 30);
        assert_eq!((spots[0].group.as_str(), spots[0].from), ("list", Lead));
        assert!(spots.iter().all(|s| s.group == "list"));
    }

    #[test]
    fn noise_proves_nothing() {
        let p = paths(&[(Lead, 20), (SalesQualified, 9), (Won, 11)]);
        let weak = weak_step(&leaks(&funnel(&p, None), &p, None), 0).unwrap();
        assert!(!weak.proven, "{weak:?}");
        assert!(weak.words.contains("do not prove"), "{}", weak.words);
    }

    #[test]
    fn nobody_won_or_nobody_dropped_out_names_nothing() {
        let p = paths(&[(Lead, 20), (SalesQualified, 9)]);
        assert!(leaks(&funnel(&p, None), &p, None).is_empty());
        let p = paths(&[(Won, 9)]);
        assert_eq!(weak_step(&leaks(&funnel(&p, None), &p, None), 0), None);
        assert_eq!(weak_step(&[], 0), None);
    }
}
