//! Short forms of given names.

use crate::table::{cells, lines};
use std::collections::HashMap;
use std::sync::LazyLock;

static FULL: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let mut full: HashMap<&str, Vec<&str>> = HashMap::new();
    for line in lines(include_str!("../tables/nicknames.csv")) {
        let [short, name] = cells(line);
        full.entry(short).or_default().push(name);
    }
    full
});

/// The names that a folded given name may stand for, itself first: `bob` for `bob` and `robert`.
pub fn full_names(given: &str) -> impl Iterator<Item = &str> {
    let known = FULL.get(given).into_iter().flatten().copied();
    std::iter::once(given).chain(known)
}

/// Whether two folded given names may be one person's: they share a name that both may stand for.
pub fn may_be_one(a: &str, b: &str) -> bool {
    full_names(a).any(|name| full_names(b).any(|other| other == name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold;

    #[test]
    fn short_forms_stand_for_names() {
        assert!(may_be_one("bob", "robert") && may_be_one("robert", "bob"));
        assert!(may_be_one("bob", "rob") && may_be_one("bill", "bill"));
        assert!(!may_be_one("bob", "bill") && !may_be_one("anna", "hanna"));
        for line in lines(include_str!("../tables/nicknames.csv")) {
            let [short, name] = cells::<2>(line);
            assert!(fold(short) == short && fold(name) == name && short != name, "{line}");
        }
    }
}
