//! The person behind a lead. Names are drawn from a list, telephone numbers are never assigned ones, company
//! domains end in `.example`.

use crate::SynthOptions;
use crate::dice::Dice;
use crate::dirt::plain;
use crate::profile::Profile;
use crate::words::{FIRST_NAMES, LAST_NAMES};

/// A name and how to reach it.
#[derive(Clone)]
pub struct Person {
    pub first: String,
    pub last: String,
    pub email: String,
    pub phone: String,
}

/// The person of a lead.
pub fn person(options: &SynthOptions, number: usize, profile: &Profile) -> Person {
    let dice = &mut Dice::new(options.seed, "person", number);
    let (first, last) = (dice.pick(&FIRST_NAMES), dice.pick(&LAST_NAMES));
    let (user, family) = (plain(first).to_lowercase(), plain(last).to_lowercase());
    let family: String = family.chars().filter(char::is_ascii_alphabetic).collect();
    let email = match &profile.account {
        Some(account) if !profile.free_mail => format!("{user}.{family}@{}", account.domain),
        _ if dice.chance(0.02) => format!("{user}{number}@mailinator.com"),
        _ => {
            let host = dice.pick(&["gmail.com", "gmail.com", "outlook.com", "yahoo.com"]);
            // The number keeps the address from being somebody's.
            format!("{user}.{family}.{number:06}@{host}")
        }
    };
    let digit = |mark: char| match mark {
        '#' => char::from(b'0' + dice.below(10) as u8),
        'N' => char::from(b'2' + dice.below(8) as u8),
        other => other,
    };
    let phone = profile.country.phone.chars().map(digit).collect();
    Person { first: first.to_owned(), last: last.to_owned(), email, phone }
}
