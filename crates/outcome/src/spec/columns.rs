//! Which columns of which file are read: as declared, or by their usual names.

use super::OutcomeSpec;
use crate::table::usual_name;
use leadsight_schema::FieldKind;
use std::collections::{BTreeMap, BTreeSet};

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
