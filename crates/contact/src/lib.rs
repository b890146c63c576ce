//! Contact fields as people type them, made comparable: pure functions, no IO.
//!
//! | type | from | to |
//! |---|---|---|
//! | [`Email`] | `" Anna.Berg@ACME.de "` | `anna.berg@acme.de`, its domain, free or disposable or a role |
//! | [`Phone`] (feature `phone`) | `"030 / 901820"`, Germany | `+4930901820` |
//! | [`Name`] | `"BERG, Dr. Anna-Lena"` | given and family name, title, in usual letters |
//! | [`Title`] | `"VP of Sales"`, `"Vertriebsleiterin"` | seniority and department |
//! | [`Company`] | `"ACME Maschinenbau GmbH & Co. KG"` | the name without its legal form, and a key to compare by |
//! | [`Headcount`], [`Revenue`] | `"51-200"`, `"$1.2M"` | numbers |
//! | [`Country`] | `"Deutschland"`, `"USA"` | ISO 3166-1 codes |
//! | [`Industry`] | `"Maschinenbau"` | one of a short list |
//! | [`Technologies`] | `"React, Postgres; AWS"` | a set of names |
//!
//! [`Sheet`] does so for a whole table of contacts, whose columns it knows by their headers.
//!
//! What each knows stands in a table under `tables/`, one fact a line, English and German first: a new language is new
//! lines. Examples that must hold stand under `tests/examples/`.

mod company;
mod country;
mod domain;
mod email;
mod error;
mod headcount;
mod industry;
mod name;
mod nickname;
#[cfg(feature = "phone")]
mod phone;
mod revenue;
mod sheet;
mod table;
mod technologies;
mod text;
mod title;

pub use company::Company;
pub use country::Country;
pub use domain::Domain;
pub use email::{Email, Mailbox};
pub use error::ContactError;
pub use headcount::Headcount;
pub use industry::Industry;
pub use name::Name;
pub use nickname::{full_names, may_be_one};
#[cfg(feature = "phone")]
pub use phone::Phone;
pub use revenue::{Currency, Revenue};
pub use sheet::{Field, Problem, Sheet};
pub use technologies::Technologies;
pub use text::fold;
pub use title::{Department, Seniority, Title};
