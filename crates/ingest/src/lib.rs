//! From files to a typed table of leads, and what must be known about it before any model is fitted.
//!
//! [`load`] reads the files of [`Sources`], joins and types them and gives each column its role. Then, each on its
//! own: [`label`] (what became of the leads), [`split`] (who trains, who judges), [`profile`] (what the columns hold)
//! and [`audit`] (which columns know the outcome). What is wrong with the data comes back as a list of
//! [`leadsight_schema::Issue`]; only what cannot be worked with is an [`IngestError`]. This is the only crate that
//! sees polars, and no polars type leaves it.
//!
//! ```
//! use leadsight_ingest::{LabelSpec, Sources, SplitSpec, audit, label, load, profile, split};
//! use leadsight_schema::Seed;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let dir = tempfile::tempdir()?;
//! # let rows: String = (0..200).map(|i| format!("{i},{},{}\n", i % 7, i % 5 / 4)).collect();
//! # std::fs::write(dir.path().join("leads.csv"), format!("lead_id,visits,converted\n{rows}"))?;
//! let (table, mut issues) = load(&Sources::file("leads.csv"), dir.path())?;
//! let labelled = label(table, &LabelSpec::column("converted"))?;
//! issues.extend(labelled.issues);
//! let mut table = labelled.table;
//! let (parts, _) = split(&mut table, &labelled.labels, &SplitSpec::default(), Seed(42))?;
//! let profiles = profile(&table, Some(&labelled.labels), &issues);
//! let findings = audit(&table, &labelled.labels, &parts.train);
//! assert_eq!((profiles.len(), findings.len()), (3, 1));
//! # Ok(())
//! # }
//! ```

mod amounts;
mod association;
mod audit;
mod bytes;
mod checks;
mod clocks;
mod cohort;
mod columns;
mod correlate;
mod dates;
mod duplicates;
mod encoding;
mod error;
mod events;
mod field_map;
mod groups;
mod gzip;
mod join;
mod label;
mod load;
mod many;
mod meaning;
mod open;
mod outcome;
mod parquet;
mod persons;
mod profile;
mod raw;
mod read;
mod roles;
mod sources;
mod split;
mod swallow;
mod typing;
mod words;
mod xlsx;

pub use audit::audit;
pub use checks::{Check, Must, OnFail, stale};
pub use clocks::ZoneName;
pub use columns::{Wanted, read_columns};
pub use error::IngestError;
pub use events::{EventSource, ids, read_events};
pub use field_map::FieldMap;
pub use groups::{groups, straddling};
pub use join::join;
pub use label::{ColumnSpec, LabelSpec, Labelled, Otherwise, label};
pub use load::{load, load_beside, load_new};
pub use many::Aggregate;
pub use open::{Form, Opened, form, open};
pub use outcome::OutcomeSpec;
pub use parquet::{Values, write_parquet};
pub use persons::{DuplicateSpec, persons};
pub use profile::profile;
pub use raw::RawTable;
pub use read::{ReadOptions, read_csv};
pub use sources::{Join, Sources};
pub use split::{Shares, Split, SplitSpec, split, split_groups};
pub use typing::type_table;
pub use words::Words;
