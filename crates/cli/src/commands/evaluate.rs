//! `leadsight evaluate`: metrics for any file of scores.

use super::{Answer, leads::name};
use crate::args::{Common, Evaluate};
use crate::failure::Failure;
use crate::print::{self, Rows};
use leadsight_eval::{EvaluateOptions, Rule, choose, evaluate};
use leadsight_ingest::{Blank, IngestError, LabelSpec, ReadOptions, Wanted, label, read_columns};
use leadsight_schema::{Cell, Cells, FieldKind, Seed};

pub fn run(args: &Evaluate, common: &Common) -> Result<Answer, Failure> {
    let wanted = [
        Wanted { name: &args.probability, key: "--probability", kind: Some(FieldKind::Number) },
        Wanted { name: &args.label, key: "--label", kind: None },
    ];
    let (table, _) =
        read_columns(&args.scores, &ReadOptions::default(), &wanted).map_err(in_arguments)?;
    let labelled = label(
        table,
        &LabelSpec::Column {
            name: args.label.clone(),
            positive: args.positive.clone(),
            negative: args.negative.clone(),
            blank: Blank::LeaveOut,
        },
    )
    .map_err(in_arguments)?;
    print::issues(&labelled.issues);
    let column = labelled.table.schema().position(&args.probability)?;
    let probabilities: Vec<f64> = (0..labelled.table.rows())
        .map(|row| match labelled.table.cell(row, column) {
            Cell::Number(p) if (0.0..=1.0).contains(&p) => Ok(p),
            cell => Err(Failure::Argument {
                argument: "--probability",
                found: format!(
                    "`{}` is {} on line {} of {}",
                    args.probability,
                    match cell {
                        Cell::Number(p) => p.to_string(),
                        _ => "blank or no number".to_owned(),
                    },
                    labelled.table.lines()[row],
                    name(&args.scores)
                ),
                expected: "a number from 0 to 1 on every line with an outcome".to_owned(),
            }),
        })
        .collect::<Result<_, _>>()?;
    let labels = labelled.labels.as_slice();
    if let Some(threshold) = args.threshold.filter(|t| !(0.0..=1.0).contains(t)) {
        return Err(Failure::Argument {
            argument: "--threshold",
            found: threshold.to_string(),
            expected: "a probability from 0 to 1".to_owned(),
        });
    }
    let threshold = match args.threshold {
        Some(threshold) => threshold,
        None => choose(labels, &probabilities, &Rule::F1)?.threshold,
    };
    let options =
        EvaluateOptions { level: args.level, bootstrap: args.bootstrap, seed: Seed(args.seed) };
    let evaluation = evaluate(labels, &probabilities, threshold, &options)?;
    let mut rows = Rows::new(["metric", "value", "low", "high", "method"]);
    for (key, interval) in &evaluation.metrics {
        rows.push([
            key.clone(),
            format!("{:.4}", interval.value),
            format!("{:.4}", interval.low),
            format!("{:.4}", interval.high),
            serde_json::to_value(interval.method)
                .ok()
                .and_then(|m| m.as_str().map(str::to_owned))
                .unwrap_or_default(),
        ]);
    }
    print::data(common.format, &evaluation, &rows)?;
    Ok(Answer::Yes)
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
            found: format!("`{column}` holds `{}`", found.join("`, `")),
            expected: "two outcomes; name them with --positive and --negative (rows with others are left out)".to_owned(),
        },
        other => other.into(),
    }
}
