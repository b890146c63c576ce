//! What the words of a column of outcomes mean.

use clap::{Args, ValueEnum};
use leadsight_ingest::{ColumnSpec, LabelSpec, Otherwise, Words};

/// The words of a label.
#[derive(Debug, Args)]
pub struct LabelWords {
    /// The label's words for success, by comma; 1, true, yes, won and the like unless given
    #[arg(long, requires = "label", value_name = "WORD,...", value_delimiter = ',')]
    pub positive: Vec<String>,
    /// The label's words for failure, by comma, where there are several outcomes; rows with others are left out
    #[arg(long, requires = "positive", value_name = "WORD,...", value_delimiter = ',')]
    pub negative: Vec<String>,
    /// What the words mean that are neither
    #[arg(long, requires = "label", value_enum, default_value_t = Others::LeaveOut)]
    pub others: Others,
}

/// What a word means that is said to be neither success nor failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Others {
    /// The outcome is not known, and the row is left out
    LeaveOut,
    /// A failure; blank rows are left out all the same
    Negative,
}

impl LabelWords {
    /// The outcome in the column `label`.
    pub fn of(&self, label: &str) -> LabelSpec {
        LabelSpec::Column(ColumnSpec {
            name: label.to_owned(),
            positive: Words(self.positive.clone()),
            negative: Words(self.negative.clone()),
            others: match self.others {
                Others::LeaveOut => Otherwise::LeaveOut,
                Others::Negative => Otherwise::Negative,
            },
            blank: Otherwise::LeaveOut,
        })
    }
}
