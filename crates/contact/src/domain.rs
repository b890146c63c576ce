//! Internet domains: of mail addresses and of web sites.

use crate::ContactError;
use crate::table::lines;
use crate::text::read;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

static FREE: LazyLock<HashSet<&str>> =
    LazyLock::new(|| lines(include_str!("../tables/free_mail_domains.txt")).collect());
static DISPOSABLE: LazyLock<HashSet<&str>> =
    LazyLock::new(|| lines(include_str!("../tables/disposable_domains.txt")).collect());

const FIELD: &str = "domain";
const EXPECTED: &str = "expected a host such as `www.example.com`";
/// As names may be on the internet (RFC 1035, section 2.3.4).
const LONGEST: usize = 253;
const LONGEST_LABEL: usize = 63;

/// A host name in lower case, such as `mail.example.co.uk`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Domain(String);

impl Domain {
    /// From a host, or from the address of a web page: `https://www.Example.com/prices` gives `www.example.com`.
    ///
    /// # Errors
    /// [`ContactError::Empty`], [`ContactError::Long`], [`ContactError::Shape`].
    pub fn parse(text: &str) -> Result<Self, ContactError> {
        let tidied = read(FIELD, text)?.to_lowercase();
        let host = tidied.split_once("://").map_or(tidied.as_str(), |(_, rest)| rest);
        let host = host.split(['/', '?', '#']).next().unwrap_or_default();
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        let host = host.split_once(':').map_or(host, |(host, _)| host).trim_end_matches('.');
        let label = |label: &str| {
            (1..=LONGEST_LABEL).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        };
        let numeric = host.chars().all(|c| c.is_ascii_digit() || c == '.');
        let valid =
            host.len() <= LONGEST && host.contains('.') && host.split('.').all(label) && !numeric;
        if valid {
            Ok(Self(host.to_owned()))
        } else {
            Err(ContactError::shape(FIELD, text, EXPECTED))
        }
    }

    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What somebody registered: `example.co.uk` of `mail.example.co.uk`, by the Public Suffix List; the whole name where it
    /// is a suffix itself.
    pub fn registered(&self) -> &str {
        psl::domain_str(&self.0).unwrap_or(&self.0)
    }

    /// Whether anybody gets an address here, so that it says nothing about a company.
    pub fn is_free_mail(&self) -> bool {
        FREE.contains(self.as_str()) || FREE.contains(self.registered())
    }

    /// Whether addresses here are thrown away after use.
    pub fn is_disposable(&self) -> bool {
        DISPOSABLE.contains(self.as_str()) || DISPOSABLE.contains(self.registered())
    }

    /// The registered domain where it is a company's own.
    pub fn of_company(&self) -> Option<&str> {
        (!self.is_free_mail() && !self.is_disposable()).then(|| self.registered())
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_addresses_of_pages() {
        for (text, whole, registered) in [
            ("https://www.Example.co.uk:443/a?b#c", "www.example.co.uk", "example.co.uk"),
            ("ACME.de.", "acme.de", "acme.de"),
            ("müller-söhne.de", "müller-söhne.de", "müller-söhne.de"),
        ] {
            let domain = Domain::parse(text).unwrap();
            assert_eq!((domain.as_str(), domain.registered()), (whole, registered));
            assert_eq!(domain.of_company(), Some(registered));
        }
        for text in ["", "localhost", "a..b", "-a.de", "127.0.0.1", "n/a", "a b.de"] {
            assert!(Domain::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn free_and_disposable() {
        assert!(Domain::parse("gmail.com").unwrap().is_free_mail());
        assert!(Domain::parse("mailinator.com").unwrap().is_disposable());
        assert_eq!(Domain::parse("web.de").unwrap().of_company(), None);
    }
}
