//! Leads to reps and queues: who may take a lead, who takes it, by when it is answered, and why.
//!
//! A [`Routing`] is what a sales team declares, in RON, checked when it is read. Bound to the columns of leads it is a
//! [`Router`]. [`Router::batch`] assigns many leads at once, for the highest expected value under every constraint, with a
//! bound that proves how near to the best it is; a [`Stream`] assigns leads as they come in, by the prices of places that a
//! batch has taught. Every lead goes to a rep or waits in a queue, and says why.
//!
//! The expected value of a lead with a rep is its chance times its worth, times the share that a rep brings who lacks a skill
//! asked for. The moment is an argument; time zones are built in.
//!
//! ```
//! use leadsight_route::{Router, Routing};
//! use leadsight_schema::{DateFormat, Field, FieldKind, Record, Schema, TextRules};
//!
//! let routing = Routing::from_ron(r#"Routing(
//!     version: 1,
//!     columns: (territory: "country"),
//!     value: (otherwise: 8000),
//!     pipelines: [(id: "sales", queue: "open", outreach: [(respond_within_hours: 2)])],
//!     queues: [(id: "open", time_zone: "Europe/Berlin")],
//!     reps: [
//!         (id: "anna", territories: ["DE"], time_zone: "Europe/Berlin", daily_cap: 1),
//!         (id: "ben", time_zone: "America/New_York", daily_cap: 1),
//!     ],
//! )"#)?;
//! let schema = Schema::new(vec![
//!     Field::feature("lead_id", FieldKind::Text),
//!     Field::feature("probability", FieldKind::Number),
//!     Field::feature("country", FieldKind::Category),
//! ])?;
//! let lead = |id, p, country| {
//!     let cells = [Some(id), Some(p), Some(country)];
//!     Record::read(schema.fields(), &TextRules::default(), cells).map(|(lead, _)| lead)
//! };
//! let leads = [lead("L1", "0.1", "US")?, lead("L2", "0.3", "DE")?, lead("L3", "0.2", "DE")?];
//! let at = DateFormat::Iso.parse("2026-11-23T08:30:00Z")?;
//!
//! let batch = Router::new(&routing, &schema)?.batch(leads.as_slice(), at);
//! let owners: Vec<_> = batch.assignments.iter().map(|a| a.owner_id.as_deref()).collect();
//! // Ben brings more with L3 than with L1, and Anna cannot take both.
//! assert_eq!(owners, [None, Some("anna"), Some("ben")]);
//! assert_eq!(batch.value, 0.5 * 8000.0);
//! assert!(batch.gap() < 1e-9);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod assignment;
mod band;
mod batch;
mod check;
mod due;
mod error;
mod hours;
mod market;
mod router;
mod routing;
mod stream;
mod who;

pub use assignment::Assignment;
pub use batch::{Batch, Prices, RepLoad};
pub use due::Due;
pub use error::RouteError;
pub use hours::{Absence, Clock, Shift, Weekday, Zone};
pub use router::{ColumnRead, Router};
pub use routing::{
    Band, Chance, Columns, Hold, Outreach, Owned, Ownership, Pipeline, Queue, ROUTING_VERSION, Rep,
    Routing, SeniorityNeed, SkillNeed, Takers, Value,
};
pub use stream::Stream;
