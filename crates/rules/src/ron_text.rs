//! Reading RON with line, column and the nearest known name in errors.

use crate::RulesError;
use leadsight_schema::or_nearest;
use ron::error::{Position, SpannedError};
use ron::extensions::Extensions;
use serde::de::DeserializeOwned;

/// Brackets within each other that are read.
const DEEPEST: usize = 128;

/// Reads a value from RON; `what` names it in errors.
///
/// # Errors
/// [`RulesError::Text`].
pub fn from_ron<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T, RulesError> {
    // What some editors put before a text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    read(text).map_err(|error: SpannedError| {
        let hint = match &error.code {
            ron::Error::NoSuchStructField { expected, found, .. }
            | ron::Error::NoSuchEnumVariant { expected, found, .. } => {
                or_nearest(found, expected.iter().copied())
            }
            _ => String::new(),
        };
        let told = match &error.code {
            ron::Error::ExceededRecursionLimit => {
                Some(format!("nested too deep; expected at most {DEEPEST} brackets in each other"))
            }
            code if is_integer(code) => whole_number::<T>(text, &error.span.end),
            _ => None,
        };
        let at = error.span.start;
        let problem = Box::new(told.map_or(error.code, ron::Error::Message));
        RulesError::Text { what, line: at.line, column: at.col, problem, hint }
    })
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, SpannedError> {
    ron::Options::default()
        .with_default_extension(Extensions::IMPLICIT_SOME)
        .with_recursion_limit(DEEPEST)
        .from_str(text)
}

fn is_integer(code: &ron::Error) -> bool {
    matches!(code, ron::Error::IntegerOutOfBounds | ron::Error::ExpectedInteger)
}

/// What stands where a whole number in some range is expected, and the range: the greatest that would have been read in its place.
fn whole_number<T: DeserializeOwned>(text: &str, at: &Position) -> Option<String> {
    let line_from: usize = text.split_inclusive('\n').take(at.line - 1).map(str::len).sum();
    let line = text[line_from..].lines().next()?;
    let column = line.char_indices().nth(at.col.saturating_sub(1)).map_or(line.len(), |c| c.0);
    let part = |c: char| c.is_alphanumeric() || "_+-.".contains(c);
    let from = line[..column].trim_end_matches(part).len();
    let value: &str = line[from..].split(|c| !part(c)).next()?;
    if value.is_empty() {
        return None;
    }
    let in_place = |number: u64| {
        let (before, after) = (line_from + from, line_from + from + value.len());
        read::<T>(&format!("{}{number}{}", &text[..before], &text[after..]))
    };
    let fits = |most: &u64| match in_place(*most) {
        Err(error) => !(is_integer(&error.code) && error.span.end.line == at.line),
        Ok(_) => true,
    };
    let most =
        [u64::MAX, u32::MAX.into(), u16::MAX.into(), u8::MAX.into()].into_iter().find(fits)?;
    let key = line[..from].trim_end().strip_suffix(':').map(|before| {
        let name = |c: char| c.is_alphanumeric() || c == '_';
        &before[before.trim_end_matches(name).len()..]
    });
    let found = key.map_or(value.to_owned(), |key| format!("{key}: {value}"));
    Some(format!("`{found}` is out of range; expected a whole number from 0 to {most}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sizes {
        #[serde(rename = "byte")]
        _byte: Option<u8>,
        #[serde(rename = "cap", default)]
        _cap: u32,
        #[serde(rename = "all", default)]
        _all: Vec<u64>,
    }

    #[track_caller]
    fn refused(text: &str, expect: &str) {
        let error = from_ron::<Sizes>(text, "sizes").unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    }

    #[test]
    fn whole_numbers_out_of_range() {
        let most = "is out of range; expected a whole number from 0 to";
        refused("(byte: 300)", &format!("sizes, line 1, column 8: `byte: 300` {most} 255"));
        refused("(\n cap: -5, byte: 1)", &format!("`cap: -5` {most} 4294967295"));
        refused("(all: [1, -2])", &format!("`-2` {most} 18446744073709551615"));
        refused("(byte: 99999999999999999999999)", &format!("{most} 255"));
        refused("(cap: x)", "");
        refused("(cap: ", "");
        refused("(ü: 1, cap: -1)", "ü");
    }

    #[test]
    fn what_is_nested_too_deep_says_so() {
        let deep = format!("{}1{}", "[".repeat(300), "]".repeat(300));
        let error = from_ron::<ron::Value>(&deep, "sizes").unwrap_err().to_string();
        assert!(error.contains("nested too deep; expected at most 128 brackets"), "{error}");
    }

    #[test]
    fn a_mark_before_the_text_is_none_of_it() {
        from_ron::<Sizes>("\u{feff}(byte: 3)", "sizes").unwrap();
        refused("\u{feff}(bite: 3)", "line 1, column 2");
    }
}
