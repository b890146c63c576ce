//! What leads did, as fields of the recipe: the same fold over a lead's events as in training.

use crate::{ScoreError, Scorer, json::plain, scorer::Source};
use leadsight_behaviour::{Bound, Event, EventLog, FittedBehaviour, Value};
use leadsight_schema::{Cell, FieldKind, Issue, Timestamp};
use serde_json::{Map, Value as Json};
use std::sync::atomic::{AtomicBool, Ordering};

/// Where a live lead brings its events along.
const KEY: &str = "events";

/// The events of the leads to score, as far as they had happened at a moment.
#[derive(Debug, Clone, Copy)]
pub struct Events<'a> {
    /// The events.
    pub log: &'a EventLog,
    /// The moment of scoring: no event from it on counts.
    pub now: Timestamp,
}

/// A bundle's behaviour over a log.
pub(crate) struct Made<'a> {
    events: Events<'a>,
    behaviour: &'a FittedBehaviour,
    bound: Bound<'a>,
    /// For each field of the recipe its column of the behaviour.
    pub(crate) columns: Vec<Option<usize>>,
    /// For each lead of the log whether it was asked for.
    seen: Vec<AtomicBool>,
}

impl<'a> Made<'a> {
    /// # Errors
    /// [`ScoreError::NoBehaviour`] where the bundle asks nothing of events.
    pub(crate) fn new(scorer: &'a Scorer, events: Events<'a>) -> Result<Self, ScoreError> {
        let behaviour = scorer.behaviour().ok_or(ScoreError::NoBehaviour)?;
        let names: Vec<&str> = behaviour.names().collect();
        let fields = scorer.recipe().fields();
        Ok(Self {
            events,
            bound: behaviour.bind(events.log)?,
            behaviour,
            columns: (fields.iter())
                .map(|field| names.iter().position(|name| *name == field.name))
                .collect(),
            seen: (0..events.log.leads()).map(|_| AtomicBool::new(false)).collect(),
        })
    }

    /// The columns of a lead at a moment of scoring; `date` is the text of the date that its own moment is counted from.
    pub(crate) fn lead(
        &self,
        scorer: &Scorer,
        id: &str,
        date: Option<&str>,
        now: Timestamp,
    ) -> Result<Vec<Value<'_>>, ScoreError> {
        if let Some(place) = self.events.log.find(id) {
            self.seen[place].store(true, Ordering::Relaxed);
        }
        let date = match (&self.behaviour.date, date) {
            (Some((_, format)), Some(text)) => {
                match scorer.text_rules().read(FieldKind::Date(*format), text) {
                    Ok(Cell::Date(at)) => Some(at),
                    _ => None,
                }
            }
            _ => None,
        };
        let moment = self.behaviour.moment.of(date, Some(now));
        Ok(self.bound.lead(self.events.log.events(id), moment))
    }

    /// The moment of scoring.
    pub(crate) fn now(&self) -> Timestamp {
        self.events.now
    }

    /// One issue for the events of leads that were not scored.
    pub(crate) fn unknown_leads(&self) -> Option<Issue> {
        self.events.log.unknown_leads(|place| self.seen[place].load(Ordering::Relaxed))
    }
}

/// A live lead with the fields that its own events make, and what of these could not be used.
pub(crate) struct Whole {
    pub(crate) lead: Map<String, Json>,
    pub(crate) warnings: Vec<String>,
}

/// A value as the cell of a field.
pub(crate) fn cell<'a>(value: &Value<'a>) -> Cell<'a> {
    match *value {
        Value::Missing => Cell::Missing,
        Value::Number(number) => Cell::Number(number),
        Value::Word(word) => Cell::Text(word),
    }
}

impl Scorer {
    /// What the bundle asks of a lead's events, if anything.
    pub fn behaviour(&self) -> Option<&FittedBehaviour> {
        match &self.source {
            Source::Bundle(bundle) => bundle.behaviour.as_ref(),
            Source::Declared(declared) => declared.policy.behaviour.as_ref(),
        }
    }

    /// The lead with the fields that the events under its key `events` make, an array of objects with the column names of the log, and
    /// what could not be used; `None` where it has no such key or the bundle asks nothing of events.
    pub(crate) fn with_own_events(
        &self,
        lead: &Map<String, Json>,
        now: Timestamp,
    ) -> Result<Option<Whole>, ScoreError> {
        let (Some(behaviour), Some(given)) = (self.behaviour(), lead.get(KEY)) else {
            return Ok(None);
        };
        let mut warnings = Vec::new();
        let mut events = Vec::new();
        match given {
            Json::Array(given) => {
                for (place, event) in given.iter().enumerate() {
                    match self.read_event(behaviour, event, now) {
                        Ok(event) => events.push(event),
                        Err(why) => {
                            warnings.push(format!("{KEY}: event {}: {why}, left out", place + 1))
                        }
                    }
                }
            }
            other => warnings.push(format!(
                "{KEY}: `{}` is no array of events, left out",
                plain(other).chars().take(80).collect::<String>()
            )),
        }
        Ok(Some(Whole { lead: self.with_events(lead, &events, now)?, warnings }))
    }

    fn read_event(
        &self,
        behaviour: &FittedBehaviour,
        event: &Json,
        now: Timestamp,
    ) -> Result<Event, String> {
        let columns = &behaviour.events;
        let text = |column: &String| {
            let text = event.get(column).filter(|value| !value.is_null()).map(plain)?;
            (!self.text_rules().is_missing(&text)).then(|| text.trim().to_owned())
        };
        let must = |column: &String| text(column).ok_or_else(|| format!("no `{column}`"));
        let at = columns.moment(&must(&columns.at)?).map_err(|why| why.to_string())?;
        if at > now {
            return Err(format!("{} has not come yet", at.to_rfc3339()));
        }
        let value = columns.value.as_ref().and_then(|column| event.get(column));
        let value = value.and_then(|value| match value {
            Json::Number(number) => number.as_f64(),
            other => match self.text_rules().read(FieldKind::Number, &plain(other)) {
                Ok(Cell::Number(number)) => Some(number),
                _ => None,
            },
        });
        let kind = must(&columns.kind)?;
        Ok(Event { at, kind, detail: columns.detail.as_ref().and_then(text), value })
    }

    /// A lead with the fields that its events make, as [`Scorer::score_json`] takes it.
    ///
    /// # Errors
    /// [`ScoreError::NoBehaviour`] where the bundle asks nothing of events.
    pub fn with_events(
        &self,
        lead: &Map<String, Json>,
        events: &[Event],
        now: Timestamp,
    ) -> Result<Map<String, Json>, ScoreError> {
        let id = self.json_id(lead);
        let log = EventLog::of_leads([(id.as_str(), events.to_vec())])?;
        let made = Made::new(self, Events { log: &log, now })?;
        let date = made.behaviour.date.as_ref().and_then(|(name, _)| lead.get(name)?.as_str());
        let mut whole = lead.clone();
        for (name, value) in made.behaviour.names().zip(made.lead(self, &id, date, now)?) {
            let value = match value {
                Value::Missing => Json::Null,
                Value::Number(number) => number.into(),
                Value::Word(word) => word.into(),
            };
            whole.insert(name.to_owned(), value);
        }
        Ok(whole)
    }
}
