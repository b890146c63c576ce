//! The one fold over a lead's events.
//!
//! Events come in order of time and end before the cut. Counts are kept by the smallest window that holds them and added up
//! when asked for, so that an event is touched once however many windows there are. Sums of reals run in the order of the
//! events, which is that of time, so the bits do not depend on the file.

use crate::action::Code;
use crate::log::Logged;
use leadsight_schema::Timestamp;

const DAY: i64 = 86_400;

/// What the fold must know, as codes of the log.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Ascending, in seconds.
    pub(crate) windows: Vec<i64>,
    /// In seconds.
    pub(crate) half_life: f64,
    pub(crate) lag: i64,
    pub(crate) gap: i64,
    /// For each kind of the log, whether it is left out.
    pub(crate) ignored: Vec<bool>,
    /// For each kind of the log its learned position.
    pub(crate) kinds: Vec<Option<usize>>,
    pub(crate) kinds_learned: usize,
    pub(crate) details_learned: usize,
    /// Learned pairs by codes, sorted.
    pub(crate) details: Vec<((u32, u32), usize)>,
    pub(crate) visit_of: Vec<Code>,
    pub(crate) visit_of_all: bool,
    pub(crate) one_visit: Vec<Vec<Option<Code>>>,
    pub(crate) sequences: Vec<SequencePlan>,
}

#[derive(Debug, Clone)]
pub(crate) struct SequencePlan {
    pub(crate) first: Vec<Code>,
    pub(crate) then: Vec<Code>,
    pub(crate) within: i64,
}

/// Everything that was summed up of one lead's events. Reused from lead to lead.
#[derive(Debug, Clone)]
pub(crate) struct Sums {
    pub(crate) moment: i64,
    /// Counts by what (all, kinds, details) and window; the last window is "before all of them".
    counts: Vec<u32>,
    pub(crate) last: Vec<Option<i64>>,
    pub(crate) first_at: Option<i64>,
    pub(crate) decayed: Vec<f64>,
    pub(crate) values: Vec<f64>,
    days: Vec<u32>,
    visits: Vec<u32>,
    pub(crate) longest_visit: u32,
    pub(crate) visit_seconds: i64,
    pub(crate) one_visit: Vec<u32>,
    pub(crate) followed: Vec<Followed>,
    pub(crate) different: usize,
    pub(crate) ends: Option<(Logged, Logged)>,
    scratch: Vec<(u32, u32)>,
}

/// How often a sequence began, was followed, and after how long in all.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Followed {
    pub(crate) begun: u32,
    pub(crate) followed: u32,
    pub(crate) seconds: i64,
}

/// A visit under way.
struct Visit {
    began: i64,
    last: i64,
    events: u32,
    /// For each declaration of one visit which of its events are there, one bit each.
    seen: Vec<u64>,
}

impl Sums {
    pub(crate) fn new(plan: &Plan) -> Self {
        let (whats, windows) =
            (1 + plan.kinds_learned + plan.details_learned, plan.windows.len() + 1);
        Self {
            moment: 0,
            counts: vec![0; whats * windows],
            last: vec![None; whats],
            first_at: None,
            decayed: vec![0.0; 1 + plan.kinds_learned],
            values: vec![0.0; plan.kinds_learned],
            days: vec![0; windows],
            visits: vec![0; windows],
            longest_visit: 0,
            visit_seconds: 0,
            one_visit: vec![0; plan.one_visit.len()],
            followed: vec![Followed::default(); plan.sequences.len()],
            different: 0,
            ends: None,
            scratch: Vec::new(),
        }
    }

    fn clear(&mut self, moment: i64) {
        self.moment = moment;
        self.counts.fill(0);
        self.last.fill(None);
        self.first_at = None;
        self.decayed.fill(0.0);
        self.values.fill(0.0);
        self.days.fill(0);
        self.visits.fill(0);
        self.longest_visit = 0;
        self.visit_seconds = 0;
        self.one_visit.fill(0);
        self.followed.fill(Followed::default());
        self.different = 0;
        self.ends = None;
        self.scratch.clear();
    }

    /// How often, ever or in the window of this position.
    pub(crate) fn count(&self, plan: &Plan, what: usize, window: Option<usize>) -> f64 {
        let width = plan.windows.len() + 1;
        summed(&self.counts[what * width..(what + 1) * width], window)
    }

    pub(crate) fn active_days(&self, window: Option<usize>) -> f64 {
        summed(&self.days, window)
    }

    pub(crate) fn visits(&self, window: Option<usize>) -> f64 {
        summed(&self.visits, window)
    }

    /// Sums up the events before the moment, less the lag.
    pub(crate) fn fold(&mut self, plan: &Plan, events: &[Logged], moment: Timestamp) {
        self.clear(moment.0);
        let events = known(plan, events, moment);
        let mut visit: Option<Visit> = None;
        let mut day = None;
        for event in events {
            if plan.ignored[event.kind as usize] {
                continue;
            }
            let age = moment.0 - event.at;
            let window = plan.window(age);
            let kind = plan.kinds[event.kind as usize];
            let detail = plan.detail(event);
            let decayed = (-(age as f64) / plan.half_life).exp2();
            self.add(plan, 0, event.at, window);
            self.decayed[0] += decayed;
            if let Some(kind) = kind {
                self.add(plan, 1 + kind, event.at, window);
                self.decayed[1 + kind] += decayed;
                if !event.value.is_nan() {
                    self.values[kind] += event.value;
                }
            }
            if let Some(detail) = detail {
                self.add(plan, 1 + plan.kinds_learned + detail, event.at, window);
            }
            if day != Some(age / DAY) {
                day = Some(age / DAY);
                self.days[window] += 1;
            }
            self.first_at.get_or_insert(event.at);
            self.ends = Some((self.ends.map_or(*event, |ends| ends.0), *event));
            self.scratch.push((event.kind, event.detail));
            self.visit(plan, &mut visit, event);
        }
        self.leave(plan, visit);
        self.scratch.sort_unstable();
        self.scratch.dedup();
        self.different = self.scratch.len();
        for (sequence, sums) in plan.sequences.iter().zip(&mut self.followed) {
            *sums = sequence.fold(events, &plan.ignored);
        }
    }

    fn add(&mut self, plan: &Plan, what: usize, at: i64, window: usize) {
        self.counts[what * (plan.windows.len() + 1) + window] += 1;
        self.last[what] = Some(at);
    }

    fn visit(&mut self, plan: &Plan, under_way: &mut Option<Visit>, event: &Logged) {
        let is = |code: &Code| code.is(event.kind, event.detail);
        if !plan.visit_of_all && !plan.visit_of.iter().any(is) {
            return;
        }
        if under_way.as_ref().is_some_and(|visit| event.at - visit.last > plan.gap) {
            self.leave(plan, under_way.take());
        }
        let visit = under_way.get_or_insert_with(|| Visit {
            began: event.at,
            last: event.at,
            events: 0,
            seen: vec![0; plan.one_visit.len()],
        });
        visit.last = event.at;
        visit.events += 1;
        for (seen, wanted) in visit.seen.iter_mut().zip(&plan.one_visit) {
            for (bit, code) in wanted.iter().enumerate() {
                *seen |= u64::from(code.as_ref().is_some_and(is)) << bit;
            }
        }
    }

    fn leave(&mut self, plan: &Plan, visit: Option<Visit>) {
        let Some(visit) = visit else { return };
        self.visits[plan.window(self.moment - visit.began)] += 1;
        self.longest_visit = self.longest_visit.max(visit.events);
        self.visit_seconds += visit.last - visit.began;
        for ((count, seen), wanted) in
            self.one_visit.iter_mut().zip(&visit.seen).zip(&plan.one_visit)
        {
            *count += u32::from(seen.count_ones() as usize == wanted.len());
        }
    }
}

/// The events that are known at a moment: strictly before it, less the lag.
pub(crate) fn known<'a>(plan: &Plan, events: &'a [Logged], moment: Timestamp) -> &'a [Logged] {
    let cut = moment.0.saturating_sub(plan.lag);
    &events[..events.partition_point(|event| event.at < cut)]
}

fn summed(counts: &[u32], window: Option<usize>) -> f64 {
    let upto = window.map_or(counts.len(), |w| w + 1);
    f64::from(counts[..upto].iter().sum::<u32>())
}

impl Plan {
    /// The smallest window that holds an event of this age, or the number of windows.
    fn window(&self, age: i64) -> usize {
        self.windows.partition_point(|window| *window < age)
    }

    pub(crate) fn detail(&self, event: &Logged) -> Option<usize> {
        let found = self
            .details
            .binary_search_by(|(codes, _)| codes.cmp(&(event.kind, event.detail)))
            .ok()?;
        Some(self.details[found].1)
    }
}

impl SequencePlan {
    fn fold(&self, events: &[Logged], ignored: &[bool]) -> Followed {
        let mut sums = Followed::default();
        let is = |codes: &[Code], event: &Logged| {
            !ignored[event.kind as usize] && codes.iter().any(|c| c.is(event.kind, event.detail))
        };
        // From the last to the first: `next` is the earliest follower strictly behind the event looked at.
        let (mut next, mut now): (Option<i64>, Option<i64>) = (None, None);
        for event in events.iter().rev() {
            if now.is_some_and(|at| at > event.at) {
                next = now;
            }
            if is(&self.first, event) {
                sums.begun += 1;
                let after = next.map(|at| at - event.at).filter(|after| *after <= self.within);
                sums.followed += u32::from(after.is_some());
                sums.seconds += after.unwrap_or(0);
            }
            if is(&self.then, event) {
                now = Some(event.at);
            }
        }
        sums
    }
}
