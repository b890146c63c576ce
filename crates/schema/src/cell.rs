//! One cell: what it holds, and how its text is read.

use crate::{DateFormat, FieldKind, SchemaError, Timestamp};
use serde::{Deserialize, Serialize};

/// The value of one field of one lead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// Nothing is known.
    Missing,
    /// A finite number.
    Number(f64),
    /// A word of a category, or free text.
    Text(&'a str),
    /// A moment.
    Date(Timestamp),
}

/// Anything whose cells are known by row and field position: a table or one live lead. The feature recipe is
/// written once against this, so that training and live scoring cannot drift apart.
pub trait Cells: Sync {
    /// The number of leads.
    fn rows(&self) -> usize;
    /// The cell of a lead; positions are those of the schema that the recipe was bound to.
    fn cell(&self, row: usize, field: usize) -> Cell<'_>;
}

/// How text becomes a value. The rules travel in the bundle, so that a live lead is read as the training rows were.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TextRules {
    /// Words that mean "not known", compared without case after trimming. The empty cell always does.
    pub missing: Vec<String>,
    /// Numbers use a decimal comma and points between thousands.
    pub decimal_comma: bool,
}

impl Default for TextRules {
    fn default() -> Self {
        let words = ["NA", "N/A", "#N/A", "NaN", "null", "none", "nil", "-", "?"];
        Self { missing: words.map(str::to_owned).to_vec(), decimal_comma: false }
    }
}

impl TextRules {
    /// Whether a cell's text means that nothing is known.
    pub fn is_missing(&self, text: &str) -> bool {
        let text = text.trim();
        text.is_empty() || self.missing.iter().any(|word| word.eq_ignore_ascii_case(text))
    }

    /// Reads a cell as its field's kind; surrounding blanks do not count.
    ///
    /// # Errors
    /// [`SchemaError::Unreadable`] where the text is not of that kind.
    pub fn read<'a>(&self, kind: FieldKind, text: &'a str) -> Result<Cell<'a>, SchemaError> {
        let text = text.trim();
        if self.is_missing(text) {
            return Ok(Cell::Missing);
        }
        match kind {
            FieldKind::Number => self
                .number(text)
                .map(Cell::Number)
                .ok_or_else(|| unreadable("a finite number", text)),
            FieldKind::Category | FieldKind::Text => Ok(Cell::Text(text)),
            FieldKind::Date(format) => format.parse(text).map(Cell::Date),
        }
    }

    /// A finite number, or `None`. Thousands separators and a trailing `%` are accepted, currency is not.
    pub fn number(&self, text: &str) -> Option<f64> {
        // The plain form is nearly every cell; the rest may cost an allocation.
        if !self.decimal_comma
            && let Ok(value) = text.parse::<f64>()
        {
            return value.is_finite().then_some(value);
        }
        let text = text.trim().trim_end_matches('%').trim_end();
        let (point, thousands) = if self.decimal_comma { (',', '.') } else { ('.', ',') };
        let (whole, fraction) = text.split_once(point).unwrap_or((text, ""));
        let groups: Vec<&str> = whole.split([thousands, ' ', '\u{a0}', '\'']).collect();
        let well_grouped = groups.len() == 1
            || (groups[1..].iter().all(|g| g.len() == 3 && g.bytes().all(|b| b.is_ascii_digit()))
                && groups[0].trim_start_matches(['-', '+']).len() <= 3);
        if !well_grouped || fraction.contains([thousands, point]) {
            return None;
        }
        let plain = if fraction.is_empty() {
            groups.concat()
        } else {
            format!("{}.{fraction}", groups.concat())
        };
        plain.parse::<f64>().ok().filter(|v| v.is_finite())
    }
}

fn unreadable(expected: &'static str, text: &str) -> SchemaError {
    SchemaError::Unreadable { expected, found: text.chars().take(80).collect() }
}

/// The kind that fits a sample of a column's cells: a number or a date when at least 95 % of the known cells read as
/// one, else free text when most cells differ and are long (over 40 characters, or over 24 with blanks, on average),
/// else a category. A column without a known cell is a category.
pub fn infer_kind<'a>(rules: &TextRules, sample: impl IntoIterator<Item = &'a str>) -> FieldKind {
    let known: Vec<&str> =
        sample.into_iter().map(str::trim).filter(|text| !rules.is_missing(text)).collect();
    if known.is_empty() {
        return FieldKind::Category;
    }
    let share = |reads: &dyn Fn(&str) -> bool| {
        known.iter().filter(|text| reads(text)).count() as f64 / known.len() as f64
    };
    // An infinite number cannot be read as a number, but it makes no column of words.
    let infinite = |text: &str| text.parse::<f64>().is_ok_and(f64::is_infinite);
    if share(&|text| rules.number(text).is_some() || infinite(text)) >= 0.95 {
        return FieldKind::Number;
    }
    // A date has digits: words need not be tried in every format.
    let digits = share(&|text| text.bytes().any(|b| b.is_ascii_digit())) >= 0.95;
    let date = DateFormat::ALL
        .into_iter()
        .filter(|_| digits)
        .map(|format| (share(&|text| format.parse(text).is_ok()), format))
        .filter(|(share, _)| *share >= 0.95)
        .reduce(|best, next| if next.0 > best.0 { next } else { best });
    if let Some((_, format)) = date {
        return FieldKind::Date(format);
    }
    let distinct: std::collections::HashSet<&&str> = known.iter().collect();
    let mean_length =
        known.iter().map(|t| t.chars().count()).sum::<usize>() as f64 / known.len() as f64;
    let spaced = share(&|text| text.contains(' ')) > 0.5;
    let mostly_different = distinct.len() * 2 > known.len();
    if mostly_different && (mean_length > 40.0 || (spaced && mean_length > 24.0)) {
        return FieldKind::Text;
    }
    FieldKind::Category
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn number(text: &str, comma: bool, expect: Option<f64>) {
        let rules = TextRules { decimal_comma: comma, ..TextRules::default() };
        assert_eq!(rules.number(text), expect, "{text}");
    }

    #[test]
    fn reads_numbers_as_exports_write_them() {
        number("1234.5", false, Some(1234.5));
        number("1,234.5", false, Some(1234.5));
        number("-1,234", false, Some(-1234.0));
        number("12 %", false, Some(12.0));
        number("1.234,5", true, Some(1234.5));
        number("0,5", true, Some(0.5));
        number("1,2,3", false, None);
        number("inf", false, None);
        number("12a", false, None);
    }

    #[test]
    fn infers_the_kind_from_a_sample() {
        let rules = TextRules::default();
        assert_eq!(infer_kind(&rules, ["1", "2.5", "", "NA"]), FieldKind::Number);
        assert_eq!(infer_kind(&rules, ["1", "inf", "-Infinity", "1e400"]), FieldKind::Number);
        assert_eq!(infer_kind(&rules, ["yes", "no", "1"]), FieldKind::Category);
        assert_eq!(
            infer_kind(&rules, ["2026-01-31", "2026-02-01"]),
            FieldKind::Date(DateFormat::Iso)
        );
        assert_eq!(
            infer_kind(&rules, ["13/01/2026", "01/02/2026"]),
            FieldKind::Date(DateFormat::DayMonthYear)
        );
        assert_eq!(
            infer_kind(&rules, ["01/13/2026", "01/02/2026"]),
            FieldKind::Date(DateFormat::MonthDayYear)
        );
        assert_eq!(infer_kind(&rules, ["", " "]), FieldKind::Category);
        let long = [
            "they asked for a quote by the end of March",
            "wants a demo for the whole support team",
        ];
        assert_eq!(infer_kind(&rules, long), FieldKind::Text);
    }

    proptest! {
        #[test]
        fn any_text_reads_or_is_refused_but_never_panics(text in "\\PC{0,40}", comma: bool) {
            let rules = TextRules { decimal_comma: comma, ..TextRules::default() };
            for kind in [FieldKind::Number, FieldKind::Category, FieldKind::Text].into_iter()
                .chain(DateFormat::ALL.map(FieldKind::Date)) {
                if let Ok(Cell::Number(value)) = rules.read(kind, &text) {
                    prop_assert!(value.is_finite());
                }
            }
        }
    }
}
