//! What a row of the list is called, and what becomes of it, in words for people.
//!
//! Leadsight's own sentences speak of leads that convert and are called. [`Terms`] puts a field's own words in their place, so
//! that one wording of report and console serves tickets, alerts and patients alike. Names of columns and files are never changed.

use crate::{SchemaError, or_nearest};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The words that may be replaced. Those of a group come together: one form alone would leave half a sentence behind.
const GROUPS: [&[&str]; 4] = [
    &["lead", "leads"],
    &["conversion", "conversions"],
    &["convert", "converts", "converted"],
    &["call", "calls", "called", "calling"],
];

/// The longest word, in letters.
const LONGEST: usize = 40;

/// A field's own words for `lead`, `conversion`, `convert` and `call`, in all their forms; without any, those themselves.
/// In RON `{"lead": "ticket", "leads": "tickets"}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(try_from = "BTreeMap<String, String>", into = "BTreeMap<String, String>")]
pub struct Terms(BTreeMap<String, String>);

impl Terms {
    /// From the usual words to a field's own.
    ///
    /// # Errors
    /// [`SchemaError::UnknownTerm`], [`SchemaError::TermForms`] where a form of a word is missing beside another, [`SchemaError::Term`]
    /// for one that is blank, too long or not on one line.
    pub fn new(own: BTreeMap<String, String>) -> Result<Self, SchemaError> {
        let known = || GROUPS.concat();
        for (word, said) in &own {
            if !known().contains(&word.as_str()) {
                let hint = or_nearest(word, known());
                return Err(SchemaError::UnknownTerm {
                    found: word.clone(),
                    hint,
                    known: known().join(", "),
                });
            }
            let fits = (1..=LONGEST).contains(&said.chars().count());
            if !fits
                || said.trim() != said
                || said.contains(['`', '<', '>', '{', '}'])
                || said.chars().any(char::is_control)
            {
                return Err(SchemaError::Term {
                    word: word.clone(),
                    found: said.clone(),
                    longest: LONGEST,
                });
            }
        }
        for group in GROUPS {
            let (given, missing): (Vec<&str>, Vec<&str>) =
                group.iter().copied().partition(|word| own.contains_key(*word));
            if !given.is_empty() && !missing.is_empty() {
                return Err(SchemaError::TermForms {
                    given: given.join("`, `"),
                    missing: missing.join("`, `"),
                });
            }
        }
        Ok(Self(own))
    }

    /// Whether the usual words stay.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A sentence of ours in the field's words. What stands between backticks stays as it is; `a` becomes `an` where the word needs it.
    pub fn say(&self, text: &str) -> String {
        if self.is_empty() {
            return text.to_owned();
        }
        let mut said = String::with_capacity(text.len() + 16);
        for (i, piece) in text.split('`').enumerate() {
            if i > 0 {
                said.push('`');
            }
            if i % 2 == 1 { said.push_str(piece) } else { self.say_plain(piece, &mut said) }
        }
        said
    }

    fn say_plain(&self, text: &str, said: &mut String) {
        let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
        let mut rest = text;
        while let Some(start) = rest.find(part_of_word) {
            said.push_str(&rest[..start]);
            rest = &rest[start..];
            let (word, behind) =
                rest.split_at(rest.find(|c| !part_of_word(c)).unwrap_or(rest.len()));
            match self.own(word) {
                Some(own) => {
                    if needs_an(&own) && ends_with_article(said) {
                        said.insert(said.len() - 1, 'n');
                    }
                    said.push_str(&own);
                }
                None => said.push_str(word),
            }
            rest = behind;
        }
        said.push_str(rest);
    }

    /// The field's word for one of ours, with its capital.
    fn own(&self, word: &str) -> Option<String> {
        let lower = word.to_lowercase();
        let usual = match lower.as_str() {
            // What is won is a conversion.
            "win" => "conversion",
            "wins" => "conversions",
            "won" => "converted",
            other => other,
        };
        let own = self.0.get(usual)?;
        let mut letters = own.chars();
        match letters.next() {
            Some(first) if word.starts_with(char::is_uppercase) => {
                Some(first.to_uppercase().chain(letters).collect())
            }
            _ => Some(own.clone()),
        }
    }
}

/// Whether the text ends with the word `a` and one space.
fn ends_with_article(text: &str) -> bool {
    let before = text.strip_suffix(' ').and_then(|text| text.strip_suffix(['a', 'A']));
    before.is_some_and(|before| !before.ends_with(char::is_alphanumeric))
}

/// Whether `an` stands before the word: before a vowel, but not before one that is spoken as in "user" and "one".
fn needs_an(word: &str) -> bool {
    let word = word.to_lowercase();
    let as_consonant = ["eu", "one", "uni", "use", "usa", "usu"];
    word.starts_with(['a', 'e', 'i', 'o', 'u'])
        && !as_consonant.iter().any(|head| word.starts_with(head))
}

impl TryFrom<BTreeMap<String, String>> for Terms {
    type Error = SchemaError;
    fn try_from(own: BTreeMap<String, String>) -> Result<Self, SchemaError> {
        Self::new(own)
    }
}

impl From<Terms> for BTreeMap<String, String> {
    fn from(terms: Terms) -> Self {
        terms.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(pairs: &[(&str, &str)]) -> Result<Terms, SchemaError> {
        Terms::new(pairs.iter().map(|(word, own)| ((*word).into(), (*own).into())).collect())
    }

    fn alerts() -> Terms {
        terms(&[
            ("lead", "alert"),
            ("leads", "alerts"),
            ("conversion", "incident"),
            ("conversions", "incidents"),
            ("convert", "prove real"),
            ("converts", "proves real"),
            ("converted", "proved real"),
            ("call", "review"),
            ("calls", "reviews"),
            ("called", "reviewed"),
            ("calling", "reviewing"),
        ])
        .unwrap()
    }

    #[test]
    fn sentences_keep_capitals_articles_and_names() {
        for (ours, expect) in [
            (
                "A lead that converts, and a lead\u{2019}s score",
                "An alert that proves real, and an alert\u{2019}s score",
            ),
            ("Leads: 3; one win in 2.5 calls", "Alerts: 3; one incident in 2.5 reviews"),
            ("called and won; recall stays", "reviewed and proved real; recall stays"),
            ("extra lead, delta a lead", "extra alert, delta an alert"),
            ("`leads` and lead_id of leads.", "`leads` and lead_id of alerts."),
            ("the conversion rate of\u{a0}leads", "the incident rate of\u{a0}alerts"),
            ("", ""),
        ] {
            assert_eq!(alerts().say(ours), expect);
        }
        let users = terms(&[("lead", "user"), ("leads", "users")]).unwrap();
        assert_eq!(users.say("a lead that converts"), "a user that converts");
        assert_eq!(Terms::default().say("a lead"), "a lead");
    }

    #[test]
    fn refuses_what_would_leave_half_a_sentence() {
        let told = |pairs: &[(&str, &str)]| terms(pairs).unwrap_err().to_string();
        assert!(told(&[("lead", "ticket")]).contains("`leads`"));
        assert!(told(&[("laed", "ticket")]).contains("did you mean `lead`?"));
        for bad in ["", " ticket", "a\nb", "<b>", "{{ x }}", &"x".repeat(41)] {
            assert!(told(&[("lead", bad), ("leads", "tickets")]).contains("lead"), "{bad}");
        }
    }

    #[test]
    fn reads_back_as_it_was() {
        let json = serde_json::to_string(&alerts()).unwrap();
        assert_eq!(serde_json::from_str::<Terms>(&json).unwrap(), alerts());
        assert!(serde_json::from_str::<Terms>(r#"{"lead": "ticket"}"#).is_err());
    }
}
