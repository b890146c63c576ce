//! One bagged tree: depth first, its own draw of inputs at every split, a histogram of one input at a time.

use super::bagging::{BagParams, Cuts};
use super::bins::{Bins, MISSING, Map};
use super::grow::{Grown, GrownNode, part_stretch};
use super::split::{Found, Mask, Side, Sums, less};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// What one tree is grown by.
pub(super) struct Plot<'a, L> {
    pub(super) params: &'a BagParams,
    pub(super) bins: &'a Bins,
    pub(super) leaf: &'a L,
}

/// A node to be looked at: sums are of w y and w.
struct Todo {
    node: usize,
    depth: u32,
    start: usize,
    rows: usize,
    sums: Sums,
}

impl<L: Fn(Sums) -> f64> Plot<'_, L> {
    /// Depth first, so that the rows of a node are still in the cache when its children are grown.
    pub(super) fn grow(
        &self,
        y: &[f64],
        weight: &impl Fn(usize) -> f64,
        rng: &mut ChaCha8Rng,
    ) -> Grown {
        let mut rows: Vec<u32> =
            (0..y.len()).filter(|row| weight(*row) > 0.0).map(|row| row as u32).collect();
        let pair = |row: &u32| {
            let (y, w) = (y[*row as usize], weight(*row as usize));
            [(w * y) as f32, w as f32]
        };
        let mut pairs: Vec<[f32; 2]> = rows.iter().map(pair).collect();
        let (mut spare_rows, mut spare_pairs) = (rows.clone(), pairs.clone());
        let add = |a: Sums, b: &[f32; 2]| [a[0] + f64::from(b[0]), a[1] + f64::from(b[1])];
        let sums = pairs.iter().fold([0.0; 2], add);
        let inputs: Vec<usize> =
            self.bins.groups.iter().flat_map(|g| g.inputs.iter().copied()).collect();
        let mut tally = Tally::default();
        let mut order = inputs.clone();
        let mut nodes = vec![GrownNode::Leaf { value: 0.0 }];
        let mut leaves = Vec::new();
        let mut todo = vec![Todo { node: 0, depth: 0, start: 0, rows: rows.len(), sums }];
        while let Some(at) = todo.pop() {
            let range = at.start..at.start + at.rows;
            let splits =
                at.depth < self.params.max_depth && at.sums[1] >= 2.0 * self.params.min_leaf_rows;
            let best = if splits {
                let here = (&rows[range.clone()], &pairs[range.clone()]);
                self.best(here, at.sums, &mut order, &mut tally, rng)
            } else {
                None
            };
            let Some(found) = best else {
                nodes[at.node] = GrownNode::Leaf { value: (self.leaf)(at.sums) };
                leaves.push((at.node, at.start, at.rows));
                continue;
            };
            let left = part_stretch(
                &self.bins.columns[found.input],
                &found.left,
                &mut rows[range.clone()],
                &mut pairs[range.clone()],
                &mut spare_rows[range.clone()],
                &mut spare_pairs[range],
            );
            let children = [nodes.len(), nodes.len() + 1];
            nodes[at.node] = GrownNode::Split { found, children };
            nodes.extend([GrownNode::Leaf { value: 0.0 }; 2]);
            for (side, start, rows) in [(1, at.start + left, at.rows - left), (0, at.start, left)] {
                let (node, depth, sums) = (children[side], at.depth + 1, found.sums[side]);
                todo.push(Todo { node, depth, start, rows, sums });
            }
        }
        leaves.sort_unstable();
        Grown { nodes, rows, leaves }
    }

    /// The best split over a draw of inputs; inputs that are level in the node are passed over.
    fn best(
        &self,
        (rows, pairs): (&[u32], &[[f32; 2]]),
        sums: Sums,
        order: &mut [usize],
        tally: &mut Tally,
        rng: &mut ChaCha8Rng,
    ) -> Option<Found> {
        let wanted = ((self.params.colsample * order.len() as f64).round() as usize).max(1);
        let mut best: Option<Found> = None;
        let mut looked = 0;
        for i in 0..order.len() {
            if looked == wanted {
                break;
            }
            let j = i + rng.next_u32() as usize % (order.len() - i);
            order.swap(i, j);
            let input = order[i];
            tally.fill(&self.bins.columns[input], rows, pairs);
            if tally.level() {
                continue;
            }
            looked += 1;
            let least = best.map_or(1e-9 * sums[1], |b| b.gain);
            best = self.cut(input, tally, sums, least, rng).or(best);
        }
        best
    }

    fn cut(
        &self,
        input: usize,
        tally: &Tally,
        sums: Sums,
        least: f64,
        rng: &mut ChaCha8Rng,
    ) -> Option<Found> {
        let score = |s: Sums| s[0] * s[0] / s[1];
        let whole = score(sums);
        let known = &tally.known;
        let missing = (tally.missing[1] > 0.0).then_some(tally.missing);
        // Only where something is missing can the last bin be parted from it, if a threshold lies above.
        let bounded = matches!(&self.bins.maps[input], Map::Number { bounded: true, .. });
        let all = known.len() - usize::from(missing.is_none() || !bounded);
        let drawn = match self.params.cuts {
            Cuts::All => None,
            Cuts::Random if all == 0 => return None,
            Cuts::Random => {
                // A bin between the lowest and the highest, whether the node has it or not.
                let low = usize::from(known[0].0);
                let high =
                    usize::from(known[all - 1].0) + usize::from(all == known.len() || all < 2);
                let high = high.max(low + 1);
                let bin = low + rng.next_u32() as usize % (high - low);
                Some(known.partition_point(|k| usize::from(k.0) <= bin) - 1)
            }
        };
        let mut best = (whole + least, None);
        for side in [Side::Right, Side::Left] {
            let mut left = match (side, missing) {
                (Side::Right, _) => [0.0; 2],
                (Side::Left, Some(missing)) => missing,
                (Side::Left, None) => break,
            };
            let all = if side == Side::Left { all.min(known.len() - 1) } else { all };
            for (at, (bin, slot)) in known[..all].iter().enumerate() {
                left = [left[0] + slot[0], left[1] + slot[1]];
                let right = less(sums, left);
                if left[1] < self.params.min_leaf_rows || drawn.is_some_and(|drawn| drawn != at) {
                    continue;
                }
                if right[1] < self.params.min_leaf_rows {
                    break;
                }
                let found = score(left) + score(right);
                if found > best.0 {
                    best = (found, Some((usize::from(*bin), side, left)));
                }
            }
        }
        let (cut, side, left) = best.1?;
        let right = less(sums, left);
        let missing_to = match missing {
            Some(_) => side,
            None if left[1] >= right[1] => Side::Left,
            None => Side::Right,
        };
        let mask = Mask::up_to(cut, missing_to);
        Some(Found { gain: best.0 - whole, input, left: mask, cut: Some(cut), sums: [left, right] })
    }
}

/// Sums by bin of one input, without the bins that a node does not have.
struct Tally {
    slots: Vec<Sums>,
    known: Vec<(u8, Sums)>,
    missing: Sums,
}

impl Default for Tally {
    fn default() -> Self {
        Self { slots: vec![[0.0; 2]; 256], known: Vec::with_capacity(256), missing: [0.0; 2] }
    }
}

impl Tally {
    fn fill(&mut self, column: &[u8], rows: &[u32], pairs: &[[f32; 2]]) {
        let slots: &mut [Sums; 256] = match self.slots.as_mut_slice().try_into() {
            Ok(slots) => slots,
            Err(_) => return,
        };
        let mut seen = [0_u64; 4];
        for (row, pair) in rows.iter().zip(pairs) {
            let bin = column[*row as usize];
            let slot = &mut slots[usize::from(bin)];
            *slot = [slot[0] + f64::from(pair[0]), slot[1] + f64::from(pair[1])];
            seen[usize::from(bin >> 6)] |= 1 << (bin & 63);
        }
        self.known.clear();
        for (word, mut bits) in (0_u8..).zip(seen) {
            while bits != 0 {
                let bin = word * 64 + bits.trailing_zeros() as u8;
                bits &= bits - 1;
                self.known.push((bin, std::mem::take(&mut slots[usize::from(bin)])));
            }
        }
        self.missing = [0.0; 2];
        if let Some((_, sums)) = self.known.pop_if(|(bin, _)| *bin == MISSING) {
            self.missing = sums;
        }
    }

    /// Whether all rows have one bin.
    fn level(&self) -> bool {
        self.known.len() + usize::from(self.missing[1] > 0.0) < 2 || self.known.is_empty()
    }
}
