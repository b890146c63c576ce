//! Reads a run folder as data: which model was chosen, how sure its figures are, what the best band holds. After
//! `cargo xtask demo`, `cargo run --release --example read_a_run -- runs/demo`
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use leadsight_report::{files, folder};
use std::{env, error::Error, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args().nth(1).ok_or("give a run folder, such as runs/demo")?;
    let run = files::read(Path::new(&folder))?;
    println!("{}: {}", run.manifest.chosen_model, run.manifest.choice_reason);
    let test = &run.metrics.splits[folder::TEST];
    for (metric, interval) in &test.metrics {
        println!(
            "{metric:<18} {:.4} ({:.4} to {:.4})",
            interval.value, interval.low, interval.high
        );
    }
    for band in &test.bands {
        println!(
            "{:?} {:.1} %: {} leads, {} conversions, rate at most {:.2} %",
            band.side,
            100.0 * band.share,
            band.rows,
            band.conversions,
            100.0 * band.rate_upper
        );
    }
    for problem in &run.issues {
        println!("{:?}: {} x{}", problem.severity, problem.kind, problem.count);
    }
    Ok(())
}
