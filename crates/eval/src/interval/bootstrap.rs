//! Bootstrap intervals: the statistic recomputed on leads drawn with replacement (Efron 1979).
//!
//! Replicate b draws from its own stream of the seed, and replicates are gathered in order, so the result does not depend on
//! the number of threads. Ends are quantiles of the replicates by linear interpolation (type 7).

use super::{Interval, Method, Paired};
use crate::EvalError;
use crate::error::{check_level, check_probabilities, check_scores};
use crate::metrics::row_loss;
use leadsight_schema::Seed;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Draws of leads that one interval may cost; above it, fewer replicates are made.
const DRAWS: usize = 200_000_000;
/// Replicates at least, however many leads there are.
const FEWEST: usize = 100;

/// What is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Resampling {
    /// All leads alike: the number of conversions varies too.
    #[default]
    Plain,
    /// Each class on its own: the number of conversions stays.
    Stratified,
}

/// How to bootstrap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BootstrapOptions {
    /// Replicates asked for; lowered (to 100 at least) where replicates x leads would pass 200 million.
    pub replicates: usize,
    /// The confidence level.
    pub level: f64,
    /// Where chance starts.
    pub seed: Seed,
    /// What is drawn.
    pub resampling: Resampling,
}

impl Default for BootstrapOptions {
    fn default() -> Self {
        Self { replicates: 1000, level: 0.95, seed: Seed(0), resampling: Resampling::Plain }
    }
}

/// The percentile interval of any statistic of labels and scores.
///
/// `statistic` gets a resample of the leads, in file order; a `None` (such as one class drawn) leaves that replicate out.
///
/// # Errors
/// Lengths that differ, no lead, a score that is not finite, a level outside 0..1, no replicate asked for;
/// [`EvalError::Undefined`] where the statistic is `None` for the leads themselves or for most of the resamples.
pub fn bootstrap<F>(
    labels: &[bool],
    scores: &[f64],
    options: &BootstrapOptions,
    statistic: F,
) -> Result<Interval, EvalError>
where
    F: Fn(&[bool], &[f64]) -> Option<f64> + Sync,
{
    check_scores(labels, scores)?;
    check_options(options)?;
    let undefined = EvalError::Undefined { what: "the statistic" };
    let value = statistic(labels, scores).ok_or(undefined.clone())?;
    let resampler = Resampler::new(labels, options.resampling, options.seed, "bootstrap");
    let drawn = resampler.replicates(replicates_for(options.replicates, labels.len()), |counts| {
        let rows = || counts.iter().enumerate().flat_map(|(row, &c)| (0..c).map(move |_| row));
        let labels: Vec<bool> = rows().map(|row| labels[row]).collect();
        let scores: Vec<f64> = rows().map(|row| scores[row]).collect();
        statistic(&labels, &scores)
    });
    let mut interval = percentile(value, &drawn, options.level).ok_or(undefined)?;
    if options.resampling == Resampling::Stratified {
        interval.method = Method::BootstrapStratified;
    }
    Ok(interval)
}

/// Log-loss of `a` minus log-loss of `b` on the same leads (below 0: `a` is better), by resampling the leads' differences.
///
/// The p-value is 2 min(share of replicates <= 0, share >= 0), with one added above and below (Davison and Hinkley 1997, 4.2).
///
/// # Errors
/// Lengths that differ, no lead, a value outside 0..=1, a level outside 0..1, no replicate asked for.
pub fn paired_bootstrap(
    labels: &[bool],
    a: &[f64],
    b: &[f64],
    options: &BootstrapOptions,
) -> Result<Paired, EvalError> {
    check_probabilities(labels, a)?;
    check_probabilities(labels, b)?;
    check_options(options)?;
    let n = labels.len() as f64;
    let gaps: Vec<f64> =
        (0..labels.len()).map(|i| row_loss(labels[i], a[i]) - row_loss(labels[i], b[i])).collect();
    let difference = gaps.iter().sum::<f64>() / n;
    let resampler = Resampler::new(labels, options.resampling, options.seed, "paired_bootstrap");
    let drawn = resampler.replicates(replicates_for(options.replicates, labels.len()), |counts| {
        counts.iter().zip(&gaps).map(|(&c, gap)| f64::from(c) * gap).sum::<f64>() / n
    });
    let method = match options.resampling {
        Resampling::Plain => Method::BootstrapPercentile,
        Resampling::Stratified => Method::BootstrapStratified,
    };
    Ok(Paired { method, ..paired_of(difference, drawn, options.level) })
}

/// The quantiles and the p-value of a difference's replicates, of which there is at least one.
pub(crate) fn paired_of(difference: f64, mut drawn: Vec<f64>, level: f64) -> Paired {
    drawn.sort_unstable_by(f64::total_cmp);
    let share = |count: usize| (count + 1) as f64 / (drawn.len() + 1) as f64;
    let not_above = share(drawn.iter().filter(|d| **d <= 0.0).count());
    let not_below = share(drawn.iter().filter(|d| **d >= 0.0).count());
    let tail = (1.0 - level) / 2.0;
    Paired {
        difference,
        low: quantile(&drawn, tail),
        high: quantile(&drawn, 1.0 - tail),
        p_value: (2.0 * not_above.min(not_below)).min(1.0),
        level,
        method: Method::BootstrapPercentile,
    }
}

/// Draws leads with replacement, replicate by replicate.
pub(crate) struct Resampler {
    /// The rows of each stratum.
    strata: Vec<Vec<u32>>,
    rows: usize,
    seed: u64,
}

impl Resampler {
    pub fn new(labels: &[bool], resampling: Resampling, seed: Seed, purpose: &str) -> Self {
        let of = |class: Option<bool>| -> Vec<u32> {
            let rows = labels.iter().enumerate();
            rows.filter(|(_, y)| class.is_none_or(|c| c == **y))
                .map(|(row, _)| row as u32)
                .collect()
        };
        let strata = match resampling {
            Resampling::Plain => vec![of(None)],
            Resampling::Stratified => vec![of(Some(true)), of(Some(false))],
        };
        Self { strata, rows: labels.len(), seed: seed.stream(purpose) }
    }

    /// `f` of each replicate's counts (how often each row was drawn), in replicate order.
    pub fn replicates<T: Send>(&self, n: usize, f: impl Fn(&[u16]) -> T + Sync) -> Vec<T> {
        self.replicates_with(n, || (), |counts, ()| f(counts))
    }

    /// As `replicates`, with working memory that a thread keeps from one replicate to the next; no result may rest on what is in it.
    pub fn replicates_with<T: Send, S>(
        &self,
        n: usize,
        scratch: impl Fn() -> S + Sync + Send,
        f: impl Fn(&[u16], &mut S) -> T + Sync,
    ) -> Vec<T> {
        (0..n)
            .into_par_iter()
            .map_init(
                || (vec![0u16; self.rows], scratch()),
                |(counts, scratch), replicate| {
                    self.draw(replicate as u64, counts);
                    f(counts, scratch)
                },
            )
            .collect()
    }

    fn draw(&self, replicate: u64, counts: &mut [u16]) {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(replicate);
        counts.fill(0);
        for stratum in &self.strata {
            let n = stratum.len() as u64;
            for _ in 0..n {
                // Multiply-shift (Lemire 2019); its bias is below n / 2^32 of a count.
                let row = stratum[((u64::from(rng.next_u32()) * n) >> 32) as usize] as usize;
                counts[row] = counts[row].saturating_add(1);
            }
        }
    }
}

/// The replicates to make for so many leads.
pub(crate) fn replicates_for(asked: usize, rows: usize) -> usize {
    asked.min((DRAWS / rows.max(1)).max(FEWEST))
}

/// Quantiles of the defined replicates; `None` where fewer than half are defined.
pub(crate) fn percentile(value: f64, drawn: &[Option<f64>], level: f64) -> Option<Interval> {
    let (low, high) = ends(drawn, level)?;
    // A statistic at the edge of its range can lie outside its replicates' quantiles.
    let (low, high) = (low.min(value), high.max(value));
    Some(Interval { value, low, high, level, method: Method::BootstrapPercentile })
}

/// The replicates' quantiles mirrored at the estimate, kept at 0 or above and widened to hold the estimate: for distances,
/// which resampling biases upward.
pub(crate) fn basic(value: f64, drawn: &[Option<f64>], level: f64) -> Option<Interval> {
    let (low, high) = ends(drawn, level)?;
    Some(Interval {
        value,
        low: (2.0 * value - high).clamp(0.0, value),
        high: (2.0 * value - low).max(value),
        level,
        method: Method::BootstrapBasic,
    })
}

fn ends(drawn: &[Option<f64>], level: f64) -> Option<(f64, f64)> {
    let mut defined: Vec<f64> = drawn.iter().flatten().copied().collect();
    if defined.is_empty() || defined.len() * 2 < drawn.len() {
        return None;
    }
    defined.sort_unstable_by(f64::total_cmp);
    let tail = (1.0 - level) / 2.0;
    Some((quantile(&defined, tail), quantile(&defined, 1.0 - tail)))
}

/// The quantile of sorted values, of which there is at least one.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let position = q * (sorted.len() - 1) as f64;
    let below = sorted[position.floor() as usize];
    let above = sorted[position.ceil() as usize];
    below + (above - below) * position.fract()
}

pub(crate) fn check_options(options: &BootstrapOptions) -> Result<(), EvalError> {
    check_level(options.level)?;
    if options.replicates == 0 {
        return Err(EvalError::Argument {
            what: "the number of bootstrap replicates",
            found: 0.0,
            expected: "1 or more, such as 1000",
        });
    }
    Ok(())
}
