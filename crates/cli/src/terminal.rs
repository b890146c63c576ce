//! What the terminal can show: its width, its characters.

use console::Term;
use std::sync::LazyLock;

/// Columns where there is no terminal to ask.
const WIDTH: usize = 110;

/// Columns to fit into: `COLUMNS` where it is set, the terminal's, or 110.
pub fn width() -> usize {
    let set = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let asked = || Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
    set.or_else(asked).filter(|columns| *columns > 0).unwrap_or(WIDTH)
}

/// Whether lines and signs beyond ASCII can be shown: not where the locale names another encoding.
pub fn speaks_utf8() -> bool {
    static SPEAKS: LazyLock<bool> = LazyLock::new(|| {
        let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
        locale.is_none_or(|locale| is_utf8(&locale))
    });
    *SPEAKS
}

fn is_utf8(locale: &str) -> bool {
    let locale = locale.to_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

/// A paragraph over lines that fit, the first behind `first`, the others behind `others`; it ends with a line break.
pub fn wrap(paragraph: &str, first: &str, others: &str) -> String {
    // As wide as tables, but prose over more than this is hard to read.
    let options = textwrap::Options::new(width().min(WIDTH))
        .initial_indent(first)
        .subsequent_indent(others)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let mut text = textwrap::fill(paragraph, options);
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_says_its_encoding() {
        assert!(is_utf8("en_GB.UTF-8") && is_utf8("C.utf8"));
        assert!(!is_utf8("C") && !is_utf8("de_DE.ISO-8859-1"));
    }
}
