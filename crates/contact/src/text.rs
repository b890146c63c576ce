//! Text as it is compared: blanks tidied, letters folded.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Compatibility forms composed (NFKC), invisible characters dropped, runs of blanks made one, ends trimmed.
pub(crate) fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let visible =
        text.nfkc().filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}'));
    for c in visible {
        let c = if c.is_whitespace() || c.is_control() { ' ' } else { c };
        if c != ' ' || !(tidied.is_empty() || tidied.ends_with(' ')) {
            tidied.push(c);
        }
    }
    tidied.truncate(tidied.trim_end().len());
    tidied
}

/// Tidied, in lower case, umlauts written out (`ä` to `ae`, `ß` to `ss`), other accents dropped: one spelling for what
/// people mean alike.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in tidy(text).to_lowercase().chars() {
        match c {
            'ä' => folded.push_str("ae"),
            'ö' => folded.push_str("oe"),
            'ü' => folded.push_str("ue"),
            'ß' => folded.push_str("ss"),
            'ø' => folded.push('o'),
            'æ' => folded.push_str("ae"),
            'ł' => folded.push('l'),
            'đ' => folded.push('d'),
            'ı' => folded.push('i'),
            other => folded.extend(std::iter::once(other).nfd().filter(|c| !is_combining_mark(*c))),
        }
    }
    folded
}

/// The folded words of a text; `keep` says which characters belong to a word besides letters and digits.
pub(crate) fn words(text: &str, keep: &[char]) -> Vec<String> {
    fold(text)
        .split(|c: char| !(c.is_alphanumeric() || keep.contains(&c)))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_for_what_is_meant_alike() {
        assert_eq!(tidy("  Anna\u{a0}\t Berg\u{200b} "), "Anna Berg");
        for text in ["Geschäftsführer", "GESCHAEFTSFUEHRER", "gescha\u{308}ftsfu\u{308}hrer"] {
            assert_eq!(fold(text), "geschaeftsfuehrer");
        }
        assert_eq!(fold("Łódź São Straße"), "lodz sao strasse");
        assert_eq!(words("R&D / Sales", &['&']), ["r&d", "sales"]);
    }
}
