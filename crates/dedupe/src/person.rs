//! A contact in comparable form.

use leadsight_contact::{Company, Country, Domain, Email, Field, Mailbox, Name, Phone, fold};

/// What is known of a contact. Empty where nothing is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Person {
    /// Given names, folded, without hyphens: `anna lena`.
    pub(crate) given: String,
    /// The family name, folded.
    pub(crate) family: String,
    pub(crate) mails: Vec<Mail>,
    /// E.164, or the digits alone where the number is none of its country.
    pub(crate) phones: Vec<String>,
    /// The company's key.
    pub(crate) company: String,
    /// Registered domains of the company: of its web site, of addresses there.
    pub(crate) domains: Vec<String>,
    /// Cells that hold something.
    pub(crate) known: usize,
}

/// A mail address.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mail {
    pub(crate) key: String,
    /// Before the `@`, letters alone.
    pub(crate) local: String,
    /// Whether a department reads it.
    pub(crate) shared: bool,
}

/// Fewer digits say nothing.
const FEWEST_DIGITS: usize = 7;

impl Person {
    /// From the cells of a row: `columns` says which holds what, `cell` gives the text, `country` is where phone numbers without
    /// a country's code are from unless the row says. What cannot be read counts as not known.
    pub fn read<'a>(
        columns: &[(usize, Field)],
        cell: impl Fn(usize) -> &'a str,
        country: Option<Country>,
    ) -> Self {
        let texts = || {
            let all = columns.iter().map(|(column, field)| (*field, cell(*column)));
            all.filter(|(_, text)| !text.trim().is_empty())
        };
        let country = texts()
            .find_map(|(field, text)| {
                (field == Field::Country).then(|| Country::parse(text).ok())?
            })
            .or(country);
        let mut person = Self { known: texts().count(), ..Self::default() };
        for (field, text) in texts() {
            match field {
                Field::Email => person.mail(text),
                Field::Phone => person.phone(text, country),
                Field::Name if person.family.is_empty() => {
                    if let Ok(name) = Name::parse(text) {
                        (person.given, person.family) = (plain(&name.given), plain(&name.family));
                    }
                }
                Field::GivenName => part(&mut person.given, text),
                Field::FamilyName => part(&mut person.family, text),
                Field::Company if person.company.is_empty() => {
                    person.company = Company::parse(text).map(|c| c.key).unwrap_or_default();
                }
                Field::Website => {
                    person.domain(Domain::parse(text).ok().as_ref().and_then(Domain::of_company));
                }
                _ => {}
            }
        }
        person
    }

    fn mail(&mut self, text: &str) {
        let Ok(email) = Email::parse(text) else { return };
        self.domain(email.domain().of_company());
        self.mails.push(Mail {
            key: email.key(),
            local: fold(email.local()).chars().filter(|c| c.is_alphabetic()).collect(),
            shared: email.mailbox() == Mailbox::Role,
        });
    }

    fn phone(&mut self, text: &str, country: Option<Country>) {
        let number = Phone::parse(text, country).map(|phone| phone.as_str().to_owned());
        let number =
            number.unwrap_or_else(|_| text.chars().take(40).filter(char::is_ascii_digit).collect());
        if number.len() >= FEWEST_DIGITS && !self.phones.contains(&number) {
            self.phones.push(number);
        }
    }

    fn domain(&mut self, domain: Option<&str>) {
        if let Some(domain) = domain.filter(|d| !self.domains.iter().any(|known| known == d)) {
            self.domains.push(domain.to_owned());
        }
    }

    /// The whole name.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }
}

/// A part of a name, with what stands beside it left out: degrees, forms of address.
fn part(into: &mut String, text: &str) {
    if let Ok(name) = Name::parse(text) {
        *into = plain(&name.full());
    }
}

/// Folded, hyphens and dots as blanks.
fn plain(name: &str) -> String {
    let folded = fold(name).replace(['-', '.', '\'', '’'], " ");
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}
