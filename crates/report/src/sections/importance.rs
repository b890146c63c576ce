//! What the chosen model looks at.

use super::rounded;
use crate::folder::RunFolder;
use crate::words::{count, percent};
use serde::Serialize;

/// Fields shown.
const FIELDS: usize = 15;

/// What the section shows.
#[derive(Debug, Serialize)]
pub(crate) struct Importance<'a> {
    fields: Vec<Bar<'a>>,
    measure: &'a str,
    rest: Option<String>,
}

#[derive(Debug, Serialize)]
struct Bar<'a> {
    field: &'a str,
    share: f64,
    width: f64,
}

/// The section of a run.
pub(crate) fn importance(run: &RunFolder) -> Importance<'_> {
    let most = run.importance.fields.first().map_or(1.0, |f| f.share).max(f64::MIN_POSITIVE);
    let fields = run
        .importance
        .fields
        .iter()
        .filter(|f| f.share > 0.0)
        .take(FIELDS)
        .map(|f| Bar { field: &f.field, share: f.share, width: rounded(100.0 * f.share / most) })
        .collect();
    Importance { fields, measure: &run.importance.measure, rest: rest(run) }
}

fn rest(run: &RunFolder) -> Option<String> {
    let rest: Vec<f64> =
        run.importance.fields.iter().map(|f| f.share).filter(|s| *s > 0.0).skip(FIELDS).collect();
    let sum: f64 = rest.iter().sum();
    (!rest.is_empty())
        .then(|| format!("{} further fields share {}.", count(rest.len() as u64), percent(sum)))
}
