//! Scores a CSV file from another Rust program, streaming, with the columns it wants: after `cargo xtask demo`,
//! `cargo run --release --example score_a_file -- runs/demo/bundle leads.csv scored.csv`
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use leadsight_schema::Timestamp;
use leadsight_score::{CsvOptions, OutputColumn, Scorer};
use std::{env, error::Error, fs::File, io::BufWriter, path::Path, time::SystemTime};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [bundle, leads, out] = arguments.as_slice() else {
        return Err("give a bundle's folder, a file of leads and the file to write".into());
    };
    let scorer = Scorer::load(Path::new(bundle))?;
    let columns = [OutputColumn::LeadId, OutputColumn::Probability, OutputColumn::Tier];
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let summary = scorer.score_csv(
        || File::open(leads),
        BufWriter::new(File::create(out)?),
        &CsvOptions::new(&columns),
        Timestamp(now as i64),
    )?;
    println!("{} of {} leads scored by {}", summary.scored, summary.rows, scorer.version());
    for issue in summary.issues {
        println!("{} x{}: {}; {}", issue.kind, issue.count, issue.found, issue.expected);
    }
    Ok(())
}
