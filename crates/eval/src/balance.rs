//! Whether two groups are alike in what was known of them beforehand.
//!
//! The standardised difference of means is d = (m1 - m0) / sqrt((s1^2 + s0^2) / 2) (Cohen 1988; Austin 2009, who takes |d| > 0.1 for
//! a difference that matters). It does not grow with the number of rows, as a p-value does. For a share p, m = p and s^2 = p (1 - p).

/// Differences above this are taken to matter.
pub const IMBALANCE: f64 = 0.1;

/// The standardised difference of two groups of finite numbers, first minus second; variances by n - 1. `None` where a group has fewer
/// than two rows; infinite where both are constant and differ.
pub fn standardised_difference(a: &[f64], b: &[f64]) -> Option<f64> {
    let moments = |values: &[f64]| {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
        (values.len() >= 2).then(|| (mean, squares / (n - 1.0)))
    };
    let ((m1, v1), (m0, v0)) = (moments(a)?, moments(b)?);
    Some(over(m1 - m0, v1, v0))
}

/// The standardised difference of two shares, each `(members, rows)`, first minus second; `None` for a group without rows.
pub fn standardised_difference_of_shares(a: (u64, u64), b: (u64, u64)) -> Option<f64> {
    let share = |(members, rows): (u64, u64)| (rows > 0).then(|| members as f64 / rows as f64);
    let (p1, p0) = (share(a)?, share(b)?);
    Some(over(p1 - p0, p1 * (1.0 - p1), p0 * (1.0 - p0)))
}

fn over(difference: f64, v1: f64, v0: f64) -> f64 {
    if difference == 0.0 { 0.0 } else { difference / ((v1 + v0) / 2.0).sqrt() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // Means 3 and 2, variances 2.5 and 1: 1 / sqrt(1.75).
        let d = standardised_difference(&[1.0, 2.0, 3.0, 4.0, 5.0], &[1.0, 2.0, 3.0]).unwrap();
        assert!((d - 1.0 / 1.75f64.sqrt()).abs() < 1e-12, "{d}");
        // 0.5 and 0.2: 0.3 / sqrt((0.25 + 0.16) / 2).
        let d = standardised_difference_of_shares((5, 10), (20, 100)).unwrap();
        assert!((d - 0.3 / 0.205f64.sqrt()).abs() < 1e-12, "{d}");
        assert_eq!(standardised_difference(&[1.0], &[1.0, 2.0]), None);
        assert_eq!(standardised_difference(&[2.0, 2.0], &[2.0, 2.0]), Some(0.0));
        assert_eq!(standardised_difference(&[3.0, 3.0], &[2.0, 2.0]), Some(f64::INFINITY));
        assert_eq!(standardised_difference_of_shares((0, 0), (1, 2)), None);
    }
}
