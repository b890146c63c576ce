//! Exact tests on counts, two-sided, and the correction for many tests at once.
//!
//! - Fisher's exact test (1922) of two rates: given all four margins the successes of the first group are hypergeometric.
//! - The binomial test of a share. Two Poisson counts with known exposures (conversions, and money spent) are compared by it: given
//!   their sum, the first is binomial with the share of its exposure (Przyborowski and Wilenski 1940).
//! - Benjamini and Hochberg (1995): of the findings kept at a level, at most that share is expected to be false.
//!
//! A p-value is the chance of all outcomes that are no likelier than the one found, as in R and scipy.

use crate::EvalError;

/// Outcomes this much likelier than the one found still count as no likelier: rounding must not part equals.
const EQUAL: f64 = 1.0 + 1e-7;

/// Whether two groups have one rate.
///
/// # Errors
/// [`EvalError::Counts`] for a group without trials or with more successes than trials.
pub fn fisher_exact(a: (u64, u64), b: (u64, u64)) -> Result<f64, EvalError> {
    for (successes, trials) in [a, b] {
        check(successes, trials)?;
    }
    let (n, others, hits) = (a.1, b.1, a.0 + b.0);
    let (least, most) = (hits.saturating_sub(others), n.min(hits));
    // P(x + 1) / P(x).
    let ratio = |x: u64| {
        let (x, left) = (x as f64, (others + x + 1 - hits) as f64);
        (hits as f64 - x) * (n as f64 - x) / ((x + 1.0) * left)
    };
    let mode = ((n + 1) as f64 * (hits + 1) as f64 / (n + others + 2) as f64) as u64;
    Ok(two_sided(a.0, mode.clamp(least, most), (least, most), ratio))
}

/// Whether `successes` in `trials` come from a share of `share`.
///
/// # Errors
/// [`EvalError::Counts`] as [`fisher_exact`], [`EvalError::Argument`] for a share outside 0..1.
pub fn binomial_exact(successes: u64, trials: u64, share: f64) -> Result<f64, EvalError> {
    check(successes, trials)?;
    if !(share > 0.0 && share < 1.0) {
        return Err(EvalError::Argument {
            what: "the share",
            found: share,
            expected: "a number between 0 and 1",
        });
    }
    let odds = share / (1.0 - share);
    let ratio = |x: u64| (trials - x) as f64 / (x + 1) as f64 * odds;
    let mode = ((trials + 1) as f64 * share) as u64;
    Ok(two_sided(successes, mode.min(trials), (0, trials), ratio))
}

/// p-values of several tests, raised so that keeping those up to a level keeps at most that share of false findings: the k-th
/// smallest of n times n / k, never above the one after it. In the order given.
pub fn benjamini_hochberg(p_values: &[f64]) -> Vec<f64> {
    let n = p_values.len();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![0.0; n];
    let mut most = 1f64;
    for (k, &i) in order.iter().enumerate().rev() {
        most = most.min(p_values[i] * n as f64 / (k + 1) as f64);
        adjusted[i] = most;
    }
    adjusted
}

fn check(successes: u64, trials: u64) -> Result<(), EvalError> {
    if trials == 0 || successes > trials {
        return Err(EvalError::Counts { successes, trials });
    }
    Ok(())
}

/// The chance of all outcomes no likelier than `found`. Weights are relative to the mode's, so that nothing overflows; the walk ends
/// where they vanish.
fn two_sided(found: u64, mode: u64, ends: (u64, u64), ratio: impl Fn(u64) -> f64) -> f64 {
    let (mut weights, mut of_found) = (vec![1.0], if found == mode { 1.0 } else { 0.0 });
    let mut weight = 1.0;
    for x in mode..ends.1 {
        weight *= ratio(x);
        if x + 1 == found {
            of_found = weight;
        }
        weights.push(weight);
        if weight < 1e-300 {
            break;
        }
    }
    weight = 1.0;
    for x in (ends.0..mode).rev() {
        weight /= ratio(x);
        if x == found {
            of_found = weight;
        }
        weights.push(weight);
        if weight < 1e-300 {
            break;
        }
    }
    // The smallest first, so that the tail keeps its digits.
    weights.sort_by(f64::total_cmp);
    let total: f64 = weights.iter().sum();
    let tail: f64 = weights.iter().take_while(|w| **w <= of_found * EQUAL).sum();
    (tail / total).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(found: f64, expect: f64) {
        assert!((found - expect).abs() <= 1e-9 * expect.max(1e-300), "{found:e} {expect:e}");
    }

    /// `scipy.stats.fisher_exact([[a, n - a], [b, m - b]]).pvalue`, scipy's `binomtest(k, n, p).pvalue`,
    /// `false_discovery_control(p)`.
    #[test]
    fn as_scipy_has_them() {
        close(fisher_exact((8, 10), (1, 6)).unwrap(), 0.034965034965034975);
        close(fisher_exact((3, 40), (30, 200)).unwrap(), 0.3134774461546447);
        close(fisher_exact((120, 2000), (456, 18000)).unwrap(), 4.016126944693846e-15);
        close(fisher_exact((0, 30), (9, 500)).unwrap(), 1.0);
        close(fisher_exact((30, 30), (0, 40)).unwrap(), 1.806758503507979e-20);
        close(fisher_exact((1, 1), (0, 1)).unwrap(), 1.0);
        close(fisher_exact((5, 10), (5, 10)).unwrap(), 1.0);
        close(binomial_exact(7, 20, 0.3).unwrap(), 0.6294979666766769);
        close(binomial_exact(0, 12, 0.25).unwrap(), 0.04592913389205933);
        close(binomial_exact(14, 60, 0.1).unwrap(), 0.002028213191242257);
        close(binomial_exact(500, 1000, 0.45).unwrap(), 0.0016399185862836087);
        close(binomial_exact(3, 3, 0.9).unwrap(), 1.0);
        let found = benjamini_hochberg(&[0.01, 0.04, 0.03, 0.005, 0.8]);
        for (found, expect) in found.iter().zip([0.025, 0.05, 0.05, 0.025, 0.8]) {
            close(*found, expect);
        }
        assert!(benjamini_hochberg(&[]).is_empty());
    }

    #[test]
    fn impossible_counts_are_errors_and_far_tails_are_zero() {
        assert!(matches!(fisher_exact((1, 0), (1, 2)), Err(EvalError::Counts { .. })));
        assert!(matches!(fisher_exact((1, 2), (3, 2)), Err(EvalError::Counts { .. })));
        assert!(matches!(binomial_exact(1, 2, 1.0), Err(EvalError::Argument { .. })));
        assert!(matches!(binomial_exact(1, 2, f64::NAN), Err(EvalError::Argument { .. })));
        let far = fisher_exact((400_000, 500_000), (1_000, 500_000)).unwrap();
        assert!((0.0..1e-200).contains(&far), "{far}");
        assert_eq!(fisher_exact((0, 10), (0, 20)).unwrap(), 1.0);
    }
}
