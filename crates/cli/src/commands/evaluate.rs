//! `leadsight evaluate`: metrics for any file of scores.

use super::Answer;
use super::scores::{self, Columns, Scores};
use crate::args::{Common, Evaluate};
use crate::failure::Failure;
use crate::input::input;
use crate::print::{self, Cell, Rows};
use crate::progress::Work;
use leadsight_eval::{EvaluateOptions, Evaluation, Interval, Rule, Side, choose, evaluate};
use leadsight_ingest::IngestError;
use leadsight_schema::Seed;

pub fn run(args: &Evaluate, common: &Common) -> Result<Answer, Failure> {
    if let Some(threshold) = args.threshold.filter(|t| !(0.0..=1.0).contains(t)) {
        return Err(Failure::Argument {
            argument: "--threshold",
            found: threshold.to_string(),
            expected: "a probability from 0 to 1".to_owned(),
        });
    }
    let file = input("--scores", &args.scores)?;
    let work = Work::begin(common, format!("reading {}", file.name));
    let columns = Columns {
        label: &args.label,
        words: &args.words,
        probability: &args.probability,
        id: None,
        only: &args.only,
    };
    let Scores { labelled, probabilities } = scores::read(&file, &columns)?;
    let labels = labelled.labels.as_slice();
    work.next(format!("judging {} scores", labels.len()));
    let threshold = match args.threshold {
        Some(threshold) => threshold,
        None => choose(labels, &probabilities, &Rule::F1)?.threshold,
    };
    let options =
        EvaluateOptions { level: args.level, bootstrap: args.bootstrap, seed: Seed(args.seed) };
    let evaluation = evaluate(labels, &probabilities, threshold, &options)?;
    drop(work);
    let mut rows = Rows::new(["metric", "value", "low", "high", "method"]);
    for (key, interval) in &evaluation.metrics {
        let Interval { value, low, high, .. } = *interval;
        rows.push([
            key.as_str().into(),
            Cell::Number(value, 4),
            Cell::Number(low, 4),
            Cell::Number(high, 4),
            method(interval).into(),
        ]);
    }
    for note in summary(args, &evaluation) {
        rows.note(note);
    }
    print::data(common.format, &evaluation, &rows)?;
    Ok(Answer::Yes)
}

/// The method's name as JSON has it.
fn method(interval: &Interval) -> String {
    let name = serde_json::to_value(interval.method).ok();
    name.and_then(|m| m.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The counts behind the metrics, in words.
fn summary(args: &Evaluate, evaluation: &Evaluation) -> Vec<String> {
    let Evaluation { rows, positives, threshold, .. } = evaluation;
    let mut notes = vec![format!(
        "{rows} leads, {positives} conversions ({:.2} %); intervals at {} %.",
        *positives as f64 / *rows as f64 * 100.0,
        args.level * 100.0
    )];
    if let Some(c) = evaluation.confusion.get("chosen") {
        let why = if args.threshold.is_some() { "" } else { ", the one of highest F1 here" };
        notes.push(format!(
            "At threshold {threshold:.4}{why}: {} called, of whom {} converted; {} left, of whom {} converted.",
            c.tp + c.fp,
            c.tp,
            c.tn + c.fn_,
            c.fn_
        ));
    }
    for band in &evaluation.bands {
        let side = match band.side {
            Side::Top => "top",
            Side::Bottom => "bottom",
        };
        notes.push(format!(
            "The {side} {:.1} % ({} leads) hold {:.1} % of the conversions ({:.1} % to {:.1} %).",
            band.share * 100.0,
            band.rows,
            band.capture.value * 100.0,
            band.capture.low * 100.0,
            band.capture.high * 100.0
        ));
    }
    notes
}

/// An error that names configuration keys, in the words of the command line.
pub fn in_arguments(error: IngestError) -> Failure {
    match error {
        IngestError::UnknownColumn { key, name, file, hint, known } => {
            let key = match key {
                "label.name" => "--label",
                other => other,
            };
            IngestError::UnknownColumn { key, name, file, hint, known }.into()
        }
        IngestError::LabelValues { column, found, .. } => Failure::Argument {
            argument: "--label",
            found: format!("`{column}` holds {}", listed(&found)),
            expected: "two outcomes; name their words with --positive and --negative (rows with others are left out), or say --others negative"
                .to_owned(),
        },
        IngestError::UnknownLabelValue { key, value, column, hint, found } => Failure::Argument {
            argument: if key == "positive" { "--positive" } else { "--negative" },
            found: format!("`{value}`, which `{column}` never holds{hint}"),
            expected: format!("words among {}", listed(&found)),
        },
        other => other.into(),
    }
}

/// The first ten words, and how many more there are.
fn listed(words: &[String]) -> String {
    let shown =
        words.iter().take(10).map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    match words.len().saturating_sub(10) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
