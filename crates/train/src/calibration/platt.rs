//! logit p = a m + b (Platt 1999), with his targets (N+ + 1) / (N+ + 2) and 1 / (N- + 2) in place of 1 and 0.

use super::newton::minimise;
use leadsight_models::Calibrator;

/// `None` where the best line does not rise.
pub(crate) fn fit(margins: &[f64], labels: &[bool]) -> Option<Calibrator> {
    let positives = labels.iter().filter(|y| **y).count() as f64;
    let negatives = labels.len() as f64 - positives;
    let (high, low) = ((positives + 1.0) / (positives + 2.0), 1.0 / (negatives + 2.0));
    let targets: Vec<f64> = labels.iter().map(|y| if *y { high } else { low }).collect();
    let x: Vec<[f64; 2]> = margins.iter().map(|m| [*m, 1.0]).collect();
    let [a, b] = minimise(&x, &targets, [1.0, 0.0])?;
    (a > 0.0).then_some(Calibrator::Platt { a, b })
}
