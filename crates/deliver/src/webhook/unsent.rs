//! Messages that could not be sent, as JSON lines, to be sent again. Neither address nor secret is in them.

use super::Message;
use crate::DeliverError;
use crate::export::Webhook;
use leadsight_schema::or_nearest;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A message that is kept to be sent again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsent {
    /// The message.
    #[serde(flatten)]
    pub message: Message,
    /// Why it was not sent.
    pub reason: String,
    /// How often it was tried.
    pub attempts: u32,
}

/// What is to be sent: what was kept before, and what is new and not among it. A kept message that was never tried gives way to a
/// new one of the same webhook and lead.
pub fn pending(kept: Vec<Unsent>, new: Vec<Message>) -> Vec<Unsent> {
    let newer: BTreeSet<(String, String)> =
        new.iter().map(|message| (message.webhook.clone(), message.lead_id.clone())).collect();
    let stays = |Unsent { message, attempts, .. }: &Unsent| {
        *attempts > 0 || !newer.contains(&(message.webhook.clone(), message.lead_id.clone()))
    };
    let mut pending: Vec<Unsent> = kept.into_iter().filter(stays).collect();
    let known: BTreeSet<String> =
        pending.iter().map(|unsent| unsent.message.idempotency_key.clone()).collect();
    let new = new.into_iter().filter(|message| !known.contains(&message.idempotency_key));
    pending.extend(new.map(|message| Unsent {
        message,
        reason: "it was not tried".to_owned(),
        attempts: 0,
    }));
    pending
}

/// The messages as JSON lines.
///
/// # Errors
/// [`DeliverError::Write`], which in memory does not happen.
pub fn write_unsent(unsent: &[Unsent]) -> Result<Vec<u8>, DeliverError> {
    let mut bytes = Vec::new();
    for message in unsent {
        serde_json::to_writer(&mut bytes, message).map_err(|error| DeliverError::Write {
            file: "the unsent messages".to_owned(),
            reason: error.to_string(),
        })?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

/// Reads messages as they were kept.
///
/// # Errors
/// [`DeliverError::Line`], and [`DeliverError::Webhook`] for one of a webhook that is not among `webhooks`.
pub fn read_unsent(text: &str, webhooks: &[Webhook]) -> Result<Vec<Unsent>, DeliverError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(position, line)| {
            let line_number = position + 1;
            let unsent: Unsent = serde_json::from_str(line)
                .map_err(|source| DeliverError::Line { line: line_number, source })?;
            let id = &unsent.message.webhook;
            if !webhooks.iter().any(|webhook| webhook.id == *id) {
                return Err(DeliverError::Webhook {
                    line: line_number,
                    hint: or_nearest(id, webhooks.iter().map(|webhook| webhook.id.as_str())),
                    id: id.clone(),
                    known: webhooks.iter().map(|webhook| webhook.id.clone()).collect(),
                });
            }
            Ok(unsent)
        })
        .collect()
}
