//! What the configuration says about text, under `features.text`.

use super::phrases;
use super::tokens::Language;
use crate::FeatureError;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How free text (notes, tickets, chats) becomes features: for every feature column of kind `Text`.
///
/// Stop words and stems are known of English and German, text by text; words of another language count as they are spelt. What is
/// learned is learned from the training leads, at most 20,000 texts spread evenly over them. A signal or term that fewer than
/// `features.min_level_count` of these have gives no feature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct TextFeatures {
    /// Topics learned of each column, each a feature from 0 (not a word of it) to about 1, named by its strongest words: 0 to 50.
    pub topics: usize,
    /// Adds the number of words.
    pub length: bool,
    /// Buying signals: for each name the phrases of which one must stand in the text, such as
    /// `{"asks for a demo": ["book a demo", "see a demo"]}`; a feature of 0 or 1 each. Case, accents, inflection and stop words
    /// between the words do not matter, and a "not" before a phrase takes it back. Unless given, a short list in English and
    /// German; `Some({})` for none.
    pub phrases: Option<BTreeMap<String, Vec<String>>>,
    /// The most frequent terms that become features of their own, weighed by TF-IDF: 0 to 2,000. Off, since topics say much of
    /// the same in few features.
    pub vocabulary: usize,
    /// Features into which all terms are hashed, known or not: 0 to 2,000. Off, since nobody can read them.
    pub hashed: usize,
    /// A term may be a run of this many words: 1 to 3.
    pub ngrams: usize,
}

impl Default for TextFeatures {
    fn default() -> Self {
        Self { topics: 8, length: true, phrases: None, vocabulary: 0, hashed: 0, ngrams: 1 }
    }
}

/// Signals and phrases of a signal at most.
const MOST_PHRASES: usize = 200;

impl TextFeatures {
    /// # Errors
    /// [`FeatureError::Text`] for what is out of its range, and for phrases that no text could hold.
    pub fn check(&self) -> Result<(), FeatureError> {
        let wrong = |key: &str, expected: &'static str, found: String| {
            Err(FeatureError::Text { key: key.to_owned(), expected, found })
        };
        let sizes = [
            ("topics", self.topics, 0..=50, "from 0 to 50 topics"),
            ("vocabulary", self.vocabulary, 0..=2000, "from 0 to 2000 terms"),
            ("hashed", self.hashed, 0..=2000, "from 0 to 2000 features"),
            ("ngrams", self.ngrams, 1..=3, "from 1 to 3 words"),
        ];
        for (key, found, range, expected) in sizes {
            if !range.contains(&found) {
                return wrong(key, expected, found.to_string());
            }
        }
        let Some(signals) = &self.phrases else { return Ok(()) };
        if signals.len() > MOST_PHRASES {
            return wrong("phrases", "at most 200 signals", signals.len().to_string());
        }
        for (signal, phrases) in signals {
            let key = format!("phrases[\"{signal}\"]");
            if signal.trim().is_empty() {
                return wrong(&key, "a name", "blanks".to_owned());
            }
            if !(1..=MOST_PHRASES).contains(&phrases.len()) {
                return wrong(&key, "from 1 to 200 phrases", phrases.len().to_string());
            }
            for phrase in phrases {
                let empty = |language| phrases::words(phrase, language).is_empty();
                if Language::ALL.into_iter().any(empty) {
                    let expected = "a phrase with a word that is not in every text";
                    return wrong(&key, expected, format!("`{phrase}`"));
                }
            }
            let distinct: BTreeSet<&String> = phrases.iter().collect();
            if distinct.len() < phrases.len() {
                return wrong(&key, "each phrase once", "one twice".to_owned());
            }
        }
        Ok(())
    }

    /// The signals, by name.
    pub(crate) fn signals(&self) -> BTreeMap<String, Vec<String>> {
        self.phrases.clone().unwrap_or_else(phrases::built_in)
    }
}
