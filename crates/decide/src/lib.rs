//! From a probability to a decision: the score scale, the tiers, the factors in words, the next action.
//!
//! Decisions are data: a [`Policy`] is a RON file that is checked when it is read and travels in the bundle. It holds the
//! [`ScoreMap`], the [`Tier`]s with their next actions, and how factors are told. [`Policy::decide`] is the whole way
//! from a probability to a [`Decision`]; a [`DeclaredPolicy`] goes there from rules and points, where there is no history; [`factors`] turns a model's contributions into sentences.

mod action;
mod asked;
mod conduct;
mod declared;
mod error;
mod explore;
mod factor;
mod icp;
mod made;
mod policy;
mod policy_file;
mod range;
mod review;
mod score_map;
mod sides;
mod tier;
mod translations;
mod wording;
mod words;

pub use action::{ActionRule, Actions, BY_HAND, BoundActions, Chosen, Explore, Never};
pub use asked::{Asked, Made};
pub use conduct::{Conduct, Conducted, Lead};
pub use declared::DeclaredPolicy;
pub use error::DecideError;
pub use explore::{Explored, explore};
pub use factor::{Contribution, Factor, FactorRule, Factors, Parted, Standing, factors, shares};
pub use icp::Icp;
pub use leadsight_rules::Criterion;
pub use policy::{Decision, Fallback, POLICY_VERSION, Policy, PolicyDraft};
pub use policy_file::PolicyFile;
pub use range::{Level, Range, ranges};
pub use review::{Flag, Repeats, Review, Shared, Suspicion, Within};
pub use score_map::{Anchors, ScoreMap};
pub use sides::tells_intent;
pub use tier::{Cut, Preset, Tier, Tiers};
pub use translations::Translations;
pub use wording::{Decimals, Template, Unit, Vocabulary, Wording, Words};
pub use words::readable;
