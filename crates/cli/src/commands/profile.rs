//! `leadsight profile`: what each column holds.

use super::{Answer, evaluate::in_arguments};
use crate::args::{Common, Profile};
use crate::failure::Failure;
use crate::print::{self, Rows};
use leadsight_ingest::{LabelSpec, Sources, label, load, profile};
use leadsight_schema::{ColumnProfile, Distribution};
use std::path::Path;

pub fn run(args: &Profile, common: &Common) -> Result<Answer, Failure> {
    let sources = Sources { separator: args.separator, ..Sources::file(&args.leads) };
    let (table, mut issues) = load(&sources, Path::new(""))?;
    let columns = match &args.label {
        None => profile(&table, None),
        Some(name) => {
            let spec = LabelSpec::Column {
                name: name.clone(),
                positive: args.positive.clone(),
                negative: args.negative.clone(),
                blank: leadsight_ingest::Blank::LeaveOut,
            };
            let labelled = label(table, &spec).map_err(in_arguments)?;
            issues.extend(labelled.issues);
            profile(&labelled.table, Some(&labelled.labels))
        }
    };
    let mut rows = Rows::new([
        "column",
        "kind",
        "role",
        "missing",
        "distinct",
        "spread",
        "AUC alone",
        "remark",
    ]);
    for column in &columns {
        rows.push([
            column.column.clone(),
            column.kind.clone(),
            column.role.clone(),
            format!("{:.1} %", column.missing_rate * 100.0),
            column.distinct.to_string(),
            spread(column),
            column.target_auc.map_or_else(|| "-".to_owned(), |auc| format!("{auc:.3}")),
            column.contributes_nothing.clone().unwrap_or_default(),
        ]);
    }
    print::data(common.format, &columns, &rows)?;
    print::issues(&issues);
    Ok(Answer::Yes)
}

fn spread(column: &ColumnProfile) -> String {
    match &column.distribution {
        Distribution::Numeric { min, median, max, .. } => {
            let shown = [min, median, max].map(|v| match v.abs() {
                // Figures of 300 digits make no table.
                size if size >= 1e15 => format!("{v:.4e}"),
                _ => format!("{v:.4}"),
            });
            shown.join(" .. ")
        }
        Distribution::Levels { top } => {
            let shown: Vec<String> = top
                .iter()
                .take(3)
                .map(|l| format!("{} ({})", l.level.chars().take(24).collect::<String>(), l.count))
                .collect();
            shown.join(", ")
        }
        Distribution::Empty => "no known value".to_owned(),
    }
}
