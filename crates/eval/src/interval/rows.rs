//! Bootstrap intervals of any statistics of rows, several from one set of resamples.

use super::{BootstrapOptions, Interval, Method, Resampler, Resampling, check_options, percentile};
use crate::EvalError;
use crate::interval::replicates_for;

/// The percentile intervals of `K` statistics of the same rows.
///
/// `statistics` gets how often each row counts: once each for the estimate, as drawn for a replicate. A `None` leaves the replicate
/// out; an element of the result is `None` where the statistic is not defined for the rows themselves, or for most of the resamples.
/// `group` has one element a row: with [`Resampling::Stratified`] each of the two groups is drawn on its own, else its values do not
/// count.
///
/// # Errors
/// [`EvalError::Empty`] without rows, [`EvalError::Argument`] for a level outside 0..1 or no replicate.
pub fn bootstrap_rows<const K: usize, F>(
    group: &[bool],
    options: &BootstrapOptions,
    statistics: F,
) -> Result<[Option<Interval>; K], EvalError>
where
    F: Fn(&[u16]) -> [Option<f64>; K] + Sync,
{
    check_options(options)?;
    if group.is_empty() {
        return Err(EvalError::Empty);
    }
    let values = statistics(&vec![1; group.len()]);
    let resampler = Resampler::new(group, options.resampling, options.seed, "bootstrap_rows");
    let drawn = resampler.replicates(replicates_for(options.replicates, group.len()), &statistics);
    Ok(std::array::from_fn(|k| {
        let of_k: Vec<Option<f64>> = drawn.iter().map(|replicate| replicate[k]).collect();
        let mut interval = percentile(values[k]?, &of_k, options.level)?;
        if options.resampling == Resampling::Stratified {
            interval.method = Method::BootstrapStratified;
        }
        Some(interval)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(values: &[f64], counts: &[u16], keep: impl Fn(usize) -> bool) -> Option<f64> {
        let rows = || (0..values.len()).filter(|row| keep(*row));
        let n: f64 = rows().map(|row| f64::from(counts[row])).sum();
        (n > 0.0).then(|| rows().map(|row| f64::from(counts[row]) * values[row]).sum::<f64>() / n)
    }

    #[test]
    fn the_interval_of_a_mean_is_that_of_the_normal_theory_and_the_seed_decides() {
        let values: Vec<f64> = (0..400).map(|i| f64::from(i % 20)).collect();
        let options = BootstrapOptions { replicates: 2000, ..BootstrapOptions::default() };
        let run = |options: &BootstrapOptions| {
            bootstrap_rows(&[false; 400], options, |counts| [mean(&values, counts, |_| true), None])
        };
        let [found, undefined] = run(&options).unwrap();
        let found = found.unwrap();
        // Standard deviation of 0..20 over the root of 400.
        let half = 1.96 * (399.0f64 / 12.0).sqrt() / 20.0;
        assert_eq!((found.value, undefined), (9.5, None));
        assert!((found.low - (9.5 - half)).abs() < 0.06, "{found:?}");
        assert!((found.high - (9.5 + half)).abs() < 0.06, "{found:?}");
        assert_eq!(run(&options).unwrap(), run(&options).unwrap());
        let other = BootstrapOptions { seed: leadsight_schema::Seed(9), ..options };
        assert_ne!(run(&options).unwrap(), run(&other).unwrap());
    }

    #[test]
    fn stratified_draws_keep_the_size_of_each_group() {
        let group = [true, true, true, false, false];
        let options = BootstrapOptions {
            replicates: 50,
            resampling: Resampling::Stratified,
            ..BootstrapOptions::default()
        };
        let size = |counts: &[u16]| {
            let members = counts.iter().zip(group).filter(|(_, g)| *g);
            [Some(members.map(|(c, _)| f64::from(*c)).sum())]
        };
        let [found] = bootstrap_rows(&group, &options, size).unwrap();
        let found = found.unwrap();
        assert_eq!((found.low, found.high, found.method), (3.0, 3.0, Method::BootstrapStratified));
        assert!(matches!(bootstrap_rows(&[], &options, size), Err(EvalError::Empty)));
    }
}
