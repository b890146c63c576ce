//! `leadsight profile`: what each column holds.

use super::Answer;
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
                negative: Vec::new(),
                blank: leadsight_ingest::Blank::LeaveOut,
            };
            let labelled = label(table, &spec)?;
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
    for issue in &issues {
        tracing::warn!(
            kind = issue.kind,
            column = issue.column,
            line = issue.line,
            "{}; {}",
            issue.found,
            issue.expected
        );
    }
    Ok(Answer::Yes)
}

fn spread(column: &ColumnProfile) -> String {
    match &column.distribution {
        Distribution::Numeric { min, median, max, .. } => {
            format!("{min:.4} .. {median:.4} .. {max:.4}")
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
