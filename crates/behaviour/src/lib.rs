//! What a lead did before a moment, as named numbers.
//!
//! [`read_log`] reads an event log (one line an event: lead, moment, kind, optionally a detail and a value) into an
//! [`EventLog`]. A [`BehaviourSpec`] says which moment counts for a lead and what is asked of its events;
//! [`BehaviourSpec::fit`] learns from training leads which kinds of events there are and which columns tell anything, and
//! gives a [`FittedBehaviour`], which travels in the bundle. Bound to a log it answers for a whole table
//! ([`Bound::columns`]) and for one live lead ([`Bound::lead`]) by the same fold over the lead's events, so that the two
//! cannot differ.
//!
//! Only events strictly before the moment, less the ingestion lag, are ever looked at. A lead's events are kept in one
//! order whatever the order of the file, and an event that stands twice counts once, so the result is the same to the bit
//! for a file that is shuffled, cut at the moment, or longer.
//!
//! ```
//! use leadsight_behaviour::{BehaviourSpec, Event, EventLog};
//! use leadsight_schema::Timestamp;
//! # fn main() -> Result<(), leadsight_behaviour::BehaviourError> {
//! let event = |hour: i64, kind: &str| Event::new(Timestamp(hour * 3600), kind);
//! let log = EventLog::of_leads([
//!     ("a", vec![event(1, "page_view"), event(2, "page_view")]),
//!     ("b", vec![event(1, "email_open")]),
//! ])?;
//! let spec = BehaviourSpec { min_leads: 1, ..BehaviourSpec::default() };
//! let moment = Some(Timestamp(86_400));
//! let (fitted, _) = spec.fit(&log, &[("a", moment), ("b", moment)])?;
//! let names: Vec<&str> = fitted.names().collect();
//! let place = names.iter().position(|name| *name == "page_view count").unwrap();
//! let bound = fitted.bind(&log)?;
//! let live = bound.lead(log.events("a"), moment);
//! assert_eq!(live[place].number(), Some(2.0));
//! # Ok(())
//! # }
//! ```

mod action;
mod asks;
mod bound;
mod error;
mod fit;
mod fitted;
mod fold;
mod header;
mod log;
mod measure;
mod named;
mod problems;
mod read;
mod source;
mod spec;
mod zone;

pub use asks::Asks;
pub use bound::{Bound, Value};
pub use error::BehaviourError;
pub use fitted::FittedBehaviour;
pub use log::{Event, EventLog, LogBuilder, Logged};
pub use read::{LogFile, LogOptions, read_log};
pub use source::EventColumns;
pub use spec::{Asked, BehaviourSpec, Moment, OneVisit, Sequence, Visits};
