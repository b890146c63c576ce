//! Scores one lead from another Rust program.
//!
//! `cargo run --release -p leadsight-examples --example score_one_lead -- runs/demo/bundle '{"industry": "software"}'`
#![allow(clippy::print_stdout)]

use leadsight_schema::Timestamp;
use leadsight_score::Scorer;
use std::{env, error::Error, path::Path, time::SystemTime};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().collect();
    let [_, bundle, lead] = args.as_slice() else {
        return Err("give a bundle's folder and a lead as JSON".into());
    };
    let scorer = Scorer::load(Path::new(bundle))?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let scored = scorer.score_json(&serde_json::from_str(lead)?, Timestamp(now as i64))?;
    println!("{} ({}): {}", scored.lead_score, scored.tier, scored.next_action);
    println!("{}", serde_json::to_string_pretty(&scored)?);
    Ok(())
}
