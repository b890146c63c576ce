//! DeLong's interval for one AUC and test for two on the same leads.
//!
//! With V10(i) the share of negatives that positive i outranks (ties one half) and V01(j) the share of positives that outrank
//! negative j: AUC = mean V10 = mean V01, var = S10 / m + S01 / n with the sample variances S of each (DeLong, DeLong and
//! Clarke-Pearson 1988). The placements come from midranks in O(n log n) (Sun and Xu 2014). The interval is on the logit
//! scale, so it stays in 0..1: logit(AUC) +- z se / (AUC (1 - AUC)) (Pepe 2003, 5.2). For two models V10 and V01 are the
//! differences between theirs.
//!
//! One score for all leads has an AUC of 0.5 by definition, and no interval. Where the variance is otherwise zero (perfect separation) or not defined (one lead of a class) the interval rests on
//! q = min(m, n) disjoint and so independent pairs, each concordant with probability AUC: the exact binomial one over q trials.

use super::binomial::exact_ends;
use super::{Interval, Method, Paired, two_sided, z};
use crate::EvalError;
use crate::error::{check_classes, check_level, check_scores};
use crate::ranking::{Ranked, descending};
use leadsight_schema::{logit, sigmoid};

/// ROC-AUC with its interval.
///
/// # Errors
/// Lengths that differ, no lead, a score that is not finite, one class, a level outside 0..1.
pub fn delong(labels: &[bool], scores: &[f64], level: f64) -> Result<Interval, EvalError> {
    check_level(level)?;
    let placements = Placements::of(labels, scores)?;
    Ok(placements.interval(level))
}

/// As [`delong`], of leads already sorted.
pub(crate) fn delong_ranked(ranked: &Ranked<'_>, level: f64) -> Result<Interval, EvalError> {
    let placements = Placements::in_order(ranked.labels, ranked.scores, &ranked.order)?;
    Ok(placements.interval(level))
}

/// AUC of `a` minus AUC of `b`, with its interval and the p-value of "no difference".
///
/// # Errors
/// As [`delong`], for either model.
pub fn paired_delong(
    labels: &[bool],
    a: &[f64],
    b: &[f64],
    level: f64,
) -> Result<Paired, EvalError> {
    check_level(level)?;
    let (first, second) = (Placements::of(labels, a)?, Placements::of(labels, b)?);
    let gaps = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x - y).collect();
    let gap = Placements {
        auc: first.auc - second.auc,
        positives: gaps(&first.positives, &second.positives),
        negatives: gaps(&first.negatives, &second.negatives),
    };
    let (difference, variance) = (gap.auc, gap.variance());
    if variance > 0.0 {
        let se = variance.sqrt();
        let half = z(level) * se;
        return Ok(Paired {
            difference,
            low: (difference - half).max(-1.0),
            high: (difference + half).min(1.0),
            p_value: two_sided(difference / se),
            level,
            method: Method::DeLong,
        });
    }
    let same = gap.positives.iter().chain(&gap.negatives).all(|&g| g == 0.0);
    if same {
        let method = Method::DeLong;
        return Ok(Paired { difference: 0.0, low: 0.0, high: 0.0, p_value: 1.0, level, method });
    }
    // Ends from those of the two models (Newcombe 1998, method 10); p-value of the sign test over q pairs that all agree.
    let (x, y) = (first.pairs_interval(level), second.pairs_interval(level));
    let agree = if variance == 0.0 { gap.pairs() } else { 0.0 };
    Ok(Paired {
        difference,
        low: difference - (x.value - x.low).hypot(y.high - y.value),
        high: difference + (x.high - x.value).hypot(y.value - y.low),
        p_value: (2.0 * 0.5f64.powf(agree)).min(1.0),
        level,
        method: Method::ClopperPearsonPairs,
    })
}

/// For each positive the share of negatives below it, for each negative the share of positives above it.
struct Placements {
    auc: f64,
    positives: Vec<f64>,
    negatives: Vec<f64>,
}

impl Placements {
    /// The placements stand in file order within each class, so that two models' can be paired.
    fn of(labels: &[bool], scores: &[f64]) -> Result<Self, EvalError> {
        check_scores(labels, scores)?;
        Self::in_order(labels, scores, &descending(scores))
    }

    fn in_order(labels: &[bool], scores: &[f64], order: &[usize]) -> Result<Self, EvalError> {
        let (m, n) = check_classes(labels, "DeLong's interval")?;
        let mut placement = vec![0.0; labels.len()];
        let (mut above_positive, mut above_negative) = (0usize, 0usize);
        let mut lost = 0u128;
        for tied in order.chunk_by(|&a, &b| scores[a] == scores[b]) {
            let positives = tied.iter().filter(|&&row| labels[row]).count();
            let negatives = tied.len() - positives;
            // Halves of whole numbers: exact.
            let beaten = n as f64 - above_negative as f64 - negatives as f64 / 2.0;
            let beaten_by = above_positive as f64 + positives as f64 / 2.0;
            for &row in tied {
                placement[row] = if labels[row] { beaten / n as f64 } else { beaten_by / m as f64 };
            }
            lost += positives as u128 * (2 * above_negative + negatives) as u128;
            above_positive += positives;
            above_negative += negatives;
        }
        let of_class = |class: bool| {
            placement.iter().zip(labels).filter(|&(_, &y)| y == class).map(|(&v, _)| v).collect()
        };
        Ok(Self {
            auc: 1.0 - lost as f64 / (2.0 * m as f64 * n as f64),
            positives: of_class(true),
            negatives: of_class(false),
        })
    }

    /// NaN where a class has one lead.
    fn variance(&self) -> f64 {
        let term = |v: &[f64]| sample_variance(v) / v.len() as f64;
        term(&self.positives) + term(&self.negatives)
    }

    fn pairs(&self) -> f64 {
        self.positives.len().min(self.negatives.len()) as f64
    }

    fn interval(&self, level: f64) -> Interval {
        if self.positives.iter().chain(&self.negatives).all(|&v| v == 0.5) {
            let (value, method) = (self.auc, Method::Definition);
            return Interval { value, low: value, high: value, level, method };
        }
        let variance = self.variance();
        if !(variance > 0.0 && self.auc > 0.0 && self.auc < 1.0) {
            return self.pairs_interval(level);
        }
        let half = z(level) * variance.sqrt() / (self.auc * (1.0 - self.auc));
        let centre = logit(self.auc);
        Interval {
            value: self.auc,
            low: sigmoid(centre - half),
            high: sigmoid(centre + half),
            level,
            method: Method::DeLong,
        }
    }

    fn pairs_interval(&self, level: f64) -> Interval {
        let (low, high) = exact_ends(self.auc, self.pairs(), level);
        Interval { value: self.auc, low, high, level, method: Method::ClopperPearsonPairs }
    }
}

fn sample_variance(v: &[f64]) -> f64 {
    let n = v.len() as f64;
    let mean = v.iter().sum::<f64>() / n;
    v.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn perfect_separation_keeps_an_honest_lower_end() {
        let labels = [true, true, true, false, false, false, false];
        let scores = [0.9, 0.8, 0.7, 0.3, 0.2, 0.1, 0.0];
        let found = delong(&labels, &scores, 0.95).unwrap();
        assert_eq!((found.value, found.high), (1.0, 1.0));
        assert!((found.low - 0.025f64.powf(1.0 / 3.0)).abs() < 1e-12);
        assert_eq!(found.method, Method::ClopperPearsonPairs);
    }

    #[test]
    fn one_positive_is_a_wide_interval_and_the_same_model_no_difference() {
        let labels = [true, false, false, false];
        let found = delong(&labels, &[0.5, 0.9, 0.2, 0.1], 0.95).unwrap();
        assert!(found.low < 0.1 && found.high > 0.95, "{found:?}");
        let labels = [true, false, true, false];
        let scores = [0.5, 0.9, 0.2, 0.1];
        let same = paired_delong(&labels, &scores, &scores, 0.95).unwrap();
        assert_eq!((same.difference, same.low, same.high, same.p_value), (0.0, 0.0, 0.0, 1.0));
    }

    #[test]
    fn one_score_for_all_has_no_interval() {
        let labels = [true, false, false, true];
        let found = delong(&labels, &[0.3; 4], 0.95).unwrap();
        assert_eq!((found.value, found.low, found.high), (0.5, 0.5, 0.5));
        assert_eq!(found.method, Method::Definition);
        // By chance at 0.5, but not by definition.
        let found = delong(&labels, &[0.1, 0.2, 0.3, 0.4], 0.95).unwrap();
        assert!(found.low < found.value && found.method != Method::Definition, "{found:?}");
    }

    #[test]
    fn a_perfect_model_against_a_constant_one() {
        let labels: Vec<bool> = (0..40).map(|i| i < 20).collect();
        let perfect: Vec<f64> = (0..40).map(|i| 1.0 - f64::from(i) / 40.0).collect();
        let found = paired_delong(&labels, &perfect, &[0.5; 40], 0.95).unwrap();
        assert_eq!(found.difference, 0.5);
        assert!(found.low > 0.0 && found.p_value < 1e-5, "{found:?}");
    }
}
