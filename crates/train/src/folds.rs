//! Folds: rows to fit on and rows to hold out.

use crate::TrainError;
use leadsight_schema::{Seed, units};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// One cut of the rows, by position in the table that was cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// Rows to fit on, ascending.
    pub fit: Vec<usize>,
    /// Rows held out, ascending.
    pub hold: Vec<usize>,
}

/// `k` folds, each row held out once, customers and others spread evenly and at random.
///
/// # Errors
/// [`TrainError::Folds`] where `k` is below 2 or an outcome has fewer than `k` rows.
pub fn stratified_folds(y: &[bool], k: usize, seed: Seed) -> Result<Vec<Fold>, TrainError> {
    grouped_folds(y, &[], k, seed)
}

/// As [`stratified_folds`], the rows of a group (one number a row, or an empty slice) held out together. A group counts as a customer
/// where one of its rows does.
///
/// # Errors
/// As [`stratified_folds`], counting groups and rows without one.
pub fn grouped_folds(
    y: &[bool],
    group: &[Option<u32>],
    k: usize,
    seed: Seed,
) -> Result<Vec<Fold>, TrainError> {
    let units = units(y.len(), group);
    let customer = |unit: &Vec<usize>| unit.iter().any(|&row| y[row]);
    let expected = "at least 2 folds, and at least as many leads of each outcome as folds";
    let positives = units.iter().filter(|unit| customer(unit)).count();
    for (of, available) in [("customers", positives), ("others", units.len() - positives)] {
        if k < 2 || available < k {
            return Err(TrainError::Folds { found: k, available, of, expected });
        }
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed.stream("stratified folds"));
    let mut fold_of = vec![0; y.len()];
    let mut next = 0;
    for outcome in [true, false] {
        let mut units: Vec<&Vec<usize>> =
            units.iter().filter(|unit| customer(unit) == outcome).collect();
        units.shuffle(&mut rng);
        for unit in units {
            unit.iter().for_each(|&row| fold_of[row] = next % k);
            next += 1;
        }
    }
    Ok((0..k)
        .map(|fold| {
            let (hold, fit) = (0..y.len()).partition(|row| fold_of[*row] == fold);
            Fold { fit, hold }
        })
        .collect())
}

/// `k` folds forward in time: `order` (row positions, oldest first) is cut into k + 1 blocks of like size; fold i fits on
/// the blocks 0..=i and holds out the next, so that every model is judged on leads younger than those it learned from.
///
/// # Errors
/// [`TrainError::Folds`] where `k` is 0 or there are fewer than k + 1 rows.
pub fn rolling_folds(order: &[usize], k: usize) -> Result<Vec<Fold>, TrainError> {
    if k == 0 || order.len() < k + 1 {
        return Err(TrainError::Folds {
            found: k,
            available: order.len(),
            of: "rows in order of time",
            expected: "at least 1 fold, and more rows than folds",
        });
    }
    let cut = |block: usize| block * order.len() / (k + 1);
    let sorted = |rows: &[usize]| {
        let mut rows = rows.to_vec();
        rows.sort_unstable();
        rows
    };
    let fold = |i: usize| Fold {
        fit: sorted(&order[..cut(i + 1)]),
        hold: sorted(&order[cut(i + 1)..cut(i + 2)]),
    };
    Ok((0..k).map(fold).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stratified_folds_hold_each_row_once_and_spread_customers() {
        let y: Vec<bool> = (0..103).map(|i| i % 9 == 0).collect();
        let folds = stratified_folds(&y, 5, Seed(7)).unwrap();
        assert_eq!(folds, stratified_folds(&y, 5, Seed(7)).unwrap());
        assert_ne!(folds, stratified_folds(&y, 5, Seed(8)).unwrap());
        let mut held: Vec<usize> = folds.iter().flat_map(|f| f.hold.clone()).collect();
        held.sort_unstable();
        assert_eq!(held, (0..103).collect::<Vec<_>>());
        for fold in &folds {
            assert_eq!(fold.fit.len() + fold.hold.len(), 103);
            assert!((20..=21).contains(&fold.hold.len()));
            assert!((2..=3).contains(&fold.hold.iter().filter(|r| y[**r]).count()));
        }
    }

    #[test]
    fn a_group_is_held_out_together() {
        let y: Vec<bool> = (0..200).map(|i| i % 7 == 0).collect();
        let group: Vec<Option<u32>> = (0..200).map(|i| (i % 3 > 0).then_some(i / 5)).collect();
        for Fold { fit, hold } in grouped_folds(&y, &group, 4, Seed(3)).unwrap() {
            assert_eq!(fit.len() + hold.len(), 200);
            let fitted = |g: Option<u32>| g.is_some() && fit.iter().any(|row| group[*row] == g);
            assert!(!hold.iter().any(|row| fitted(group[*row])));
        }
    }

    #[test]
    fn rolling_folds_never_look_ahead() {
        let order: Vec<usize> = (0..50).rev().collect();
        let folds = rolling_folds(&order, 4).unwrap();
        assert_eq!(folds.len(), 4);
        for Fold { fit, hold } in folds {
            // Row 49 is the oldest here.
            assert!(fit.iter().min() > hold.iter().max());
        }
    }

    #[test]
    fn too_many_folds_are_refused() {
        assert!(stratified_folds(&[true, false, false], 2, Seed(0)).is_err());
        assert!(stratified_folds(&[true, false], 1, Seed(0)).is_err());
        assert!(rolling_folds(&[0, 1], 2).is_err());
        assert!(rolling_folds(&[0, 1], 0).is_err());
    }
}
