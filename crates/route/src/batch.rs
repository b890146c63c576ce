//! A batch: every lead assigned at once, for the highest expected value.

use crate::assignment::{Assignment, Place, Wait, money};
use crate::band::{self, Limits};
use crate::hours::Duty;
use crate::market::Market;
use crate::router::{Lead, Router};
use crate::routing::{Band, Hold, Takers};
use crate::who::Demand;
use leadsight_schema::{Cells, Issue, Severity, Timestamp};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

/// What became of a batch of leads.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Batch {
    /// One for each lead, in the order given.
    pub assignments: Vec<Assignment>,
    /// What each rep got, in the order of ids.
    pub reps: Vec<RepLoad>,
    /// The expected value of all leads that a rep took.
    pub value: f64,
    /// What no assignment can exceed that keeps every constraint.
    pub bound: f64,
    /// What a place with each rep is worth: what [`crate::Stream`] routes single leads by.
    pub prices: Prices,
    /// What was wrong with the leads.
    pub issues: Vec<Issue>,
}

impl Batch {
    /// How far the value may be from the best, as a share of the bound; 0 where nothing has a value.
    pub fn gap(&self) -> f64 {
        if self.bound > 0.0 { ((self.bound - self.value) / self.bound).max(0.0) } else { 0.0 }
    }
}

/// What a rep got.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RepLoad {
    /// The rep.
    pub owner_id: String,
    /// Leads taken in this batch.
    pub leads: u32,
    /// Places that the rep had for them; 0 where away.
    pub room: u32,
    /// The expected value of the leads taken.
    pub expected_value: f64,
    /// The fair share; `None` without a band.
    pub fair_share: Option<f64>,
    /// How the band is not kept, and why; `None` where it is.
    pub conflict: Option<String>,
}

/// What a place with each rep is worth, learned from a batch.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// By rep; one who is not there has free places.
    pub price: BTreeMap<String, f64>,
    /// The number of leads that were open to reps: what a day brings.
    pub leads: usize,
}

/// A batch on its way.
struct Work {
    leads: Vec<Lead>,
    duty: Vec<Duty>,
    /// The places of each rep before the batch.
    room: Vec<u32>,
    places: Vec<Place>,
    /// The value and the number of the leads that each rep owns.
    held: Vec<(f64, u32)>,
    /// The leads that are open to all who may take them, by falling value.
    open: Vec<usize>,
}

impl Router {
    /// Routes a batch of leads at a moment. The order of the leads does not matter.
    ///
    /// Leads whose owner is at work go to their owner first, the most valuable of them where the owner's room does not do for
    /// all. The others go where the sum of expected values is highest. Rows of one id are one lead and take one place.
    pub fn batch(&self, cells: &(impl Cells + ?Sized), at: Timestamp) -> Batch {
        let duty: Vec<Duty> = self.routing.reps.iter().map(|rep| rep.calendar().duty(at)).collect();
        let room = (self.routing.reps.iter().zip(&duty))
            .map(|(rep, duty)| match duty {
                Duty::On { .. } => rep.daily_cap.saturating_sub(rep.taken),
                Duty::Away { .. } | Duty::Never => 0,
            })
            .collect();
        let leads: Vec<Lead> = (0..cells.rows()).map(|row| self.lead(cells, row, at)).collect();
        let mut work = Work {
            places: vec![Place::Queue(Wait::Pipeline); leads.len()],
            held: vec![(0.0, 0); self.routing.reps.len()],
            open: Vec::new(),
            leads,
            duty,
            room,
        };
        let (first, again) = once_each(&work.leads);
        for lead in first {
            self.to_owner(&mut work, lead);
        }
        let market = self.market(&work);
        let mut matching = market.solve();
        let bound = market.bound(&matching.price);
        let best = market.value(&matching.rep);
        let limits = self.routing.band.map(|band| {
            let (fair, limits) = fair(&work, &market, band, &matching.rep);
            band::level(&market, &mut matching.rep, &limits, band.may_cost * best);
            (fair, limits)
        });
        self.settle(&mut work, &market, &matching.rep);
        for (lead, first) in again {
            work.places[lead] = Place::Again { rep: work.places[first].rep() };
        }
        let assignments: Vec<Assignment> = (work.leads.iter().zip(&work.places))
            .map(|(lead, place)| self.assign(cells, lead, *place, &work.duty, at))
            .collect();
        let issues = self.issues(&work, &assignments);
        let ids = || self.routing.reps.iter().map(|rep| rep.id.clone());
        let held: f64 = work.held.iter().map(|(value, _)| value).sum();
        Batch {
            assignments,
            reps: self.loads(&work, &market, &matching.rep, limits.as_ref()),
            value: held + market.value(&matching.rep),
            bound: held + bound,
            prices: Prices { price: ids().zip(matching.price).collect(), leads: work.open.len() },
            issues,
        }
    }

    /// Sends a lead to its owner, to the queue, or among the open ones.
    fn to_owner(&self, work: &mut Work, lead: usize) {
        let here = &work.leads[lead];
        if self.takers(here.demand.pipeline) == Takers::Queue {
            return;
        }
        let claim = here.owner.as_ref();
        match claim.and_then(|claim| Some((claim.entry, *claim.rep.as_ref().ok()?))) {
            Some((_, rep)) if work.held[rep].1 < work.room[rep] => {
                work.held[rep].0 += here.base();
                work.held[rep].1 += 1;
                work.places[lead] = Place::Owner(rep);
            }
            Some((entry, rep)) if self.routing.owners[entry].hold == Hold::Only => {
                work.places[lead] = Place::Queue(Wait::Owner(rep));
            }
            _ => work.open.push(lead),
        }
    }

    /// The open leads, and the places that the owners left.
    fn market(&self, work: &Work) -> Market {
        let room: Vec<u32> =
            work.room.iter().zip(&work.held).map(|(room, (_, held))| room - held).collect();
        let mut market = Market {
            pull: (self.routing.reps.iter().zip(&room))
                .map(|(rep, room)| rep.weight * f64::from((*room).max(1)))
                .collect(),
            room,
            ..Market::default()
        };
        let mut classes: HashMap<&Demand, u32> = HashMap::new();
        for lead in work.open.iter().map(|lead| &work.leads[*lead]) {
            let class = *classes.entry(&lead.demand).or_insert_with(|| {
                market.fits.push(self.who.fits(&lead.demand));
                market.fits.len() as u32 - 1
            });
            market.base.push(lead.base());
            market.class.push(class);
        }
        market
    }

    /// Tells each open lead where it goes.
    fn settle(&self, work: &mut Work, market: &Market, rep_of: &[Option<usize>]) {
        let here = |rep: usize| work.room[rep] > 0;
        let at_work = |rep: usize| matches!(work.duty[rep], Duty::On { .. });
        let count = |fits: &Vec<f64>, is: &dyn Fn(usize) -> bool| {
            fits.iter().enumerate().filter(|(rep, fit)| **fit > 0.0 && is(*rep)).count()
        };
        let able: Vec<(usize, usize)> =
            (market.fits.iter()).map(|fits| (count(fits, &here), count(fits, &at_work))).collect();
        for (i, &lead) in work.open.iter().enumerate() {
            let (of, at_work) = able[market.class[i] as usize];
            work.places[lead] = match (rep_of[i], at_work) {
                (Some(rep), _) => Place::Best { rep, fit: market.fit(i, rep), of },
                (None, 0) => Place::Queue(Wait::Nobody),
                (None, of) => Place::Queue(Wait::Full { of }),
            };
        }
    }

    fn loads(
        &self,
        work: &Work,
        market: &Market,
        rep_of: &[Option<usize>],
        limits: Option<&(Vec<f64>, Limits)>,
    ) -> Vec<RepLoad> {
        let mut got = work.held.clone();
        for (i, rep) in rep_of.iter().enumerate() {
            if let Some(rep) = *rep {
                got[rep].0 += market.worth(i, rep);
                got[rep].1 += 1;
            }
        }
        let load = |(rep, (value, leads)): (usize, (f64, u32))| {
            let mut load = RepLoad {
                owner_id: self.routing.reps[rep].id.clone(),
                leads,
                room: work.room[rep],
                expected_value: value,
                fair_share: None,
                conflict: None,
            };
            if let Some((fair, limits)) = limits {
                load.fair_share = Some(fair[rep]);
                let held = work.held[rep].0;
                let (low, high) = (limits.low[rep] + held, limits.high[rep] + held);
                load.conflict = conflict(&load, low, high, held);
            }
            load
        };
        got.into_iter().enumerate().map(load).collect()
    }
}

/// The fair shares, and the limits that the band makes of them for the leads that are not owned.
fn fair(work: &Work, market: &Market, band: Band, rep_of: &[Option<usize>]) -> (Vec<f64>, Limits) {
    let shares = band::shares(market, rep_of);
    let fair: Vec<f64> = shares.iter().zip(&work.held).map(|(s, (held, _))| s + held).collect();
    let limit = |times: f64| {
        fair.iter().zip(&work.held).map(|(fair, (held, _))| times * fair - held).collect()
    };
    let limits = Limits { low: limit(band.at_least), high: limit(band.at_most) };
    (fair, limits)
}

/// How a rep's load is out of its band, and why.
fn conflict(load: &RepLoad, low: f64, high: f64, held: f64) -> Option<String> {
    let (value, rounding) = (load.expected_value, 1e-6 * (1.0 + high.abs()));
    let (is, why) = if value > high + rounding {
        let why = if held > high {
            "the leads that are the rep's own are more"
        } else if load.leads == 1 {
            "it is one lead"
        } else {
            "nobody else who may take these leads has room for them in their band"
        };
        (format!("more than {}", money(high)), why)
    } else if value < low - rounding {
        let why = if load.leads >= load.room {
            "every place is taken, and nobody has better leads to swap for"
        } else {
            "nobody has leads to give that the rep may take"
        };
        (format!("less than {}", money(low)), why)
    } else {
        return None;
    };
    let fair = load.fair_share.map(money).unwrap_or_default();
    Some(format!("{} is {is} (fair share {fair}): {why}", money(value)))
}

/// The leads by falling value, each id once; and the other rows of an id, each with the first.
fn once_each(leads: &[Lead]) -> (Vec<usize>, Vec<(usize, usize)>) {
    let mut order: Vec<usize> = (0..leads.len()).collect();
    order.sort_by(|&a, &b| by_value(&leads[a], &leads[b]));
    let mut seen: HashMap<&str, usize> = HashMap::with_capacity(leads.len());
    let mut again = Vec::new();
    order.retain(|&lead| {
        let Some(id) = leads[lead].own_id() else { return true };
        let first = *seen.entry(id).or_insert(lead);
        if first != lead {
            again.push((lead, first));
        }
        first == lead
    });
    (order, again)
}

/// By falling value, then by id, then by whatever tells two rows of one id apart.
fn by_value(a: &Lead, b: &Lead) -> Ordering {
    let owner = |lead: &Lead| lead.owner.as_ref().map(|claim| (claim.entry, claim.rep.clone()));
    (b.base().total_cmp(&a.base()))
        .then_with(|| a.own_id().cmp(&b.own_id()))
        .then_with(|| a.demand.cmp(&b.demand))
        .then_with(|| a.outreach.cmp(&b.outreach))
        .then_with(|| owner(a).cmp(&owner(b)))
        .then_with(|| b.worth.total_cmp(&a.worth))
}

impl Router {
    fn issues(&self, work: &Work, assignments: &[Assignment]) -> Vec<Issue> {
        let issue = |kind: &str, found: &dyn Fn(&Lead) -> Option<String>, expected: &str| {
            let mut hits = work.leads.iter().filter_map(|lead| Some((lead.row, found(lead)?)));
            let (row, found) = hits.next()?;
            Some(Issue {
                severity: Severity::Warning,
                kind: kind.to_owned(),
                file: String::new(),
                row: Some(row as u64 + 1),
                line: None,
                column: None,
                found,
                expected: expected.to_owned(),
                count: 1 + hits.count() as u64,
            })
        };
        let chance = |lead: &Lead| {
            let asked = work.places[lead.row] != Place::Queue(Wait::Pipeline);
            (asked && lead.chance.is_none()).then(|| format!("lead `{}` has none", lead.id))
        };
        let owner = |lead: &Lead| {
            let name = lead.owner.as_ref()?.rep.as_ref().err()?;
            Some(format!("`{name}` of lead `{}`", lead.id))
        };
        let again = |lead: &Lead| {
            matches!(work.places[lead.row], Place::Again { .. })
                .then(|| format!("lead `{}`", lead.id))
        };
        let nameless = |lead: &Lead| (!lead.named).then(|| "no id".to_owned());
        let absurd = |lead: &Lead| lead.absurd.map(|x| format!("{x:e} of lead `{}`", lead.id));
        let unkept = |lead: &Lead| {
            let hours = self.outreach(lead)?.respond_within_hours?;
            let kept = assignments[lead.row].respond_by.is_some();
            (!kept).then(|| format!("lead `{}` within {hours} working hours", lead.id))
        };
        let all = [
            issue("unnamed_lead", &nameless, "an id; the lead is called by its row, `row-1`"),
            issue("absurd_value", &absurd, "an amount from 0 to 1e12; `value.otherwise` counts"),
            issue(
                "no_promise",
                &unkept,
                "a promise that can be kept within 400 days; the lead has none",
            ),
            issue("unknown_chance", &chance, "a probability; the lead goes last"),
            issue("unknown_owner", &owner, "a rep; the lead is open to all who may take it"),
            issue("repeated_lead", &again, "each lead once; all its rows go to one place"),
        ];
        all.into_iter().flatten().collect()
    }
}
