//! Turns probabilities, from any model, into scores, tiers and next actions by a policy of one's own:
//! `cargo run --release --example own_policy`
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use leadsight_decide::Policy;
use leadsight_schema::Probability;
use std::error::Error;

const POLICY: &str = r#"Policy(
    version: 1,
    // Score 70 is the chance from which a call pays: 60 a call, 500 a win, so 12 %.
    score: (p0: 0.002, p40: 0.03, p70: 0.12, p100: 0.6),
    tiers: [
        (name: "A", from: 85, next_action: "call within the hour", reason: "far above what pays for a call"),
        (name: "B", from: 70, next_action: "call today", reason: "pays for a call"),
        (name: "C", from: 40, next_action: "invite to the webinar", reason: "too good to skip"),
        (name: "D", from: 0, next_action: "newsletter", reason: "not worth a call yet"),
    ],
)"#;

fn main() -> Result<(), Box<dyn Error>> {
    let policy = Policy::from_ron(POLICY)?;
    for p in [0.001, 0.05, 0.15, 0.45] {
        let decision = policy.decide(Probability::new(p)?, None);
        println!(
            "{:>5.1} %: score {:>3}, {}: {} ({})",
            100.0 * p,
            decision.score,
            decision.tier,
            decision.next_action,
            decision.action_reason
        );
    }
    Ok(())
}
