//! What a webhook is told of a lead.

use crate::DeliverError;
use crate::delivery::{kinds, object};
use crate::export::{Export, Form, Language};
use crate::import::Fate;
use crate::leads::{ID, Leads};
use crate::sheet::sha256;
use crate::template::{Source, Words};
use leadsight_schema::{Issue, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A message for a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// The webhook.
    pub webhook: String,
    /// The lead.
    pub lead_id: String,
    /// The same for the same message, so that whoever gets it twice can tell: made of webhook, lead and body.
    pub idempotency_key: String,
    /// What is sent.
    pub body: String,
}

impl Message {
    fn new(webhook: &str, lead_id: &str, body: String) -> Self {
        let whole = format!("{webhook}\n{lead_id}\n{body}");
        let idempotency_key = format!("msg_{}", &sha256(whole.as_bytes())[..32]);
        Self { webhook: webhook.to_owned(), lead_id: lead_id.to_owned(), idempotency_key, body }
    }
}

/// The messages for every webhook, lead by lead; a record that stands twice is told once.
pub(crate) fn messages(
    leads: &Leads,
    fates: &[Fate],
    export: &Export,
    now: Timestamp,
    issues: &mut Vec<Issue>,
) -> Result<Vec<Message>, DeliverError> {
    let kinds = kinds()?;
    let ours = match export.language {
        Language::English => include_str!("../../templates/chat.en.txt"),
        Language::German => include_str!("../../templates/chat.de.txt"),
    };
    let mut messages = Vec::new();
    for webhook in &export.webhooks {
        let place = webhook.place();
        let (picked, found) = leads.pick(&webhook.when, &place, now)?;
        issues.extend(found);
        let source = Source::of(webhook.template.as_ref(), ours);
        let words = Words::new("the chat message", &source, leads)?;
        for row in (0..picked.len()).filter(|row| picked[*row] && fates[*row] != Fate::Again) {
            let id = leads.cell(row, ID);
            let body = match webhook.form {
                Form::Json => {
                    json!({"webhook": webhook.id, "lead_id": id, "lead": object(leads, row, &kinds)})
                }
                Form::Chat => json!({"text": escaped(&words.of(leads, row)?)}),
                Form::TeamsCard => card(&words.of(leads, row)?),
            };
            messages.push(Message::new(&webhook.id, id, body.to_string()));
        }
    }
    Ok(messages)
}

/// A text in which nothing of a lead becomes a link or a call to everybody (Slack, "Escaping text").
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn card(text: &str) -> serde_json::Value {
    let blocks: Vec<_> =
        text.lines().map(|line| json!({"type": "TextBlock", "text": line, "wrap": true})).collect();
    json!({"type": "message", "attachments": [{
        "contentType": "application/vnd.microsoft.card.adaptive",
        "content": {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": blocks,
        },
    }]})
}
