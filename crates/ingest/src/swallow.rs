//! Leads that a stray quote has swallowed: a quote that opens a cell on one line and another that closes it lines below make one cell of
//! the rows between.

use leadsight_schema::{Issue, Severity};
use polars::prelude::StringChunked;

/// The longest word of a column of short words, in bytes.
const SHORT: usize = 40;

/// One issue a column for cells over several lines that look like swallowed rows: most cells of the column are one short word, or a line
/// within the cell has as many separators as a row. `width` is the number of columns of the file.
pub(crate) fn find(
    file: &str,
    columns: &[StringChunked],
    width: usize,
    separator: char,
    rows: &[u64],
    lines: &[u64],
) -> Vec<Issue> {
    let of_column = |texts: &StringChunked| {
        let long: Vec<(usize, &str)> = (texts.iter().enumerate())
            .filter_map(|(row, text)| Some((row, text.filter(|text| text.contains('\n'))?)))
            .collect();
        if long.is_empty() {
            return None;
        }
        let known = texts.len() - texts.null_count() - long.len();
        let word = |text: &&str| text.len() <= SHORT && !text.contains(char::is_whitespace);
        let words = texts.iter().flatten().filter(word).count();
        let of_words = known > 0 && words * 10 >= known * 9;
        let is_row = |line: &str| line.matches(separator).count() + 1 >= width;
        let has_rows = |text: &str| text.lines().skip(1).any(is_row);
        let mut found = long.iter().filter(|(_, text)| of_words || has_rows(text));
        let &(row, text) = found.next()?;
        let span = text.lines().count() as u64;
        let begins: String = text.lines().next().unwrap_or_default().chars().take(40).collect();
        Some(Issue {
            severity: if has_rows(text) { Severity::Error } else { Severity::Warning },
            kind: "swallowed_rows".into(),
            file: file.into(),
            row: rows.get(row).copied(),
            line: lines.get(row).copied(),
            column: Some(texts.name().to_string()),
            found: format!("a cell over {span} lines that begins `{begins}`"),
            expected: "one line: is a quote in it not meant to quote? Rows that it runs over are no leads; double the quote, or take it out"
                .into(),
            count: 1 + found.count() as u64,
        })
    };
    columns.iter().filter_map(of_column).collect()
}
