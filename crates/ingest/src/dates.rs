//! Columns that write their dates in several forms, and those that cannot be read in the form configured.

use crate::{IngestError, RawTable, roles};
use leadsight_schema::{DateFormat, FieldKind, Issue, LeadTable, Severity, TextRules};
use polars::prelude::StringChunked;
use std::collections::BTreeMap;

/// Dates in several forms: ISO dates beside those of a column of dates, which are read all the same; or forms of which none makes a
/// column of dates, of which one has to be named. `sample` are some of the column's known cells.
pub(crate) fn mixed(
    raw: &RawTable,
    name: &str,
    kind: FieldKind,
    texts: &StringChunked,
    sample: &[&str],
) -> Option<Issue> {
    let issue = |severity, found: String, expected: String| {
        roles::about(raw.file(), name, severity, "mixed_dates", &found, &expected)
    };
    match kind {
        FieldKind::Date(DateFormat::Iso) => None,
        FieldKind::Date(format) => {
            let iso = texts.iter().flatten().filter(|text| is_iso(text)).count();
            let all = texts.len() - texts.null_count();
            let found = format!("{iso} of {all} dates are written YYYY-MM-DD");
            let expected =
                format!("{} as the others; each is read as what it is", format.describe());
            (iso > 0 && iso < all).then(|| issue(Severity::Info, found, expected))
        }
        FieldKind::Category | FieldKind::Text => {
            let forms = forms(sample);
            let read: usize = forms.iter().map(|(_, cells)| cells.len()).sum();
            let [(most, _), (_, _), ..] = forms.as_slice() else { return None };
            if read * 20 < sample.len() * 19 {
                return None;
            }
            let shares: Vec<String> = forms
                .iter()
                .map(|(format, cells)| {
                    let share = 100.0 * cells.len() as f64 / sample.len() as f64;
                    format!("{share:.0} % `{}` ({format:?})", cells[0])
                })
                .collect();
            let expected = format!(
                "dates of one form, so the column is {}; `data.kinds: {{\"{name}\": Date({most:?})}}` reads that form and ISO dates, and \
                 leaves the others blank",
                kind.describe()
            );
            Some(issue(Severity::Warning, shares.join(", "), expected))
        }
        FieldKind::Number | FieldKind::DecimalComma => None,
    }
}

/// Says of a column that is none of dates which forms its dates have, where there are several.
pub(crate) fn explain(error: IngestError, issues: &[Issue]) -> IngestError {
    match error {
        IngestError::NotDates { key, column, found, .. } => {
            let of_column = |issue: &&Issue| {
                issue.kind == "mixed_dates" && issue.column.as_ref() == Some(&column)
            };
            let mixed = issues.iter().find(of_column);
            let forms = mixed.map_or_else(String::new, |issue| {
                format!(", for its dates have several forms, {}", issue.found)
            });
            IngestError::NotDates { key, column, found, forms }
        }
        other => other,
    }
}

/// The formats that read the cells of a sample, the one that reads most first, each with the cells that none before it reads.
fn forms<'a>(sample: &[&'a str]) -> Vec<(DateFormat, Vec<&'a str>)> {
    // Each cell is asked once in every format; words are none.
    let mut left: Vec<&str> =
        sample.iter().copied().filter(|text| text.bytes().any(|b| b.is_ascii_digit())).collect();
    if left.len() * 20 < sample.len() * 19 {
        return Vec::new();
    }
    let mut forms = Vec::new();
    let of = |format: DateFormat, text: &str| {
        format.parse(text).is_ok() && (format == DateFormat::Iso || !is_iso(text))
    };
    while !left.is_empty() {
        let count = |format: &DateFormat| left.iter().filter(|text| of(*format, text)).count();
        // Of equals the earlier one: it is what inference would take.
        let most = DateFormat::ALL.into_iter().rev().max_by_key(count);
        let Some(most) = most.filter(|format| count(format) > 0) else { break };
        let (read, others) = left.into_iter().partition(|text| of(most, text));
        forms.push((most, read));
        left = others;
    }
    forms
}

fn is_iso(text: &str) -> bool {
    text.as_bytes().get(4) == Some(&b'-') && DateFormat::Iso.parse(text).is_ok()
}

/// Refuses a date format that is configured for a column of which it cannot read half.
///
/// # Errors
/// [`IngestError::OtherDates`].
pub(crate) fn check(
    raw: &RawTable,
    table: &LeadTable,
    kinds: &BTreeMap<String, FieldKind>,
    issues: &[Issue],
    rules: &TextRules,
) -> Result<(), IngestError> {
    for (column, kind) in kinds {
        let FieldKind::Date(format) = kind else { continue };
        let Some(position) = table.schema().find(column) else { continue };
        let unread = issues.iter().find(|issue| {
            issue.kind == "unreadable_cell" && issue.column.as_deref() == Some(column)
        });
        let Some(unread) = unread else { continue };
        let known = roles::known_count(table.column(position)) as u64 + unread.count;
        if unread.count * 2 <= known {
            continue;
        }
        let sample = raw.texts(position).map(|texts| crate::typing::sample(texts, rules));
        let forms = forms(&sample.unwrap_or_default());
        return Err(IngestError::OtherDates {
            column: column.clone(),
            format: *format,
            unread: unread.count,
            known,
            example: unread.found.clone(),
            hint: forms
                .first()
                .map_or_else(String::new, |(format, _)| format!("; `Date({format:?})` reads most")),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Sources, load};
    use leadsight_schema::{Cell, Cells};

    #[test]
    fn forms_are_told_by_what_they_read() {
        let sample = ["01.02.2026", "13.02.2026", "2026-02-01", "28/02/2026"];
        let found = forms(&sample);
        assert_eq!(found[0], (DateFormat::German, vec!["01.02.2026", "13.02.2026"]));
        assert_eq!(found[1], (DateFormat::Iso, vec!["2026-02-01"]));
        assert_eq!(found[2], (DateFormat::DayMonthYear, vec!["28/02/2026"]));
        assert_eq!(forms(&["red", "blue", "2026-02-01"]), []);
        assert_eq!(forms(&[]), []);
    }

    #[test]
    fn dates_of_several_forms_are_read_where_they_are_clear_and_else_told() {
        let rows = |other: &dyn Fn(u32) -> String| -> String {
            let date = |i: u32| {
                if i.is_multiple_of(4) { other(i) } else { format!("{:02}.01.2026", 1 + i % 28) }
            };
            (0..60).map(|i| format!("L{i},{},{}\n", date(i), i % 7)).collect()
        };
        let with = |text: String| {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(
                folder.path().join("leads.csv"),
                format!(
                    "id,created,visits
    {text}"
                ),
            )
            .unwrap();
            folder
        };
        let iso = with(rows(&|i| format!("2026-01-{:02}", 1 + i % 28)));
        let mut sources = Sources { created: Some("created".into()), ..Sources::file("leads.csv") };
        for kind in [None, Some(FieldKind::Date(DateFormat::German))] {
            sources.kinds = kind.map(|kind| ("created".to_owned(), kind)).into_iter().collect();
            let (table, issues) = load(&sources, iso.path()).unwrap();
            let at = table.schema().find("created").unwrap();
            assert!((0..60).all(|row| table.cell(row, at) != Cell::Missing));
            let told = issues.iter().find(|issue| issue.kind == "mixed_dates").unwrap();
            assert_eq!(told.found, "15 of 60 dates are written YYYY-MM-DD");
        }
        sources.kinds = [("created".to_owned(), FieldKind::Date(DateFormat::YearSlash))].into();
        let told = load(&sources, iso.path()).unwrap_err().to_string();
        assert!(
            told.contains("45 of its 60 cells") && told.contains("`Date(German)` reads most"),
            "{told}"
        );
        let slashes = with(rows(&|i| format!("{:02}/01/2026", 1 + i % 28)));
        sources.kinds.clear();
        let told = load(&sources, slashes.path()).unwrap_err().to_string();
        assert!(
            told.contains("75 % `02.01.2026` (German), 25 % `01/01/2026` (DayMonthYear)"),
            "{told}"
        );
    }
}
