//! How fast leads with one value come in: the most of them within some hours of each other.

use leadsight_rules::Condition;
use leadsight_schema::{Language, Timestamp, fill};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// The stretch of time that leads are counted within, and the field that says when a lead came in.
///
/// A lead counts for as many as the fullest stretch that holds it: of all stretches of this length, from some moment on to just before the same
/// moment `hours` later, the one with the most leads of the lead's own value. So all leads of a burst count for the whole burst, the first like
/// the last, and it does not matter where midnight falls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Within {
    /// How long, in hours: above 0, at most [`Within::MOST_HOURS`], to the nearest second.
    pub hours: f64,
    /// The field of the moment that a lead came in, read as a date; a day without a time is its midnight. A lead of which it is not known counts
    /// for nobody, itself included.
    pub at: String,
}

impl Within {
    /// The most hours: a leap year. What repeats over longer is told by a count of all leads.
    pub const MOST_HOURS: f64 = 366.0 * 24.0;

    pub(super) fn is_sound(&self) -> bool {
        self.hours > 0.0 && self.hours <= Self::MOST_HOURS
    }

    /// A condition that takes the field for what this does: a date.
    pub(super) fn condition(&self) -> Condition {
        Condition::WithinDays(self.at.clone(), self.hours / 24.0)
    }

    /// The length in words: "an hour", "36 hours", "a day", "7 days".
    pub(super) fn words(&self, language: Language) -> String {
        let p = language.phrases();
        let (one, many, number) = match self.hours / 24.0 {
            days if days.fract() == 0.0 => (p.a_day, p.days, days),
            _ => (p.an_hour, p.hours, self.hours),
        };
        if number == 1.0 {
            return one.to_owned();
        }
        let number = language.decimal(number.to_string());
        fill(many, |_| &number)
    }

    /// For each of the moments, in order and once each, how many of all lie in the fullest stretch that holds it.
    ///
    /// A fullest stretch can be moved on until it begins with its first lead, so that only stretches that begin with a lead are looked at.
    /// Those that still reach the lead at hand wait in `begun`, each emptier than the one before: the first is the fullest.
    pub(super) fn fullest(&self, mut moments: Vec<Timestamp>) -> Vec<(Timestamp, u32)> {
        let length = (self.hours * 3600.0).round().max(1.0) as u64;
        let reaches = |from: Timestamp, to: Timestamp| to.0.abs_diff(from.0) < length;
        moments.sort_unstable();
        let mut end = 0;
        let mut begun: VecDeque<(Timestamp, u32)> = VecDeque::new();
        let mut found = Vec::with_capacity(moments.len());
        for (i, &moment) in moments.iter().enumerate() {
            end += moments[end..].iter().take_while(|later| reaches(moment, **later)).count();
            let leads = (end - i) as u32;
            while begun.front().is_some_and(|(from, _)| !reaches(*from, moment)) {
                begun.pop_front();
            }
            while begun.back().is_some_and(|(_, fewer)| *fewer <= leads) {
                begun.pop_back();
            }
            begun.push_back((moment, leads));
            found.push((moment, begun[0].1));
        }
        found.dedup_by_key(|(moment, _)| *moment);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn within(hours: f64) -> Within {
        Within { hours, at: "created_at".to_owned() }
    }

    #[test]
    fn a_burst_counts_as_one_across_midnight_and_ends_just_before_its_length() {
        let hour = |h: f64| Timestamp((h * 3600.0) as i64);
        let moments = vec![hour(1.0), hour(23.5), hour(24.5), hour(25.0), hour(47.4), hour(200.0)];
        let found = within(24.0).fullest(moments.clone());
        let counts: Vec<u32> = found.iter().map(|(_, count)| *count).collect();
        // The first lies 24 hours before the fourth: one stretch holds three of the four.
        assert_eq!(counts, [3, 4, 4, 4, 4, 1]);
        let one_more_second = within(24.0 + 1.0 / 3600.0).fullest(moments);
        assert_eq!(one_more_second[0].1, 4);
        assert_eq!(within(1.0).fullest(Vec::new()), []);
        let ends = vec![Timestamp(i64::MIN), Timestamp(i64::MAX), Timestamp(i64::MAX)];
        let far = within(Within::MOST_HOURS).fullest(ends);
        assert_eq!(far, [(Timestamp(i64::MIN), 1), (Timestamp(i64::MAX), 2)]);
    }

    #[test]
    fn lengths_are_told_as_people_do() {
        use Language::{English, German};
        for (hours, english, german) in [
            (1.0, "an hour", "einer Stunde"),
            (24.0, "a day", "einem Tag"),
            (168.0, "7 days", "7 Tagen"),
            (36.0, "36 hours", "36 Stunden"),
            (0.5, "0.5 hours", "0,5 Stunden"),
        ] {
            assert_eq!(within(hours).words(English), english);
            assert_eq!(within(hours).words(German), german);
        }
    }

    proptest! {
        /// Against the definition: every stretch that holds the lead, tried second by second.
        #[test]
        fn the_fullest_stretch_is_found(
            moments in prop::collection::vec(-40..40_i64, 0..30),
            length in 1..60_i64,
        ) {
            let given = moments.iter().map(|t| Timestamp(*t)).collect();
            let found = within(length as f64 / 3600.0).fullest(given);
            let mut expect: Vec<(Timestamp, u32)> = moments.iter().map(|t| {
                let leads = |from: i64| {
                    moments.iter().filter(|m| (from..from + length).contains(m)).count() as u32
                };
                (Timestamp(*t), (t - length + 1..=*t).map(leads).max().unwrap())
            }).collect();
            expect.sort_unstable();
            expect.dedup();
            prop_assert_eq!(found, expect);
        }
    }
}
