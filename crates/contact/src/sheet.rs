//! A sheet of contacts: which column holds which field, and the columns that formatting adds.

use crate::table::{cells, lines};
use crate::text::fold;
use crate::{
    Company, ContactError, Country, Domain, Email, Headcount, Industry, Name, Revenue,
    Technologies, Title,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a column of contacts holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// A mail address.
    Email,
    /// A phone number.
    Phone,
    /// A person's whole name.
    Name,
    /// Given names alone.
    GivenName,
    /// The family name alone.
    FamilyName,
    /// A job title.
    Title,
    /// A company's name.
    Company,
    /// Employees.
    Employees,
    /// Revenue a year.
    Revenue,
    /// A country.
    Country,
    /// An industry.
    Industry,
    /// A list of technologies.
    Technologies,
    /// A web site or domain.
    Website,
}

impl Field {
    /// Every field, in the order of their names here.
    pub const ALL: [Self; 13] = [
        Self::Email,
        Self::Phone,
        Self::Name,
        Self::GivenName,
        Self::FamilyName,
        Self::Title,
        Self::Company,
        Self::Employees,
        Self::Revenue,
        Self::Country,
        Self::Industry,
        Self::Technologies,
        Self::Website,
    ];

    /// Its name, as in the table of headers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Name => "name",
            Self::GivenName => "given_name",
            Self::FamilyName => "family_name",
            Self::Title => "title",
            Self::Company => "company",
            Self::Employees => "employees",
            Self::Revenue => "revenue",
            Self::Country => "country",
            Self::Industry => "industry",
            Self::Technologies => "technologies",
            Self::Website => "website",
        }
    }

    /// The field of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// What a column of this header holds, where the table of headers says.
    pub fn of_header(header: &str) -> Option<Self> {
        let key: String = fold(header).chars().filter(|c| c.is_alphanumeric()).collect();
        HEADERS.get(key.as_str()).copied()
    }

    /// The columns that formatting one adds.
    pub fn gives(self) -> &'static [&'static str] {
        match self {
            Self::Email => &["email", "mailbox", "company_domain"],
            Self::Phone => &["phone"],
            Self::Name => &["given_name", "family_name", "degrees"],
            Self::GivenName => &["given_name"],
            Self::FamilyName => &["family_name"],
            Self::Title => &["seniority", "department"],
            Self::Company => &["company", "company_key"],
            Self::Employees => &["employees"],
            Self::Revenue => &["revenue", "currency"],
            Self::Country => &["country"],
            Self::Industry => &["industry"],
            Self::Technologies => &["technologies"],
            Self::Website => &["website_domain"],
        }
    }
}

static HEADERS: LazyLock<HashMap<&str, Field>> = LazyLock::new(|| {
    let facts = lines(include_str!("../tables/columns.csv")).filter_map(|line| {
        let [header, name] = cells(line);
        Some((header, Field::named(name)?))
    });
    facts.collect()
});

/// The columns of a sheet that hold contact fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    columns: Vec<(usize, Field)>,
    country: Option<Country>,
}

/// A cell that is not what its column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The column's position.
    pub column: usize,
    /// What is wrong.
    pub error: ContactError,
}

impl Sheet {
    /// Recognises columns by their headers, but for those at the positions `given`. `country` is where phone numbers without a
    /// country's code are from, unless the row names one.
    pub fn recognise<'a>(
        headers: impl IntoIterator<Item = &'a str>,
        given: &[(usize, Field)],
        country: Option<Country>,
    ) -> Self {
        let known = headers.into_iter().enumerate().filter_map(|(position, header)| {
            let given = given.iter().find(|(at, _)| *at == position);
            let field = given.map(|(_, field)| *field).or_else(|| Field::of_header(header));
            Some((position, field?))
        });
        Self { columns: known.collect(), country }
    }

    /// Position and field of each recognised column.
    pub fn columns(&self) -> &[(usize, Field)] {
        &self.columns
    }

    /// The names of the columns that [`Sheet::format`] gives, in its order: `contact_phone`, that of a second column of
    /// phone numbers `contact_phone_2`.
    pub fn added(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for name in self.columns.iter().flat_map(|(_, field)| field.gives()) {
            let plain = format!("contact_{name}");
            let numbered = (2..).map(|n| format!("{plain}_{n}"));
            let free = std::iter::once(plain.clone()).chain(numbered).find(|n| !names.contains(n));
            names.extend(free);
        }
        names
    }

    /// The added cells of a row, empty where there is nothing to say, and what is wrong with its cells. A blank cell is not
    /// wrong.
    pub fn format(&self, row: &[&str]) -> (Vec<String>, Vec<Problem>) {
        let cell = |position: usize| row.get(position).copied().unwrap_or_default();
        let country = self.columns.iter().find(|(_, field)| *field == Field::Country);
        let country = country.and_then(|(at, _)| Country::parse(cell(*at)).ok()).or(self.country);
        let (mut added, mut problems) = (Vec::new(), Vec::new());
        for &(column, field) in &self.columns {
            let formatted = format_cell(field, cell(column), country).unwrap_or_else(|error| {
                if !matches!(error, ContactError::Empty { .. }) {
                    problems.push(Problem { column, error });
                }
                vec![String::new(); field.gives().len()]
            });
            added.extend(formatted);
        }
        (added, problems)
    }
}

/// One text for each of [`Field::gives`].
fn format_cell(
    field: Field,
    text: &str,
    country: Option<Country>,
) -> Result<Vec<String>, ContactError> {
    Ok(match field {
        Field::Email => {
            let email = Email::parse(text)?;
            let company = email.domain().of_company().unwrap_or_default().to_owned();
            vec![email.to_string(), email.mailbox().name().to_owned(), company]
        }
        Field::Phone => vec![phone(text, country)?],
        Field::Name => {
            let name = Name::parse(text)?;
            vec![name.given, name.family, name.degrees]
        }
        Field::GivenName => vec![Name::parse(text)?.full()],
        Field::FamilyName => vec![Name::parse(text)?.full()],
        Field::Title => {
            let title = Title::parse(text)?;
            vec![
                title.seniority.map(|s| s.name().to_owned()).unwrap_or_default(),
                title.department.map(|d| d.name().to_owned()).unwrap_or_default(),
            ]
        }
        Field::Company => {
            let company = Company::parse(text)?;
            vec![company.short, company.key]
        }
        Field::Employees => vec![Headcount::parse(text)?.typical().round().to_string()],
        Field::Revenue => {
            let revenue = Revenue::parse(text)?;
            vec![
                revenue.typical().round().to_string(),
                revenue.currency.map(|c| c.code().to_owned()).unwrap_or_default(),
            ]
        }
        Field::Country => vec![Country::parse(text)?.to_string()],
        Field::Industry => vec![Industry::parse(text)?.as_str().to_owned()],
        Field::Technologies => {
            vec![Technologies::parse(text)?.iter().collect::<Vec<_>>().join("; ")]
        }
        Field::Website => vec![Domain::parse(text)?.registered().to_owned()],
    })
}

#[cfg(feature = "phone")]
fn phone(text: &str, country: Option<Country>) -> Result<String, ContactError> {
    Ok(crate::Phone::parse(text, country)?.to_string())
}

/// Without the feature `phone` a number is only tidied.
#[cfg(not(feature = "phone"))]
fn phone(text: &str, _: Option<Country>) -> Result<String, ContactError> {
    Ok(crate::text::tidy(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_a_german_export() {
        let sheet = Sheet::recognise(
            ["Nr", "E-Mail", "Position", "Firma", "Mitarbeiter", "Spalte7", "E-Mail-Adresse"],
            &[(5, Field::Country)],
            None,
        );
        assert_eq!(
            sheet.added(),
            [
                "contact_email",
                "contact_mailbox",
                "contact_company_domain",
                "contact_seniority",
                "contact_department",
                "contact_company",
                "contact_company_key",
                "contact_employees",
                "contact_country",
                "contact_email_2",
                "contact_mailbox_2",
                "contact_company_domain_2",
            ]
        );
        let (added, problems) = sheet.format(&[
            "1",
            "A.Berg@ACME.de",
            "Vertriebsleiterin",
            "ACME GmbH",
            "51-200",
            "Deutschland",
            "",
        ]);
        assert_eq!(
            added,
            [
                "a.berg@acme.de",
                "business",
                "acme.de",
                "director",
                "sales",
                "ACME",
                "acme",
                "101",
                "DE",
                "",
                "",
                ""
            ]
        );
        assert_eq!(problems, []);
        let (added, problems) = sheet.format(&["2", "nobody", "", "", "many"]);
        assert!(added.iter().all(String::is_empty));
        assert_eq!(problems.iter().map(|p| p.column).collect::<Vec<_>>(), [1, 4]);
    }

    #[test]
    fn every_header_of_the_table_names_a_field() {
        for line in lines(include_str!("../tables/columns.csv")) {
            let [header, name] = cells::<2>(line);
            assert_eq!(HEADERS.get(header).map(|field| field.name()), Some(name), "{line}");
        }
        for field in Field::ALL {
            assert!(HEADERS.values().any(|known| *known == field), "no header for {field:?}");
        }
    }
}
