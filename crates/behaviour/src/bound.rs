//! A fitted behaviour over the events of a log: named numbers of a table of leads, or of one.

use crate::FittedBehaviour;
use crate::action::{Action, Code};
use crate::fold::{Plan, SequencePlan, Sums};
use crate::log::{EventLog, Logged};
use crate::measure::{Measure, Of};
use leadsight_schema::{Column, Timestamp};
use rayon::prelude::*;

/// Leads that are worked through at a time.
const BLOCK: usize = 4096;

const DAY: f64 = 86_400.0;

/// What a column says of a lead.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Nothing.
    Missing,
    /// A finite number.
    Number(f64),
    /// A word.
    Word(&'a str),
}

impl Value<'_> {
    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }
}

/// A fitted behaviour bound to a log. Use it only on events of that log.
#[derive(Debug, Clone)]
pub struct Bound<'a> {
    fitted: &'a FittedBehaviour,
    pub(crate) plan: Plan,
    /// For each kind of the log the word for its events, and for each learned pair its own.
    kind_words: Vec<&'a str>,
    detail_words: Vec<String>,
}

/// The word for an event whose kind was not learned.
const OTHER: &str = "other";

impl<'a> Bound<'a> {
    pub(crate) fn new(fitted: &'a FittedBehaviour, log: &'a EventLog) -> Self {
        let words = &log.words;
        let codes = |actions: &[Action]| -> Vec<Code> {
            actions.iter().filter_map(|action| action.code(words)).collect()
        };
        let learned = |kind: &String| fitted.kinds.iter().position(|known| known == kind);
        let details = fitted.details.iter().enumerate();
        let mut details: Vec<((u32, u32), usize)> = details
            .filter_map(|(place, action)| {
                let code = action.code(words)?;
                Some(((code.kind, code.detail?), place))
            })
            .collect();
        details.sort_unstable();
        let plan = Plan {
            windows: fitted.windows_days.iter().map(|d| i64::from(*d) * 86_400).collect(),
            half_life: f64::from(fitted.half_life_days) * DAY,
            lag: i64::from(fitted.lag_minutes) * 60,
            gap: i64::from(fitted.visits.gap_minutes) * 60,
            ignored: words.kinds.iter().map(|kind| fitted.ignore.contains(kind)).collect(),
            kinds: words.kinds.iter().map(learned).collect(),
            kinds_learned: fitted.kinds.len(),
            details_learned: fitted.details.len(),
            details,
            visit_of: codes(&fitted.visits.of),
            visit_of_all: fitted.visits.of.is_empty(),
            one_visit: (fitted.one_visit.iter())
                .map(|visit| visit.all.iter().map(|action| action.code(words)).collect())
                .collect(),
            sequences: (fitted.sequences.iter())
                .map(|sequence| SequencePlan {
                    first: codes(&sequence.first),
                    then: codes(&sequence.then),
                    within: i64::from(sequence.within_days) * 86_400,
                })
                .collect(),
        };
        let kind_words = words.kinds.iter().map(|kind| match learned(kind) {
            Some(_) => kind.as_str(),
            None => OTHER,
        });
        Self {
            fitted,
            kind_words: kind_words.collect(),
            detail_words: fitted.details.iter().map(ToString::to_string).collect(),
            plan,
        }
    }

    /// The columns' values for one lead, from its events in the log; all missing without a moment.
    pub fn lead(&self, events: &[Logged], moment: Option<Timestamp>) -> Vec<Value<'_>> {
        let mut sums = Sums::new(&self.plan);
        if let Some(moment) = moment {
            sums.fold(&self.plan, events, moment);
        }
        let value = |measure: Measure| match moment {
            None => Value::Missing,
            Some(_) if measure.is_word() => {
                self.word(&sums, measure).map_or(Value::Missing, Value::Word)
            }
            Some(_) => match self.number(&sums, measure) {
                number if number.is_finite() => Value::Number(number),
                _ => Value::Missing,
            },
        };
        self.fitted.columns.iter().map(|column| value(column.measure)).collect()
    }

    /// The columns for many leads, each by its events in the log and its moment.
    pub fn columns(&self, leads: &[(&[Logged], Option<Timestamp>)]) -> Vec<Column> {
        let measures: Vec<Measure> = self.fitted.columns.iter().map(|c| c.measure).collect();
        let mut blocks: Vec<Vec<Part<'_>>> =
            leads.par_chunks(BLOCK).map(|leads| self.block(&measures, leads)).collect();
        // A column at a time, so that no more than one of them is in memory twice.
        let mut columns = Vec::with_capacity(measures.len());
        for (place, measure) in measures.iter().enumerate() {
            let mut column = Part::new(*measure, leads.len());
            for block in &mut blocks {
                column.append(std::mem::replace(&mut block[place], Part::Numbers(Vec::new())));
            }
            columns.push(column.into_column());
        }
        columns
    }

    fn block(
        &self,
        measures: &[Measure],
        leads: &[(&[Logged], Option<Timestamp>)],
    ) -> Vec<Part<'_>> {
        let mut parts: Vec<Part<'_>> =
            measures.iter().map(|m| Part::new(*m, leads.len())).collect();
        let mut sums = Sums::new(&self.plan);
        for (events, moment) in leads {
            if let Some(moment) = moment {
                sums.fold(&self.plan, events, *moment);
            }
            for (part, measure) in parts.iter_mut().zip(measures) {
                match part {
                    Part::Numbers(numbers) => numbers.push(match moment {
                        Some(_) => self.number(&sums, *measure),
                        None => f64::NAN,
                    }),
                    Part::Words(words) => {
                        words.push(moment.and_then(|_| self.word(&sums, *measure)));
                    }
                }
            }
        }
        parts
    }

    /// A measure's number; NaN where nothing is known.
    pub(crate) fn number(&self, sums: &Sums, measure: Measure) -> f64 {
        let days = |at: Option<i64>| at.map_or(f64::NAN, |at| (sums.moment - at) as f64 / DAY);
        let share = |part: f64, whole: u32| match whole {
            0 => f64::NAN,
            whole => part / f64::from(whole),
        };
        match measure {
            Measure::Count { of, window } => sums.count(&self.plan, self.place(of), window),
            Measure::DaysSince { of } => days(sums.last[self.place(of)]),
            Measure::DaysSinceFirst => days(sums.first_at),
            Measure::Decayed { of } => sums.decayed[self.place(of)],
            Measure::ValueSum { kind } => sums.values[kind],
            Measure::ActiveDays { window } => sums.active_days(window),
            Measure::Different => sums.different as f64,
            Measure::Visits { window } => sums.visits(window),
            Measure::ReturnVisits => (sums.visits(None) - 1.0).max(0.0),
            Measure::LongestVisit => f64::from(sums.longest_visit),
            Measure::VisitMinutes => sums.visit_seconds as f64 / 60.0,
            Measure::OneVisit { place } => f64::from(sums.one_visit[place]),
            Measure::Followed { place } => f64::from(sums.followed[place].followed),
            Measure::FollowedShare { place } => {
                let f = sums.followed[place];
                share(f64::from(f.followed), f.begun)
            }
            Measure::FollowedHours { place } => {
                let f = sums.followed[place];
                share(f.seconds as f64 / 3600.0, f.followed)
            }
            Measure::FirstEvent | Measure::LastEvent => f64::NAN,
        }
    }

    /// A measure's word.
    pub(crate) fn word(&self, sums: &Sums, measure: Measure) -> Option<&str> {
        let (first, last) = sums.ends?;
        let event = match measure {
            Measure::FirstEvent => first,
            Measure::LastEvent => last,
            _ => return None,
        };
        let word = match self.plan.detail(&event) {
            Some(place) => &self.detail_words[place],
            None => self.kind_words[event.kind as usize],
        };
        Some(word)
    }

    fn place(&self, of: Of) -> usize {
        match of {
            Of::All => 0,
            Of::Kind(place) => 1 + place,
            Of::Detail(place) => 1 + self.plan.kinds_learned + place,
        }
    }
}

/// A column under way.
enum Part<'a> {
    Numbers(Vec<f64>),
    Words(Vec<Option<&'a str>>),
}

impl Part<'_> {
    fn new(measure: Measure, leads: usize) -> Self {
        match measure.is_word() {
            true => Part::Words(Vec::with_capacity(leads)),
            false => Part::Numbers(Vec::with_capacity(leads)),
        }
    }

    fn append(&mut self, more: Self) {
        match (self, more) {
            (Part::Numbers(all), Part::Numbers(more)) => all.extend(more),
            (Part::Words(all), Part::Words(more)) => all.extend(more),
            _ => {}
        }
    }

    fn into_column(self) -> Column {
        match self {
            Part::Numbers(numbers) => Column::Number(numbers),
            Part::Words(words) => Column::from_words(words),
        }
    }
}
