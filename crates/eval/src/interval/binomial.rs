//! Intervals for a proportion of k successes in n trials.
//!
//! Clopper and Pearson (1934): low = B^-1(a/2; k, n-k+1), high = B^-1(1-a/2; k+1, n-k), with B the regularised incomplete beta
//! function and a = 1 - level; coverage is never below the level. Wilson (1927): the score test inverted.
//!
//! The incomplete beta function is Lentz's continued fraction (Numerical Recipes 6.4) run to convergence: a fixed number of steps
//! fails silently for a million trials.

use super::{Interval, Method, z};
use crate::EvalError;
use crate::error::check_level;
use statrs::function::gamma::ln_gamma;

/// The exact two-sided interval.
///
/// # Errors
/// No trial, more successes than trials, a level outside 0..1.
pub fn clopper_pearson(successes: u64, trials: u64, level: f64) -> Result<Interval, EvalError> {
    check(successes, trials, level)?;
    let (k, n) = (successes as f64, trials as f64);
    let tail = (1.0 - level) / 2.0;
    Ok(interval(
        successes,
        trials,
        (lower(k, n, tail), upper(k, n, tail)),
        level,
        Method::ClopperPearson,
    ))
}

/// The exact one-sided upper bound: with this confidence the rate is not above it. For k = 0 and 0.95 about 3 / n.
///
/// # Errors
/// As [`clopper_pearson`].
pub fn clopper_pearson_upper(successes: u64, trials: u64, level: f64) -> Result<f64, EvalError> {
    check(successes, trials, level)?;
    Ok(upper(successes as f64, trials as f64, 1.0 - level))
}

/// Wilson's score interval: shorter than the exact one, right on average rather than always.
///
/// # Errors
/// As [`clopper_pearson`].
pub fn wilson(successes: u64, trials: u64, level: f64) -> Result<Interval, EvalError> {
    check(successes, trials, level)?;
    let (k, n, z) = (successes as f64, trials as f64, z(level));
    let p = k / n;
    let centre = p + z * z / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z * z / n;
    let low = if successes == 0 { 0.0 } else { (centre - half) / scale };
    let high = if successes == trials { 1.0 } else { (centre + half) / scale };
    Ok(interval(successes, trials, (low, high), level, Method::Wilson))
}

/// The Clopper-Pearson ends for a share of `n` trials that need not be whole.
pub(crate) fn exact_ends(share: f64, n: f64, level: f64) -> (f64, f64) {
    let tail = (1.0 - level) / 2.0;
    (lower(share * n, n, tail), upper(share * n, n, tail))
}

fn interval(k: u64, n: u64, (low, high): (f64, f64), level: f64, method: Method) -> Interval {
    Interval { value: k as f64 / n as f64, low, high, level, method }
}

fn check(successes: u64, trials: u64, level: f64) -> Result<(), EvalError> {
    check_level(level)?;
    if trials == 0 || successes > trials {
        return Err(EvalError::Counts { successes, trials });
    }
    Ok(())
}

fn lower(k: f64, n: f64, tail: f64) -> f64 {
    if k <= 0.0 { 0.0 } else { inverse_beta(tail, k, n - k + 1.0) }
}

fn upper(k: f64, n: f64, tail: f64) -> f64 {
    // The far tail through the mirrored distribution, where it is a small number and keeps its digits.
    if k >= n { 1.0 } else { 1.0 - inverse_beta(tail, n - k, k + 1.0) }
}

/// The x with I_x(a, b) = p, by bisection on x or on 1 - x, whichever is the smaller.
fn inverse_beta(p: f64, a: f64, b: f64) -> f64 {
    if incomplete_beta(0.5, a, b).0 < p {
        1.0 - bisect(|x| incomplete_beta(x, b, a).1 >= p)
    } else {
        bisect(|x| incomplete_beta(x, a, b).0 < p)
    }
}

/// The point in 0..=0.5 where `below` turns false, to full relative precision.
fn bisect(below: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 0.5);
    while high - low > 2.0 * f64::EPSILON * high && high > 1e-300 {
        let middle = (low + high) / 2.0;
        if below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

/// I_x(a, b) and 1 - I_x(a, b), each to full precision where it is the smaller.
fn incomplete_beta(x: f64, a: f64, b: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p()).exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        let part = front * continued_fraction(x, a, b) / a;
        (part, 1.0 - part)
    } else {
        let part = front * continued_fraction(1.0 - x, b, a) / b;
        (1.0 - part, part)
    }
}

/// Converges in O(sqrt(max(a, b))) steps.
fn continued_fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let nonzero = |v: f64| if v.abs() < TINY { TINY } else { v };
    let steps = 1_000 + 20 * a.max(b).sqrt() as u64;
    let mut c = 1.0;
    let mut d = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for m in 1..steps {
        let m = m as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / nonzero(1.0 + even * d);
        c = nonzero(1.0 + even / c);
        h *= c * d;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / nonzero(1.0 + odd * d);
        c = nonzero(1.0 + odd / c);
        h *= c * d;
        if (c * d - 1.0).abs() < 1e-15 {
            break;
        }
    }
    h
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_and_all_successes_have_closed_forms() {
        for n in [1u64, 10, 30_000, 1_000_000] {
            let upper = clopper_pearson_upper(0, n, 0.95).unwrap();
            let expect = 1.0 - 0.05f64.powf(1.0 / n as f64);
            assert!((upper / expect - 1.0).abs() < 1e-9, "{n}: {upper} {expect}");
            let all = clopper_pearson(n, n, 0.95).unwrap();
            assert!((all.low - 0.025f64.powf(1.0 / n as f64)).abs() < 1e-12);
            assert_eq!(all.high, 1.0);
        }
    }

    #[test]
    fn thirty_thousand_leads_without_a_conversion_prove_one_in_ten_thousand() {
        assert!(clopper_pearson_upper(0, 30_000, 0.95).unwrap() < 1e-4);
        assert!(clopper_pearson_upper(0, 29_000, 0.95).unwrap() > 1e-4);
    }

    #[test]
    fn impossible_counts_are_errors() {
        assert!(matches!(clopper_pearson(2, 1, 0.95), Err(EvalError::Counts { .. })));
        assert!(matches!(wilson(0, 0, 0.95), Err(EvalError::Counts { .. })));
        for level in [0.0, 1.0, f64::NAN] {
            assert!(matches!(clopper_pearson(1, 2, level), Err(EvalError::Argument { .. })));
        }
    }
}
