//! Leads that must stand on one side of a split: those of an id, those of a person, and those of an account, household or the like
//! (`data.group`).

use crate::{IngestError, Split, duplicates::keys, roles};
use leadsight_schema::{Cell, Cells, Issue, LeadTable, Role, Severity};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// For each lead the number of its group, or none where it stands alone: leads of one id, leads of one person (`persons`, empty where
/// none are known), leads with the same value in `column`, and whoever these link.
///
/// # Errors
/// [`IngestError::UnknownColumn`].
pub fn groups(
    table: &LeadTable,
    column: Option<&str>,
    persons: &[Option<u32>],
) -> Result<Vec<Option<u32>>, IngestError> {
    let position = column.map(|name| roles::position(table, name, "data.group")).transpose()?;
    let id = table.schema().with_role(Role::Id).next();
    let ids: Vec<Option<u64>> = id.map(|id| keys(table.column(id)).collect()).unwrap_or_default();
    let mut links = Links((0..table.rows()).collect());
    let mut firsts: HashMap<Key, usize> = HashMap::new();
    for row in 0..table.rows() {
        let id = ids.get(row).copied().flatten().map(Key::Id);
        let person = persons.get(row).copied().flatten().map(Key::Person);
        let group = match position.map_or(Cell::Missing, |position| table.cell(row, position)) {
            Cell::Missing => None,
            Cell::Text(text) => Some(Key::Word(text.to_lowercase())),
            Cell::Number(number) => Some(Key::Number(number.to_bits())),
            Cell::Date(moment) => Some(Key::Number(moment.0 as u64)),
        };
        for key in id.into_iter().chain(person).chain(group) {
            let first = *firsts.entry(key).or_insert(row);
            links.join(first, row);
        }
    }
    let mut sizes = vec![0_usize; table.rows()];
    (0..table.rows()).for_each(|row| sizes[links.root(row)] += 1);
    let mut numbers = BTreeMap::new();
    Ok((0..table.rows())
        .map(|row| {
            let root = links.root(row);
            let next = numbers.len() as u32;
            (sizes[root] > 1).then(|| *numbers.entry(root).or_insert(next))
        })
        .collect())
}

/// Names of columns that hold an account's key, in any of the usual spellings, without case and separators.
const ACCOUNTS: [&str; 8] = [
    "accountid",
    "companyid",
    "organisationid",
    "organizationid",
    "householdid",
    "customerid",
    "clientid",
    "parentid",
];

/// One issue for each column of account keys that leads of a later part share with training leads: what is learned of an account is
/// then judged on the same account.
pub fn straddling(table: &LeadTable, split: &Split) -> Vec<Issue> {
    let plain = |name: &str| -> String {
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let fields = table.schema().fields().iter().enumerate();
    let columns = fields.filter(|(_, field)| ACCOUNTS.contains(&plain(&field.name).as_str()));
    let text = |row: usize, column: usize| match table.cell(row, column) {
        Cell::Missing => None,
        Cell::Text(text) => Some(text.to_lowercase()),
        Cell::Number(number) => Some(number.to_string()),
        Cell::Date(moment) => Some(moment.0.to_string()),
    };
    let issue = |(column, field): (usize, &leadsight_schema::Field)| {
        let taught: BTreeSet<String> =
            split.train.iter().filter_map(|row| text(*row, column)).collect();
        let shares = |row: &&usize| text(**row, column).is_some_and(|key| taught.contains(&key));
        let shared = split.valid.iter().chain(&split.test).filter(shares).count();
        (shared > 0).then(|| Issue {
            severity: Severity::Info,
            kind: "shared_accounts".to_owned(),
            file: String::new(),
            row: None,
            line: None,
            column: Some(field.name.clone()),
            found: format!("{shared} validation and test leads of accounts that training leads have too"),
            expected: format!(
                "accounts on one side of the split, where a model is to judge new ones: `data.group: \"{}\"`",
                field.name
            ),
            count: shared as u64,
        })
    };
    columns.filter_map(issue).collect()
}

/// What leads of one group share.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Id(u64),
    Person(u32),
    Word(String),
    Number(u64),
}

/// Sets of rows that grow together (union-find with path halving).
struct Links(Vec<usize>);

impl Links {
    fn root(&mut self, mut row: usize) -> usize {
        while self.0[row] != row {
            self.0[row] = self.0[self.0[row]];
            row = self.0[row];
        }
        row
    }

    /// The earlier root stays.
    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }
}

/// Takes from the earlier parts of a split who stands in a later one too: whoever judges a model must not have taught it.
pub(crate) fn keep_apart(
    table: &LeadTable,
    split: &mut Split,
    group: &[Option<u32>],
) -> Option<Issue> {
    let of = |rows: &[usize]| -> Vec<bool> {
        let mut holds = vec![false; group.iter().flatten().max().map_or(0, |m| *m as usize + 1)];
        rows.iter().filter_map(|&row| group[row]).for_each(|g| holds[g as usize] = true);
        holds
    };
    let (valid, test) = (of(&split.valid), of(&split.test));
    let mut left = Vec::new();
    let mut thin = |rows: &mut Vec<usize>, later: &[&[bool]]| {
        rows.retain(|&row| {
            let again = group[row].is_some_and(|g| later.iter().any(|holds| holds[g as usize]));
            if again {
                left.push(row);
            }
            !again
        });
    };
    thin(&mut split.train, &[&valid, &test]);
    thin(&mut split.valid, &[&test]);
    left.sort_unstable();
    let first = *left.first()?;
    Some(Issue {
        severity: Severity::Info,
        kind: "group_in_later_part".to_owned(),
        file: table.file(first).to_owned(),
        row: None,
        line: table.lines().get(first).copied(),
        column: None,
        found: "a lead of an id, person or group that stands in a later part too".to_owned(),
        expected: "each id, person and group in one part; the earlier lead is in no part"
            .to_owned(),
        count: left.len() as u64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Shares, SplitSpec, split_groups};
    use leadsight_schema::{Column, DateFormat, Field, FieldKind, Labels, Schema, Seed, Timestamp};
    use proptest::prelude::*;

    #[test]
    fn persons_and_accounts_link_leads() {
        let accounts = [Some("A"), Some("b"), None, Some("a"), Some("C"), None, Some("d")];
        let fields = vec![Field::feature("account", FieldKind::Category)];
        let columns = vec![Column::from_words(accounts)];
        let table =
            LeadTable::new(Schema::new(fields).unwrap(), columns, (2..9).collect()).unwrap();
        let persons = [None, Some(7), Some(7), None, Some(9), Some(9), None];
        let found = groups(&table, Some("account"), &persons).unwrap();
        assert_eq!(found, [Some(0), Some(1), Some(1), Some(0), Some(2), Some(2), None]);
        let split = Split { train: vec![0, 1, 4], valid: vec![2, 5], test: vec![3, 6] };
        assert_eq!(straddling(&table, &split), [], "`account` may be a name");
        let message = groups(&table, Some("acount"), &[]).unwrap_err().to_string();
        assert!(message.contains("data.group") && message.contains("account"), "{message}");
    }

    proptest! {
        /// Whatever the split, the rows of an id stand in one part, and whoever has no id or one of its own stands alone.
        #[test]
        fn an_id_stands_in_one_part(
            who in prop::collection::vec(prop::option::of(0_u32..60), 60..120), seed: u64,
        ) {
            let ids: Vec<Option<String>> = who.iter().map(|id| id.map(|id| format!("L{id}"))).collect();
            let mut field = Field::feature("lead_id", FieldKind::Category);
            field.role = Role::Id;
            let fields = vec![field, Field::feature("came", FieldKind::Date(DateFormat::Iso))];
            let came = (0..who.len() as i64).map(|day| Some(Timestamp(day * 86_400))).collect();
            let columns = vec![Column::from_words(ids.iter().map(Option::as_deref)), Column::Date(came)];
            let lines = (2..2 + who.len() as u64).collect();
            let mut table = LeadTable::new(Schema::new(fields).unwrap(), columns, lines).unwrap();
            let group = groups(&table, None, &[]).unwrap();
            for (id, group) in who.iter().zip(&group) {
                let again = id.is_some() && who.iter().filter(|other| *other == id).count() > 1;
                prop_assert_eq!(again, group.is_some());
            }
            let labels = Labels::new((0..who.len()).map(|row| row % 2 == 0).collect());
            let Shares { train, valid, test } = Shares::default();
            let time = SplitSpec::Time { column: Some("came".into()), train, valid, test, embargo_days: None };
            for spec in [SplitSpec::default(), time, SplitSpec::Order { train, valid, test }] {
                let found = split_groups(&mut table, &labels, &spec, Seed(seed), &group);
                let Ok((parts, _)) = found else { continue };
                let mut part_of = BTreeMap::new();
                for (part, rows) in [&parts.train, &parts.valid, &parts.test].into_iter().enumerate() {
                    for id in rows.iter().filter_map(|&row| ids[row].as_ref()) {
                        prop_assert_eq!(*part_of.entry(id).or_insert(part), part);
                    }
                }
            }
        }
    }

    #[test]
    fn accounts_on_both_sides_are_told() {
        let accounts = [Some("A"), Some("b"), None, Some("a"), Some("C"), Some("B")];
        let fields = vec![Field::feature("Account ID", FieldKind::Category)];
        let columns = vec![Column::from_words(accounts)];
        let table =
            LeadTable::new(Schema::new(fields).unwrap(), columns, (2..8).collect()).unwrap();
        let split = Split { train: vec![0, 1, 2], valid: vec![4], test: vec![3, 5] };
        let told = straddling(&table, &split);
        assert_eq!((told.len(), told[0].count), (1, 2));
        assert!(told[0].expected.contains("data.group: \"Account ID\""), "{told:?}");
        let apart = Split { train: vec![2, 4], valid: vec![0, 3], test: vec![1, 5] };
        assert_eq!(straddling(&table, &apart), []);
    }
}
