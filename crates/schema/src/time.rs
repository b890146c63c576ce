//! Moments, and the date formats that CRM exports use.

use crate::{Local, SchemaError, Zone};
use jiff::civil::{Date, DateTime, Time};
use jiff::{Timestamp as Instant, fmt::strtime, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// A moment: seconds since 1970-01-01T00:00:00Z. Dates without a zone are taken as UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Days from `earlier` to `self`; negative when `earlier` is later.
    pub fn days_since(self, earlier: Timestamp) -> f64 {
        (self.0 - earlier.0) as f64 / 86_400.0
    }

    /// RFC 3339 in UTC, to the second; out of jiff's range it is the bare number of seconds.
    pub fn to_rfc3339(self) -> String {
        Instant::from_second(self.0).map_or_else(|_| self.0.to_string(), |t| t.to_string())
    }

    /// The date alone, `YYYY-MM-DD`.
    pub fn to_date(self) -> String {
        self.to_rfc3339().chars().take(10).collect()
    }

    /// The month alone, `YYYY-MM`.
    pub fn to_month(self) -> String {
        self.to_rfc3339().chars().take(7).collect()
    }
}

/// How a column writes its dates. One column, one format; an ISO date, which can be nothing else, is read in any of them. But for `Iso` a
/// year may have two digits: it is one from 1970 to 2069.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub enum DateFormat {
    /// `2026-11-22`, `2026-11-22 14:03`, `2026-11-22T14:03:05Z`, with or without offset or fraction.
    Iso,
    /// `22/11/2026`, `22/11/2026 14:03` (also with `-`).
    DayMonthYear,
    /// `11/22/2026`, `11/22/2026 14:03`, `11/22/2026 2:03 PM`.
    MonthDayYear,
    /// `22.11.2026`, `22.11.2026 14:03`.
    German,
    /// `2026/11/22`, `2026/11/22 14:03`.
    YearSlash,
    /// `22-Nov-2026`, `22 Nov 2026`.
    NamedMonth,
}

impl DateFormat {
    /// Every format, in the order in which inference tries them. Where day and month cannot be told apart the
    /// earlier one wins, so [`DateFormat::DayMonthYear`] goes before [`DateFormat::MonthDayYear`].
    pub const ALL: [DateFormat; 6] = [
        DateFormat::Iso,
        DateFormat::DayMonthYear,
        DateFormat::MonthDayYear,
        DateFormat::German,
        DateFormat::YearSlash,
        DateFormat::NamedMonth,
    ];

    /// The format in words.
    pub fn describe(self) -> &'static str {
        match self {
            DateFormat::Iso => "a date (YYYY-MM-DD, time and offset optional)",
            DateFormat::DayMonthYear => "a date (DD/MM/YYYY, time optional)",
            DateFormat::MonthDayYear => "a date (MM/DD/YYYY, time optional)",
            DateFormat::German => "a date (DD.MM.YYYY, time optional)",
            DateFormat::YearSlash => "a date (YYYY/MM/DD, time optional)",
            DateFormat::NamedMonth => "a date (DD-Mon-YYYY)",
        }
    }

    fn patterns(self) -> &'static [&'static str] {
        match self {
            DateFormat::Iso => &[],
            DateFormat::DayMonthYear => {
                &["%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d-%m-%Y", "%d-%m-%Y %H:%M"]
            }
            DateFormat::MonthDayYear => &[
                "%m/%d/%Y",
                "%m/%d/%Y %H:%M",
                "%m/%d/%Y %H:%M:%S",
                "%m/%d/%Y %I:%M %p",
                "%m/%d/%Y %I:%M:%S %p",
            ],
            DateFormat::German => &["%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S"],
            DateFormat::YearSlash => &["%Y/%m/%d", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S"],
            DateFormat::NamedMonth => {
                &["%d-%b-%Y", "%d %b %Y", "%d-%B-%Y", "%d %B %Y", "%b %d, %Y"]
            }
        }
    }

    /// Reads a date in this format; a time that names no offset is taken as UTC.
    ///
    /// # Errors
    /// [`SchemaError::Unreadable`] for another format or a date that does not exist (30 February).
    pub fn parse(self, text: &str) -> Result<Timestamp, SchemaError> {
        self.parse_in(text, None)
    }

    /// As [`DateFormat::parse`], but times without an offset are those of `zone`; one that its clocks skip or repeat is read
    /// as [`Local`] tells. A day without a time stays that day in UTC, whatever the zone.
    ///
    /// # Errors
    /// As [`DateFormat::parse`].
    pub fn parse_in(self, text: &str, zone: Option<&Zone>) -> Result<Timestamp, SchemaError> {
        let read = self.read(text.trim()).and_then(|read| match (read, zone) {
            (Read::Moment(moment), _) => Some(moment),
            (Read::Local(local), Some(zone)) => zone.moment(local).map(Local::moment),
            (Read::Local(local), None) => in_utc(local),
            (Read::Day(day), _) => in_utc(day.to_datetime(Time::midnight())),
        });
        read.ok_or_else(|| SchemaError::Unreadable {
            expected: self.describe(),
            found: text.trim().chars().take(80).collect(),
        })
    }

    /// What a date says of its time zone; `None` where it cannot be read.
    pub fn clock(self, text: &str, zone: Option<&Zone>) -> Option<Clock> {
        Some(match (self.read(text.trim())?, zone) {
            (Read::Moment(_), _) => Clock::Offset,
            (Read::Day(_), _) => Clock::Day,
            (Read::Local(_), None) => Clock::Local,
            (Read::Local(local), Some(zone)) => match zone.moment(local)? {
                Local::Once(_) => Clock::Local,
                Local::Twice(_) => Clock::Twice,
                Local::Never(_) => Clock::Never,
            },
        })
    }

    fn read(self, text: &str) -> Option<Read> {
        self.read_own(text)
            .or_else(|| is_iso(text).then(|| DateFormat::Iso.read_own(text)).flatten())
    }

    fn read_own(self, text: &str) -> Option<Read> {
        if self == DateFormat::Iso
            && let Some(read) = iso(text)
        {
            return Some(read);
        }
        let (local, offset) = without_offset(text);
        let read = match self {
            DateFormat::Iso => iso(local)?,
            other => other.patterns().iter().find_map(|pattern| by_pattern(pattern, local))?,
        };
        let Some(offset) = offset else { return Some(read) };
        match read {
            Read::Local(local) => {
                in_utc(local).map(|moment| Read::Moment(Timestamp(moment.0 - i64::from(offset))))
            }
            _ => None,
        }
    }
}

/// What a date says of its time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The offset from UTC.
    Offset,
    /// Nothing: it is a time of some place.
    Local,
    /// Nothing, and the clocks of the place showed it twice.
    Twice,
    /// Nothing, and the clocks of the place never showed it.
    Never,
    /// It is a day without a time.
    Day,
}

/// A date as it is written.
enum Read {
    Moment(Timestamp),
    Local(DateTime),
    Day(Date),
}

/// Names of offsets that mean one thing (RFC 2822, and Central Europe's), in hours. Others, such as BST and IST, mean
/// several.
const ZONES: [(&str, i32); 13] = [
    ("UTC", 0),
    ("GMT", 0),
    ("Z", 0),
    ("CET", 1),
    ("CEST", 2),
    ("EST", -5),
    ("EDT", -4),
    ("CST", -6),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
];

/// A text without the offset at its end (`UTC`, `CET`, `+0100`, `GMT+01:00`), and the offset in seconds.
fn without_offset(text: &str) -> (&str, Option<i32>) {
    let Some((local, last)) = text.rsplit_once(' ') else { return (text, None) };
    if let Some((_, hours)) = ZONES.iter().find(|(name, _)| *name == last) {
        return (local, Some(hours * 3600));
    }
    let numeric = last.strip_prefix("UTC").or_else(|| last.strip_prefix("GMT")).unwrap_or(last);
    match numeric_offset(numeric) {
        Some(offset) => (local, Some(offset)),
        None => (text, None),
    }
}

/// `+01:00`, `-0530`, `+1`, in seconds.
fn numeric_offset(text: &str) -> Option<i32> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 && digits.is_ascii() => digits.split_at(2),
        None => (digits, "00"),
    };
    let number = |text: &str| -> Option<i32> {
        ((1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse().ok())?
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

fn iso(text: &str) -> Option<Read> {
    // Without this a bare number such as "20260131" would pass for a date.
    if text.len() < 8 || text.as_bytes().get(4) != Some(&b'-') {
        return None;
    }
    if let Ok(instant) = text.parse::<Instant>() {
        return Some(Read::Moment(Timestamp(instant.as_second())));
    }
    let local: DateTime = text.parse().ok()?;
    Some(if text.contains(':') { Read::Local(local) } else { Read::Day(local.date()) })
}

/// Whether a text begins as `2026-11-22` does.
fn is_iso(text: &str) -> bool {
    let day = text.as_bytes().get(..10);
    day.is_some_and(|day| {
        day.iter().enumerate().all(|(at, b)| match at {
            4 | 7 => *b == b'-',
            _ => b.is_ascii_digit(),
        })
    })
}

fn by_pattern(pattern: &str, text: &str) -> Option<Read> {
    let broken = strtime::parse(pattern, text).ok()?;
    let date = whole_year(broken.to_date().ok()?, pattern, text)?;
    Some(match broken.to_time() {
        Ok(time) if pattern.contains(":%M") => Read::Local(date.to_datetime(time)),
        _ => Read::Day(date),
    })
}

/// The date with a year of two digits taken for one from 1970 to 2069. A year of one or three digits is a slip of the hand, or no
/// date at all (a version such as `1.2.5`).
fn whole_year(date: Date, pattern: &str, text: &str) -> Option<Date> {
    let year = date.year();
    if year >= 1000 {
        return Some(date);
    }
    // Of the numbers in the text the year is the one behind the pattern's numbers before it; a month may be a word.
    let before = pattern.split("%Y").next().unwrap_or_default();
    let place = ["%d", "%m"].iter().filter(|number| before.contains(**number)).count();
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    match numbers.map(str::len).nth(place) {
        Some(4) => Some(date),
        Some(2) => {
            let century = if year < 70 { 2000 } else { 1900 };
            Date::new(century + year, date.month(), date.day()).ok()
        }
        _ => None,
    }
}

fn in_utc(civil: DateTime) -> Option<Timestamp> {
    civil.to_zoned(TimeZone::UTC).ok().map(|z| Timestamp(z.timestamp().as_second()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(format: DateFormat, text: &str, expect: Option<&str>) {
        assert_eq!(format.parse(text).ok().map(Timestamp::to_rfc3339).as_deref(), expect, "{text}");
    }

    #[test]
    fn reads_the_usual_formats() {
        check(DateFormat::Iso, "2026-11-22", Some("2026-11-22T00:00:00Z"));
        check(DateFormat::Iso, "2026-11-22 14:03", Some("2026-11-22T14:03:00Z"));
        check(DateFormat::Iso, "2026-11-22T14:03:05+02:00", Some("2026-11-22T12:03:05Z"));
        check(DateFormat::DayMonthYear, "22/11/2026", Some("2026-11-22T00:00:00Z"));
        check(DateFormat::MonthDayYear, "11/22/2026 2:03 PM", Some("2026-11-22T14:03:00Z"));
        check(DateFormat::German, "22.11.2026 14:03", Some("2026-11-22T14:03:00Z"));
        check(DateFormat::NamedMonth, "22-Nov-2026", Some("2026-11-22T00:00:00Z"));
    }

    #[test]
    fn an_iso_date_is_read_in_every_format_and_nothing_else_passes_for_one() {
        for format in DateFormat::ALL {
            check(format, "2026-11-22", Some("2026-11-22T00:00:00Z"));
            check(format, "2026-11-22T14:03:05+02:00", Some("2026-11-22T12:03:05Z"));
            check(format, "2026-11-22 14:03 CET", Some("2026-11-22T13:03:00Z"));
            for text in ["20261122", "2026-11", "2026-13-22", "2026-W47-7"] {
                check(format, text, None);
            }
        }
        check(DateFormat::Iso, "22.11.2026", None);
    }

    #[test]
    fn an_offset_at_the_end_counts_in_every_format() {
        check(DateFormat::Iso, "2026-11-22 14:03:05 UTC", Some("2026-11-22T14:03:05Z"));
        check(DateFormat::Iso, "2026-11-22 14:03:05 +0100", Some("2026-11-22T13:03:05Z"));
        check(DateFormat::Iso, "2026-11-22 14:03 GMT-05:30", Some("2026-11-22T19:33:00Z"));
        check(
            DateFormat::Iso,
            "2026-11-22T14:03:05+01:00[Europe/Berlin]",
            Some("2026-11-22T13:03:05Z"),
        );
        check(DateFormat::German, "22.11.2026 14:03 CET", Some("2026-11-22T13:03:00Z"));
        check(DateFormat::MonthDayYear, "11/22/2026 2:03 PM PST", Some("2026-11-22T22:03:00Z"));
        check(DateFormat::Iso, "2026-11-22 14:03 IST", None);
        check(DateFormat::Iso, "2026-11-22 CET", None);
        check(DateFormat::Iso, "2026-11-22 14:03 +25:00", None);
        check(DateFormat::NamedMonth, "22 Nov 2026", Some("2026-11-22T00:00:00Z"));
    }

    #[test]
    fn times_without_an_offset_are_those_of_the_zone() {
        let offsets = [(0, 3600), (1_774_746_000, 7200), (1_792_890_000, 3600)];
        let offsets = offsets.map(|(from, seconds)| (Timestamp(from), seconds)).to_vec();
        let zone = Zone::new("Europe/Berlin", offsets).unwrap();
        let read = |text: &str| DateFormat::Iso.parse_in(text, Some(&zone)).unwrap().to_rfc3339();
        assert_eq!(read("2026-11-22 14:03"), "2026-11-22T13:03:00Z");
        assert_eq!(read("2026-07-01 14:03:00Z"), "2026-07-01T14:03:00Z");
        assert_eq!(read("2026-07-01"), "2026-07-01T00:00:00Z");
        assert_eq!(read("2026-03-29 02:30"), "2026-03-29T01:30:00Z");
        let clock = |text: &str, zone| DateFormat::Iso.clock(text, zone);
        assert_eq!(clock("2026-03-29 02:30", Some(&zone)), Some(Clock::Never));
        assert_eq!(clock("2026-10-25 02:30", Some(&zone)), Some(Clock::Twice));
        assert_eq!(clock("2026-10-25 02:30", None), Some(Clock::Local));
        assert_eq!(clock("2026-10-25 02:30+01", None), Some(Clock::Offset));
        assert_eq!(clock("2026-10-25", Some(&zone)), Some(Clock::Day));
        assert_eq!(clock("soon", Some(&zone)), None);
    }

    #[test]
    fn a_year_of_two_digits_is_of_our_time() {
        check(DateFormat::German, "02.01.25", Some("2025-01-02T00:00:00Z"));
        check(DateFormat::German, "29.02.00 14:03", Some("2000-02-29T14:03:00Z"));
        check(DateFormat::German, "29.02.01", None);
        check(DateFormat::German, "31.12.69", Some("2069-12-31T00:00:00Z"));
        check(DateFormat::German, "01.01.70", Some("1970-01-01T00:00:00Z"));
        check(DateFormat::German, "02.01.25 14:03 CET", Some("2025-01-02T13:03:00Z"));
        check(DateFormat::DayMonthYear, "2/1/25", Some("2025-01-02T00:00:00Z"));
        check(DateFormat::DayMonthYear, "02-01-25 09:30", Some("2025-01-02T09:30:00Z"));
        check(DateFormat::MonthDayYear, "1/2/25 2:03 PM", Some("2025-01-02T14:03:00Z"));
        check(DateFormat::YearSlash, "99/12/31", Some("1999-12-31T00:00:00Z"));
        check(DateFormat::NamedMonth, "2-Jan-25", Some("2025-01-02T00:00:00Z"));
        check(DateFormat::NamedMonth, "Jan 2, 25", Some("2025-01-02T00:00:00Z"));
        // What is written with four digits is meant; one and three are not a year.
        check(DateFormat::German, "02.01.0025", Some("0025-01-02T00:00:00Z"));
        check(DateFormat::German, "02.01.202", None);
        check(DateFormat::German, "1.2.5", None);
        check(DateFormat::Iso, "25-01-02", None);
    }

    #[test]
    fn refuses_dates_that_do_not_exist() {
        check(DateFormat::Iso, "2026-02-30", None);
        check(DateFormat::MonthDayYear, "22/11/2026", None);
        check(DateFormat::Iso, "20260131", None);
    }
}
