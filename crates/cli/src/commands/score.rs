//! `leadsight score`: a file of leads through a bundle.

use super::leads::{name, scorer, separator, until_interrupted};
use super::{Answer, run::now};
use crate::args::{Common, Format, Score};
use crate::failure::Failure;
use crate::print;
use leadsight_schema::Timestamp;
use leadsight_score::{CsvOptions, CsvSummary, OutputColumn, ScoreError};
use std::io::BufWriter;
use std::path::Path;

pub fn run(args: &Score, common: &Common) -> Result<Answer, Failure> {
    if common.format == Format::Json {
        return Err(Failure::Argument {
            argument: "--format",
            found: "json".to_owned(),
            expected: "csv, the form of scored leads".to_owned(),
        });
    }
    let columns = columns(&args.columns)?;
    let now = moment(args.now.as_deref())?;
    let scorer = scorer(&args.bundle)?;
    let file = name(&args.leads);
    let mut options = CsvOptions::new(&columns);
    options.separator = separator(args.separator)?;
    options.file = &file;
    options.watch = &until_interrupted;
    let open = || leadsight_ingest::open(&args.leads);
    if let Some(out) = args.out.as_deref().filter(|out| same_file(out, &args.leads)) {
        return Err(Failure::Argument {
            argument: "--out",
            found: format!("`{}` is the file of leads itself", out.display()),
            expected: "another file, so that the leads stay".to_owned(),
        });
    }
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
    print::issues(&summary.issues);
    tracing::info!(
        rows = summary.rows,
        scored = summary.scored,
        model = scorer.version(),
        "scored"
    );
    Ok(Answer::Yes)
}

fn same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
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
