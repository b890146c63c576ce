//! Ten bins of equal mass over the probabilities: what ECE, the Brier decomposition and the calibration curve share.
//!
//! Leads are taken from the lowest probability up; a bin closes once the leads so far reach its share, and never between
//! two equal probabilities. So the result does not depend on the order of the file, and a constant forecast is one bin.

use crate::ranking::Tie;

/// Bins at most.
pub(crate) const BINS: usize = 10;

/// Leads of neighbouring probabilities.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Bin {
    pub rows: f64,
    pub positives: f64,
    /// Sum of the probabilities.
    pub sum: f64,
    pub lowest: f64,
    pub highest: f64,
}

impl Bin {
    pub fn mean(&self) -> f64 {
        self.sum / self.rows
    }

    pub fn rate(&self) -> f64 {
        self.positives / self.rows
    }
}

/// The bins from the lowest probability up; at most [`BINS`], none empty. `ties` stand highest first.
pub(crate) fn equal_mass(ties: &[Tie]) -> Vec<Bin> {
    let groups = ties
        .iter()
        .rev()
        .map(|t| (t.score, (t.positives + t.negatives) as f64, t.positives as f64));
    let rows = ties.iter().map(|t| (t.positives + t.negatives) as f64).sum();
    weighted(groups, rows)
}

/// As [`equal_mass`], over ascending groups of (probability, rows, positives); groups without rows are passed over.
pub(crate) fn weighted(groups: impl Iterator<Item = (f64, f64, f64)>, total: f64) -> Vec<Bin> {
    let mut bins = Vec::with_capacity(BINS);
    let mut open = Bin::default();
    let (mut seen, mut goal) = (0.0, total / BINS as f64);
    for (p, rows, positives) in groups {
        if rows == 0.0 {
            continue;
        }
        if open.rows == 0.0 {
            open.lowest = p;
        }
        open.highest = p;
        open.rows += rows;
        open.positives += positives;
        open.sum += p * rows;
        seen += rows;
        if seen >= goal - 1e-9 {
            bins.push(std::mem::take(&mut open));
            let closed = (seen * BINS as f64 / total + 1e-9).floor();
            goal = (closed + 1.0) * total / BINS as f64;
        }
    }
    if open.rows > 0.0 {
        bins.push(open);
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ranking::ties;

    #[test]
    fn bins_have_equal_mass_and_keep_ties_together() {
        let p: Vec<f64> = (0..25).map(|i| f64::from(i) / 25.0).collect();
        let rows: Vec<f64> = equal_mass(&ties(&[false; 25], &p)).iter().map(|b| b.rows).collect();
        assert_eq!(rows, [3.0, 2.0, 3.0, 2.0, 3.0, 2.0, 3.0, 2.0, 3.0, 2.0]);
        assert_eq!(equal_mass(&ties(&[true, false, false], &[0.3; 3])).len(), 1);
    }
}
