//! What people already know of their leads, as data: conditions over fields, if/then rules, points with a threshold.
//!
//! A [`Condition`] says something of one lead. A [`Scorecard`] gives points for conditions that hold, [`Rules`] decide by the
//! first that holds. Both are RON, checked when they are read: what can never hold, a threshold that no lead reaches and a
//! rule that an earlier one always forestalls are errors. Bound to a schema ([`Condition::bind`]), a condition is one
//! function over the cells of one lead; a table, a file and a live lead go through the same one.
//!
//! ```
//! use leadsight_rules::Scorecard;
//!
//! let card = Scorecard::from_ron(r#"Scorecard(
//!     base: 10,
//!     points: [
//!         (when: AtLeast("page_views", 10), points: 30, reason: "reads a lot"),
//!         (when: OneOf("job_title", ["CTO", "CEO"]), points: 25),
//!         (when: Any([Missing("phone"), Contains("email", "@gmail.")]), points: -15),
//!     ],
//!     threshold: 50,
//! )"#)?;
//! assert_eq!(card.range(), (-5.0, 65.0));
//! # Ok::<(), leadsight_rules::RulesError>(())
//! ```

mod axis;
mod cases;
mod condition;
mod constant;
mod criterion;
mod error;
mod fact;
mod fields;
mod forestall;
mod indicator;
mod order;
mod reach;
mod ron_text;
mod rule_list;
mod scorecard;
mod times;
mod words;

pub use condition::Condition;
pub use constant::{Day, Pattern, Value};
pub use criterion::{Criterion, match_pct};
pub use error::RulesError;
pub use fact::Fact;
pub use fields::{FieldUse, Use, fields_used};
pub use indicator::Indicator;
pub use order::check_order;
pub use ron_text::from_ron;
pub use rule_list::{Outcome, Rule, Rules};
pub use scorecard::{Points, Scorecard};
pub use times::Times;
