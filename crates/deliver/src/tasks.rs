//! Call tasks, one a lead: who calls whom by when, how urgent it is, and with which reasons. A record that stands twice is called once;
//! a lead that the import had to leave out for want of a key is called all the same.

use crate::DeliverError;
use crate::crm::Part;
use crate::export::{Export, Language, TASKS};
use crate::fields::Kind;
use crate::import::{Fate, by_score};
use crate::leads::{ID, Leads};
use crate::owners::OWNER;
use crate::sheet::{Bounds, File, sheet};
use crate::template::{Source, Words};
use crate::value::Forms;
use leadsight_rules::Condition;
use leadsight_schema::{Issue, Timestamp};

/// The file of call tasks, or several where it would be too long; none where the leads have no owners and nobody says who is to be called.
pub(crate) fn tasks(
    leads: &Leads,
    fates: &[Fate],
    owners: &[String],
    export: &Export,
    forms: &Forms<'_>,
    now: Timestamp,
    issues: &mut Vec<Issue>,
) -> Result<Vec<File>, DeliverError> {
    let spec = &export.tasks;
    let owned = || leads.column(OWNER).map(|_| Condition::Known(OWNER.to_owned()));
    let Some(when) = spec.when.clone().or_else(owned) else { return Ok(Vec::new()) };
    let (subject, body) = match export.language {
        Language::English => {
            (include_str!("../templates/subject.en.txt"), include_str!("../templates/body.en.txt"))
        }
        Language::German => {
            (include_str!("../templates/subject.de.txt"), include_str!("../templates/body.de.txt"))
        }
    };
    let subject =
        Words::new("the subject of tasks", &Source::of(spec.subject.as_ref(), subject), leads)?;
    let body = Words::new("the body of tasks", &Source::of(spec.body.as_ref(), body), leads)?;
    let (picked, found) = leads.pick(&when, TASKS, now)?;
    issues.extend(found);
    let tiers = match (export.tiers.is_empty(), leads.column("tier")) {
        (true, Some(column)) => by_score(leads, column),
        _ => export.tiers.clone(),
    };
    let conventions = &forms.crm.tasks;
    let header: Vec<String> = conventions.columns.iter().map(|c| c.header.clone()).collect();
    let mut rows = Vec::new();
    for row in (0..picked.len()).filter(|row| picked[*row] && fates[*row] != Fate::Again) {
        let mut cells = Vec::with_capacity(header.len());
        for column in &conventions.columns {
            let (kind, from, text) = match &column.part {
                Part::Subject => (Kind::Text, "subject", subject.of(leads, row)?),
                Part::Body => (Kind::LongText, "body", body.of(leads, row)?),
                Part::Due => {
                    (conventions.due, "respond_by", leads.cell(row, "respond_by").to_owned())
                }
                Part::Owner => (Kind::Text, OWNER, owners[row].clone()),
                Part::Lead => {
                    let id = Some(leads.cell(row, ID)).filter(|id| forms.crm.is_id(id));
                    (Kind::Text, ID, id.unwrap_or_default().to_owned())
                }
                Part::Email => (Kind::Text, "email", leads.cell(row, "email").to_owned()),
                Part::Fixed(words) => (Kind::Text, "", words.clone()),
                Part::Priority => {
                    let tier = leads.cell(row, "tier");
                    let place = tiers.iter().position(|known| known == tier);
                    let word = match place {
                        Some(0) => &conventions.high,
                        Some(place) if place + 1 == tiers.len() => &conventions.low,
                        _ => &conventions.normal,
                    };
                    (Kind::Text, "tier", word.clone())
                }
            };
            let cell = forms.write(kind, &text);
            if let Some((kind, expected)) = cell.problem {
                issues.push(leads.issue(
                    row,
                    (kind, from),
                    &text,
                    &format!("{expected} (in the task)"),
                ));
            }
            cells.push(cell.text);
        }
        rows.push(cells);
    }
    sheet("tasks", "tasks", &header, &rows, &Bounds::of(export, forms.crm))
}
