//! One cell: what it holds, and how its text is read.

use crate::number::number;
use crate::{DateFormat, FieldKind, SchemaError, Timestamp, Zone};
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
    /// Columns that read with a decimal point and with a decimal comma alike (`1.234`) are taken to have a comma.
    pub decimal_comma: bool,
    /// Where times that name no offset were written; UTC where `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<Zone>,
}

impl Default for TextRules {
    fn default() -> Self {
        // German exports write the last ones; "unknown" is left to `data.missing`, since it is often an answer.
        let words = [
            "NA",
            "N/A",
            "#N/A",
            "NaN",
            "null",
            "none",
            "nil",
            "-",
            "--",
            "?",
            "k.A.",
            "k. A.",
            "keine Angabe",
            "keine Angaben",
            "n.v.",
            "n. v.",
            "unbekannt",
        ];
        Self { missing: words.map(str::to_owned).to_vec(), decimal_comma: false, time_zone: None }
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
            FieldKind::Number => number(kind, text)
                .map(Cell::Number)
                .ok_or_else(|| unreadable("a finite number", text)),
            FieldKind::DecimalComma => number(kind, text)
                .map(Cell::Number)
                .ok_or_else(|| unreadable("a finite number with a decimal comma", text)),
            FieldKind::Category | FieldKind::Text => Ok(Cell::Text(text)),
            FieldKind::Date(format) => {
                format.parse_in(text, self.time_zone.as_ref()).map(Cell::Date)
            }
        }
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
    let reads = |kind| share(&|text| number(kind, text).is_some() || infinite(text));
    let (point, comma) = (reads(FieldKind::Number), reads(FieldKind::DecimalComma));
    if point.max(comma) >= 0.95 {
        // Whole numbers and thousands read either way: then the rules decide.
        let by_comma = comma > point || (comma == point && rules.decimal_comma);
        return if by_comma { FieldKind::DecimalComma } else { FieldKind::Number };
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

    #[test]
    fn each_column_has_its_own_decimal_mark() {
        let kind = |cells: &[&str], decimal_comma| {
            let rules = TextRules { decimal_comma, ..TextRules::default() };
            infer_kind(&rules, cells.iter().copied())
        };
        assert_eq!(kind(&["23.644,16", "7,5", "1.200"], false), FieldKind::DecimalComma);
        assert_eq!(kind(&["0.512", "0.734"], true), FieldKind::Number);
        assert_eq!(kind(&["74.2", "1.799"], true), FieldKind::Number);
        assert_eq!(kind(&["1.799", "12.000"], false), FieldKind::Number);
        assert_eq!(kind(&["1.799", "12.000"], true), FieldKind::DecimalComma);
    }

    #[test]
    fn words_of_german_exports_say_that_nothing_is_known() {
        let rules = TextRules::default();
        for word in [" k.A. ", "K. A.", "keine Angabe", "n.v.", "Unbekannt", "--", "n/a", "-"] {
            assert!(rules.is_missing(word), "{word}");
        }
        assert!(
            !rules.is_missing("kA") && !rules.is_missing("nicht") && !rules.is_missing("unknown")
        );
        let budget = ["1.200,50", "k.A.", "keine Angabe", "300,00"];
        assert_eq!(infer_kind(&rules, budget), FieldKind::DecimalComma);
        // A bundle's own list is all that it takes.
        let old = TextRules { missing: vec!["NA".into()], ..TextRules::default() };
        assert!(!old.is_missing("k.A."));
    }

    #[test]
    fn infers_the_kind_from_a_sample() {
        let rules = TextRules::default();
        assert_eq!(infer_kind(&rules, ["1", "2.5", "", "NA"]), FieldKind::Number);
        assert_eq!(infer_kind(&rules, ["1", "inf", "-Infinity", "1e400"]), FieldKind::Number);
        assert_eq!(infer_kind(&rules, ["$1,200.50", "(3)", "$7"]), FieldKind::Number);
        assert_eq!(infer_kind(&rules, ["1.200,50 €", "7 €"]), FieldKind::DecimalComma);
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
        fn any_text_reads_or_is_refused_but_never_panics(text in "\\PC{0,40}") {
            let rules = TextRules::default();
            for kind in [FieldKind::Number, FieldKind::DecimalComma, FieldKind::Category, FieldKind::Text].into_iter()
                .chain(DateFormat::ALL.map(FieldKind::Date)) {
                if let Ok(Cell::Number(value)) = rules.read(kind, &text) {
                    prop_assert!(value.is_finite());
                }
            }
        }
    }
}
