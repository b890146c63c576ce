//! Names of companies.

use crate::ContactError;
use crate::table::lines;
use crate::text::{fold, read};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::LazyLock;

const FIELD: &str = "company name";

static FORMS: LazyLock<HashSet<String>> =
    LazyLock::new(|| lines(include_str!("../tables/legal_forms.txt")).map(plain).collect());

/// A company's name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Company {
    /// As written, tidied.
    pub name: String,
    /// Without the legal form: `ACME Maschinenbau`.
    pub short: String,
    /// The short name folded, letters and digits only: what two spellings of one company share.
    pub key: String,
}

impl Company {
    /// From a name in any spelling.
    ///
    /// # Errors
    /// [`ContactError::Empty`], [`ContactError::Long`]; [`ContactError::Shape`] where no letter or digit is left.
    pub fn parse(text: &str) -> Result<Self, ContactError> {
        let name = read(FIELD, text)?;
        let words: Vec<&str> = name.split(' ').collect();
        let end = (1..words.len()).find(|&at| FORMS.contains(&plain(&words[at..].join(" "))));
        let short = words[..end.unwrap_or(words.len())].join(" ");
        let short = short.trim_end_matches([',', '-', '&', ' ']).to_owned();
        let key: String = fold(&short).chars().filter(|c| c.is_alphanumeric()).collect();
        if key.is_empty() {
            return Err(ContactError::shape(FIELD, text, "expected letters or digits"));
        }
        Ok(Self { name, short, key })
    }
}

/// A legal form in one spelling: blanks for dots and commas, and around signs.
fn plain(form: &str) -> String {
    let words = fold(form).replace(['.', ',', '(', ')'], " ").replace('&', " & ");
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_company_share_a_key() {
        for text in [
            "ACME Maschinenbau GmbH & Co. KG",
            "Acme Maschinenbau GmbH&Co.KG",
            "acme-maschinenbau",
            "ACME Maschinenbau, Inc.",
        ] {
            assert_eq!(Company::parse(text).unwrap().key, "acmemaschinenbau", "{text}");
        }
        assert_eq!(Company::parse("Müller & Söhne GmbH").unwrap().short, "Müller & Söhne");
        assert_eq!(Company::parse("AG").unwrap().short, "AG");
        assert!(Company::parse(" - ").is_err());
    }
}
