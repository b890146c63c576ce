//! Features from contact fields: what a cell says once `leadsight_contact` has read it. A table and a live lead go through
//! the same functions.

use crate::step::word;
use leadsight_contact::{
    ContactError, Country, Domain, Email, Headcount, Industry, Mailbox, Revenue, Technologies,
    Title,
};
use leadsight_schema::{Cell, Cells, Issue, Language, LeadTable, Severity};
use serde::{Deserialize, Serialize};

/// The columns that hold contact fields, as people typed them. A column named here gives the features told with it, in place of
/// its own text; it is read as words even where it looks like an identifier.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ContactFields {
    /// A mail address: `mailbox(...)`, which is business, role (info@), free or disposable; with `website` also whether the two
    /// domains are one company's.
    pub email: Option<String>,
    /// A job title: `seniority(...)` and `department(...)`.
    pub title: Option<String>,
    /// A web site or domain; says something together with `email` only.
    pub website: Option<String>,
    /// Employees, as `120`, `51-200` or `10,000+`: `employees(...)`, the geometric middle of a range.
    pub employees: Option<String>,
    /// Revenue, as `$1.2M` or `1,5 Mio. EUR`: `revenue(...)`, in whatever currency it is given.
    pub revenue: Option<String>,
    /// A country by name or code: `country(...)`, by ISO 3166-1.
    pub country: Option<String>,
    /// An industry: `industry(...)`, one of a short list.
    pub industry: Option<String>,
    /// A list of technologies: `uses(..., NAME)` for each one that is frequent enough.
    pub technologies: Option<String>,
}

/// A word that a contact field gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactWord {
    /// Who reads a mail address: business, role, free, disposable.
    Mailbox,
    /// How high a job title stands.
    Seniority,
    /// What work a job title is about.
    Department,
    /// A country's two letters.
    Country,
    /// An industry's short name.
    Industry,
}

/// A number that a contact field gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactNumber {
    /// Employees.
    Employees,
    /// Revenue.
    Revenue,
}

impl ContactFields {
    /// The names of the columns, each once.
    pub fn columns(&self) -> Vec<&str> {
        let mut columns: Vec<&str> = self.entries().into_iter().map(|(name, _)| name).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    fn entries(&self) -> Vec<(&str, Check)> {
        let all: [(&Option<String>, Check); 8] = [
            (&self.email, |text| Email::parse(text).map(drop)),
            (&self.title, |text| Title::parse(text).map(drop)),
            (&self.website, |text| Domain::parse(text).map(drop)),
            (&self.employees, |text| Headcount::parse(text).map(drop)),
            (&self.revenue, |text| Revenue::parse(text).map(drop)),
            (&self.country, |text| Country::parse(text).map(drop)),
            (&self.industry, |text| Industry::parse(text).map(drop)),
            (&self.technologies, |text| Technologies::parse(text).map(drop)),
        ];
        all.into_iter().filter_map(|(name, check)| Some((name.as_deref()?, check))).collect()
    }

    /// The columns that give words, with what they give.
    pub(crate) fn words(&self) -> impl Iterator<Item = (&str, ContactWord)> {
        let all = [
            (&self.email, ContactWord::Mailbox),
            (&self.title, ContactWord::Seniority),
            (&self.title, ContactWord::Department),
            (&self.country, ContactWord::Country),
            (&self.industry, ContactWord::Industry),
        ];
        all.into_iter().filter_map(|(name, gives)| Some((name.as_deref()?, gives)))
    }

    /// The columns that give numbers, with what they give.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = (&str, ContactNumber)> {
        let all =
            [(&self.employees, ContactNumber::Employees), (&self.revenue, ContactNumber::Revenue)];
        all.into_iter().filter_map(|(name, gives)| Some((name.as_deref()?, gives)))
    }

    /// One issue for each column of the table in which a cell is not what the column holds. Such a cell is another word, or no
    /// number, to the features.
    pub fn problems(&self, table: &LeadTable) -> Vec<Issue> {
        let issue = |(name, check): (&str, Check)| {
            let field = table.schema().find(name)?;
            let mut wrong = (0..table.rows()).filter_map(|row| {
                let error = check(word(table.cell(row, field))?).err()?;
                (!matches!(error, ContactError::Empty { .. })).then_some((row, error))
            });
            let (row, error) = wrong.next()?;
            Some(Issue {
                severity: Severity::Warning,
                kind: "unreadable_contact".to_owned(),
                file: table.file(row).to_owned(),
                row: None,
                line: table.lines().get(row).copied(),
                column: Some(name.to_owned()),
                found: error.to_string(),
                expected: "features see another word, or no number".to_owned(),
                count: 1 + wrong.count() as u64,
            })
        };
        self.entries().into_iter().filter_map(issue).collect()
    }
}

/// Whether a text is what its column holds.
type Check = fn(&str) -> Result<(), ContactError>;

impl ContactWord {
    /// The feature's name before its column's.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Mailbox => "mailbox",
            Self::Seniority => "seniority",
            Self::Department => "department",
            Self::Country => "country",
            Self::Industry => "industry",
        }
    }

    /// What it reads of a text, in words of people, where the text does not say so by itself.
    pub(crate) fn said(self, text: &str, language: Language) -> Option<&'static str> {
        let p = language.phrases();
        (self == Self::Mailbox).then(|| match Email::parse(text).map(|email| email.mailbox()) {
            Ok(Mailbox::Business) => p.mail_business,
            Ok(Mailbox::Role) => p.mail_role,
            Ok(Mailbox::Free) => p.mail_free,
            Ok(Mailbox::Disposable) => p.mail_disposable,
            Err(_) => p.mail_none,
        })
    }

    /// What a text gives; `None` where it gives nothing.
    pub(crate) fn of(self, text: &str) -> Option<String> {
        match self {
            Self::Mailbox => Email::parse(text).ok().map(|email| email.mailbox().name().to_owned()),
            Self::Seniority => Title::parse(text).ok()?.seniority.map(|s| s.name().to_owned()),
            Self::Department => Title::parse(text).ok()?.department.map(|d| d.name().to_owned()),
            Self::Country => Country::parse(text).ok().map(|country| country.alpha2().to_owned()),
            Self::Industry => Industry::parse(text).ok().map(|i| i.as_str().to_owned()),
        }
    }
}

impl ContactNumber {
    /// The feature's name before its column's.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Employees => "employees",
            Self::Revenue => "revenue",
        }
    }

    /// What a cell gives.
    pub(crate) fn of(self, cell: Cell<'_>) -> Option<f64> {
        match (self, cell) {
            (_, Cell::Number(number)) => Some(number),
            (Self::Employees, Cell::Text(text)) => {
                Headcount::parse(text).ok().map(Headcount::typical)
            }
            (Self::Revenue, Cell::Text(text)) => Revenue::parse(text).ok().map(Revenue::typical),
            _ => None,
        }
    }
}

/// Whether an address is at the domain of a web site; `None` where either cannot be read. An address at a provider for everybody
/// is not.
pub(crate) fn own_domain(email: Cell<'_>, website: Cell<'_>) -> Option<bool> {
    let email = Email::parse(word(email)?).ok()?;
    let website = Domain::parse(word(website)?).ok()?;
    let personal = matches!(email.mailbox(), Mailbox::Free | Mailbox::Disposable);
    Some(!personal && email.domain().registered() == website.registered())
}

/// Whether a technology is in a list; `None` where there is no list.
pub(crate) fn uses(list: Cell<'_>, technology: &str) -> Option<bool> {
    Some(Technologies::parse(word(list)?).ok()?.contains(technology))
}

/// The technologies of a list.
pub(crate) fn technologies(list: Cell<'_>) -> Vec<String> {
    let listed = word(list).and_then(|text| Technologies::parse(text).ok());
    listed.iter().flat_map(Technologies::iter).map(str::to_owned).collect()
}
