//! The crate's one error type.

use leadsight_rules::RulesError;
use thiserror::Error;

/// What is wrong with a funnel's declaration or its input.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum FunnelError {
    /// The text cannot be read.
    #[error(transparent)]
    Text(#[from] RulesError),
    /// A number out of its range.
    #[error("`{key}` is {found}; expected {expected}")]
    Number {
        /// The key.
        key: &'static str,
        /// The value found.
        found: u64,
        /// What would be valid.
        expected: &'static str,
    },
    /// The outcomes are not one a lead.
    #[error("there are {found} outcomes for {leads} leads; expected one a lead")]
    Lengths {
        /// The number of leads.
        leads: usize,
        /// The number of outcomes.
        found: usize,
    },
}
