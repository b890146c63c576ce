//! What a CRM asks of an import file, as data: its limits, forms of values, names of fields, and headers of standard columns.
//!
//! Each CRM is one RON file under `tables/`, which says what of it is documented and where. A CRM that is not there is one more
//! such file, which [`Crm::from_ron`] reads.

use crate::DeliverError;
use crate::fields::{Field, Kind};
use leadsight_rules::{Condition, Pattern, from_ron};
use leadsight_schema::{Cell, or_nearest};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The CRMs known here, by the names that commands take.
const TABLES: [(&str, &str); 4] = [
    ("hubspot", include_str!("../tables/hubspot.ron")),
    ("salesforce", include_str!("../tables/salesforce.ron")),
    ("dynamics365", include_str!("../tables/dynamics365.ron")),
    ("zoho", include_str!("../tables/zoho.ron")),
];

/// The conventions of a CRM.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crm {
    /// The version of the format, 1.
    version: u32,
    /// What it is called.
    pub name: String,
    /// What a lead is there.
    pub record: String,
    /// What the ids of its records look like.
    pub id: Pattern,
    /// What the names of its owners look like; anything unless given.
    #[serde(default)]
    pub owner: Option<Pattern>,
    /// Rows of one file, at most.
    pub rows: usize,
    /// Bytes of one file, at most.
    pub bytes: usize,
    /// Whether a file begins with a byte order mark.
    pub byte_order_mark: bool,
    /// The word for yes.
    pub yes: String,
    /// The word for no.
    pub no: String,
    /// How a moment is written, as by strftime.
    pub moment: String,
    /// How a day is written.
    pub day: String,
    /// Whose clock moments are written by.
    pub clock: Clock,
    /// How the name of a field is made of its label.
    pub naming: Naming,
    /// What a field's column is headed by.
    pub header: Header,
    /// What each kind of field is there.
    pub kinds: BTreeMap<Kind, KindRule>,
    /// The standard columns.
    pub columns: Vec<Standard>,
    /// The file of call tasks.
    pub tasks: Tasks,
}

/// Whose clock moments are written by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Clock {
    /// UTC, and the moment says so.
    Utc,
    /// That of whoever imports: `time_zone` of the [`crate::Export`], UTC unless given.
    Local,
}

/// How the name of a field is made of the words of its label.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Naming {
    /// Which letters.
    pub letters: Letters,
    /// What stands before.
    #[serde(default)]
    pub prefix: String,
    /// What stands between the words.
    #[serde(default)]
    pub join: String,
    /// What stands behind.
    #[serde(default)]
    pub suffix: String,
}

/// Letters of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Letters {
    /// Lower case.
    Lower,
    /// As in the label.
    AsLabel,
}

/// What heads the column of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Header {
    /// Its name.
    Name,
    /// Its label.
    Label,
}

/// What a kind of field is in the CRM.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindRule {
    /// Its name there.
    pub name: String,
    /// Characters, at most.
    #[serde(default)]
    pub length: Option<usize>,
    /// Digits before and behind the point, at most.
    #[serde(default)]
    pub digits: Option<usize>,
    /// Digits behind the point.
    #[serde(default)]
    pub scale: usize,
}

/// A column that the CRM has already.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standard {
    /// The column of the leads.
    pub from: String,
    /// The header there.
    pub header: String,
}

/// The file of call tasks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tasks {
    /// Whether a task is due at a moment or on a day.
    pub due: Kind,
    /// The word for the highest priority.
    pub high: String,
    /// The word for the usual priority.
    pub normal: String,
    /// The word for the lowest priority.
    pub low: String,
    /// Its columns.
    pub columns: Vec<TaskColumn>,
}

/// A column of the file of call tasks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskColumn {
    /// What stands in it.
    pub part: Part,
    /// Its header.
    pub header: String,
}

/// A part of a call task.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub enum Part {
    /// What is to be done.
    Subject,
    /// By when.
    Due,
    /// Who does it.
    Owner,
    /// How urgent it is.
    Priority,
    /// The reasons.
    Body,
    /// The record's id, where the lead's is one.
    Lead,
    /// The lead's e-mail address.
    Email,
    /// The same words for every task.
    Fixed(String),
}

/// A field to be created in the CRM before the first import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Definition {
    /// Its name there.
    pub name: String,
    /// Its label there.
    pub label: String,
    /// The header of its column in the import file.
    pub header: String,
    /// Its type, as the CRM calls it.
    #[serde(rename = "type")]
    pub kind: String,
    /// Characters, at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<usize>,
    /// Digits in all, at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digits: Option<usize>,
    /// Digits behind the point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<usize>,
    /// The words to choose from, the best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// What it means.
    pub meaning: String,
    /// The column of the scored file.
    pub from: String,
}

impl Crm {
    /// The names of the CRMs known here.
    pub fn names() -> [&'static str; 4] {
        TABLES.map(|(name, _)| name)
    }

    /// A CRM known here.
    ///
    /// # Errors
    /// [`DeliverError::Crm`] with the nearest name.
    pub fn named(name: &str) -> Result<Self, DeliverError> {
        match TABLES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some((_, table)) => Self::from_ron(table),
            None => Err(DeliverError::Crm {
                found: name.to_owned(),
                hint: or_nearest(name, Self::names()),
                known: Self::names().to_vec(),
            }),
        }
    }

    /// Reads and checks the conventions of a CRM.
    ///
    /// # Errors
    /// [`DeliverError::Rules`] with line and column, [`DeliverError::Version`], [`DeliverError::Convention`].
    pub fn from_ron(text: &str) -> Result<Self, DeliverError> {
        let crm: Self = from_ron(text, "conventions of a CRM")?;
        if crm.version != 1 {
            return Err(DeliverError::Version {
                what: "the file of conventions",
                found: crm.version,
            });
        }
        let wrong = |found: String, expected| {
            Err(DeliverError::Convention { crm: crm.name.clone(), found, expected })
        };
        if let Some(kind) = Kind::ALL.into_iter().find(|kind| !crm.kinds.contains_key(kind)) {
            return wrong(format!("`kinds` lacks {kind:?}"), "one entry for each kind of field");
        }
        if crm.rows == 0 || crm.bytes < 1000 {
            let found = format!("a file of {} rows and {} bytes", crm.rows, crm.bytes);
            return wrong(found, "at least one row and 1000 bytes");
        }
        if let Some((kind, _)) =
            crm.kinds.iter().find(|(_, rule)| rule.length.is_some_and(|l| l < 10))
        {
            return wrong(format!("{kind:?} is shorter than 10"), "at least 10 characters");
        }
        if !matches!(crm.tasks.due, Kind::Moment | Kind::Day) {
            return wrong(format!("tasks are due by {:?}", crm.tasks.due), "`Moment` or `Day`");
        }
        for format in [&crm.moment, &crm.day] {
            if jiff::fmt::strtime::format(
                format,
                &jiff::Zoned::new(jiff::Timestamp::UNIX_EPOCH, jiff::tz::TimeZone::UTC),
            )
            .is_err()
            {
                return wrong(
                    format!("`{format}` is no form of a date"),
                    "one such as `%Y-%m-%d %H:%M`",
                );
            }
        }
        Ok(crm)
    }

    /// What a kind of field is.
    pub(crate) fn rule(&self, kind: Kind) -> &KindRule {
        // That every kind is there was checked when it was read.
        &self.kinds[&kind]
    }

    /// Whether a text looks like the id of one of its records.
    pub fn is_id(&self, text: &str) -> bool {
        matches(&self.id, text)
    }

    /// What the names of its owners look like, where this is none.
    pub(crate) fn strange_owner(&self, name: &str) -> Option<&Pattern> {
        self.owner.as_ref().filter(|pattern| !matches(pattern, name))
    }

    /// The name of a field: letters and digits of its label, joined.
    pub fn field_name(&self, label: &str) -> String {
        let Naming { letters, prefix, join, suffix } = &self.naming;
        let words =
            label.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let words: Vec<String> = words
            .map(|word| match letters {
                Letters::Lower => word.to_lowercase(),
                Letters::AsLabel => word.to_owned(),
            })
            .collect();
        format!("{prefix}{}{suffix}", words.join(join))
    }

    /// What heads the column of a field.
    pub fn field_header(&self, label: &str) -> String {
        match self.header {
            Header::Name => self.field_name(label),
            Header::Label => label.to_owned(),
        }
    }

    /// What has to be created for a field.
    pub(crate) fn definition(&self, field: &Field, values: Vec<String>) -> Definition {
        let rule = self.rule(field.kind);
        Definition {
            name: self.field_name(&field.label),
            label: field.label.clone(),
            header: self.field_header(&field.label),
            kind: rule.name.clone(),
            length: rule.length.filter(|_| field.kind != Kind::Pick),
            digits: rule.digits,
            scale: rule.digits.map(|_| rule.scale),
            values,
            meaning: field.meaning.clone(),
            from: field.from.clone(),
        }
    }
}

fn matches(pattern: &Pattern, text: &str) -> bool {
    Condition::Matches((), pattern.clone()).holds(&|()| Cell::Text(text), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sound() {
        for name in Crm::names() {
            let crm = Crm::named(name).unwrap();
            assert_eq!(crm.columns[0].from, crate::leads::ID, "{name}");
            assert!(crm.columns.iter().any(|c| c.from == "email"), "{name}");
        }
        let error = Crm::named("hubspit").unwrap_err().to_string();
        assert!(error.contains("did you mean `hubspot`?"), "{error}");
    }

    #[test]
    fn names_follow_the_crm() {
        let name = |crm: &str| Crm::named(crm).unwrap().field_name("Leadsight ICP Match");
        assert_eq!(name("hubspot"), "leadsight_icp_match");
        assert_eq!(name("salesforce"), "Leadsight_ICP_Match__c");
        assert_eq!(name("dynamics365"), "new_leadsighticpmatch");
        assert_eq!(name("zoho"), "Leadsight_ICP_Match");
    }
}
