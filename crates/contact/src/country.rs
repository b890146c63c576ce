//! Countries by ISO 3166-1.

use crate::ContactError;
use crate::table::{cells, lines};
use crate::text::{fold, read};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

const FIELD: &str = "country";
const TABLE: &str = "countries.csv";

/// A country of ISO 3166-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Country {
    alpha2: &'static str,
    alpha3: &'static str,
    name: &'static str,
}

static NAMES: LazyLock<HashMap<String, Country>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for line in lines(include_str!("../tables/countries.csv")) {
        let [alpha2, alpha3, called] = cells(line);
        let country =
            Country { alpha2, alpha3, name: called.split('|').next().unwrap_or_default() };
        for name in called.split('|').chain([alpha2, alpha3]) {
            names.insert(key(name), country);
        }
    }
    names
});

/// Letters only: `U.S.A.`, `Bosnia & Herzegovina` and `Bosnia and Herzegovina` differ in nothing that counts.
fn key(name: &str) -> String {
    let folded = fold(name).replace('&', " and ");
    let between = |word: &&str| folded.contains(' ') && matches!(*word, "and" | "und" | "the");
    let words = folded.split_whitespace().filter(|word| !between(word));
    words.flat_map(str::chars).filter(|c| c.is_alphabetic()).collect()
}

impl Country {
    /// From a code of two or three letters, or a name in English or German: `de`, `DEU`, `Germany`, `Deutschland`, `U.S.A.`
    ///
    /// # Errors
    /// [`ContactError::Empty`], [`ContactError::Long`], [`ContactError::Unknown`].
    pub fn parse(text: &str) -> Result<Self, ContactError> {
        let key = key(&read(FIELD, text)?);
        if key.is_empty() {
            return Err(ContactError::Empty { field: FIELD });
        }
        NAMES.get(&key).copied().ok_or_else(|| ContactError::unknown(FIELD, text, TABLE))
    }

    /// Two letters, such as `DE`.
    pub fn alpha2(self) -> &'static str {
        self.alpha2
    }

    /// Three letters, such as `DEU`.
    pub fn alpha3(self) -> &'static str {
        self.alpha3
    }

    /// The English name.
    pub fn name(self) -> &'static str {
        self.name
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.alpha2)
    }
}

/// As its two letters.
impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.alpha2)
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_found_again() {
        let mut count = 0;
        for line in lines(include_str!("../tables/countries.csv")) {
            let [alpha2, alpha3, called] = cells::<3>(line);
            for name in called.split('|').chain([alpha2, alpha3]) {
                assert_eq!(Country::parse(name).unwrap().alpha2(), alpha2, "{name}");
            }
            assert!(alpha2.len() == 2 && alpha3.len() == 3 && !called.is_empty());
            count += 1;
        }
        assert_eq!(count, 249);
        assert!(Country::parse("Atlantis").is_err());
    }
}
