//! A batch shared out evenly: leads change hands until each rep's expected value lies in its band.
//!
//! Starts from the best matching and keeps the set of leads that are taken, so nothing is stranded for the sake of evenness; a
//! lead is passed on to a rep with room, or two reps swap. Each move lowers the sum of all distances to the bands; those that
//! lose no value come first, and the loss of all of them has a limit. Where no move is left, the rep is left to be reported.
//! What a band costs shows in the gap to the bound of the best matching, which holds with a band as well.

use crate::market::Market;

/// Pairs of leads that are looked at before the rest is left as it is: less than a second's work.
const BUDGET: usize = 100_000_000;

/// The limits of each rep's expected value, own leads left out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Limits {
    pub(crate) low: Vec<f64>,
    pub(crate) high: Vec<f64>,
}

/// Rounds of scaling, after which parts and places agree well enough.
const ROUNDS: usize = 30;

/// Each rep's fair share: each lead that is taken counts for those who may take it, in parts by their pull times their fit,
/// scaled until nobody's parts add up to more leads than the rep has places (iterative proportional fitting).
pub(crate) fn shares(market: &Market, rep_of: &[Option<usize>]) -> Vec<f64> {
    let mut taken = vec![(0.0, 0.0); market.fits.len()];
    for (lead, _) in rep_of.iter().enumerate().filter(|(_, rep)| rep.is_some()) {
        let (count, value) = &mut taken[market.class[lead] as usize];
        *count += 1.0;
        *value += market.base[lead];
    }
    let reps = market.room.len();
    let mut pull: Vec<f64> =
        (0..reps).map(|r| if market.room[r] > 0 { market.pull[r] } else { 0.0 }).collect();
    // The parts of all leads, as the sum over classes of what `amount` says of each.
    let parts = |pull: &[f64], amount: fn(&(f64, f64)) -> f64| {
        let mut parts = vec![0.0; reps];
        for (fits, class) in market.fits.iter().zip(&taken).filter(|(_, class)| class.0 > 0.0) {
            let all: f64 = fits.iter().zip(pull).map(|(fit, pull)| fit * pull).sum();
            for (part, (fit, pull)) in parts.iter_mut().zip(fits.iter().zip(pull)) {
                *part += amount(class) * fit * pull / all;
            }
        }
        parts
    };
    for _ in 0..ROUNDS {
        let counts = parts(&pull, |class| class.0);
        for (rep, count) in counts.into_iter().enumerate().filter(|(_, count)| *count > 0.0) {
            pull[rep] *= (f64::from(market.room[rep]) / count).min(1.0);
        }
    }
    parts(&pull, |class| class.1)
}

/// How much value a move may lose for each unit by which it lowers the distances: free moves first, dear ones last.
const RATES: [f64; 4] = [1e-9, 0.01, 0.1, 1.0];

/// A change of hands.
#[derive(Debug, Clone, Copy)]
struct Move {
    lead: usize,
    from: usize,
    to: usize,
    /// The lead that comes back.
    back: Option<usize>,
    /// By how much all distances fall.
    gain: f64,
    /// The value that is lost.
    loss: f64,
}

/// Who has what.
struct Hands<'a> {
    market: &'a Market,
    limits: &'a Limits,
    leads: Vec<Vec<usize>>,
    value: Vec<f64>,
    /// Pairs that may still be looked at.
    budget: usize,
}

/// Moves leads between reps until each is within the limits, no move helps, or `may_lose` of the value is lost.
pub(crate) fn level(market: &Market, rep_of: &mut [Option<usize>], limits: &Limits, may_lose: f64) {
    let reps = market.room.len();
    let mut hands = Hands {
        market,
        limits,
        leads: vec![Vec::new(); reps],
        value: vec![0.0; reps],
        budget: BUDGET,
    };
    for (lead, rep) in rep_of.iter().enumerate() {
        if let Some(rep) = *rep {
            hands.leads[rep].push(lead);
            hands.value[rep] += market.worth(lead, rep);
        }
    }
    let mut left = may_lose;
    for rate in RATES {
        while hands.pass(rate, &mut left) {}
    }
    for (rep, leads) in hands.leads.iter().enumerate() {
        leads.iter().for_each(|lead| rep_of[*lead] = Some(rep));
    }
}

impl Hands<'_> {
    /// Brings every rep that is out of its band, the farthest first, as near as moves of this rate can; whether any did.
    fn pass(&mut self, rate: f64, left: &mut f64) -> bool {
        let mut order: Vec<usize> = (0..self.value.len()).collect();
        let distance: Vec<f64> = order.iter().map(|rep| self.distance(*rep, 0.0)).collect();
        order.sort_by(|a, b| distance[*b].total_cmp(&distance[*a]).then(a.cmp(b)));
        let mut moved = false;
        for rep in order {
            while self.distance(rep, 0.0) > self.rounding()
                && let Some(change) = self.best_move(rep, rate, *left)
            {
                *left -= change.loss;
                self.make(change);
                moved = true;
            }
        }
        moved
    }

    /// What is nearer than this to a limit is within it.
    fn rounding(&self) -> f64 {
        1e-9 * (1.0 + self.value.iter().copied().fold(0.0, f64::max))
    }

    fn distance(&self, rep: usize, more: f64) -> f64 {
        let value = self.value[rep] + more;
        (value - self.limits.high[rep]).max(self.limits.low[rep] - value).max(0.0)
    }

    /// The move that brings a rep nearest to its limits at this rate.
    fn best_move(&mut self, rep: usize, rate: f64, left: f64) -> Option<Move> {
        let (market, limits) = (self.market, self.limits);
        let over = self.value[rep] > limits.high[rep];
        let others = (0..market.room.len()).filter(|&other| {
            let gives = over && self.value[other] < limits.high[other];
            let takes = !over && self.value[other] > limits.low[other];
            other != rep && market.room[other] > 0 && (gives || takes)
        });
        let mut least = self.rounding();
        let mut best: Option<Move> = None;
        for other in others {
            let pairs = (self.leads[rep].len() + 1) * (self.leads[other].len() + 1);
            if self.budget < pairs {
                return best;
            }
            self.budget -= pairs;
            let mut offer = |change: Move| {
                if change.gain > least && change.loss <= rate * change.gain && change.loss <= left {
                    (least, best) = (change.gain, Some(change));
                }
            };
            let (from, to) = if over { (rep, other) } else { (other, rep) };
            for &lead in self.leads[from].iter().filter(|lead| market.fit(**lead, to) > 0.0) {
                if self.leads[to].len() < market.room[to] as usize {
                    offer(self.change(lead, from, to, None));
                }
                for &back in self.leads[to].iter().filter(|back| market.fit(**back, from) > 0.0) {
                    offer(self.change(lead, from, to, Some(back)));
                }
            }
        }
        best
    }

    fn change(&self, lead: usize, from: usize, to: usize, back: Option<usize>) -> Move {
        let worth = |rep: usize| {
            let back = back.map_or(0.0, |back| self.market.worth(back, rep));
            self.market.worth(lead, rep) - back
        };
        let (given, got) = (worth(from), worth(to));
        let before = self.distance(from, 0.0) + self.distance(to, 0.0);
        let after = self.distance(from, -given) + self.distance(to, got);
        Move { lead, from, to, back, gain: before - after, loss: given - got }
    }

    fn make(&mut self, change: Move) {
        let Move { lead, from, to, back, .. } = change;
        self.hand(lead, from, to);
        if let Some(back) = back {
            self.hand(back, to, from);
        }
    }

    fn hand(&mut self, lead: usize, from: usize, to: usize) {
        self.leads[from].retain(|l| *l != lead);
        self.leads[to].push(lead);
        self.value[from] -= self.market.worth(lead, from);
        self.value[to] += self.market.worth(lead, to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn market() -> Market {
        Market {
            base: vec![9.0, 8.0, 7.0, 6.0, 5.0, 5.0],
            class: vec![0, 0, 0, 1, 0, 0],
            fits: vec![vec![1.0, 1.0, 0.0], vec![0.5, 0.0, 1.0]],
            room: vec![3, 3, 3],
            pull: vec![1.0, 1.0, 1.0],
        }
    }

    #[test]
    fn shares_add_up_and_count_for_those_who_may() {
        let mut market = market();
        let rep_of = [Some(0), Some(0), Some(0), Some(2), Some(1), Some(1)];
        assert_eq!(shares(&market, &rep_of), [19.0, 17.0, 4.0]);
        assert_eq!(shares(&market, &[None; 6]), [0.0; 3]);
        // With two places the first rep's part is that of two leads.
        market.room = vec![2, 4, 1];
        market.fits[1] = vec![0.0, 0.0, 1.0];
        let fewer = shares(&market, &rep_of);
        assert!((fewer[0] - 34.0 * 2.0 / 5.0).abs() < 1e-6, "{fewer:?}");
        assert!((fewer.iter().sum::<f64>() - 40.0).abs() < 1e-9);
    }

    #[test]
    fn leads_change_hands_until_all_are_within() {
        let market = market();
        let mut rep_of = [Some(0), Some(0), Some(0), Some(2), Some(1), Some(1)];
        let limits = Limits { low: vec![16.0, 16.0, 0.0], high: vec![18.0, 18.0, 9.0] };
        let before = market.value(&rep_of);
        level(&market, &mut rep_of, &limits, 0.0);
        assert_eq!(market.value(&rep_of), before);
        let value = |rep| {
            rep_of
                .iter()
                .enumerate()
                .filter(|(_, r)| **r == Some(rep))
                .map(|(l, _)| market.worth(l, rep))
                .sum::<f64>()
        };
        assert!(
            (16.0..=18.0).contains(&value(0)) && (16.0..=18.0).contains(&value(1)),
            "{rep_of:?}"
        );
        // Nobody else may take the last rep's lead at full value, and half of it helps nobody.
        assert_eq!(rep_of[3], Some(2));
    }
}
