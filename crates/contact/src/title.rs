//! Job titles to seniority and department.

use crate::ContactError;
use crate::table::{Phrases, cells, lines};
use crate::text::{read, words};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

const FIELD: &str = "job title";
const TABLE: &str = "titles.csv";

/// How high somebody stands, lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seniority {
    /// Does the work.
    Individual,
    /// Leads a team.
    Manager,
    /// Leads several.
    Director,
    /// Leads a division.
    VicePresident,
    /// Leads the company, or owns it.
    CLevel,
}

/// What somebody's work is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Department {
    /// The whole company.
    Management,
    /// Selling.
    Sales,
    /// Being known.
    Marketing,
    /// Building the product.
    Engineering,
    /// Running the company's own systems.
    It,
    /// Money.
    Finance,
    /// People.
    HumanResources,
    /// Making and moving.
    Operations,
    /// What to build.
    Product,
    /// Law.
    Legal,
    /// After the sale.
    CustomerService,
    /// Buying.
    Purchasing,
    /// Finding out.
    Research,
}

/// What a job title says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Title {
    /// How high, where the title says.
    pub seniority: Option<Seniority>,
    /// Which work, where the title says.
    pub department: Option<Department>,
}

#[derive(Debug, Clone, Copy)]
struct Fact {
    /// Whether it stands beside the rank that follows, as in "assistant to the CEO".
    beside: bool,
    seniority: Option<Seniority>,
    department: Option<Department>,
}

static PHRASES: LazyLock<Phrases<Fact>> = LazyLock::new(|| Phrases::new(facts()));

fn facts() -> impl Iterator<Item = (&'static str, Fact)> {
    lines(include_str!("../tables/titles.csv")).map(|line| {
        let [phrase, seniority, department, _language] = cells(line);
        let beside = seniority == "assistant";
        let fact = Fact {
            beside,
            seniority: if beside {
                Some(Seniority::Individual)
            } else {
                Seniority::named(seniority)
            },
            department: Department::named(department),
        };
        (phrase, fact)
    })
}

impl Seniority {
    /// All, lowest first.
    pub const ALL: [Self; 5] =
        [Self::Individual, Self::Manager, Self::Director, Self::VicePresident, Self::CLevel];

    /// Its name in tables and features.
    pub fn name(self) -> &'static str {
        match self {
            Self::Individual => "individual",
            Self::Manager => "manager",
            Self::Director => "director",
            Self::VicePresident => "vice_president",
            Self::CLevel => "c_level",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

impl Department {
    /// All.
    pub const ALL: [Self; 13] = [
        Self::Management,
        Self::Sales,
        Self::Marketing,
        Self::Engineering,
        Self::It,
        Self::Finance,
        Self::HumanResources,
        Self::Operations,
        Self::Product,
        Self::Legal,
        Self::CustomerService,
        Self::Purchasing,
        Self::Research,
    ];

    /// Its name in tables and features.
    pub fn name(self) -> &'static str {
        match self {
            Self::Management => "management",
            Self::Sales => "sales",
            Self::Marketing => "marketing",
            Self::Engineering => "engineering",
            Self::It => "it",
            Self::Finance => "finance",
            Self::HumanResources => "human_resources",
            Self::Operations => "operations",
            Self::Product => "product",
            Self::Legal => "legal",
            Self::CustomerService => "customer_service",
            Self::Purchasing => "purchasing",
            Self::Research => "research",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

impl Title {
    /// From a title in English or German.
    ///
    /// # Errors
    /// [`ContactError::Empty`], [`ContactError::Long`]; [`ContactError::Unknown`] where neither seniority nor department is recognised.
    pub fn parse(text: &str) -> Result<Self, ContactError> {
        let words = words(&read(FIELD, text)?, &['&']);
        if words.is_empty() {
            return Err(ContactError::Empty { field: FIELD });
        }
        let found = PHRASES.find(&words);
        let beside = found.iter().any(|fact| fact.beside);
        let ranks = found.iter().filter_map(|fact| fact.seniority);
        let title = Self {
            seniority: if beside { Some(Seniority::Individual) } else { ranks.max() },
            department: department(&found),
        };
        if title == (Self { seniority: None, department: None }) {
            return Err(ContactError::unknown(FIELD, text, TABLE));
        }
        Ok(title)
    }
}

/// The first one named; "management" only where nothing narrower is.
fn department(found: &[Fact]) -> Option<Department> {
    let named = || found.iter().filter_map(|fact| fact.department);
    named().find(|department| *department != Department::Management).or_else(|| named().next())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold;

    #[test]
    fn every_line_of_the_table_is_well_formed() {
        for line in lines(include_str!("../tables/titles.csv")) {
            let [phrase, seniority, department, language] = cells::<4>(line);
            assert_eq!(fold(phrase), phrase, "not folded: {line}");
            let known = seniority.is_empty()
                || seniority == "assistant"
                || Seniority::named(seniority).is_some();
            assert!(
                known && (department.is_empty() || Department::named(department).is_some()),
                "{line}"
            );
            assert!(!(seniority.is_empty() && department.is_empty()), "{line}");
            assert!(matches!(language, "en" | "de"), "{line}");
        }
    }
}
