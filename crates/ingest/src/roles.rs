//! What each column is for.

use crate::{IngestError, RawTable, Sources};
use leadsight_schema::{Cells, Column, FieldKind, Issue, LeadTable, Role, Severity};
use std::collections::HashSet;

/// Fewer known cells than this prove nothing about a column.
const ENOUGH: usize = 50;

/// Share of distinct values from which a column names rows instead of describing them.
const IDENTIFIER: f64 = 0.95;

/// The column that names the leads where the configuration names none: the first whose name ends in "id" and whose
/// values are all there and (but for some duplicates) all different.
pub(crate) fn guess_id(raw: &RawTable) -> Option<String> {
    let names = raw.names();
    let position = names.iter().enumerate().position(|(position, name)| {
        words(name).last().is_some_and(|w| w == "id")
            && raw.texts(position).is_some_and(|texts| {
                let distinct: HashSet<&str> = texts.iter().flatten().collect();
                texts.null_count() == 0 && distinct.len() as f64 >= IDENTIFIER * texts.len() as f64
            })
    })?;
    names.into_iter().nth(position)
}

pub(crate) fn guessed(raw: &RawTable, name: &str) -> Issue {
    let expected = "`data.id`; this column names the leads, by its name and distinct values";
    about(raw.file(), name, Severity::Info, "id_assumed", "no id configured", expected)
}

/// Gives each column its role; columns that cannot help a model are excluded, each with an issue, unless their kind is
/// configured.
///
/// # Errors
/// [`IngestError::NotDates`] where the column of the creation moment holds no dates.
pub(crate) fn assign(
    table: &mut LeadTable,
    sources: &Sources,
    id: Option<&str>,
    file: &str,
) -> Result<Vec<Issue>, IngestError> {
    let mut issues = Vec::new();
    for position in 0..table.schema().fields().len() {
        let field = &table.schema().fields()[position];
        let (name, kind) = (field.name.clone(), field.kind);
        let role = if id == Some(&name) {
            Role::Id
        } else if sources.created.as_ref() == Some(&name) {
            require_dates(table, position, "data.created")?;
            Role::Created
        } else if sources.exclude.contains_key(&name) {
            Role::Excluded
        } else if sources.kinds.contains_key(&name) {
            Role::Feature
        } else if let Some((kind, found)) = useless(table.column(position), kind, &name) {
            let expected = "values that say something of new leads; the column was left out";
            issues.push(about(file, &name, Severity::Info, kind, &found, expected));
            Role::Excluded
        } else {
            Role::Feature
        };
        table.schema_mut().set_role(position, role);
    }
    Ok(issues)
}

/// # Errors
/// [`IngestError::NotDates`], naming the configuration key.
pub(crate) fn require_dates(
    table: &LeadTable,
    position: usize,
    key: &'static str,
) -> Result<(), IngestError> {
    let field = &table.schema().fields()[position];
    match field.kind {
        FieldKind::Date(_) => Ok(()),
        kind => Err(IngestError::NotDates {
            key,
            column: field.name.clone(),
            found: kind.describe(),
            forms: String::new(),
        }),
    }
}

/// A name's words in lower case: `WonDate`, `won_date` and `Won Date` are all "won", "date".
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for c in name.chars() {
        let starts = !c.is_alphanumeric() || (c.is_uppercase() && after_small);
        if starts {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        after_small = c.is_lowercase() || c.is_numeric();
    }
    words.retain(|w| !w.is_empty());
    words
}

/// Why a column cannot help any model, with the issue's kind.
fn useless(column: &Column, kind: FieldKind, name: &str) -> Option<(&'static str, String)> {
    let known = known_count(column);
    if known == 0 {
        return Some(("empty_column", "no value".into()));
    }
    let everywhere = known == column.len();
    match column {
        Column::Text { levels, .. } => {
            if levels.len() == 1 && everywhere {
                return Some(("constant_column", format!("`{}` everywhere", levels[0])));
            }
            let names_rows = known >= ENOUGH && levels.len() as f64 >= IDENTIFIER * known as f64;
            let named = names_rows && !(kind == FieldKind::Text && prose(levels));
            named.then(|| {
                ("identifier", format!("{} different values in {known} rows", levels.len()))
            })
        }
        Column::Number(values) => {
            if everywhere && values.iter().all(|v| *v == values[0]) {
                return Some(("constant_column", format!("{} everywhere", values[0])));
            }
            let named = words(name)
                .iter()
                .any(|w| matches!(w.as_str(), "id" | "number" | "no" | "nr" | "key" | "uuid"));
            let counter = everywhere && known >= ENOUGH && counts(values, named);
            counter.then(|| ("identifier", "whole numbers, each once".into()))
        }
        Column::Date(values) => {
            let constant = everywhere && values.iter().all(|v| *v == values[0]);
            constant.then(|| ("constant_column", "one date everywhere".into()))
        }
    }
}

/// Whether texts say something though each is another: most have blanks or letters beyond ASCII, which keys and links have not.
fn prose(levels: &[String]) -> bool {
    let said = |text: &&String| text.contains(char::is_whitespace) || !text.is_ascii();
    2 * levels.iter().filter(said).count() > levels.len()
}

/// Whole numbers, each once, that are called an identifier or only rise or only fall down the file.
fn counts(values: &[f64], named: bool) -> bool {
    let whole = values.iter().all(|v| v.fract() == 0.0);
    let rises = values.windows(2).all(|w| w[0] < w[1]);
    let falls = values.windows(2).all(|w| w[0] > w[1]);
    whole && (rises || falls || (named && all_differ(values)))
}

fn all_differ(values: &[f64]) -> bool {
    let distinct: HashSet<u64> = values.iter().map(|v| v.to_bits()).collect();
    distinct.len() == values.len()
}

/// The number of known cells.
pub(crate) fn known_count(column: &Column) -> usize {
    match column {
        Column::Number(values) => values.iter().filter(|v| !v.is_nan()).count(),
        Column::Text { codes, .. } => codes.iter().filter(|c| **c != Column::MISSING).count(),
        Column::Date(values) => values.iter().flatten().count(),
    }
}

/// An issue about a whole column.
pub(crate) fn about(
    file: &str,
    column: &str,
    severity: Severity,
    kind: &str,
    found: &str,
    expected: &str,
) -> Issue {
    Issue {
        severity,
        kind: kind.into(),
        file: file.into(),
        row: None,
        line: None,
        column: Some(column.into()),
        found: found.into(),
        expected: expected.into(),
        count: 1,
    }
}

/// An issue about a whole file.
pub(crate) fn of_file(
    file: &str,
    severity: Severity,
    kind: &str,
    found: &str,
    expected: &str,
) -> Issue {
    Issue { column: None, ..about(file, "", severity, kind, found, expected) }
}

/// The position of a column that the configuration names.
///
/// # Errors
/// [`IngestError::UnknownColumn`], with the nearest name.
pub(crate) fn position(
    table: &LeadTable,
    name: &str,
    key: &'static str,
) -> Result<usize, IngestError> {
    table.schema().find(name).ok_or_else(|| IngestError::UnknownColumn {
        key,
        name: name.to_owned(),
        file: format!("the table of {} leads", table.rows()),
        hint: leadsight_schema::or_nearest(name, table.schema().names()),
        known: table.schema().names().map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_names_into_words() {
        assert_eq!(words("WonDate"), ["won", "date"]);
        assert_eq!(words("Prospect ID"), ["prospect", "id"]);
        assert_eq!(words("emp.var.rate"), ["emp", "var", "rate"]);
        assert_eq!(words("poutcome"), ["poutcome"]);
        assert_eq!(words(""), Vec::<String>::new());
    }

    #[test]
    fn tells_keys_from_texts() {
        let check = |kind, text: fn(usize) -> String, expect: Option<&str>| {
            let texts: Vec<String> = (0..60).map(text).collect();
            let column = Column::from_words(texts.iter().map(|t| Some(t.as_str())));
            assert_eq!(useless(&column, kind, "notes").map(|u| u.0), expect);
        };
        check(FieldKind::Text, |i| format!("They ask for {i} seats"), None);
        check(FieldKind::Text, |i| format!("{i:060}"), Some("identifier"));
        check(FieldKind::Category, |i| format!("Company {i}"), Some("identifier"));
    }

    #[test]
    fn tells_identifiers_and_constants_from_numbers() {
        #[track_caller]
        fn check(values: Vec<f64>, name: &str, expect: Option<&str>) {
            let column = Column::Number(values);
            let found = useless(&column, FieldKind::Number, name);
            assert_eq!(found.map(|u| u.0), expect, "{name}");
        }
        let rising: Vec<f64> = (0..60).map(f64::from).collect();
        let mixed: Vec<f64> = (0..60).map(|i| f64::from(i * 7 % 60)).collect();
        check(rising.clone(), "visits", Some("identifier"));
        check(mixed.clone(), "visits", None);
        check(mixed, "Lead Number", Some("identifier"));
        check(vec![2.0; 60], "visits", Some("constant_column"));
        check(vec![f64::NAN; 60], "visits", Some("empty_column"));
        check(rising[..40].to_vec(), "visits", None);
    }
}
