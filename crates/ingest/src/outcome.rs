//! The label "converted within H days of coming in", from dates.
//!
//! A lead counts only once it has been followed for H days: created + H <= the last day observed. The quick
//! converters among younger leads are left out as well, since counting them alone would over-sample the quick.

use crate::label::Outcomes;
use crate::{IngestError, LabelSpec, roles};
use leadsight_schema::{Column, DateFormat, Issue, LeadTable, Severity, Timestamp};

/// # Errors
/// Columns that hold no dates, horizons that make no sense, no mature lead, or one outcome only.
pub(crate) fn by_dates(
    table: &LeadTable,
    event: usize,
    created: usize,
    spec: &LabelSpec,
) -> Result<(Outcomes, Vec<Issue>), IngestError> {
    let LabelSpec::Outcome { horizon_days, primary, observed_until, .. } = spec else {
        return Ok((Vec::new(), Vec::new()));
    };
    let horizon = horizon(horizon_days, *primary)?;
    roles::require_dates(table, event, "label.event")?;
    roles::require_dates(table, created, "label.created")?;
    let (Column::Date(events), Column::Date(starts)) = (table.column(event), table.column(created))
    else {
        return Ok((Vec::new(), Vec::new()));
    };
    let until = match observed_until {
        Some(text) => day(text)?,
        None => events.iter().chain(starts).flatten().copied().max().unwrap_or(Timestamp(0)),
    };
    let days = f64::from(horizon);
    let mature = |start: Timestamp| until.days_since(start) >= days;
    let outcomes: Outcomes = starts
        .iter()
        .zip(events)
        .map(|(start, event)| {
            let start = start.filter(|start| mature(*start))?;
            Some(event.is_some_and(|event| event.days_since(start) <= days))
        })
        .collect();
    check(table, event, &outcomes, starts, until, horizon)?;
    let rows = |keep: &dyn Fn(Option<Timestamp>, Option<Timestamp>) -> bool| -> Vec<usize> {
        (0..starts.len()).filter(|&r| keep(starts[r], events[r])).collect()
    };
    let issue =
        |severity, kind: &str, column: usize, rows: Vec<usize>, found: String, expected: String| {
            let first = *rows.first()?;
            Some(Issue {
                severity,
                kind: kind.into(),
                file: table.file(first).into(),
                row: None,
                line: Some(table.lines()[first]),
                column: Some(table.schema().fields()[column].name.clone()),
                found,
                expected,
                count: rows.len() as u64,
            })
        };
    let issues = [
        issue(
            Severity::Warning,
            "missing_created",
            created,
            rows(&|start, _| start.is_none()),
            "blank".into(),
            "the moment the lead came in; the lead was left out".into(),
        ),
        issue(
            Severity::Info,
            "immature",
            created,
            rows(&|start, _| start.is_some_and(|s| !mature(s))),
            format!(
                "followed for less than {horizon} days when the data end ({})",
                until.to_date()
            ),
            "a known outcome; the lead was left out, not called negative".into(),
        ),
        issue(
            Severity::Warning,
            "event_before_created",
            event,
            // Dates without a time of day may lie up to a day before a moment of the same day.
            rows(
                &|start, event| matches!((start, event), (Some(s), Some(e)) if e.days_since(s) <= -1.0),
            ),
            "a conversion before the lead came in".into(),
            "a later date; it counts as converted at once".into(),
        ),
    ];
    Ok((outcomes, issues.into_iter().flatten().collect()))
}

fn horizon(days: &[u32], primary: Option<u32>) -> Result<u32, IngestError> {
    let wrong = |key, found: String, expected| IngestError::LabelOption { key, found, expected };
    let listed = || format!("{days:?}");
    if days.is_empty() || days.contains(&0) {
        return Err(wrong("horizon_days", listed(), "one or more numbers of days above 0"));
    }
    match primary {
        Some(day) if !days.contains(&day) => {
            Err(wrong("primary", day.to_string(), "one of `label.horizon_days`"))
        }
        Some(day) => Ok(day),
        None => Ok(days.iter().copied().max().unwrap_or(1)),
    }
}

fn day(text: &str) -> Result<Timestamp, IngestError> {
    DateFormat::Iso.parse(text).map_err(|_| IngestError::LabelOption {
        key: "observed_until",
        found: text.to_owned(),
        expected: "a date such as 2026-01-31",
    })
}

fn check(
    table: &LeadTable,
    event: usize,
    outcomes: &[Option<bool>],
    starts: &[Option<Timestamp>],
    until: Timestamp,
    horizon_days: u32,
) -> Result<(), IngestError> {
    let known = outcomes.iter().flatten().count();
    let converted = outcomes.iter().flatten().filter(|o| **o).count();
    if known == 0 {
        let first = starts.iter().flatten().min().copied();
        return Err(IngestError::NoneMature {
            horizon_days,
            first: first.map_or_else(|| "never".into(), Timestamp::to_date),
            until: until.to_date(),
        });
    }
    if converted == 0 || converted == known {
        let found = if converted == 0 { "not converted" } else { "converted" };
        return Err(IngestError::OneClass {
            column: table.schema().fields()[event].name.clone(),
            found: found.into(),
            count: known,
            blank: outcomes.len() - known,
            hint: "; is the horizon right?",
        });
    }
    Ok(())
}
