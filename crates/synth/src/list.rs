//! Any list as data: a RON file declares the columns of a table and what its outcome depends on, [`generate_list`] writes it.
//!
//! ```ron
//! Table(
//!     version: 1,
//!     file: "tickets.csv",
//!     rows: 8000,
//!     id: (column: "ticket_id", prefix: "T-"),
//!     moment: (column: "opened_at", from: "2025-01-01", days: 365),
//!     columns: [
//!         (name: "channel", kind: Choice({"email": 5, "chat": 3, "phone": 2})),
//!         (name: "reopened", kind: Poisson(mean: 0.4)),
//!         (name: "wait_hours", kind: LogNormal(median: 6, spread: 1, max: 400, decimals: 1), missing: 0.05),
//!     ],
//!     outcome: (
//!         rate: 0.09,
//!         told: Flag(column: "escalated"),
//!         effects: [When(Is("channel", "phone"), 0.6), Per(field: "reopened", log_odds: 0.8), Drift(0.3)],
//!         unknown: 0.4,
//!     ),
//! )
//! ```
//! The outcome's log-odds are `b` + the sum of the effects + `unknown` times a standard normal that no column tells; `b` is found so
//! that the mean probability is `rate`. Every row is a pure function of the seed and the row's number, and every column has
//! chance of its own: another column leaves the others as they were.
//!
//! The map: `spec` is the declaration, `check` what can be wrong with it, `draw` a row, `odds` its probability, `write` the files.

mod check;
mod draw;
mod odds;
mod spec;
#[cfg(test)]
mod tests;
mod write;

pub use spec::{
    After, By, Effect, Identity, Kind, ListColumn, ListOutcome, Moment, Pairs, Table, Told, Weights,
};
pub use write::{ListSummary, TRUTH, generate_list};
