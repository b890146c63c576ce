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

mod check;

pub(crate) use check::{DRAFT, TASKS};

use crate::DeliverError;
use crate::fields::Field;
use leadsight_rules::{Condition, from_ron};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// here stays as it is, and is told.
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
}
