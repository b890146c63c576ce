//! What people say of a lead: an override, a consent, an outcome.

use crate::OutcomeError;
use crate::table::plain;
use leadsight_registry::fingerprint;
use leadsight_schema::{DateFormat, LeadId, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One thing that somebody said of a lead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Names the record: the same id again is the same record.
    pub id: String,
    /// The lead.
    pub lead_id: LeadId,
    /// When it was said; of an outcome, when it came about.
    #[serde(serialize_with = "write_moment", deserialize_with = "read_moment")]
    pub at: Timestamp,
    /// Who says so.
    pub who: String,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What.
    pub what: What,
    /// What the model had said, as far as that was at hand.
    #[serde(default, skip_serializing_if = "Given::is_empty")]
    pub model: Given,
}

/// What is said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum What {
    /// Another tier or action than the model's; at least one of them.
    Override {
        /// The tier that counts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tier: Option<String>,
        /// The action that counts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        action: Option<String>,
    },
    /// The model is right; an earlier override no longer counts.
    Accept,
    /// What became of the lead.
    Outcome {
        /// How it ended.
        end: End,
        /// What it brought.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<f64>,
    },
}

/// How a lead ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// It became a customer.
    Won,
    /// It did not.
    Lost,
    /// Something else, in the team's own word, such as `no budget`.
    Other(String),
}

impl End {
    /// `won` and `lost`, also as CRMs and German teams say it, in any case; else the word.
    pub fn read(word: &str) -> Self {
        match plain(word).as_str() {
            "won" | "closedwon" | "customer" | "gewonnen" | "kunde" => End::Won,
            "lost" | "closedlost" | "verloren" => End::Lost,
            _ => End::Other(word.trim().to_owned()),
        }
    }

    /// The word.
    pub fn word(&self) -> &str {
        match self {
            End::Won => "won",
            End::Lost => "lost",
            End::Other(word) => word,
        }
    }
}

/// What the model had said.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Given {
    /// Its score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Its tier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Its action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// Its name and version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl Given {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Record {
    /// Checks a record, and names it by its content where `id` is blank: the same said twice is then one record.
    ///
    /// # Errors
    /// [`OutcomeError::Record`] for a lead or person without a name, an override of nothing, or a value that is no finite number.
    pub fn checked(mut self) -> Result<Self, OutcomeError> {
        let wrong = |found: &str, expected| OutcomeError::Record {
            lead: self.lead_id.0.clone(),
            found: found.to_owned(),
            expected,
        };
        let blank = |text: &Option<String>| text.as_deref().is_none_or(|t| t.trim().is_empty());
        if self.lead_id.0.trim().is_empty() {
            return Err(wrong("no lead", "the id of the lead that is meant"));
        }
        if self.who.trim().is_empty() {
            return Err(wrong("nobody who says so", "the name of a person or system"));
        }
        match &self.what {
            What::Override { tier, action } if blank(tier) && blank(action) => {
                return Err(wrong("an override of nothing", "a tier, an action, or both"));
            }
            What::Override { .. } if blank(&self.why) => {
                return Err(wrong(
                    "an override without a reason",
                    "why the model is wrong, in a few words",
                ));
            }
            What::Outcome { end: End::Other(word), .. } if word.is_empty() => {
                return Err(wrong(
                    "an outcome without a word",
                    "`won`, `lost` or a word of your own",
                ));
            }
            What::Outcome { value: Some(value), .. } if !value.is_finite() => {
                return Err(wrong(&format!("the value {value}"), "a finite number"));
            }
            _ => {}
        }
        if self.id.trim().is_empty() {
            self.id.clear();
            let content =
                serde_json::to_vec(&self).map_err(|source| OutcomeError::Json { source })?;
            self.id = fingerprint(&content).short().to_owned();
        }
        Ok(self)
    }

    /// `override`, `accept` or `outcome`.
    pub fn kind(&self) -> &'static str {
        match self.what {
            What::Override { .. } => "override",
            What::Accept => "accept",
            What::Outcome { .. } => "outcome",
        }
    }
}

fn write_moment<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&at.to_rfc3339())
}

fn read_moment<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(from)?;
    DateFormat::Iso.parse(&text).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::hot;

    #[test]
    fn the_same_content_has_the_same_id() {
        assert_eq!(hot("L1", 1).id, hot("L1", 1).id);
        assert_ne!(hot("L1", 1).id, hot("L1", 2).id);
        let given = Record { id: "crm-7".into(), ..hot("L1", 1) };
        assert_eq!(given.checked().unwrap().id, "crm-7");
    }

    #[test]
    fn an_end_is_known_by_the_words_of_teams() {
        for word in ["won", " Closed Won", "closed_won", "Gewonnen", "Kunde"] {
            assert_eq!(End::read(word), End::Won, "{word}");
        }
        for word in ["LOST", "Closed-Lost", "verloren"] {
            assert_eq!(End::read(word), End::Lost, "{word}");
        }
        assert_eq!(End::read(" kein Budget "), End::Other("kein Budget".into()));
    }

    #[test]
    fn what_says_nothing_is_refused() {
        let base = hot("L1", 1);
        let nothing = What::Override { tier: Some(" ".into()), action: None };
        let infinite = What::Outcome { end: End::Won, value: Some(f64::INFINITY) };
        for (record, expect) in [
            (Record { lead_id: LeadId(" ".into()), ..base.clone() }, "no lead"),
            (Record { who: String::new(), ..base.clone() }, "nobody"),
            (Record { why: None, ..base.clone() }, "without a reason"),
            (Record { what: nothing, ..base.clone() }, "override of nothing"),
            (Record { what: infinite, ..base.clone() }, "the value inf"),
            (Record { what: What::Outcome { end: End::read(" "), value: None }, ..base }, "`won`"),
        ] {
            let refused = record.checked().unwrap_err().to_string();
            assert!(refused.contains(expect), "{refused}");
        }
        assert_eq!(
            (End::read("WON "), End::read("no budget")),
            (End::Won, End::Other("no budget".into()))
        );
    }
}
