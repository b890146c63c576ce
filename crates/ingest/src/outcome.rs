//! The label "converted within H days of coming in", from dates.
//!
//! A lead counts only once it has been followed for H days: created + H <= the last day observed. The quick
//! converters among younger leads are left out as well, since counting them alone would over-sample the quick.
//! A record of conversions that begins after the first leads (left truncation) makes converted leads look lost; it is
//! looked for and told ([`truncated`]).

use crate::label::{Outcomes, not_the_id};
use crate::{IngestError, roles};
use leadsight_schema::{Column, DateFormat, Issue, LeadTable, Role, Severity, Timestamp};
use serde::{Deserialize, Serialize};

/// "Became a customer within H days", from dates.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutcomeSpec {
    /// The column with the date of conversion, blank where there was none.
    pub event: String,
    /// The column with the moment the lead came in.
    pub created: String,
    /// The horizons in days.
    pub horizon_days: Vec<u32>,
    /// The horizon that the label means; the longest unless given.
    #[serde(default)]
    pub primary: Option<u32>,
    /// The column with the date a lead was given up, where there is one. It decides nothing, as a lost lead may be opened again,
    /// but such leads are counted and told, and no model sees the column.
    #[serde(default)]
    pub lost: Option<String>,
    /// The day from which conversions are in the data (`2026-01-31`): leads that came in before are left out.
    #[serde(default)]
    pub observed_from: Option<String>,
    /// The day until which conversions are in the data (`2026-01-31`); the last date in either column unless given.
    #[serde(default)]
    pub observed_until: Option<String>,
}

impl OutcomeSpec {
    /// The horizon of the label in days; none without any horizon.
    pub fn primary_horizon(&self) -> Option<u32> {
        self.primary.or_else(|| self.horizon_days.iter().copied().max())
    }

    fn horizon(&self) -> Result<u32, IngestError> {
        let wrong =
            |key, found: String, expected| IngestError::LabelOption { key, found, expected };
        let listed = || format!("{:?}", self.horizon_days);
        match (self.primary, self.primary_horizon()) {
            (_, None) => {
                Err(wrong("horizon_days", listed(), "one or more numbers of days above 0"))
            }
            _ if self.horizon_days.contains(&0) => {
                Err(wrong("horizon_days", listed(), "one or more numbers of days above 0"))
            }
            (Some(day), _) if !self.horizon_days.contains(&day) => {
                Err(wrong("primary", day.to_string(), "one of `label.horizon_days`"))
            }
            (_, Some(day)) => Ok(day),
        }
    }
}

/// Marks the columns of the outcome, and decides it for each lead.
///
/// # Errors
/// Columns that hold no dates, horizons that make no sense, no mature lead, or one outcome only.
pub(crate) fn by_dates(
    table: &mut LeadTable,
    spec: &OutcomeSpec,
) -> Result<(Outcomes, Vec<Issue>), IngestError> {
    let event = roles::position(table, &spec.event, "label.event")?;
    not_the_id(table, event)?;
    let created = roles::position(table, &spec.created, "label.created")?;
    let lost = match &spec.lost {
        Some(name) => Some(roles::position(table, name, "label.lost")?),
        None => None,
    };
    let horizon = spec.horizon()?;
    let followed = Followed {
        starts: dates(table, created, "label.created")?,
        events: dates(table, event, "label.event")?,
        lost: lost.map(|position| dates(table, position, "label.lost")).transpose()?,
        horizon: f64::from(horizon),
        from: spec.observed_from.as_deref().map(|text| day("observed_from", text)).transpose()?,
        until: spec
            .observed_until
            .as_deref()
            .map(|text| day("observed_until", text))
            .transpose()?,
    };
    let outcomes = followed.outcomes();
    followed.check(table, event, &outcomes, horizon)?;
    let mut issues = followed.issues(table, [event, created], lost);
    issues.extend(followed.truncation(table, event, &outcomes));
    table.schema_mut().set_role(created, Role::Created);
    for position in std::iter::once(event).chain(lost) {
        table.schema_mut().set_role(position, Role::Label);
    }
    Ok((outcomes, issues))
}

/// When each lead came in and what came of it, and between which days that is recorded.
struct Followed {
    starts: Vec<Option<Timestamp>>,
    events: Vec<Option<Timestamp>>,
    lost: Option<Vec<Option<Timestamp>>>,
    horizon: f64,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Followed {
    fn until(&self) -> Timestamp {
        let last = || self.events.iter().chain(&self.starts).flatten().copied().max();
        self.until.or_else(last).unwrap_or(Timestamp(0))
    }

    fn mature(&self, start: Timestamp) -> bool {
        self.until().days_since(start) >= self.horizon
    }

    fn recorded(&self, start: Timestamp) -> bool {
        self.from.is_none_or(|from| start >= from)
    }

    fn outcomes(&self) -> Outcomes {
        let until = self.until();
        (self.starts.iter().zip(&self.events))
            .map(|(start, event)| {
                let start = (*start)?;
                let known = until.days_since(start) >= self.horizon && self.recorded(start);
                known.then(|| event.is_some_and(|e| e.days_since(start) <= self.horizon))
            })
            .collect()
    }

    fn issues(
        &self,
        table: &LeadTable,
        [event, created]: [usize; 2],
        lost: Option<usize>,
    ) -> Vec<Issue> {
        let told = |severity,
                    kind: &str,
                    column: usize,
                    found: String,
                    expected: &str,
                    rows: &dyn Fn(usize) -> bool| {
            let rows: Vec<usize> = (0..self.starts.len()).filter(|&row| rows(row)).collect();
            let first = *rows.first()?;
            Some(Issue {
                severity,
                kind: kind.into(),
                file: table.file(first).into(),
                row: None,
                line: Some(table.lines()[first]),
                column: Some(table.schema().fields()[column].name.clone()),
                found,
                expected: expected.into(),
                count: rows.len() as u64,
            })
        };
        let (start, end) = (|row: usize| self.starts[row], |row: usize| self.events[row]);
        let given_up = |row: usize| self.lost.as_ref().and_then(|lost| lost[row]);
        let both = |row| Some((given_up(row)?, end(row)?));
        let reopened = |row| matches!(both(row), Some((lost, won)) if lost < won);
        let left_again = |row| matches!(both(row), Some((lost, won)) if lost > won);
        [
            told(
                Severity::Warning,
                "missing_created",
                created,
                "blank".into(),
                "the moment the lead came in; the lead was left out",
                &|row| start(row).is_none(),
            ),
            told(
                Severity::Info,
                "before_record",
                created,
                format!("earlier than `label.observed_from` ({})", self.from.map_or_else(String::new, Timestamp::to_date)),
                "a known outcome; the lead was left out, not called negative",
                &|row| start(row).is_some_and(|s| !self.recorded(s)),
            ),
            told(
                Severity::Info,
                "immature",
                created,
                format!("followed for less than {} days when the data end ({})", self.horizon, self.until().to_date()),
                "a known outcome; the lead was left out, not called negative",
                &|row| start(row).is_some_and(|s| self.recorded(s) && !self.mature(s)),
            ),
            told(
                Severity::Warning,
                "event_before_created",
                event,
                "a conversion before the lead came in".into(),
                "a later date; it counts as converted at once",
                // Dates without a time of day may lie up to a day before a moment of the same day.
                &|row| matches!((start(row), end(row)), (Some(s), Some(e)) if e.days_since(s) <= -1.0),
            ),
            lost.and_then(|lost| told(
                Severity::Info,
                "reopened",
                lost,
                "given up before it converted: opened again".into(),
                "one outcome; the conversion counts, if it came within the horizon",
                &reopened,
            )),
            lost.and_then(|lost| told(
                Severity::Info,
                "lost_after_conversion",
                lost,
                "given up after it converted".into(),
                "one outcome; the conversion counts, as the label asks who became a customer",
                &left_again,
            )),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// That the record of conversions begins later than that of leads.
    fn truncation(&self, table: &LeadTable, event: usize, outcomes: &Outcomes) -> Option<Issue> {
        let leads: Vec<(Timestamp, Option<Timestamp>)> = (0..outcomes.len())
            .filter(|&row| outcomes[row].is_some())
            .filter_map(|row| Some((self.starts[row]?, self.events[row])))
            .collect();
        let found = truncated(&leads, self.horizon)?;
        let first = found.first.to_date();
        Some(Issue {
            severity: Severity::Warning,
            kind: "truncated_record".into(),
            file: table.file(0).into(),
            row: None,
            line: None,
            column: Some(table.schema().fields()[event].name.clone()),
            found: format!(
                "no conversion before {first}, though of the {} leads that came in earlier about {:.0} should have converted by then",
                found.leads, found.missed
            ),
            expected: format!(
                "a record from the first lead on; these leads look lost and are not: leave them out with `label.observed_from: \"{first}\"`"
            ),
            count: found.leads as u64,
        })
    }

    fn check(
        &self,
        table: &LeadTable,
        event: usize,
        outcomes: &Outcomes,
        horizon_days: u32,
    ) -> Result<(), IngestError> {
        let known = outcomes.iter().flatten().count();
        let converted = outcomes.iter().flatten().filter(|o| **o).count();
        if known == 0 {
            let first = self.starts.iter().flatten().min().copied();
            return Err(IngestError::NoneMature {
                horizon_days,
                first: first.map_or_else(|| "never".into(), Timestamp::to_date),
                until: self.until().to_date(),
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
}

/// Leads from before the record of conversions.
struct Truncated {
    /// The first conversion on record.
    first: Timestamp,
    /// Leads that came in before it.
    leads: usize,
    /// Their conversions that the record should hold and does not.
    missed: f64,
}

/// Conversions missed below which nothing is claimed: where the record is whole, e^-10 is the chance of none.
const MISSED: f64 = 10.0;

/// Whether the record begins late: the leads that came in since the first conversion on record tell how many of a lead's
/// first days bring a conversion, and by that many of the earlier leads should have converted before it.
fn truncated(leads: &[(Timestamp, Option<Timestamp>)], horizon: f64) -> Option<Truncated> {
    let first = leads.iter().filter_map(|(_, event)| *event).min()?;
    let (early, late): (Vec<_>, Vec<_>) = leads.iter().partition(|(start, _)| *start < first);
    let mut lags: Vec<f64> = late
        .iter()
        .filter_map(|(start, event)| Some(event.as_ref()?.days_since(*start)))
        .filter(|lag| *lag <= horizon)
        .collect();
    lags.sort_unstable_by(f64::total_cmp);
    let within = |days: f64| lags.partition_point(|lag| *lag <= days) as f64;
    let missed: f64 =
        early.iter().map(|(start, _)| within(first.days_since(*start)) / late.len() as f64).sum();
    (missed >= MISSED).then_some(Truncated { first, leads: early.len(), missed })
}

fn dates(
    table: &LeadTable,
    position: usize,
    key: &'static str,
) -> Result<Vec<Option<Timestamp>>, IngestError> {
    roles::require_dates(table, position, key)?;
    Ok(match table.column(position) {
        Column::Date(moments) => moments.clone(),
        _ => Vec::new(),
    })
}

fn day(key: &'static str, text: &str) -> Result<Timestamp, IngestError> {
    DateFormat::Iso.parse(text).map_err(|_| IngestError::LabelOption {
        key,
        found: text.to_owned(),
        expected: "a date such as 2026-01-31",
    })
}
