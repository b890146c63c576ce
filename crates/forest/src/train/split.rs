//! The best split of a node, by a scan over the bins of one input after another.
//!
//! A number: each cut, with the missing rows on the right and, where the node has any, on the left; and the known against the
//! missing. A category: each level against the others where there are few; else levels in the order of G / (H + smooth), in which
//! the best of all subsets is a prefix (Fisher 1958), and each prefix. Of equal gains the first wins, so that the order of inputs
//! and cuts decides and no thread does.

use super::bins::{Group, MISSING, Map};

/// Sums of gradients and hessians.
pub(super) type Sums = [f64; 2];

/// A hessian below this share of the node's is what subtraction left of nothing.
const NOTHING: f64 = 1e-10;

/// Which way the margin may go as an input grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Monotone {
    /// Either.
    #[default]
    Free,
    /// Up or level.
    Rising,
    /// Down or level.
    Falling,
}

/// How categories are split.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Categories {
    /// With at most so many levels in a node, one level is parted from the others.
    pub one_hot_up_to: usize,
    /// Added to a level's hessian when levels are put in order: rare levels go to the middle.
    pub smooth: f64,
    /// Added to lambda when a category's gain is weighed, as many subsets were tried.
    pub lambda: f64,
    /// A level with fewer rows in the node (whatever their weight; estimated by its hessian) is not told apart.
    pub min_rows: f64,
}

impl Default for Categories {
    fn default() -> Self {
        Self { one_hot_up_to: 4, smooth: 10.0, lambda: 10.0, min_rows: 10.0 }
    }
}

/// Bins that go left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mask([u64; 4]);

impl Mask {
    pub(super) fn has(&self, bin: u8) -> bool {
        self.0[usize::from(bin >> 6)] >> (bin & 63) & 1 == 1
    }

    pub(super) fn add(&mut self, bin: u8) {
        self.0[usize::from(bin >> 6)] |= 1 << (bin & 63);
    }

    /// Bins up to `cut`, and the missing one as told.
    pub(super) fn up_to(cut: usize, missing: Side) -> Self {
        let mut mask = Self::default();
        (0..=cut).for_each(|bin| mask.add(bin as u8));
        if missing == Side::Left {
            mask.add(MISSING);
        }
        mask
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

/// A split that gains.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    pub(super) gain: f64,
    pub(super) input: usize,
    /// What goes left, [`MISSING`] included.
    pub(super) left: Mask,
    /// The last bin on the left, where bins have an order.
    pub(super) cut: Option<usize>,
    pub(super) sums: [Sums; 2],
}

/// What a split must do.
#[derive(Debug, Clone)]
pub(super) struct Demands {
    pub(super) lambda: f64,
    pub(super) min_hessian: f64,
    pub(super) min_gain: f64,
    pub(super) categories: Categories,
    /// By input; empty where all are free.
    pub(super) monotone: Vec<Monotone>,
}

/// A node that looks for a split.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seeker {
    pub(super) sums: Sums,
    pub(super) rows: usize,
    /// What monotone splits above allow of its leaves.
    pub(super) bounds: [f64; 2],
}

pub(super) const UNBOUNDED: [f64; 2] = [f64::NEG_INFINITY, f64::INFINITY];

impl Demands {
    /// The step of a leaf, before the learning rate.
    pub(super) fn value(&self, sums: Sums, bounds: [f64; 2]) -> f64 {
        let value = if sums[1] > 0.0 { -sums[0] / (sums[1] + self.lambda) } else { 0.0 };
        value.clamp(bounds[0], bounds[1])
    }

    /// The best split of a group's inputs; `histogram` is the group's part of the node's, `allowed` by input.
    pub(super) fn best(
        &self,
        group: &Group,
        maps: &[Map],
        histogram: &[Sums],
        node: &Seeker,
        allowed: &[bool],
    ) -> Option<Found> {
        let mut best: Option<Found> = None;
        for (input, from) in group.inputs.iter().zip(&group.offsets) {
            if !allowed[*input] {
                continue;
            }
            let map = &maps[*input];
            let slots = &histogram[*from..from + map.bins() + 1];
            let least = best.map_or(self.min_gain, |b| b.gain);
            let found = match map {
                Map::Category { ordered: false, .. } => {
                    self.best_of_category(*input, slots, node, least)
                }
                Map::Category { .. } => self.best_of_number(*input, slots, false, node, least),
                Map::Number { bounded, .. } => {
                    self.best_of_number(*input, slots, *bounded, node, least)
                }
            };
            best = found.or(best);
        }
        best
    }

    fn best_of_number(
        &self,
        input: usize,
        slots: &[Sums],
        bounded: bool,
        node: &Seeker,
        least: f64,
    ) -> Option<Found> {
        let sign = match self.monotone.get(input) {
            None | Some(Monotone::Free) if self.monotone.is_empty() => None,
            None | Some(Monotone::Free) => Some(0.0),
            Some(Monotone::Rising) => Some(1.0),
            Some(Monotone::Falling) => Some(-1.0),
        };
        match sign {
            None => {
                let free = Free { lambda: self.lambda, sums: node.sums };
                self.scan(&free, input, slots, bounded, node, least)
            }
            Some(sign) => {
                let bound = Bounded { lambda: self.lambda, node, sign };
                self.scan(&bound, input, slots, bounded, node, least)
            }
        }
    }

    fn scan(
        &self,
        score: &impl Score,
        input: usize,
        slots: &[Sums],
        bounded: bool,
        node: &Seeker,
        least: f64,
    ) -> Option<Found> {
        let (missing, known) = slots.split_last()?;
        let floor = self.floor(node);
        let before = score.whole();
        // (score, cut, side of the missing)
        let mut best = (before + least, None);
        let mut sides = [Some(Side::Right), None];
        if missing[1] > NOTHING * node.sums[1] {
            sides[1] = Some(Side::Left);
        }
        for side in sides.into_iter().flatten() {
            let mut left = if side == Side::Left { *missing } else { [0.0; 2] };
            // The last cut parts the known from the missing.
            let last =
                known.len() - usize::from(side == Side::Left || sides[1].is_none() || !bounded);
            for (cut, slot) in known[..last].iter().enumerate() {
                left = [left[0] + slot[0], left[1] + slot[1]];
                if left[1] < floor {
                    continue;
                }
                if node.sums[1] - left[1] < floor {
                    break;
                }
                let found = score.of(left);
                if found > best.0 {
                    best = (found, Some((cut, side, left)));
                }
            }
        }
        let (cut, side, left) = best.1?;
        let right = less(node.sums, left);
        // Where nothing is missing, what will be goes with the heavier side.
        let missing_to = match sides[1] {
            Some(_) => side,
            None if left[1] >= right[1] => Side::Left,
            None => Side::Right,
        };
        Some(Found {
            gain: best.0 - before,
            input,
            left: Mask::up_to(cut, missing_to),
            cut: Some(cut),
            sums: [left, right],
        })
    }

    /// The missing rows are one level more.
    fn best_of_category(
        &self,
        input: usize,
        slots: &[Sums],
        node: &Seeker,
        least: f64,
    ) -> Option<Found> {
        let floor = self.floor(node);
        let bin = |slot: usize| if slot + 1 == slots.len() { MISSING } else { slot as u8 };
        let per_row = node.sums[1] / node.rows.max(1) as f64;
        let (rare, nothing) = (self.categories.min_rows * per_row, NOTHING * node.sums[1]);
        let present = (0..slots.len()).filter(|slot| slots[*slot][1] > nothing).count();
        let mut levels: Vec<usize> =
            (0..slots.len()).filter(|slot| slots[*slot][1] > nothing.max(rare)).collect();
        let one_hot = present <= self.categories.one_hot_up_to;
        if !one_hot {
            let place = |slot: &usize| slots[*slot][0] / (slots[*slot][1] + self.categories.smooth);
            levels.sort_by(|a, b| place(a).total_cmp(&place(b)));
        }
        let extra = if one_hot { 0.0 } else { self.categories.lambda };
        // A category can have no direction, but its leaves must keep to the bounds.
        let score = Bounded { lambda: self.lambda + extra, node, sign: 0.0 };
        let before = score.whole();
        let mut best = (before + least, None);
        let mut left = [0.0; 2];
        for (rank, level) in levels.iter().enumerate() {
            let slot = slots[*level];
            left = if one_hot { slot } else { [left[0] + slot[0], left[1] + slot[1]] };
            let enough = left[1] >= floor && node.sums[1] - left[1] >= floor;
            // All levels on the left leave nothing, or what was too rare to tell.
            if enough && score.of(left) > best.0 {
                best = (score.of(left), Some((rank, left)));
            }
        }
        let (rank, left) = best.1?;
        let right = less(node.sums, left);
        let told = if one_hot { &levels[rank..=rank] } else { &levels[..=rank] };
        let mut mask = Mask::default();
        told.iter().for_each(|level| mask.add(bin(*level)));
        // Levels that the node never showed go with the heavier side, as a missing value does.
        if left[1] >= right[1] {
            let unseen = (0..slots.len()).filter(|slot| slots[*slot][1] <= nothing);
            unseen.for_each(|slot| mask.add(bin(slot)));
        }
        Some(Found { gain: best.0 - before, input, left: mask, cut: None, sums: [left, right] })
    }

    fn floor(&self, node: &Seeker) -> f64 {
        self.min_hessian.max(NOTHING * node.sums[1])
    }
}

pub(super) fn less(a: Sums, b: Sums) -> Sums {
    [a[0] - b[0], a[1] - b[1]]
}

/// What splits are compared by.
trait Score {
    /// Of the node as it is.
    fn whole(&self) -> f64;
    /// Of both sides; minus infinity where the split is forbidden.
    fn of(&self, left: Sums) -> f64;
}

struct Free {
    lambda: f64,
    sums: Sums,
}

impl Score for Free {
    fn whole(&self) -> f64 {
        self.sums[0] * self.sums[0] / (self.sums[1] + self.lambda)
    }

    #[inline]
    fn of(&self, left: Sums) -> f64 {
        let right = less(self.sums, left);
        left[0] * left[0] / (left[1] + self.lambda) + right[0] * right[0] / (right[1] + self.lambda)
    }
}

/// The same where leaves are held within bounds: -(2 G w + (H + lambda) w^2) with w the bounded step.
struct Bounded<'a> {
    lambda: f64,
    node: &'a Seeker,
    /// 1 for rising, -1 for falling, 0 for free.
    sign: f64,
}

impl Bounded<'_> {
    fn step(&self, sums: Sums) -> f64 {
        (-sums[0] / (sums[1] + self.lambda)).clamp(self.node.bounds[0], self.node.bounds[1])
    }

    fn side(&self, sums: Sums, step: f64) -> f64 {
        -(2.0 * sums[0] * step + (sums[1] + self.lambda) * step * step)
    }
}

impl Score for Bounded<'_> {
    fn whole(&self) -> f64 {
        self.side(self.node.sums, self.step(self.node.sums))
    }

    fn of(&self, left: Sums) -> f64 {
        let right = less(self.node.sums, left);
        let (l, r) = (self.step(left), self.step(right));
        if (r - l) * self.sign < 0.0 {
            return f64::NEG_INFINITY;
        }
        self.side(left, l) + self.side(right, r)
    }
}
