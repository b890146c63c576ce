//! Text as it is compared: blanks tidied, letters folded.

use crate::ContactError;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters that a contact field may have at most; more is a note in the wrong column.
const LONGEST: usize = 2000;

/// The text of a field, tidied.
///
/// # Errors
/// [`ContactError::Empty`], [`ContactError::Long`].
pub(crate) fn read(field: &'static str, text: &str) -> Result<String, ContactError> {
    at_most(LONGEST, field, text)?;
    let tidied = tidy(text);
    if tidied.is_empty() { Err(ContactError::Empty { field }) } else { Ok(tidied) }
}

/// # Errors
/// [`ContactError::Long`].
pub(crate) fn at_most(longest: usize, field: &'static str, text: &str) -> Result<(), ContactError> {
    // A long text need not be walked to its end, nor copied.
    let long = text.len() > longest && text.chars().nth(longest).is_some();
    if long { Err(ContactError::long(field, text, longest)) } else { Ok(()) }
}

/// Compatibility forms composed (NFKC), invisible characters dropped (marks of direction among them), runs of blanks made
/// one, ends trimmed. Joiners stay: Persian and Hindi names are spelt with them.
pub(crate) fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    for c in text.nfkc().filter(|c| !is_invisible(*c)) {
        let c = if c.is_whitespace() || c.is_control() { ' ' } else { c };
        if c != ' ' || !(tidied.is_empty() || tidied.ends_with(' ')) {
            tidied.push(c);
        }
    }
    tidied.truncate(tidied.trim_end().len());
    tidied
}

fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}

/// Tidied, in lower case, umlauts written out (`ä` to `ae`, `ß` to `ss`), other accents dropped: one spelling for what
/// people mean alike.
pub fn fold(text: &str) -> String {
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
            '\u{200c}' | '\u{200d}' => {}
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
        assert_eq!(tidy("\u{202b}דוד כהן\u{202c}\u{200f}"), "דוד כהן");
        assert_eq!(fold("علی\u{200c}رضا"), fold("علیرضا"));
        assert_eq!(fold("Łódź São Straße"), "lodz sao strasse");
        assert_eq!(words("R&D / Sales", &['&']), ["r&d", "sales"]);
    }
}
