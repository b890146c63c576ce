//! `leadsight schema`: the reference, made from the code that it describes.

use super::Answer;
use crate::args::{Common, Format, Part, Schema};
use crate::failure::Failure;
use crate::print::{self, Rows};
use leadsight_pipeline::Experiment;
use leadsight_score::OutputColumn;
use std::path::Path;

/// The shortest experiment: what it resolves to shows every key with its default.
const SHORTEST: &str =
    r#"Experiment(data: (leads: "leads.csv"), label: Column(name: "converted"))"#;

pub fn run(args: &Schema, common: &Common) -> Result<Answer, Failure> {
    match args.part {
        Part::Config => {
            let experiment = Experiment::parse(SHORTEST, Path::new("shortest.ron"))?;
            match common.format {
                Format::Json => print::data(Format::Json, &experiment, &Rows::default())?,
                _ => print::text(&experiment.to_ron()?)?,
            }
        }
        Part::Output => list(common.format, "column", OutputColumn::all().map(OutputColumn::name))?,
        Part::Metrics => list(common.format, "metric", leadsight_eval::metrics::KEYS)?,
    }
    Ok(Answer::Yes)
}

fn list(
    format: Format,
    header: &'static str,
    names: impl IntoIterator<Item = &'static str>,
) -> Result<(), Failure> {
    let names: Vec<&str> = names.into_iter().collect();
    let mut rows = Rows::new([header]);
    for name in &names {
        rows.push([(*name).to_owned()]);
    }
    print::data(format, &names, &rows)
}
