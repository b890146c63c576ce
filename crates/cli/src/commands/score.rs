//! `leadsight score`: a file of leads through a bundle.

use super::Answer;
use super::leads::{
    Earlier, declared, earlier, events, moment, scorer, scorer_under, separator, told_in, watch,
};
use crate::args::{Common, Format, Score};
use crate::failure::Failure;
use crate::input::{input, opened};
use crate::output;
use crate::print::{self, Cell, Rows};
use crate::progress::Work;
use leadsight_score::{
    CsvOptions, CsvSummary, Events, OutputColumn, OutputForm, ScoreError, Scorer,
};
use std::io::BufWriter;
use std::path::Path;

pub fn run(args: &Score, common: &Common) -> Result<Answer, Failure> {
    let asked = parsed(&args.columns)?;
    let now = moment("--now", args.now.as_deref())?;
    let file = input("--leads", &args.leads)?;
    let out = out(args)?;
    let scorer = told_in(chosen(args)?, args.language);
    let log = events(&scorer, args.events.as_deref(), now)?;
    let own = scorer.columns();
    let filled =
        |c: &OutputColumn| own.contains(c) || (c.needs_previous() && args.previous.is_some());
    let fillable: Vec<OutputColumn> = OutputColumn::all().filter(filled).collect();
    if let Some(column) = asked.iter().find(|c| c.needs_previous() && !fillable.contains(c)) {
        return Err(Failure::Argument {
            argument: "--columns",
            found: format!("`{}`, which tells what became of a lead", column.name()),
            expected: "the scores of the last time beside it (`--previous scored.csv`)".to_owned(),
        });
    }
    for column in asked.iter().filter(|c| !fillable.contains(c)) {
        tracing::warn!("`{}` stays blank: nothing here fills it", column.name());
    }
    let columns = if asked.is_empty() { usual(fillable, common.format) } else { asked };
    let work = Work::begin(common, format!("scoring {}", file.name));
    let watch = watch(&work);
    let mut options = CsvOptions::new(&columns);
    options.separator = separator(args.separator)?;
    options.file = &file.name;
    options.watch = &watch;
    options.events = log.as_ref().map(|log| Events { log, now });
    let previous_leads = args.previous_leads.as_deref();
    let earlier = earlier(&scorer, args.previous.as_deref(), previous_leads, &options)?;
    options.previous = earlier.as_ref().map(Earlier::before);
    options.form = match common.format {
        Format::Json => OutputForm::Json,
        Format::Csv | Format::Table => OutputForm::Csv,
    };
    let open = || file.open(args.sheet.as_deref());
    let summary: CsvSummary = match out {
        _ if common.format == Format::Table => {
            let mut scored = Vec::new();
            let summary = scorer.score_csv(open, &mut scored, &options, now)?;
            let page = table(&scored)?;
            match out {
                Some(out) => leadsight_registry::write_file(out, page.as_bytes())?,
                None => print::text(&page)?,
            }
            summary
        }
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
    drop(watch);
    drop(work);
    print::issues(&file.issues());
    print::issues(&summary.issues);
    let aside = match summary.rows - summary.scored {
        0 => String::new(),
        aside => format!(", {aside} set aside"),
    };
    let to = out.map(|out| format!(" to {}", out.display())).unwrap_or_default();
    tracing::info!(
        "{} {} of {} scored with {}{to}{aside}",
        summary.scored,
        scorer.terms().say("leads"),
        file.name,
        scorer.version()
    );
    Ok(Answer::Yes)
}

/// The file to write, none of those that are read; `None` for stdout.
fn out(args: &Score) -> Result<Option<&Path>, Failure> {
    let read = [
        ("--bundle", &args.bundle),
        ("--policy", &args.policy),
        ("--fallback", &args.fallback),
        ("--events", &args.events),
        ("--previous", &args.previous),
        ("--previous-leads", &args.previous_leads),
    ];
    for (argument, path) in read {
        path.iter().for_each(|path| opened(argument, path));
    }
    let out = output::named(args.out.as_deref());
    out.map_or(Ok(()), |out| output::table_file("--out", out))?;
    Ok(out)
}

/// What scores: the bundle, under a policy of its own or another; without one, or where it cannot be read, rules and points. A policy that
/// cannot be read is an error whatever else could score.
fn chosen(args: &Score) -> Result<Scorer, Failure> {
    let second = args.fallback.as_deref().map(|f| declared("--fallback", f)).transpose()?;
    let found = match (&args.bundle, &args.policy) {
        (Some(bundle), None) => scorer(bundle),
        (Some(bundle), Some(policy)) => match scorer(bundle) {
            Ok(_) => return scorer_under(bundle, policy, |_, _| Ok(())),
            failed => failed,
        },
        (None, Some(policy)) => return declared("--policy", policy),
        // The argument parser asks for one of them.
        (None, None) => Err(Failure::Argument {
            argument: "--bundle",
            found: "nothing to score by".to_owned(),
            expected: "--bundle or --policy".to_owned(),
        }),
    };
    match (found, second) {
        (Err(failure), Some(second)) => {
            tracing::warn!("scored by {}, since the bundle cannot be: {failure}", second.version());
            Ok(second)
        }
        (found, _) => found,
    }
}

/// Scored leads for people.
fn table(scored: &[u8]) -> Result<String, Failure> {
    let failed = |e: csv::Error| Failure::Print { reason: e.to_string() };
    let mut reader = csv::Reader::from_reader(scored);
    let mut rows = Rows::new(reader.headers().map_err(failed)?);
    for lead in reader.records() {
        rows.push(lead.map_err(failed)?.iter().map(number_or_words));
    }
    Ok(rows.to_page())
}

fn number_or_words(text: &str) -> Cell {
    match (text.parse::<u64>(), text.parse::<f64>()) {
        _ if text.is_empty() => Cell::Blank,
        (Ok(count), _) => Cell::Count(count),
        (_, Ok(number)) if number.is_finite() => Cell::Number(number, 4),
        _ => Cell::from(text),
    }
}

/// The columns asked for, by name.
fn parsed(names: &[String]) -> Result<Vec<OutputColumn>, Failure> {
    let columns: Vec<OutputColumn> =
        names.iter().map(|name| name.trim().parse()).collect::<Result<_, ScoreError>>()?;
    match (1..columns.len()).find(|&i| columns[..i].contains(&columns[i])) {
        None => Ok(columns),
        Some(again) => Err(Failure::Argument {
            argument: "--columns",
            found: format!("`{}` twice", columns[again].name()),
            expected: "each column once".to_owned(),
        }),
    }
}

/// All columns that can be filled; of these for people those that tell whom to call and why.
fn usual(all: Vec<OutputColumn>, format: Format) -> Vec<OutputColumn> {
    const FOR_PEOPLE: [OutputColumn; 9] = [
        OutputColumn::Rank,
        OutputColumn::LeadId,
        OutputColumn::LeadScore,
        OutputColumn::Tier,
        OutputColumn::Probability,
        OutputColumn::PositiveFactor(0),
        OutputColumn::NegativeFactor(0),
        OutputColumn::NextAction,
        OutputColumn::Trend,
    ];
    match format {
        Format::Json | Format::Csv => all,
        Format::Table => FOR_PEOPLE.into_iter().filter(|c| all.contains(c)).collect(),
    }
}
