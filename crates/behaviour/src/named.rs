//! A behaviour that is asked for by the names of its columns, without any training leads.
//!
//! | name | asks |
//! |---|---|
//! | `page_view count`, `page_view count in 7 d` | how often, ever or in the last days |
//! | `page_view: pricing count` | how often with this detail |
//! | `page_view count, half-life 14 d` | how often, each counting half after so many days |
//! | `days since page_view`, `days since last event` | how long ago |
//! | `purchase value sum` | the sum of its values |
//! | `active days in 30 d`, `visit count`, `return visits`, `minutes in visits` and so on | as of a fitted behaviour |

use crate::action::Action;
use crate::fitted::{MeasuredColumn, VisitsOf};
use crate::measure::Measure;
use crate::{Asks, BehaviourError, BehaviourSpec, EventColumns, FittedBehaviour, Moment};
use std::collections::BTreeSet;

impl FittedBehaviour {
    /// The behaviour that makes the columns among `names` which are made of events, looked at when a lead is scored; `None` where none is.
    /// Fields of the leads may stand among them.
    ///
    /// # Errors
    /// [`BehaviourError::HalfLives`] where names ask for counts of several half-lives.
    pub fn named<'a>(
        events: &EventColumns,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<Option<Self>, BehaviourError> {
        let names: BTreeSet<&str> = names.into_iter().collect();
        let asked: Vec<Asks<'_>> = names.iter().filter_map(|name| Asks::of(name)).collect();
        let half_life = |asks: &Asks<'_>| match asks {
            Asks::Decayed { half_life, .. } => Some(*half_life),
            _ => None,
        };
        let half_lives: BTreeSet<u32> = asked.iter().filter_map(half_life).collect();
        if half_lives.len() > 1 {
            return Err(BehaviourError::HalfLives { found: half_lives.into_iter().collect() });
        }
        let windows: BTreeSet<u32> = asked.iter().filter_map(|asks| asks.window()).collect();
        let (mut kinds, mut details) = (BTreeSet::new(), BTreeSet::new());
        for of in asked.iter().filter_map(|asks| asks.action()) {
            match of.split_once(": ") {
                Some((kind, detail)) => {
                    details.insert((kind, detail));
                }
                None => {
                    kinds.insert(of);
                }
            }
        }
        let spec = BehaviourSpec::default();
        let action = |(kind, detail): (&str, &str)| Action {
            kind: kind.to_owned(),
            detail: Some(detail.to_owned()),
        };
        let mut fitted = FittedBehaviour {
            events: events.clone(),
            moment: Moment::Date { day: String::new() },
            date: None,
            lag_minutes: 0,
            windows_days: windows.into_iter().collect(),
            half_life_days: half_lives.first().copied().unwrap_or(spec.half_life_days),
            visits: VisitsOf { of: Vec::new(), gap_minutes: spec.visits.gap_minutes },
            one_visit: Vec::new(),
            sequences: Vec::new(),
            ignore: Vec::new(),
            kinds: kinds.into_iter().map(str::to_owned).collect(),
            details: details.into_iter().map(action).collect(),
            columns: Vec::new(),
        };
        let with_values: Vec<usize> = (0..fitted.kinds.len()).collect();
        let all = Measure::all(&fitted, &with_values).into_iter();
        let columns = all.map(|measure| MeasuredColumn { name: measure.name(&fitted), measure });
        fitted.columns = columns.filter(|column| names.contains(column.name.as_str())).collect();
        Ok(Some(fitted).filter(|fitted| !fitted.columns.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Event, EventLog, Value};
    use leadsight_schema::Timestamp;

    const DAY: i64 = 86_400;

    #[test]
    fn names_ask_for_what_they_say() {
        let names = [
            "page_view count",
            "page_view count in 7 d",
            "page_view: pricing count",
            "webinar count, half-life 10 d",
            "days since webinar",
            "purchase value sum",
            "active days in 30 d",
            "job_title",
        ];
        let fitted = FittedBehaviour::named(&EventColumns::default(), names).unwrap().unwrap();
        let now = Timestamp(100 * DAY);
        let event = |ago: i64, kind: &str, detail: Option<&str>, value: Option<f64>| Event {
            at: Timestamp(now.0 - ago * DAY),
            kind: kind.to_owned(),
            detail: detail.map(str::to_owned),
            value,
        };
        let events = vec![
            event(40, "page_view", Some("blog"), None),
            event(3, "page_view", Some("pricing"), None),
            event(10, "webinar", None, None),
            event(50, "purchase", None, Some(120.0)),
        ];
        let log = EventLog::of_leads([("L1", events)]).unwrap();
        let bound = fitted.bind(&log).unwrap();
        let values = bound.lead(log.events("L1"), Some(now));
        let of = |name: &str| {
            let place = fitted.names().position(|other| other == name).unwrap();
            match values[place] {
                Value::Number(x) => x,
                _ => f64::NAN,
            }
        };
        assert_eq!(fitted.names().count(), 7);
        assert_eq!((of("page_view count"), of("page_view count in 7 d")), (2.0, 1.0));
        assert_eq!((of("page_view: pricing count"), of("days since webinar")), (1.0, 10.0));
        assert!((of("webinar count, half-life 10 d") - 0.5).abs() < 1e-6);
        assert_eq!((of("purchase value sum"), of("active days in 30 d")), (120.0, 2.0));
    }

    #[test]
    fn other_names_ask_for_nothing() {
        let columns = EventColumns::default();
        assert_eq!(FittedBehaviour::named(&columns, ["job_title", "a in 3 d"]).unwrap(), None);
        let two = ["a count, half-life 3 d", "a count, half-life 4 d"];
        let error = FittedBehaviour::named(&columns, two).unwrap_err().to_string();
        assert!(error.contains("3, 4"), "{error}");
    }
}
