//! One tree, grown by levels or leaf by leaf.
//!
//! The rows of a node stand together, so that a split only reorders the stretch of its node. Nodes are split in batches (a level, or
//! the one leaf that gains most); within a batch, every pair of children and group of inputs is a job of its own.

use super::bins::{Bins, Group};
use super::boosting::Growth;
use super::histogram::{Rows, fill, subtract};
use super::split::{Demands, Found, Mask, Monotone, Seeker, Sums, UNBOUNDED};
use crate::{Split, Tree};
use rayon::prelude::*;

/// Jobs with fewer row visits in all are done by one thread: handing them out would take longer.
const WORTH_SHARING: usize = 20_000;

/// A grown tree in bins; the root is node 0.
pub(super) struct Grown {
    pub(super) nodes: Vec<GrownNode>,
    /// The rows that it was grown on, leaf by leaf.
    pub(super) rows: Vec<u32>,
    /// Node, first position in `rows` and number of rows of each leaf.
    pub(super) leaves: Vec<(usize, usize, usize)>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum GrownNode {
    Split { found: Found, children: [usize; 2] },
    Leaf { value: f64 },
}

/// What a tree is grown from.
pub(super) struct Ground<'a> {
    pub(super) bins: &'a Bins,
    pub(super) demands: &'a Demands,
    /// By input.
    pub(super) allowed: &'a [bool],
    pub(super) rows: Vec<u32>,
    /// Gradient and hessian by row of the sample (not by position in `rows`).
    pub(super) gradients: &'a [[f32; 2]],
}

/// A leaf that may yet be split.
pub(super) struct Open {
    pub(super) node: usize,
    pub(super) depth: usize,
    pub(super) start: usize,
    pub(super) seeker: Seeker,
    pub(super) histogram: Vec<Sums>,
    pub(super) best: Option<Found>,
}

/// The rows of a tree while it grows.
pub(super) struct Field {
    pub(super) rows: Vec<u32>,
    pub(super) pairs: Vec<[f32; 2]>,
    spare_rows: Vec<u32>,
    spare_pairs: Vec<[f32; 2]>,
}

impl Field {
    pub(super) fn new(ground: &mut Ground<'_>) -> Self {
        let rows = std::mem::take(&mut ground.rows);
        let pairs: Vec<[f32; 2]> =
            rows.par_iter().with_min_len(4096).map(|r| ground.gradients[*r as usize]).collect();
        let (spare_rows, spare_pairs) = (vec![0; rows.len()], vec![[0.0; 2]; rows.len()]);
        Self { rows, pairs, spare_rows, spare_pairs }
    }

    pub(super) fn of(&self, open: &Open) -> Rows<'_> {
        let range = open.start..open.start + open.seeker.rows;
        Rows { rows: &self.rows[range.clone()], pairs: &self.pairs[range] }
    }

    pub(super) fn root(&self) -> Open {
        let mut sums = [0.0; 2];
        for pair in &self.pairs {
            sums = [sums[0] + f64::from(pair[0]), sums[1] + f64::from(pair[1])];
        }
        let seeker = Seeker { sums, rows: self.rows.len(), bounds: UNBOUNDED };
        Open { node: 0, depth: 0, start: 0, seeker, histogram: Vec::new(), best: None }
    }

    /// Puts the left rows of each split before its right ones; returns how many went left. The splits' stretches are apart and in
    /// order.
    pub(super) fn part(&mut self, bins: &Bins, splits: &[(usize, usize, Found)]) -> Vec<usize> {
        let ranges: Vec<(usize, usize)> = splits.iter().map(|s| (s.0, s.1)).collect();
        let jobs: Vec<_> = stretches(&mut self.rows, &ranges)
            .into_iter()
            .zip(stretches(&mut self.pairs, &ranges))
            .zip(stretches(&mut self.spare_rows, &ranges))
            .zip(stretches(&mut self.spare_pairs, &ranges))
            .zip(splits)
            .collect();
        let part = |job| {
            let ((((rows, pairs), spare_rows), spare_pairs), (_, _, found)): (_, &(_, _, Found)) =
                job;
            let column = &bins.columns[found.input];
            part_stretch(column, &found.left, rows, pairs, spare_rows, spare_pairs)
        };
        let visits = splits.iter().map(|s| s.1).sum::<usize>();
        if visits < WORTH_SHARING {
            jobs.into_iter().map(part).collect()
        } else {
            jobs.into_par_iter().map(part).collect()
        }
    }
}

/// Stretches (first, length) of a slice, apart and in order.
fn stretches<'a, T>(mut rest: &'a mut [T], ranges: &[(usize, usize)]) -> Vec<&'a mut [T]> {
    let mut at = 0;
    let mut out = Vec::with_capacity(ranges.len());
    for (first, length) in ranges {
        let (_, tail) = rest.split_at_mut(first - at);
        let (stretch, tail) = tail.split_at_mut(*length);
        out.push(stretch);
        rest = tail;
        at = first + length;
    }
    out
}

pub(super) fn part_stretch(
    column: &[u8],
    left: &Mask,
    rows: &mut [u32],
    pairs: &mut [[f32; 2]],
    spare_rows: &mut [u32],
    spare_pairs: &mut [[f32; 2]],
) -> usize {
    let goes_left: [bool; 256] = std::array::from_fn(|bin| left.has(bin as u8));
    let (mut l, mut r) = (0, 0);
    for i in 0..rows.len() {
        let (row, pair) = (rows[i], pairs[i]);
        let is_left = goes_left[usize::from(column[row as usize])];
        // Written to both places, kept in one: no branch to be mispredicted.
        (rows[l], pairs[l]) = (row, pair);
        (spare_rows[r], spare_pairs[r]) = (row, pair);
        l += usize::from(is_left);
        r += usize::from(!is_left);
    }
    rows[l..].copy_from_slice(&spare_rows[..r]);
    pairs[l..].copy_from_slice(&spare_pairs[..r]);
    l
}

/// One pair of siblings (or the root alone) and one group of inputs.
struct Job<'a> {
    group: &'a Group,
    rows: Rows<'a>,
    small: &'a mut [Sums],
    /// The parent's histogram, which becomes the sibling's; none at the root.
    large: Option<&'a mut [Sums]>,
    seekers: [Seeker; 2],
    found: [Option<Found>; 2],
}

/// Gives histograms and best splits to pairs of siblings, the smaller one first, whose larger one holds the parent's histogram; the
/// root has no sibling.
pub(super) fn seek(ground: &Ground<'_>, field: &Field, pairs: &mut [(Open, Option<Open>)]) {
    let mut jobs: Vec<Job<'_>> = Vec::with_capacity(pairs.len() * ground.bins.groups.len());
    let mut visits = 0;
    for (small, large) in pairs.iter_mut() {
        small.histogram.resize(ground.bins.slots(), [0.0; 2]);
        let rows = field.of(small);
        visits += rows.rows.len() * ground.bins.groups.len() + ground.bins.slots();
        let seekers = [small.seeker, large.as_ref().map_or(small.seeker, |l| l.seeker)];
        let mut small_rest = small.histogram.as_mut_slice();
        let mut large_rest = large.as_mut().map(|l| l.histogram.as_mut_slice());
        for group in &ground.bins.groups {
            let (small, tail) = small_rest.split_at_mut(group.width);
            small_rest = tail;
            let large = large_rest.take().map(|rest| {
                let (large, tail) = rest.split_at_mut(group.width);
                large_rest = Some(tail);
                large
            });
            let rows = Rows { rows: rows.rows, pairs: rows.pairs };
            jobs.push(Job { group, rows, small, large, seekers, found: [None; 2] });
        }
    }
    let run = |job: &mut Job<'_>| {
        let maps = &ground.bins.maps;
        if !job.group.inputs.iter().any(|input| ground.allowed[*input]) {
            return;
        }
        fill(job.group, maps, &job.rows, job.small);
        let best = |histogram: &[Sums], seeker| {
            ground.demands.best(job.group, maps, histogram, seeker, ground.allowed)
        };
        job.found[0] = best(job.small, &job.seekers[0]);
        if let Some(large) = &mut job.large {
            subtract(large, job.small);
            job.found[1] = best(large, &job.seekers[1]);
        }
    };
    if visits < WORTH_SHARING {
        jobs.iter_mut().for_each(run);
    } else {
        jobs.par_iter_mut().with_max_len(1).for_each(run);
    }
    let found: Vec<[Option<Found>; 2]> = jobs.into_iter().map(|job| job.found).collect();
    for ((small, large), found) in
        pairs.iter_mut().zip(found.chunks(ground.bins.groups.len().max(1)))
    {
        small.best = first_best(found.iter().map(|f| f[0]));
        if let Some(large) = large {
            large.best = first_best(found.iter().map(|f| f[1]));
        }
    }
}

fn first_best(found: impl Iterator<Item = Option<Found>>) -> Option<Found> {
    found.flatten().fold(None, |best: Option<Found>, found| match best {
        Some(best) if best.gain >= found.gain => Some(best),
        _ => Some(found),
    })
}

/// Grows a tree; leaf values are whole steps.
pub(super) fn grow(mut ground: Ground<'_>, growth: Growth) -> Grown {
    let mut field = Field::new(&mut ground);
    let (max_depth, max_leaves) = match growth {
        Growth::Levels { max_depth } | Growth::Symmetric { depth: max_depth } => {
            (max_depth as usize, usize::MAX)
        }
        Growth::Leaves { max_leaves, max_depth } => (max_depth as usize, max_leaves as usize),
    };
    let one_by_one = matches!(growth, Growth::Leaves { .. });
    let mut nodes = vec![GrownNode::Leaf { value: 0.0 }];
    let mut root = [(field.root(), None)];
    if max_depth > 0 && max_leaves > 1 {
        seek(&ground, &field, &mut root);
    }
    let mut open: Vec<Open> = root.into_iter().map(|(root, _)| root).collect();
    let mut done: Vec<Open> = Vec::new();
    let mut spare: Vec<Vec<Sums>> = Vec::new();
    loop {
        let room = max_leaves - (open.len() + done.len()).min(max_leaves);
        let (batch, rest) = choose(open, one_by_one, room);
        (open, done) = settle(rest, done, &mut spare);
        if batch.is_empty() {
            done.append(&mut open);
            break;
        }
        let seek_below = !one_by_one || room > 1;
        let splits: Vec<(usize, usize, Found)> = batch
            .iter()
            .filter_map(|o| o.best.map(|found| (o.start, o.seeker.rows, found)))
            .collect();
        let lefts = field.part(ground.bins, &splits);
        let mut pairs = Vec::with_capacity(batch.len());
        for ((parent, left), (_, _, found)) in batch.into_iter().zip(lefts).zip(splits) {
            let depth = parent.depth + 1;
            let children = [nodes.len(), nodes.len() + 1];
            nodes[parent.node] = GrownNode::Split { found, children };
            nodes.extend([GrownNode::Leaf { value: 0.0 }; 2]);
            let pair = children_of(ground.demands, parent, left, found, children, spare.pop());
            if depth < max_depth && seek_below {
                pairs.push(pair);
            } else {
                let (small, large) = pair;
                done.extend([Some(small), large].into_iter().flatten());
            }
        }
        seek(&ground, &field, &mut pairs);
        open.extend(pairs.into_iter().flat_map(|(small, large)| [Some(small), large]).flatten());
        open.sort_by_key(|o| o.start);
    }
    for leaf in &done {
        let value = ground.demands.value(leaf.seeker.sums, leaf.seeker.bounds);
        nodes[leaf.node] = GrownNode::Leaf { value };
    }
    let mut leaves: Vec<_> = done.iter().map(|o| (o.node, o.start, o.seeker.rows)).collect();
    leaves.sort_unstable();
    Grown { nodes, rows: field.rows, leaves }
}

/// The leaves to split now, in the order of their rows, and the others.
fn choose(open: Vec<Open>, one_by_one: bool, room: usize) -> (Vec<Open>, Vec<Open>) {
    if !one_by_one {
        return open.into_iter().partition(|o| o.best.is_some());
    }
    let gain = |o: &Open| o.best.map_or(0.0, |b| b.gain);
    let best = open.iter().enumerate().filter(|o| o.1.best.is_some()).reduce(|a, b| {
        // Of equal gains the older node.
        let older = gain(a.1) == gain(b.1) && a.1.node < b.1.node;
        if gain(a.1) > gain(b.1) || older { a } else { b }
    });
    let best = best.filter(|_| room > 0).map(|(at, _)| at);
    let (batch, rest): (Vec<_>, Vec<_>) =
        open.into_iter().enumerate().partition(|(at, _)| Some(*at) == best);
    let bare = |list: Vec<(usize, Open)>| list.into_iter().map(|(_, open)| open).collect();
    (bare(batch), bare(rest))
}

/// Leaves that gain nothing are done, and their histograms can be used again.
fn settle(
    open: Vec<Open>,
    mut done: Vec<Open>,
    spare: &mut Vec<Vec<Sums>>,
) -> (Vec<Open>, Vec<Open>) {
    let (open, finished): (Vec<_>, Vec<_>) = open.into_iter().partition(|o| o.best.is_some());
    for mut leaf in finished {
        spare.push(std::mem::take(&mut leaf.histogram));
        done.push(leaf);
    }
    (open, done)
}

/// The children, the smaller one first, the larger one with the parent's histogram.
pub(super) fn children_of(
    demands: &Demands,
    parent: Open,
    left: usize,
    found: Found,
    children: [usize; 2],
    spare: Option<Vec<Sums>>,
) -> (Open, Option<Open>) {
    let rows = [left, parent.seeker.rows - left];
    let bounds = child_bounds(demands, &parent.seeker, &found);
    let child = |side: usize, histogram| Open {
        node: children[side],
        depth: parent.depth + 1,
        start: parent.start + side * left,
        seeker: Seeker { sums: found.sums[side], rows: rows[side], bounds: bounds[side] },
        histogram,
        best: None,
    };
    let small = usize::from(rows[1] < rows[0]);
    let spare = spare.unwrap_or_default();
    (child(small, spare), Some(child(1 - small, parent.histogram)))
}

/// Below a monotone split neither side may cross the middle of the two steps.
fn child_bounds(demands: &Demands, node: &Seeker, found: &Found) -> [[f64; 2]; 2] {
    let [low, high] = node.bounds;
    let step = |side: usize| demands.value(found.sums[side], node.bounds);
    let middle = 0.5 * (step(0) + step(1));
    match demands.monotone.get(found.input) {
        Some(Monotone::Rising) => [[low, middle], [middle, high]],
        Some(Monotone::Falling) => [[middle, high], [low, middle]],
        _ => [node.bounds; 2],
    }
}

impl Grown {
    /// The leaf of a row of `bins`.
    pub(super) fn leaf_of(&self, bins: &Bins, row: usize) -> f64 {
        let mut at = 0;
        loop {
            match &self.nodes[at] {
                GrownNode::Leaf { value } => return *value,
                GrownNode::Split { found, children } => {
                    let left = found.left.has(bins.columns[found.input][row]);
                    at = children[usize::from(!left)];
                }
            }
        }
    }

    /// The tree of thresholds and sets; leaves are scaled, covers are the weights of the rows.
    pub(super) fn tree(&self, bins: &Bins, scale: f64, weight: impl Fn(usize) -> f64) -> Tree {
        let mut covers = vec![0.0; self.nodes.len()];
        for (node, start, rows) in &self.leaves {
            let rows = &self.rows[*start..start + rows];
            covers[*node] = rows.iter().map(|r| weight(*r as usize)).sum();
        }
        let mut tree = Tree::default();
        // Children stand behind their parents.
        let mut places = vec![0; self.nodes.len()];
        for at in (0..self.nodes.len()).rev() {
            places[at] = match &self.nodes[at] {
                GrownNode::Leaf { value } => tree.leaf(value * scale, covers[at]),
                GrownNode::Split { found, children: [left, right] } => {
                    covers[at] = covers[*left] + covers[*right];
                    let map = &bins.maps[found.input];
                    let rule = map.rule(found.cut, |bin| found.left.has(bin));
                    let rule = rule.place(&mut tree.sets);
                    tree.split(Split {
                        feature: found.input as u32,
                        rule,
                        default_left: found.left.has(super::bins::MISSING),
                        left: places[*left],
                        right: places[*right],
                        cover: covers[at],
                        gain: found.gain,
                    })
                }
            };
        }
        tree
    }
}
