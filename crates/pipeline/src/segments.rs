//! The chosen model by groups of test leads, for each column of `report.segments`.

use crate::{Experiment, PipelineError, Prepared};
use leadsight_eval::{EvaluateOptions, segments};
use leadsight_report::folder::SegmentAudit;
use leadsight_schema::{Cell, Cells, Distribution, or_nearest};
use std::collections::BTreeMap;

/// Groups shown for a column; the rarer words share one.
const MOST_GROUPS: usize = 12;

/// Parts of names of columns that the law of many countries protects.
const SENSITIVE: [&str; 14] = [
    "age",
    "birth",
    "disab",
    "ethnic",
    "gender",
    "health",
    "marital",
    "nationality",
    "orientation",
    "pregnan",
    "race",
    "religio",
    "sex",
    "union",
];

const MISSING: &str = "(missing)";
const OTHER: &str = "(other)";

/// Refuses a segment column that the data does not have, before anything is fitted.
///
/// # Errors
/// [`PipelineError::UnknownColumn`], with the nearest name.
pub fn check(experiment: &Experiment, prepared: &Prepared) -> Result<(), PipelineError> {
    let schema = prepared.table.schema();
    match experiment.report.segments.iter().find(|column| schema.find(column).is_none()) {
        None => Ok(()),
        Some(column) => Err(PipelineError::UnknownColumn {
            key: "report.segments",
            column: column.clone(),
            hint: or_nearest(column, schema.names()),
        }),
    }
}

/// Audits the chosen model's probabilities of the test rows.
///
/// # Errors
/// From the metrics.
pub fn audit(
    experiment: &Experiment,
    prepared: &Prepared,
    probabilities: &[f64],
    threshold: f64,
) -> Result<Vec<SegmentAudit>, PipelineError> {
    let labels = prepared.labels.take(&prepared.split.test);
    let options = EvaluateOptions {
        level: experiment.report.level,
        bootstrap: experiment.report.bootstrap,
        seed: experiment.seed,
    };
    let mut audits = Vec::with_capacity(experiment.report.segments.len());
    for column in &experiment.report.segments {
        let groups = groups(prepared, column)?;
        let names: Vec<&str> = groups.iter().map(String::as_str).collect();
        audits.push(SegmentAudit {
            column: column.clone(),
            sensitive: sensitive(column),
            groups: segments(labels.as_slice(), probabilities, &names, threshold, &options)?,
        });
    }
    Ok(audits)
}

/// The group of each test row: a word, a month, a number where there are few of them, else a quarter of the training and
/// validation leads by the number.
fn groups(prepared: &Prepared, column: &str) -> Result<Vec<String>, PipelineError> {
    let position = prepared.table.schema().position(column)?;
    let profile = prepared.profile.iter().find(|p| p.column == column);
    let quarters = profile.filter(|p| p.distinct > MOST_GROUPS as u64).map(|p| &p.distribution);
    let named: Vec<String> = prepared
        .split
        .test
        .iter()
        .map(|&row| match prepared.table.cell(row, position) {
            Cell::Missing => MISSING.to_owned(),
            Cell::Text(word) => word.to_owned(),
            Cell::Date(moment) => moment.to_month(),
            Cell::Number(value) => quarter(value, quarters),
        })
        .collect();
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for name in &named {
        *sizes.entry(name).or_default() += 1;
    }
    let mut order: Vec<(&str, usize)> = sizes.into_iter().collect();
    order.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    let kept: Vec<String> =
        order.iter().take(MOST_GROUPS).map(|(name, _)| (*name).to_owned()).collect();
    let fold = |name: String| if kept.contains(&name) { name } else { OTHER.to_owned() };
    Ok(named.into_iter().map(fold).collect())
}

fn quarter(value: f64, spread: Option<&Distribution>) -> String {
    let Some(Distribution::Numeric { q25, median, q75, .. }) = spread else {
        return value.to_string();
    };
    match value {
        v if v <= *q25 => format!("up to {q25}"),
        v if v <= *median => format!("{q25} to {median}"),
        v if v <= *q75 => format!("{median} to {q75}"),
        _ => format!("above {q75}"),
    }
}

/// Whether a word of the name begins with one of [`SENSITIVE`]; `age` must stand alone, or `page_views` would be one.
pub fn sensitive(column: &str) -> bool {
    let name = column.to_lowercase();
    name.split(|c: char| !c.is_alphanumeric()).any(|word| {
        SENSITIVE.iter().any(|s| if s.len() <= 4 { word == *s } else { word.starts_with(s) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_the_law_protects_are_known_and_others_are_not() {
        for (column, expect) in [
            ("gender", true),
            ("Age", true),
            ("marital_status", true),
            ("date of birth", true),
            ("page_views", false),
            ("message", false),
            ("source", false),
        ] {
            assert_eq!(sensitive(column), expect, "{column}");
        }
    }
}
