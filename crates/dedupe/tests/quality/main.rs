//! How well people are told apart, on generated contacts whose truth is known, and what must always hold.
#![allow(clippy::unwrap_used)]

mod people;

use leadsight_contact::Field;
use leadsight_dedupe::{DedupeError, Duplicates, Limits, Person, Survivor, Verdict, find};
use people::{Contact, contacts};
use proptest::prelude::*;
use std::collections::HashMap;

const COLUMNS: [(usize, Field); 6] = [
    (0, Field::GivenName),
    (1, Field::FamilyName),
    (2, Field::Email),
    (3, Field::Phone),
    (4, Field::Company),
    (5, Field::Country),
];

fn person(contact: &Contact) -> Person {
    let cells: [&str; 6] = [
        &contact.given,
        &contact.family,
        &contact.mail,
        &contact.phone,
        &contact.company,
        contact.country,
    ];
    Person::read(&COLUMNS, |column| cells[column], None)
}

/// Pairs within the classes of a partition.
fn pairs_within(classes: impl Iterator<Item = usize>) -> usize {
    let mut sizes: HashMap<usize, usize> = HashMap::new();
    for class in classes {
        *sizes.entry(class).or_insert(0) += 1;
    }
    sizes.values().map(|n| n * (n - 1) / 2).sum()
}

struct Quality {
    precision: f64,
    recall: f64,
    questions: usize,
}

fn quality(sheet: &[Contact], found: &Duplicates) -> Quality {
    let truth = pairs_within(sheet.iter().map(|contact| contact.who));
    let group = |i: usize| found.group[i].map(|g| g as usize);
    let grouped = || (0..sheet.len()).filter(|i| group(*i).is_some());
    let called = pairs_within(grouped().filter_map(group));
    let both = pairs_within(grouped().filter_map(|i| Some(group(i)? * sheet.len() + sheet[i].who)));
    Quality {
        precision: both as f64 / called as f64,
        recall: both as f64 / truth as f64,
        questions: found.pairs.iter().filter(|p| p.verdict == Verdict::Ask).count(),
    }
}

/// On 20,000 people of three seeds, with look-alikes among them: precision at least 0.98 at recall at least 0.95.
#[test]
fn duplicates_are_found_and_strangers_left_apart() {
    for seed in [1, 2, 3] {
        let sheet = contacts(20_000, seed);
        let people: Vec<Person> = sheet.iter().map(person).collect();
        let found = find(&people, Limits::default()).unwrap();
        let Quality { precision, recall, questions } = quality(&sheet, &found);
        println!(
            "seed {seed}: {} contacts, precision {precision:.4}, recall {recall:.4}, {questions} questions",
            sheet.len()
        );
        assert!(precision >= 0.98, "seed {seed}: precision {precision:.4}");
        assert!(recall >= 0.95, "seed {seed}: recall {recall:.4}");
    }
}

fn small(rows: &[[&str; 6]]) -> Vec<Person> {
    rows.iter().map(|cells| Person::read(&COLUMNS, |column| cells[column], None)).collect()
}

#[track_caller]
fn check(rows: &[[&str; 6]], expect: &[Option<u32>]) -> Duplicates {
    let people = small(rows);
    let found = find(&people, Limits::default()).unwrap();
    assert_eq!(found.group, expect, "{:?}", found.pairs);
    found
}

#[test]
fn cases_that_people_meet() {
    // A short form, another way to write the number, a legal form less.
    check(
        &[
            ["Robert", "Müller", "r.mueller@acme.de", "089 / 123456", "ACME GmbH", "DE"],
            ["Bob", "Mueller", "", "+49 89 123456", "Acme", ""],
        ],
        &[Some(1), Some(1)],
    );
    // The same name at another company.
    check(
        &[
            ["Anna", "Berg", "anna.berg@acme.de", "", "ACME GmbH", "DE"],
            ["Anna", "Berg", "anna.berg@globex.de", "", "Globex AG", "DE"],
        ],
        &[None, None],
    );
    // Two firms of one name, told apart by their domains.
    check(
        &[
            ["Emma", "Jones", "emma.jones@grainflow4480.com", "", "Grainflow LLC", ""],
            ["Emma", "Jones", "emma.jones@grainflow805.com", "", "Grainflow SA", ""],
        ],
        &[None, None],
    );
    // One firm with two domains.
    check(
        &[
            ["Emma", "Jones", "emma.jones@grainflow.com", "", "Grainflow", ""],
            ["Emma", "Jones", "emma@grainflow.co.uk", "", "Grainflow Ltd", ""],
        ],
        &[Some(1), Some(1)],
    );
    // A family with one phone and one address: at most a question.
    let family = check(
        &[
            ["Anna", "Berg", "berg@gmx.de", "089 123456", "", "DE"],
            ["Jonas", "Berg", "berg@gmx.de", "089 123456", "", "DE"],
        ],
        &[None, None],
    );
    assert_eq!(family.pairs[0].verdict, Verdict::Ask);
    // Colleagues behind one info@ and one switchboard.
    check(
        &[
            ["Anna", "Berg", "info@acme.de", "089 123456", "ACME GmbH", "DE"],
            ["Tom", "Koch", "info@acme.de", "089 123456", "ACME GmbH", "DE"],
        ],
        &[None, None],
    );
    // Names turned round, the private address.
    check(
        &[
            ["Anna", "Berg", "anna.berg@acme.de", "0171 2345678", "ACME", "DE"],
            ["Berg", "Anna", "anna.b@gmail.com", "+49 171 2345678", "", "DE"],
        ],
        &[Some(1), Some(1)],
    );
}

#[test]
fn a_chain_does_not_join_people_who_differ() {
    // "A." fits both Anna and Arno, who are two.
    let rows = [
        ["Anna", "Berg", "", "089 123456", "ACME", "DE"],
        ["A.", "Berg", "berg@acme.de", "089 123456", "ACME", "DE"],
        ["Arno", "Berg", "", "089 123456", "ACME", "DE"],
    ];
    let people = small(&rows);
    let found = find(&people, Limits { same: 8.0, ask: 4.0 }).unwrap();
    assert!(found.group[0] != found.group[2] || found.group[0].is_none(), "{found:?}");
    let asked = found.pairs.iter().find(|p| p.verdict == Verdict::Ask).unwrap();
    assert!(
        asked.evidence.iter().any(|e| e.words() == "would join people who differ"),
        "{found:?}"
    );
}

#[test]
fn one_of_a_group_survives_by_the_rule() {
    let rows = [
        ["Anna", "Berg", "anna@acme.de", "", "", ""],
        ["Anna", "Berg", "anna@acme.de", "089 123456", "ACME", "DE"],
        ["Tom", "Koch", "tom@acme.de", "", "", ""],
        ["Anna", "Berg", "anna@acme.de", "", "ACME", ""],
    ];
    let people = small(&rows);
    let found = find(&people, Limits::default()).unwrap();
    for (rule, expect) in [
        (Survivor::MostComplete, [false, true, true, false]),
        (Survivor::First, [true, false, true, false]),
        (Survivor::Last, [false, false, true, true]),
    ] {
        assert_eq!(found.survivors(&people, rule), expect, "{rule:?}");
    }
    assert_eq!((found.groups(), found.grouped(), found.group_id(3)), (1, 3, Some("D1".into())));
    assert_eq!(found.group_id(2), None);
    let wrong = find(&people, Limits { same: 5.0, ask: f64::NAN });
    assert!(matches!(wrong, Err(DedupeError::Limits { .. })));
}

proptest! {
    /// Whatever stands in the cells, nothing panics, no contact is lost, and the same sheet has the same groups again.
    #[test]
    fn any_sheet(
        rows in prop::collection::vec(prop::collection::vec("[a-cA-C@.0-9 äß]{0,12}|\\PC{0,8}", 6), 0..30),
        mails in prop::collection::vec(0..4_usize, 30),
    ) {
        let read = |(i, cells): (usize, &Vec<String>)| {
            let mail = ["ann@x.de", "info@x.de", "bob@gmail.com", ""][mails[i]];
            Person::read(&COLUMNS, |column| if column == 2 { mail } else { &cells[column] }, None)
        };
        let people: Vec<Person> = rows.iter().enumerate().map(read).collect();
        let found = find(&people, Limits::default()).unwrap();
        prop_assert_eq!(found.group.len(), people.len());
        let stays = found.survivors(&people, Survivor::default());
        prop_assert_eq!(
            stays.iter().filter(|s| **s).count(),
            people.len() - found.grouped() + found.groups()
        );
        for pair in &found.pairs {
            let one = found.group[pair.first].is_some() && found.group[pair.first] == found.group[pair.second];
            prop_assert_eq!(one, pair.verdict == Verdict::Same, "{:?}", pair);
        }
        prop_assert_eq!(&find(&people, Limits::default()).unwrap(), &found);
    }
}
