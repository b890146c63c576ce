//! Field names and numbers as a salesperson reads them.

use leadsight_schema::Language;

/// A field's name in words. In English `page_views`, `pageViews` and `Page.Views` become `page views`, and acronyms stay whole. German
/// writes nouns with capitals and joins words by hyphens, so a name keeps its own: `Branche`, `E-Mail-Adresse`.
pub fn readable(name: &str, language: Language) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let letters: Vec<char> = name.chars().collect();
    let keeps = language == Language::German;
    for (i, &c) in letters.iter().enumerate() {
        // One letter and a word are one word: `e-mail`.
        let joins = || keeps || i == 1 || (i > 1 && !letters[i - 2].is_alphanumeric());
        let between = || {
            let beside = |at: usize| letters.get(at).is_some_and(|c| c.is_alphanumeric());
            i > 0 && beside(i - 1) && beside(i + 1)
        };
        if c == '-' && between() && joins() {
            words.push(c);
            continue;
        }
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
        let is_acronym =
            acronym && !(camel && letters.get(i + 1).is_some_and(|next| next.is_lowercase()));
        if keeps || is_acronym {
            words.push(c);
        } else {
            words.extend(c.to_lowercase());
        }
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() { name.to_owned() } else { words }
}

/// Four significant digits, without trailing zeros; whole numbers in full.
pub(crate) fn number_words(value: f64) -> String {
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
            ("E-Mail", "e-mail"),
            ("Work E-Mail", "work e-mail"),
            ("sign-up_date", "sign up date"),
            ("-x-", "x"),
            ("lastCRMUpdate", "last CRM update"),
            ("ICP", "ICP"),
            ("__", "__"),
        ] {
            assert_eq!(readable(name, Language::English), expect);
        }
        for (name, expect) in [
            ("page_views", "page views"),
            ("Branche", "Branche"),
            ("E-Mail-Adresse", "E-Mail-Adresse"),
            ("Anzahl_Mitarbeiter", "Anzahl Mitarbeiter"),
            ("letzterKontakt", "letzter Kontakt"),
            ("PLZ", "PLZ"),
            ("Größe -", "Größe"),
            ("__", "__"),
        ] {
            assert_eq!(readable(name, Language::German), expect);
        }
    }

    #[test]
    fn numbers_are_short() {
        for (value, expect) in [
            (14.0, "14".to_owned()),
            (-0.125, "-0.125".into()),
            (1234.5678, "1235".into()),
            (12.30, "12.3".into()),
            (4e-12, "4.000e-12".into()),
            (1e300, format!("{:.0}", 1e300)),
        ] {
            assert_eq!(number_words(value), expect);
        }
    }
}
