//! The crate's one error type.

use leadsight_rules::RulesError;
use leadsight_schema::SchemaError;
use thiserror::Error;

/// What keeps leads from being delivered at all. What is wrong with one lead is an [`leadsight_schema::Issue`].
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeliverError {
    /// A RON file cannot be read, or a condition does not fit the leads.
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// The columns of the leads cannot be told apart.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// A version that this program does not know.
    #[error("{what} has version {found}; this program reads version 1")]
    Version {
        /// The kind of file.
        what: &'static str,
        /// The version found.
        found: u32,
    },
    /// No CRM of that name.
    #[error("`{found}` is no CRM known here{hint}; expected one of {}, or a RON file of conventions", known.join(", "))]
    Crm {
        /// The name found.
        found: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
        /// The names known.
        known: Vec<&'static str>,
    },
    /// A column that the leads do not have.
    #[error("{place} needs the column `{name}`{hint}; there are: {}", known.join(", "))]
    Column {
        /// What needs it.
        place: String,
        /// The name.
        name: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
        /// The columns there are.
        known: Vec<String>,
    },
    /// Nothing by which the CRM would know its records again.
    #[error("{crm} would not know the leads again: {found}; {expected}")]
    Key {
        /// The CRM.
        crm: String,
        /// What is missing.
        found: String,
        /// What would do.
        expected: String,
    },
    /// A second file that is about other leads.
    #[error(
        "{other} has none of the leads of {file}; expected a file of the same leads, matched by `lead_id`"
    )]
    OtherLeads {
        /// The leads' file.
        file: String,
        /// The second file.
        other: String,
    },
    /// A name that stands twice.
    #[error("{what} `{name}` stands twice; give each a name of its own")]
    Duplicate {
        /// What is named.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A name that cannot be one.
    #[error(
        "{what} `{name}` is no name; expected letters, digits, `-` and `_`, for it names a file"
    )]
    Name {
        /// What is named.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A label that no field can have.
    #[error(
        "the field of `{from}` cannot be labelled `{label}`; expected one line with letters or digits that opens as no formula"
    )]
    Label {
        /// The label.
        label: String,
        /// The column.
        from: String,
    },
    /// An owner without a name, here or in the CRM.
    #[error("`owners` calls `{name}` `{of}`; expected a name on both sides, or no entry")]
    Owner {
        /// The name here.
        name: String,
        /// The name in the CRM.
        of: String,
    },
    /// A time zone that is none.
    #[error("`{found}` is no time zone{hint}; expected an IANA name such as `Europe/Berlin`")]
    Zone {
        /// The name found.
        found: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
    },
    /// Conventions of a CRM that do not hold together.
    #[error("the conventions of {crm}: {found}; expected {expected}")]
    Convention {
        /// The CRM.
        crm: String,
        /// What is wrong.
        found: String,
        /// What would be valid.
        expected: &'static str,
    },
    /// A template asks for something that no lead has.
    #[error("{template} asks for `{name}`, which no lead has{hint}; there are: {}", known.join(", "))]
    TemplateName {
        /// The template.
        template: &'static str,
        /// The name.
        name: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// A template cannot be read or carried out.
    #[error("{template}: {source}")]
    Template {
        /// The template.
        template: &'static str,
        /// What is wrong, and on which line.
        source: Box<minijinja::Error>,
    },
    /// A template that does not come to an end.
    #[error("{template} is not done after {steps} steps; a loop in it is too long, shorten it")]
    TemplateLoops {
        /// The template.
        template: &'static str,
        /// The steps allowed.
        steps: u64,
    },
    /// A template that could fill memory or overflow the stack.
    #[error("{template} holds `{tag}`; expected {expected}")]
    TemplateTag {
        /// The template.
        template: &'static str,
        /// The tag.
        tag: String,
        /// What would be valid.
        expected: &'static str,
    },
    /// A template that is too long, or whose text is.
    #[error("{template} has or makes a text that is too long; expected at most {most} characters")]
    TemplateLong {
        /// The template.
        template: &'static str,
        /// The most allowed.
        most: usize,
    },
    /// A number that makes no sense.
    #[error("`{key}` is {found}; expected {expected}")]
    Number {
        /// The key.
        key: &'static str,
        /// What was found.
        found: f64,
        /// What would be valid.
        expected: &'static str,
    },
    /// A webhook without exactly one address.
    #[error("the webhook `{id}` has {found}; expected either `url` or `url_env`")]
    Address {
        /// The webhook.
        id: String,
        /// What it has.
        found: &'static str,
    },
    /// An address that cannot be used.
    #[error(
        "the webhook `{id}` goes to {found}; expected an https address (http only to this machine)"
    )]
    Url {
        /// The webhook.
        id: String,
        /// The address, without what may be secret.
        found: String,
    },
    /// A proxy that messages cannot go by.
    #[error(
        "the environment's {env} names the proxy {found}; expected one of HTTP, such as http://proxy.example:3128, or none"
    )]
    Proxy {
        /// The variable.
        env: &'static str,
        /// The address, without what may be secret.
        found: String,
    },
    /// A secret that is missing or too short to sign with.
    #[error(
        "the webhook `{id}` signs with the secret in {env}, which {found}; expected {expected}"
    )]
    Secret {
        /// The webhook.
        id: String,
        /// The variable.
        env: String,
        /// What is wrong with it.
        found: &'static str,
        /// What would be valid.
        expected: &'static str,
    },
    /// A message to be sent again for a webhook that is no longer declared.
    #[error("line {line} is for the webhook `{id}`, which is not declared{hint}; there are: {}", known.join(", "))]
    Webhook {
        /// The line, from 1.
        line: usize,
        /// The webhook.
        id: String,
        /// ` (did you mean ...?)`, or empty.
        hint: String,
        /// The webhooks there are.
        known: Vec<String>,
    },
    /// A file of unsent messages that cannot be read.
    #[error("line {line} is no unsent message: {source}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A result cannot be written as CSV or JSON, which in memory does not happen.
    #[error("cannot write {file}: {reason}")]
    Write {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
}
