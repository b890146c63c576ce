//! `leadsight schema`: the reference, made from the code that it describes.

use super::Answer;
use crate::args::{Common, Format, Part, Schema};
use crate::failure::Failure;
use crate::print::{self, Rows};
use crate::reference::{commands, folder, keys};
use leadsight_eval::metrics::METRICS;
use leadsight_pipeline::Experiment;
use leadsight_score::OutputColumn;
use serde::Serialize;
use serde_json::Value;
use std::path::Path;

/// The shortest experiment: what it resolves to shows every key with its default.
const SHORTEST: &str =
    r#"Experiment(data: (leads: "leads.csv"), label: Column(name: "converted"))"#;

pub fn run(args: &Schema, common: &Common) -> Result<Answer, Failure> {
    let format = common.format;
    match args.part {
        Part::Config => list(
            format,
            ["key", "type", "default", "values", "description"],
            &keys::of::<Experiment>(),
        )?,
        Part::Template => {
            let experiment = Experiment::parse(SHORTEST, Path::new("shortest.ron"))?;
            match format {
                Format::Json => print::data(Format::Json, &experiment, &Rows::default())?,
                _ => print::text(&experiment.to_ron()?)?,
            }
        }
        Part::Output => {
            let columns: Vec<Column> = OutputColumn::all()
                .map(|c| Column { column: c.name(), description: c.description() })
                .collect();
            list(format, ["column", "description"], &columns)?;
        }
        Part::Folder => {
            let files = folder::all();
            let fields: Vec<Field<'_>> = files.iter().flat_map(fields).collect();
            let rows = rows(["file", "field", "type", "description"], &fields)?;
            print::data(format, &files, &rows)?;
        }
        Part::Metrics => {
            list(format, ["metric", "range", "better", "interval", "definition"], &METRICS)?;
        }
        Part::Commands => {
            let verbs = commands::all();
            let arguments: Vec<Argument<'_>> = verbs
                .iter()
                .flat_map(|verb| {
                    verb.arguments
                        .iter()
                        .map(move |argument| Argument { command: &verb.command, argument })
                })
                .collect();
            let headers = ["command", "argument", "default", "values", "description"];
            print::data(format, &verbs, &rows(headers, &arguments)?)?;
        }
    }
    Ok(Answer::Yes)
}

#[derive(Serialize)]
struct Column {
    column: &'static str,
    description: &'static str,
}

/// A line of the table of files: the file itself, or one of its fields.
#[derive(Serialize)]
struct Field<'a> {
    file: &'a str,
    field: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    description: &'a str,
}

fn fields(file: &folder::File) -> Vec<Field<'_>> {
    let whole = Field { file: file.file, field: "", kind: "", description: file.description };
    let parts = file.fields.iter().map(|key| Field {
        file: file.file,
        field: &key.key,
        kind: &key.kind,
        description: &key.description,
    });
    std::iter::once(whole).chain(parts).collect()
}

#[derive(Serialize)]
struct Argument<'a> {
    command: &'a str,
    #[serde(flatten)]
    argument: &'a commands::Argument,
}

fn list<const N: usize, T: Serialize>(
    format: Format,
    headers: [&'static str; N],
    items: &[T],
) -> Result<(), Failure> {
    print::data(format, &items, &rows(headers, items)?)
}

/// The fields called `headers` of each item as rows of text.
fn rows<const N: usize, T: Serialize>(
    headers: [&'static str; N],
    items: &[T],
) -> Result<Rows, Failure> {
    let mut rows = Rows::new(headers);
    for item in items {
        let item =
            serde_json::to_value(item).map_err(|e| Failure::Print { reason: e.to_string() })?;
        rows.push(headers.map(|name| cell(&item[name])));
    }
    Ok(rows)
}

fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
