//! Log-loss straight from margins: ln(1 + exp(-m)) for customers, ln(1 + exp(m)) for the others; exact where a
//! probability would have lost its digits.

use leadsight_schema::Labels;

/// The loss of one row, 0 or more.
pub(crate) fn row_loss(margin: f64, outcome: bool) -> f64 {
    let x = if outcome { -margin } else { margin };
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// The mean over rows; 0 without rows.
pub(crate) fn mean_loss(margins: impl Iterator<Item = f64>, y: &Labels) -> f64 {
    let sum: f64 = margins.zip(y.as_slice()).map(|(m, y)| row_loss(m, *y)).sum();
    sum / y.len().max(1) as f64
}
