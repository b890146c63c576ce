//! Scores one lead of the demo from another Rust program: after `cargo xtask demo`,
//! `cargo run --release --example score_one_lead -- runs/demo/bundle`
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use leadsight_schema::Timestamp;
use leadsight_score::Scorer;
use std::{env, error::Error, path::Path, time::SystemTime};

fn main() -> Result<(), Box<dyn Error>> {
    let bundle = env::args().nth(1).ok_or("give a bundle's folder, such as runs/demo/bundle")?;
    let scorer = Scorer::load(Path::new(&bundle))?;
    // Values as a form or a CRM sends them; what is not given counts as missing.
    let lead = serde_json::from_str(
        r#"{ "title": "VP of Engineering", "source": "referral", "employees": 240, "timeline": "this month",
             "pages_viewed": 11, "demo_requested": "yes", "newsletter": null }"#,
    )?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let scored = scorer.score_json(&lead, Timestamp(now as i64))?;
    println!("score {}, {}: {}", scored.lead_score, scored.tier, scored.next_action);
    let factors = scored.factors.unwrap_or_default();
    factors.positive.iter().for_each(|factor| println!("  for:     {factor}"));
    factors.negative.iter().for_each(|factor| println!("  against: {factor}"));
    Ok(())
}
