//! A file with several rows for one lead (deals, contacts, calls), added as counts, sums and the like: every lead stays
//! once, and only what had happened before it came in is counted.

use crate::error::short;
use crate::join::{nothing_joins, position};
use crate::roles::{about, of_file};
use crate::{IngestError, Join, RawTable, typing};
use leadsight_schema::{Cell, FieldKind, Issue, Severity, TextRules, Timestamp, infer_kind};
use polars::prelude::{Column, IntoColumn, StringChunked, StringChunkedBuilder};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// What the rows of a file say of one lead. Each is a new column, called `count(deals)`, `sum(deals.amount)` and so on
/// after file and column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub enum Aggregate {
    /// How many there are; 0 without any.
    Count,
    /// The sum of a column of numbers; 0 without any.
    Sum(String),
    /// The mean of a column of numbers.
    Mean(String),
    /// The least of a column of numbers.
    Min(String),
    /// The greatest of a column of numbers.
    Max(String),
    /// What a column holds in the latest row by `date`.
    Latest(String),
}

impl Aggregate {
    fn column(&self) -> Option<&str> {
        match self {
            Aggregate::Count => None,
            Aggregate::Sum(column)
            | Aggregate::Mean(column)
            | Aggregate::Min(column)
            | Aggregate::Max(column)
            | Aggregate::Latest(column) => Some(column),
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Aggregate::Count => "count",
            Aggregate::Sum(_) => "sum",
            Aggregate::Mean(_) => "mean",
            Aggregate::Min(_) => "min",
            Aggregate::Max(_) => "max",
            Aggregate::Latest(_) => "latest",
        }
    }
}

/// How the leads' moment of creation is found and cells are read.
pub(crate) struct Reading<'a> {
    /// The column of creation, where one is known.
    pub created: Option<&'a str>,
    pub kinds: &'a BTreeMap<String, FieldKind>,
    pub rules: &'a TextRules,
}

/// Adds the columns that `join.many` asks for.
///
/// # Errors
/// A column that is not there, holds no dates or no numbers; no key in common; a date without the moment of creation, and
/// a latest row without a date.
pub(crate) fn join_many(
    mut leads: RawTable,
    other: &RawTable,
    join: &Join,
    reading: &Reading<'_>,
) -> Result<(RawTable, Vec<Issue>), IngestError> {
    let mut issues = Vec::new();
    let dates = Dates::read(&leads, other, join, reading, &mut issues)?;
    let rows_of = rows_of(&leads, other, join, dates.as_ref(), &mut issues)?;
    let file = Path::new(other.file());
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut taken = leads.names();
    let mut columns: Vec<Column> = Vec::new();
    for aggregate in &join.many {
        let of = aggregate.column().map(|column| format!(".{column}")).unwrap_or_default();
        let mut name = format!("{}({stem}{of})", aggregate.word());
        if taken.contains(&name) {
            name = format!("{}({stem}{of} by {})", aggregate.word(), join.on);
        }
        // Asked for twice.
        if taken.contains(&name) {
            continue;
        }
        let values = aggregate.values(other, dates.as_ref(), reading, &mut issues)?;
        let mut cells = StringChunkedBuilder::new(name.as_str().into(), leads.height());
        for rows in &rows_of {
            cells.append_option(rows.as_deref().and_then(|rows| aggregate.of(rows, &values)));
        }
        taken.push(name);
        columns.push(cells.finish().into_column());
    }
    leads.frame.hstack_mut(&columns)?;
    Ok((leads, issues))
}

/// When the leads came in, and when the rows of the file happened.
struct Dates {
    created: Vec<Option<Timestamp>>,
    rows: Vec<Option<Timestamp>>,
}

impl Dates {
    /// `None` without `join.date`, which is told.
    fn read(
        leads: &RawTable,
        other: &RawTable,
        join: &Join,
        reading: &Reading<'_>,
        issues: &mut Vec<Issue>,
    ) -> Result<Option<Self>, IngestError> {
        let Some(date) = &join.date else {
            let found = "no `date` of the rows";
            let expected =
                "one, so that only rows from before a lead came in count; all rows count now";
            issues.push(of_file(
                other.file(),
                Severity::Warning,
                "no_point_in_time",
                found,
                expected,
            ));
            return Ok(None);
        };
        let Some(created) = reading.created else {
            return Err(needs("data.join.date", "data.created", other));
        };
        let dates = |table: &RawTable, name: &str, key, issues: &mut Vec<Issue>| {
            let (kind, cells) = cells(table, name, key, reading, issues)?;
            let as_date = |cell: Cell<'_>| match cell {
                Cell::Date(moment) => Some(moment),
                _ => None,
            };
            match kind {
                FieldKind::Date(_) => Ok(cells.into_iter().map(as_date).collect()),
                _ => Err(IngestError::NotDates {
                    key,
                    column: name.to_owned(),
                    found: kind.describe(),
                    forms: String::new(),
                }),
            }
        };
        // What cannot be read of the leads is told when they are typed.
        let created = dates(leads, created, "data.created", &mut Vec::new())?;
        Ok(Some(Self { created, rows: dates(other, date, "data.join.date", issues)? }))
    }
}

/// For each lead the rows with its key from before it came in; `None` where its key or that moment is not known.
fn rows_of(
    leads: &RawTable,
    other: &RawTable,
    join: &Join,
    dates: Option<&Dates>,
    issues: &mut Vec<Issue>,
) -> Result<Vec<Option<Vec<usize>>>, IngestError> {
    let key = join.key.as_deref().unwrap_or(&join.on);
    let left = leads.texts(position(leads, &join.on, "data.join.on")?);
    let right = other.texts(position(other, key, "data.join.key")?);
    let mut groups: HashMap<&str, Vec<usize>> = HashMap::new();
    for (row, key) in right.iter().flat_map(|keys| keys.iter()).enumerate() {
        if let Some(key) = key {
            groups.entry(key).or_default().push(row);
        }
    }
    let keys: Vec<Option<&str>> = left.iter().flat_map(|keys| keys.iter()).collect();
    if let Some(example) = keys.iter().flatten().next()
        && !keys.iter().flatten().any(|key| groups.contains_key(key))
    {
        return Err(nothing_joins(other, &join.on, key, example, right));
    }
    let (mut used, mut with, mut later) = (0, 0_u64, 0);
    let mut of_lead = |lead: usize, key: &str| -> Option<Vec<usize>> {
        let all = groups.get(key).map(Vec::as_slice).unwrap_or_default();
        let rows: Vec<usize> = match dates {
            None => all.to_vec(),
            Some(dates) => {
                let created = dates.created[lead]?;
                let before = |row: &usize| dates.rows[*row].is_some_and(|at| at < created);
                all.iter().copied().filter(before).collect()
            }
        };
        (used, with) = (used + rows.len(), with + u64::from(!rows.is_empty()));
        later += all.len() - rows.len();
        Some(rows)
    };
    let rows_of = keys.iter().enumerate().map(|(lead, key)| of_lead(lead, (*key)?)).collect();
    let mut found = format!("{used} rows for {with} of {} leads", leads.height());
    if later > 0 {
        found += &format!("; {later} were not there yet when the lead came in, and do not count");
    }
    issues.push(of_file(
        other.file(),
        Severity::Info,
        "rows_per_lead",
        &found,
        "any number of rows a lead",
    ));
    Ok(rows_of)
}

/// The cells of the file's column that an aggregate is about.
enum Values<'a> {
    None,
    /// NaN is missing.
    Numbers(Vec<f64>),
    Texts(&'a StringChunked, Vec<Option<Timestamp>>),
}

impl Aggregate {
    fn values<'a>(
        &self,
        other: &'a RawTable,
        dates: Option<&Dates>,
        reading: &Reading<'_>,
        issues: &mut Vec<Issue>,
    ) -> Result<Values<'a>, IngestError> {
        const KEY: &str = "data.join.many";
        let Some(column) = self.column() else { return Ok(Values::None) };
        if let Aggregate::Latest(_) = self {
            let dates = dates.ok_or_else(|| needs(KEY, "data.join.date", other))?;
            let texts = other.texts(position(other, column, KEY)?);
            return Ok(texts.map_or(Values::None, |t| Values::Texts(t, dates.rows.clone())));
        }
        let (kind, cells) = cells(other, column, KEY, reading, issues)?;
        if !kind.is_number() {
            return Err(IngestError::NotNumbers {
                key: KEY,
                column: column.to_owned(),
                file: other.file().to_owned(),
                found: kind.describe(),
            });
        }
        let number = |cell| match cell {
            Cell::Number(value) => value,
            _ => f64::NAN,
        };
        Ok(Values::Numbers(cells.into_iter().map(number).collect()))
    }

    /// The cell of a lead with these rows.
    fn of(&self, rows: &[usize], values: &Values<'_>) -> Option<String> {
        if let Values::Texts(texts, dates) = values {
            let latest = rows.iter().max_by_key(|&&row| (dates[row], row))?;
            return texts.get(*latest).map(str::to_owned);
        }
        let known: Vec<f64> = match values {
            Values::Numbers(values) => {
                rows.iter().map(|&row| values[row]).filter(|value| !value.is_nan()).collect()
            }
            _ => Vec::new(),
        };
        let sum: f64 = known.iter().sum();
        let value = match self {
            Aggregate::Count => Some(rows.len() as f64),
            Aggregate::Sum(_) => Some(sum),
            Aggregate::Mean(_) => (!known.is_empty()).then(|| sum / known.len() as f64),
            Aggregate::Min(_) => known.into_iter().reduce(f64::min),
            Aggregate::Max(_) => known.into_iter().reduce(f64::max),
            Aggregate::Latest(_) => None,
        };
        // Without the sign of -0.
        value.filter(|value| value.is_finite()).map(|value| (value + 0.0).to_string())
    }
}

/// The cells of a column and their kind, as configured or inferred; what cannot be read is missing and told.
fn cells<'a>(
    table: &'a RawTable,
    name: &str,
    key: &'static str,
    reading: &Reading<'_>,
    issues: &mut Vec<Issue>,
) -> Result<(FieldKind, Vec<Cell<'a>>), IngestError> {
    let Some(texts) = table.texts(position(table, name, key)?) else {
        return Ok((FieldKind::Category, vec![Cell::Missing; table.height()]));
    };
    let sample = typing::sample(texts, reading.rules);
    let kind = reading.kinds.get(name).copied();
    let kind = kind.unwrap_or_else(|| infer_kind(reading.rules, sample.iter().copied()));
    let mut first: Option<(usize, &str)> = None;
    let mut count = 0;
    let read = |(row, text): (usize, Option<&'a str>)| {
        let Some(text) = text else { return Cell::Missing };
        reading.rules.read(kind, text).unwrap_or_else(|_| {
            first.get_or_insert((row, text));
            count += 1;
            Cell::Missing
        })
    };
    let cells = texts.iter().enumerate().map(read).collect();
    if let Some((row, text)) = first {
        let expected = format!("{}; the cell counts as missing", kind.describe());
        issues.push(Issue {
            row: table.rows.get(row).copied(),
            line: table.lines.get(row).copied(),
            count,
            ..about(
                table.file_of(row),
                name,
                Severity::Warning,
                "unreadable_cell",
                &short(text),
                &expected,
            )
        });
    }
    Ok((kind, cells))
}

fn needs(key: &'static str, lacks: &'static str, other: &RawTable) -> IngestError {
    IngestError::JoinNeeds { key, lacks, file: other.file().to_owned() }
}

#[cfg(test)]
mod tests;
