//! `leadsight feedback`: what people say of leads, kept, laid over scores, counted, and handed to the next training.

use super::Answer;
use super::leads::moment;
use crate::args::{
    Common, Feedback, FeedbackAdd, FeedbackApply, FeedbackExport, FeedbackImport, FeedbackList,
    FeedbackRates, FeedbackVerb, Format,
};
use crate::failure::Failure;
use crate::input::input;
use crate::output::{self, output_file};
use crate::print::{self, Cell, Rows};
use leadsight_eval::Interval;
use leadsight_ingest::{RawTable, ReadOptions, read_csv, type_table};
use leadsight_outcome::{
    Appended, End, Given, LABEL_COLUMNS, Rates, Record, Sheet, Shown, Table, What, append, apply,
    kinds_of_records, labels, rates, read_records, read_store, standing, usual_name,
};
use leadsight_schema::{Issue, LeadId, TextRules, or_nearest};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::path::Path;

pub fn run(args: &Feedback, common: &Common) -> Result<Answer, Failure> {
    match &args.verb {
        FeedbackVerb::Add(args) => add(args),
        FeedbackVerb::Import(args) => import(args),
        FeedbackVerb::List(args) => list(args, common),
        FeedbackVerb::Apply(args) => lay_over(args, common),
        FeedbackVerb::Rates(args) => told_rates(args, common),
        FeedbackVerb::Export(args) => export(args, common),
    }
}

fn add(args: &FeedbackAdd) -> Result<Answer, Failure> {
    let what = match &args.outcome {
        Some(word) => What::Outcome { end: End::read(word), value: args.value },
        None if args.accept => What::Accept,
        None => What::Override { tier: args.tier.clone(), action: args.action.clone() },
    };
    let record = Record {
        id: args.id.clone().unwrap_or_default(),
        lead_id: LeadId(args.lead.clone()),
        at: moment("--at", args.at.as_deref())?,
        who: args.who.clone(),
        why: args.why.clone(),
        what,
        model: match &args.scores {
            Some(scores) => given(scores, &args.lead, args.tier.as_deref())?,
            None => Given::default(),
        },
    };
    keep(&args.store.store, &[record.checked()?])
}

/// What the model said of a lead in a scored file, whose tiers have to know the one that a person gives.
fn given(scores: &Path, lead: &str, tier: Option<&str>) -> Result<Given, Failure> {
    let file = input("--scores", scores)?;
    let (raw, _) = read_csv(&file.path, &ReadOptions::default())?;
    let names = raw.names();
    let id = position(&raw, "--scores", &["lead_id", "id"])?;
    let row = (0..raw.height()).find(|row| raw.cell(*row, id) == Some(lead)).ok_or_else(|| {
        let known: Vec<&str> = (0..raw.height()).filter_map(|row| raw.cell(row, id)).collect();
        Failure::Argument {
            argument: "--lead",
            found: format!("{} has no lead `{lead}`", file.name),
            expected: format!("one of its leads{}", or_nearest(lead, known)),
        }
    })?;
    let tiers = names.iter().position(|name| name == "tier");
    if let (Some(tier), Some(column)) = (tier, tiers) {
        let known: BTreeSet<&str> =
            (0..raw.height()).filter_map(|row| raw.cell(row, column)).collect();
        if !known.contains(tier) {
            let hint = or_nearest(tier, known.iter().copied());
            let known = known.into_iter().collect::<Vec<_>>().join("`, `");
            return Err(Failure::Argument {
                argument: "--tier",
                found: format!("no lead of {} is in the tier `{tier}`{hint}", file.name),
                expected: format!("one of its tiers: `{known}`"),
            });
        }
    }
    let cell = |usual: &[&str]| -> Option<String> {
        let name = usual_name(names.iter().map(String::as_str), usual)?;
        raw.cell(row, names.iter().position(|n| n == name)?).map(str::to_owned)
    };
    Ok(Given {
        score: cell(&["lead_score"]).and_then(|score| score.parse().ok()),
        tier: cell(&["model_tier", "tier"]),
        action: cell(&["model_next_action", "next_action"]),
        version: cell(&["model_version"]),
    })
}

fn import(args: &FeedbackImport) -> Result<Answer, Failure> {
    let file = input("FILE", &args.file)?;
    let (raw, mut issues) = read_csv(&file.path, &ReadOptions::default())?;
    let (typed, found) = type_table(&raw, &kinds_of_records(&raw.names()), &TextRules::default())?;
    issues.extend(found);
    let (records, found) = read_records(Table::new(&typed, typed.schema(), "the feedback"))?;
    issues.extend(found.into_iter().map(|issue| placed(issue, &raw)));
    print::issues(&issues);
    keep(&args.store.store, &records)
}

/// Adds records and says what became of them.
fn keep(store: &Path, records: &[Record]) -> Result<Answer, Failure> {
    output_file("--store", store)?;
    let Appended { added, known, conflicts, issues } = append(store, records)?;
    print::issues(&issues);
    for id in &conflicts {
        tracing::error!("the record `{id}` is there with another content; it was not added");
    }
    let again = if known.is_empty() {
        String::new()
    } else {
        format!(", {} were there already", known.len())
    };
    tracing::info!("{added} of {} records added to {}{again}", records.len(), store.display());
    Ok(if conflicts.is_empty() { Answer::Yes } else { Answer::No })
}

/// The records of a store that must be there.
fn records(store: &Path) -> Result<Vec<Record>, Failure> {
    let file = input("--store", store)?;
    let stored = read_store(&file.path)?;
    print::issues(&stored.issues);
    Ok(stored.records)
}

fn list(args: &FeedbackList, common: &Common) -> Result<Answer, Failure> {
    let mut records = records(&args.store.store)?;
    records.retain(|record| args.lead.as_ref().is_none_or(|lead| *lead == record.lead_id.0));
    let mut rows = Rows::new(["at", "lead", "what", "said", "model", "who", "why", "id"]);
    for record in &records {
        let said = match &record.what {
            What::Override { tier, action } => {
                let said: Vec<&str> = tier.iter().chain(action).map(String::as_str).collect();
                said.join(", ")
            }
            What::Accept => String::new(),
            What::Outcome { end, value: Some(value) } => format!("{} {value}", end.word()),
            What::Outcome { end, value: None } => end.word().to_owned(),
        };
        rows.push([
            Cell::from(record.at.to_rfc3339()),
            record.lead_id.0.as_str().into(),
            record.kind().into(),
            Some(said).filter(|said| !said.is_empty()).into(),
            record.model.tier.clone().into(),
            record.who.as_str().into(),
            record.why.clone().into(),
            record.id.as_str().into(),
        ]);
    }
    print::data(common.format, &records, &rows)?;
    Ok(Answer::Yes)
}

fn lay_over(args: &FeedbackApply, common: &Common) -> Result<Answer, Failure> {
    let file = input("--scores", &args.scores)?;
    let records = records(&args.store.store)?;
    let out = output::named(args.out.as_deref());
    out.map_or(Ok(()), |out| output::table_file("--out", out))?;
    let (raw, issues) = read_csv(&file.path, &ReadOptions::default())?;
    print::issues(&issues);
    let columns = raw.names().len();
    let cell = |row, column| raw.cell(row, column).unwrap_or_default().to_owned();
    let rows = (0..raw.height()).map(|row| (0..columns).map(|c| cell(row, c)).collect()).collect();
    let standing = standing(&records, None);
    let sheet = Sheet { header: raw.names(), rows };
    let applied = apply(sheet, &args.id, &standing, args.language.into())?;
    written(&applied.sheet, common.format, out)?;
    tracing::info!(
        "{} of {} leads are as a person decided; {} overridden leads are not in {}",
        applied.overridden,
        raw.height(),
        applied.elsewhere,
        file.name
    );
    Ok(Answer::Yes)
}

fn told_rates(args: &FeedbackRates, common: &Common) -> Result<Answer, Failure> {
    let records = records(&args.store.store)?;
    let shown = args.scores.as_deref().map(shown).transpose()?;
    let found = rates(shown.as_deref(), &records);
    let mut rows = match common.format {
        Format::Csv => plain_rates(&found),
        _ => rate_page(&found),
    };
    if shown.is_none() {
        rows.note("Only leads on which somebody ruled are known. --scores FILE tells who overrode nothing, and so the override rate.");
    }
    print::data(common.format, &found, &rows)?;
    Ok(Answer::Yes)
}

fn rate_page(found: &[Rates]) -> Rows {
    let mut rows = Rows::new([
        "by",
        "group",
        "leads",
        "ruled",
        "overridden",
        "override rate (95 %)",
        "accepted of the ruled (95 %)",
    ]);
    for group in found {
        rows.push([
            group.by.into(),
            group.name.as_str().into(),
            group.leads.into(),
            group.ruled.into(),
            group.overridden.into(),
            percent(group.override_rate),
            percent(group.acceptance_rate),
        ]);
    }
    rows
}

fn plain_rates(found: &[Rates]) -> Rows {
    let columns = "by,group,leads,ruled,overridden,override_rate,override_low,override_high,acceptance_rate,acceptance_low,acceptance_high";
    let mut rows = Rows::new(columns.split(','));
    for group in found {
        let mut row = vec![
            group.by.into(),
            group.name.as_str().into(),
            group.leads.into(),
            group.ruled.into(),
            group.overridden.into(),
        ];
        for rate in [group.override_rate, group.acceptance_rate] {
            let ends = [rate.map(|r| r.value), rate.map(|r| r.low), rate.map(|r| r.high)];
            row.extend(ends.map(|end| end.map_or(Cell::Blank, |end| Cell::Number(end, 3))));
        }
        rows.push(row);
    }
    rows
}

/// The leads of a scored or routed file.
fn shown(scores: &Path) -> Result<Vec<Shown>, Failure> {
    let file = input("--scores", scores)?;
    let (raw, issues) = read_csv(&file.path, &ReadOptions::default())?;
    print::issues(&issues);
    let id = position(&raw, "--scores", &["lead_id", "id"])?;
    let names = raw.names();
    let find = |usual: &[&str]| {
        let name = usual_name(names.iter().map(String::as_str), usual)?;
        names.iter().position(|n| n == name)
    };
    let (tier, rep) =
        (find(&["model_tier", "tier"]), find(&["owner_id", "owner", "rep_id", "rep"]));
    let cell = |row, column: Option<usize>| raw.cell(row, column?).map(str::to_owned);
    let shown = |row| {
        let lead = LeadId(raw.cell(row, id)?.to_owned());
        Some(Shown { lead, tier: cell(row, tier), rep: cell(row, rep) })
    };
    Ok((0..raw.height()).filter_map(shown).collect())
}

fn export(args: &FeedbackExport, common: &Common) -> Result<Answer, Failure> {
    let records = records(&args.store.store)?;
    let out = output::named(args.out.as_deref());
    out.map_or(Ok(()), |out| output::table_file("--out", out))?;
    let until = args.until.as_deref().map(|until| moment("--until", Some(until))).transpose()?;
    let rows: Vec<Vec<String>> =
        labels(&standing(&records, until)).into_iter().map(Vec::from).collect();
    let sheet = Sheet { header: LABEL_COLUMNS.map(str::to_owned).to_vec(), rows };
    written(&sheet, common.format, out)?;
    tracing::info!("{} leads of {} records", sheet.rows.len(), records.len());
    Ok(Answer::Yes)
}

/// A sheet on stdout or in a file, in the form asked for; a file is no page, so a table is written as CSV.
fn written(sheet: &Sheet, format: Format, out: Option<&Path>) -> Result<(), Failure> {
    let bytes = match (format, out) {
        (Format::Table, None) => {
            let mut rows = Rows::new(sheet.header.clone());
            sheet.rows.iter().for_each(|row| rows.push(row.clone()));
            return print::text(&rows.to_page());
        }
        (Format::Json, _) => as_json(sheet)?,
        _ => as_csv(sheet)?,
    };
    match out {
        Some(out) => Ok(leadsight_registry::write_file(out, &bytes)?),
        None => print::rendered(&bytes),
    }
}

fn as_csv(sheet: &Sheet) -> Result<Vec<u8>, Failure> {
    let failed = |reason: String| Failure::Print { reason };
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in std::iter::once(&sheet.header).chain(&sheet.rows) {
        writer.write_record(row).map_err(|e| failed(e.to_string()))?;
    }
    writer.into_inner().map_err(|e| failed(e.to_string()))
}

fn as_json(sheet: &Sheet) -> Result<Vec<u8>, Failure> {
    let known = |cell: &String| if cell.is_empty() { Value::Null } else { json!(cell) };
    let object = |row: &Vec<String>| -> Map<String, Value> {
        sheet.header.iter().cloned().zip(row.iter().map(known)).collect()
    };
    let all: Vec<_> = sheet.rows.iter().map(object).collect();
    let mut json =
        serde_json::to_vec_pretty(&all).map_err(|e| Failure::Print { reason: e.to_string() })?;
    json.push(b'\n');
    Ok(json)
}

/// `12.0 % (9.1–15.6)`.
pub fn percent(rate: Option<Interval>) -> Cell {
    rate.map_or(Cell::Blank, |i| {
        let (low, high) = (i.low * 100.0, i.high * 100.0);
        format!("{:.1} % ({low:.1}\u{2013}{high:.1})", i.value * 100.0).into()
    })
}

fn position(raw: &RawTable, argument: &'static str, usual: &[&str]) -> Result<usize, Failure> {
    let names = raw.names();
    let found = usual_name(names.iter().map(String::as_str), usual);
    found.and_then(|name| names.iter().position(|n| n == name)).ok_or_else(|| Failure::Argument {
        argument,
        found: format!("{} has no column `{}`", raw.file(), usual[0]),
        expected: format!(
            "a scored file, as `leadsight score` writes it; there are: {}",
            names.join(", ")
        ),
    })
}

/// An issue whose row counts the table's rows from 1, with the file's row and line.
pub fn placed(issue: Issue, raw: &RawTable) -> Issue {
    let row = issue.row.and_then(|row| usize::try_from(row).ok()).unwrap_or(1);
    let place = raw.place(row.saturating_sub(1));
    Issue {
        file: raw.file().to_owned(),
        row: place.map(|(row, _)| row),
        line: place.map(|(_, line)| line),
        ..issue
    }
}
