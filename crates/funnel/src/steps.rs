//! The funnel: how many reached each stage, and how each step goes.
//!
//! A rate is judged on leads that have had their time. At each step the *usual time* is that within which nine in ten of those who
//! passed did so; a lead that entered later than that before the moment of looking is *young*, and neither its passing nor its
//! not passing counts (counting only those who were quick would flatter the step). Of the leads that have not passed
//!
//! - the *lost* are known to be out,
//! - the *quiet* have had the usual time and more,
//! - the *waiting* have not had it yet.

use crate::{Path, Stage, State};
use leadsight_eval::{Interval, wilson};
use leadsight_schema::Timestamp;
use serde::Serialize;

/// The confidence of intervals.
pub const LEVEL: f64 = 0.95;
/// The share of those who pass that do so within the usual time.
const USUAL: f64 = 0.9;

/// A stage that the leads know.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Reached {
    /// The stage.
    pub stage: Stage,
    /// Leads that reached it.
    pub leads: u64,
    /// Those among them that no entry names there: they went on past it.
    pub skipped: u64,
    /// Leads that are there now, neither won nor lost.
    pub open: u64,
}

/// Days that a step took.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Days {
    /// First quartile.
    pub q25: f64,
    /// Median.
    pub median: f64,
    /// Third quartile.
    pub q75: f64,
    /// The usual time: nine in ten took no longer.
    pub q90: f64,
    /// Leads whose days are known.
    pub leads: u64,
}

/// A step from one stage to the next. `entered` is the sum of `passed`, `lost`, `quiet` and `waiting`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// The stage before it.
    pub from: Stage,
    /// The stage behind it.
    pub to: Stage,
    /// Leads that reached the stage before.
    pub entered: u64,
    /// Those that went on.
    pub passed: u64,
    /// Those that are out.
    pub lost: u64,
    /// Those still there for longer than usual.
    pub quiet: u64,
    /// Those still there that have not had the usual time.
    pub waiting: u64,
    /// Since when the longest waiting of the quiet and the waiting is there.
    pub open_since: Option<Timestamp>,
    /// Leads that have had the usual time, on which the rate is judged.
    pub judged: u64,
    /// Those of them that went on.
    pub judged_passed: u64,
    /// The share that goes on; `None` where nobody is judged.
    pub rate: Option<Interval>,
    /// How long those who went on took; `None` where no moment is known.
    pub days: Option<Days>,
}

/// A funnel.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Funnel {
    /// The moment of looking; `None` where no moment is known at all.
    pub at: Option<Timestamp>,
    /// Leads in it.
    pub leads: u64,
    /// Leads that won.
    pub won: u64,
    /// Leads that are out.
    pub lost: u64,
    /// The stages, in order.
    pub stages: Vec<Reached>,
    /// The steps between them, one fewer.
    pub steps: Vec<Step>,
    /// Moves to an earlier stage.
    pub backwards: u64,
    /// Lost leads of which nobody knows the stage before; they are in no step.
    pub unplaced: u64,
}

/// The funnel of `paths` as seen at a moment, the latest of their own unless given. Stages that no lead is said to have entered are
/// left out, but for [`Stage::Lead`].
pub fn funnel(paths: &[Path], at: Option<Timestamp>) -> Funnel {
    let at = at.or_else(|| paths.iter().flat_map(|p| p.entered.iter().flatten()).max().copied());
    let stages: Vec<Stage> = Stage::WAY
        .into_iter()
        .filter(|s| *s == Stage::Lead || paths.iter().any(|p| p.named[*s as usize]))
        .collect();
    let count = |keep: &dyn Fn(&Path) -> bool| paths.iter().filter(|p| keep(p)).count() as u64;
    Funnel {
        at,
        leads: paths.len() as u64,
        won: count(&|p| p.state == State::Won),
        lost: count(&|p| p.state == State::Lost),
        stages: stages
            .iter()
            .map(|&stage| Reached {
                stage,
                leads: count(&|p| p.reached(stage)),
                // A lead is one without any entry that says so.
                skipped: count(&|p| {
                    stage > Stage::Lead && p.reached(stage) && !p.named[stage as usize]
                }),
                open: count(&|p| p.state == State::Open && p.furthest == stage),
            })
            .collect(),
        steps: stages.windows(2).map(|pair| step(paths, pair[0], pair[1], at)).collect(),
        backwards: paths.iter().map(|p| p.backwards).sum(),
        unplaced: count(&|p| p.unplaced),
    }
}

impl Step {
    /// Whether a lead is judged at this step, and then whether it went on; `None` for one that is too young or never came so far.
    pub fn outcome(&self, path: &Path, at: Option<Timestamp>) -> Option<bool> {
        (path.reached(self.from) && !is_young(path, self.from, self.days, at))
            .then(|| path.reached(self.to))
    }
}

fn is_young(path: &Path, from: Stage, days: Option<Days>, at: Option<Timestamp>) -> bool {
    match (path.since(from), at, days) {
        (Some(since), Some(at), Some(days)) => at.days_since(since) < days.q90,
        _ => false,
    }
}

fn step(paths: &[Path], from: Stage, to: Stage, at: Option<Timestamp>) -> Step {
    let days = days(paths, from, to);
    let mut step = Step {
        from,
        to,
        entered: 0,
        passed: 0,
        lost: 0,
        quiet: 0,
        waiting: 0,
        open_since: None,
        judged: 0,
        judged_passed: 0,
        rate: None,
        days,
    };
    for path in paths.iter().filter(|p| p.reached(from)) {
        let young = is_young(path, from, days, at);
        step.entered += 1;
        step.judged += u64::from(!young);
        match path.state {
            _ if path.reached(to) => {
                step.passed += 1;
                step.judged_passed += u64::from(!young);
                continue;
            }
            State::Lost => {
                step.lost += 1;
                continue;
            }
            _ if young => step.waiting += 1,
            _ => step.quiet += 1,
        }
        step.open_since = match (step.open_since, path.since(from)) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
    // Nobody judged, no rate.
    step.rate = wilson(step.judged_passed, step.judged, LEVEL).ok();
    step
}

/// The days between the first moments in two stages, of leads that have both in that order.
fn days(paths: &[Path], from: Stage, to: Stage) -> Option<Days> {
    let took = |path: &Path| {
        let (a, b) = (path.entered[from as usize]?, path.entered[to as usize]?);
        (b >= a).then(|| b.days_since(a))
    };
    let mut took: Vec<f64> = paths.iter().filter_map(took).collect();
    took.sort_by(f64::total_cmp);
    let last = took.len().checked_sub(1)?;
    // Linear between neighbours, as numpy does it.
    let quantile = |share: f64| {
        let place = share * last as f64;
        let (below, above) = (took[place as usize], took[(place as usize + 1).min(last)]);
        below + (above - below) * place.fract()
    };
    Some(Days {
        q25: quantile(0.25),
        median: quantile(0.5),
        q75: quantile(0.75),
        q90: quantile(USUAL),
        leads: took.len() as u64,
    })
}

/// Whether each lead is won, as far as that can be said: of leads that came in as long ago as nine in ten of the won took to be won
/// (counting the young would flatter the quick and blame the new), and where moments are not known of those that are won or lost.
pub fn outcomes(paths: &[Path], at: Option<Timestamp>) -> Vec<Option<bool>> {
    let days = days(paths, Stage::Lead, Stage::Won);
    let outcome = |path: &Path| match (path.since(Stage::Lead), at, days) {
        (Some(_), Some(_), Some(_)) => {
            (!is_young(path, Stage::Lead, days, at)).then_some(path.state == State::Won)
        }
        _ => (path.state != State::Open).then_some(path.state == State::Won),
    };
    paths.iter().map(outcome).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Entry, Told, paths};
    use Stage::*;

    const DAY: i64 = 86_400;

    /// Leads that came in on day 0, each with the days on which it entered stages.
    fn check(leads: &[&[(Stage, i64)]], at: i64) -> Funnel {
        let mut entries = Vec::new();
        for (lead, moves) in leads.iter().enumerate() {
            for (stage, day) in *moves {
                let at = Some(Timestamp(day * DAY));
                entries.push(Entry { lead, stage: *stage, at, row: entries.len() });
            }
        }
        let created = vec![Some(Timestamp(0)); leads.len()];
        funnel(&paths(&created, &entries, Told::History).0, Some(Timestamp(at * DAY)))
    }

    #[test]
    fn counts_rates_and_times() {
        let f = check(
            &[
                &[(SalesQualified, 2), (Opportunity, 4), (Won, 10)],
                &[(SalesQualified, 4), (Opportunity, 10), (Lost, 20)],
                &[(Opportunity, 6)],
                &[(SalesQualified, 3), (Lost, 5)],
                &[],
            ],
            100,
        );
        let reached: Vec<(Stage, u64, u64, u64)> =
            f.stages.iter().map(|s| (s.stage, s.leads, s.skipped, s.open)).collect();
        assert_eq!(
            reached,
            [(Lead, 5, 0, 1), (SalesQualified, 4, 1, 0), (Opportunity, 3, 0, 1), (Won, 1, 0, 0)]
        );
        let s = &f.steps[1];
        assert_eq!((s.entered, s.passed, s.lost, s.quiet, s.waiting), (4, 3, 1, 0, 0));
        assert_eq!(s.rate.unwrap().value, 0.75);
        // Two leads have both moments: 2 and 6 days.
        let days = s.days.unwrap();
        assert_eq!((days.leads, days.q25, days.median, days.q75), (2, 3.0, 4.0, 5.0));
        assert_eq!((f.won, f.lost), (1, 2));
    }

    #[test]
    fn young_leads_are_neither_drop_outs_nor_proof() {
        let quick: &[(Stage, i64)] = &[(SalesQualified, 10)];
        // Ten leads take ten days; on day 5 nobody could have passed, and nobody is judged.
        let young: Vec<&[(Stage, i64)]> = vec![quick; 10];
        let f = check(&young, 9);
        assert_eq!((f.steps[0].judged, f.steps[0].rate), (0, None));
        let mut all: Vec<&[(Stage, i64)]> = vec![quick; 5];
        all.extend([&[] as &[(Stage, i64)]; 5]);
        let s = &check(&all, 30).steps[0];
        assert_eq!((s.judged, s.quiet, s.waiting, s.rate.unwrap().value), (10, 5, 0, 0.5));
        assert_eq!(s.open_since, Some(Timestamp(0)));
    }

    #[test]
    fn the_outcome_of_young_leads_is_not_known() {
        let mut leads: Vec<&[(Stage, i64)]> = vec![&[(Won, 20)], &[]];
        let created = [Some(Timestamp(0)), Some(Timestamp(0)), Some(Timestamp(25 * DAY)), None];
        leads.extend([&[] as &[(Stage, i64)], &[(Lost, 30)]]);
        let entries: Vec<Entry> = leads
            .iter()
            .enumerate()
            .flat_map(|(lead, moves)| moves.iter().map(move |m| (lead, m)))
            .map(|(lead, (stage, day))| Entry {
                lead,
                stage: *stage,
                at: Some(Timestamp(day * DAY)),
                row: 0,
            })
            .collect();
        let (paths, _) = paths(&created, &entries, Told::History);
        let found = outcomes(&paths, Some(Timestamp(40 * DAY)));
        assert_eq!(found, [Some(true), Some(false), None, Some(false)]);
    }

    #[test]
    fn one_stage_alone_has_no_step_and_no_lead_no_rate() {
        let f = check(&[&[], &[(Lead, 0)]], 3);
        assert_eq!((f.stages.len(), f.steps.len()), (1, 0));
        let f = funnel(&[], None);
        assert_eq!((f.leads, f.steps.len(), f.at), (0, 0, None));
    }
}
