//! Categories as numbers, without a row seeing its own outcome (Prokhorenkova and others 2018, arXiv 1706.09516).
//!
//! The rows are put in a random order, and the number of a row is the mean of what is to be learned over the rows before it that have
//! its level, drawn to the mean m of all rows as if by `smooth` rows of weight 1:
//!
//! ```text
//! (sum of w y before + smooth m) / (sum of w before + smooth)
//! ```
//!
//! Rounds take turns with several orders, as early rows know little. New rows see the mean over all rows of their level. A cut of the
//! number is a set of levels, so that the trees need no table beside them.

use super::bins::{Bins, Input, MAX_BINS, Map, number_map};
use super::expect;
use super::objective::{Sample, Target};
use crate::ForestError;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use std::sync::Arc;

/// How categories become numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OrderedStatistics {
    /// A category with more levels becomes a number.
    pub above: u32,
    /// The weight of the overall mean, in rows; above 0.
    pub smooth: f64,
    /// Random orders, at least 1.
    pub orders: u32,
}

impl Default for OrderedStatistics {
    fn default() -> Self {
        Self { above: 4, smooth: 5.0, orders: 4 }
    }
}

impl OrderedStatistics {
    /// # Errors
    /// [`ForestError::Param`] naming the parameter, its value and what would be valid.
    pub fn check(&self) -> Result<(), ForestError> {
        let ok = self.smooth > 0.0 && self.smooth.is_finite();
        expect(ok, "smooth", self.smooth, "a number of rows above 0")?;
        expect(self.orders >= 1, "orders", self.orders, "1 or more")
    }

    /// The sample's rows with such numbers in place of their categories. `values` are its row-major rows and `inputs` what they
    /// were binned as.
    ///
    /// # Errors
    /// [`ForestError::Param`] for values out of range and for classes, which have no one mean; [`ForestError::Length`] and
    /// [`ForestError::Width`] for other rows; else as [`super::Booster::new`].
    pub fn apply(
        &self,
        sample: &Sample<'_>,
        values: &[f32],
        inputs: &[Input],
        seed: u64,
    ) -> Result<Bins, ForestError> {
        self.check()?;
        sample.check()?;
        let bins = sample.bins;
        let (what, expected, found) = ("the values", bins.rows * inputs.len(), values.len());
        if expected != found || inputs.len() != bins.maps.len() {
            return Err(ForestError::Length { what, expected, found });
        }
        let y = |row: usize| match sample.target {
            Target::Outcomes(y) => f64::from(u8::from(y[row])),
            Target::Numbers(y) => y[row],
            Target::Classes { of, .. } => f64::from(of[row]),
        };
        let classes = matches!(sample.target, Target::Classes { .. });
        expect(!classes, "target", "Classes", "Outcomes or Numbers for ordered statistics")?;
        let orders: Vec<Vec<u32>> = (0..self.orders).map(|i| order(bins.rows, seed, i)).collect();
        let numbered: Vec<(usize, Numbered)> = inputs
            .par_iter()
            .enumerate()
            .filter_map(|(at, input)| match input {
                Input::Category { levels } if *levels > self.above => {
                    let code = |row: usize| values[row * inputs.len() + at];
                    let y = |row| (y(row), sample.weight(row));
                    Some((at, self.number(*levels, code, y, &orders)))
                }
                _ => None,
            })
            .collect();
        let mut maps = bins.maps.to_vec();
        for (at, numbered) in &numbered {
            maps[*at] = numbered.map.clone();
        }
        let mut out = bins.with_maps(maps.into());
        let version = |i: usize| {
            let columns = numbered.iter().map(|(at, n)| (*at, Arc::clone(&n.columns[i])));
            out.with_columns(&columns.collect::<Vec<_>>())
        };
        out.versions = (0..orders.len()).map(version).collect();
        Ok(out)
    }

    fn number(
        &self,
        levels: u32,
        code: impl Fn(usize) -> f32,
        y: impl Fn(usize) -> (f64, f64),
        orders: &[Vec<u32>],
    ) -> Numbered {
        let level = |row: usize| {
            let code = code(row);
            (code >= 0.0 && code < levels as f32).then_some(code as usize)
        };
        let rows = orders[0].len();
        let (sum, weight) = (0..rows).map(&y).fold((0.0, 0.0), |a, (y, w)| (a.0 + w * y, a.1 + w));
        let mean = sum / weight;
        let number = |(sum, weight): (f64, f64)| {
            ((sum + self.smooth * mean) / (weight + self.smooth)) as f32
        };
        let mut all = vec![(0.0, 0.0); levels as usize];
        let numbers: Vec<Vec<f32>> = orders
            .iter()
            .map(|order| {
                all.fill((0.0, 0.0));
                let mut numbers = vec![f32::NAN; rows];
                for row in order.iter().map(|row| *row as usize) {
                    let Some(level) = level(row) else { continue };
                    numbers[row] = number(all[level]);
                    let (y, w) = y(row);
                    all[level] = (all[level].0 + w * y, all[level].1 + w);
                }
                numbers
            })
            .collect();
        // Of new rows, whose levels' means are further apart than those of the first rows of an order, the cuts must tell too.
        let new: Vec<f32> = all.iter().map(|sums| number(*sums)).collect();
        let of_new = (0..rows).map(|row| level(row).map_or(f32::NAN, |level| new[level]));
        let both: Vec<f32> = numbers[0].iter().copied().chain(of_new).collect();
        let cuts = number_map(&both, MAX_BINS);
        let columns = numbers.iter().map(|n| n.iter().map(|x| cuts.code(*x)).collect()).collect();
        let bin_of = new.iter().map(|x| cuts.code(*x)).collect();
        Numbered { map: Map::Category { bin_of, bins: cuts.bins(), ordered: true }, columns }
    }
}

/// A category that became a number.
struct Numbered {
    map: Map,
    /// The bins of the sample's rows, by order.
    columns: Vec<Arc<[u8]>>,
}

/// A random order (Fisher and Yates).
fn order(rows: usize, seed: u64, number: u32) -> Vec<u32> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(u64::MAX - u64::from(number));
    let mut order: Vec<u32> = (0..rows as u32).collect();
    for i in (1..rows).rev() {
        order.swap(i, (rng.next_u64() % (i as u64 + 1)) as usize);
    }
    order
}
