//! Leads that stand in the table more than once, by id or by every cell.

use leadsight_schema::{Cells, Column, Issue, LeadTable, Role, Severity};
use std::collections::HashMap;

/// One issue for repeated ids, one for missing ids, one for rows that are alike in every column. `rows` are the rows'
/// numbers in the file.
pub(crate) fn find(table: &LeadTable, rows: &[u64]) -> Vec<Issue> {
    let issue =
        |at: usize, column: Option<String>, kind: &str, found, expected: &str, count| Issue {
            severity: Severity::Warning,
            kind: kind.into(),
            file: table.file(at).into(),
            row: rows.get(at).copied(),
            line: table.lines().get(at).copied(),
            column,
            found,
            expected: expected.into(),
            count,
        };
    let place = |at: usize, earlier: usize| {
        let (file, line) = (table.file(earlier), table.lines()[earlier]);
        if file == table.file(at) { format!("line {line}") } else { format!("{file} line {line}") }
    };
    let mut issues = Vec::new();
    if let Some(id) = table.schema().with_role(Role::Id).next() {
        let name = Some(table.schema().fields()[id].name.clone());
        let keys = keys(table.column(id));
        let blank = keys.iter().filter(|k| k.is_none()).count();
        if let Some(at) = keys.iter().position(Option::is_none) {
            let (found, expected) = ("blank".to_owned(), "an id; the lead is kept without a name");
            issues.push(issue(at, name.clone(), "missing_id", found, expected, blank as u64));
        }
        let (first, count) = repeats(&keys, |_, _| true);
        if let Some((at, earlier)) = first {
            let found = format!("the id of {} again", place(at, earlier));
            let expected = "each id once; both leads are kept";
            issues.push(issue(at, name, "duplicate_id", found, expected, count));
        }
    }
    let columns: Vec<Vec<Option<u64>>> =
        (0..table.schema().fields().len()).map(|c| keys(table.column(c))).collect();
    let hashes: Vec<Option<u64>> = (0..table.rows())
        .map(|row| Some(columns.iter().fold(0, |hash, column| mix(hash, column[row]))))
        .collect();
    let alike = |a: usize, b: usize| columns.iter().all(|column| column[a] == column[b]);
    let (first, count) = repeats(&hashes, alike);
    if let Some((at, earlier)) = first {
        let found = format!("the same as {} in every column", place(at, earlier));
        issues.push(issue(
            at,
            None,
            "duplicate_row",
            found,
            "each lead once; both are kept",
            count,
        ));
    }
    issues
}

/// The first row whose key stood before (with the row it stood in), and how many such rows there are.
fn repeats(
    keys: &[Option<u64>],
    same: impl Fn(usize, usize) -> bool,
) -> (Option<(usize, usize)>, u64) {
    let mut seen: HashMap<u64, usize> = HashMap::with_capacity(keys.len());
    let (mut first, mut count) = (None, 0);
    for (row, key) in keys.iter().enumerate() {
        let Some(key) = key else { continue };
        let earlier = *seen.entry(*key).or_insert(row);
        if earlier != row && same(earlier, row) {
            first.get_or_insert((row, earlier));
            count += 1;
        }
    }
    (first, count)
}

/// A number a cell, equal exactly where the cells are.
pub(crate) fn keys(column: &Column) -> Vec<Option<u64>> {
    match column {
        Column::Number(values) => {
            // 0.0 and -0.0 are one number.
            values.iter().map(|v| (!v.is_nan()).then(|| (v + 0.0).to_bits())).collect()
        }
        Column::Text { codes, .. } => {
            codes.iter().map(|c| (*c != Column::MISSING).then_some(u64::from(*c))).collect()
        }
        Column::Date(values) => values.iter().map(|v| v.map(|t| t.0 as u64)).collect(),
    }
}

/// One step of a 64-bit hash (the finaliser of SplitMix64, Steele et al. 2014).
fn mix(hash: u64, key: Option<u64>) -> u64 {
    let mut z = hash
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(key.map_or(0x5bd1_e995, |k| k ^ 0x2545_f491_4f6c_dd1d));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
