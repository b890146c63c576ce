//! Exports the very matrix that XGBoost sees, and what came of it, for `cargo xtask compare`.
//!
//! `same_matrix [[--experiment FILE] --data-dir FOLDER] --out FOLDER` takes the experiment of the file, or that of bank marketing, or
//! without a data folder the demo's generated CRM, and prepares it as `leadsight run` does. It writes `train.csv`, `valid.csv`,
//! `test.csv` (the encoder's inputs and `target`; missing is empty, numbers read back to the same bits), `test_ids.csv`, `params.json` and
//! `predictions.csv`: the uncalibrated test probabilities of a model fitted on the training rows alone.

use leadsight_models::{Classifier, Encoder, Model};
use leadsight_pipeline::{Experiment, prepare};
use leadsight_schema::{Cell, Cells, Labels, Matrix, Role, Timestamp, sigmoid};
use leadsight_synth::{SynthOptions, generate};
use leadsight_train::{ModelSpec, Task, XgboostParams};
use serde_json::{Value, json};
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;

const BANK: &str = include_str!("../../../examples/experiments/bank_marketing.ron");
const DEMO: &str = include_str!("../../../examples/experiments/demo.ron");

/// Fixed, as nothing of the comparison may hang on how they are chosen.
const ROUNDS: u32 = 200;

/// Every event of the data has happened.
const NOW: Timestamp = Timestamp(253_402_300_799);

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let (data, out) = match args[..] {
        ["--out", out] => (None, Path::new(out)),
        ["--data-dir", data, "--out", out] => (Some(Path::new(data)), Path::new(out)),
        ["--experiment", file, "--data-dir", data, "--out", out] => {
            fs::create_dir_all(out)?;
            let experiment = Experiment::read(Path::new(file), &[])?;
            return export(&experiment, Path::new(data), Path::new(out));
        }
        _ => {
            let usage = "usage: same_matrix [[--experiment FILE] --data-dir FOLDER] --out FOLDER";
            return Err(usage.into());
        }
    };
    fs::create_dir_all(out)?;
    match data {
        Some(data) => export(&Experiment::parse(BANK, Path::new("bank_marketing.ron"))?, data, out),
        None => {
            let crm = out.join("crm");
            generate(&SynthOptions::default(), &crm)?;
            export(&Experiment::parse(DEMO, Path::new("demo.ron"))?, &crm, out)
        }
    }
}

fn export(experiment: &Experiment, data: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut prepared = prepare(experiment, data, NOW)?;
    prepared.close_leaks(experiment)?;
    let (table, split) = (&prepared.table, &prepared.split);
    let bound = experiment.features.fit(table, &split.train)?.bind(table.schema())?;
    let part = |rows: &[usize]| -> Result<(Matrix, Labels), Box<dyn Error>> {
        Ok((bound.transform(table, rows.iter().copied())?, prepared.labels.take(rows)))
    };
    let (x, y) = part(&split.train)?;

    // All rows and all inputs for every tree: two versions of the library do not draw the same sample from one seed.
    let params =
        XgboostParams { subsample: 1.0, colsample_bytree: 1.0, ..XgboostParams::default() };
    let fit = ModelSpec::Xgboost(params.clone()).trainer()?.fit(&Task {
        x: &x,
        y: &y,
        watch: None,
        folds: &[],
        rounds: Some(ROUNDS),
        strength: None,
        seed: experiment.seed,
        threads: experiment.tuning.threads,
        progress: &|_| ControlFlow::Continue(()),
    })?;
    let Model::Forest(model) = &fit.model else {
        return Err("boosted trees came back as another kind of model".into());
    };

    let test = part(&split.test)?;
    let mut predictions = create(&out.join("predictions.csv"))?;
    writeln!(predictions, "probability")?;
    for margin in model.margins(&test.0)? {
        writeln!(predictions, "{}", sigmoid(margin))?;
    }
    predictions.flush()?;
    for (name, (x, y)) in [("train", (x, y)), ("valid", part(&split.valid)?), ("test", test)] {
        write_part(&out.join(format!("{name}.csv")), model.encoder(), &x, &y)?;
    }
    let id = table.schema().with_role(Role::Id).next();
    let mut ids = create(&out.join("test_ids.csv"))?;
    writeln!(ids, "lead_id")?;
    for &row in &split.test {
        match id.map(|id| table.cell(row, id)) {
            Some(Cell::Text(name)) => writeln!(ids, "{name}")?,
            _ => writeln!(ids, "row-{}", row + 1)?,
        }
    }
    ids.flush()?;
    let base_rate = prepared.labels.take(&split.train).base_rate();
    let settings = json!({ "rounds": ROUNDS, "params": in_xgboost_names(&params, base_rate, experiment.tuning.threads)? });
    fs::write(out.join("params.json"), serde_json::to_vec_pretty(&settings)?)?;
    Ok(())
}

/// The parameters have XGBoost's own names, but for those that it does not know.
fn in_xgboost_names(
    params: &XgboostParams,
    base_score: Option<f64>,
    threads: usize,
) -> Result<Value, serde_json::Error> {
    let mut names = serde_json::to_value(params)?;
    if let Some(names) = names.as_object_mut() {
        names.retain(|name, _| !["rounds", "patience", "categories"].contains(&name.as_str()));
    }
    names["objective"] = "binary:logistic".into();
    names["tree_method"] = "hist".into();
    names["base_score"] = base_score.into();
    names["nthread"] = threads.into();
    Ok(names)
}

fn write_part(
    path: &Path,
    encoder: &Encoder,
    x: &Matrix,
    y: &Labels,
) -> Result<(), Box<dyn Error>> {
    let mut out = create(path)?;
    // The script reads columns by position; the inputs' own names may hold commas, or be `target`.
    let mut header: Vec<String> = (0..encoder.width()).map(|i| format!("x{i}")).collect();
    header.push("target".to_owned());
    writeln!(out, "{}", header.join(","))?;
    for (inputs, y) in encoder.encode(x)?.chunks(encoder.width()).zip(y.as_slice()) {
        for input in inputs.iter().map(|input| f64::from(*input)) {
            if input.is_nan() { write!(out, ",")? } else { write!(out, "{input},")? }
        }
        writeln!(out, "{}", u8::from(*y))?;
    }
    Ok(out.flush()?)
}

fn create(path: &Path) -> std::io::Result<BufWriter<File>> {
    File::create(path).map(BufWriter::new)
}
