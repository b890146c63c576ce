//! One class of several: its log-odds among the others, and what each of the others takes off them.
//!
//! With m the margin of the class and m_k those of its rivals, the log-odds of the class are m - L(m_1, ...), L being the ln of the sum
//! of exp. L is convex and no sum, but its increase from the expected margins b to the row's is
//!
//! ```text
//! L(m) - L(b) = sum of w_k (m_k - b_k),   w = a softmax(b) + (1 - a) softmax(m),   0 <= a <= 1
//! ```
//!
//! for one a: the slope at b falls short of the increase, that at m exceeds it. So the SHAP values of the rivals, each taken w_k times
//! off those of the class, add up to the log-odds of the row.

/// ln of the sum of exp.
pub(crate) fn log_sum(margins: &[f64]) -> f64 {
    let most = margins.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    most + margins.iter().map(|m| (m - most).exp()).sum::<f64>().ln()
}

/// The weight of each rival between the expected margins and the row's; they are 0 or more, and 1 together.
pub(crate) fn weights(expected: &[f64], row: &[f64]) -> Vec<f64> {
    let (before, after) = (log_sum(expected), log_sum(row));
    let shares = |margins: &[f64], all: f64| -> Vec<f64> {
        margins.iter().map(|m| (m - all).exp()).collect()
    };
    let (from, to) = (shares(expected, before), shares(row, after));
    let increase = |shares: &[f64]| -> f64 {
        shares.iter().zip(expected.iter().zip(row)).map(|(w, (b, m))| w * (m - b)).sum()
    };
    let (low, high) = (increase(&from), increase(&to));
    let a =
        if high > low { ((high - (after - before)) / (high - low)).clamp(0.0, 1.0) } else { 0.5 };
    from.iter().zip(&to).map(|(from, to)| a * from + (1.0 - a) * to).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn weights_are_shares_that_make_up_the_increase(
            pairs in prop::collection::vec((-60.0..60.0_f64, -60.0..60.0_f64), 1..6)
        ) {
            let (b, m): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
            let w = weights(&b, &m);
            prop_assert!((w.iter().sum::<f64>() - 1.0).abs() < 1e-12 && w.iter().all(|w| *w >= 0.0));
            let told: f64 = w.iter().zip(m.iter().zip(&b)).map(|(w, (m, b))| w * (m - b)).sum();
            prop_assert!((told - (log_sum(&m) - log_sum(&b))).abs() < 1e-9);
        }
    }
}
