//! The bootstrap of many leads: bins of neighbouring probabilities are redrawn, not leads.
//!
//! A bin holds whole groups of equal probability and closes once it has 1 / 4096 of the mean of its share of the leads and its share
//! of the conversions; one ends at the threshold, so that confusion matrices are exact. A replicate draws each bin's conversions and
//! others as Poisson numbers with the bin's own as means: what drawing leads with replacement comes to when there are many (Hanley
//! and MacGibbon 2006; Chamandy et al. 2012). Each counts with the mean loss of its bin and class; what the leads of a bin differ by
//! comes back as one normal number a replicate, of variance sum (loss - mean)^2. Rank and calibration metrics take a bin for one
//! probability; the small gap between them and the exact value on the leads themselves is added to every replicate.

use super::replicate::{Group, Leads, Metrics, finish};
use crate::interval::poisson::Poisson;
use leadsight_schema::Seed;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use statrs::distribution::{ContinuousCDF, Normal};
use std::collections::BTreeMap;

/// Bins at most, but for the one that ends at the threshold and the last.
const BINS: f64 = 4096.0;

/// Leads of one class in a bin.
#[derive(Debug, Clone, Copy, Default)]
struct Class {
    count: usize,
    /// Mean log-loss.
    loss: f64,
    /// Mean squared error.
    square: f64,
    /// Which of the tables draws the count.
    table: usize,
}

/// Leads of neighbouring probabilities.
struct Bin {
    /// The mean probability.
    p: f64,
    flagged: bool,
    /// The others, the conversions.
    classes: [Class; 2],
}

/// The bins by descending probability.
pub(super) struct Binned {
    bins: Vec<Bin>,
    tables: Vec<Poisson>,
    /// Standard deviations of the sums of log-loss and squared error that come from differences within bins.
    within: [f64; 2],
}

impl Binned {
    /// There are leads of both classes.
    pub fn new(leads: &Leads) -> Self {
        let mut found = Self { bins: Vec::new(), tables: Vec::new(), within: [0.0; 2] };
        let mut tables = BTreeMap::new();
        let rows = leads.p.len();
        let positives = leads.label.iter().filter(|y| **y).count() as f64;
        let (mut start, mut mass) = (0, 0.0);
        for i in 0..rows {
            mass += 0.5 / rows as f64 + f64::from(u8::from(leads.label[i])) * 0.5 / positives;
            let last_of_its_probability = i + 1 == rows || leads.p[i] != leads.p[i + 1];
            let full = mass * BINS >= 1.0 || i + 1 == rows || i + 1 == leads.flagged;
            if full && last_of_its_probability {
                found.close(leads, start..i + 1, &mut tables);
                (start, mass) = (i + 1, 0.0);
            }
        }
        found.within = found.within.map(f64::sqrt);
        found
    }

    fn close(
        &mut self,
        leads: &Leads,
        members: std::ops::Range<usize>,
        tables: &mut BTreeMap<usize, usize>,
    ) {
        let mut classes = [Class::default(); 2];
        let error = |i: usize| (leads.p[i] - f64::from(u8::from(leads.label[i]))).powi(2);
        for i in members.clone() {
            let class = &mut classes[usize::from(leads.label[i])];
            class.count += 1;
            class.loss += leads.loss[i];
            class.square += error(i);
        }
        for class in &mut classes {
            class.loss /= class.count.max(1) as f64;
            class.square /= class.count.max(1) as f64;
            class.table = *tables.entry(class.count).or_insert_with(|| {
                self.tables.push(Poisson::new(class.count));
                self.tables.len() - 1
            });
        }
        for i in members.clone() {
            let class = &classes[usize::from(leads.label[i])];
            self.within[0] += (leads.loss[i] - class.loss).powi(2);
            self.within[1] += (error(i) - class.square).powi(2);
        }
        let p = leads.p[members.clone()].iter().sum::<f64>() / members.len() as f64;
        self.bins.push(Bin { p, flagged: members.start < leads.flagged, classes });
    }

    /// The metrics of each replicate, in order, moved so that the bins as they are would give `values`.
    pub fn replicates(&self, n: usize, seed: Seed, values: &Metrics) -> Vec<Metrics> {
        let itself = self.metrics(|class| class.count, [0.0; 2], &mut Vec::new());
        let gaps: [Option<f64>; 10] =
            std::array::from_fn(|i| Some(values[i]? - itself[i]?).filter(|gap| gap.abs() > 1e-12));
        let seed = seed.stream("evaluate_binned");
        let replicate = |groups: &mut Vec<Group>, replicate: usize| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(replicate as u64);
            let noise = self.within.map(|deviation| deviation * normal(&mut rng));
            let mut drawn =
                self.metrics(|class| self.tables[class.table].draw(&mut rng), noise, groups);
            for (value, gap) in drawn.iter_mut().zip(gaps) {
                // Only metrics between 0 and 1 take a bin for one probability and so have a gap.
                if let (Some(value), Some(gap)) = (value, gap) {
                    *value = (*value + gap).clamp(0.0, 1.0);
                }
            }
            drawn
        };
        (0..n).into_par_iter().map_init(Vec::new, replicate).collect()
    }

    /// The metrics with `count` leads of each class of each bin, the sums of the losses off by `noise`; `groups` is working memory.
    fn metrics(
        &self,
        mut count: impl FnMut(&Class) -> usize,
        noise: [f64; 2],
        groups: &mut Vec<Group>,
    ) -> Metrics {
        let [mut loss, mut square] = noise;
        let mut confusion = [0usize; 4];
        groups.clear();
        for bin in &self.bins {
            let counts = bin.classes.each_ref().map(&mut count);
            for (class, (count, of)) in counts.iter().zip(&bin.classes).enumerate() {
                loss += *count as f64 * of.loss;
                square += *count as f64 * of.square;
                confusion[usize::from(bin.flagged) * 2 + class] += count;
            }
            let [others, converted] = counts;
            if others + converted > 0 {
                groups.push((bin.p, (others + converted) as f64, converted as f64));
            }
        }
        finish(confusion, loss, square, groups)
    }
}

/// A standard normal number.
fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let uniform = ((rng.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64;
    Normal::standard().inverse_cdf(uniform)
}
