//! What the scores brought: what people say of leads, what became of them, and what that says of model and policy.
//!
//! | question | where |
//! |---|---|
//! | keep an override, a consent or an outcome | [`Record`], [`append`], [`read_store`], [`read_records`] |
//! | what counts of all that was said | [`standing()`] |
//! | overrides over a scored file; outcomes for the next training | [`apply()`], [`labels()`] |
//! | how often do people follow the model | [`rates()`] |
//! | what became of each lead | [`gather`] |
//! | response, conversion, velocity, value, by group | [`report()`] |
//! | does the model beat the rule | [`uplift()`] |
//! | what would another policy of actions have brought | [`actions()`] |
//! | what a team declares | [`OutcomeSpec`] |
//!
//! Tables come typed, as cells under a schema; only the store of records is a file here. An issue's `file` says which of the tables it is of
//! (`the leads`, `the history`), and its row counts that table's rows from 1. What is not defined is `None`.

mod actions;
mod apply;
mod error;
#[cfg(test)]
mod fixtures;
mod found;
mod labels;
mod lead;
mod measure;
mod rates;
mod read_records;
mod record;
mod report;
mod spec;
mod standing;
mod store;
mod table;
mod uplift;

pub use actions::{ActionReport, ActionTally, RewardModelFrom, actions};
pub use apply::{Applied, Sheet, apply};
pub use error::OutcomeError;
pub use labels::{LABEL_COLUMNS, labels};
pub use lead::{Files, Gathered, Grouping, Lead, gather};
pub use measure::Measures;
pub use rates::{Rates, Shown, rates, shown_of};
pub use read_records::{kinds_of_records, read_records};
pub use record::{End, Given, Record, What};
pub use report::{Group, NO_WORD, Report, report};
pub use spec::{
    ActionColumns, DealColumns, EventColumns, HistoryColumns, Holdout, LeadColumns,
    OUTCOME_VERSION, OutcomeSpec, Part,
};
pub use standing::{Standing, Word, standing};
pub use store::{Appended, Stored, append, line, parse, read_store};
pub use table::{Table, usual_name};
pub use uplift::{Balance, Contrast, Uplift, Verdict, uplift};

/// The confidence of intervals.
pub const LEVEL: f64 = leadsight_funnel::LEVEL;
