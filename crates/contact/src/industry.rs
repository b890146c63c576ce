//! Industries: a short list that CRM exports of any CRM map to.

use crate::ContactError;
use crate::table::{Phrases, cells, lines};
use crate::text::{read, words};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

const FIELD: &str = "industry";
const TABLE: &str = "industries.csv";

static PHRASES: LazyLock<Phrases<&str>> = LazyLock::new(|| {
    Phrases::new(lines(include_str!("../tables/industries.csv")).map(|line| {
        let [phrase, industry] = cells(line);
        (phrase, industry)
    }))
});

/// An industry by its short name, such as `manufacturing`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Industry(String);

impl Industry {
    /// From a name in English or German.
    ///
    /// # Errors
    /// [`ContactError::Empty`], [`ContactError::Long`], [`ContactError::Unknown`].
    pub fn parse(text: &str) -> Result<Self, ContactError> {
        let words = words(&read(FIELD, text)?, &['&', '-', '/']);
        if words.is_empty() {
            return Err(ContactError::Empty { field: FIELD });
        }
        let found = PHRASES.find(&words).first().map(|name| Self((*name).to_owned()));
        found.ok_or_else(|| ContactError::unknown(FIELD, text, TABLE))
    }

    /// Its short name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
