//! What a column of numbers does not say for sure: in which currency, and whether `1.799` is below two or above a
//! thousand.

use crate::RawTable;
use crate::error::short;
use crate::roles::about;
use leadsight_schema::{Cell, FieldKind, Issue, Severity, TextRules, currency};
use polars::prelude::StringChunked;
use std::collections::BTreeMap;

/// The amounts of a column are in several currencies.
pub(crate) fn currencies(raw: &RawTable, name: &str, texts: &StringChunked) -> Option<Issue> {
    let mut found: BTreeMap<&str, (u64, usize)> = BTreeMap::new();
    let mut plain = 0;
    for (row, text) in texts.iter().enumerate() {
        let Some(text) = text else { continue };
        // Nearly every number shows at a glance that it has none.
        let ends = [text.bytes().next(), text.bytes().next_back()];
        if ends.iter().flatten().all(u8::is_ascii_digit) {
            plain += 1;
            continue;
        }
        match currency(text) {
            Some(code) => found.entry(code).or_insert((0, row)).0 += 1,
            None => plain += 1,
        }
    }
    if found.len() < 2 {
        return None;
    }
    let mut counts: Vec<(&str, u64)> = found.iter().map(|(code, (n, _))| (*code, *n)).collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let second = found.values().map(|(_, row)| *row).max()?;
    let mut words: Vec<String> =
        counts.iter().map(|(code, n)| format!("{code} {n} times")).collect();
    if plain > 0 {
        words.push(format!("no currency {plain} times"));
    }
    let expected = "one currency; the amounts were read as they stand, without conversion";
    Some(Issue {
        row: raw.rows.get(second).copied(),
        line: raw.lines.get(second).copied(),
        count: counts.iter().skip(1).map(|(_, n)| n).sum(),
        ..about(
            raw.file_of(second),
            name,
            Severity::Warning,
            "mixed_currencies",
            &words.join(", "),
            expected,
        )
    })
}

/// Every cell of the sample reads with a decimal point and with a decimal comma, and not as the same number.
pub(crate) fn decimal_mark(
    raw: &RawTable,
    name: &str,
    sample: &[&str],
    rules: &TextRules,
) -> Option<Issue> {
    let read = |kind, text| match rules.read(kind, text) {
        Ok(Cell::Number(value)) => Some(value),
        _ => None,
    };
    let mut differs = None;
    for text in sample {
        let (point, comma) = (read(FieldKind::Number, text)?, read(FieldKind::DecimalComma, text)?);
        if point != comma {
            differs.get_or_insert((text, point, comma));
        }
    }
    let (text, point, comma) = differs?;
    let found = format!("`{}`, and no cell that tells its decimal mark", short(text));
    let expected = format!(
        "{point} with a decimal point, as it was read, or {comma} with a comma: `data.decimal_comma` or `data.kinds` decides"
    );
    Some(about(raw.file(), name, Severity::Info, "decimal_mark", &found, &expected))
}
