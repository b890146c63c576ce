//! The steps of a fitted recipe. Each is one function over the cells of one lead, and that function is all there is:
//! a table and a live lead go through the same one.
//!
//! `cells` below are the lead's values in the order of [`crate::FittedRecipe::fields`]; `field`, `a`, `b` and `moment` are
//! positions in it.

use crate::contacts::{self, ContactNumber, ContactWord};
use leadsight_rules::{Condition, Times, match_pct};
use leadsight_schema::{Cell, Feature, FeatureKind, Field, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A part of the moment at which the lead came in, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClockPart {
    /// 1 to 12.
    Month,
    /// 1 (Monday) to 7.
    Weekday,
    /// 0 to 23.
    Hour,
}

/// A step that gives a number; NaN is missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum NumberStep {
    /// The number as it is.
    Value {
        /// The number.
        field: usize,
    },
    /// Days from a date to the moment. A later date was not known at the moment, so it is missing: a date filled in
    /// when the deal closes must not reach back to the day the lead came in.
    Age {
        /// The date.
        field: usize,
        /// The moment.
        moment: usize,
    },
    /// 1 where nothing is known, else 0.
    Missing {
        /// Any field.
        field: usize,
    },
    /// a / b; missing where b is 0.
    Ratio {
        /// The numerator.
        a: usize,
        /// The denominator.
        b: usize,
    },
    /// a - b; of dates, the days from b to a, where both were known at the moment.
    Difference {
        /// The first.
        a: usize,
        /// The one taken off.
        b: usize,
        /// The moment, for dates.
        moment: Option<usize>,
    },
    /// A part of the moment.
    Clock {
        /// The moment.
        moment: usize,
        /// Which part.
        part: ClockPart,
    },
    /// The number that a contact field gives.
    Contact {
        /// The contact field.
        field: usize,
        /// Which number.
        gives: ContactNumber,
    },
    /// 1 where a list of technologies has one, 0 where it has not; missing where there is no list.
    Uses {
        /// The list.
        field: usize,
        /// The technology, in the spelling of `leadsight_contact`.
        technology: String,
    },
    /// 1 where a mail address is at a company's own domain, 0 where it is not; missing where either cannot be read.
    OwnDomain {
        /// The mail address.
        email: usize,
        /// The web site.
        website: usize,
    },
    /// How much of a declared profile is met, 0 to 100.
    Match {
        /// Its conditions.
        when: Vec<Condition<usize>>,
        /// The weight of each.
        weights: Vec<f64>,
        /// The moment from which they look at dates; that of scoring unless given.
        moment: Option<usize>,
    },
    /// 1 where a declared condition holds, or as often as it counts; else 0.
    Holds {
        /// The feature's name.
        name: String,
        /// The condition.
        when: Condition<usize>,
        /// How often it counts where it holds; once unless given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        times: Option<Times<usize>>,
        /// The fields that it is told to come from.
        sources: Vec<usize>,
        /// The moment from which it looks at dates; that of scoring unless given.
        moment: Option<usize>,
    },
}

/// A step that gives a code; 0 is missing, 1 another word, 2.. the words in `levels` or the pairs in `pairs`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum CategoryStep {
    /// The word of a field.
    Word {
        /// The category.
        field: usize,
        /// Its words, the most frequent in training first.
        levels: Vec<String>,
        /// The training words too rare to have a code, where there are few enough to list: any other word is new.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rare: Option<Vec<String>>,
    },
    /// The word that a contact field gives.
    Contact {
        /// The contact field.
        field: usize,
        /// Which word.
        gives: ContactWord,
        /// The words it gave in training, the most frequent first.
        levels: Vec<String>,
    },
    /// The words of two fields together; missing where either is.
    Cross {
        /// The first category.
        a: usize,
        /// The second.
        b: usize,
        /// The pairs of words, the most frequent in training first.
        pairs: Vec<(String, String)>,
    },
}

impl NumberStep {
    /// The feature's name.
    pub fn name(&self, fields: &[Field]) -> String {
        let name = |i: usize| fields[i].name.as_str();
        match self {
            Self::Value { field } => name(*field).to_owned(),
            Self::Age { field, .. } => format!("days_since({})", name(*field)),
            Self::Missing { field } => format!("missing({})", name(*field)),
            Self::Ratio { a, b } => format!("{} / {}", name(*a), name(*b)),
            Self::Difference { a, b, .. } => format!("{} - {}", name(*a), name(*b)),
            Self::Clock { moment, part } => {
                format!("{}({})", format!("{part:?}").to_lowercase(), name(*moment))
            }
            Self::Contact { field, gives } => format!("{}({})", gives.name(), name(*field)),
            Self::Uses { field, technology } => format!("uses({}, {technology})", name(*field)),
            Self::OwnDomain { email, website } => {
                format!("own_domain({}, {})", name(*email), name(*website))
            }
            Self::Match { .. } => "icp match".to_owned(),
            Self::Holds { name, .. } => name.clone(),
        }
    }

    /// The fields it says something about (the moment at which a date is looked at is no source of the reason).
    pub fn sources(&self) -> Vec<usize> {
        match self {
            Self::Value { field }
            | Self::Age { field, .. }
            | Self::Missing { field }
            | Self::Contact { field, .. }
            | Self::Uses { field, .. } => vec![*field],
            Self::OwnDomain { email, website } => vec![*email, *website],
            Self::Ratio { a, b } | Self::Difference { a, b, .. } => vec![*a, *b],
            Self::Clock { moment, .. } => vec![*moment],
            Self::Match { when, .. } => {
                let fields: BTreeSet<usize> =
                    when.iter().flat_map(Condition::fields).copied().collect();
                fields.into_iter().collect()
            }
            Self::Holds { sources, .. } => sources.clone(),
        }
    }

    /// Every position it reads.
    pub(crate) fn reads(&self) -> Vec<usize> {
        let mut reads = self.sources();
        match self {
            Self::Age { moment, .. } | Self::Difference { moment: Some(moment), .. } => {
                reads.push(*moment);
            }
            Self::Match { moment, .. } => reads.extend(moment),
            Self::Holds { when, times, moment, .. } => {
                let times = times.iter().map(Times::field);
                reads.extend(when.fields().into_iter().chain(times).chain(moment));
            }
            _ => {}
        }
        reads
    }

    pub(crate) fn positions(&mut self) -> Vec<&mut usize> {
        match self {
            Self::Value { field }
            | Self::Missing { field }
            | Self::Contact { field, .. }
            | Self::Uses { field, .. } => vec![field],
            Self::OwnDomain { email, website } => vec![email, website],
            Self::Age { field, moment } => vec![field, moment],
            Self::Ratio { a, b } => vec![a, b],
            Self::Difference { a, b, moment } => [a, b].into_iter().chain(moment).collect(),
            Self::Clock { moment, .. } => vec![moment],
            Self::Match { when, moment, .. } => {
                when.iter_mut().flat_map(Condition::fields_mut).chain(moment).collect()
            }
            Self::Holds { when, times, sources, moment, .. } => {
                let times = times.iter_mut().map(Times::field_mut);
                when.fields_mut().into_iter().chain(times).chain(sources).chain(moment).collect()
            }
        }
    }

    pub(crate) fn feature(&self, fields: &[Field]) -> Feature {
        Feature {
            name: self.name(fields),
            sources: self.sources().iter().map(|&i| fields[i].name.clone()).collect(),
            kind: FeatureKind::Number,
        }
    }

    /// `now` is the moment of scoring, where there is one.
    pub(crate) fn number(&self, cells: &[Cell<'_>], now: Option<Timestamp>) -> f32 {
        let indicator = |holds: bool| Some(f64::from(u8::from(holds)));
        let value = match *self {
            Self::Value { field } => number(cells[field]),
            Self::Age { field, moment } => age(cells[field], cells[moment]),
            Self::Missing { field } => indicator(cells[field] == Cell::Missing),
            Self::Ratio { a, b } => ratio(cells[a], cells[b]),
            Self::Difference { a, b, moment } => {
                difference(cells[a], cells[b], moment.map(|m| cells[m]))
            }
            Self::Clock { moment, part } => date(cells[moment]).map(|t| clock(t, part)),
            Self::Contact { field, gives } => gives.of(cells[field]),
            Self::Uses { field, ref technology } => {
                contacts::uses(cells[field], technology).and_then(indicator)
            }
            Self::OwnDomain { email, website } => {
                contacts::own_domain(cells[email], cells[website]).and_then(indicator)
            }
            Self::Match { ref when, ref weights, moment } => {
                let moment = moment.map_or(now, |m| date(cells[m]));
                let met = |i: usize| when[i].holds(&|field: &usize| cells[*field], moment);
                Some(match_pct(weights.iter().copied(), met))
            }
            Self::Holds { ref when, ref times, moment, .. } => {
                let moment = moment.map_or(now, |m| date(cells[m]));
                let holds = when.holds(&|field: &usize| cells[*field], moment);
                match times {
                    Some(times) if holds => Some(times.of(cells[*times.field()], moment)),
                    _ => indicator(holds),
                }
            }
        };
        // A number beyond f32 is still a number: it stays at the end of the range.
        value.map_or(f32::NAN, |v| (v as f32).clamp(f32::MIN, f32::MAX))
    }
}

impl CategoryStep {
    /// The feature's name.
    pub fn name(&self, fields: &[Field]) -> String {
        match self {
            Self::Word { field, .. } => fields[*field].name.clone(),
            Self::Contact { field, gives, .. } => {
                format!("{}({})", gives.name(), fields[*field].name)
            }
            Self::Cross { a, b, .. } => format!("{} x {}", fields[*a].name, fields[*b].name),
        }
    }

    pub(crate) fn reads(&self) -> Vec<usize> {
        match *self {
            Self::Word { field, .. } | Self::Contact { field, .. } => vec![field],
            Self::Cross { a, b, .. } => vec![a, b],
        }
    }

    pub(crate) fn positions(&mut self) -> Vec<&mut usize> {
        match self {
            Self::Word { field, .. } | Self::Contact { field, .. } => vec![field],
            Self::Cross { a, b, .. } => vec![a, b],
        }
    }

    pub(crate) fn feature(&self, fields: &[Field]) -> Feature {
        let mut levels = vec!["missing".to_owned(), "other".to_owned()];
        match self {
            Self::Word { levels: words, .. } | Self::Contact { levels: words, .. } => {
                levels.extend_from_slice(words)
            }
            Self::Cross { pairs, .. } => {
                levels.extend(pairs.iter().map(|(a, b)| format!("{a} x {b}")));
            }
        }
        Feature {
            name: self.name(fields),
            sources: self.reads().iter().map(|&i| fields[i].name.clone()).collect(),
            kind: FeatureKind::Category { levels },
        }
    }
}

/// A word, or `None` where nothing is known.
pub(crate) fn word(cell: Cell<'_>) -> Option<&str> {
    match cell {
        Cell::Text(word) => Some(word),
        _ => None,
    }
}

fn number(cell: Cell<'_>) -> Option<f64> {
    match cell {
        Cell::Number(value) => Some(value),
        _ => None,
    }
}

fn date(cell: Cell<'_>) -> Option<Timestamp> {
    match cell {
        Cell::Date(moment) => Some(moment),
        _ => None,
    }
}

fn age(cell: Cell<'_>, moment: Cell<'_>) -> Option<f64> {
    Some(date(moment)?.days_since(date(cell)?)).filter(|days| *days >= 0.0)
}

fn ratio(a: Cell<'_>, b: Cell<'_>) -> Option<f64> {
    Some(number(a)? / number(b)?).filter(|ratio| ratio.is_finite())
}

fn difference(a: Cell<'_>, b: Cell<'_>, moment: Option<Cell<'_>>) -> Option<f64> {
    match moment {
        // Through the ages, so that a date later than the moment is not known here either.
        Some(moment) => Some(age(b, moment)? - age(a, moment)?),
        None => Some(number(a)? - number(b)?),
    }
}

/// The month by the days-to-civil rule of Hinnant (2013), "chrono-compatible low-level date algorithms".
fn clock(moment: Timestamp, part: ClockPart) -> f64 {
    let days = moment.0.div_euclid(86_400);
    let value = match part {
        ClockPart::Hour => moment.0.rem_euclid(86_400) / 3_600,
        // 1 January 1970 was a Thursday.
        ClockPart::Weekday => (days + 3).rem_euclid(7) + 1,
        ClockPart::Month => {
            let day_of_era = (days + 719_468).rem_euclid(146_097);
            let year = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524
                - day_of_era / 146_096)
                / 365;
            let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
            let from_march = (5 * day_of_year + 2) / 153;
            if from_march < 10 { from_march + 3 } else { from_march - 9 }
        }
    };
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsight_schema::DateFormat;

    fn at(text: &str) -> Cell<'static> {
        Cell::Date(DateFormat::Iso.parse(text).unwrap())
    }

    #[track_caller]
    fn check(step: NumberStep, cells: &[Cell<'_>], expect: Option<f32>) {
        let found = step.number(cells, None);
        assert_eq!((!found.is_nan()).then_some(found), expect, "{step:?} of {cells:?}");
    }

    #[test]
    fn numbers() {
        let (a, b, field, moment) = (0, 1, 0, 1);
        let n = Cell::Number;
        check(NumberStep::Value { field }, &[n(2.5)], Some(2.5));
        check(NumberStep::Value { field }, &[n(1e300)], Some(f32::MAX));
        check(NumberStep::Value { field }, &[Cell::Missing], None);
        check(NumberStep::Missing { field }, &[Cell::Missing], Some(1.0));
        check(NumberStep::Ratio { a, b }, &[n(1.0), n(4.0)], Some(0.25));
        check(NumberStep::Ratio { a, b }, &[n(1.0), n(0.0)], None);
        check(NumberStep::Difference { a, b, moment: None }, &[n(1.0), n(4.0)], Some(-3.0));
        check(NumberStep::Age { field, moment }, &[at("2026-01-01"), at("2026-01-11")], Some(10.0));
        // Not known yet.
        check(NumberStep::Age { field, moment }, &[at("2026-01-12"), at("2026-01-11")], None);
        check(NumberStep::Age { field, moment }, &[at("2026-01-12"), Cell::Missing], None);
        let days = NumberStep::Difference { a, b, moment: Some(2) };
        check(days, &[at("2026-01-05"), at("2026-01-02"), at("2026-02-01")], Some(3.0));
    }

    #[test]
    fn parts_of_the_moment() {
        let part = |part| NumberStep::Clock { moment: 0, part };
        for (text, month, weekday, hour) in [
            ("2026-11-22T14:03:00Z", 11.0, 7.0, 14.0),
            ("2024-02-29T00:00:00Z", 2.0, 4.0, 0.0),
            ("1969-12-31T23:59:59Z", 12.0, 3.0, 23.0),
            ("2026-03-01T01:00:00Z", 3.0, 7.0, 1.0),
        ] {
            check(part(ClockPart::Month), &[at(text)], Some(month));
            check(part(ClockPart::Weekday), &[at(text)], Some(weekday));
            check(part(ClockPart::Hour), &[at(text)], Some(hour));
        }
    }
}
