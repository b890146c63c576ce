//! How much slower: the median of the ratios of paired rounds, and how sure it is.
//!
//! The interval is the percentile bootstrap of the median over rounds (Efron 1979), computed exactly: of n rounds, n odd, the
//! median of a resample is at most the k-th smallest ratio with the probability that at least (n + 1) / 2 of n draws fall
//! among the k smallest, which is binomial.

/// One bench, base and head.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ratio {
    /// The median of head over base.
    pub median: f64,
    /// The lower end at 95 %.
    pub low: f64,
    /// The upper end at 95 %.
    pub high: f64,
}

/// What a bench came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Slower by more than noise, and by the threshold.
    Slower,
    /// Faster by more than noise.
    Faster,
    /// Neither.
    Same,
}

impl Ratio {
    /// From the ratios of at least one round.
    pub fn of(mut ratios: Vec<f64>) -> Self {
        ratios.sort_unstable_by(f64::total_cmp);
        let n = ratios.len();
        // The least ratio that the median of a resample does not exceed with this probability.
        let quantile = |q: f64| {
            let k = (1..n).find(|k| at_least_half(n, *k as f64 / n as f64) >= q).unwrap_or(n);
            ratios[k - 1]
        };
        Self { median: ratios[(n - 1) / 2], low: quantile(0.025), high: quantile(0.975) }
    }

    /// Slower where the whole interval is above 1 and the median not below `threshold`.
    pub fn verdict(&self, threshold: f64) -> Verdict {
        if self.low > 1.0 && self.median >= threshold {
            Verdict::Slower
        } else if self.high < 1.0 {
            Verdict::Faster
        } else {
            Verdict::Same
        }
    }
}

/// P(X >= (n + 1) / 2) for X binomial of n draws with chance p.
fn at_least_half(n: usize, p: f64) -> f64 {
    let mut choose = 1.0;
    let mut sum = 0.0;
    for i in 0..=n {
        if i >= n.div_ceil(2) {
            sum += choose * p.powi(i as i32) * (1.0 - p).powi((n - i) as i32);
        }
        choose *= (n - i) as f64 / (i + 1) as f64;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::{Ratio, Verdict, at_least_half};

    #[test]
    fn the_exact_bootstrap_agrees_with_all_resamples() {
        // All 5^5 resamples of five rounds, one by one.
        let rounds = [0.9, 1.0, 1.1, 1.2, 1.5];
        let mut medians: Vec<f64> = (0..5_usize.pow(5))
            .map(|code| {
                let mut drawn = [0, 1, 2, 3, 4].map(|i| rounds[code / 5_usize.pow(i) % 5]);
                drawn.sort_unstable_by(f64::total_cmp);
                drawn[2]
            })
            .collect();
        medians.sort_unstable_by(f64::total_cmp);
        for k in 1..=5 {
            let share = medians.iter().filter(|m| **m <= rounds[k - 1]).count() as f64 / 3125.0;
            assert!((share - at_least_half(5, k as f64 / 5.0)).abs() < 1e-12, "{k}: {share}");
        }
        let found = Ratio::of(rounds.into_iter().rev().collect());
        let at = |q: f64| medians[(q * 3125.0) as usize];
        assert_eq!(found, Ratio { median: 1.1, low: at(0.025), high: at(0.975) });
    }

    fn check(ratios: &[f64], expect: Verdict) {
        assert_eq!(Ratio::of(ratios.to_vec()).verdict(1.1), expect, "{ratios:?}");
    }

    #[test]
    fn slower_means_beyond_noise_and_threshold() {
        check(&[1.3, 1.31, 1.29, 1.35, 1.3], Verdict::Slower);
        check(&[1.05, 1.04, 1.06, 1.05, 1.05], Verdict::Same);
        check(&[1.3, 0.9, 1.4, 0.95, 1.2], Verdict::Same);
        check(&[0.7, 0.71, 0.69, 0.7, 0.72], Verdict::Faster);
        check(&[1.0; 5], Verdict::Same);
        check(&[1.2], Verdict::Slower);
    }
}
