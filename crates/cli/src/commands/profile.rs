//! `leadsight profile`: what each column holds.

use super::{Answer, evaluate::in_arguments, funnel};
use crate::args::{Common, Profile};
use crate::failure::Failure;
use crate::input::input;
use crate::output::output_file;
use crate::print::{self, Cell, Rows};
use crate::progress::Work;
use leadsight_ingest::{Sources, label, load, profile};
use leadsight_schema::{Cells, ColumnProfile, Distribution, Timestamp};
use std::path::Path;

pub fn run(args: &Profile, common: &Common) -> Result<Answer, Failure> {
    if args.funnel {
        return funnel::run(args, common);
    }
    let file = input("LEADS", &args.leads)?;
    args.html.as_deref().map_or(Ok(()), |page| output_file("--html", page))?;
    let work = Work::begin(common, format!("reading {}", file.name));
    let sources = Sources {
        separator: args.separator,
        sheet: args.sheet.clone(),
        field_map: args.field_map,
        ..Sources::file(&file.path)
    };
    let (table, mut issues) = load(&sources, Path::new(""))?;
    let leads = table.rows();
    work.next(format!("profiling {leads} leads"));
    let columns = match &args.label {
        None => profile(&table, None, &issues),
        Some(name) => {
            let labelled = label(table, &args.words.of(name))
                .map_err(|error| in_arguments(error.renamed(args.field_map)))?;
            issues.extend(labelled.issues);
            profile(&labelled.table, Some(&labelled.labels), &issues)
        }
    };
    drop(work);
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
            column.column.as_str().into(),
            Cell::Text(match &column.meaning {
                Some(meaning) => format!("{}: {}", column.kind, meaning.field.replace('_', " ")),
                None => column.kind.clone(),
            }),
            column.role.as_str().into(),
            Cell::Percent(column.missing_rate),
            column.distinct.into(),
            Cell::Text(spread(column)),
            column.target_auc.map_or(Cell::Blank, |auc| Cell::Number(auc, 3)),
            Cell::Text(column.contributes_nothing.clone().unwrap_or_default()),
        ]);
    }
    rows.note(summary(args, leads, &columns));
    if let Some(path) = &args.html {
        let page = leadsight_report::profile::render(&file.name, &columns, &issues)?;
        leadsight_registry::write_file(path, page.as_bytes())?;
        rows.note(format!("The page: {}", path.display()));
    }
    print::data(common.format, &columns, &rows)?;
    print::issues(&issues);
    Ok(Answer::Yes)
}

fn summary(args: &Profile, leads: usize, columns: &[ColumnProfile]) -> String {
    let idle = columns.iter().filter(|c| c.contributes_nothing.is_some()).count();
    let mut words =
        format!("{leads} leads, {} columns, {idle} of them contribute nothing.", columns.len());
    if args.label.is_none() {
        words += " With --label COLUMN each is judged by how well it tells the outcome.";
    }
    words
}

fn spread(column: &ColumnProfile) -> String {
    match &column.distribution {
        Distribution::Numeric { min, median, max, .. } if column.kind == "date" => {
            let day = |days: &f64| Timestamp((days * 86_400.0) as i64).to_date();
            [min, median, max].map(day).join(" .. ")
        }
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
