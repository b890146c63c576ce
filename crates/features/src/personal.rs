//! Columns that name a person: a name, a phone number or a mail address says who a lead is, not what it will do.
//!
//! A model would learn that one Björn bought, and tell it as a reason for the next. Such columns are known by what the profile takes
//! them for; the parts that [`ContactFields`](crate::ContactFields) makes of them say something of new leads and stay.

use crate::Recipe;
use leadsight_contact::Field;
use leadsight_schema::{ColumnProfile, Issue, Severity};
use std::collections::BTreeSet;

/// A column of names has as many different values. Names are known by their header alone, and a `contact` that is `phone` or `mail`
/// names nobody.
const NAMES: u64 = 20;

/// The feature columns that name people and that nothing in the recipe asks for.
pub fn personal<'a>(recipe: &Recipe, profile: &'a [ColumnProfile]) -> Vec<&'a str> {
    let asked = asked(recipe);
    let column = |c: &'a ColumnProfile| c.column.as_str();
    let found = profile.iter().filter(|c| c.role == "feature" && names_people(c)).map(column);
    found.filter(|name| !asked.contains(name)).collect()
}

/// One issue for all columns that are kept out, with what would let them in.
pub fn kept_out(columns: &[&str], file: &str) -> Option<Issue> {
    let quoted: Vec<String> = columns.iter().map(|name| format!("`{name}`")).collect();
    let keys: Vec<String> = columns.iter().map(|name| format!("{name:?}")).collect();
    (!columns.is_empty()).then(|| Issue {
        severity: Severity::Info,
        kind: "personal_columns".to_owned(),
        file: file.to_owned(),
        row: None,
        line: None,
        column: None,
        found: format!("names, phone numbers or mail addresses of people in {}", quoted.join(", ")),
        expected: format!(
            "fields that say something of the next lead; kept out of the features, unless `features: (personal: [{}])` asks for them. `features: (contacts: ...)` makes \
             features of a mail address or a job title",
            keys.join(", ")
        ),
        count: columns.len() as u64,
    })
}

fn names_people(column: &ColumnProfile) -> bool {
    let Some(meaning) = &column.meaning else { return false };
    let is = |fields: &[Field]| fields.iter().any(|field| field.name() == meaning.field);
    is(&[Field::Email, Field::Phone])
        || is(&[Field::Name, Field::GivenName, Field::FamilyName]) && column.distinct >= NAMES
}

/// The columns that the recipe names.
fn asked(recipe: &Recipe) -> BTreeSet<&str> {
    let pairs = recipe.crosses.iter().chain(&recipe.ratios).chain(&recipe.differences);
    let mut asked: BTreeSet<&str> =
        pairs.flat_map(|(a, b)| [a.as_str(), b]).chain(recipe.contacts.columns()).collect();
    asked.extend(recipe.personal.iter().map(String::as_str));
    asked.extend(recipe.icp.iter().flat_map(|c| c.when.fields()).map(String::as_str));
    asked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ContactFields;
    use leadsight_schema::{Distribution, Meaning};

    fn column(name: &str, meaning: Option<&str>, distinct: u64, role: &str) -> ColumnProfile {
        ColumnProfile {
            column: name.into(),
            kind: "category".into(),
            kind_confidence: 1.0,
            meaning: meaning.map(|field| Meaning { field: field.into(), confidence: 0.9 }),
            role: role.into(),
            rows: 1000,
            missing_rate: 0.0,
            distinct,
            distribution: Distribution::Empty,
            target_auc: None,
            target: None,
            correlations: Vec::new(),
            contributes_nothing: None,
        }
    }

    #[test]
    fn people_are_kept_out_unless_asked_for() {
        let profile = [
            column("first name", Some("given_name"), 300, "feature"),
            column("Telefon", Some("phone"), 12, "feature"),
            column("mail", Some("email"), 900, "feature"),
            column("contact", Some("name"), 2, "feature"),
            column("company", Some("company"), 500, "feature"),
            column("id mail", Some("email"), 900, "id"),
            column("source", None, 5, "feature"),
        ];
        let found = personal(&Recipe::default(), &profile);
        assert_eq!(found, ["first name", "Telefon", "mail"]);
        let told = kept_out(&found, "leads.csv").unwrap();
        assert!(told.expected.contains("personal: [\"first name\", \"Telefon\", \"mail\"]"));
        let contacts = ContactFields { email: Some("mail".into()), ..ContactFields::default() };
        let crosses = vec![("first name".to_owned(), "source".to_owned())];
        let recipe =
            Recipe { personal: vec!["Telefon".into()], contacts, crosses, ..Recipe::default() };
        assert!(personal(&recipe, &profile).is_empty());
        assert_eq!(kept_out(&[], "leads.csv"), None);
    }
}
