//! Reading RON with line, column and the nearest known name in errors.

use crate::RulesError;
use leadsight_schema::or_nearest;
use ron::extensions::Extensions;
use serde::de::DeserializeOwned;

/// Reads a value from RON; `what` names it in errors.
///
/// # Errors
/// [`RulesError::Text`].
pub fn from_ron<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T, RulesError> {
    let options = ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME);
    options.from_str(text).map_err(|error| {
        let hint = match &error.code {
            ron::Error::NoSuchStructField { expected, found, .. }
            | ron::Error::NoSuchEnumVariant { expected, found, .. } => {
                or_nearest(found, expected.iter().copied())
            }
            _ => String::new(),
        };
        let at = error.span.start;
        let problem = Box::new(error.code);
        RulesError::Text { what, line: at.line, column: at.col, problem, hint }
    })
}
