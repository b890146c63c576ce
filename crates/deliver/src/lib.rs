//! Scored leads to where people work: import files for CRMs, call tasks, audiences for advertising, outreach drafts, and signed
//! messages about hot leads.
//!
//! [`Leads`] are what `leadsight score` or `leadsight route` wrote, as text, with columns of the original file [beside
//! them](Leads::beside). An [`Export`] is what a team declares, in RON; a [`Crm`] holds the conventions of one, as data. [`deliver`]
//! makes everything at once, in memory: a [`Delivery`] with its files, its messages, and each [`Issue`](leadsight_schema::Issue) of
//! the leads. [`webhook::send`] sends the messages over a [`webhook::Wire`]; clock, seed and secrets are handed in.
//!
//! ```
//! use leadsight_deliver::{Crm, Export, Leads, Row, deliver};
//! use leadsight_schema::DateFormat;
//!
//! let columns = ["lead_id", "email", "lead_score", "tier"].map(str::to_owned).to_vec();
//! let row = |row, cells: [&str; 4]| Row { row, line: row + 1, cells: cells.map(str::to_owned).to_vec() };
//! let leads = Leads::new("scored.csv", columns, vec![
//!     row(1, ["L1", "anna@example.com", "92", "Hot"]),
//!     row(2, ["L2", "", "31", "Cold"]),
//! ])?;
//! let now = DateFormat::Iso.parse("2026-11-23T08:30:00Z")?;
//!
//! let delivery = deliver(leads, &Export::default(), &Crm::named("hubspot")?, "hubspot", now, Vec::new())?;
//! assert_eq!(
//!     String::from_utf8(delivery.files[0].bytes.clone())?,
//!     "Email,leadsight_lead_id,leadsight_score,leadsight_tier\nanna@example.com,L1,92,Hot\n",
//! );
//! // HubSpot would not know the second lead again.
//! assert_eq!((delivery.left_out, delivery.issues[0].kind.as_str()), (1, "no_key"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod audience;
mod crm;
mod delivery;
mod draft;
mod error;
mod export;
mod fields;
mod formula;
mod import;
mod leads;
mod owners;
mod sheet;
mod tasks;
mod template;
mod value;
pub mod webhook;

pub use crm::{
    Clock, Crm, Definition, Header, KindRule, Letters, Naming, Part, Standard, TaskColumn, Tasks,
};
pub use delivery::{Delivery, MANIFEST, deliver, numbers, summary};
pub use draft::{COLUMN as DRAFT, with_drafts};
pub use error::DeliverError;
pub use export::{
    AudienceSpec, DraftSpec, Export, Form, Key, Language, Sending, TaskSpec, Webhook,
};
pub use fields::{Field, Kind, fields};
pub use formula::neutral;
pub use leads::{ID, Leads, Row};
pub use sheet::File;
