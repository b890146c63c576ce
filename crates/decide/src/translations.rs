//! A policy's own texts in other languages.
//!
//! ```ron
//! translations: {
//!     German: {
//!         "call about the trial": "wegen des Testzugangs anrufen",
//!         "enterprises have contract pricing": "Konzerne haben Rahmenverträge",
//!     },
//! },
//! ```
//! Actions and reasons are known by the text that stands in the policy, whatever language they are told in; what is built in is translated
//! anyway. Names of tiers are names: other files are cut and routed by them.

use crate::DecideError;
use leadsight_schema::{Language, or_nearest};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// For each language the texts that are told otherwise than they stand in the policy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Translations(BTreeMap<Language, BTreeMap<String, String>>);

impl Translations {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text in this language, if it is given.
    pub(crate) fn of(&self, language: Language, text: &str) -> Option<&str> {
        self.0.get(&language)?.get(text).map(String::as_str)
    }

    /// # Errors
    /// [`DecideError::Translation`] for one of a text that is not among `texts`, and for a blank one.
    pub(crate) fn check<'a>(
        &self,
        texts: impl Iterator<Item = &'a str>,
    ) -> Result<(), DecideError> {
        if self.is_empty() {
            return Ok(());
        }
        let texts: BTreeSet<&str> = texts.collect();
        for (language, told) in &self.0 {
            for (text, told) in told {
                let problem = if told.trim().is_empty() {
                    "is blank".to_owned()
                } else if !texts.contains(text.as_str()) {
                    format!("is of no text of this policy{}", or_nearest(text, texts))
                } else {
                    continue;
                };
                let (language, text) = (*language, text.clone());
                return Err(DecideError::Translation { language, text, problem });
            }
        }
        Ok(())
    }
}
