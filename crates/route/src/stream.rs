//! One lead at a time, by prices learned from a batch.
//!
//! A lead goes to the rep with whom its expected value exceeds the price of a place by most; where it does not reach any price,
//! it waits in the queue, since better leads are likely to come (bid-price control: Talluri and van Ryzin, Management Science 1998).
//! The prices start from the duals of a batch. Each lead that comes in then lowers the price of rep r by `step * left(r) / n`, and
//! a place that is taken raises it by `step`, with `left(r)` the places left and n the leads still to come today: a subgradient
//! step on the dual, as in online mirror descent (Balseiro, Lu and Mirrokni, Operations Research 2023). So a day that differs
//! from the one that was learned from corrects the prices.

use crate::assignment::{Assignment, Place, Wait};
use crate::batch::Prices;
use crate::hours::Duty;
use crate::router::{Lead, Router};
use crate::routing::{Hold, Takers};
use leadsight_schema::{Cells, Timestamp};

/// How far a place that is taken raises the price, as a share of the mean learned price. Larger steps do better on days that are
/// busier than the one learned from, smaller ones on days alike.
const STEP: f64 = 0.5;

/// Leads as they come in.
#[derive(Debug, Clone)]
pub struct Stream {
    router: Router,
    learned: Vec<f64>,
    leads: usize,
    step: f64,
    reps: Vec<Day>,
    duty: Vec<Duty>,
}

/// A rep's day so far.
#[derive(Debug, Clone, Copy)]
struct Day {
    price: f64,
    taken: u32,
    /// The expected value taken.
    value: f64,
    /// Leads that came in.
    seen: usize,
}

impl Stream {
    /// A day that begins at a moment. The places taken already are those of the routing.
    pub fn new(router: Router, prices: &Prices, at: Timestamp) -> Self {
        let reps = &router.routing.reps;
        let learned: Vec<f64> = (reps.iter())
            .map(|rep| prices.price.get(&rep.id).copied().unwrap_or(0.0))
            .map(|price| if price.is_finite() { price.max(0.0) } else { 0.0 })
            .collect();
        let mean = learned.iter().sum::<f64>() / learned.len().max(1) as f64;
        Self {
            reps: (reps.iter().zip(&learned))
                .map(|(rep, price)| Day { price: *price, taken: rep.taken, value: 0.0, seen: 0 })
                .collect(),
            duty: reps.iter().map(|rep| rep.calendar().duty(at)).collect(),
            step: STEP * mean,
            leads: prices.leads,
            learned,
            router,
        }
    }

    /// Routes the lead in a row of `cells`, at a moment. Moments are to rise from lead to lead.
    pub fn assign(
        &mut self,
        cells: &(impl Cells + ?Sized),
        row: usize,
        at: Timestamp,
    ) -> Assignment {
        self.turn(at);
        let lead = self.router.lead(cells, row, at);
        let place = self.place(&lead);
        if let Some(rep) = place.rep() {
            let fit = if let Place::Best { fit, .. } = place { fit } else { 1.0 };
            self.reps[rep].taken += 1;
            self.reps[rep].value += lead.base() * fit;
        }
        self.router.assign(cells, &lead, place, &self.duty, at)
    }

    /// Begins a new day for every rep whose shift is over.
    fn turn(&mut self, at: Timestamp) {
        for (rep, duty) in self.duty.iter_mut().enumerate() {
            let (Duty::On { until, .. } | Duty::Away { until, .. }) = *duty else { continue };
            if at < until {
                continue;
            }
            let next = self.router.routing.reps[rep].calendar().duty(at);
            let same = matches!((*duty, next), (Duty::On { date: a, .. }, Duty::On { date: b, .. }) if a == b);
            *duty = next;
            if !same {
                let price = self.learned[rep];
                self.reps[rep] = Day { price, taken: 0, value: 0.0, seen: 0 };
            }
        }
    }

    fn left(&self, rep: usize) -> u32 {
        match self.duty[rep] {
            Duty::On { .. } => {
                self.router.routing.reps[rep].daily_cap.saturating_sub(self.reps[rep].taken)
            }
            Duty::Away { .. } | Duty::Never => 0,
        }
    }

    fn place(&mut self, lead: &Lead) -> Place {
        if self.router.takers(lead.demand.pipeline) == Takers::Queue {
            return Place::Queue(Wait::Pipeline);
        }
        if let Some((entry, rep)) =
            lead.owner.as_ref().and_then(|c| Some((c.entry, *c.rep.as_ref().ok()?)))
        {
            if self.left(rep) > 0 {
                return Place::Owner(rep);
            }
            if self.router.routing.owners[entry].hold == Hold::Only {
                return Place::Queue(Wait::Owner(rep));
            }
        }
        let fits = self.router.who.fits(&lead.demand);
        let base = lead.base();
        let (mut at_work, mut of) = (0, 0);
        let mut best: Option<(usize, f64)> = None;
        for (rep, fit) in fits.iter().enumerate().filter(|(_, fit)| **fit > 0.0) {
            at_work += usize::from(matches!(self.duty[rep], Duty::On { .. }));
            if self.left(rep) == 0 {
                continue;
            }
            of += 1;
            let gain = base * fit - self.reps[rep].price;
            let better = best.is_none_or(|(best, most)| {
                let order = gain.total_cmp(&most);
                order.then_with(|| self.load(best).total_cmp(&self.load(rep))).is_gt()
            });
            if better {
                best = Some((rep, gain));
            }
        }
        let place = match best {
            None if at_work == 0 => Place::Queue(Wait::Nobody),
            None => Place::Queue(Wait::Full { of: at_work }),
            Some((rep, gain)) if gain < 0.0 => {
                Place::Queue(Wait::Price { price: self.reps[rep].price })
            }
            Some((rep, _)) => Place::Best { rep, fit: fits[rep], of },
        };
        self.learn(place.rep());
        place
    }

    /// The expected value taken, for the rep's weight and cap.
    fn load(&self, rep: usize) -> f64 {
        let declared = &self.router.routing.reps[rep];
        self.reps[rep].value / (declared.weight * f64::from(declared.daily_cap.max(1)))
    }

    /// Corrects the prices by what became of one lead.
    fn learn(&mut self, taken: Option<usize>) {
        for rep in 0..self.reps.len() {
            let left = f64::from(self.left(rep));
            let day = &mut self.reps[rep];
            let to_come = self.leads.saturating_sub(day.seen).max(1) as f64;
            day.seen += 1;
            let used = f64::from(u8::from(taken == Some(rep)));
            day.price = (day.price + self.step * (used - (left / to_come).min(1.0))).max(0.0);
        }
    }
}
