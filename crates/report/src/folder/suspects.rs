//! What the suspect columns in the model do together, in `manifest.json`.

use crate::words::listed;
use leadsight_eval::Paired;
use leadsight_schema::LeakageEffect;
use serde::{Deserialize, Serialize};

/// A lift of less ROC-AUC than this changes no decision, however many leads prove it.
const LEAST: f64 = 0.01;

/// Columns that may know the outcome and are in the model: ROC-AUC on validation leads of the same small boosted model with them and
/// without.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SuspectEffect {
    /// The columns, the strongest first; those that are waived only where no other is left.
    pub columns: Vec<String>,
    /// With and without all of them.
    #[serde(flatten)]
    pub effect: LeakageEffect,
    /// With minus without, by DeLong's test on the same leads.
    pub difference: Paired,
}

impl SuspectEffect {
    /// Whether the columns lift the model beyond noise: the interval of the difference lies above 0, and the difference is at least 0.01.
    pub fn lifts(&self) -> bool {
        self.difference.low > 0.0 && self.difference.difference >= LEAST
    }

    /// One sentence.
    pub fn words(&self) -> String {
        let LeakageEffect { valid_auc_with: with, valid_auc_without: without } = self.effect;
        let what = match self.columns.len() {
            1 => format!("the suspect column {}", self.names()),
            n => format!("the {n} suspect columns {}", self.names()),
        };
        format!(
            "on the validation leads a small boosted model has a ROC-AUC of {with:.3} with {what} and of {without:.3} without"
        )
    }

    /// The warning that stands before any figure.
    pub(crate) fn warning(&self) -> String {
        let LeakageEffect { valid_auc_with: with, valid_auc_without: without } = self.effect;
        let (them, they) = if self.columns.len() == 1 { ("it", "it") } else { ("them", "they") };
        format!(
            "These figures may be too good: without {} a small model falls from a ROC-AUC of {with:.3} to {without:.3} on the validation rows. Exclude {them} (`data.exclude`), or say why {they} may stay (`leakage.waive`).",
            self.names()
        )
    }

    fn names(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(|c| format!("`{c}`")).collect();
        listed(&names.iter().map(String::as_str).collect::<Vec<_>>())
    }
}
