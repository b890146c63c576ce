//! Columns of another file, added to each lead by a key.

use crate::error::short;
use crate::{IngestError, RawTable};
use leadsight_schema::{Issue, Severity, nearest, or_nearest};
use polars::prelude::{
    DataFrameJoinOps, JoinArgs, JoinCoalesce, JoinType, MaintainOrderJoin, StringChunked,
};
use std::collections::HashMap;
use std::path::Path;

/// Left join: every lead stays once and gets the columns of the row of `other` with its key; leads without such a row
/// get blanks. A column whose name the leads already have is called `stem.name` after the other file.
///
/// Keys that find no row are an issue that names the first, with the most similar key.
///
/// # Errors
/// A key column that is not there, a key that stands twice in `other`, or no key that is found at all.
pub fn join(
    leads: RawTable,
    mut other: RawTable,
    on: &str,
    key: Option<&str>,
) -> Result<(RawTable, Vec<Issue>), IngestError> {
    let key = key.unwrap_or(on);
    let left_at = position(&leads, on, "data.join.on")?;
    let right_at = position(&other, key, "data.join.key")?;
    let issues = check_keys(&leads, left_at, &other, right_at, on, key)?;
    let known = leads.names();
    let stem =
        Path::new(other.file()).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    for name in other.names() {
        if name != key && known.contains(&name) {
            other.frame.rename(&name, format!("{stem}.{name}").as_str().into())?;
        }
    }
    let args = JoinArgs {
        coalesce: JoinCoalesce::CoalesceColumns,
        maintain_order: MaintainOrderJoin::Left,
        ..JoinArgs::new(JoinType::Left)
    };
    let frame = leads.frame.join(&other.frame, [on], [key], args, None)?;
    Ok((leads.with_frame(frame), issues))
}

pub(crate) fn position(
    table: &RawTable,
    name: &str,
    key: &'static str,
) -> Result<usize, IngestError> {
    let names = table.names();
    names.iter().position(|n| n == name).ok_or_else(|| IngestError::UnknownColumn {
        key,
        name: name.to_owned(),
        file: table.file().to_owned(),
        hint: or_nearest(name, names.iter().map(String::as_str)),
        known: names.clone(),
    })
}

fn check_keys(
    leads: &RawTable,
    left_at: usize,
    other: &RawTable,
    right_at: usize,
    on: &str,
    key: &str,
) -> Result<Vec<Issue>, IngestError> {
    let (Some(left), Some(right)) = (leads.texts(left_at), other.texts(right_at)) else {
        return Ok(Vec::new());
    };
    let rows_by_key = unique_keys(right, other, key)?;
    let mut unmatched = left
        .iter()
        .enumerate()
        .filter_map(|(row, text)| text.map(|text| (row, text)))
        .filter(|(_, text)| !rows_by_key.contains_key(text));
    let Some((row, found)) = unmatched.next() else { return Ok(Vec::new()) };
    let count = 1 + unmatched.count() as u64;
    if count == (left.len() - left.null_count()) as u64 {
        return Err(nothing_joins(other, on, key, found, Some(right)));
    }
    let hint = nearest(found, right.iter().flatten().take(10_000))
        .map(|near| format!(" (the nearest there is `{}`)", short(near)))
        .unwrap_or_default();
    Ok(vec![Issue {
        severity: Severity::Warning,
        kind: "unmatched_key".into(),
        file: leads.file_of(row).to_owned(),
        row: Some(leads.rows[row]),
        line: Some(leads.lines[row]),
        column: Some(on.to_owned()),
        found: format!("`{}`{hint}", short(found)),
        expected: format!("a `{key}` of {}; its columns are missing for this lead", other.file()),
        count,
    }])
}

/// No key of the leads is one of the file's.
pub(crate) fn nothing_joins(
    other: &RawTable,
    on: &str,
    key: &str,
    left: &str,
    right: Option<&StringChunked>,
) -> IngestError {
    let right = right.and_then(|keys| keys.iter().flatten().next()).unwrap_or_default();
    IngestError::NothingJoins {
        file: other.file().to_owned(),
        left_key: on.to_owned(),
        right_key: key.to_owned(),
        left_example: short(left),
        right_example: short(right),
    }
}

/// The row of each key.
fn unique_keys<'a>(
    keys: &'a StringChunked,
    table: &RawTable,
    name: &str,
) -> Result<HashMap<&'a str, usize>, IngestError> {
    let mut rows: HashMap<&str, usize> = HashMap::with_capacity(keys.len());
    let mut twice: Option<(&str, usize, usize)> = None;
    let mut repeated = std::collections::HashSet::new();
    for (row, key) in keys.iter().enumerate() {
        let Some(key) = key else { continue };
        if let Some(first) = rows.insert(key, row) {
            twice.get_or_insert((key, first, row));
            repeated.insert(key);
        }
    }
    match twice {
        None => Ok(rows),
        Some((value, first, second)) => Err(IngestError::JoinMultiplies {
            file: table.file().to_owned(),
            key: name.to_owned(),
            value: short(value),
            first: table.lines[first],
            second: table.lines[second],
            repeated: repeated.len() as u64,
        }),
    }
}
