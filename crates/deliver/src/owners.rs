//! Who owns each lead, as the CRM calls them.

use crate::crm::Crm;
use crate::export::Export;
use crate::import::Fate;
use crate::leads::Leads;
use leadsight_schema::{Issue, or_nearest};

/// The column of owners.
pub(crate) const OWNER: &str = "owner_id";

/// The owner of each lead by `owners` of the export, blank where nobody owns it; a queue that has a name there owns the leads that
/// wait in it. An owner without an entry there stays as it is. That is told, and so is a name that the CRM cannot know.
pub(crate) fn owners(
    leads: &Leads,
    fates: &[Fate],
    export: &Export,
    crm: &Crm,
    issues: &mut Vec<Issue>,
) -> Vec<String> {
    let named = |name: &str| export.owners.get(name).map(String::as_str);
    let mut owners = Vec::with_capacity(fates.len());
    for (row, fate) in fates.iter().enumerate() {
        let (own, queue) = (leads.cell(row, OWNER), leads.cell(row, "queue"));
        let owner = match own {
            "" => named(queue).unwrap_or_default(),
            own => named(own).unwrap_or(own),
        };
        let strange = crm.strange_owner(owner);
        let expected = if !own.is_empty() && !export.owners.is_empty() && named(own).is_none() {
            let near = or_nearest(own, export.owners.keys().map(String::as_str));
            Some(format!("one of `owners` of the export{near}; written as it is"))
        } else if let (false, Some(pattern)) = (owner.is_empty(), strange) {
            let name = &crm.name;
            Some(format!(
                "an owner of {name} ({pattern}), which `owners` of the export names; written as it is"
            ))
        } else {
            None
        };
        // A record that stands twice was left out, and told.
        if let Some(expected) = expected.filter(|_| *fate != Fate::Again) {
            issues.push(leads.issue(row, ("unknown_owner", OWNER), owner, &expected));
        }
        owners.push(owner.to_owned());
    }
    owners
}
