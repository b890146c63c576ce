//! One sort that the rank metrics share: rows by descending score, equal scores in file order.

use rayon::prelude::*;

/// Rows by descending score; rows of equal score keep their order in the file.
///
/// Scores must be finite. O(n log n), on all threads, the same result on any number of them.
pub(crate) fn descending(scores: &[f64]) -> Vec<usize> {
    let mut keyed: Vec<(u64, usize)> =
        scores.iter().enumerate().map(|(row, &score)| (!sort_key(score), row)).collect();
    keyed.par_sort_unstable();
    keyed.into_iter().map(|(_, row)| row).collect()
}

/// Leads sorted once, for everything that reads their order.
pub(crate) struct Ranked<'a> {
    pub labels: &'a [bool],
    pub scores: &'a [f64],
    /// Rows as [`descending`] orders them.
    pub order: Vec<usize>,
    /// The distinct scores, highest first, with their leads.
    pub ties: Vec<Tie>,
}

impl<'a> Ranked<'a> {
    /// Scores must be finite, one a label.
    pub fn of(labels: &'a [bool], scores: &'a [f64]) -> Self {
        let order = descending(scores);
        let mut ties: Vec<Tie> = Vec::new();
        for &row in &order {
            let (score, label) = (scores[row], labels[row]);
            let (positives, negatives) = (usize::from(label), usize::from(!label));
            match ties.last_mut() {
                Some(tie) if tie.score == score => {
                    tie.positives += positives;
                    tie.negatives += negatives;
                }
                _ => ties.push(Tie { score, positives, negatives }),
            }
        }
        Self { labels, scores, order, ties }
    }
}

/// All leads of one score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tie {
    pub score: f64,
    pub positives: usize,
    pub negatives: usize,
}

/// The distinct scores, highest first, with their leads.
pub(crate) fn ties(labels: &[bool], scores: &[f64]) -> Vec<Tie> {
    Ranked::of(labels, scores).ties
}

/// The positives and negatives among them.
pub(crate) fn classes(ties: &[Tie]) -> (usize, usize) {
    ties.iter().fold((0, 0), |(m, n), tie| (m + tie.positives, n + tie.negatives))
}

/// An integer that orders as the float does; both zeros get the same one.
fn sort_key(score: f64) -> u64 {
    let bits = (score + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// The number of leads in a share: `max(1, floor(share * n))`.
///
/// A product that a rounding error left just below a whole number (0.35 * 20 = 7) counts as that number.
pub(crate) fn cut(share: f64, rows: usize) -> usize {
    let exact = share * rows as f64;
    ((exact + 1e-9 * exact.max(1.0)).floor() as usize).clamp(1, rows.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_scores_keep_file_order_and_zeros_are_equal() {
        assert_eq!(descending(&[0.5, 0.9, 0.5, -1.0, 0.9]), [1, 4, 0, 2, 3]);
        assert_eq!(descending(&[-0.0, 0.0, -2.0, -1.0]), [0, 1, 3, 2]);
    }

    #[test]
    fn ties_gather_equal_scores() {
        let found = ties(&[true, false, true], &[0.0, -0.0, 1.0]);
        assert_eq!(found.len(), 2);
        assert_eq!((found[1].positives, found[1].negatives), (1, 1));
    }

    #[test]
    fn the_cut_is_whole_and_at_least_one() {
        for (share, rows, expect) in
            [(0.1, 3, 1), (0.35, 20, 7), (0.29, 100, 29), (0.1, 19, 1), (1.0, 7, 7)]
        {
            assert_eq!(cut(share, rows), expect, "{share} of {rows}");
        }
    }
}
