//! Field names and values as a salesperson reads them.

use leadsight_schema::Cell;

/// A field's name in words: `page_views`, `pageViews` and `page.views` become `page views`. Acronyms stay whole.
pub fn readable(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let letters: Vec<char> = name.chars().collect();
    for (i, &c) in letters.iter().enumerate() {
        if matches!(c, '_' | '.' | '-') || c.is_whitespace() {
            words.push(' ');
            continue;
        }
        let camel = c.is_uppercase()
            && i > 0
            && (letters[i - 1].is_lowercase()
                || (letters[i - 1].is_uppercase()
                    && letters.get(i + 1).is_some_and(|next| next.is_lowercase())));
        if camel {
            words.push(' ');
        }
        let acronym = c.is_uppercase()
            && (i > 0 && letters[i - 1].is_uppercase()
                || letters.get(i + 1).is_some_and(|next| next.is_uppercase()));
        if acronym && !(camel && letters.get(i + 1).is_some_and(|next| next.is_lowercase())) {
            words.push(c);
        } else {
            words.extend(c.to_lowercase());
        }
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() { name.to_owned() } else { words }
}

/// A cell's value in words, at most 60 characters: `14`, `0.125`, `2026-11-22`, `unknown`.
pub fn value_words(cell: Cell<'_>) -> String {
    match cell {
        Cell::Missing => "unknown".to_owned(),
        Cell::Number(value) => number_words(value),
        Cell::Text(text) if text.chars().count() > 60 => {
            text.chars().take(59).chain(['\u{2026}']).collect()
        }
        Cell::Text(text) => text.to_owned(),
        Cell::Date(moment) => moment.to_date(),
    }
}

/// Four significant digits, without trailing zeros; whole numbers in full.
fn number_words(value: f64) -> String {
    if value == value.trunc() && value.abs() < 1e15 {
        return format!("{}", value as i64);
    }
    let digits = 3 - value.abs().log10().floor() as i32;
    if !(0..=9).contains(&digits) {
        return if digits < 0 { format!("{value:.0}") } else { format!("{value:.3e}") };
    }
    let text = format!("{value:.*}", digits as usize);
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_words() {
        for (name, expect) in [
            ("page_views", "page views"),
            ("pageViews", "page views"),
            ("emp.var.rate", "emp var rate"),
            ("Industry", "industry"),
            ("lastCRMUpdate", "last CRM update"),
            ("ICP", "ICP"),
            ("__", "__"),
        ] {
            assert_eq!(readable(name), expect);
        }
    }

    #[test]
    fn values_are_short() {
        let long = "x".repeat(80);
        for (cell, expect) in [
            (Cell::Missing, "unknown".to_owned()),
            (Cell::Number(14.0), "14".into()),
            (Cell::Number(-0.125), "-0.125".into()),
            (Cell::Number(1234.5678), "1235".into()),
            (Cell::Number(12.30), "12.3".into()),
            (Cell::Number(4e-12), "4.000e-12".into()),
            (Cell::Number(1e300), format!("{:.0}", 1e300)),
            (Cell::Text(&long), format!("{}\u{2026}", "x".repeat(59))),
        ] {
            assert_eq!(value_words(cell), expect);
        }
    }
}
