//! The assignment of highest expected value under daily caps, exactly, with the prices that prove it.
//!
//! Maximise sum of e(l, r) x(l, r) over leads l and reps r, with each lead taken at most once and rep r taking at most room(r).
//! A lead brings `e(l, r) = base(l) * fit(class(l), r)`; fit 0 means that the rep may not take it. Leads that ask for the same
//! share one row of fits, a *class*.
//!
//! Method: successive shortest augmenting paths over the reps (Jonker and Volgenant 1987; Ahuja, Magnanti and Orlin, Network Flows,
//! 1993, chapter 9). Leads come in one by one. Each looks for the cheapest chain "take this rep's place, who passes a lead on to that
//! one ..." that ends in a free place, in a lead that is dropped, or in not being taken itself. The potentials of the search are the
//! prices p(r) of a place with each rep. Since within a class only the best or the worst lead with a rep can be the cheapest to
//! pass on, a step costs the number of classes and not of leads.
//!
//! Certificate: for any prices p >= 0, weak duality gives
//! `value <= sum over l of max(0, max over r of e(l, r) - p(r)) + sum over r of p(r) room(r)`. [`Market::bound`] computes the right
//! side from the prices alone, so the gap holds whatever the search did.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Leads, best first, and reps with room.
#[derive(Debug, Clone, Default)]
pub(crate) struct Market {
    /// Each lead's chance times its worth; not negative, falling.
    pub(crate) base: Vec<f64>,
    /// Each lead's row in `fits`.
    pub(crate) class: Vec<u32>,
    /// For each class what share of the base each rep brings, 0 to 1; 0 where the rep may not take the lead.
    pub(crate) fits: Vec<Vec<f64>>,
    /// The places that each rep has left.
    pub(crate) room: Vec<u32>,
    /// What each rep is to have, in proportion: breaks ties.
    pub(crate) pull: Vec<f64>,
}

/// Who takes what.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Matching {
    /// The rep of each lead.
    pub(crate) rep: Vec<Option<usize>>,
    /// The price of a place with each rep.
    pub(crate) price: Vec<f64>,
}

impl Market {
    pub(crate) fn fit(&self, lead: usize, rep: usize) -> f64 {
        self.fits[self.class[lead] as usize][rep]
    }

    pub(crate) fn worth(&self, lead: usize, rep: usize) -> f64 {
        self.base[lead] * self.fit(lead, rep)
    }

    /// The value of a matching.
    pub(crate) fn value(&self, rep: &[Option<usize>]) -> f64 {
        rep.iter().enumerate().filter_map(|(l, r)| Some(self.worth(l, (*r)?))).sum()
    }

    /// What no matching can exceed, from any prices that are not negative.
    pub(crate) fn bound(&self, price: &[f64]) -> f64 {
        let places: f64 = price.iter().zip(&self.room).map(|(p, room)| p * f64::from(*room)).sum();
        let leads = self.base.iter().zip(&self.class).map(|(base, class)| {
            let reps = self.fits[*class as usize].iter().zip(price).zip(&self.room);
            let may = reps.filter(|((fit, _), room)| **fit > 0.0 && **room > 0);
            may.map(|((fit, p), _)| base * fit - p).fold(0.0, f64::max)
        });
        places + leads.sum::<f64>()
    }

    /// The best matching. Of equal reps the one takes a lead who has least for their pull.
    pub(crate) fn solve(&self) -> Matching {
        let mut search = Search::new(self);
        for lead in 0..self.base.len() {
            search.take(lead);
        }
        Matching { rep: search.rep, price: search.price }
    }
}

/// What it costs to pass a lead on, and which.
#[derive(Debug, Clone, Copy)]
struct Pass {
    cost: f64,
    lead: usize,
}

const NO_PASS: Pass = Pass { cost: f64::INFINITY, lead: usize::MAX };

/// Where a chain ends.
#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    /// The lead that came in is not taken.
    Stay,
    /// This rep has a free place.
    Free(usize),
    /// This rep drops a lead.
    Drop(usize),
}

struct Search<'a> {
    market: &'a Market,
    rep: Vec<Option<usize>>,
    price: Vec<f64>,
    load: Vec<u32>,
    value: Vec<f64>,
    /// For each rep the leads taken, by class; a lead's number falls with its base.
    taken: Vec<BTreeMap<u32, BTreeSet<usize>>>,
    /// For each rep the cheapest lead to pass on to each other, and to drop; `None` where it has to be looked up.
    passes: Vec<Option<(Vec<Pass>, Pass)>>,
    free: u64,
    key: Vec<f64>,
    from: Vec<Option<(usize, usize)>>,
    settled: Vec<usize>,
    open: Vec<bool>,
}

impl<'a> Search<'a> {
    fn new(market: &'a Market) -> Self {
        let reps = market.room.len();
        Self {
            market,
            rep: vec![None; market.base.len()],
            price: vec![0.0; reps],
            load: vec![0; reps],
            value: vec![0.0; reps],
            taken: vec![BTreeMap::new(); reps],
            passes: vec![None; reps],
            free: market.room.iter().map(|room| u64::from(*room)).sum(),
            key: vec![0.0; reps],
            from: vec![None; reps],
            settled: Vec::with_capacity(reps),
            open: vec![true; reps],
        }
    }

    fn has_room(&self, rep: usize) -> bool {
        self.load[rep] < self.market.room[rep]
    }

    /// Takes a lead in, by the cheapest chain there is.
    fn take(&mut self, lead: usize) {
        let (base, fits) =
            (self.market.base[lead], &self.market.fits[self.market.class[lead] as usize]);
        let mut any = false;
        for (rep, fit) in fits.iter().enumerate() {
            // Nobody without a place at all can be on a chain.
            let may = *fit > 0.0 && self.market.room[rep] > 0;
            self.key[rep] = if may { self.price[rep] - base * fit } else { f64::INFINITY };
            any |= self.key[rep] <= 0.0;
            self.from[rep] = None;
            self.open[rep] = true;
        }
        if !any {
            return;
        }
        let (end, cost) = self.chain(base);
        for &rep in &self.settled {
            if self.key[rep] < cost {
                self.price[rep] += cost - self.key[rep];
            }
        }
        self.pass_along(lead, end);
    }

    /// The cheapest chain: its end, and what it costs (below 0 where it gains).
    fn chain(&mut self, base: f64) -> (End, f64) {
        self.settled.clear();
        let (mut end, mut cost) = (End::Stay, 0.0);
        while let Some(rep) = self.next(base) {
            let key = self.key[rep];
            // Nothing is gained; a free place may still be found for a lead that costs nobody anything.
            if key > cost || (key == cost && (end != End::Stay || self.free == 0)) {
                break;
            }
            self.open[rep] = false;
            self.settled.push(rep);
            if self.has_room(rep) {
                return (End::Free(rep), key);
            }
            let spent = key - self.price[rep];
            let (passes, drop) = passes(&mut self.passes[rep], &self.taken[rep], self.market, rep);
            if spent + drop.cost < cost {
                (end, cost) = (End::Drop(rep), spent + drop.cost);
            }
            for (to, pass) in passes.iter().enumerate() {
                // Rounding must not open a way back.
                let key = (spent + pass.cost + self.price[to]).max(key);
                if self.open[to] && key < self.key[to] {
                    self.key[to] = key;
                    self.from[to] = Some((rep, pass.lead));
                }
            }
        }
        (end, cost)
    }

    /// The open rep of the lowest key; of several the one with room who has least for their pull.
    fn next(&self, base: f64) -> Option<usize> {
        let mut best: Option<usize> = None;
        for rep in 0..self.key.len() {
            if !self.open[rep] || self.key[rep] == f64::INFINITY {
                continue;
            }
            let better = best.is_none_or(|best| match self.key[rep].total_cmp(&self.key[best]) {
                Ordering::Less => true,
                Ordering::Greater => false,
                Ordering::Equal => self.less_laden(rep, best, base),
            });
            if better {
                best = Some(rep);
            }
        }
        best
    }

    fn less_laden(&self, a: usize, b: usize, base: f64) -> bool {
        if self.has_room(a) != self.has_room(b) {
            return self.has_room(a);
        }
        let value = |r: usize| (self.value[r] + base) / self.market.pull[r];
        let count = |r: usize| f64::from(self.load[r]) / self.market.pull[r];
        let order = value(a).total_cmp(&value(b)).then(count(a).total_cmp(&count(b)));
        order == Ordering::Less
    }

    /// Moves the leads along the chain that ends there.
    fn pass_along(&mut self, lead: usize, end: End) {
        let mut rep = match end {
            End::Stay => return,
            End::Free(rep) => {
                self.free -= 1;
                rep
            }
            End::Drop(rep) => {
                if let Some((_, drop)) = &self.passes[rep] {
                    self.remove(drop.lead, rep);
                }
                rep
            }
        };
        while let Some((before, passed)) = self.from[rep] {
            self.remove(passed, before);
            self.add(passed, rep);
            rep = before;
        }
        self.add(lead, rep);
    }

    fn add(&mut self, lead: usize, rep: usize) {
        self.rep[lead] = Some(rep);
        self.load[rep] += 1;
        self.value[rep] += self.market.worth(lead, rep);
        self.taken[rep].entry(self.market.class[lead]).or_default().insert(lead);
        self.passes[rep] = None;
    }

    fn remove(&mut self, lead: usize, rep: usize) {
        self.rep[lead] = None;
        self.load[rep] -= 1;
        self.value[rep] -= self.market.worth(lead, rep);
        if let Some(leads) = self.taken[rep].get_mut(&self.market.class[lead]) {
            leads.remove(&lead);
            if leads.is_empty() {
                self.taken[rep].remove(&self.market.class[lead]);
            }
        }
        self.passes[rep] = None;
    }
}

/// The cheapest lead of a rep to pass on to each other rep, and to drop.
fn passes<'a>(
    known: &'a mut Option<(Vec<Pass>, Pass)>,
    taken: &BTreeMap<u32, BTreeSet<usize>>,
    market: &Market,
    rep: usize,
) -> (&'a [Pass], Pass) {
    let (passes, drop) = known.get_or_insert_with(|| {
        let (mut passes, mut drop) = (vec![NO_PASS; market.room.len()], NO_PASS);
        for (class, leads) in taken {
            let (Some(&best), Some(&worst)) = (leads.first(), leads.last()) else { continue };
            let fits = &market.fits[*class as usize];
            let offer = |pass: &mut Pass, lead: usize, lost: f64| {
                let cost = market.base[lead] * lost;
                if cost < pass.cost {
                    *pass = Pass { cost, lead };
                }
            };
            offer(&mut drop, worst, fits[rep]);
            for (to, pass) in passes.iter_mut().enumerate() {
                if fits[to] > 0.0 && market.room[to] > 0 && to != rep {
                    let lost = fits[rep] - fits[to];
                    offer(pass, if lost < 0.0 { best } else { worst }, lost);
                }
            }
        }
        (passes, drop)
    });
    (passes, *drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(super) fn market(base: &[u32], class: &[u32], fits: &[Vec<u32>], room: &[u32]) -> Market {
        let mut base: Vec<f64> = base.iter().map(|b| f64::from(*b)).collect();
        base.sort_by(|a, b| b.total_cmp(a));
        Market {
            class: class.iter().map(|c| c % fits.len() as u32).collect(),
            fits: fits
                .iter()
                .map(|row| row.iter().map(|f| f64::from(*f) / 4.0).collect())
                .collect(),
            room: room.to_vec(),
            pull: vec![1.0; room.len()],
            base,
        }
    }

    /// The best value by trying everything.
    fn best(market: &Market, lead: usize, room: &mut [u32]) -> f64 {
        if lead == market.base.len() {
            return 0.0;
        }
        let mut most = best(market, lead + 1, room);
        for rep in 0..room.len() {
            if room[rep] > 0 && market.fit(lead, rep) > 0.0 {
                room[rep] -= 1;
                most = most.max(market.worth(lead, rep) + best(market, lead + 1, room));
                room[rep] += 1;
            }
        }
        most
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn it_is_the_best_there_is_and_the_prices_prove_it(
            base in prop::collection::vec(0_u32..12, 6),
            class in prop::collection::vec(0_u32..4, 6),
            fits in prop::collection::vec(prop::collection::vec(0_u32..5, 3), 4),
            room in prop::collection::vec(0_u32..3, 3),
        ) {
            let market = market(&base, &class, &fits, &room);
            let matching = market.solve();
            let value = market.value(&matching.rep);
            let expect = best(&market, 0, &mut room.clone());
            prop_assert!((value - expect).abs() < 1e-9, "{value} instead of {expect}");
            prop_assert!(matching.price.iter().all(|p| *p >= 0.0));
            let bound = market.bound(&matching.price);
            prop_assert!((bound - expect).abs() < 1e-9, "bound {bound} for {expect}");
            for (rep, room) in room.iter().enumerate() {
                let load = matching.rep.iter().filter(|r| **r == Some(rep)).count();
                prop_assert!(load <= *room as usize);
            }
            for (lead, rep) in matching.rep.iter().enumerate() {
                prop_assert!(rep.is_none_or(|rep| market.fit(lead, rep) > 0.0));
            }
        }
    }

    #[test]
    fn equal_leads_spread_over_equal_reps_and_worthless_ones_fill_free_places() {
        let even = market(&[8; 12], &[0; 12], &[vec![4, 4, 4]], &[10, 10, 10]).solve();
        for rep in 0..3 {
            assert_eq!(even.rep.iter().filter(|r| **r == Some(rep)).count(), 4);
        }
        let market = market(&[5, 5, 0, 0, 0], &[0; 5], &[vec![4, 4]], &[2, 2]);
        assert_eq!(market.solve().rep.iter().flatten().count(), 4);
    }
}
