//! A behaviour that has seen the training leads: what it asks of a lead's events, whoever's they are.

use crate::action::Action;
use crate::measure::Measure;
use crate::{BehaviourError, Bound, EventColumns, EventLog, Moment};
use leadsight_schema::{DateFormat, Field, FieldKind};
use serde::{Deserialize, Serialize};

/// A fitted behaviour. It travels in the bundle, and [`FittedBehaviour::bind`] makes it ready for a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FittedBehaviour {
    /// How an event log is read.
    pub events: EventColumns,
    /// The moment at which a lead is looked at.
    pub moment: Moment,
    /// The column of the leads that the moment is counted from, where there is one, and how its dates are written.
    pub date: Option<(String, DateFormat)>,
    pub(crate) lag_minutes: u32,
    /// Ascending.
    pub(crate) windows_days: Vec<u32>,
    pub(crate) half_life_days: u32,
    pub(crate) visits: VisitsOf,
    pub(crate) one_visit: Vec<Together>,
    pub(crate) sequences: Vec<Then>,
    pub(crate) ignore: Vec<String>,
    /// Kinds that are counted by themselves.
    pub(crate) kinds: Vec<String>,
    /// Pairs of kind and detail that are counted by themselves.
    pub(crate) details: Vec<Action>,
    pub(crate) columns: Vec<MeasuredColumn>,
}

/// Visits, by the events they consist of; all where there are none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VisitsOf {
    pub(crate) of: Vec<Action>,
    pub(crate) gap_minutes: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Together {
    pub(crate) name: String,
    pub(crate) all: Vec<Action>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Then {
    pub(crate) name: String,
    pub(crate) first: Vec<Action>,
    pub(crate) then: Vec<Action>,
    pub(crate) within_days: u32,
}

/// A column and what it asks. The name is kept, so that a bundle's columns outlive a change of wording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeasuredColumn {
    pub(crate) name: String,
    pub(crate) measure: Measure,
}

impl FittedBehaviour {
    /// The columns' names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// The columns as fields of a table of leads.
    pub fn fields(&self) -> Vec<Field> {
        let kind = |measure: Measure| match measure.is_word() {
            true => FieldKind::Category,
            false => FieldKind::Number,
        };
        self.columns.iter().map(|c| Field::feature(c.name.clone(), kind(c.measure))).collect()
    }

    /// The same behaviour with only those columns that `keep` says.
    pub fn keep(mut self, keep: impl Fn(&str) -> bool) -> Self {
        self.columns.retain(|column| keep(&column.name));
        self
    }

    /// Ready for the events of a log.
    ///
    /// # Errors
    /// As [`FittedBehaviour::check`].
    pub fn bind<'a>(&'a self, log: &'a EventLog) -> Result<Bound<'a>, BehaviourError> {
        self.check()?;
        Ok(Bound::new(self, log))
    }

    /// Whether it holds together, wherever it came from.
    ///
    /// # Errors
    /// [`BehaviourError::Broken`].
    pub fn check(&self) -> Result<(), BehaviourError> {
        let broken = |problem: String| Err(BehaviourError::Broken { problem });
        if let Some(column) = self.columns.iter().find(|c| !c.measure.fits(self)) {
            return broken(format!("the column `{}` asks for what is not there", column.name));
        }
        if !self.windows_days.is_sorted() || self.half_life_days == 0 {
            return broken("its windows are not in order, or its half-life is 0".to_owned());
        }
        if let Some(many) = self.one_visit.iter().find(|visit| visit.all.len() > 64) {
            return broken(format!("`{}` names more than 64 events", many.name));
        }
        Ok(())
    }
}
