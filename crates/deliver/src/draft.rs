//! A first outreach draft, marked for review: it is a person who sends it.

use crate::DeliverError;
use crate::export::{DRAFT as WHEN, DraftSpec, Language};
use crate::leads::Leads;
use crate::template::{Source, Words};
use leadsight_schema::{Issue, Timestamp};

/// The column of drafts.
pub const COLUMN: &str = "draft";

/// The leads with a draft for each that `spec` picks, under a line that says what it is. `language` is that of a spec without one.
///
/// # Errors
/// What is wrong with the template or the condition.
pub fn with_drafts(
    leads: Leads,
    spec: &DraftSpec,
    language: Language,
    now: Timestamp,
) -> Result<(Leads, Vec<Issue>), DeliverError> {
    let (mark, ours) = match spec.language.unwrap_or(language) {
        Language::English => {
            ("DRAFT - review before sending", include_str!("../templates/draft.en.txt"))
        }
        Language::German => {
            ("ENTWURF - vor dem Senden pr\u{fc}fen", include_str!("../templates/draft.de.txt"))
        }
    };
    let words = Words::new("the draft", &Source::of(spec.template.as_ref(), ours), &leads)?;
    let (picked, issues) = match &spec.when {
        Some(when) => leads.pick(when, WHEN, now)?,
        None => (vec![true; leads.rows().len()], Vec::new()),
    };
    let mut drafts = Vec::with_capacity(picked.len());
    for (row, picked) in picked.into_iter().enumerate() {
        drafts.push(if picked {
            format!("{mark}\n\n{}", words.of(&leads, row)?)
        } else {
            String::new()
        });
    }
    Ok((leads.with_column(COLUMN, drafts), issues))
}
