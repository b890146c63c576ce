//! The scorer: a bundle and a lead in, a scored lead out. What a Rust service imports.
//!
//! A [`Bundle`] holds all that scoring needs and is a folder on disk. [`Scorer::load`] verifies it; from then on one
//! lead ([`Scorer::score_json`], [`Scorer::score_record`]), a table ([`Scorer::score_table`]) and a file of any size
//! ([`Scorer::score_csv`]) go through the same recipe, model, calibrator and policy, equal to the last bit whatever the
//! way, the size of the chunks and the number of threads. Without any history [`Scorer::from_policy`] goes the same ways
//! by rules and points. Nothing here reads the clock: the moment of scoring is passed in.
//!
//! ```no_run
//! use leadsight_schema::Timestamp;
//! use leadsight_score::Scorer;
//!
//! let scorer = Scorer::load("runs/demo/bundle".as_ref())?;
//! let lead = serde_json::from_str(r#"{"lead_id": "L-1", "job_title": "CTO", "page_views": 14}"#)?;
//! let scored = scorer.score_json(&lead, Timestamp(1_790_000_000))?;
//! assert!(scored.lead_score <= 100);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod block;
mod bundle;
mod change;
mod column;
mod csv;
mod declared;
mod error;
mod events;
mod explain;
mod fallback;
mod imported;
mod json;
mod lead;
mod percentiles;
mod previous;
mod rows;
mod scorer;
mod table;

pub use bundle::Bundle;
pub use change::{Change, Moved, Previous};
pub use column::OutputColumn;
pub use csv::{Before, CsvOptions, CsvSummary, OutputForm, PreviousLeads, to_csv};
pub use error::ScoreError;
pub use events::Events;
pub use imported::Imported;
pub use lead::{Explained, ExplainedField, Explanation, ScoredLead, ScorerUsed};
pub use percentiles::Percentiles;
pub use previous::PreviousScores;
pub use scorer::Scorer;
