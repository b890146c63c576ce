//! Moments, and the date formats that CRM exports use.

use crate::SchemaError;
use jiff::{Timestamp as Instant, civil::DateTime, fmt::strtime, tz::TimeZone};
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

/// How a column writes its dates. One column, one format.
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

    /// Reads a date in this format.
    ///
    /// # Errors
    /// [`SchemaError::Unreadable`] for another format or a date that does not exist (30 February).
    pub fn parse(self, text: &str) -> Result<Timestamp, SchemaError> {
        let text = text.trim();
        let read = match self {
            DateFormat::Iso => iso(text),
            other => other.patterns().iter().find_map(|pattern| by_pattern(pattern, text)),
        };
        read.ok_or_else(|| SchemaError::Unreadable {
            expected: self.describe(),
            found: text.chars().take(80).collect(),
        })
    }
}

fn iso(text: &str) -> Option<Timestamp> {
    // Without this a bare number such as "20260131" would pass for a date.
    if text.len() < 8 || text.as_bytes().get(4) != Some(&b'-') {
        return None;
    }
    if let Ok(instant) = text.parse::<Instant>() {
        return Some(Timestamp(instant.as_second()));
    }
    let civil: DateTime = text.parse().ok()?;
    in_utc(civil)
}

fn by_pattern(pattern: &str, text: &str) -> Option<Timestamp> {
    let broken = strtime::parse(pattern, text).ok()?;
    let date = broken.to_date().ok()?;
    let time = broken.to_time().unwrap_or_default();
    in_utc(date.to_datetime(time))
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
    fn refuses_dates_that_do_not_exist() {
        check(DateFormat::Iso, "2026-02-30", None);
        check(DateFormat::MonthDayYear, "22/11/2026", None);
        check(DateFormat::Iso, "20260131", None);
    }
}
