//! Leads that are one person (`data.duplicates`): found once the leads are labelled, so that none stands on both sides of a split.

use crate::IngestError;
use leadsight_contact::{Country, Field};
use leadsight_dedupe::{Duplicates, Limits, Person, Verdict, find};
use leadsight_schema::{Cell, Cells, Issue, LeadTable, Severity};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How leads of one person are found. Columns of contact fields are known by their headers, in English and German.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DuplicateSpec {
    /// Points from which leads are one person, and from which they are a question.
    pub limits: Limits,
    /// The country of phone numbers without a country's code, such as `DE`.
    pub region: Option<String>,
    /// Columns whose headers say nothing, each with the field it holds.
    pub columns: BTreeMap<String, Field>,
}

/// The leads that are one person, and what is to be told of them.
///
/// # Errors
/// A column or region that is not known, limits that make no order, and [`IngestError::NoContacts`] where no column holds a contact
/// field.
pub fn persons(
    table: &LeadTable,
    spec: &DuplicateSpec,
) -> Result<(Duplicates, Vec<Issue>), IngestError> {
    for name in spec.columns.keys() {
        crate::roles::position(table, name, "data.duplicates.columns")?;
    }
    let region = spec.region.as_deref().map(|text| {
        Country::parse(text).map_err(|_| IngestError::Region { found: text.to_owned() })
    });
    let region = region.transpose()?;
    let field = |name: &str| spec.columns.get(name).copied().or_else(|| Field::of_header(name));
    let columns: Vec<(usize, Field)> = (table.schema().names().enumerate())
        .filter_map(|(position, name)| Some((position, field(name)?)))
        .collect();
    if columns.is_empty() {
        let known = table.schema().names().map(str::to_owned).collect();
        return Err(IngestError::NoContacts { known });
    }
    let person = |row| {
        let texts: Vec<String> =
            columns.iter().map(|(column, _)| text(table.cell(row, *column))).collect();
        let cell = |column| {
            let place = columns.iter().position(|(at, _)| *at == column);
            place.map_or("", |place| texts[place].as_str())
        };
        Person::read(&columns, cell, region)
    };
    let people: Vec<Person> = (0..table.rows()).map(person).collect();
    let found = find(&people, spec.limits)?;
    let issues = issues(table, &found);
    Ok((found, issues))
}

fn text(cell: Cell<'_>) -> String {
    match cell {
        Cell::Text(text) => text.to_owned(),
        // A phone number without signs was read as a number.
        Cell::Number(number) => format!("{number:.0}"),
        Cell::Date(_) | Cell::Missing => String::new(),
    }
}

fn issues(table: &LeadTable, found: &Duplicates) -> Vec<Issue> {
    let issue = |severity, kind: &str, row: usize, found: String, expected: &str, count| Issue {
        severity,
        kind: kind.to_owned(),
        file: table.file(row).to_owned(),
        row: None,
        line: table.lines().get(row).copied(),
        column: None,
        found,
        expected: expected.to_owned(),
        count,
    };
    let mut issues = Vec::new();
    if let Some(row) = found.group.iter().position(Option::is_some) {
        let (leads, people) = (found.grouped(), found.groups());
        issues.push(issue(
            Severity::Warning,
            "one_person",
            row,
            format!("{leads} leads of {people} people"),
            "each person once; their leads stay together in one part of the split",
            (leads - people) as u64,
        ));
    }
    let mut questions = found.pairs.iter().filter(|pair| pair.verdict == Verdict::Ask);
    if let Some(pair) = questions.next() {
        let evidence: Vec<&str> = pair.evidence.iter().map(|e| e.words()).collect();
        let other = table.lines().get(pair.second).copied().unwrap_or_default();
        issues.push(issue(
            Severity::Info,
            "perhaps_one_person",
            pair.first,
            format!("this and the lead on line {other}: {}", evidence.join(", ")),
            "somebody to decide; they are taken as two (`leadsight dedupe` lists such pairs)",
            1 + questions.count() as u64,
        ));
    }
    issues
}
