//! A generated CRM with a known truth, for the demo, tests and benches.
//!
//! [`generate`] writes a business-to-business CRM as CSV files: leads, accounts, contacts, events, history, reps,
//! products, deals, campaigns and tickets ([`Preset::Demo`]), or half a million consumers ([`Preset::B2c`]), and `truth.csv` with each lead's true probability, which no training may read. Every row is a
//! pure function of the seed and the row's number , so a size is written as a stream, in bounded memory.
//!
//! [`generate_list`] writes any other list: a [`Table`] declares its columns and what its outcome depends on.
//!
//! The map of the CRM: `words` holds the vocabulary and its effects, `account` and `market` what surrounds a lead,
//! `profile` what is known of a lead after its first day, `truth` the probability, `journey` what happened later, `history` the stages that the CRM keeps of it,
//! `notes` what people wrote of it,
//! `dirt` what people do to data, `crm` and `tables` the files;
//! `consumer` is a lead of the consumer preset with its probability, `b2c` the files of that preset.

mod account;
mod b2c;
mod consumer;
mod crm;
mod dice;
mod dirt;
mod error;
mod history;
mod journey;
mod list;
mod market;
mod notes;
mod options;
mod person;
mod profile;
mod sheet;
mod tables;
#[cfg(test)]
mod tests;
mod truth;
mod words;

pub use crm::{SynthSummary, generate, generate_until};
pub use error::SynthError;
pub use list::{
    After, By, Effect, Identity, Kind, ListColumn, ListOutcome, ListSummary, Moment, Pairs, TRUTH,
    Table, Told, Weights, generate_list,
};
pub use notes::{NOTE_TOPICS, NoteTopic};
pub use options::{Preset, SynthOptions};
