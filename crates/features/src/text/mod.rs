//! Free text as features: how long it is, which buying signals it gives, which topics it is about, and by configuration which
//! terms it has.

mod config;
mod fit;
mod grams;
mod phrases;
mod step;
mod terms;
mod tokens;
mod topics;

pub use config::TextFeatures;
pub(crate) use fit::fit;
pub(crate) use step::TextReader;
pub use step::{TextNumber, TextStep};
pub use tokens::Language;
