//! What a team declares of its outcome, in RON; columns with usual names are found by themselves.
//!
//! ```ron
//! Outcome(
//!     version: 1,
//!     leads: (owner: "rep"),
//!     contacts: ["call", "visit"],
//!     cost_per_contact: 35,
//!     holdout: (column: "arm", model: "A", baseline: "B", randomised: true, share: 0.5, covariates: ["source", "employees"]),
//! )
//! ```

mod columns;

pub use columns::Part;
pub(crate) use columns::{
    ACTION, AMOUNT, CLOSED, CREATED, ENTERED, ID, KIND, OPENED, OWNER, PROBABILITY, RESPOND_BY,
    REWARD, SOURCE, STAGE, TARGET, TIER, VALUE,
};

use crate::OutcomeError;
use leadsight_funnel::Stage;
use leadsight_rules::from_ron;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The newest version of the declaration.
pub const OUTCOME_VERSION: u32 = 1;

/// An outcome's declaration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename = "Outcome", default, deny_unknown_fields)]
pub struct OutcomeSpec {
    /// The version of this form.
    pub version: u32,
    /// Where times that name no offset from UTC were written, such as `Europe/Berlin`; they are taken as UTC unless given. A day without
    /// a time stays that day. Whoever types the files types them so, and says it by [`Table::in_zone`](crate::Table::in_zone).
    pub time_zone: Option<String>,
    /// The columns of the leads.
    pub leads: LeadColumns,
    /// The columns of the history, a row for each stage that a lead entered.
    pub history: HistoryColumns,
    /// The columns of the event log.
    pub events: EventColumns,
    /// The columns of the deals.
    pub deals: DealColumns,
    /// Stages by the team's own words; they go before the known spellings.
    pub stages: BTreeMap<String, Stage>,
    /// Events or stages that are a person's contact with the lead.
    pub contacts: Vec<String>,
    /// Events or stages that are a meeting.
    pub meetings: Vec<String>,
    /// What a contact costs. Without it there is no return on effort.
    pub cost_per_contact: Option<f64>,
    /// The columns of the leads by which they are grouped; tier, owner and source unless given.
    pub by: Vec<String>,
    /// Which leads were worked by the model and which by the rule.
    pub holdout: Option<Holdout>,
    /// The log of actions.
    pub actions: ActionColumns,
    /// Fewer leads, in an arm or in a group, prove nothing.
    pub least: u64,
}

impl Default for OutcomeSpec {
    fn default() -> Self {
        let words = |list: &[&str]| list.iter().map(|w| (*w).to_owned()).collect();
        Self {
            version: OUTCOME_VERSION,
            time_zone: None,
            leads: LeadColumns::default(),
            history: HistoryColumns::default(),
            events: EventColumns::default(),
            deals: DealColumns::default(),
            stages: BTreeMap::new(),
            contacts: words(&[
                "call",
                "call_made",
                "phone_call",
                "outbound_call",
                "sales_email",
                "sms_sent",
                "meeting",
                "meeting_booked",
                "meeting_held",
                "demo_held",
                "visit",
                "proposal_sent",
            ]),
            meetings: words(&["meeting", "meeting_held", "demo_held", "visit"]),
            cost_per_contact: None,
            by: Vec::new(),
            holdout: None,
            actions: ActionColumns::default(),
            least: 30,
        }
    }
}

macro_rules! columns {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: Option<String>,)+
        }
    };
}

columns! {
    /// The columns of the leads.
    LeadColumns {
        /// The lead's name.
        id,
        /// When it came in.
        created,
        /// By when it was to be answered.
        respond_by,
        /// Its tier.
        tier,
        /// Whose it is.
        owner,
        /// Where it came from.
        source,
        /// What it brought, where no deals are given.
        value,
    }
}
columns! {
    /// The columns of the history.
    HistoryColumns {
        /// The lead.
        id,
        /// The stage.
        stage,
        /// When it was entered.
        at,
    }
}
columns! {
    /// The columns of the event log.
    EventColumns {
        /// The lead.
        id,
        /// What happened.
        kind,
        /// When.
        at,
    }
}
columns! {
    /// The columns of the deals.
    DealColumns {
        /// The lead.
        id,
        /// When the deal was opened.
        opened,
        /// When it was closed.
        closed,
        /// Its stage.
        stage,
        /// What it is worth.
        amount,
    }
}

/// The columns of the log of actions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ActionColumns {
    /// The action taken.
    pub action: Option<String>,
    /// The probability with which it was chosen.
    pub probability: Option<String>,
    /// What it brought.
    pub reward: Option<String>,
    /// The action that the target policy would take; or a column `target_ACTION` for each action, with its probability.
    pub target: Option<String>,
    /// Effective decisions without which nothing is claimed; 50 at least.
    pub least_effective: Option<f64>,
}

/// A holdout: leads worked as the model says, and leads worked by a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holdout {
    /// The column of the leads that says which.
    pub column: String,
    /// The word of the leads worked by the model.
    #[serde(default = "model")]
    pub model: String,
    /// The word of the leads worked by the rule.
    #[serde(default = "baseline")]
    pub baseline: String,
    /// Whether chance alone decided who went where.
    #[serde(default)]
    pub randomised: bool,
    /// The share of the leads that was to go to the model, where they were randomised.
    #[serde(default)]
    pub share: Option<f64>,
    /// Columns known before the assignment, by which both arms should be alike.
    #[serde(default)]
    pub covariates: Vec<String>,
}

fn model() -> String {
    "model".to_owned()
}

fn baseline() -> String {
    "baseline".to_owned()
}

impl Holdout {
    /// The arms `model` and `baseline` of a column, not known to be randomised.
    pub fn of(column: &str) -> Self {
        Self {
            column: column.to_owned(),
            model: model(),
            baseline: baseline(),
            randomised: false,
            share: None,
            covariates: Vec::new(),
        }
    }
}

impl OutcomeSpec {
    /// Reads a declaration.
    ///
    /// # Errors
    /// [`OutcomeError::Rules`] with line, column and the nearest key; a version, cost, share or `least` that makes no sense.
    pub fn from_ron(text: &str) -> Result<Self, OutcomeError> {
        let spec: Self = from_ron(text, "the outcome")?;
        let found = spec.version;
        if !(1..=OUTCOME_VERSION).contains(&found) {
            return Err(OutcomeError::Version { found, newest: OUTCOME_VERSION });
        }
        spec.checked()
    }

    /// Whether its numbers make sense.
    ///
    /// # Errors
    /// [`OutcomeError::Number`].
    pub fn checked(self) -> Result<Self, OutcomeError> {
        let wrong = |key, found, expected| Err(OutcomeError::Number { key, found, expected });
        match (
            self.cost_per_contact,
            self.holdout.as_ref().and_then(|h| h.share),
            self.actions.least_effective,
        ) {
            (Some(cost), ..) if !(cost > 0.0 && cost.is_finite()) => {
                wrong("cost_per_contact", cost, "a number above 0")
            }
            (_, Some(share), _) if !(share > 0.0 && share < 1.0) => {
                wrong("holdout.share", share, "a number between 0 and 1, such as 0.5")
            }
            (.., Some(least)) if !(least > 0.0 && least.is_finite()) => {
                wrong("actions.least_effective", least, "a number above 0, such as 100")
            }
            _ if self.least == 0 => wrong("least", 0.0, "1 or more leads"),
            _ => Ok(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_page_shows_and_refuses_slips() {
        let spec = OutcomeSpec::from_ron(
            r#"Outcome(version: 1, leads: (owner: "rep"), cost_per_contact: 35, stages: {"Pilot": Negotiation}, holdout: (column: "arm"))"#,
        )
        .unwrap();
        assert_eq!((spec.leads.owner.as_deref(), spec.cost_per_contact), (Some("rep"), Some(35.0)));
        assert_eq!(spec.holdout, Some(Holdout::of("arm")));
        for (text, expect) in [
            ("Outcome(version: 2)", "versions 1 to 1"),
            ("Outcome(contact: [])", "did you mean `contacts`"),
            ("Outcome(cost_per_contact: 0)", "above 0"),
            ("Outcome(cost_per_contact: -3)", "above 0"),
            (r#"Outcome(holdout: (column: "arm", share: 1.5))"#, "between 0 and 1"),
            ("Outcome(actions: (least_effective: 0))", "above 0"),
            ("Outcome(least: 0)", "1 or more"),
            ("Outcome(", "line 1"),
        ] {
            let refused = OutcomeSpec::from_ron(text).unwrap_err().to_string();
            assert!(refused.contains(expect), "{refused}");
        }
    }
}
