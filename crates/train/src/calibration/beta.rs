//! logit p = a ln q - b ln(1 - q) + c, q = sigmoid(m) (Kull, Silva Filho and Flach 2017). A weight that comes out below 0 is set to 0
//! and the rest fitted again, as its authors do.

use super::newton::minimise;
use crate::loss::row_loss;
use leadsight_models::Calibrator;

/// `None` where no map with weights from 0 rises.
pub(crate) fn fit(margins: &[f64], labels: &[bool]) -> Option<Calibrator> {
    // ln q and -ln(1 - q) are losses of the margin, with the digits that q itself would lose.
    let ln_q = |m: &f64| -row_loss(*m, true);
    let minus_ln_1q = |m: &f64| row_loss(*m, false);
    let targets: Vec<f64> = labels.iter().map(|y| f64::from(u8::from(*y))).collect();
    let both: Vec<[f64; 3]> = margins.iter().map(|m| [ln_q(m), minus_ln_1q(m), 1.0]).collect();
    let [a, b, c] = minimise(&both, &targets, [1.0, 1.0, 0.0])?;
    if a >= 0.0 && b >= 0.0 {
        return (a + b > 0.0).then_some(Calibrator::Beta { a, b, c });
    }
    if a < 0.0 {
        let one: Vec<[f64; 2]> = margins.iter().map(|m| [minus_ln_1q(m), 1.0]).collect();
        let [b, c] = minimise(&one, &targets, [1.0, 0.0])?;
        return (b > 0.0).then_some(Calibrator::Beta { a: 0.0, b, c });
    }
    let one: Vec<[f64; 2]> = margins.iter().map(|m| [ln_q(m), 1.0]).collect();
    let [a, c] = minimise(&one, &targets, [1.0, 0.0])?;
    (a > 0.0).then_some(Calibrator::Beta { a, b: 0.0, c })
}
