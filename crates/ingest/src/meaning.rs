//! What a column seems to hold beyond its kind: mail addresses, phone numbers, countries and the like, found by reading a sample of its
//! values and by its header.
//!
//! Confidence is the share of the sampled values that read as such. Without a header that says so it takes [`ALONE`]; with one,
//! [`NAMED`]. Titles, names and companies read as nearly anything, so they go by header alone.

use leadsight_contact::{
    Country, Domain, Email, Field, Headcount, Industry, Phone, Revenue, Title,
};
use leadsight_schema::{Column, Meaning};

const SAMPLE: usize = 200;
const ALONE: f64 = 0.90;
const NAMED: f64 = 0.50;

/// A field, and whether a text reads as it.
type Reader = (Field, fn(&str) -> bool);

/// Fields that values alone can tell, those first that the fewest other texts read as.
const TELLING: [Reader; 4] = [
    (Field::Email, |text| Email::parse(text).is_ok()),
    (Field::Phone, |text| text.trim_start().starts_with('+') && Phone::parse(text, None).is_ok()),
    (Field::Country, |text| text.chars().count() > 1 && Country::parse(text).is_ok()),
    (Field::Website, |text| {
        text.contains('.') && !text.contains(' ') && Domain::parse(text).is_ok()
    }),
];

/// What a header says and values can confirm.
const CONFIRMED: [Reader; 5] = [
    (Field::Phone, |text| text.chars().filter(char::is_ascii_digit).count() >= 6),
    (Field::Employees, |text| Headcount::parse(text).is_ok()),
    (Field::Revenue, |text| Revenue::parse(text).is_ok()),
    (Field::Industry, |text| Industry::parse(text).is_ok()),
    (Field::Title, |text| Title::parse(text).is_ok()),
];

/// What the column of this name holds, where it holds something that is known.
pub(crate) fn meaning(name: &str, column: &Column) -> Option<Meaning> {
    let texts: Vec<String> = match column {
        Column::Text { codes, levels } => {
            let mut used = vec![false; levels.len()];
            codes.iter().filter(|c| **c != Column::MISSING).for_each(|&c| used[c as usize] = true);
            let known: Vec<String> = (levels.iter().zip(used))
                .filter(|(_, used)| *used)
                .map(|(level, _)| level.clone())
                .collect();
            let step = known.len().div_ceil(SAMPLE).max(1);
            known.into_iter().step_by(step).collect()
        }
        Column::Number(values) => {
            values.iter().filter(|v| !v.is_nan()).take(SAMPLE).map(|v| format!("{v}")).collect()
        }
        Column::Date(_) => return None,
    };
    if texts.is_empty() {
        return None;
    }
    let share = |reads: fn(&str) -> bool| {
        texts.iter().filter(|text| reads(text)).count() as f64 / texts.len() as f64
    };
    let found = |field: Field, confidence| Meaning { field: field.name().to_owned(), confidence };
    let header = Field::of_header(name);
    if let Some(field) = header {
        let readers = TELLING.iter().chain(&CONFIRMED).filter(|(of, _)| *of == field);
        let confidence = readers.map(|(_, reads)| share(*reads)).max_by(f64::total_cmp);
        // Names and companies cannot be told from other words: the header is all there is.
        let confidence = confidence.unwrap_or(NAMED);
        return (confidence >= NAMED).then(|| found(field, confidence));
    }
    if matches!(column, Column::Number(_)) {
        return None;
    }
    TELLING.iter().find_map(|(field, reads)| {
        let confidence = share(*reads);
        (confidence >= ALONE).then(|| found(*field, confidence))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, values: &[&str], expect: Option<(&str, f64)>) {
        let column = Column::from_words(values.iter().map(|v| Some(*v)));
        let found = meaning(name, &column);
        assert_eq!(found.as_ref().map(|m| (m.field.as_str(), m.confidence)), expect, "{name}");
    }

    #[test]
    fn columns_are_known_by_values_and_headers() {
        check("col7", &["ann@acme.de", "bob@x.com"], Some(("email", 1.0)));
        check("where", &["Germany", "France", "USA"], Some(("country", 1.0)));
        check("home", &["acme.de", "https://x.com/a"], Some(("website", 1.0)));
        check("call", &["+4930901820", "+442071838750"], Some(("phone", 1.0)));
        check("email", &["ann@acme.de", "none given"], Some(("email", 0.5)));
        check("source", &["webinar", "referral"], None);
        check("email", &["yes", "no"], None);
        check("grade", &["A", "B", "C"], None);
    }
}
