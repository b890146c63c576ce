//! What the headers of an export are called in a table. One function renames the columns of a training file and of new
//! leads, so that both fit one bundle.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// From the headers of an export to names of fields. Headers are compared by their letters and digits, without case:
/// `First Name`, `FirstName` and `first_name` are one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Headers(BTreeMap<String, String>);

/// Columns after renaming.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Renamed {
    /// The names of all columns, in their order.
    pub names: Vec<String>,
    /// The positions whose header is one of [`Headers`] and has its name now.
    pub known: Vec<usize>,
    /// Positions that kept their header because another column has the name already: that column, this one.
    pub doubled: Vec<(usize, usize)>,
}

impl Headers {
    /// Pairs of header and name. A name is a header of its own column too, unless it is one of another's.
    pub fn new<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let pairs: Vec<(&str, &str)> = pairs.into_iter().collect();
        let own = pairs.iter().map(|(_, name)| (*name, *name));
        let all = own.chain(pairs.iter().copied());
        Self(all.map(|(header, name)| (key(header), name.to_owned())).collect())
    }

    /// Whether nothing is renamed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name of a column with this header.
    pub fn name(&self, header: &str) -> Option<&str> {
        self.0.get(&key(header)).map(String::as_str)
    }

    /// The headers of some of the names.
    pub fn of(&self, wanted: impl Fn(&str) -> bool) -> Self {
        Self(
            self.0
                .iter()
                .filter(|(_, name)| wanted(name))
                .map(|(h, n)| (h.clone(), n.clone()))
                .collect(),
        )
    }

    /// Renames columns. A column that has a name already keeps it; of two headers for one name the first gets it; any other
    /// header stays as it is.
    pub fn rename(&self, headers: &[String]) -> Renamed {
        let mut holder: BTreeMap<&str, usize> = BTreeMap::new();
        for (position, header) in headers.iter().enumerate().rev() {
            if self.name(header) == Some(header) {
                holder.insert(header, position);
            }
        }
        let mut renamed = Renamed::default();
        for (position, header) in headers.iter().enumerate() {
            let Some(name) = self.name(header) else {
                renamed.names.push(header.clone());
                continue;
            };
            match *holder.entry(name).or_insert(position) {
                first if first == position => {
                    renamed.names.push(name.to_owned());
                    renamed.known.push(position);
                }
                first => {
                    renamed.names.push(header.clone());
                    renamed.doubled.push((first, position));
                }
            }
        }
        renamed
    }
}

fn key(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn renamed(headers: &[&str]) -> Renamed {
        let map =
            Headers::new([("First Name", "first_name"), ("E-Mail", "email"), ("Email", "email")]);
        map.rename(&headers.iter().map(|h| (*h).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn headers_become_names_and_others_stay() {
        let found = renamed(&["FIRSTNAME", "e-mail", "Phone"]);
        assert_eq!(found.names, ["first_name", "email", "Phone"]);
        assert_eq!((found.known.len(), found.doubled.len()), (2, 0));
    }

    #[test]
    fn of_two_headers_for_one_name_the_first_has_it() {
        assert_eq!(renamed(&["E-Mail", "Email"]).names, ["email", "Email"]);
        let found = renamed(&["E-Mail", "email"]);
        assert_eq!((found.names[0].as_str(), found.doubled.as_slice()), ("E-Mail", &[(1, 0)][..]));
    }

    proptest! {
        #[test]
        fn different_headers_keep_different_names(headers in proptest::collection::btree_set("[eE][- ]?mail|first[_ ]name|[a-c]", 0..8)) {
            let headers: Vec<String> = headers.into_iter().collect();
            let map = Headers::new([("First Name", "first_name"), ("E-Mail", "email")]);
            let mut names = map.rename(&headers).names;
            let count = names.len();
            names.sort();
            names.dedup();
            prop_assert_eq!(names.len(), count);
        }
    }
}
