//! The pages under `docs/reference/`, from what `leadsight schema PART --format json` prints.

use crate::error::XtaskError;
use crate::shell;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

const NOTE: &str = "<!-- Made by `cargo xtask docs` from the code. Change the code's comments, not this page. -->\n\n";

/// A page's file, the part of the schema that it shows, and how.
type Page = (&'static str, &'static str, fn(&Value) -> String);

const PAGES: [Page; 5] = [
    ("configuration.md", "config", configuration),
    ("output.md", "output", output),
    ("run-folder.md", "folder", folder),
    ("metrics.md", "metrics", metrics),
    ("commands.md", "commands", commands),
];

/// Every page by path from the workspace.
pub(super) fn pages(leadsight: &Path) -> Result<Vec<(PathBuf, String)>, XtaskError> {
    let mut pages = Vec::new();
    for (file, part, render) in PAGES {
        let text =
            shell::output(Command::new(leadsight).args(["schema", part, "--format", "json"]))?;
        let data = serde_json::from_str(&text).map_err(|error| XtaskError::Unreadable {
            what: format!("the output of `leadsight schema {part}`"),
            reason: error.to_string(),
        })?;
        let page = format!("{NOTE}{}", render(&data));
        pages.push((Path::new("docs/reference").join(file), page));
    }
    Ok(pages)
}

fn configuration(keys: &Value) -> String {
    let mut page = String::from(
        "# Configuration keys\n\n\
         An experiment is one RON file; only `data.leads` and `label` are required. A key's path is that of `--set`, \
         `[]` stands for each item of a list and `*` for any name of a map. `none` means that the key may be left out and then \
         has no value; ranges stand in the description. `leadsight schema config` prints this page, `leadsight schema template` a \
         file with every key filled in.\n",
    );
    let mut group = "";
    for key in items(keys) {
        let path = text(key, "key");
        let top = path.split(['.', '[']).next().unwrap_or_default();
        if top != group {
            group = top;
            page +=
                &format!("\n## `{top}`\n\n| key | type | default | meaning |\n|---|---|---|---|\n");
        }
        page +=
            &row([&code(path), &kind(key), &code(text(key, "default")), text(key, "description")]);
    }
    page
}

fn output(columns: &Value) -> String {
    let mut page = String::from(
        "# Columns of scored leads\n\n\
         What `leadsight score` writes and what stands in a run's `scored.csv`. All of them unless `score --columns NAME,...` asks for \
         fewer. `leadsight schema output` prints this page.\n\n| column | meaning |\n|---|---|\n",
    );
    for column in items(columns) {
        page += &row([&code(text(column, "column")), text(column, "description")]);
    }
    page
}

fn folder(files: &Value) -> String {
    let mut page = String::from(
        "# Files of the run folder\n\n\
         What a run leaves in `runs/NAME/`. In paths of fields `[]` stands for each item of a list and `*` for any name of a map. \
         `leadsight schema folder` prints this page.\n",
    );
    for file in items(files) {
        page += &format!("\n## `{}`\n\n{}\n", text(file, "file"), text(file, "description"));
        let fields = items(&file["fields"]);
        if !fields.is_empty() {
            page += "\n| field | type | meaning |\n|---|---|---|\n";
        }
        for field in fields {
            page += &row([&code(text(field, "key")), &kind(field), text(field, "description")]);
        }
    }
    page
}

fn metrics(metrics: &Value) -> String {
    let mut page = String::from(
        "# Metrics\n\n\
         Keys of `metrics.json` and of `leadsight evaluate`. An interval's method stands beside it; where two are named, the second is \
         used above 50,000 leads (`roc_auc`: where DeLong's variance is not defined). A metric that is not defined, such as the precision where \
         nobody is flagged, is absent. `leadsight schema metrics` prints this page.\n\n\
         | metric | range | better | definition | interval |\n|---|---|---|---|---|\n",
    );
    for metric in items(metrics) {
        let methods: Vec<String> =
            items(&metric["interval"]).iter().filter_map(Value::as_str).map(code).collect();
        page += &row([
            &code(text(metric, "metric")),
            text(metric, "range"),
            text(metric, "better"),
            text(metric, "definition"),
            &methods.join(", "),
        ]);
    }
    page
}

fn commands(verbs: &Value) -> String {
    let mut page = String::from(
        "# Commands\n\n\
         Data goes to stdout, talk to stderr. Exit status: 0 done; 1 the answer is no (a gate fell, a leak was found, a check failed); \
         2 it could not run. `leadsight COMMAND --help` and `leadsight schema commands` print the same.\n",
    );
    for verb in items(verbs) {
        page += &format!(
            "\n## `{}`\n\n{}.\n",
            text(verb, "command"),
            text(verb, "description").trim_end_matches('.')
        );
        page += &format!("\n```text\n{}\n```\n", text(verb, "usage"));
        let arguments = items(&verb["arguments"]);
        if !arguments.is_empty() {
            page += "\n| argument | default | meaning |\n|---|---|---|\n";
        }
        for argument in arguments {
            let meaning = match values(argument) {
                values if values.is_empty() => text(argument, "description").to_owned(),
                values => format!("{}: {values}", text(argument, "description")),
            };
            let name = code(text(argument, "argument"));
            page += &row([&name, &code(text(argument, "default")), &meaning]);
        }
        if !text(verb, "example").is_empty() {
            page += &format!("\n```sh\n{}\n```\n", text(verb, "example"));
        }
    }
    page
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn values(value: &Value) -> String {
    let names = items(&value["values"]).iter().filter_map(Value::as_str).map(code);
    names.collect::<Vec<_>>().join(", ")
}

/// A key's type with the names it takes.
fn kind(key: &Value) -> String {
    match values(key) {
        values if values.is_empty() => text(key, "type").to_owned(),
        values => format!("{}: {values}", text(key, "type")),
    }
}

fn code(text: &str) -> String {
    match text {
        "" | "required" | "none" => text.to_owned(),
        text => format!("`{text}`"),
    }
}

/// A line of a table; a bar within a cell would end it.
fn row<const N: usize>(cells: [&str; N]) -> String {
    format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | "))
}
