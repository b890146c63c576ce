//! From text columns to typed ones.

use crate::{IngestError, RawTable, amounts, clocks, dates};
use leadsight_schema::{
    Cell, Column, Field, FieldKind, Issue, LeadTable, Schema, Severity, TextRules, Timestamp,
    infer_kind,
};
use polars::prelude::StringChunked;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// Cells that inference looks at, spread evenly over the known cells of a column.
const SAMPLE: usize = 1_000;

/// Types every column: as `kinds` says, else as a sample of its known cells suggests. All roles are
/// [`leadsight_schema::Role::Feature`]. A cell that does not read as its column's kind becomes missing; one issue a
/// column names the first of them.
///
/// # Errors
/// [`IngestError::Schema`] where two columns have one name.
pub fn type_table(
    raw: &RawTable,
    kinds: &BTreeMap<String, FieldKind>,
    rules: &TextRules,
) -> Result<(LeadTable, Vec<Issue>), IngestError> {
    let names = raw.names();
    let typed: Vec<(Field, Column, Vec<Issue>)> = names
        .into_par_iter()
        .enumerate()
        .filter_map(|(position, name)| Some((name, raw.texts(position)?)))
        .map(|(name, texts)| {
            let mut issues = Vec::new();
            let sample = sample(texts, rules);
            let kind = kinds.get(&name).copied().unwrap_or_else(|| {
                let kind = infer_kind(rules, sample.iter().copied());
                if kind == FieldKind::Number {
                    issues.extend(amounts::decimal_mark(raw, &name, &sample, rules));
                }
                kind
            });
            let mut reader = Reader { rules, kind, unreadable: 0, first: None };
            let column = reader.column(texts);
            issues.extend(reader.issue(raw, &name));
            if kind.is_number() {
                issues.extend(amounts::currencies(raw, &name, texts));
            }
            if let FieldKind::Date(format) = kind {
                issues.extend(clocks::unclear(raw, &name, texts, format, rules));
                issues.extend(clocks::impossible(raw, &name, texts, &column));
            }
            if matches!(kind, FieldKind::Date(_)) || !kinds.contains_key(&name) {
                issues.extend(dates::mixed(raw, &name, kind, texts, &sample));
            }
            (Field::feature(name, kind), column, issues)
        })
        .collect();
    let (mut fields, mut columns, mut issues) = (Vec::new(), Vec::new(), Vec::new());
    for (field, column, found) in typed {
        fields.push(field);
        columns.push(column);
        issues.extend(found);
    }
    let table = LeadTable::new(Schema::new(fields)?, columns, raw.lines.clone())?;
    Ok((table.with_files(raw.files.clone(), raw.file_of.clone()), issues))
}

/// The cells by which the kind is inferred.
pub(crate) fn sample<'a>(texts: &'a StringChunked, rules: &TextRules) -> Vec<&'a str> {
    let known: Vec<&str> = texts.iter().flatten().filter(|text| !rules.is_missing(text)).collect();
    let step = known.len().div_ceil(SAMPLE).max(1);
    known.into_iter().step_by(step).collect()
}

struct Reader<'a> {
    rules: &'a TextRules,
    kind: FieldKind,
    unreadable: u64,
    first: Option<(usize, String)>,
}

impl Reader<'_> {
    fn column(&mut self, texts: &StringChunked) -> Column {
        match self.kind {
            FieldKind::Number | FieldKind::DecimalComma => {
                Column::Number(self.each(texts, |cell| match cell {
                    Cell::Number(value) => value,
                    _ => f64::NAN,
                }))
            }
            FieldKind::Date(_) => Column::Date(self.each(texts, |cell| match cell {
                Cell::Date(moment) => Some(moment),
                _ => None::<Timestamp>,
            })),
            // A word is judged once, not once a lead.
            FieldKind::Category | FieldKind::Text => {
                let mut missing: HashMap<&str, bool> = HashMap::new();
                Column::from_words(texts.iter().map(|text| {
                    text.filter(|text| {
                        !*missing.entry(text).or_insert_with(|| self.rules.is_missing(text))
                    })
                }))
            }
        }
    }

    fn each<T>(&mut self, texts: &StringChunked, value: impl Fn(Cell<'_>) -> T) -> Vec<T> {
        texts
            .iter()
            .enumerate()
            .map(|(row, text)| {
                let cell = text.map_or(Ok(Cell::Missing), |text| self.rules.read(self.kind, text));
                value(cell.unwrap_or_else(|_| {
                    self.unreadable += 1;
                    let text = text.unwrap_or_default();
                    self.first.get_or_insert_with(|| (row, text.chars().take(80).collect()));
                    Cell::Missing
                }))
            })
            .collect()
    }

    fn issue(self, raw: &RawTable, column: &str) -> Option<Issue> {
        let (row, found) = self.first?;
        Some(Issue {
            severity: Severity::Warning,
            kind: "unreadable_cell".into(),
            file: raw.file_of(row).to_owned(),
            row: raw.rows.get(row).copied(),
            line: raw.lines.get(row).copied(),
            column: Some(column.to_owned()),
            found,
            expected: format!("{}; the cell counts as missing", self.kind.describe()),
            count: self.unreadable,
        })
    }
}
