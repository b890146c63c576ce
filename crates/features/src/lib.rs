//! The recipe that turns lead fields into model features, the same for a table and one live lead.
//!
//! A [`Recipe`] is what the configuration asks for. [`Recipe::fit`] learns from the training rows which words a category
//! has, what texts are about and which fields tell anything, and gives a [`FittedRecipe`], which travels in the bundle. Bound to a schema it
//! becomes a [`Bound`], whose [`Bound::transform`] is the only way from cells to a [`leadsight_schema::Matrix`]: training,
//! batch and live scoring share it, so they cannot drift apart. A recipe of declared conditions alone, for rules and
//! scorecards, is [`FittedRecipe::declared`].

mod bound;
mod contacts;
mod declared;
mod error;
mod fit;
mod fitted;
pub mod personal;
mod recipe;
mod step;
mod text;

pub use bound::Bound;
pub use contacts::{ContactFields, ContactNumber, ContactWord};
pub use declared::DaysFrom;
pub use error::FeatureError;
pub use fitted::{FittedRecipe, Unused};
pub use recipe::Recipe;
pub use step::{CategoryStep, ClockPart, NumberStep};
pub use text::{Language, TextFeatures, TextNumber, TextStep};
