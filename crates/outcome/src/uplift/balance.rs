//! Whether two arms were alike beforehand.

use crate::table::Table;
use crate::{Gathered, OutcomeError};
use leadsight_eval::{IMBALANCE, standardised_difference, standardised_difference_of_shares};
use serde::Serialize;
use std::collections::BTreeMap;

/// Levels of a covariate that are compared one by one; the most frequent.
const LEVELS: usize = 20;

/// How much the arms differ in a column known before.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Balance {
    /// The column.
    pub column: String,
    /// The word that differs most, of a column of words.
    pub word: Option<String>,
    /// The standardised difference, model minus rule; `None` where it is not defined.
    pub difference: Option<f64>,
    /// Whether it is within 0.1.
    pub alike: bool,
}

/// The arms in a column: means of numbers, or shares of the word that differs most.
pub(super) fn balance(
    table: Table<'_>,
    name: &str,
    gathered: &Gathered,
    arms: &[Vec<usize>; 2],
) -> Result<Balance, OutcomeError> {
    let position = table.position(name)?;
    let rows = arms
        .each_ref()
        .map(|arm| -> Vec<usize> { arm.iter().map(|i| gathered.leads[*i].row).collect() });
    let (word, difference) = match table.numbers(position) {
        Ok(numbers) => {
            let of = rows
                .each_ref()
                .map(|rows| -> Vec<f64> { rows.iter().filter_map(|row| numbers[*row]).collect() });
            (None, standardised_difference(&of[0], &of[1]))
        }
        Err(_) => words_differ(&table.words(position), &rows),
    };
    let alike = difference.is_some_and(|d| d.abs() <= IMBALANCE);
    Ok(Balance { column: name.to_owned(), word, difference, alike })
}

/// Of the most frequent words, blank among them, the one whose shares differ most.
fn words_differ(words: &[Option<String>], rows: &[Vec<usize>; 2]) -> (Option<String>, Option<f64>) {
    let word = |row: &usize| words[*row].as_deref().unwrap_or(crate::report::NO_WORD);
    let mut counts: BTreeMap<&str, [u64; 2]> = BTreeMap::new();
    for (arm, rows) in rows.iter().enumerate() {
        for row in rows {
            counts.entry(word(row)).or_default()[arm] += 1;
        }
    }
    let mut order: Vec<(&str, [u64; 2])> = counts.into_iter().collect();
    order.sort_by(|a, b| b.1.iter().sum::<u64>().cmp(&a.1.iter().sum()).then(a.0.cmp(b.0)));
    let sizes = rows.each_ref().map(|rows| rows.len() as u64);
    let difference = |(word, members): &(&str, [u64; 2])| {
        let d = standardised_difference_of_shares((members[0], sizes[0]), (members[1], sizes[1]))?;
        Some(((*word).to_owned(), d))
    };
    let most = order
        .iter()
        .take(LEVELS)
        .filter_map(difference)
        .max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
    most.map_or((None, None), |(word, d)| (Some(word), Some(d)))
}
