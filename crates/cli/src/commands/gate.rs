//! `leadsight gate`: the answer is no where a run is worse than its baseline by more than noise.

use super::Answer;
use crate::args::{Common, Format, Gate};
use crate::failure::Failure;
use crate::print::{self, Rows};
use leadsight_eval::EvaluateOptions;
use leadsight_pipeline::{Form, GateOptions, GateReport, GatedMetric, Verdict, gate};
use leadsight_schema::Seed;

pub fn run(args: &Gate, common: &Common) -> Result<Answer, Failure> {
    let paired = &args.paired;
    let options = GateOptions {
        metrics: args.metric.clone(),
        split: paired.split.clone(),
        tolerance: args.tolerance,
        evaluate: EvaluateOptions {
            level: paired.level,
            bootstrap: paired.bootstrap,
            seed: Seed(paired.seed),
        },
    };
    let report = gate(&args.run, &args.baseline, &options)?;
    print::data(common.format, &report, &rows(&report.metrics))?;
    match &report.form {
        _ if common.format == Format::Table => print::text(&words(&report))?,
        Form::Unpaired { reason } => tracing::warn!("not in pairs: {reason}"),
        Form::Paired { .. } => {}
    }
    Ok(if report.passed { Answer::Yes } else { Answer::No })
}

fn rows(metrics: &[GatedMetric]) -> Rows {
    let mut rows = Rows::new(["metric", "run", "baseline", "difference", "low", "high", "verdict"]);
    let number = |value: Option<f64>| value.map_or_else(String::new, |v| format!("{v:.5}"));
    let signed = |value: Option<f64>| value.map_or_else(String::new, |v| format!("{v:+.5}"));
    for metric in metrics {
        rows.push([
            metric.metric.clone(),
            number(metric.run),
            number(metric.baseline),
            signed(metric.difference.map(|d| d.value)),
            signed(metric.difference.map(|d| d.low)),
            signed(metric.difference.map(|d| d.high)),
            told(metric.verdict).to_owned(),
        ]);
    }
    rows
}

fn told(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Held => "held",
        Verdict::Fell => "fell",
        Verdict::LostByRun => "lost: not defined in the run",
        Verdict::NotInBaseline => "not in the baseline",
    }
}

fn words(report: &GateReport) -> String {
    let how = match &report.form {
        Form::Paired { rows } => format!("in pairs, on the same {rows} {} leads", report.split),
        Form::Unpaired { reason } => format!(
            "not in pairs: {reason}. The two intervals were combined as if independent, which finds great falls only"
        ),
    };
    let failed: Vec<&str> =
        report.metrics.iter().filter(|m| m.verdict.fails()).map(|m| m.metric.as_str()).collect();
    let found = if failed.is_empty() {
        "passed: nothing fell by more than noise and tolerance".to_owned()
    } else {
        format!("failed: {}", failed.join(", "))
    };
    format!("judged {how}\n{found}\n")
}
