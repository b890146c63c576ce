//! Time zones as a list of clock changes. The list travels with the bundle, so that a live lead's times are read as those
//! of the training rows were, whatever time zone database a later build has; and nothing here needs one.

use crate::Timestamp;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

/// What the clocks of a place show. Made from a time zone database by whoever has one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Zone {
    name: String,
    /// The clocks' lead over UTC in seconds, from a moment on; the first holds before it too.
    offsets: Vec<(i64, i32)>,
}

/// As text: `offsets` is `SECONDS@MOMENT` for each change, by blanks.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    offsets: String,
}

/// A moment of a local time, and whether the clocks showed that time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Local {
    /// Once.
    Once(Timestamp),
    /// Twice, since the clocks were put back; the first of both.
    Twice(Timestamp),
    /// Never, since the clocks were put forward; as much later as they jumped.
    Never(Timestamp),
}

impl Local {
    /// The moment.
    pub fn moment(self) -> Timestamp {
        let (Local::Once(moment) | Local::Twice(moment) | Local::Never(moment)) = self;
        moment
    }
}

impl Zone {
    /// A zone by its name and its clocks' lead over UTC in seconds from each moment on, in order of time; `None` without
    /// any, where the order is broken, or where a lead is a day or more.
    pub fn new(name: impl Into<String>, offsets: Vec<(Timestamp, i32)>) -> Option<Self> {
        let offsets: Vec<(i64, i32)> =
            offsets.into_iter().map(|(from, seconds)| (from.0, seconds)).collect();
        let sorted = offsets.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let sane = offsets.iter().all(|(_, seconds)| seconds.abs() < 86_400);
        (!offsets.is_empty() && sorted && sane).then(|| Self { name: name.into(), offsets })
    }

    /// Its name, such as `Europe/Berlin`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The moment of a local time.
    pub fn moment(&self, local: DateTime) -> Option<Local> {
        let utc = local.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second();
        // Clocks change less often than once in two days, and by less than one.
        let (before, after) = (self.offset(utc - 86_400), self.offset(utc + 86_400));
        let shows = |offset: i32| self.offset(utc - i64::from(offset)) == offset;
        let at = |offset: i32| Timestamp(utc - i64::from(offset));
        Some(match (shows(before), shows(after)) {
            (true, true) if before != after => Local::Twice(at(before)),
            (true, _) => Local::Once(at(before)),
            (false, true) => Local::Once(at(after)),
            (false, false) => Local::Never(at(before)),
        })
    }

    fn offset(&self, moment: i64) -> i32 {
        let later = self.offsets.partition_point(|(from, _)| *from <= moment);
        self.offsets[later.saturating_sub(1)].1
    }
}

impl From<Zone> for Written {
    fn from(zone: Zone) -> Self {
        let offsets: Vec<String> =
            zone.offsets.iter().map(|(from, seconds)| format!("{seconds}@{from}")).collect();
        Self { name: zone.name, offsets: offsets.join(" ") }
    }
}

impl TryFrom<Written> for Zone {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let pair = |text: &str| {
            let (seconds, from) = text.split_once('@')?;
            Some((Timestamp(from.parse().ok()?), seconds.parse().ok()?))
        };
        let offsets: Option<Vec<(Timestamp, i32)>> =
            written.offsets.split_whitespace().map(pair).collect();
        offsets.and_then(|offsets| Zone::new(&written.name, offsets)).ok_or_else(|| {
            format!("the clock changes of `{}` are not SECONDS@MOMENT in order", written.name)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{Timestamp as Instant, tz::TimeZone};
    use proptest::prelude::*;

    /// Berlin's clocks of 2026.
    fn berlin() -> Zone {
        let offsets = [(0, 3600), (1_774_746_000, 7200), (1_792_890_000, 3600)];
        Zone::new("Europe/Berlin", offsets.map(|(from, s)| (Timestamp(from), s)).to_vec()).unwrap()
    }

    #[track_caller]
    fn check(local: &str, expect: fn(Timestamp) -> Local, moment: &str) {
        let moment = Timestamp(moment.parse::<Instant>().unwrap().as_second());
        assert_eq!(berlin().moment(local.parse().unwrap()), Some(expect(moment)), "{local}");
    }

    #[test]
    fn hours_that_the_clocks_skip_or_repeat_are_known() {
        check("2026-01-15T12:00", Local::Once, "2026-01-15T11:00Z");
        check("2026-07-15T12:00", Local::Once, "2026-07-15T10:00Z");
        check("2026-03-29T01:59:59", Local::Once, "2026-03-29T00:59:59Z");
        check("2026-03-29T02:00", Local::Never, "2026-03-29T01:00Z");
        check("2026-03-29T02:30", Local::Never, "2026-03-29T01:30Z");
        check("2026-03-29T03:00", Local::Once, "2026-03-29T01:00Z");
        check("2026-10-25T02:00", Local::Twice, "2026-10-25T00:00Z");
        check("2026-10-25T02:59:59", Local::Twice, "2026-10-25T00:59:59Z");
        check("2026-10-25T03:00", Local::Once, "2026-10-25T02:00Z");
    }

    #[test]
    fn a_zone_is_written_and_read_and_refused_where_it_is_none() {
        let text = serde_json::to_string(&berlin()).unwrap();
        assert_eq!(serde_json::from_str::<Zone>(&text).unwrap(), berlin());
        for offsets in ["", "x", "3600", "3600@5 7200@4", "90000@0"] {
            let text = format!(r#"{{"name": "A", "offsets": "{offsets}"}}"#);
            assert!(serde_json::from_str::<Zone>(&text).is_err(), "{offsets}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_a_library(seconds in 1_767_225_600_i64..1_798_761_600) {
            let rule = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
            let local = Instant::from_second(seconds).unwrap().to_zoned(TimeZone::UTC).datetime();
            let expect = rule.to_ambiguous_timestamp(local);
            let found = berlin().moment(local).unwrap();
            prop_assert_eq!(expect.is_ambiguous(), !matches!(found, Local::Once(_)));
            prop_assert_eq!(expect.compatible().unwrap().as_second(), found.moment().0);
        }
    }
}
