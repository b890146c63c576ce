//! The headers of the usual CRMs' exports, and the names that they become (`tables/field_maps.csv`).

use crate::roles::{about, of_file};
use crate::{IngestError, RawTable};
use leadsight_schema::{Headers, Issue, Renamed, Severity};
use serde::{Deserialize, Serialize};

const TABLE: &str = include_str!("../tables/field_maps.csv");

/// A CRM whose exports have known headers. They become one set of names, whatever the CRM and the language: `lead_id`,
/// `created_at`, `email`, `first_name`, `last_name`, `title`, `company`, `employees`, `annual_revenue`, `source`,
/// `status` and more; other headers stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub enum FieldMap {
    /// Contacts of HubSpot.
    HubSpot,
    /// Leads of Salesforce, from a report or the data loader.
    Salesforce,
    /// Leads of Microsoft Dynamics 365.
    Dynamics365,
    /// Leads of Zoho CRM.
    Zoho,
}

impl FieldMap {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::HubSpot, Self::Salesforce, Self::Dynamics365, Self::Zoho];

    /// The name of the lead's own column, once renamed.
    pub const ID: &str = "lead_id";

    /// The name of the column with the moment a lead came in, once renamed.
    pub const CREATED: &str = "created_at";

    /// The names of columns that hold contact fields in words, once renamed: each is one of `features.contacts`.
    pub const WORDS: [&str; 5] = ["email", "title", "website", "country", "industry"];

    /// What it is called in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            FieldMap::HubSpot => "HubSpot",
            FieldMap::Salesforce => "Salesforce",
            FieldMap::Dynamics365 => "Dynamics365",
            FieldMap::Zoho => "Zoho",
        }
    }

    /// Its headers and their names.
    pub fn headers(self) -> Headers {
        Headers::new(self.pairs())
    }

    /// Each header with its name.
    fn pairs(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let crm = self.name().to_lowercase();
        TABLE.lines().filter(|line| !line.starts_with('#')).flat_map(move |line| {
            let mut cells = line.splitn(3, ',');
            let of_crm = cells.next() == Some(crm.as_str());
            let name = cells.next().filter(|_| of_crm);
            let headers = cells.next().unwrap_or_default().split('|');
            headers.filter_map(move |header| Some((header, name?)))
        })
    }
}

/// Renames the columns of an export.
///
/// # Errors
/// [`IngestError::OtherExport`] where the map knows none of the headers.
pub(crate) fn apply(
    map: FieldMap,
    mut raw: RawTable,
) -> Result<(RawTable, Vec<Issue>), IngestError> {
    let headers = raw.names();
    let Renamed { names, known, doubled } = map.headers().rename(&headers);
    if known.is_empty() {
        return Err(IngestError::OtherExport {
            map: map.name(),
            file: raw.file().to_owned(),
            hint: hint(best(&headers)),
            headers,
        });
    }
    raw.frame.set_column_names(&names)?;
    let file = raw.file();
    let found = format!("{} of {} headers are known", known.len(), headers.len());
    let expected = format!("headers of a {} export; the others keep their names", map.name());
    let mut issues = vec![of_file(file, Severity::Info, "field_map", &found, &expected)];
    issues.extend(doubled.into_iter().map(|(first, second)| {
        let found = format!("`{}` and `{}`", headers[first], headers[second]);
        let expected = format!(
            "one column for `{}`; the first was taken, the second keeps its header",
            names[first]
        );
        about(file, &headers[second], Severity::Info, "header_twice", &found, &expected)
    }));
    Ok((raw, issues))
}

/// What to configure where the headers look like those of an export.
pub(crate) fn suggest(raw: &RawTable) -> Option<Issue> {
    let (map, names) = best(&raw.names())?;
    let found = format!("headers as in an export of {}", map.name());
    let expected = format!("`data.field_map: {}`, which would name {names} columns", map.name());
    Some(of_file(raw.file(), Severity::Info, "export_headers", &found, &expected))
}

/// The map that gives most of the headers a new name, if it gives enough; where several share their headers, the one
/// that has most for itself.
fn best(headers: &[String]) -> Option<(FieldMap, usize)> {
    /// Fewer new names may be chance.
    const ENOUGH: usize = 4;
    /// How headers begin that only a CRM writes, as letters and digits in lower case. `Vorname`, `Firma` and `Status` stand in any sheet.
    const MARKS: [&str; 7] =
        ["lead", "record", "datensatz", "lifecycle", "hs", "donotmodify", "nichtändern"];
    let marked = |at: &usize| {
        let letters = headers[*at].chars().filter(|c| c.is_alphanumeric());
        let plain: String = letters.flat_map(char::to_lowercase).collect();
        MARKS.iter().any(|mark| plain.starts_with(mark))
    };
    let new_names = |map: FieldMap| -> Vec<usize> {
        let renamed = map.headers().rename(headers);
        let changed = |at: &usize| renamed.names[*at] != headers[*at];
        renamed.known.iter().copied().filter(changed).collect()
    };
    let found = FieldMap::ALL.map(|map| (map, new_names(map)));
    let own = |map: FieldMap, names: &[usize]| {
        let others = || found.iter().filter(|(other, _)| *other != map);
        names.iter().filter(|at| !others().any(|(_, names)| names.contains(at))).count()
    };
    let ranked = found.iter().map(|(map, names)| (names, own(*map, names), *map));
    let (names, own, map) = ranked.max_by_key(|(names, own, _)| (names.len(), *own))?;
    let enough = names.len() >= ENOUGH && own > 0 && names.iter().any(marked);
    enough.then_some((map, names.len()))
}

fn hint(best: Option<(FieldMap, usize)>) -> String {
    best.map_or_else(
        || "; leave `data.field_map` out to keep the headers as they are".to_owned(),
        |(map, names)| format!("; `{}` knows {names} of them", map.name()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn every_line_of_the_table_is_whole_and_no_header_has_two_names() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        let known: usize = FieldMap::ALL.iter().map(|map| map.pairs().count()).sum();
        assert_eq!(lines.map(|line| 1 + line.matches('|').count()).sum::<usize>(), known);
        for map in FieldMap::ALL {
            let headers = map.headers();
            let mut names: BTreeMap<&str, &str> = BTreeMap::new();
            for (header, name) in map.pairs() {
                assert_eq!(headers.name(header), Some(name), "{} {header}", map.name());
                assert_eq!(*names.entry(header).or_insert(name), name);
            }
            assert!(names.values().any(|name| *name == FieldMap::ID));
            assert!(names.values().any(|name| *name == FieldMap::CREATED));
        }
    }

    #[test]
    fn an_export_is_told_by_its_headers() {
        #[track_caller]
        fn check(headers: &[&str], expect: Option<FieldMap>) {
            let headers: Vec<String> = headers.iter().map(|h| (*h).to_owned()).collect();
            assert_eq!(best(&headers).map(|(map, _)| map), expect);
        }
        check(
            &[
                "Record ID",
                "First Name",
                "Email",
                "Lifecycle Stage",
                "Create Date",
                "Original Source",
            ],
            Some(FieldMap::HubSpot),
        );
        check(
            &["Datensatz-ID", "Vorname", "Nachname", "Lifecycle-Phase", "Erstelldatum"],
            Some(FieldMap::HubSpot),
        );
        check(
            &["Lead ID", "First Name", "Company / Account", "Lead Status", "Created Date"],
            Some(FieldMap::Salesforce),
        );
        check(
            &["(Do Not Modify) Lead", "Topic", "Status Reason", "Created On", "First Name"],
            Some(FieldMap::Dynamics365),
        );
        check(
            &["Record Id", "Lead Owner", "Lead Status", "Created Time", "No. of Employees"],
            Some(FieldMap::Zoho),
        );
        check(&["lead_id", "created_at", "email", "title", "company", "source", "status"], None);
        check(&["First Name", "Last Name", "Job Title", "Country"], None);
        let plain =
            ["ID", "Erstellt am", "Vorname", "Nachname", "Firma", "PLZ", "Telefon", "Status"];
        check(&plain, None);
        check(
            &["Lead-ID", "Erstellungsdatum", "Vorname", "Firma / Account", "Leadquelle", "PLZ"],
            Some(FieldMap::Salesforce),
        );
    }
}
