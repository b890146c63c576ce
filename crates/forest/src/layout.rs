//! The flat arrays that the kernels read, built from the checked trees at load and never stored.

use crate::CategorySet;
use crate::grid::Grid;
use crate::shap::Paths;
use crate::tree::{Node, Rule, Split, Tree, ZERO};

/// Where `Flat::feature` keeps the default direction.
const DEFAULT_LEFT: u32 = 1 << 31;

/// Where `Flat::feature` says that `Flat::threshold` is no number but the bits of a place in `Layout::sets`.
const BY_PLACE: u32 = 1 << 30;

/// In `Layout::sets`, where a set would say its levels: what follows are the bits of a threshold, and zero is missing.
const NONZERO: u32 = u32::MAX;

/// A node in 16 bytes. A leaf leads to itself on both sides, so that rows may stay there while others go on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flat {
    feature: u32,
    threshold: f32,
    pub(crate) children: [u32; 2],
}

impl Flat {
    /// The feature asked for; 0 at a leaf.
    #[inline]
    pub(crate) fn feature(&self) -> usize {
        (self.feature & !(DEFAULT_LEFT | BY_PLACE)) as usize
    }

    /// A split that sends 0 to the left and 1 to the right; `children` as they stand.
    pub(crate) fn bit(feature: usize, children: [u32; 2]) -> Self {
        Self { feature: feature as u32, threshold: 0.5, children }
    }

    /// By row: 1 to go left, 0 to go right.
    #[inline]
    pub(crate) fn left<const L: usize>(&self, row: &[f32; L], sets: &[u32]) -> [f64; L] {
        if self.feature & BY_PLACE != 0 {
            return row.map(|x| if self.side(x, sets) == 0 { 1.0 } else { 0.0 });
        }
        let default_left = self.feature & DEFAULT_LEFT != 0;
        row.map(|x| f64::from(u8::from((x < self.threshold) | (x.is_nan() & default_left))))
    }

    /// The threshold, where that is what is asked.
    pub(crate) fn below(&self) -> Option<f32> {
        (self.feature & BY_PLACE == 0).then_some(self.threshold)
    }

    pub(crate) fn default_left(&self) -> bool {
        self.feature & DEFAULT_LEFT != 0
    }

    /// 0 to go left, 1 to go right.
    #[inline]
    pub(crate) fn side(&self, x: f32, sets: &[u32]) -> usize {
        let default_left = self.feature & DEFAULT_LEFT != 0;
        if self.feature & BY_PLACE != 0 {
            return usize::from(
                !by_place(sets, self.threshold.to_bits(), x).unwrap_or(default_left),
            );
        }
        usize::from(!((x < self.threshold) | (x.is_nan() & default_left)))
    }
}

/// What stands at a place: a set (the number of levels, the number of words, its bits), which may hold the code x, or a
/// threshold, which a number other than 0 may be below; none for what counts as missing.
fn by_place(sets: &[u32], place: u32, x: f32) -> Option<bool> {
    let [levels, count, words @ ..] = &sets[place as usize..] else { return None };
    if *levels == NONZERO {
        return (x.abs() > ZERO).then(|| x < f32::from_bits(*count));
    }
    let known = x >= 0.0 && x < *levels as f32;
    let (at, bit) = (x as usize / 32, x as usize % 32);
    known.then(|| at < *count as usize && words[at] >> bit & 1 == 1)
}

/// Where a tree stands in the arrays.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Root {
    pub(crate) node: u32,
    /// The most splits on the way to a leaf.
    pub(crate) depth: u32,
}

/// All trees in one run of nodes, with what belongs to a node beside it.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) nodes: Vec<Flat>,
    /// Leaf values; 0 at splits.
    pub(crate) values: Vec<f64>,
    /// What [`by_place`] reads, one after another.
    pub(crate) sets: Vec<u32>,
    pub(crate) roots: Vec<Root>,
    /// Sum over trees of the cover-weighted mean leaf value.
    pub(crate) mean: f64,
    pub(crate) depth: usize,
    pub(crate) paths: Paths,
    pub(crate) grid: Grid,
}

/// The arrays of trees in preorder.
pub(crate) fn layout(trees: &[Tree]) -> Layout {
    let total = trees.iter().map(|t| t.nodes.len()).sum();
    let mut out = Layout {
        nodes: Vec::with_capacity(total),
        values: Vec::with_capacity(total),
        sets: Vec::new(),
        roots: Vec::with_capacity(trees.len()),
        mean: 0.0,
        depth: 0,
        paths: Paths::default(),
        grid: Grid::default(),
    };
    for tree in trees {
        let start = out.nodes.len();
        let places: Vec<u32> = tree.sets.iter().map(|set| place(&mut out.sets, set)).collect();
        let mut depths = vec![0_u32; tree.nodes.len()];
        // Of the cover, the left child's; by split.
        let mut shares = vec![1.0; tree.nodes.len()];
        for (i, node) in tree.nodes.iter().enumerate() {
            let (flat, value) = match node {
                Node::Leaf { value, .. } => {
                    let me = (start + i) as u32;
                    (Flat { feature: 0, threshold: 0.0, children: [me; 2] }, *value)
                }
                Node::Split(s) => {
                    shares[i] = left_share(tree, s);
                    depths[s.left as usize] = depths[i] + 1;
                    depths[s.right as usize] = depths[i] + 1;
                    let (kind, threshold) = match s.rule {
                        Rule::Below(threshold) => (0, threshold),
                        Rule::NonzeroBelow(threshold) => {
                            let place = out.sets.len() as u32;
                            out.sets.extend([NONZERO, threshold.to_bits()]);
                            (BY_PLACE, f32::from_bits(place))
                        }
                        Rule::OneOf(set) => (BY_PLACE, f32::from_bits(places[set as usize])),
                    };
                    let default = if s.default_left { DEFAULT_LEFT } else { 0 };
                    let feature = s.feature | kind | default;
                    let children = [start as u32 + s.left, start as u32 + s.right];
                    (Flat { feature, threshold, children }, 0.0)
                }
            };
            out.nodes.push(flat);
            out.values.push(value);
        }
        let depth = depths.iter().copied().max().unwrap_or(0);
        out.depth = out.depth.max(depth as usize);
        out.roots.push(Root { node: start as u32, depth });
        out.mean += mean(tree, &shares);
        out.paths.add(tree, &shares);
    }
    out.grid = Grid::new(&out.nodes, &out.values, &out.roots);
    out
}

/// Appends a set and returns where it begins.
fn place(sets: &mut Vec<u32>, set: &CategorySet) -> u32 {
    let at = sets.len() as u32;
    sets.extend([set.levels(), 2 * set.words().len() as u32]);
    sets.extend(set.words().iter().flat_map(|word| [*word as u32, (word >> 32) as u32]));
    at
}

/// Half where neither child has cover: nothing is known, and 0/0 would spread NaN.
fn left_share(tree: &Tree, split: &Split) -> f64 {
    let left = tree.nodes[split.left as usize].cover();
    let sum = left + tree.nodes[split.right as usize].cover();
    if sum > 0.0 { left / sum } else { 0.5 }
}

fn mean(tree: &Tree, shares: &[f64]) -> f64 {
    // Children stand behind their parents, so one pass from the back has both means ready.
    let mut means = vec![0.0; tree.nodes.len()];
    for (i, node) in tree.nodes.iter().enumerate().rev() {
        means[i] = match node {
            Node::Leaf { value, .. } => *value,
            Node::Split(s) => {
                let (l, r) = (s.left as usize, s.right as usize);
                shares[i] * means[l] + (1.0 - shares[i]) * means[r]
            }
        };
    }
    means[0]
}
