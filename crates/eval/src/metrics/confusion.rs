//! The confusion matrix at a threshold, and the rates that follow from it.
//!
//! A lead is predicted to convert when p >= t. With counts TP, FP, TN, FN:
//! MCC = (TP TN - FP FN) / sqrt((TP+FP)(TP+FN)(TN+FP)(TN+FN)); F1 = 2 TP / (2 TP + FP + FN).

use crate::EvalError;
use crate::error::check_scores;
use serde::{Deserialize, Serialize};

/// Counts of leads by prediction and outcome. A rate whose denominator is 0 is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Confusion {
    /// Flagged and converted.
    pub tp: usize,
    /// Flagged, did not convert.
    pub fp: usize,
    /// Passed over, did not convert.
    pub tn: usize,
    /// Passed over, converted.
    #[serde(rename = "fn")]
    pub fn_: usize,
}

impl Confusion {
    /// The counts at threshold `t`: predicted positive when `p >= t`. Scores other than probabilities do too.
    ///
    /// # Errors
    /// Lengths that differ, no lead, a score or threshold that is NaN, an infinite score.
    pub fn at(labels: &[bool], p: &[f64], t: f64) -> Result<Self, EvalError> {
        check_scores(labels, p)?;
        if t.is_nan() {
            return Err(EvalError::Argument {
                what: "the threshold",
                found: t,
                expected: "a number",
            });
        }
        let mut counts = [0usize; 4];
        for (&label, &p) in labels.iter().zip(p) {
            counts[usize::from(p >= t) * 2 + usize::from(label)] += 1;
        }
        let [tn, fn_, fp, tp] = counts;
        Ok(Self { tp, fp, tn, fn_ })
    }

    /// All leads.
    pub fn rows(&self) -> usize {
        self.tp + self.fp + self.tn + self.fn_
    }

    /// Leads that converted.
    pub fn positives(&self) -> usize {
        self.tp + self.fn_
    }

    /// Leads predicted to convert.
    pub fn flagged(&self) -> usize {
        self.tp + self.fp
    }

    /// Matthews correlation, -1..=1; `None` where a row or column of the matrix is empty.
    pub fn mcc(&self) -> Option<f64> {
        let [tp, fp, tn, fn_] = [self.tp, self.fp, self.tn, self.fn_].map(|c| c as f64);
        // Two roots of products of two: the product of four would lose digits at a billion rows.
        let root = ((tp + fp) * (tp + fn_)).sqrt() * ((tn + fp) * (tn + fn_)).sqrt();
        (root > 0.0).then(|| ((tp * tn - fp * fn_) / root).clamp(-1.0, 1.0))
    }

    /// Harmonic mean of precision and recall; `None` where nobody converted and nobody was flagged.
    pub fn f1(&self) -> Option<f64> {
        ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn_)
    }

    /// The share of right predictions.
    pub fn accuracy(&self) -> Option<f64> {
        ratio(self.tp + self.tn, self.rows())
    }

    /// The share of flagged leads that converted; `None` where nobody was flagged.
    pub fn precision(&self) -> Option<f64> {
        ratio(self.tp, self.flagged())
    }

    /// The share of conversions that were flagged (true positive rate); `None` where nobody converted.
    pub fn recall(&self) -> Option<f64> {
        ratio(self.tp, self.positives())
    }

    /// The share of the others that were passed over (true negative rate); `None` where all converted.
    pub fn specificity(&self) -> Option<f64> {
        ratio(self.tn, self.tn + self.fp)
    }

    /// The share of passed-over leads that did not convert; `None` where all were flagged.
    pub fn npv(&self) -> Option<f64> {
        ratio(self.tn, self.tn + self.fn_)
    }
}

fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_itself_is_flagged() {
        let c = Confusion::at(&[true, false, true, false], &[0.5, 0.5, 0.4, 0.1], 0.5).unwrap();
        assert_eq!(c, Confusion { tp: 1, fp: 1, tn: 1, fn_: 1 });
        assert_eq!((c.f1(), c.accuracy(), c.mcc()), (Some(0.5), Some(0.5), Some(0.0)));
    }

    #[test]
    fn empty_denominators_are_none() {
        let nobody = Confusion { tp: 0, fp: 0, tn: 5, fn_: 0 };
        assert_eq!((nobody.precision(), nobody.recall(), nobody.f1()), (None, None, None));
        assert_eq!(
            (nobody.mcc(), nobody.npv(), nobody.specificity()),
            (None, Some(1.0), Some(1.0))
        );
        assert_eq!(Confusion::default().accuracy(), None);
        assert!(Confusion::at(&[true], &[0.4], f64::NAN).is_err());
    }
}
