//! Log-loss: the mean of -ln(p) where the lead converted and -ln(1 - p) where it did not.
//!
//! p is first kept 1e-15 away from 0 and 1, so one sure mistake costs 34.5 and not infinity.

use crate::EvalError;
use crate::error::check_probabilities;

/// Mean log-loss in nats, 0 or more. Defined for one class too.
///
/// # Errors
/// Lengths that differ, no lead, a value outside 0..=1.
pub fn log_loss(labels: &[bool], probabilities: &[f64]) -> Result<f64, EvalError> {
    check_probabilities(labels, probabilities)?;
    let sum: f64 = labels.iter().zip(probabilities).map(|(&y, &p)| row_loss(y, p)).sum();
    Ok(sum / labels.len() as f64)
}

/// The loss of one lead.
pub(crate) fn row_loss(label: bool, p: f64) -> f64 {
    const CLIP: f64 = 1e-15;
    let p = p.clamp(CLIP, 1.0 - CLIP);
    if label { -p.ln() } else { -(-p).ln_1p() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_and_clip() {
        assert!((log_loss(&[true, false], &[0.5, 0.5]).unwrap() - 2f64.ln()).abs() < 1e-15);
        assert!((log_loss(&[true], &[0.0]).unwrap() - 1e15f64.ln()).abs() < 1e-9);
        assert!(matches!(
            log_loss(&[true], &[1.5]),
            Err(EvalError::NotAProbability { row: 0, .. })
        ));
        assert!(log_loss(&[true], &[f64::NAN]).is_err());
    }
}
