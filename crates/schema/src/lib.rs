//! The vocabulary of Leadsight.
//!
//! Everything that two crates must agree on stands here and nothing else: what a field is ([`Schema`]),
//! how a cell is read ([`TextRules`], [`Cell`]), the table of leads ([`LeadTable`]) and the single lead
//! ([`Record`]), what models see ([`Matrix`], [`Labels`]), probabilities ([`Probability`]), and what the checks found
//! ([`Issue`], [`ColumnProfile`], [`LeakageFinding`]), and what leads are told in ([`Language`]). The crate does no IO and knows no backend.

mod cell;
mod error;
mod field;
mod finding;
mod fold;
mod group;
mod headers;
mod id;
mod language;
mod matrix;
mod number;
mod probability;
mod record;
mod suggest;
mod table;
mod terms;
mod time;
mod zone;

pub use cell::{Cell, Cells, TextRules, infer_kind};
pub use error::SchemaError;
pub use field::{Field, FieldKind, Role, Schema};
pub use finding::{
    Association, Cohort, ColumnProfile, Correlation, Distribution, Issue, LeakageEffect,
    LeakageFinding, LevelCount, Meaning, Severity, Verdict,
};
pub use fold::Folded;
pub use group::units;
pub use headers::{Headers, Renamed};
pub use id::{Fingerprint, LeadId, Seed};
pub use language::{Language, Phrases, fill};
pub use matrix::{Feature, FeatureKind, Labels, Matrix};
pub use number::currency;
pub use probability::{Probability, logit, sigmoid};
pub use record::Record;
pub use suggest::{nearest, or_nearest};
pub use table::{Column, LeadTable};
pub use terms::Terms;
pub use time::{Clock, DateFormat, Timestamp};
pub use zone::{Local, Zone};
