//! Leads for advertising: nothing but the SHA-256 of their e-mail addresses, trimmed and in lower case as Google's Customer Match,
//! Meta's custom audiences and others ask, in lower-case hexadecimal under the header `Email`.

use crate::DeliverError;
use crate::export::AudienceSpec;
use crate::leads::Leads;
use crate::sheet::{Bounds, File, sha256, sheet};
use leadsight_contact::Email;
use leadsight_schema::{Issue, Timestamp};
use std::collections::BTreeSet;

/// The file of an audience: each address once, in an order that tells nothing of the leads.
pub(crate) fn audience(
    leads: &Leads,
    spec: &AudienceSpec,
    now: Timestamp,
    issues: &mut Vec<Issue>,
) -> Result<Vec<File>, DeliverError> {
    let place = spec.place();
    leads.need("email", &place)?;
    let (picked, found) = leads.pick(&spec.when, &place, now)?;
    issues.extend(found);
    let mut hashes = BTreeSet::new();
    for row in (0..picked.len()).filter(|row| picked[*row]) {
        let text = leads.cell(row, "email");
        match Email::parse(text) {
            Ok(email) => {
                hashes.insert(sha256(email.to_string().as_bytes()));
            }
            Err(_) => {
                let expected = format!("an e-mail address; not in {place}");
                issues.push(leads.issue(row, ("no_email", "email"), text, &expected));
            }
        }
    }
    let rows: Vec<Vec<String>> = hashes.into_iter().map(|hash| vec![hash]).collect();
    sheet(&format!("audience-{}", spec.id), "audience", &["Email".to_owned()], &rows, &Bounds::NONE)
}
