//! Carries out an experiment from another Rust program, on a CRM that it generates first:
//! `cargo run --release --example train -- FOLDER`
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use leadsight_pipeline::{Experiment, Observer, Progress, RunOptions};
use leadsight_schema::Timestamp;
use leadsight_synth::{SynthOptions, generate};
use std::{collections::BTreeMap, env, error::Error, path::PathBuf, time::SystemTime};

/// Tells the stages and never stops.
struct Teller;

impl Observer for Teller {
    fn stage(&self, name: &str) {
        println!("{name}...");
    }
    fn progress(&self, _: &Progress) {}
    fn stopped(&self) -> bool {
        false
    }
    fn peak_memory_mib(&self) -> Option<f64> {
        None
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::args().nth(1).ok_or("give a folder to work in")?);
    generate(&SynthOptions { leads: 4000, ..SynthOptions::default() }, &folder)?;
    let text = r#"Experiment(
        name: "first",
        data: (leads: "leads.csv"),
        label: Column(name: "converted"),
        leakage: (on_leak: Exclude),
        models: [Prior, Logistic(), Xgboost(rounds: 200, eta: 0.1)],
    )"#;
    let experiment = Experiment::parse(text, &folder.join("first.ron"))?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let options = RunOptions {
        base: folder.clone(),
        out: folder.join("runs"),
        now: Timestamp(now as i64),
        versions: BTreeMap::new(),
    };
    let outcome = leadsight_pipeline::run(&experiment, &options, &Teller)?;
    let auc = &outcome.run.metrics.splits["test"].metrics["roc_auc"];
    println!(
        "{}: AUC {:.3} ({:.3} to {:.3})",
        outcome.run.manifest.chosen_model, auc.value, auc.low, auc.high
    );
    println!("to score new leads: {}", outcome.folder.join("bundle").display());
    Ok(())
}
