//! Leads that stand in the table more than once, by id or by every cell.

use leadsight_schema::{Cells, Column, Issue, LeadTable, Role, Severity};
use rayon::prelude::*;

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
        let column = table.column(id);
        if let Some(at) = keys(column).position(|key| key.is_none()) {
            let blank = keys(column).filter(Option::is_none).count();
            let (found, expected) = ("blank".to_owned(), "an id; the lead is kept without a name");
            issues.push(issue(at, name.clone(), "missing_id", found, expected, blank as u64));
        }
        let (first, count) = repeats(keys(column), |_, _| true);
        if let Some((at, earlier)) = first {
            let found = format!("the id of {} again", place(at, earlier));
            let expected = "each id once; both leads are kept, in one part of a split";
            issues.push(issue(at, name, "duplicate_id", found, expected, count));
        }
    }
    let columns = || (0..table.schema().fields().len()).map(|c| table.column(c));
    let mut hashes = vec![0; table.rows()];
    for column in columns() {
        hashes.iter_mut().zip(keys(column)).for_each(|(hash, key)| *hash = mix(*hash, key));
    }
    let alike = |a: usize, b: usize| columns().all(|column| column.cell(a) == column.cell(b));
    let (first, count) = repeats(hashes.into_iter().map(Some), alike);
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
    keys: impl Iterator<Item = Option<u64>>,
    same: impl Fn(usize, usize) -> bool,
) -> (Option<(usize, usize)>, u64) {
    let known = keys.enumerate().filter_map(|(row, key)| Some((key?, row)));
    let mut order: Vec<(u64, usize)> = known.collect();
    order.par_sort_unstable();
    let (mut first, mut count) = (None, 0);
    for group in order.chunk_by(|a, b| a.0 == b.0) {
        let earlier = group[0].1;
        for &(_, row) in group[1..].iter().filter(|(_, row)| same(earlier, *row)) {
            first = Some(
                first.map_or((row, earlier), |known: (usize, usize)| known.min((row, earlier))),
            );
            count += 1;
        }
    }
    (first, count)
}

/// A number a cell, equal exactly where the cells are; `None` where nothing is known.
pub(crate) fn keys(column: &Column) -> Box<dyn Iterator<Item = Option<u64>> + '_> {
    match column {
        // 0.0 and -0.0 are one number.
        Column::Number(values) => {
            Box::new(values.iter().map(|v| (!v.is_nan()).then(|| (v + 0.0).to_bits())))
        }
        Column::Text { codes, .. } => {
            Box::new(codes.iter().map(|c| (*c != Column::MISSING).then_some(u64::from(*c))))
        }
        Column::Date(values) => Box::new(values.iter().map(|v| v.map(|t| t.0 as u64))),
    }
}

/// One step of a 64-bit hash (the finaliser of SplitMix64, Steele et al. 2014).
pub(crate) fn mix(hash: u64, key: Option<u64>) -> u64 {
    let mut z = hash
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(key.map_or(0x5bd1_e995, |k| k ^ 0x2545_f491_4f6c_dd1d));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
