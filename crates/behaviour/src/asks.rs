//! What the name of a column of behaviour asks, for whoever reads or tells it: the way back from `Measure::name`.

/// What a column asks of a lead's events. An action is a kind of event (`page_view`), or a kind and a detail (`page_view: pricing`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks<'a> {
    /// How often something was done, or anything at all, ever or in the last days.
    Count {
        /// The action.
        of: Option<&'a str>,
        /// The days.
        days: Option<u32>,
    },
    /// How often, each counting half after so many days.
    Decayed {
        /// The action.
        of: Option<&'a str>,
        /// The days.
        half_life: u32,
    },
    /// How many days ago something was done last, or anything at all.
    DaysSince(Option<&'a str>),
    /// How many days ago anything was done first.
    DaysSinceFirst,
    /// The sum of the values of a kind of event.
    ValueSum(&'a str),
    /// On how many days anything was done.
    ActiveDays(Option<u32>),
    /// How many different things were done.
    Different,
    /// How many visits there were.
    Visits(Option<u32>),
    /// How many after the first.
    ReturnVisits,
    /// The events of the longest visit.
    LongestVisit,
    /// The minutes of all visits.
    VisitMinutes,
    /// The first event, in words.
    FirstEvent,
    /// The last event, in words.
    LastEvent,
}

/// The days of `7 d`.
fn days(text: &str) -> Option<u32> {
    text.strip_suffix(" d")?.parse().ok().filter(|days| *days > 0)
}

/// An action, or anything.
fn of(action: &str) -> Option<&str> {
    (action != "event").then_some(action)
}

impl<'a> Asks<'a> {
    /// What a column of this name asks; `None` where the name is none that is made here. A field of the leads may have such a name too.
    pub fn of(column: &'a str) -> Option<Self> {
        if let Some((action, rest)) = column.rsplit_once(" count, half-life ") {
            return Some(Asks::Decayed { of: of(action), half_life: days(rest)? });
        }
        let (name, window) = match column.rsplit_once(" in ") {
            Some((name, rest)) if days(rest).is_some() => (name, days(rest)),
            _ => (column, None),
        };
        match name {
            "active days" => return Some(Asks::ActiveDays(window)),
            "visit count" => return Some(Asks::Visits(window)),
            _ => {}
        }
        if let Some(action) = name.strip_suffix(" count") {
            return Some(Asks::Count { of: of(action), days: window });
        }
        match column {
            "days since last event" => Some(Asks::DaysSince(None)),
            "days since first event" => Some(Asks::DaysSinceFirst),
            "different events" => Some(Asks::Different),
            "return visits" => Some(Asks::ReturnVisits),
            "events of longest visit" => Some(Asks::LongestVisit),
            "minutes in visits" => Some(Asks::VisitMinutes),
            "first event" => Some(Asks::FirstEvent),
            "last event" => Some(Asks::LastEvent),
            _ => match column.strip_prefix("days since ") {
                Some(action) => Some(Asks::DaysSince(Some(action))),
                None => column.strip_suffix(" value sum").map(Asks::ValueSum),
            },
        }
    }

    /// The action that it asks of.
    pub fn action(self) -> Option<&'a str> {
        match self {
            Asks::Count { of, .. } | Asks::Decayed { of, .. } | Asks::DaysSince(of) => of,
            Asks::ValueSum(of) => Some(of),
            _ => None,
        }
    }

    /// The days back that it looks.
    pub(crate) fn window(self) -> Option<u32> {
        match self {
            Asks::Count { days, .. } | Asks::ActiveDays(days) | Asks::Visits(days) => days,
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Event, EventLog};
    use leadsight_schema::Timestamp;

    #[test]
    fn every_name_leads_back_to_what_it_asks() {
        let event = |minute: i64, kind: &str, detail: Option<&str>| Event {
            at: Timestamp(minute * 60),
            kind: kind.to_owned(),
            detail: detail.map(str::to_owned),
            value: Some(f64::from(minute as i32)),
        };
        let days = |n: i64| n * 1440;
        let ids: Vec<String> = (1..9).map(|lead| format!("L{lead}")).collect();
        let log = EventLog::of_leads((1..9_i64).zip(&ids).map(|(lead, id)| {
            let events: Vec<Event> = (0..lead)
                .flat_map(|i| {
                    [
                        event(days(i * i + lead), "page_view", Some("pricing")),
                        event(days(i * 3) + lead * i, "call in person", None),
                    ]
                })
                .collect();
            (id.as_str(), events)
        }))
        .unwrap();
        let leads: Vec<(&str, Option<Timestamp>)> =
            ids.iter().map(|id| (id.as_str(), Some(Timestamp(days(80) * 60)))).collect();
        let spec = crate::BehaviourSpec { min_leads: 1, ..crate::BehaviourSpec::default() };
        let (fitted, _) = spec.fit(&log, &leads).unwrap();
        assert!(fitted.names().count() > 10, "{:?}", fitted.names().collect::<Vec<_>>());
        for name in fitted.names() {
            let asks = Asks::of(name).unwrap_or_else(|| panic!("{name} asks nothing"));
            let action = asks.action().map_or("", |action| action.split(": ").next().unwrap());
            assert!(["", "page_view", "call in person"].contains(&action), "{name}: {asks:?}");
            assert_eq!(
                asks.window().is_some(),
                name.ends_with(" d") && !name.contains("half-life"),
                "{name}"
            );
        }
    }

    #[test]
    fn other_names_ask_nothing() {
        for name in ["job_title", "count", "a in 3 d", "days_since_login", "x count, half-life 3"] {
            assert_eq!(Asks::of(name), None, "{name}");
        }
        assert_eq!(
            Asks::of("page_view: pricing count in 7 d"),
            Some(Asks::Count { of: Some("page_view: pricing"), days: Some(7) })
        );
        assert_eq!(Asks::of("event count"), Some(Asks::Count { of: None, days: None }));
        assert_eq!(Asks::of("days since last event"), Some(Asks::DaysSince(None)));
    }
}
