//! One symmetric tree: every node of a level asks the same question (Prokhorenkova and others 2018, arXiv 1706.09516).
//!
//! The question of a level maximises the sum of gains over its nodes. A node of which a side would be lighter than
//! `min_child_weight` adds no gain to it; an empty leaf has value 0.

use super::bins::{Group, MISSING, Map};
use super::grow::{Field, Ground, Grown, GrownNode, Open, children_of};
use super::histogram::{Rows, fill, subtract};
use super::split::{Demands, Found, Mask, Seeker, Side, Sums, less};
use rayon::prelude::*;

/// The question of a level.
#[derive(Debug, Clone, Copy)]
struct Question {
    gain: f64,
    input: usize,
    left: Mask,
    cut: Option<usize>,
}

/// Grows a tree of at most `depth` levels; fewer where no question gains.
pub(super) fn grow_symmetric(mut ground: Ground<'_>, depth: usize) -> Grown {
    let mut field = Field::new(&mut ground);
    let mut nodes = vec![GrownNode::Leaf { value: 0.0 }];
    let mut pairs = vec![(field.root(), None)];
    for _ in 0..depth {
        let question = ask(&ground, &field, &mut pairs);
        let mut leaves: Vec<Open> =
            pairs.drain(..).flat_map(|(a, b)| [Some(a), b]).flatten().collect();
        leaves.sort_by_key(|leaf| leaf.node);
        let Some(question) = question else {
            pairs = leaves.into_iter().map(|leaf| (leaf, None)).collect();
            break;
        };
        let splits: Vec<(usize, usize, Found)> = leaves
            .iter()
            .map(|leaf| (leaf.start, leaf.seeker.rows, found(&ground, leaf, &question)))
            .collect();
        let lefts = field.part(ground.bins, &splits);
        for ((leaf, left), (_, _, found)) in leaves.into_iter().zip(lefts).zip(splits) {
            let children = [nodes.len(), nodes.len() + 1];
            nodes[leaf.node] = GrownNode::Split { found, children };
            nodes.extend([GrownNode::Leaf { value: 0.0 }; 2]);
            pairs.push(children_of(ground.demands, leaf, left, found, children, None));
        }
    }
    let mut leaves = Vec::new();
    for leaf in pairs.into_iter().flat_map(|(a, b)| [Some(a), b]).flatten() {
        let value = match leaf.seeker.rows {
            0 => 0.0,
            _ => ground.demands.value(leaf.seeker.sums, leaf.seeker.bounds),
        };
        nodes[leaf.node] = GrownNode::Leaf { value };
        leaves.push((leaf.node, leaf.start, leaf.seeker.rows));
    }
    leaves.sort_unstable();
    Grown { nodes, rows: field.rows, leaves }
}

/// A leaf's part in the level's question.
fn found(ground: &Ground<'_>, leaf: &Open, question: &Question) -> Found {
    let (map, group) = (&ground.bins.maps[question.input], group_of(ground, question.input));
    let lane = group.inputs.iter().position(|input| *input == question.input).unwrap_or(0);
    let from = group.start + group.offsets[lane];
    let slots = &leaf.histogram[from..from + map.bins() + 1];
    let mut left = [0.0; 2];
    for (slot, sums) in slots.iter().enumerate() {
        let bin = if slot + 1 == slots.len() { MISSING } else { slot as u8 };
        if question.left.has(bin) {
            left = [left[0] + sums[0], left[1] + sums[1]];
        }
    }
    let right = less(leaf.seeker.sums, left);
    let sums = [left, right];
    let gain = ground.demands.level_gain(leaf.seeker.sums, left).max(0.0);
    Found { gain, input: question.input, left: question.left, cut: question.cut, sums }
}

fn group_of<'a>(ground: &'a Ground<'_>, input: usize) -> &'a Group {
    let holds = |group: &&Group| group.inputs.contains(&input);
    // The input was found in a group.
    ground.bins.groups.iter().find(holds).unwrap_or(&ground.bins.groups[0])
}

/// One group of inputs over all leaves of a level.
struct Job<'a> {
    group: &'a Group,
    pairs: Vec<Pair<'a>>,
    question: Option<Question>,
}

struct Pair<'a> {
    rows: Rows<'a>,
    small: &'a mut [Sums],
    large: Option<&'a mut [Sums]>,
    seekers: [Seeker; 2],
}

fn ask(ground: &Ground<'_>, field: &Field, pairs: &mut [(Open, Option<Open>)]) -> Option<Question> {
    let mut jobs: Vec<Job<'_>> = ground
        .bins
        .groups
        .iter()
        .map(|group| Job { group, pairs: Vec::with_capacity(pairs.len()), question: None })
        .collect();
    for (small, large) in pairs.iter_mut() {
        small.histogram.resize(ground.bins.slots(), [0.0; 2]);
        let rows = field.of(small);
        let seekers = [small.seeker, large.as_ref().map_or(small.seeker, |l| l.seeker)];
        let mut small_rest = small.histogram.as_mut_slice();
        let mut large_rest = large.as_mut().map(|l| l.histogram.as_mut_slice());
        for job in &mut jobs {
            let (small, tail) = small_rest.split_at_mut(job.group.width);
            small_rest = tail;
            let large = large_rest.take().map(|rest| {
                let (large, tail) = rest.split_at_mut(job.group.width);
                large_rest = Some(tail);
                large
            });
            let rows = Rows { rows: rows.rows, pairs: rows.pairs };
            job.pairs.push(Pair { rows, small, large, seekers });
        }
    }
    jobs.par_iter_mut().with_max_len(1).for_each(|job| {
        if !job.group.inputs.iter().any(|input| ground.allowed[*input]) {
            return;
        }
        for pair in &mut job.pairs {
            fill(job.group, &ground.bins.maps, &pair.rows, pair.small);
            if let Some(large) = &mut pair.large {
                subtract(large, pair.small);
            }
        }
        job.question = best_of_group(ground, job);
    });
    let better = |best: Option<Question>, next: Option<Question>| match (best, next) {
        (Some(best), Some(next)) if next.gain > best.gain => Some(next),
        (None, next) => next,
        (best, _) => best,
    };
    jobs.into_iter().map(|job| job.question).fold(None, better)
}

fn best_of_group(ground: &Ground<'_>, job: &Job<'_>) -> Option<Question> {
    let demands = ground.demands;
    let mut best: Option<Question> = None;
    for (input, from) in job.group.inputs.iter().zip(&job.group.offsets) {
        let map = &ground.bins.maps[*input];
        if !ground.allowed[*input] {
            continue;
        }
        let bins = map.bins();
        let slots = |part: &[Sums]| -> Vec<Sums> { part[*from..from + bins + 1].to_vec() };
        let leaves: Vec<(Sums, Vec<Sums>)> = job
            .pairs
            .iter()
            .flat_map(|pair| {
                let large = pair.large.as_ref().map(|l| (pair.seekers[1].sums, slots(l)));
                [Some((pair.seekers[0].sums, slots(pair.small))), large]
            })
            .flatten()
            .collect();
        let least = best.map_or(demands.min_gain, |b| b.gain);
        let question = match map {
            Map::Category { ordered: false, .. } => one_level(demands, *input, &leaves, least),
            Map::Number { bounded, .. } => cut(demands, *input, *bounded, &leaves, least),
            Map::Category { .. } => cut(demands, *input, false, &leaves, least),
        };
        best = question.or(best);
    }
    best
}

/// The best cut of a number; leaves as (sums, slots).
fn cut(
    demands: &Demands,
    input: usize,
    bounded: bool,
    leaves: &[(Sums, Vec<Sums>)],
    least: f64,
) -> Option<Question> {
    let bins = leaves.first()?.1.len() - 1;
    let total: f64 = leaves.iter().map(|l| l.0[1]).sum();
    let missing: f64 = leaves.iter().map(|l| l.1[bins][1]).sum();
    let some_missing = missing > 1e-10 * total;
    let mut best = (least, None);
    for side in [Side::Right, Side::Left] {
        if side == Side::Left && !some_missing {
            continue;
        }
        let last = bins - usize::from(side == Side::Left || !some_missing || !bounded);
        let mut gains = vec![0.0; last];
        for (sums, slots) in leaves {
            let mut left = if side == Side::Left { slots[bins] } else { [0.0; 2] };
            for (gain, slot) in gains.iter_mut().zip(slots) {
                left = [left[0] + slot[0], left[1] + slot[1]];
                *gain += demands.level_gain(*sums, left);
            }
        }
        for (cut, gain) in gains.into_iter().enumerate() {
            if gain > best.0 {
                best = (gain, Some((cut, side)));
            }
        }
    }
    let (cut, mut missing) = best.1?;
    if !some_missing {
        // What will be missing goes with the heavier side.
        let left: f64 = leaves.iter().flat_map(|l| &l.1[..=cut]).map(|slot| slot[1]).sum();
        missing = if left >= 0.5 * total { Side::Left } else { Side::Right };
    }
    let left = Mask::up_to(cut, missing);
    Some(Question { gain: best.0, input, left, cut: Some(cut) })
}

/// The best level of a category against all others.
fn one_level(
    demands: &Demands,
    input: usize,
    leaves: &[(Sums, Vec<Sums>)],
    least: f64,
) -> Option<Question> {
    let slots = leaves.first()?.1.len();
    let mut best = (least, None);
    for slot in 0..slots {
        let gain = leaves.iter().map(|(sums, slots)| demands.level_gain(*sums, slots[slot])).sum();
        if gain > best.0 {
            best = (gain, Some(slot));
        }
    }
    let slot = best.1?;
    let mut left = Mask::default();
    left.add(if slot + 1 == slots { MISSING } else { slot as u8 });
    Some(Question { gain: best.0, input, left, cut: None })
}

impl Demands {
    /// What a leaf gains by a split; 0 where a side is too light.
    #[inline]
    fn level_gain(&self, sums: Sums, left: Sums) -> f64 {
        let right = less(sums, left);
        let least = self.min_hessian.max(1e-10 * sums[1]);
        if left[1] < least || right[1] < least {
            return 0.0;
        }
        let score = |s: Sums| s[0] * s[0] / (s[1] + self.lambda);
        score(left) + score(right) - score(sums)
    }
}
