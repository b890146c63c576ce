//! What the data must hold (`data.checks`): conditions on columns, declared by people who know them.
//!
//! Cells are looked at as the file has them, before anything is typed, so that `01234` is a postcode and not a number; ranges and
//! freshness read numbers and dates. What fails is an issue with the first row and the number of rows; under [`OnFail::Stop`] it is an
//! error, and no run goes on past it.

use crate::{IngestError, RawTable, ReadOptions, Sources, read_csv};
use leadsight_schema::{Column, Issue, LeadTable, Severity, Timestamp, or_nearest};
use regex_lite::Regex;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// A condition on a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// The column.
    pub column: String,
    /// What its cells must be. Blank cells are looked at by `Required` alone.
    pub must: Must,
    /// What happens where they are not.
    #[serde(default)]
    pub on_fail: OnFail,
}

/// What the cells of a column must be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub enum Must {
    /// Filled.
    Required,
    /// Each value once.
    Unique,
    /// A number from `min` to `max`, either of which may be left out.
    Range {
        /// The smallest number that may stand.
        #[serde(default)]
        min: Option<f64>,
        /// The largest number that may stand.
        #[serde(default)]
        max: Option<f64>,
    },
    /// One of these, whatever the case.
    OneOf(Vec<String>),
    /// A text that the regular expression matches as a whole.
    Pattern(String),
    /// Recent: the newest date lies at most so many days before the run.
    Fresh {
        /// Days.
        days: f64,
    },
    /// A value of another file's column (a foreign key).
    In {
        /// The file, relative to the data folder.
        file: PathBuf,
        /// Its column; that of the same name unless given.
        #[serde(default)]
        column: Option<String>,
    },
}

/// What a failed check does.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
pub enum OnFail {
    /// An issue for information.
    Tell,
    /// A warning.
    #[default]
    Warn,
    /// The run ends, once everything has been checked.
    Stop,
}

impl OnFail {
    fn severity(self) -> Severity {
        match self {
            OnFail::Tell => Severity::Info,
            OnFail::Warn => Severity::Warning,
            OnFail::Stop => Severity::Error,
        }
    }
}

impl Must {
    /// The kind of the issue where it fails.
    fn kind(&self) -> &'static str {
        match self {
            Must::Required => "check_required",
            Must::Unique => "check_unique",
            Must::Range { .. } => "check_range",
            Must::OneOf(_) => "check_one_of",
            Must::Pattern(_) => "check_pattern",
            Must::Fresh { .. } => "check_fresh",
            Must::In { .. } => "check_in",
        }
    }

    fn words(&self) -> String {
        let bound = |word: &str, bound: &Option<f64>| bound.map(|b| format!("{word} {b}"));
        match self {
            Must::Required => "a value in every row".into(),
            Must::Unique => "each value once".into(),
            Must::Range { min, max } => {
                let bounds = [bound("at least", min), bound("at most", max)];
                format!(
                    "a number {}",
                    bounds.into_iter().flatten().collect::<Vec<_>>().join(" and ")
                )
            }
            Must::OneOf(words) => format!("one of {}", words.join(", ")),
            Must::Pattern(pattern) => format!("a text that matches {pattern}"),
            Must::Fresh { days } => format!("a newest date at most {days} days before the run"),
            Must::In { file, column } => match column {
                Some(column) => format!("a value of `{column}` in {}", file.display()),
                None => format!("a value of the same column in {}", file.display()),
            },
        }
    }
}

/// What the checks of `sources` find, freshness aside. `raw` holds the texts of `table`'s cells.
///
/// # Errors
/// [`IngestError::UnknownColumn`], [`IngestError::Check`] for a condition that makes no sense, and what reading another file gives.
pub(crate) fn check(
    sources: &Sources,
    raw: &RawTable,
    table: &LeadTable,
    base: &Path,
) -> Result<Vec<Issue>, IngestError> {
    let names = raw.names();
    let mut issues = Vec::new();
    for check in &sources.checks {
        let place = names.iter().position(|name| *name == check.column);
        let position =
            place.ok_or_else(|| unknown("data.checks", &check.column, raw.file(), &names))?;
        let rules = sources.rules();
        let texts: Vec<Option<&str>> = raw.texts(position).map_or_else(Vec::new, |texts| {
            texts.iter().map(|text| text.filter(|text| !rules.is_missing(text))).collect()
        });
        let failed = match &check.must {
            Must::Required => rows(&texts, |text| text.is_none()),
            Must::Unique => {
                let mut seen = HashSet::new();
                rows(&texts, |text| text.is_some_and(|text| !seen.insert(text)))
            }
            Must::Range { min, max } => {
                let Column::Number(values) = table.column(position) else {
                    return Err(refused(
                        check,
                        "a column of numbers",
                        table.schema().fields()[position].kind.describe(),
                    ));
                };
                let (low, high) = (min.unwrap_or(f64::NEG_INFINITY), max.unwrap_or(f64::INFINITY));
                // Also refuses bounds that are no numbers.
                if !matches!(low.partial_cmp(&high), Some(order) if order.is_le()) {
                    return Err(refused(
                        check,
                        "`min` not above `max`",
                        &format!("{low} and {high}"),
                    ));
                }
                (0..values.len()).filter(|&r| values[r] < low || values[r] > high).collect()
            }
            Must::OneOf(words) => {
                let words: HashSet<String> = words.iter().map(|word| word.to_lowercase()).collect();
                rows(&texts, |text| text.is_some_and(|text| !words.contains(&text.to_lowercase())))
            }
            Must::Pattern(pattern) => {
                let whole = Regex::new(&format!("^(?:{pattern})$"))
                    .map_err(|error| refused(check, "a regular expression", &error.to_string()))?;
                rows(&texts, |text| text.is_some_and(|text| !whole.is_match(text)))
            }
            Must::In { file, column } => {
                let name = column.as_ref().unwrap_or(&check.column);
                let keys = keys(sources, file, name, base)?;
                rows(&texts, |text| text.is_some_and(|text| !keys.contains(text)))
            }
            Must::Fresh { .. } => {
                let kind = table.schema().fields()[position].kind;
                if !matches!(table.column(position), Column::Date(_)) {
                    return Err(refused(check, "a column of dates", kind.describe()));
                }
                continue;
            }
        };
        let Some(&first) = failed.first() else { continue };
        issues.push(Issue {
            severity: check.on_fail.severity(),
            kind: check.must.kind().into(),
            file: raw.file_of(first).to_owned(),
            row: raw.rows.get(first).copied(),
            line: raw.lines.get(first).copied(),
            column: Some(check.column.clone()),
            found: texts[first].unwrap_or("blank").chars().take(80).collect(),
            expected: check.must.words(),
            count: failed.len() as u64,
        });
    }
    Ok(issues)
}

/// Which columns are older at `now` than `Fresh` allows.
pub fn stale(sources: &Sources, table: &LeadTable, now: Timestamp) -> Vec<Issue> {
    let judge = |check: &Check| {
        let Must::Fresh { days } = check.must else { return None };
        let position = table.schema().find(&check.column)?;
        let Column::Date(dates) = table.column(position) else { return None };
        let newest = dates.iter().flatten().max().copied();
        if newest.is_some_and(|newest| now.days_since(newest) <= days) {
            return None;
        }
        Some(Issue {
            severity: check.on_fail.severity(),
            kind: check.must.kind().into(),
            file: table.file(0).to_owned(),
            row: None,
            line: None,
            column: Some(check.column.clone()),
            found: newest.map_or_else(|| "no date".to_owned(), Timestamp::to_date),
            expected: check.must.words(),
            count: 1,
        })
    };
    sources.checks.iter().filter_map(judge).collect()
}

fn rows<'a>(
    texts: &[Option<&'a str>],
    mut fails: impl FnMut(Option<&'a str>) -> bool,
) -> Vec<usize> {
    (0..texts.len()).filter(|&row| fails(texts[row])).collect()
}

/// The values of another file's column.
fn keys(
    sources: &Sources,
    file: &Path,
    column: &str,
    base: &Path,
) -> Result<HashSet<String>, IngestError> {
    let (other, _) = read_csv(
        &base.join(file),
        &ReadOptions { rules: sources.rules(), ..ReadOptions::default() },
    )?;
    let names = other.names();
    let place = names.iter().position(|name| name == column);
    let place = place.ok_or_else(|| unknown("data.checks", column, other.file(), &names))?;
    let texts = other
        .texts(place)
        .map_or_else(HashSet::new, |texts| texts.iter().flatten().map(str::to_owned).collect());
    Ok(texts)
}

fn unknown(key: &'static str, name: &str, file: &str, known: &[String]) -> IngestError {
    IngestError::UnknownColumn {
        key,
        name: name.to_owned(),
        file: file.to_owned(),
        hint: or_nearest(name, known.iter().map(String::as_str)),
        known: known.to_vec(),
    }
}

fn refused(check: &Check, expected: &'static str, found: &str) -> IngestError {
    IngestError::Check { column: check.column.clone(), expected, found: found.to_owned() }
}

#[cfg(test)]
mod tests;
