//! The technologies that a company uses, from a list in one field.

use crate::ContactError;
use crate::table::{cells, lines};
use crate::text::{at_most, fold};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

const FIELD: &str = "technology stack";
/// Letters; longer texts are no list of names.
const LONGEST: usize = 20_000;

static NAMES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let facts = lines(include_str!("../tables/technologies.csv")).map(|line| {
        let [written, name] = cells(line);
        (written, name)
    });
    facts.collect()
});

/// Names in one spelling, in order, each once. A name that the table does not know is kept, folded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Technologies(BTreeSet<String>);

impl Technologies {
    /// From a list: names between commas, semicolons, bars or line ends.
    ///
    /// # Errors
    /// [`ContactError::Empty`], [`ContactError::Long`].
    pub fn parse(text: &str) -> Result<Self, ContactError> {
        at_most(LONGEST, FIELD, text)?;
        let listed = text.split([',', ';', '|', '\n', '•']).map(fold);
        let named = listed
            .filter(|part| !part.is_empty())
            .map(|part| NAMES.get(part.as_str()).map_or(part, |name| (*name).to_owned()));
        let names: BTreeSet<String> = named.collect();
        if names.is_empty() { Err(ContactError::Empty { field: FIELD }) } else { Ok(Self(names)) }
    }

    /// The names, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether a name in the table's spelling is among them.
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_each_once() {
        let found =
            Technologies::parse("React.js, Postgres; AWS | amazon web services\nHomegrown ERP")
                .unwrap();
        assert_eq!(
            found.iter().collect::<Vec<_>>(),
            ["aws", "homegrown erp", "postgresql", "react"]
        );
        assert!(Technologies::parse(" ; ,").is_err());
    }
}
