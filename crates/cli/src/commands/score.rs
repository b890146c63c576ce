//! `leadsight score`: a file of leads through a bundle.

use super::leads::{name, separator, until_interrupted};
use super::{Answer, run::now};
use crate::args::{Common, Score};
use crate::failure::Failure;
use leadsight_schema::Timestamp;
use leadsight_score::{CsvOptions, CsvSummary, OutputColumn, ScoreError, Scorer};
use std::fs::File;
use std::io::BufWriter;

pub fn run(args: &Score, _common: &Common) -> Result<Answer, Failure> {
    let columns = columns(&args.columns)?;
    let now = moment(args.now.as_deref())?;
    let scorer = Scorer::load(&args.bundle)?;
    let file = name(&args.leads);
    let mut options = CsvOptions::new(&columns);
    options.separator = separator(args.separator)?;
    options.file = &file;
    options.watch = &until_interrupted;
    let open = || File::open(&args.leads);
    let summary: CsvSummary = match &args.out {
        Some(out) => leadsight_registry::write_through::<_, Failure>(out, |file| {
            Ok(scorer.score_csv(open, file, &options, now)?)
        })?,
        None => {
            let stdout = std::io::stdout().lock();
            match scorer.score_csv(open, BufWriter::new(stdout), &options, now) {
                // The reader has had enough.
                Err(ScoreError::Io { source, .. })
                    if source.kind() == std::io::ErrorKind::BrokenPipe =>
                {
                    return Ok(Answer::Yes);
                }
                other => other?,
            }
        }
    };
    for issue in &summary.issues {
        tracing::warn!(
            kind = issue.kind,
            column = issue.column,
            line = issue.line,
            count = issue.count,
            "{}; {}",
            issue.found,
            issue.expected
        );
    }
    tracing::info!(
        rows = summary.rows,
        scored = summary.scored,
        model = scorer.version(),
        "scored"
    );
    Ok(Answer::Yes)
}

fn columns(names: &[String]) -> Result<Vec<OutputColumn>, Failure> {
    if names.is_empty() {
        return Ok(OutputColumn::all().collect());
    }
    Ok(names.iter().map(|name| name.trim().parse()).collect::<Result<_, ScoreError>>()?)
}

fn moment(given: Option<&str>) -> Result<Timestamp, Failure> {
    given.map_or_else(
        || Ok(now()),
        |text| {
            text.parse::<jiff::Timestamp>().map(|t| Timestamp(t.as_second())).map_err(|_| {
                Failure::Argument {
                    argument: "--now",
                    found: text.to_owned(),
                    expected: "a moment such as 2026-11-22T14:03:00Z".to_owned(),
                }
            })
        },
    )
}
