//! Cells that a spreadsheet would run as a formula, made harmless.
//!
//! A spreadsheet takes a cell for a formula that begins with `=`, `+`, `-` or `@`, after blanks, in full width or small too, and one
//! that opens a CSV with another separator than it was written with may begin a cell after `;`, a tab or a line break
//! (OWASP, "CSV Injection"). Such a place gets an apostrophe, by which spreadsheets know text. What names no cell and calls no
//! function stays as it is: numbers (`-0.5`, `+1.2e3`) and telephone numbers (`+49 (30) 901820`), that is a sign with nothing
//! but digits, blanks and `. , ( ) / - %` behind it, or nothing at all.

use std::borrow::Cow;

const APOSTROPHE: char = '\'';

/// The text as it may stand in a cell; borrowed where it is harmless.
pub fn neutral(text: &str) -> Cow<'_, str> {
    let separator = |c: char| matches!(c, ';' | '\t' | '\r' | '\n');
    let begins = |c: char| matches!(c, '\t' | '\r');
    if !text.split(separator).any(opens) && !text.starts_with(begins) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 2);
    if text.starts_with(begins) {
        out.push(APOSTROPHE);
    }
    for part in text.split_inclusive(separator) {
        if opens(part.trim_end_matches(separator)) {
            out.push(APOSTROPHE);
        }
        out.push_str(part);
    }
    Cow::Owned(out)
}

/// Whether a spreadsheet might take it for a formula.
fn opens(part: &str) -> bool {
    let part =
        part.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || invisible(c));
    let mut rest = part.chars();
    match rest.next() {
        Some('=' | '@' | '\u{ff1d}' | '\u{ff20}' | '\u{fe66}' | '\u{fe6b}') => true,
        Some('+' | '-' | '\u{ff0b}' | '\u{ff0d}' | '\u{2212}' | '\u{fe62}' | '\u{fe63}') => {
            !is_number(rest.as_str())
        }
        _ => false,
    }
}

/// Marks that show nothing: a byte order mark, zero-width blanks.
fn invisible(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
}

/// Whether what follows a sign is a number, one to be dialled, or nothing: no letter that could name a cell or a function.
fn is_number(rest: &str) -> bool {
    let dialled = |c: char| c.is_ascii_digit() || " .,()/-%\u{a0}".contains(c);
    let exponent = || {
        rest.chars().all(|c| c.is_ascii_digit() || ".eE+-".contains(c))
            && rest.parse::<f64>().is_ok()
    };
    rest.chars().all(dialled) || exponent()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_become_text() {
        for (text, expect) in [
            ("=cmd|' /c calc'!A1", "'=cmd|' /c calc'!A1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+A1", "'+A1"),
            ("-A1+2", "'-A1+2"),
            ("-inf", "'-inf"),
            ("  =1+1", "'  =1+1"),
            ("\u{feff}=1", "'\u{feff}=1"),
            ("\u{ff1d}1+1", "'\u{ff1d}1+1"),
            ("\u{ff0b}A1", "'\u{ff0b}A1"),
            ("\u{ff0d}A1", "'\u{ff0d}A1"),
            ("\u{ff20}SUM(A1)", "'\u{ff20}SUM(A1)"),
            ("\u{fe66}1", "'\u{fe66}1"),
            ("\u{a0}\u{3000}=1", "'\u{a0}\u{3000}=1"),
            ("\0=1", "'\0=1"),
            ("-5%A1", "'-5%A1"),
            ("\tx", "'\tx"),
            ("\r=x", "'\r'=x"),
            ("Ann;=x()", "Ann;'=x()"),
            ("Ann\n-x", "Ann\n'-x"),
            ("+49 30 90 18 20 ext A1", "'+49 30 90 18 20 ext A1"),
        ] {
            assert_eq!(neutral(text), expect, "{text:?}");
        }
    }

    #[test]
    fn what_is_harmless_stays() {
        for text in [
            "",
            "Anna",
            "a=b",
            "1-2",
            "-",
            "--",
            "-5",
            "-0.25",
            "-5 %",
            "\u{ff0d}5",
            "+1.2e-7",
            "+49 (30) 901820",
            "+1-800-888-8888",
            "'quoted",
            "x; 12 points",
            "a -b",
        ] {
            assert!(matches!(neutral(text), Cow::Borrowed(same) if same == text), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn once_is_enough_and_nothing_is_lost(text in "[=+@\\-;\\t\\r\\n '0-9a-zA-Z.(]{0,24}") {
            let once = neutral(&text).into_owned();
            prop_assert_eq!(neutral(&once), once.as_str());
            let without = |text: &str| text.replace('\'', "");
            prop_assert_eq!(without(&once), without(&text));
        }
    }
}
