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

use crate::OutcomeError;
use crate::table::usual_name;
use leadsight_funnel::Stage;
use leadsight_rules::from_ron;
use leadsight_schema::FieldKind;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

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

/// A file that is read for an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The leads.
    Leads,
    /// The history of stages.
    History,
    /// The event log.
    Events,
    /// The deals.
    Deals,
    /// The log of actions.
    Actions,
}

impl Part {
    /// What the file holds, for messages.
    pub fn what(self) -> &'static str {
        match self {
            Part::Leads => "the leads",
            Part::History => "the history",
            Part::Events => "the event log",
            Part::Deals => "the deals",
            Part::Actions => "the log of actions",
        }
    }
}

pub(crate) const ID: &[&str] = &["lead_id", "id", "record_id", "contact_id"];
pub(crate) const CREATED: &[&str] = &[
    "created_at",
    "created",
    "create_date",
    "created_date",
    "created_on",
    "created_time",
    "erstellt_am",
];
pub(crate) const RESPOND_BY: &[&str] = &["respond_by"];
pub(crate) const TIER: &[&str] = &["tier"];
pub(crate) const OWNER: &[&str] = &["owner_id", "owner", "rep_id", "rep"];
pub(crate) const SOURCE: &[&str] =
    &["source", "lead_source", "original_source", "utm_source", "quelle"];
pub(crate) const VALUE: &[&str] = &["contract_value", "deal_value", "won_value", "amount"];
pub(crate) const STAGE: &[&str] =
    &["stage", "lifecycle_stage", "deal_stage", "stage_name", "lead_status", "status", "phase"];
pub(crate) const ENTERED: &[&str] =
    &["entered_at", "entered", "at", "date", "changed_at", "occurred_at", "timestamp"];
pub(crate) const KIND: &[&str] = &["event", "kind", "type", "event_type", "activity", "action"];
pub(crate) const OPENED: &[&str] =
    &["opened_on", "opened_at", "created_at", "create_date", "created_date"];
pub(crate) const CLOSED: &[&str] = &["close_date", "closed_on", "closed_at", "won_date"];
pub(crate) const AMOUNT: &[&str] = &["amount", "value", "deal_value", "betrag"];
pub(crate) const ACTION: &[&str] = &["action", "next_action"];
pub(crate) const PROBABILITY: &[&str] = &["action_probability", "logged_probability", "propensity"];
pub(crate) const REWARD: &[&str] = &["reward", "value", "converted"];
pub(crate) const TARGET: &[&str] = &["target_action"];

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

    /// The kinds of columns whose cells are words even where they are written in digits.
    pub fn kinds(&self, part: Part, names: &[String]) -> BTreeMap<String, FieldKind> {
        let words = self.parts(part).into_iter().filter(|(_, _, holds)| *holds == Holds::Words);
        let words = words.filter_map(|(declared, usual, _)| column(declared, usual, names));
        words
            .chain(self.by.iter().cloned())
            .filter(|name| names.contains(name))
            .map(|name| (name, FieldKind::Category))
            .collect()
    }

    /// The columns of a file that are read.
    pub fn columns(&self, part: Part, names: &[String]) -> BTreeSet<String> {
        let named = self
            .parts(part)
            .into_iter()
            .filter_map(|(declared, usual, _)| column(declared, usual, names));
        let covariates = self.holdout.iter().flat_map(|h| &h.covariates).chain(&self.by).cloned();
        let of_leads = covariates.filter(|_| part == Part::Leads);
        let of_actions = ["target_", "q_"]
            .into_iter()
            .flat_map(|prefix| names.iter().filter(move |name| name.starts_with(prefix)).cloned())
            .filter(|_| part == Part::Actions);
        named.chain(of_leads).chain(of_actions).filter(|name| names.contains(name)).collect()
    }

    /// The columns of a file: as declared, by their usual names, and what they hold.
    fn parts(&self, part: Part) -> Vec<(Option<&String>, &'static [&'static str], Holds)> {
        use Holds::{Values, Words};
        let (l, h, e, d, a) =
            (&self.leads, &self.history, &self.events, &self.deals, &self.actions);
        match part {
            Part::Leads => vec![
                (l.id.as_ref(), ID, Words),
                (l.created.as_ref(), CREATED, Values),
                (l.respond_by.as_ref(), RESPOND_BY, Values),
                (l.tier.as_ref(), TIER, Words),
                (l.owner.as_ref(), OWNER, Words),
                (l.source.as_ref(), SOURCE, Words),
                (l.value.as_ref(), VALUE, Values),
                (self.holdout.as_ref().map(|h| &h.column), &[], Words),
            ],
            Part::History => {
                vec![
                    (h.id.as_ref(), ID, Words),
                    (h.stage.as_ref(), STAGE, Words),
                    (h.at.as_ref(), ENTERED, Values),
                ]
            }
            Part::Events => {
                vec![
                    (e.id.as_ref(), ID, Words),
                    (e.kind.as_ref(), KIND, Words),
                    (e.at.as_ref(), ENTERED, Values),
                ]
            }
            Part::Deals => vec![
                (d.id.as_ref(), ID, Words),
                (d.stage.as_ref(), STAGE, Words),
                (d.opened.as_ref(), OPENED, Values),
                (d.closed.as_ref(), CLOSED, Values),
                (d.amount.as_ref(), AMOUNT, Values),
            ],
            Part::Actions => vec![
                (None, ID, Words),
                (a.action.as_ref(), ACTION, Words),
                (a.target.as_ref(), TARGET, Words),
                (a.probability.as_ref(), PROBABILITY, Values),
                (a.reward.as_ref(), REWARD, Values),
            ],
        }
    }
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// Words, even where they are written in digits.
    Words,
    /// Numbers or moments.
    Values,
}

fn column(declared: Option<&String>, usual: &[&str], names: &[String]) -> Option<String> {
    let found = || usual_name(names.iter().map(String::as_str), usual).map(str::to_owned);
    declared.cloned().or_else(found)
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

    #[test]
    fn names_are_words_even_in_digits() {
        let names = ["Lead ID", "tier", "rep", "employees"].map(str::to_owned);
        let kinds = OutcomeSpec::default().kinds(Part::Leads, &names);
        assert_eq!(kinds.keys().collect::<Vec<_>>(), ["Lead ID", "rep", "tier"]);
        let spec = OutcomeSpec { by: vec!["employees".into()], ..OutcomeSpec::default() };
        assert_eq!(spec.columns(Part::Leads, &names).len(), 4);
        let names = ["action", "q_call", "target_call", "note"].map(str::to_owned);
        assert_eq!(spec.columns(Part::Actions, &names).len(), 3);
    }
}
