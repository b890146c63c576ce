//! What the configuration says about behaviour, under `features.behaviour`.

use crate::{BehaviourError, EventLog, FittedBehaviour, fit};
use leadsight_schema::{DateFormat, Issue, Timestamp};
use serde::{Deserialize, Serialize};

/// What is asked of each lead's events. The defaults work on any log: kinds and details of events are learned from the training
/// leads. An event is named by its kind (`page_view`) or by kind and detail (`page_view: pricing`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct BehaviourSpec {
    /// The moment at which a lead is looked at: only events strictly before it count.
    pub moment: Moment,
    /// Minutes that an event takes to reach the data: events of the last so many minutes before the moment do not count.
    pub lag_minutes: u32,
    /// What is asked of every log; all unless given. Declared visits and sequences are asked in any case. With few conversions less is more.
    pub measures: Vec<Asked>,
    /// Events are also counted in these last days before the moment.
    pub windows_days: Vec<u32>,
    /// An event counts half after so many days in the decayed counts, a quarter after twice as many.
    pub half_life_days: u32,
    /// What makes a visit.
    pub visits: Visits,
    /// Events that stand in one visit, such as the pricing and the documentation page.
    pub one_visit: Vec<OneVisit>,
    /// Events that follow others, such as a click after a webinar.
    pub sequences: Vec<Sequence>,
    /// Kinds of events that are left out, such as what the own system does by itself.
    pub ignore: Vec<String>,
    /// Columns of the leads with the date of a decision, beside those that the label and `data.events.outcomes` tell of. A lead that was decided
    /// before its moment is left out: nobody would have scored it.
    pub decided: Vec<String>,
    /// A kind or detail that fewer training leads have is not counted by itself.
    pub min_leads: usize,
    /// At most this many kinds are counted by themselves, those of most leads.
    pub max_kinds: usize,
    /// At most this many pairs of kind and detail are counted by themselves, those of most leads.
    pub max_details: usize,
}

/// A kind of question to a lead's events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub enum Asked {
    /// How often, ever.
    Counts,
    /// How often in the last days.
    Windows,
    /// Days since the last one, and since the first event.
    Recency,
    /// Counts that fade with age.
    Decay,
    /// Sums of values.
    Values,
    /// Days with an event, ever and in the last days.
    ActiveDays,
    /// Visits and return visits, ever and in the last days.
    Visits,
    /// Different events, the longest visit, minutes in visits.
    Depth,
    /// The first and the last event.
    Order,
}

impl Asked {
    /// Everything.
    pub const ALL: [Asked; 9] = [
        Asked::Counts,
        Asked::Windows,
        Asked::Recency,
        Asked::Decay,
        Asked::Values,
        Asked::ActiveDays,
        Asked::Visits,
        Asked::Depth,
        Asked::Order,
    ];
}

/// The moment at which a lead is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub enum Moment {
    /// So many hours after the lead came in (`data.created`, or the label's `created`).
    AfterCreated {
        /// The hours.
        hours: u32,
    },
    /// A date of the lead itself.
    Column {
        /// The column.
        name: String,
    },
    /// One day for all training leads (`2026-01-31`, with a time if need be); new leads are looked at when they are scored.
    Date {
        /// The day.
        day: String,
    },
}

/// What makes a visit: events with no longer gap between them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Visits {
    /// The events that visits consist of; all unless given.
    pub of: Vec<String>,
    /// A longer gap than this begins a new visit.
    pub gap_minutes: u32,
}

/// Events that stand in one visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OneVisit {
    /// The column's name; made from the events unless given.
    #[serde(default)]
    pub name: Option<String>,
    /// The events, all of which a visit must have.
    pub all: Vec<String>,
}

/// Events that follow others: how often, how large a share, after how many hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Sequence {
    /// The columns' name; made from the events unless given.
    #[serde(default)]
    pub name: Option<String>,
    /// The events that begin it, any of them.
    pub first: Vec<String>,
    /// The events that follow, any of them.
    pub then: Vec<String>,
    /// They follow within so many days.
    pub within_days: u32,
}

impl Default for BehaviourSpec {
    fn default() -> Self {
        Self {
            moment: Moment::AfterCreated { hours: 24 },
            lag_minutes: 0,
            measures: Asked::ALL.to_vec(),
            windows_days: vec![7, 14, 30, 90],
            half_life_days: 7,
            visits: Visits::default(),
            one_visit: Vec::new(),
            sequences: Vec::new(),
            ignore: Vec::new(),
            decided: Vec::new(),
            min_leads: 20,
            max_kinds: 40,
            max_details: 40,
        }
    }
}

impl Default for Visits {
    fn default() -> Self {
        Self { of: Vec::new(), gap_minutes: 30 }
    }
}

impl Sequence {
    /// The columns' name.
    pub(crate) fn title(&self) -> String {
        let made = || {
            let (first, then) = (self.first.join(" or "), self.then.join(" or "));
            format!("{first} then {then}")
        };
        let name = self.name.clone().unwrap_or_else(made);
        format!("{name} within {} d", self.within_days)
    }
}

impl OneVisit {
    /// The column's name.
    pub(crate) fn title(&self) -> String {
        self.name.clone().unwrap_or_else(|| format!("{} in one visit", self.all.join(" + ")))
    }
}

impl Moment {
    /// The moment for a lead; `date` is when it came in, or its date in the column named. `now` is when new leads are scored: where
    /// one day stood for all training leads it is theirs, and no moment lies behind it.
    pub fn of(&self, date: Option<Timestamp>, now: Option<Timestamp>) -> Option<Timestamp> {
        let moment = match self {
            Moment::AfterCreated { hours } => {
                date.map(|d| Timestamp(d.0.saturating_add(i64::from(*hours) * 3600)))
            }
            Moment::Column { .. } => date,
            Moment::Date { .. } if now.is_some() => now,
            Moment::Date { day } => DateFormat::Iso.parse(day).ok(),
        };
        match (moment, now) {
            (Some(moment), Some(now)) => Some(moment.min(now)),
            (moment, _) => moment,
        }
    }
}

impl BehaviourSpec {
    /// Learns from the events that training leads have before their moments which kinds and details there are, and which columns
    /// tell anything: one that is the same for all these leads, or a copy of another, is left out and told.
    ///
    /// # Errors
    /// Numbers out of range, declared events that no training lead has, no event at all.
    pub fn fit(
        &self,
        log: &EventLog,
        leads: &[(&str, Option<Timestamp>)],
    ) -> Result<(FittedBehaviour, Vec<Issue>), BehaviourError> {
        self.check()?;
        fit::fit(self, log, leads)
    }

    /// # Errors
    /// [`BehaviourError::Option`] for a number out of range or an empty declaration.
    pub fn check(&self) -> Result<(), BehaviourError> {
        let wrong =
            |key, found: String, expected| Err(BehaviourError::Option { key, found, expected });
        let days = 1..=36_500;
        if let Some(day) = self.windows_days.iter().find(|d| !days.contains(*d)) {
            return wrong("windows_days", day.to_string(), "from 1 to 36500 days");
        }
        if self.windows_days.len() > 16 {
            return wrong(
                "windows_days",
                self.windows_days.len().to_string(),
                "at most 16 windows",
            );
        }
        if !days.contains(&self.half_life_days) {
            return wrong(
                "half_life_days",
                self.half_life_days.to_string(),
                "from 1 to 36500 days",
            );
        }
        if self.visits.gap_minutes == 0 {
            return wrong("visits.gap_minutes", "0".to_owned(), "at least one minute");
        }
        if self.min_leads == 0 {
            return wrong("min_leads", "0".to_owned(), "at least one lead");
        }
        for (key, most) in [("max_kinds", self.max_kinds), ("max_details", self.max_details)] {
            if most > 1000 {
                return wrong(key, most.to_string(), "at most 1000");
            }
        }
        for together in &self.one_visit {
            if !(2..=64).contains(&together.all.len()) {
                return wrong("one_visit", format!("{:?}", together.all), "from 2 to 64 events");
            }
        }
        for sequence in &self.sequences {
            if sequence.first.is_empty() || sequence.then.is_empty() {
                return wrong("sequences", sequence.title(), "events in `first` and in `then`");
            }
            if !days.contains(&sequence.within_days) {
                return wrong(
                    "sequences.within_days",
                    sequence.within_days.to_string(),
                    "from 1 to 36500 days",
                );
            }
        }
        if let Moment::Date { day } = &self.moment
            && DateFormat::Iso.parse(day).is_err()
        {
            return wrong("moment", day.clone(), "a date such as 2026-01-31");
        }
        Ok(())
    }
}
