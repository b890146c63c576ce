//! The funnel: where leads drop out, which sources and campaigns bring converting leads at what cost, and what converters have in
//! common.
//!
//! | question | where |
//! |---|---|
//! | which stage is "Angebot gesendet" | [`Spellings`], [`Stage`] |
//! | what became of each lead | [`paths`] |
//! | how many reach each stage, how does each step go | [`funnel()`] |
//! | where is most lost, and for whom | [`leaks`], [`weak_step`], [`weak_spots`] |
//! | what did a source or campaign bring for its money | [`channels`](channels()), [`best`] |
//! | what do converters have more often | [`traits`](traits()) |
//! | whom to look for | [`audience`](audience()) |
//! | what a team declares | [`FunnelSpec`] |
//!
//! Everything is a function over slices and tables; nothing reads files. What is not defined (a rate of nobody, the return on nothing)
//! is `None`.
//!
//! ```
//! use leadsight_funnel::{Entry, Stage, Told, funnel, leaks, paths, weak_step};
//!
//! // Ten leads: four talk to sales, two buy.
//! let mut entries: Vec<Entry> =
//!     (0..4).map(|lead| Entry { lead, stage: Stage::SalesQualified, at: None, row: lead }).collect();
//! entries.extend((0..2).map(|lead| Entry { lead, stage: Stage::Won, at: None, row: 4 + lead }));
//! let (paths, _) = paths(&[None; 10], &entries, Told::History);
//! let funnel = funnel(&paths, None);
//! assert_eq!(funnel.steps[0].rate.map(|rate| rate.value), Some(0.4));
//! let weak = weak_step(&leaks(&funnel, &paths, None), funnel.unplaced);
//! assert_eq!(weak.map(|weak| (weak.step.from, weak.proven)), Some((Stage::Lead, false)));
//! ```

mod audience;
mod channels;
mod coded;
mod error;
mod path;
mod spec;
mod spelling;
mod stage;
mod steps;
mod traits;
mod weak;

pub use audience::{Audience, audience};
pub use channels::{Amount, Brought, Channel, NO_CHANNEL, Tally, Verdict, best, channels, tallies};
pub use error::FunnelError;
pub use path::{Entry, Path, State, Told, paths};
pub use spec::{CampaignColumns, FunnelSpec, HistoryColumns, LeadColumns, Part};
pub use spelling::one_spelling;
pub use stage::{Spellings, Stage};
pub use steps::{Days, Funnel, LEVEL, Reached, Step, funnel, outcomes};
pub use traits::{Lift, Trait, traits};
pub use weak::{Grouping, KEPT, Leak, WeakSpot, WeakStep, leaks, weak_spots, weak_step};
