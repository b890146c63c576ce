//! Inputs cut into at most 255 bins, one byte a value.
//!
//! Bin k of a number holds the values x with `cuts[k - 1] <= x < cuts[k]`; cuts lie halfway between neighbours in the sample, at
//! the quantiles where there are more than 255 distinct values. Infinities are ordinary extremes. A category's frequent levels
//! have a bin each and the others share the last. Code 255 is "missing": NaN, or a level that the sample never showed.
//!
//! The bytes stand twice: column by column, and for histograms in groups of eight inputs side by side, so that one load brings the
//! bins of eight inputs and the histograms of a group (32 KB) stay in the first-level cache.

use crate::{CategorySet, ForestError, Rule};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use std::sync::Arc;

/// The code of a missing value.
pub(super) const MISSING: u8 = 255;
/// Value bins of an input at most.
pub(super) const MAX_BINS: usize = 255;
/// Inputs of a group.
pub(super) const LANES: usize = 8;
/// Cuts are taken from so many rows at most: more would move a quantile by less than a thousandth.
const SAMPLED_ROWS: usize = 200_000;

/// What an input of a tree is. All are f32 in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// A number; NaN is missing.
    Number,
    /// A code below `levels`; anything else is missing.
    Category {
        /// The number of levels.
        levels: u32,
    },
}

/// How one input becomes bins.
#[derive(Debug, Clone)]
pub(super) enum Map {
    Number {
        cuts: Vec<f32>,
        /// Whether a finite threshold lies above every known value, so that a split can part the known from the missing.
        bounded: bool,
    },
    Category {
        bin_of: Vec<u8>,
        bins: usize,
        /// Whether bins are in an order that means something, and are split like a number's.
        ordered: bool,
    },
}

impl Map {
    /// The value bins; the missing one comes on top.
    pub(super) fn bins(&self) -> usize {
        match self {
            Map::Number { cuts, .. } => cuts.len() + 1,
            Map::Category { bins, .. } => *bins,
        }
    }

    pub(super) fn code(&self, x: f32) -> u8 {
        match self {
            _ if x.is_nan() => MISSING,
            Map::Number { cuts, .. } => cuts.partition_point(|cut| *cut <= x) as u8,
            Map::Category { bin_of, .. } => {
                let code = (x >= 0.0).then_some(x as usize);
                code.and_then(|code| bin_of.get(code)).copied().unwrap_or(MISSING)
            }
        }
    }

    /// The rule that sends to the left what `left` says of its bin; with the set, where it is one.
    pub(super) fn rule(&self, cut: Option<usize>, left: impl Fn(u8) -> bool) -> BinRule {
        match (self, cut) {
            (Map::Number { cuts, .. }, Some(cut)) => {
                BinRule::Below(cuts.get(cut).copied().unwrap_or(f32::MAX))
            }
            (Map::Number { .. }, None) => BinRule::Below(f32::MAX),
            (Map::Category { bin_of, .. }, _) => {
                let codes = bin_of.iter().zip(0..).filter(|(bin, _)| left(**bin));
                BinRule::OneOf(CategorySet::new(bin_of.len() as u32, codes.map(|(_, code)| code)))
            }
        }
    }
}

/// A [`Rule`] whose set has no place yet.
pub(super) enum BinRule {
    Below(f32),
    OneOf(CategorySet),
}

impl BinRule {
    /// The rule, its set added to a tree's unless it is there.
    pub(super) fn place(self, sets: &mut Vec<CategorySet>) -> Rule {
        match self {
            BinRule::Below(threshold) => Rule::Below(threshold),
            BinRule::OneOf(set) => {
                let at = sets.iter().position(|known| *known == set).unwrap_or(sets.len());
                if at == sets.len() {
                    sets.push(set);
                }
                Rule::OneOf(at as u32)
            }
        }
    }
}

/// Up to eight inputs whose bins stand side by side, and where their histograms stand in a node's.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// The inputs; those with a single bin and nothing missing are in no group.
    pub(super) inputs: Vec<usize>,
    pub(super) codes: Arc<[[u8; LANES]]>,
    /// First slot of the group in a node's histogram.
    pub(super) start: usize,
    /// First slot of each input, counted from `start`; its bins, then the missing one.
    pub(super) offsets: Vec<usize>,
    /// Slots of the group.
    pub(super) width: usize,
}

/// Binned rows.
#[derive(Debug, Clone)]
pub struct Bins {
    pub(super) rows: usize,
    pub(super) maps: Arc<[Map]>,
    pub(super) columns: Vec<Arc<[u8]>>,
    pub(super) groups: Vec<Group>,
    /// The rows as the rounds of boosting see them in turn; empty where they always see them like this.
    pub(super) versions: Vec<Bins>,
}

impl Bins {
    /// Takes cuts from row-major `values`, as wide as `inputs`, and bins the rows. `max_bins` is 2 to 255.
    ///
    /// # Errors
    /// [`ForestError::NoFeatures`], [`ForestError::Width`], [`ForestError::NoRows`], [`ForestError::TooMany`] for 2^32 rows or more,
    /// [`ForestError::Param`] for `max_bins`.
    pub fn fit(values: &[f32], inputs: &[Input], max_bins: usize) -> Result<Self, ForestError> {
        let ok = (2..=MAX_BINS).contains(&max_bins);
        crate::train::expect(ok, "max_bins", max_bins, "2 to 255")?;
        let rows = count_rows(values, inputs.len())?;
        let maps: Vec<Map> = columns(values, inputs.len(), |first, block| {
            let kinds = &inputs[first..first + block.len()];
            block.iter().zip(kinds).map(|(column, kind)| map(column, *kind, max_bins)).collect()
        });
        Ok(Self::binned(values, rows, maps.into()))
    }

    /// Bins other rows by the same cuts.
    ///
    /// # Errors
    /// As [`Bins::fit`].
    pub fn like(&self, values: &[f32]) -> Result<Self, ForestError> {
        let rows = count_rows(values, self.maps.len())?;
        Ok(Self::binned(values, rows, Arc::clone(&self.maps)))
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The width of a row.
    pub fn n_features(&self) -> usize {
        self.maps.len()
    }

    fn binned(values: &[f32], rows: usize, maps: Arc<[Map]>) -> Self {
        let columns: Vec<Arc<[u8]>> = columns(values, maps.len(), |first, block| {
            let bin = |(column, map): (&Vec<f32>, &Map)| {
                column.iter().map(|x| map.code(*x)).collect::<Arc<[u8]>>()
            };
            block.iter().zip(&maps[first..]).map(bin).collect()
        });
        let groups = groups(&columns, &maps);
        Self { rows, maps, columns, groups, versions: Vec::new() }
    }

    /// The same rows, to be binned by other maps; the columns of a map that changed are to be replaced.
    pub(super) fn with_maps(&self, maps: Arc<[Map]>) -> Self {
        let groups = groups(&self.columns, &maps);
        Self { rows: self.rows, maps, columns: self.columns.clone(), groups, versions: Vec::new() }
    }

    /// The rows as a round of boosting sees them.
    pub(super) fn version(&self, round: usize) -> &Bins {
        self.versions.get(round % self.versions.len().max(1)).unwrap_or(self)
    }

    /// The same rows with other codes in some columns, by input; other groups are shared.
    pub(super) fn with_columns(&self, replaced: &[(usize, Arc<[u8]>)]) -> Self {
        let mut out = self.clone();
        for (input, column) in replaced {
            out.columns[*input] = Arc::clone(column);
        }
        for group in &mut out.groups {
            if group.inputs.iter().any(|i| replaced.iter().any(|(r, _)| r == i)) {
                group.codes = side_by_side(&out.columns, &group.inputs);
            }
        }
        out
    }

    /// Slots of a node's histogram.
    pub(super) fn slots(&self) -> usize {
        self.groups.last().map_or(0, |g| g.start + g.width)
    }
}

fn count_rows(values: &[f32], width: usize) -> Result<usize, ForestError> {
    if width == 0 {
        return Err(ForestError::NoFeatures);
    }
    if !values.len().is_multiple_of(width) {
        let (what, found) = ("the last row", values.len() % width);
        return Err(ForestError::Width { what, expected: width, found });
    }
    let rows = values.len() / width;
    if rows >= u32::MAX as usize {
        let (what, limit) = ("rows", u32::MAX as usize - 1);
        return Err(ForestError::TooMany { what, found: rows, limit });
    }
    if rows == 0 { Err(ForestError::NoRows) } else { Ok(rows) }
}

/// Hands the columns to `each` in blocks (the first column's number, the columns), and strings the results together.
fn columns<T: Send>(
    values: &[f32],
    width: usize,
    each: impl Fn(usize, &[Vec<f32>]) -> Vec<T> + Sync,
) -> Vec<T> {
    let firsts: Vec<usize> = (0..width).step_by(LANES).collect();
    let block = |first: &usize| {
        let last = width.min(first + LANES);
        let mut block = vec![Vec::with_capacity(values.len() / width); last - first];
        for row in values.chunks_exact(width) {
            for (column, x) in block.iter_mut().zip(&row[*first..last]) {
                column.push(*x);
            }
        }
        each(*first, &block)
    };
    firsts.par_iter().map(block).collect::<Vec<_>>().into_iter().flatten().collect()
}

fn map(column: &[f32], kind: Input, max_bins: usize) -> Map {
    match kind {
        Input::Number => number_map(column, max_bins),
        Input::Category { levels } => category_map(column, levels, max_bins),
    }
}

pub(super) fn number_map(column: &[f32], max_bins: usize) -> Map {
    let mut keys: Vec<i32> = sampled(column).filter(|x| !x.is_nan()).map(key).collect();
    keys.sort_unstable();
    let bounded = column.iter().all(|x| x.is_nan() || *x < f32::MAX);
    Map::Number { cuts: cuts(&keys, max_bins), bounded }
}

/// The rows themselves, or one drawn from each of [`SAMPLED_ROWS`] stretches.
fn sampled(column: &[f32]) -> impl Iterator<Item = f32> {
    let (rows, draws) = (column.len(), column.len().min(SAMPLED_ROWS));
    let mut rng = ChaCha8Rng::seed_from_u64(rows as u64);
    (0..draws).map(move |i| {
        let (from, to) = (i * rows / draws, (i + 1) * rows / draws);
        let off = if to - from > 1 { rng.next_u32() as usize % (to - from) } else { 0 };
        column[from + off]
    })
}

/// A whole number in the order of floats, -0 being 0.
fn key(x: f32) -> i32 {
    let bits = (x + 0.0).to_bits() as i32;
    bits ^ ((bits >> 31) as u32 >> 1) as i32
}

fn value(key: i32) -> f32 {
    f32::from_bits((key ^ ((key >> 31) as u32 >> 1) as i32) as u32)
}

/// Cuts of sorted keys: between all distinct values, or where every bin is filled with its share.
fn cuts(keys: &[i32], max_bins: usize) -> Vec<f32> {
    let mut runs: Vec<(i32, usize)> = Vec::new();
    for key in keys {
        match runs.last_mut() {
            Some((last, count)) if last == key => *count += 1,
            _ => runs.push((*key, 1)),
        }
    }
    let all = runs.len() <= max_bins;
    let (mut cuts, mut filled, mut left, mut bins) = (Vec::new(), 0, keys.len(), max_bins);
    for pair in runs.windows(2) {
        filled += pair[0].1;
        // What is left is shared out again after each bin, as a heavy value fills more than its own.
        if all || filled * bins >= left {
            cuts.extend(middle(value(pair[0].0), value(pair[1].0)));
            left -= filled;
            filled = 0;
            bins -= 1;
            if bins <= 1 && !all {
                break;
            }
        }
    }
    cuts
}

/// A finite number t with a < t <= b, halfway where there is one.
fn middle(a: f32, b: f32) -> Option<f32> {
    let half = a / 2.0 + b / 2.0;
    let t = if half.is_finite() && half > a && half <= b {
        half
    } else if b.is_finite() {
        b
    } else {
        f32::MAX
    };
    (t > a).then_some(t)
}

fn category_map(column: &[f32], levels: u32, max_bins: usize) -> Map {
    let mut counts = vec![0_usize; levels as usize];
    for x in column.iter().filter(|x| **x >= 0.0) {
        if let Some(count) = counts.get_mut(*x as usize) {
            *count += 1;
        }
    }
    let mut seen: Vec<usize> = (0..counts.len()).filter(|code| counts[*code] > 0).collect();
    // The most frequent first; of equals the lower code.
    seen.sort_by_key(|code| std::cmp::Reverse(counts[*code]));
    let mut bin_of = vec![MISSING; counts.len()];
    for (rank, code) in seen.iter().enumerate() {
        bin_of[*code] = rank.min(max_bins - 1) as u8;
    }
    Map::Category { bin_of, bins: seen.len().min(max_bins), ordered: false }
}

fn groups(columns: &[Arc<[u8]>], maps: &[Map]) -> Vec<Group> {
    let splits = |input: &usize| {
        let bins = maps[*input].bins();
        bins > 1 || (bins == 1 && columns[*input].contains(&MISSING))
    };
    let inputs: Vec<usize> = (0..maps.len()).filter(splits).collect();
    let codes: Vec<_> = inputs.par_chunks(LANES).map(|i| side_by_side(columns, i)).collect();
    let mut start = 0;
    let mut out = Vec::with_capacity(codes.len());
    for (inputs, codes) in inputs.chunks(LANES).zip(codes) {
        let mut width = 0;
        let mut offsets = Vec::with_capacity(inputs.len());
        for input in inputs {
            offsets.push(width);
            width += maps[*input].bins() + 1;
        }
        out.push(Group { inputs: inputs.to_vec(), codes, start, offsets, width });
        start += width;
    }
    out
}

fn side_by_side(columns: &[Arc<[u8]>], inputs: &[usize]) -> Arc<[[u8; LANES]]> {
    let rows = inputs.first().map_or(0, |input| columns[*input].len());
    let mut codes = vec![[0; LANES]; rows];
    for (lane, input) in inputs.iter().enumerate() {
        for (codes, code) in codes.iter_mut().zip(columns[*input].iter()) {
            codes[lane] = *code;
        }
    }
    codes.into()
}
