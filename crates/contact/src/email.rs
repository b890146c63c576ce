//! Mail addresses.

use crate::text::{fold, read};
use crate::{ContactError, Domain};
use serde::{Deserialize, Serialize};
use std::fmt;

const FIELD: &str = "e-mail address";
const EXPECTED: &str = "expected one such as `name@example.com`";
/// RFC 5321, section 4.5.3.1.1.
const LONGEST_LOCAL: usize = 64;

/// Local parts that a department reads rather than a person.
const ROLES: [&str; 30] = [
    "info",
    "contact",
    "kontakt",
    "sales",
    "vertrieb",
    "office",
    "buero",
    "mail",
    "email",
    "hello",
    "hallo",
    "support",
    "service",
    "admin",
    "webmaster",
    "postmaster",
    "marketing",
    "team",
    "noreply",
    "no-reply",
    "einkauf",
    "purchasing",
    "buchhaltung",
    "accounting",
    "hr",
    "jobs",
    "bewerbung",
    "presse",
    "press",
    "help",
];

/// An address, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Email {
    local: String,
    domain: Domain,
}

/// Who reads an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mailbox {
    /// A person at a company's own domain.
    Business,
    /// A department: `info@`, `sales@`.
    Role,
    /// A person at a provider for everybody.
    Free,
    /// Nobody, after today.
    Disposable,
}

impl Mailbox {
    /// Its name in tables and features.
    pub fn name(self) -> &'static str {
        match self {
            Self::Business => "business",
            Self::Role => "role",
            Self::Free => "free",
            Self::Disposable => "disposable",
        }
    }
}

impl Email {
    /// From `name@example.com`, `<name@example.com>`, `Anna Berg <name@example.com>` or `mailto:name@example.com`.
    ///
    /// # Errors
    /// [`ContactError::Empty`], [`ContactError::Long`], [`ContactError::Shape`].
    pub fn parse(text: &str) -> Result<Self, ContactError> {
        let tidied = read(FIELD, text)?.to_lowercase();
        let wrong = || ContactError::shape(FIELD, text, EXPECTED);
        let address = match (tidied.rfind('<'), tidied.strip_suffix('>')) {
            (Some(open), Some(inner)) => &inner[open + 1..],
            _ => &tidied,
        };
        let address = address.strip_prefix("mailto:").unwrap_or(address);
        let address =
            address.split('?').next().unwrap_or_default().trim_end_matches(['.', ',', ';']);
        let (local, host) = address.rsplit_once('@').ok_or_else(wrong)?;
        let plain = |c: char| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c);
        let local_fits = (1..=LONGEST_LOCAL).contains(&local.len())
            && local.chars().all(plain)
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        if !local_fits || host.contains(['/', ':', '#']) {
            return Err(wrong());
        }
        Ok(Self { local: local.to_owned(), domain: Domain::parse(host).map_err(|_| wrong())? })
    }

    /// Before the `@`.
    pub fn local(&self) -> &str {
        &self.local
    }

    /// After the `@`.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// Who reads it.
    pub fn mailbox(&self) -> Mailbox {
        if self.domain.is_disposable() {
            Mailbox::Disposable
        } else if ROLES.contains(&fold(&self.local).as_str()) {
            Mailbox::Role
        } else if self.domain.is_free_mail() {
            Mailbox::Free
        } else {
            Mailbox::Business
        }
    }

    /// The same for all spellings of one mailbox: without `+anything`, and without the dots that Gmail ignores.
    pub fn key(&self) -> String {
        let local = self.local.split('+').next().unwrap_or_default();
        match self.domain.as_str() {
            "gmail.com" | "googlemail.com" => format!("{}@gmail.com", local.replace('.', "")),
            domain => format!("{local}@{domain}"),
        }
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_people_write_them() {
        for text in [
            "Anna.Berg@ACME.de",
            " anna.berg@acme.de;",
            "Anna Berg <anna.berg@acme.de>",
            "mailto:anna.berg@acme.de?subject=x",
        ] {
            assert_eq!(Email::parse(text).unwrap().to_string(), "anna.berg@acme.de", "{text}");
        }
        for text in [
            "",
            "anna",
            "anna@",
            "@acme.de",
            "anna@acme",
            "a b@acme.de",
            "a@b@acme.de",
            ".a@acme.de",
            "a..b@acme.de",
            "n/a",
        ] {
            assert!(Email::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn who_reads_it_and_which_are_the_same() {
        let mailbox = |text: &str| Email::parse(text).unwrap().mailbox();
        assert_eq!(mailbox("anna@acme.de"), Mailbox::Business);
        assert_eq!(mailbox("Info@acme.de"), Mailbox::Role);
        assert_eq!(mailbox("anna@gmx.de"), Mailbox::Free);
        assert_eq!(mailbox("anna@mailinator.com"), Mailbox::Disposable);
        let key = |text: &str| Email::parse(text).unwrap().key();
        assert_eq!(key("a.nna+news@googlemail.com"), key("anna@gmail.com"));
        assert_ne!(key("a.nna@acme.de"), key("anna@acme.de"));
    }
}
