//! Values as the text that a CSV export would hold: numbers to their last digit, dates and moments in ISO 8601.

use calamine::{DataRef, ExcelDateTime};

/// A cell as read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// Nothing, or blanks.
    Nothing,
    /// Text, a number, a moment.
    Text(String),
    /// An error such as `#REF!`.
    Error(String),
    /// A formula that was saved without its result.
    NotComputed,
}

/// What a format adds to a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Shown {
    /// Hundredfold, with a `%`.
    Percent,
    /// With leading zeros, to so many digits.
    Digits(usize),
}

impl Shown {
    /// What a number format (`0.0%`, `00000`) adds.
    pub(super) fn of(format: &str) -> Option<Self> {
        // Behind the first `;` are the formats of negative numbers, zero and text; what is quoted is no format.
        let first = format.split(';').next()?;
        let unquoted: String = first.split('"').step_by(2).collect();
        if unquoted.contains('%') && !unquoted.contains("\\%") {
            return Some(Shown::Percent);
        }
        (2..=20)
            .contains(&first.len())
            .then_some(first)
            .filter(|f| f.bytes().all(|b| b == b'0'))
            .map(|f| Shown::Digits(f.len()))
    }
}

/// The days that a sheet can write as dates: up to the end of the year 9999.
const DAYS: std::ops::Range<f64> = 0.0..2_958_466.0;

pub(super) fn value(cell: &DataRef<'_>, shown: Option<&Shown>) -> Value {
    let text = match cell {
        DataRef::Empty => return Value::Nothing,
        DataRef::Error(error) => return Value::Error(error.to_string()),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.trim().to_owned()
        }
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::Int(value) => number(*value as f64, shown),
        DataRef::Float(value) => number(*value, shown),
        DataRef::DateTime(moment) => date(moment),
    };
    if text.is_empty() { Value::Nothing } else { Value::Text(text) }
}

fn number(value: f64, shown: Option<&Shown>) -> String {
    match shown {
        // A sheet keeps fifteen digits: 0.07 is 7 %, not 7.000000000000001 %.
        Some(Shown::Percent) => {
            let percent = value * 100.0;
            format!("{}%", format!("{percent:.14e}").parse().unwrap_or(percent))
        }
        Some(Shown::Digits(digits)) if value >= 0.0 && value.fract() == 0.0 => {
            format!("{value:0>digits$}")
        }
        _ => value.to_string(),
    }
}

fn date(moment: &ExcelDateTime) -> String {
    let days = moment.as_f64();
    if moment.is_duration() {
        let seconds = (days.abs() * 86_400.0).round() as u64;
        let sign = if days < 0.0 { "-" } else { "" };
        return format!("{sign}{}", clock(seconds));
    }
    if !DAYS.contains(&days) {
        return days.to_string();
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second) {
        // A time of day is a moment of no day.
        _ if days < 1.0 => time,
        (0, 0, 0) => date,
        _ => format!("{date}T{time}"),
    }
}

fn clock(seconds: u64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
