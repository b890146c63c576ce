//! The points of a pair, field by field.
//!
//! | field | agrees | nearly | differs |
//! |---|---|---|---|
//! | e-mail of a person | +12 | | -1 |
//! | e-mail of a department (`info@`) | +2; +12 where neither has a name | | 0 |
//! | phone | +9, less 2 for each doubling of those who share it, at least +1 | | -1 |
//! | family name | +6 | +4 | -8; -3 at one address |
//! | given name | +4 | +3 short form or first of several, +2.5 slip, +1 initial | -9 |
//! | company or its domain | +5, +1 where both | +4 | -5 |
//! | a company's name that firms of other domains have | -1.5 for each doubling of their number, +1 where the two domains differ | 0 where they differ | |
//! | a name that many have, not in one company | -1.5 for each doubling of them beyond two, at least -5 | | |
//!
//! A point is about one doubling of the odds (log2 of the likelihood ratio in Fellegi and Sunter, 1969, "A theory for record
//! linkage"); the numbers are set by hand for contacts in CRMs and held by the test `quality`. Whose given names clearly differ are
//! never one person; without names on both sides only the same address makes one.

use crate::Person;
use leadsight_contact::{full_names, may_be_one};
use std::collections::{HashMap, HashSet};
use strsim::osa_distance;

/// Something that speaks for or against one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// The address of a person.
    SameEmail,
    /// The address of a department.
    SharedEmail,
    /// Other addresses.
    OtherEmail,
    /// A phone number.
    SamePhone,
    /// Other phone numbers.
    OtherPhone,
    /// Both names.
    SameName,
    /// Names that differ by a slip, a short form or an initial.
    NearName,
    /// Another given name.
    OtherGivenName,
    /// Another family name.
    OtherFamilyName,
    /// The company, or its domain.
    SameCompany,
    /// Companies of nearly one name.
    NearCompany,
    /// Another company.
    OtherCompany,
    /// A name that many have.
    CommonName,
    /// One of them is in a group with somebody who differs.
    OtherGroup,
}

impl Evidence {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::SameEmail => "same e-mail",
            Self::SharedEmail => "same shared e-mail",
            Self::OtherEmail => "other e-mail",
            Self::SamePhone => "same phone",
            Self::OtherPhone => "other phone",
            Self::SameName => "same name",
            Self::NearName => "similar name",
            Self::OtherGivenName => "other given name",
            Self::OtherFamilyName => "other family name",
            Self::SameCompany => "same company",
            Self::NearCompany => "similar company",
            Self::OtherCompany => "other company",
            Self::CommonName => "common name",
            Self::OtherGroup => "would join people who differ",
        }
    }
}

/// How often names and numbers stand among all contacts.
pub(crate) struct Frequencies {
    /// Of each contact's whole name.
    names: Vec<u32>,
    /// Of each phone number.
    phones: HashMap<String, u32>,
    /// Of each company's name the domains that go with it.
    domains: HashMap<String, HashSet<String>>,
}

impl Frequencies {
    pub(crate) fn count(people: &[Person]) -> Self {
        let (mut names, mut phones) = (HashMap::new(), HashMap::new());
        let mut domains: HashMap<String, HashSet<String>> = HashMap::new();
        for person in people {
            *names.entry(person.name()).or_insert(0) += 1;
            for phone in &person.phones {
                *phones.entry(phone.clone()).or_insert(0) += 1;
            }
            if !person.company.is_empty() {
                let labels = person.domains.iter().map(|domain| label(domain).to_owned());
                domains.entry(person.company.clone()).or_default().extend(labels);
            }
        }
        Self { names: people.iter().map(|person| names[&person.name()]).collect(), phones, domains }
    }
}

/// A pair's points and what they come from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Comparison {
    pub(crate) points: f64,
    pub(crate) evidence: Vec<Evidence>,
    /// Whether it can be one person at all.
    pub(crate) possible: bool,
    /// Whether it is worth a question.
    pub(crate) askable: bool,
}

pub(crate) fn compare(
    people: &[Person],
    frequencies: &Frequencies,
    first: usize,
    second: usize,
) -> Comparison {
    let (a, b) = (&people[first], &people[second]);
    let mut told = Comparison { points: 0.0, evidence: Vec::new(), possible: true, askable: true };
    let mut tell = |points: f64, evidence: Option<Evidence>| {
        told.points += points;
        told.evidence.extend(evidence);
    };
    let named = |person: &Person| !person.given.is_empty() && !person.family.is_empty();
    let nameless = |person: &Person| person.given.is_empty() && person.family.is_empty();

    let same_mail = a.mails.iter().find(|mail| b.mails.iter().any(|other| other.key == mail.key));
    let personal = match same_mail {
        Some(mail) if !mail.shared || (nameless(a) && nameless(b)) => {
            tell(12.0, Some(Evidence::SameEmail));
            true
        }
        Some(_) => {
            tell(2.0, Some(Evidence::SharedEmail));
            false
        }
        None => {
            let both = a.mails.iter().any(|m| !m.shared) && b.mails.iter().any(|m| !m.shared);
            if both {
                tell(-1.0, Some(Evidence::OtherEmail));
            }
            false
        }
    };
    match a
        .phones
        .iter()
        .filter(|phone| b.phones.contains(phone))
        .map(|p| frequencies.phones[p])
        .min()
    {
        Some(sharing) => {
            let doublings = f64::from(sharing.max(2) - 1).log2();
            tell((9.0 - 2.0 * doublings).max(1.0), Some(Evidence::SamePhone));
        }
        None if !a.phones.is_empty() && !b.phones.is_empty() => {
            tell(-1.0, Some(Evidence::OtherPhone));
        }
        None => {}
    }
    let name = if named(a) && named(b) {
        // Some forms turn the names round.
        let straight = names(&a.given, &a.family, &b.given, &b.family);
        let turned = names(&a.given, &a.family, &b.family, &b.given);
        if turned.points > straight.points { turned } else { straight }
    } else if !a.family.is_empty() && !b.family.is_empty() {
        let family = likeness(&a.family, &b.family);
        Named { points: family_points(family), given: Likeness::Unknown, family }
    } else {
        Named { points: 0.0, given: Likeness::Unknown, family: Likeness::Unknown }
    };
    let evidence = match (name.given, name.family) {
        (Likeness::Unknown, Likeness::Unknown) => None,
        (Likeness::Other, _) => Some(Evidence::OtherGivenName),
        (_, Likeness::Other) => Some(Evidence::OtherFamilyName),
        (Likeness::Same, Likeness::Same) => Some(Evidence::SameName),
        _ => Some(Evidence::NearName),
    };
    tell(name.points, evidence);
    // People take another family name and keep their address.
    if personal && evidence == Some(Evidence::OtherFamilyName) && name.given != Likeness::Unknown {
        tell(5.0, None);
    }
    let (points, company) = company(a, b, frequencies);
    tell(points, company);
    // Within one company two of one name are rare, however common the name.
    if evidence == Some(Evidence::SameName) && company != Some(Evidence::SameCompany) {
        let many = frequencies.names[first].max(frequencies.names[second]);
        if many > 2 {
            tell((-1.5 * (f64::from(many) / 2.0).log2()).max(-5.0), Some(Evidence::CommonName));
        }
    }
    told.possible = match name.given {
        Likeness::Other => false,
        Likeness::Unknown => personal,
        _ => true,
    };
    told.askable = name.given != Likeness::Other || personal;
    told
}

/// How two names are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Likeness {
    Unknown,
    Same,
    /// A short form, or the first of several names.
    Form,
    /// A slip of the hand.
    Slip,
    Initial,
    Other,
}

struct Named {
    points: f64,
    given: Likeness,
    family: Likeness,
}

fn names(given: &str, family: &str, other_given: &str, other_family: &str) -> Named {
    let (given, family) = (given_likeness(given, other_given), likeness(family, other_family));
    let points = match given {
        Likeness::Same => 4.0,
        Likeness::Form => 3.0,
        Likeness::Slip => 2.5,
        Likeness::Initial => 1.0,
        Likeness::Unknown => 0.0,
        Likeness::Other => -9.0,
    };
    Named { points: points + family_points(family), given, family }
}

fn family_points(likeness: Likeness) -> f64 {
    match likeness {
        Likeness::Same => 6.0,
        Likeness::Form | Likeness::Slip => 4.0,
        Likeness::Initial | Likeness::Unknown => 0.0,
        Likeness::Other => -8.0,
    }
}

fn given_likeness(a: &str, b: &str) -> Likeness {
    let (first_a, first_b) = (first_word(a), first_word(b));
    let initial = |short: &str, long: &str| short.chars().count() == 1 && long.starts_with(short);
    if a == b {
        Likeness::Same
    } else if initial(first_a, first_b) || initial(first_b, first_a) {
        Likeness::Initial
    } else if a.replace(' ', "") == b.replace(' ', "")
        || may_be_one(a, b)
        || may_be_one(first_a, first_b)
    {
        Likeness::Form
    } else if full_names(a).any(|a| full_names(b).any(|b| is_slip(a, b) && !is_other_gender(a, b)))
    {
        Likeness::Slip
    } else {
        Likeness::Other
    }
}

/// Of family names: a second name behind a hyphen may be left out.
fn likeness(a: &str, b: &str) -> Likeness {
    let parts = |name: &str, of: &str| name.split(' ').any(|part| part.len() > 3 && part == of);
    if a == b || a.replace(' ', "") == b.replace(' ', "") {
        Likeness::Same
    } else if parts(a, b) || parts(b, a) {
        Likeness::Form
    } else if is_slip(a, b) {
        Likeness::Slip
    } else {
        Likeness::Other
    }
}

fn first_word(name: &str) -> &str {
    name.split(' ').next().unwrap_or_default()
}

/// One slip in a name of at least four letters, two in one of at least eight; in three letters one lost.
fn is_slip(a: &str, b: &str) -> bool {
    let (long, short) = (a.len().max(b.len()), a.len().min(b.len()));
    let allowed = match (short, long) {
        (0..3, _) | (3, 3) => return false,
        (3..8, _) => 1,
        _ => 2,
    };
    long - short <= 2 * allowed && osa_distance(a, b) <= allowed
}

/// `daniel` and `daniela`, `mario` and `maria`: two people sooner than a slip.
fn is_other_gender(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let ending = |name: &str| name.ends_with(['a', 'e', 'o']);
    let stem = |name: &str| name.trim_end_matches(['a', 'e', 'o']).to_owned();
    (ending(long) && stem(long) == stem(short)) || long.strip_prefix(short) == Some("in")
}

/// One slip in the name, two in a long one (`driftparts` and `driftmart` are two firms); or one is the other's beginning.
fn is_near_company(short: &str, long: &str) -> bool {
    let allowed = if short.len() < 12 { 1 } else { 2 };
    short.len() >= 5
        && (long.starts_with(short)
            || (long.len() - short.len() <= allowed && osa_distance(short, long) <= allowed))
}

/// What stands before the suffix: `acme` of `acme.de` and of `acme.co.uk`.
fn label(domain: &str) -> &str {
    domain.split('.').next().unwrap_or_default()
}

fn company(a: &Person, b: &Person, frequencies: &Frequencies) -> (f64, Option<Evidence>) {
    let shares = |domain: &String| b.domains.iter().any(|other| label(other) == label(domain));
    let domain = a.domains.iter().any(shares);
    let other_domain = !domain && !a.domains.is_empty() && !b.domains.is_empty();
    if a.company.is_empty() || b.company.is_empty() {
        return match domain {
            true => (5.0, Some(Evidence::SameCompany)),
            false => (0.0, None),
        };
    }
    let (short, long) = match a.company.len() <= b.company.len() {
        true => (&a.company, &b.company),
        false => (&b.company, &a.company),
    };
    if domain {
        (if short == long { 6.0 } else { 5.0 }, Some(Evidence::SameCompany))
    } else if short == long && other_domain {
        (1.0, Some(Evidence::NearCompany))
    } else if short == long {
        let firms = frequencies.domains.get(short).map_or(1, HashSet::len).max(1);
        let points = (5.0 - 1.5 * (firms as f64).log2()).max(1.0);
        let same = points >= 4.0;
        (points, Some(if same { Evidence::SameCompany } else { Evidence::NearCompany }))
    } else if is_near_company(short, long) {
        (if other_domain { 0.0 } else { 4.0 }, Some(Evidence::NearCompany))
    } else {
        (-5.0, Some(Evidence::OtherCompany))
    }
}
