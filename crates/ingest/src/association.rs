//! How well one column alone tells the outcome.
//!
//! AUC = P(score of a conversion > score of a non-conversion), ties counting half (Mann-Whitney). A column
//! becomes scores in two ways, and the better one counts: a number by its own order; any column by the conversion rate
//! of its groups (levels, or twenty quantile bins), each row's rate being taken from the other four fifths of the rows
//! and smoothed towards the base rate, so that a column of many levels does not look good by chance.

use leadsight_eval::roc_auc;
use leadsight_schema::Column;

/// Rows added at the base rate to each group's count.
const SMOOTHING: f64 = 10.0;
const FOLDS: usize = 5;
const BINS: usize = 20;
/// Numbers of no more distinct values than this are grouped by value.
const FEW: usize = 64;

/// AUC of finite scores; `None` with one class only.
pub(crate) fn auc(labels: &[bool], scores: &[f64]) -> Option<f64> {
    roc_auc(labels, scores).ok()
}

/// The same column's AUC where a low value may mean a conversion as well as a high one: 0.5 to 1.
pub(crate) fn either_way(auc: f64) -> f64 {
    auc.max(1.0 - auc)
}

/// The standard error of an AUC (Hanley and McNeil 1982), for judging small samples.
pub(crate) fn standard_error(auc: f64, positives: usize, negatives: usize) -> f64 {
    let (p, n) = (positives as f64, negatives as f64);
    let q1 = auc / (2.0 - auc);
    let q2 = 2.0 * auc * auc / (1.0 + auc);
    let a2 = auc * auc;
    ((auc * (1.0 - auc) + (p - 1.0) * (q1 - a2) + (n - 1.0) * (q2 - a2)) / (p * n)).max(0.0).sqrt()
}

/// Rows of a column that belong together; group 0 holds the missing.
pub(crate) struct Groups {
    /// The group of each row.
    pub codes: Vec<u32>,
    /// What each group holds, in words.
    pub names: Vec<String>,
    /// What makes a group.
    pub by: Grouping,
}

/// What makes a group of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grouping {
    /// The same value.
    Value,
    /// The same quantile bin.
    Bin,
}

impl Groups {
    /// Groups by level, by value where a number has few, else by quantile bin.
    pub(crate) fn of(column: &Column, rows: &[usize]) -> Self {
        match column {
            Column::Text { codes, levels } => Self {
                codes: rows.iter().map(|&r| codes[r].wrapping_add(1)).collect(),
                names: std::iter::once("(missing)".to_owned())
                    .chain(levels.iter().map(|l| format!("`{l}`")))
                    .collect(),
                by: Grouping::Value,
            },
            Column::Number(_) | Column::Date(_) => Self::of_numbers(&numbers(column, rows)),
        }
    }

    pub(crate) fn of_numbers(values: &[f64]) -> Self {
        let mut sorted: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let mut distinct = sorted.clone();
        distinct.dedup();
        let few = distinct.len() <= FEW;
        // The lowest value of each group.
        let starts = if few {
            distinct
        } else {
            let mut starts: Vec<f64> = (0..BINS).map(|b| sorted[b * sorted.len() / BINS]).collect();
            starts.dedup();
            starts
        };
        let group = |v: &f64| {
            if v.is_nan() { 0 } else { starts.partition_point(|s| s <= v) as u32 }
        };
        let codes = values.iter().map(group).collect();
        let mut names = vec!["(missing)".to_owned()];
        names.extend(starts.iter().enumerate().map(|(i, s)| match starts.get(i + 1) {
            _ if few => format!("{s}"),
            Some(next) => format!("{s} to below {next}"),
            None => format!("{s} and above"),
        }));
        Self { codes, names, by: if few { Grouping::Value } else { Grouping::Bin } }
    }

    /// Rows and conversions of each group.
    pub(crate) fn tally(&self, labels: &[bool]) -> Vec<(usize, usize)> {
        let mut tally = vec![(0, 0); self.names.len()];
        for (&code, &label) in self.codes.iter().zip(labels) {
            let (rows, conversions) = &mut tally[code as usize];
            *rows += 1;
            *conversions += usize::from(label);
        }
        tally
    }

    /// For each row the smoothed conversion rate of its group in the other folds. Folds are dealt out by class in file
    /// order, so they are alike in rate.
    pub(crate) fn out_of_fold_rates(&self, labels: &[bool]) -> Vec<f64> {
        let mut dealt = [0, 0];
        let folds: Vec<usize> = labels
            .iter()
            .map(|&label| {
                let next = &mut dealt[usize::from(label)];
                *next += 1;
                *next % FOLDS
            })
            .collect();
        let mut in_fold = vec![[(0.0, 0.0); FOLDS]; self.names.len()];
        for ((&code, &label), &fold) in self.codes.iter().zip(labels).zip(&folds) {
            let (rows, conversions) = &mut in_fold[code as usize][fold];
            *rows += 1.0;
            *conversions += f64::from(u8::from(label));
        }
        let base = labels.iter().filter(|l| **l).count() as f64 / labels.len().max(1) as f64;
        let rates: Vec<[f64; FOLDS]> = in_fold
            .iter()
            .map(|group| {
                let rows: f64 = group.iter().map(|g| g.0).sum();
                let conversions: f64 = group.iter().map(|g| g.1).sum();
                std::array::from_fn(|fold| {
                    (conversions - group[fold].1 + SMOOTHING * base)
                        / (rows - group[fold].0 + SMOOTHING)
                })
            })
            .collect();
        self.codes.iter().zip(&folds).map(|(&code, &fold)| rates[code as usize][fold]).collect()
    }
}

/// The cells of a number or date column as numbers (dates in days since 1970); NaN is missing. Words give NaN.
pub(crate) fn numbers(column: &Column, rows: &[usize]) -> Vec<f64> {
    match column {
        Column::Number(values) => rows.iter().map(|&r| values[r]).collect(),
        Column::Date(values) => {
            rows.iter().map(|&r| values[r].map_or(f64::NAN, |t| t.0 as f64 / 86_400.0)).collect()
        }
        Column::Text { .. } => vec![f64::NAN; rows.len()],
    }
}

/// AUC of one column alone, direction-free (0.5 to 1); `None` with one class only. `labels` are those of `rows`.
pub(crate) fn column_auc(column: &Column, rows: &[usize], labels: &[bool]) -> Option<f64> {
    // A rate is already in the right direction: below one half is noise.
    let by_rate = auc(labels, &Groups::of(column, rows).out_of_fold_rates(labels))?.max(0.5);
    if matches!(column, Column::Text { .. }) {
        return Some(by_rate);
    }
    let lowest: Vec<f64> =
        numbers(column, rows).into_iter().map(|v| if v.is_nan() { f64::MIN } else { v }).collect();
    Some(auc(labels, &lowest).map_or(by_rate, |a| either_way(a).max(by_rate)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_for_each_row_tells_nothing() {
        let labels: Vec<bool> = (0..1000).map(|i| i % 3 == 0).collect();
        let words: Vec<String> = (0..1000).map(|i| format!("w{i}")).collect();
        let column = Column::from_words(words.iter().map(|w| Some(w.as_str())));
        let rows: Vec<usize> = (0..1000).collect();
        assert_eq!(column_auc(&column, &rows, &labels), Some(0.5));
    }
}
