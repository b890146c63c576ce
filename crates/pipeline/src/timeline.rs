//! Leads and conversions over time, or along the file where no column holds the leads' dates.

use crate::Prepared;
use leadsight_report::folder::{Period, TimeUnit, Timeline};
use leadsight_schema::{Cell, Cells, Role, Timestamp};
use std::collections::BTreeMap;

/// Periods at most, so that a chart shows each.
const MOST: usize = 48;
/// Leads that a period should hold on average, or its rate says nothing.
const LEADS: usize = 50;
/// Parts of a file without dates.
const PARTS: usize = 20;

/// The timeline of the labelled leads; `None` where there are too few to make two periods.
pub fn timeline(prepared: &Prepared) -> Option<Timeline> {
    let rows = prepared.table.rows();
    let (column, unit, keys) = by_date(prepared).or_else(|| by_order(rows))?;
    let undated = keys.iter().filter(|key| key.is_none()).count();
    let mut periods: BTreeMap<&Key, Period> = BTreeMap::new();
    for (row, key) in keys.iter().enumerate() {
        let Some(key) = key else { continue };
        let period = periods.entry(key).or_default();
        period.rows += 1;
        period.positives += usize::from(prepared.labels.as_slice()[row]);
    }
    let mut count = |rows: &[usize], part: fn(&mut Period)| {
        for &row in rows {
            if let Some(period) = keys[row].as_ref().and_then(|key| periods.get_mut(key)) {
                part(period);
            }
        }
    };
    count(&prepared.split.train, |period| period.train += 1);
    count(&prepared.split.valid, |period| period.valid += 1);
    count(&prepared.split.test, |period| period.test += 1);
    let periods: Vec<Period> =
        periods.into_iter().map(|(key, period)| Period { start: key.words(), ..period }).collect();
    (periods.len() > 1).then_some(Timeline { column, unit, periods, undated })
}

/// The date column, the unit, and the period of each row.
type Keyed = (Option<String>, TimeUnit, Vec<Option<Key>>);

/// What a period is known by; ordered as the periods are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Start(String),
    Row(usize),
}

impl Key {
    fn words(&self) -> String {
        match self {
            Key::Start(day) => day.clone(),
            Key::Row(row) => (row + 1).to_string(),
        }
    }
}

/// The finest unit that neither makes too many periods nor too small ones.
fn by_date(prepared: &Prepared) -> Option<Keyed> {
    let schema = prepared.table.schema();
    let position = schema.with_role(Role::Created).next()?;
    let moments: Vec<Option<Timestamp>> = (0..prepared.table.rows())
        .map(|row| match prepared.table.cell(row, position) {
            Cell::Date(moment) => Some(moment),
            _ => None,
        })
        .collect();
    let dated = moments.iter().flatten().count();
    let column = schema.fields()[position].name.clone();
    let units = [TimeUnit::Day, TimeUnit::Week, TimeUnit::Month, TimeUnit::Quarter, TimeUnit::Year];
    units.into_iter().find_map(|unit| {
        let keys: Vec<Option<Key>> =
            moments.iter().map(|m| m.map(|m| Key::Start(start(m, unit)))).collect();
        let distinct = keys.iter().flatten().collect::<std::collections::BTreeSet<_>>().len();
        let fits = distinct <= MOST && (dated >= LEADS * distinct || unit == TimeUnit::Year);
        (fits && distinct > 1).then(|| (Some(column.clone()), unit, keys))
    })
}

fn by_order(rows: usize) -> Option<Keyed> {
    let parts = PARTS.min(rows / LEADS);
    (parts > 1).then(|| {
        let first = |row: usize| (row * parts / rows * rows).div_ceil(parts);
        (None, TimeUnit::FilePart, (0..rows).map(|row| Some(Key::Row(first(row)))).collect())
    })
}

/// The first day of the period that a moment falls into.
fn start(moment: Timestamp, unit: TimeUnit) -> String {
    const DAY: i64 = 86_400;
    let month = || moment.to_month();
    match unit {
        TimeUnit::Day => moment.to_date(),
        TimeUnit::Week => {
            // 1970-01-01 was a Thursday.
            let day = moment.0.div_euclid(DAY);
            Timestamp((day - (day + 3).rem_euclid(7)) * DAY).to_date()
        }
        TimeUnit::Month => month(),
        TimeUnit::Quarter => {
            let month = month();
            let number: u32 = month.get(5..7).and_then(|m| m.parse().ok()).unwrap_or(1);
            format!("{} Q{}", &month[..month.len().min(4)], number.div_ceil(3))
        }
        TimeUnit::Year | TimeUnit::FilePart => month().chars().take(4).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_falls_into_its_period() {
        // 2026-11-22, a Sunday.
        let moment = Timestamp(1_795_305_600 + 3_600);
        for (unit, expect) in [
            (TimeUnit::Day, "2026-11-22"),
            (TimeUnit::Week, "2026-11-16"),
            (TimeUnit::Month, "2026-11"),
            (TimeUnit::Quarter, "2026 Q4"),
            (TimeUnit::Year, "2026"),
        ] {
            assert_eq!(start(moment, unit), expect);
        }
        assert_eq!(start(Timestamp(-1), TimeUnit::Week), "1969-12-29");
    }

    #[test]
    fn a_file_falls_into_equal_parts() {
        assert!(by_order(99).is_none());
        let (_, _, keys) = by_order(1003).unwrap();
        let mut sizes: BTreeMap<Key, usize> = BTreeMap::new();
        for key in keys.into_iter().flatten() {
            *sizes.entry(key).or_default() += 1;
        }
        assert_eq!(sizes.len(), 20);
        assert!(sizes.values().all(|size| (50..=51).contains(size)), "{sizes:?}");
        let mut next = 0;
        for (key, size) in sizes {
            assert_eq!(key, Key::Row(next));
            next += size;
        }
    }
}
