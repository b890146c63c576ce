//! The tables of examples: what a line says must come out.
#![allow(clippy::unwrap_used)]

use leadsight_contact::{
    Company, Country, Domain, Email, Headcount, Industry, Name, Revenue, Technologies, Title,
};
use proptest::prelude::*;

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

/// A value's name as serde writes it; empty for none.
fn word<T: serde::Serialize>(value: Option<T>) -> String {
    let json = serde_json::to_value(value).unwrap();
    json.as_str().unwrap_or_default().to_owned()
}

#[test]
fn titles() {
    for line in lines(include_str!("examples/titles.csv")) {
        let [title, seniority, department] = line.split(',').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let found = Title::parse(title).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(
            (word(found.seniority), word(found.department)),
            (seniority.into(), department.into()),
            "{title}"
        );
    }
}

#[test]
fn names() {
    for line in lines(include_str!("examples/names.csv")) {
        let [text, given, family, degrees, suffix] = line.split('|').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let found = Name::parse(text).unwrap();
        let found = [found.given, found.family, found.degrees, found.suffix];
        assert_eq!(found, [given, family, degrees, suffix], "{text}");
    }
}

#[test]
fn industries() {
    for line in lines(include_str!("examples/industries.csv")) {
        let (text, industry) = line.split_once(',').unwrap();
        assert_eq!(Industry::parse(text).unwrap().as_str(), industry, "{text}");
    }
}

proptest! {
    /// Whatever people type, nothing panics, and what comes out goes in again unchanged.
    #[test]
    fn any_text(text in "\\PC{0,60}") {
        let _ = (Title::parse(&text), Industry::parse(&text), Revenue::parse(&text), Headcount::parse(&text));
        let _ = (Country::parse(&text), Technologies::parse(&text));
        if let Ok(email) = Email::parse(&text) {
            prop_assert_eq!(Email::parse(&email.to_string()).unwrap(), email);
        }
        if let Ok(domain) = Domain::parse(&text) {
            prop_assert_eq!(Domain::parse(domain.as_str()).unwrap(), domain);
        }
        if let Ok(company) = Company::parse(&text) {
            prop_assert_eq!(Company::parse(&company.name).unwrap(), company);
        }
        if let Ok(name) = Name::parse(&text) {
            prop_assert!(!name.full().is_empty());
        }
    }
}

#[cfg(feature = "phone")]
mod phone {
    use super::*;
    use leadsight_contact::Phone;

    proptest! {
        #[test]
        fn any_text(text in "[+0-9 ()/-]{0,24}") {
            if let Ok(phone) = Phone::parse(&text, Country::parse("DE").ok()) {
                prop_assert_eq!(Phone::parse(phone.as_str(), None).unwrap(), phone);
            }
        }
    }
}
