//! What a team declares of its deliveries, in RON. Everything but the version has a default.
//!
//! ```ron
//! Export(
//!     version: 1,
//!     owners: {"anna": "anna@example.com"},
//!     audiences: [(id: "warm", when: Is("tier", "Warm"))],
//!     draft: (language: German),
//!     webhooks: [(id: "hot", url: "https://example.com/leads", secret_env: "LEADS_SECRET", when: Is("tier", "Hot"), form: Json)],
//! )
//! ```

use crate::DeliverError;
use crate::fields::Field;
use leadsight_rules::{Condition, from_ron};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is delivered, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// The version of the format, 1.
    pub version: u32,
    /// How the CRM knows its records again.
    #[serde(default)]
    pub key: Key,
    /// The CRM's names of owners and queues, by those of the routing: e-mail addresses for most, ids for Salesforce. One that is not
    /// here stays as it is.
    #[serde(default)]
    pub owners: BTreeMap<String, String>,
    /// The tiers, the best first; those of the leads by their highest scores unless given.
    #[serde(default)]
    pub tiers: Vec<String>,
    /// The columns that become fields; all that Leadsight makes unless given.
    #[serde(default)]
    pub columns: Vec<String>,
    /// More columns that become fields.
    #[serde(default)]
    pub fields: Vec<Field>,
    /// The time zone of whoever imports, for CRMs that read moments by it; UTC unless given.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// Rows of one import file, at most; the CRM's limit unless given.
    #[serde(default)]
    pub rows_per_file: Option<usize>,
    /// The language of the words made here.
    #[serde(default)]
    pub language: Language,
    /// The call tasks.
    #[serde(default)]
    pub tasks: TaskSpec,
    /// Leads for advertising.
    #[serde(default)]
    pub audiences: Vec<AudienceSpec>,
    /// Outreach drafts; none unless given.
    #[serde(default)]
    pub draft: Option<DraftSpec>,
    /// Who is told of which leads at once.
    #[serde(default)]
    pub webhooks: Vec<Webhook>,
    /// How often and how long sending is tried.
    #[serde(default)]
    pub sending: Sending,
}

/// How the CRM knows its records again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Key {
    /// By the record's id where every lead's id looks like one, else by e-mail.
    #[default]
    Found,
    /// By the record's id.
    Id,
    /// By e-mail.
    Email,
}

/// A language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

/// The call tasks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TaskSpec {
    /// Which leads are called; those with an owner unless given.
    pub when: Option<Condition>,
    /// The template of the subject.
    pub subject: Option<String>,
    /// The template of the body.
    pub body: Option<String>,
}

/// Leads for advertising.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AudienceSpec {
    /// Its name, and that of its file.
    pub id: String,
    /// Which leads.
    pub when: Condition,
}

/// Outreach drafts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DraftSpec {
    /// The language, that of everything else unless given.
    pub language: Option<Language>,
    /// The template; one of ours unless given.
    pub template: Option<String>,
    /// Which leads; all unless given.
    pub when: Option<Condition>,
}

/// Who is told of some leads at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// Its name.
    pub id: String,
    /// The address.
    #[serde(default)]
    pub url: Option<String>,
    /// The environment variable with the address, for one that is a secret itself.
    #[serde(default)]
    pub url_env: Option<String>,
    /// The environment variable with the secret that messages are signed with; unsigned unless given.
    #[serde(default)]
    pub secret_env: Option<String>,
    /// Which leads.
    pub when: Condition,
    /// The form of a message.
    pub form: Form,
    /// The template of a chat message.
    #[serde(default)]
    pub template: Option<String>,
}

/// The form of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// The lead as JSON.
    Json,
    /// `{"text": "..."}`, as Slack and others take it.
    Chat,
    /// An adaptive card, as the workflows of Microsoft Teams take it.
    TeamsCard,
}

/// How often and how long sending is tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sending {
    /// How often a message is tried.
    pub attempts: u32,
    /// Seconds for one attempt.
    pub timeout_seconds: f64,
    /// Seconds for all messages together; what is not sent by then is kept.
    pub total_seconds: f64,
    /// Seconds to the second attempt; each later one waits up to twice as long.
    pub first_wait_seconds: f64,
    /// Seconds between two attempts, at most.
    pub longest_wait_seconds: f64,
}

impl Default for Sending {
    fn default() -> Self {
        Self {
            attempts: 5,
            timeout_seconds: 10.0,
            total_seconds: 300.0,
            first_wait_seconds: 1.0,
            longest_wait_seconds: 60.0,
        }
    }
}

impl Default for Export {
    fn default() -> Self {
        Self {
            version: 1,
            key: Key::default(),
            owners: BTreeMap::new(),
            tiers: Vec::new(),
            columns: Vec::new(),
            fields: Vec::new(),
            time_zone: None,
            rows_per_file: None,
            language: Language::default(),
            tasks: TaskSpec::default(),
            audiences: Vec::new(),
            draft: None,
            webhooks: Vec::new(),
            sending: Sending::default(),
        }
    }
}

impl Export {
    /// Reads and checks what a team declares.
    ///
    /// # Errors
    /// [`DeliverError::Rules`] with line and column; what contradicts itself.
    pub fn from_ron(text: &str) -> Result<Self, DeliverError> {
        let export: Self = from_ron(text, "export")?;
        export.check()?;
        Ok(export)
    }

    fn check(&self) -> Result<(), DeliverError> {
        if self.version != 1 {
            return Err(DeliverError::Version { what: "the export", found: self.version });
        }
        names("the audience", self.audiences.iter().map(|audience| &audience.id))?;
        names("the webhook", self.webhooks.iter().map(|webhook| &webhook.id))?;
        if let Some(name) = repeated(&self.tiers) {
            return Err(DeliverError::Duplicate { what: "the tier", name });
        }
        if let Some(zone) = &self.time_zone {
            crate::value::time_zone(zone)?;
        }
        for webhook in &self.webhooks {
            let found = match (&webhook.url, &webhook.url_env) {
                (Some(_), Some(_)) => "both",
                (None, None) => "neither",
                _ => continue,
            };
            return Err(DeliverError::Address { id: webhook.id.clone(), found });
        }
        self.sending.check()?;
        if self.rows_per_file == Some(0) {
            let expected = "at least one row";
            return Err(DeliverError::Number { key: "rows_per_file", found: 0.0, expected });
        }
        Ok(())
    }
}

impl Sending {
    fn check(&self) -> Result<(), DeliverError> {
        let seconds = [
            ("timeout_seconds", self.timeout_seconds, 0.001),
            ("total_seconds", self.total_seconds, 0.001),
            ("first_wait_seconds", self.first_wait_seconds, 0.0),
            ("longest_wait_seconds", self.longest_wait_seconds, 0.0),
        ];
        for (key, found, least) in seconds {
            if !(least..=86_400.0).contains(&found) {
                return Err(DeliverError::Number {
                    key,
                    found,
                    expected: "seconds, at most a day",
                });
            }
        }
        if !(1..=100).contains(&self.attempts) {
            let found = f64::from(self.attempts);
            return Err(DeliverError::Number { key: "attempts", found, expected: "from 1 to 100" });
        }
        Ok(())
    }
}

/// Names that become those of files.
fn names<'a>(
    what: &'static str,
    names: impl Iterator<Item = &'a String> + Clone,
) -> Result<(), DeliverError> {
    let sound = |name: &str| {
        (1..=64).contains(&name.len())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
    };
    if let Some(name) = names.clone().find(|name| !sound(name)) {
        return Err(DeliverError::Name { what, name: name.clone() });
    }
    match repeated(names) {
        Some(name) => Err(DeliverError::Duplicate { what, name }),
        None => Ok(()),
    }
}

fn repeated<'a>(names: impl IntoIterator<Item = &'a String>) -> Option<String> {
    let mut seen = BTreeSet::new();
    names.into_iter().find(|name| !seen.insert(name.to_lowercase())).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(fields: &str, expect: &str) {
        let error =
            Export::from_ron(&format!("Export(version: 1, {fields})")).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    }

    #[test]
    fn only_the_version_is_needed() {
        assert_eq!(Export::from_ron("Export(version: 1)").unwrap(), Export::default());
        let error = Export::from_ron("Export(version: 2)").unwrap_err().to_string();
        assert_eq!(error, "the export has version 2; this program reads version 1");
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        refused("owner: {}", "did you mean `owners`?");
        refused("tiers: [\"Hot\", \"hot\"]", "the tier `hot` stands twice");
        refused("time_zone: \"Europe/Berln\"", "did you mean `Europe/Berlin`?");
        refused("rows_per_file: 0", "`rows_per_file` is 0");
        refused("sending: (attempts: 0)", "`attempts` is 0");
        refused("sending: (timeout_seconds: NaN)", "`timeout_seconds` is NaN");
        refused("audiences: [(id: \"../x\", when: Is(\"tier\", \"Hot\"))]", "`../x` is no name");
        let hook = |more: &str| {
            format!("webhooks: [(id: \"a\", when: Is(\"tier\", \"Hot\"), form: Json{more})]")
        };
        refused(&hook(""), "has neither");
        refused(&hook(", url: \"https://x.y\", url_env: \"X\""), "has both");
    }
}
