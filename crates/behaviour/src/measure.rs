//! What can be asked of a lead's events.

use crate::{Asked, FittedBehaviour};
use serde::{Deserialize, Serialize};

/// Which events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Of {
    /// All of them.
    All,
    /// Those of a learned kind, by its position.
    Kind(usize),
    /// Those of a learned kind and detail, by their position.
    Detail(usize),
}

/// A column: one number or word of each lead. Windows, sequences and visits are named by their positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Measure {
    /// How often, ever or in a window.
    Count { of: Of, window: Option<usize> },
    /// Recency: days from the last one to the moment; missing where there is none.
    DaysSince { of: Of },
    /// Days from the first event to the moment.
    DaysSinceFirst,
    /// Sum of 0.5^(age / half-life).
    Decayed { of: Of },
    /// The sum of the values.
    ValueSum { kind: usize },
    /// Frequency: days, counted back from the moment, that have an event.
    ActiveDays { window: Option<usize> },
    /// Depth: different events, by kind and detail.
    Different,
    /// Visits that began ever, or in a window.
    Visits { window: Option<usize> },
    /// Visits after the first.
    ReturnVisits,
    /// Depth: events of the longest visit.
    LongestVisit,
    /// Depth: minutes from first to last event, over all visits.
    VisitMinutes,
    /// Visits that hold all events of a declaration.
    OneVisit { place: usize },
    /// Beginnings that were followed in time.
    Followed { place: usize },
    /// Their share of all beginnings; missing where nothing began.
    FollowedShare { place: usize },
    /// The mean hours until they were followed; missing where none was.
    FollowedHours { place: usize },
    /// The first event, in words.
    FirstEvent,
    /// The last event, in words.
    LastEvent,
}

impl Measure {
    /// Whether it is a word.
    pub(crate) fn is_word(self) -> bool {
        matches!(self, Measure::FirstEvent | Measure::LastEvent)
    }

    /// The kind of question; `None` for what is declared.
    pub(crate) fn asked(self) -> Option<Asked> {
        match self {
            Measure::Count { window: None, .. } => Some(Asked::Counts),
            Measure::Count { .. } => Some(Asked::Windows),
            Measure::DaysSince { .. } | Measure::DaysSinceFirst => Some(Asked::Recency),
            Measure::Decayed { .. } => Some(Asked::Decay),
            Measure::ValueSum { .. } => Some(Asked::Values),
            Measure::ActiveDays { .. } => Some(Asked::ActiveDays),
            Measure::Visits { .. } | Measure::ReturnVisits => Some(Asked::Visits),
            Measure::Different | Measure::LongestVisit | Measure::VisitMinutes => {
                Some(Asked::Depth)
            }
            Measure::FirstEvent | Measure::LastEvent => Some(Asked::Order),
            Measure::OneVisit { .. }
            | Measure::Followed { .. }
            | Measure::FollowedShare { .. }
            | Measure::FollowedHours { .. } => None,
        }
    }

    /// Everything that can be asked, plainest first: of two columns that are the same, the first stays.
    pub(crate) fn all(fitted: &FittedBehaviour, with_values: &[usize]) -> Vec<Measure> {
        let kinds = || (0..fitted.kinds.len()).map(Of::Kind);
        let details = || (0..fitted.details.len()).map(Of::Detail);
        let windows = || (0..fitted.windows_days.len()).rev().map(Some);
        let ever_and_windows = || std::iter::once(None).chain(windows());
        let mut all: Vec<Measure> = Vec::new();
        for of in std::iter::once(Of::All).chain(kinds()) {
            all.extend(ever_and_windows().map(|window| Measure::Count { of, window }));
            all.extend([Measure::DaysSince { of }, Measure::Decayed { of }]);
        }
        for of in details() {
            all.extend([Measure::Count { of, window: None }, Measure::DaysSince { of }]);
        }
        all.extend(with_values.iter().map(|&kind| Measure::ValueSum { kind }));
        all.extend(ever_and_windows().map(|window| Measure::ActiveDays { window }));
        all.extend([Measure::DaysSinceFirst, Measure::Different]);
        all.extend(ever_and_windows().map(|window| Measure::Visits { window }));
        all.extend([Measure::ReturnVisits, Measure::LongestVisit, Measure::VisitMinutes]);
        all.extend((0..fitted.one_visit.len()).map(|place| Measure::OneVisit { place }));
        for place in 0..fitted.sequences.len() {
            all.push(Measure::Followed { place });
            all.push(Measure::FollowedShare { place });
            all.push(Measure::FollowedHours { place });
        }
        all.extend([Measure::FirstEvent, Measure::LastEvent]);
        all
    }

    /// The column's name, as reports show it.
    pub(crate) fn name(self, fitted: &FittedBehaviour) -> String {
        let of = |of: Of| match of {
            Of::All => "event".to_owned(),
            Of::Kind(place) => fitted.kinds[place].clone(),
            Of::Detail(place) => fitted.details[place].to_string(),
        };
        let within = |window: Option<usize>| {
            window.map(|w| format!(" in {} d", fitted.windows_days[w])).unwrap_or_default()
        };
        let sequence = |place: usize| &fitted.sequences[place].name;
        match self {
            Measure::Count { of: events, window } => {
                format!("{} count{}", of(events), within(window))
            }
            Measure::DaysSince { of: Of::All } => "days since last event".to_owned(),
            Measure::DaysSince { of: events } => format!("days since {}", of(events)),
            Measure::DaysSinceFirst => "days since first event".to_owned(),
            Measure::Decayed { of: events } => {
                format!("{} count, half-life {} d", of(events), fitted.half_life_days)
            }
            Measure::ValueSum { kind } => format!("{} value sum", fitted.kinds[kind]),
            Measure::ActiveDays { window } => format!("active days{}", within(window)),
            Measure::Different => "different events".to_owned(),
            Measure::Visits { window } => format!("visit count{}", within(window)),
            Measure::ReturnVisits => "return visits".to_owned(),
            Measure::LongestVisit => "events of longest visit".to_owned(),
            Measure::VisitMinutes => "minutes in visits".to_owned(),
            Measure::OneVisit { place } => fitted.one_visit[place].name.clone(),
            Measure::Followed { place } => sequence(place).clone(),
            Measure::FollowedShare { place } => format!("{}, share", sequence(place)),
            Measure::FollowedHours { place } => format!("{}, mean hours", sequence(place)),
            Measure::FirstEvent => "first event".to_owned(),
            Measure::LastEvent => "last event".to_owned(),
        }
    }

    /// Whether every position it names is there.
    pub(crate) fn fits(self, fitted: &FittedBehaviour) -> bool {
        let of = |of: Of| match of {
            Of::All => true,
            Of::Kind(place) => place < fitted.kinds.len(),
            Of::Detail(place) => place < fitted.details.len(),
        };
        let window = |w: Option<usize>| w.is_none_or(|w| w < fitted.windows_days.len());
        match self {
            Measure::Count { of: events, window: w } => of(events) && window(w),
            Measure::DaysSince { of: events } => of(events),
            Measure::Decayed { of: events } => of(events) && !matches!(events, Of::Detail(_)),
            Measure::ValueSum { kind } => kind < fitted.kinds.len(),
            Measure::ActiveDays { window: w } | Measure::Visits { window: w } => window(w),
            Measure::OneVisit { place } => place < fitted.one_visit.len(),
            Measure::Followed { place }
            | Measure::FollowedShare { place }
            | Measure::FollowedHours { place } => place < fitted.sequences.len(),
            Measure::DaysSinceFirst
            | Measure::Different
            | Measure::ReturnVisits
            | Measure::LongestVisit
            | Measure::VisitMinutes
            | Measure::FirstEvent
            | Measure::LastEvent => true,
        }
    }
}
