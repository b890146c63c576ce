//! Judges the probabilities of any two models on the same leads: metrics with intervals, and whether one is better by more
//! than noise. `cargo run --release --example judge_own_scores`
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use leadsight_eval::{EvaluateOptions, Rule, choose, compare, evaluate};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    // 2,000 leads of which one in ten converts: outcomes, and what two models said before.
    let labels: Vec<bool> = (0..2000).map(|i| i % 10 == 0).collect();
    let noise = |i: usize, by: usize| ((i * by) % 101) as f64 / 101.0;
    let says = |i: usize, skill: f64, by: usize| {
        let signal = if labels[i] { 0.3 * skill } else { 0.0 };
        (0.02 + signal + 0.2 * noise(i, by)).min(1.0)
    };
    let old: Vec<f64> = (0..2000).map(|i| says(i, 0.3, 37)).collect();
    let new: Vec<f64> = (0..2000).map(|i| says(i, 0.4, 37)).collect();

    let options = EvaluateOptions::default();
    let choice = choose(&labels, &new, &Rule::Cost { value: 500.0, cost: 60.0 })?;
    println!("call from {:.3} on: profit {:.0} on these leads", choice.threshold, choice.objective);
    let judged = evaluate(&labels, &new, choice.threshold, &options)?;
    for key in ["roc_auc", "log_loss", "precision", "recall"] {
        let found = &judged.metrics[key];
        println!("{key:<10} {:.3} ({:.3} to {:.3})", found.value, found.low, found.high);
    }
    let difference = compare(&labels, &new, &old, &options)?.roc_auc;
    println!(
        "new - old: AUC {:+.3} ({:+.3} to {:+.3}), p = {:.2e}",
        difference.difference, difference.low, difference.high, difference.p_value
    );
    Ok(())
}
