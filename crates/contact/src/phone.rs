//! Phone numbers to E.164, by `phonelib`: the structure of each country's numbering plan (calling code, trunk prefix, lengths),
//! reconciled with Google's libphonenumber. Whether a range of numbers is in service is not known here.

use crate::text::read;
use crate::{ContactError, Country};
use phonelib::PhoneNumber;
use serde::{Deserialize, Serialize};
use std::fmt;

const FIELD: &str = "phone number";
/// Longer texts are no numbers; E.164 has 15 digits.
const LONGEST: usize = 40;

/// A number that could be called: `+` and at most 15 digits (ITU-T E.164).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phone(String);

impl Phone {
    /// From any national or international way of writing; one without a country's code is read as from `country`.
    ///
    /// # Errors
    /// [`ContactError::Empty`], [`ContactError::Long`]; [`ContactError::Shape`] where no number of the country looks so.
    pub fn parse(text: &str, country: Option<Country>) -> Result<Self, ContactError> {
        let tidied = read(FIELD, text)?;
        let expected = if country.is_some() {
            "expected digits that are a number of the country, or one that begins with + and a country's code"
        } else {
            "expected + and a country's code first, such as `+49 30 901820`, since the contact's country is not known"
        };
        let wrong = || ContactError::shape(FIELD, text, expected);
        if tidied.len() > LONGEST {
            return Err(wrong());
        }
        let number = match (tidied.strip_prefix("00"), country) {
            (_, Some(country)) => PhoneNumber::parse_with_country(&tidied, country.alpha2()),
            (Some(rest), None) => PhoneNumber::parse(&format!("+{rest}")),
            (None, None) if tidied.starts_with('+') => PhoneNumber::parse(&tidied),
            (None, None) => None,
        };
        number.map(|number| Self(number.e164().to_owned())).ok_or_else(wrong)
    }

    /// `+` and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn national_and_international() {
        let germany = Country::parse("de").ok();
        for text in
            ["030 / 901820", "+49 (0)30 901820", "0049 30 901820", "030-901820", "+4930901820"]
        {
            assert_eq!(Phone::parse(text, germany).unwrap().as_str(), "+4930901820", "{text}");
        }
        let usa = Country::parse("USA").ok();
        assert_eq!(Phone::parse("(415) 555-2671", usa).unwrap().as_str(), "+14155552671");
        assert_eq!(Phone::parse("+43 1 58858-0", None).unwrap().as_str(), "+431588580");
        for text in
            ["", "n/a", "12", "030 901820 and more and more and more and more", "0000000000"]
        {
            assert!(Phone::parse(text, germany).is_err(), "{text}");
        }
        assert!(Phone::parse("030 901820", None).is_err());
    }
}
