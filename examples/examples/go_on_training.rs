//! Goes on from an earlier model when new leads have come (a warm start), and watches the loss on leads that nobody learns from:
//! `cargo run --release --example go_on_training`
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use leadsight_forest::TreeModel;
use leadsight_forest::train::{Bins, BoostParams, Booster, Input, Sample, Target};
use leadsight_schema::sigmoid;
use std::error::Error;

/// Visits, the days since the last one, and an industry by its code.
const INPUTS: [Input; 3] = [Input::Number, Input::Number, Input::Category { levels: 8 }];

/// Leads from number `first` on: row by row what is known of them, and their outcomes.
fn leads(first: usize, rows: usize) -> (Vec<f32>, Vec<bool>) {
    let (mut values, mut outcomes) = (Vec::new(), Vec::new());
    for lead in first..first + rows {
        let draw = |step: f64| (lead as f64 * step).fract();
        let (visits, days) = ((20.0 * draw(0.618_033_99)).floor(), 90.0 * draw(0.754_877_67));
        let industry = (8.0 * draw(0.569_840_29)).floor();
        values.extend([visits as f32, days as f32, industry as f32]);
        let margin = 0.2 * visits - 0.03 * days - if industry < 3.0 { 2.0 } else { 1.0 };
        outcomes.push(draw(0.324_717_96) < sigmoid(margin));
    }
    (values, outcomes)
}

fn main() -> Result<(), Box<dyn Error>> {
    let params = BoostParams { eta: 0.1, ..BoostParams::default() };
    let (watched, known) = leads(1_000_000, 4_000);

    // The first model, kept as a file.
    let (values, outcomes) = leads(0, 4_000);
    let bins = Bins::fit(&values, &INPUTS, 255)?;
    let sample = Sample { bins: &bins, target: Target::Outcomes(&outcomes), weights: None };
    let mut booster = Booster::new(params.clone(), sample, 7)?;
    for _ in 0..20 {
        booster.round();
    }
    let file = TreeModel::from(booster.forests()?.remove(0)).to_bytes()?;

    // Later, with twice as many leads: its trees stay, new ones learn what they leave open.
    let (values, outcomes) = leads(0, 8_000);
    let bins = Bins::fit(&values, &INPUTS, 255)?;
    let beside = bins.like(&watched)?;
    let sample = Sample { bins: &bins, target: Target::Outcomes(&outcomes), weights: None };
    let aside = Sample { bins: &beside, target: Target::Outcomes(&known), weights: None };
    let earlier = TreeModel::from_bytes(&file)?.outputs;
    let mut booster =
        Booster::new(params, sample, 7)?.resume(&earlier, &values)?.watching(aside, &watched)?;
    for round in 1..=20 {
        let losses = booster.round();
        if round % 5 == 0 {
            let on_others = losses.watch.unwrap_or(f64::NAN);
            println!(
                "{} trees: log-loss {:.4}, on other leads {on_others:.4}",
                booster.rounds(),
                losses.train
            );
        }
    }
    Ok(())
}
