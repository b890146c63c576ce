//! How strongly two columns go together, 0 to 1 in size.
//!
//! Two numbers: Pearson's r. Two categories: Cramer's V = sqrt(chi2 / (n (min(levels) - 1))). One of each: the
//! correlation ratio eta = sqrt(between-group variance / variance). Rows where either is missing do not count.

use crate::association::Groups;
use leadsight_schema::{Association, Column};
use std::collections::BTreeMap;

/// Levels beyond the most frequent ones count as one.
const LEVELS: usize = 50;

/// A column made ready for comparing.
pub(crate) enum Ready {
    /// NaN is missing.
    Numbers(Vec<f64>),
    /// Codes below `levels`; `u32::MAX` is missing.
    Words {
        /// One code a row.
        codes: Vec<u32>,
        /// The number of codes.
        levels: usize,
    },
}

impl Ready {
    pub(crate) fn new(column: &Column, rows: &[usize]) -> Self {
        match column {
            Column::Text { codes, levels } => Self::words(codes, levels.len(), rows),
            _ => Ready::Numbers(crate::association::numbers(column, rows)),
        }
    }

    /// Codes of words, or the quantile bins of numbers.
    fn codes(&self) -> Vec<u32> {
        match self {
            Ready::Words { codes, .. } => codes.clone(),
            // Group 0 holds the missing.
            Ready::Numbers(values) => {
                Groups::of_numbers(values).codes.iter().map(|code| code.wrapping_sub(1)).collect()
            }
        }
    }

    fn words(codes: &[u32], levels: usize, rows: &[usize]) -> Self {
        let known = || rows.iter().map(|&r| codes[r]).filter(|c| *c != Column::MISSING);
        let mut counts = vec![0_usize; levels];
        known().for_each(|c| counts[c as usize] += 1);
        let mut order: Vec<usize> = (0..levels).filter(|&l| counts[l] > 0).collect();
        order.sort_by_key(|&l| std::cmp::Reverse(counts[l]));
        let mut places = vec![Column::MISSING; levels];
        for (place, &level) in order.iter().enumerate() {
            places[level] = place.min(LEVELS - 1) as u32;
        }
        let place = |&r: &usize| match codes[r] {
            Column::MISSING => Column::MISSING,
            code => places[code as usize],
        };
        Ready::Words { codes: rows.iter().map(place).collect(), levels: order.len().min(LEVELS) }
    }
}

/// The measure's name and value; `None` where a side does not vary.
pub(crate) fn correlate(a: &Ready, b: &Ready) -> Option<(&'static str, f64)> {
    match (a, b) {
        (Ready::Numbers(a), Ready::Numbers(b)) => Some(("pearson", pearson(a, b)?)),
        (Ready::Words { codes: a, levels: m }, Ready::Words { codes: b, levels: n }) => {
            Some(("cramers_v", cramers_v(a, *m, b, *n)?))
        }
        (Ready::Words { codes, levels }, Ready::Numbers(values))
        | (Ready::Numbers(values), Ready::Words { codes, levels }) => {
            Some(("correlation_ratio", correlation_ratio(codes, *levels, values)?))
        }
    }
}

fn pearson(a: &[f64], b: &[f64]) -> Option<f64> {
    let pairs = || a.iter().zip(b).filter(|(x, y)| !x.is_nan() && !y.is_nan());
    let (n, sum_a, sum_b) =
        pairs().fold((0.0, 0.0, 0.0), |(n, p, q), (x, y)| (n + 1.0, p + x, q + y));
    let (mean_a, mean_b) = (sum_a / n, sum_b / n);
    let (saa, sbb, sab) = pairs().fold((0.0, 0.0, 0.0), |(p, q, r), (x, y)| {
        let (u, v) = (x - mean_a, y - mean_b);
        (p + u * u, q + v * v, r + u * v)
    });
    let value = sab / (saa.sqrt() * sbb.sqrt());
    (n >= 3.0 && saa > 0.0 && sbb > 0.0 && value.is_finite()).then(|| value.clamp(-1.0, 1.0))
}

/// The measure of two columns with all that is told beside it; `None` where a side does not vary.
pub(crate) fn associate(a: &Ready, b: &Ready) -> Option<Association> {
    let (measure, value) = correlate(a, b)?;
    let spearman = match (a, b) {
        (Ready::Numbers(a), Ready::Numbers(b)) => spearman(a, b),
        _ => None,
    };
    let mutual_information = mutual_information(&a.codes(), &b.codes());
    Some(Association { measure: measure.to_owned(), value, spearman, mutual_information })
}

/// Mutual information in bits of two columns of codes (`u32::MAX` is missing), less its bias of (cells - rows - columns + 1) / (2 n ln 2).
fn mutual_information(a: &[u32], b: &[u32]) -> f64 {
    let mut joint: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    let known = |(a, b): &(&u32, &u32)| **a != Column::MISSING && **b != Column::MISSING;
    for (&a, &b) in a.iter().zip(b).filter(known) {
        *joint.entry((a, b)).or_default() += 1.0;
    }
    let n: f64 = joint.values().sum();
    if n == 0.0 {
        return 0.0;
    }
    let (mut of_a, mut of_b) = (BTreeMap::<u32, f64>::new(), BTreeMap::<u32, f64>::new());
    for (&(a, b), count) in &joint {
        *of_a.entry(a).or_default() += count;
        *of_b.entry(b).or_default() += count;
    }
    let bits = |(&(a, b), count): (&(u32, u32), &f64)| {
        count / n * (count * n / (of_a[&a] * of_b[&b])).log2()
    };
    let cells = joint.len() as f64 - of_a.len() as f64 - of_b.len() as f64 + 1.0;
    (joint.iter().map(bits).sum::<f64>() - cells / (2.0 * n * std::f64::consts::LN_2)).max(0.0)
}

/// Spearman's rho: Pearson's r of the ranks, ties sharing theirs; `None` where a side does not vary.
pub(crate) fn spearman(a: &[f64], b: &[f64]) -> Option<f64> {
    let both = |(x, y): (&f64, &f64)| (!x.is_nan() && !y.is_nan()).then_some((*x, *y));
    let (a, b): (Vec<f64>, Vec<f64>) = a.iter().zip(b).filter_map(both).unzip();
    pearson(&ranks(&a), &ranks(&b))
}

fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|&i, &j| values[i].total_cmp(&values[j]));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    for ties in order.chunk_by(|&i, &j| values[i] == values[j]) {
        let rank = before as f64 + (ties.len() - 1) as f64 / 2.0;
        ties.iter().for_each(|&i| ranks[i] = rank);
        before += ties.len();
    }
    ranks
}

fn cramers_v(a: &[u32], m: usize, b: &[u32], n: usize) -> Option<f64> {
    let mut cells = vec![0.0; m * n];
    for (&x, &y) in a.iter().zip(b) {
        if x != Column::MISSING && y != Column::MISSING {
            cells[x as usize * n + y as usize] += 1.0;
        }
    }
    let row_sums: Vec<f64> = (0..m).map(|i| cells[i * n..(i + 1) * n].iter().sum()).collect();
    let column_sums: Vec<f64> = (0..n).map(|j| (0..m).map(|i| cells[i * n + j]).sum()).collect();
    let total: f64 = row_sums.iter().sum();
    let used = |sums: &[f64]| sums.iter().filter(|s| **s > 0.0).count();
    let smaller = used(&row_sums).min(used(&column_sums));
    if smaller < 2 {
        return None;
    }
    let chi2_over_n: f64 = (0..m * n)
        .map(|k| (cells[k], row_sums[k / n] * column_sums[k % n]))
        .filter(|(_, product)| *product > 0.0)
        .map(|(count, product)| count * count / product)
        .sum::<f64>()
        - 1.0;
    Some((chi2_over_n.max(0.0) / (smaller as f64 - 1.0)).sqrt().min(1.0)).filter(|_| total >= 3.0)
}

fn correlation_ratio(codes: &[u32], levels: usize, values: &[f64]) -> Option<f64> {
    let pairs = || codes.iter().zip(values).filter(|(c, v)| **c != Column::MISSING && !v.is_nan());
    let (n, sum) = pairs().fold((0.0, 0.0), |(n, s), (_, v)| (n + 1.0, s + v));
    let mean = sum / n;
    let mut groups = vec![(0.0, 0.0); levels];
    let mut total = 0.0;
    for (&code, &value) in pairs() {
        let group: &mut (f64, f64) = &mut groups[code as usize];
        group.0 += 1.0;
        group.1 += value - mean;
        total += (value - mean) * (value - mean);
    }
    let between: f64 = groups.iter().filter(|g| g.0 > 0.0).map(|g| g.1 * g.1 / g.0).sum();
    let varied = groups.iter().filter(|g| g.0 > 0.0).count() >= 2 && n >= 3.0;
    let value = (between / total).sqrt();
    (varied && total > 0.0 && value.is_finite()).then(|| value.min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: u32 = Column::MISSING;

    #[track_caller]
    fn check(found: Option<f64>, expect: Option<f64>) {
        match (found, expect) {
            (Some(f), Some(e)) => assert!((f - e).abs() < 1e-9, "{f} {e}"),
            (f, e) => assert_eq!(f, e),
        }
    }

    #[test]
    fn measures_known_cases() {
        check(pearson(&[1.0, 2.0, 3.0, f64::NAN], &[2.0, 4.0, 6.0, 1.0]), Some(1.0));
        check(pearson(&[1.0, 2.0, 3.0], &[1.0, 1.0, 1.0]), None);
        // numpy.corrcoef([1, 2, 3, 4], [1, 3, 2, 5])
        check(pearson(&[1.0, 2.0, 3.0, 4.0], &[1.0, 3.0, 2.0, 5.0]), Some(0.831_521_840_957_571_3));
        check(cramers_v(&[0, 0, 1, 1], 2, &[1, 1, 0, 0], 2), Some(1.0));
        check(cramers_v(&[0, 0, 1, 1], 2, &[0, 1, 0, 1], 2), Some(0.0));
        check(cramers_v(&[0, 0, X], 2, &[0, 1, 0], 2), None);
        check(correlation_ratio(&[0, 0, 1, 1], 2, &[1.0, 1.0, 5.0, 5.0]), Some(1.0));
        check(correlation_ratio(&[0, 1, 0, 1], 2, &[1.0, 1.0, 5.0, 5.0]), Some(0.0));
    }

    #[test]
    fn ranks_and_information_are_those_of_scipy_and_scikit_learn() {
        let (a, b) = ([1, 2, 2, 4, 5, 6, 7, 8, 9, 10], [2, 1, 4, 3, 7, 8, 6, 6, 10, 9]);
        // scipy.stats.spearmanr(a, b)
        check(spearman(&a.map(f64::from), &b.map(f64::from)), Some(0.847_560_975_609_756_2));
        let (a, b) =
            ([0, 0, 0, 1, 1, 1, 2, 2, 2, 0, 1, 2, X], [0, 0, 1, 1, 1, 1, 0, 0, 1, 0, 1, 0, 1]);
        // sklearn.metrics.mutual_info_score(a, b) / log(2), less (6 - 3 - 2 + 1) / (2 * 12 * log(2))
        check(Some(mutual_information(&a, &b)), Some(0.399_035_623_656_871_2));
    }
}
