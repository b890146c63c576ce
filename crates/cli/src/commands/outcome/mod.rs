//! `leadsight outcome`: what the scores brought, and what another policy would have.

mod pages;

use super::Answer;
use super::beside::Beside;
use super::feedback::placed;
use super::leads::moment;
use crate::args::{Common, Outcome};
use crate::failure::Failure;
use crate::input::{input, text};
use crate::print;
use crate::progress::Work;
use leadsight_ingest::{RawTable, ReadOptions, ZoneName, read_csv, type_table};
use leadsight_outcome::{
    Files, Holdout, OutcomeSpec, Part, Report, Table, Uplift, actions, gather, report, uplift,
    usual_name,
};
use leadsight_schema::{Cells, FieldKind, Issue, LeadTable, Schema, Seed, TextRules};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// All that is told.
#[derive(Debug, Serialize)]
pub struct Told {
    #[serde(flatten)]
    report: Report,
    /// Model against rule; `None` without a holdout.
    uplift: Option<Uplift>,
}

pub fn run(args: &Outcome, common: &Common) -> Result<Answer, Failure> {
    let spec = spec(args)?;
    match (&args.leads, &args.actions) {
        (Some(leads), _) => brought(args, leads, &spec, common),
        (None, Some(log)) => policy(log, &spec, common),
        (None, None) => Err(Failure::Argument {
            argument: "--leads",
            found: "nothing to look at".to_owned(),
            expected: "a file of leads, or --actions with a log of actions".to_owned(),
        }),
    }
}

fn spec(args: &Outcome) -> Result<OutcomeSpec, Failure> {
    let mut spec = match &args.config {
        Some(path) => OutcomeSpec::from_ron(&text(
            "--config",
            path,
            "the outcome's declaration (a RON file)",
        )?)?,
        None => OutcomeSpec::default(),
    };
    if !args.by.is_empty() {
        spec.by.clone_from(&args.by);
    }
    spec.cost_per_contact = args.cost_per_contact.or(spec.cost_per_contact);
    if let Some(column) = &args.holdout {
        let declared = spec.holdout.take().filter(|declared| declared.column == *column);
        spec.holdout = Some(declared.unwrap_or_else(|| Holdout::of(column)));
    }
    Ok(spec.checked()?)
}

/// How cells are read.
fn rules(spec: &OutcomeSpec) -> Result<TextRules, Failure> {
    let zone = spec.time_zone.clone().map(ZoneName::try_from).transpose()?;
    let time_zone = zone.map(|name| name.zone().clone());
    Ok(TextRules { time_zone, ..TextRules::default() })
}

fn brought(
    args: &Outcome,
    leads: &Path,
    spec: &OutcomeSpec,
    common: &Common,
) -> Result<Answer, Failure> {
    let rules = rules(spec)?;
    if args.history.is_none() && args.events.is_none() && args.deals.is_none() {
        return Err(Failure::Argument {
            argument: "--leads",
            found: "nothing tells what became of them".to_owned(),
            expected: "--history, --deals or --events, or more than one of them".to_owned(),
        });
    }
    let at = args.at.as_deref().map(|at| moment("--at", Some(at))).transpose()?;
    let mut issues = Vec::new();
    let work = Work::begin(common, "reading the leads".to_owned());
    let leads = Leads::read(leads, args.with.as_deref(), spec, &mut issues)?;
    let more = [
        ("--history", &args.history, Part::History),
        ("--events", &args.events, Part::Events),
        ("--deals", &args.deals, Part::Deals),
    ];
    let mut read: BTreeMap<&str, File> = BTreeMap::new();
    for (argument, path, part) in more {
        if let Some(path) = path {
            work.next(format!("reading {}", part.what()));
            read.insert(argument, File::read(argument, path, spec, part, &mut issues)?);
        }
    }
    work.next("measuring".to_owned());
    let zone = rules.time_zone.as_ref();
    let table = |argument| read.get(argument).map(|file| file.table().in_zone(zone));
    let files = Files {
        leads: leads.table().in_zone(zone),
        history: table("--history"),
        events: table("--events"),
        deals: table("--deals"),
    };
    let mut found: Vec<Issue> = Vec::new();
    let gathered = gather(files, spec, at, &mut found)?;
    let seed = Seed(args.seed);
    let told = Told {
        report: report(&gathered, spec, seed),
        uplift: match &spec.holdout {
            Some(holdout) => Some(uplift(&gathered, files.leads, spec, holdout, seed, &mut found)?),
            None => None,
        },
    };
    drop(work);
    pages::print(&told, args, common)?;
    issues.extend(found.into_iter().map(|issue| {
        match read.values().find(|file| file.part.what() == issue.file) {
            Some(file) => placed(issue, &file.raw),
            None => placed(issue, &leads.raw),
        }
    }));
    print::issues(&issues);
    Ok(Answer::Yes)
}

fn policy(log: &Path, spec: &OutcomeSpec, common: &Common) -> Result<Answer, Failure> {
    let mut issues = Vec::new();
    let file = File::read("--actions", log, spec, Part::Actions, &mut issues)?;
    let mut found = Vec::new();
    let judged = actions(file.table(), spec, &mut found);
    issues.extend(found.into_iter().map(|issue| placed(issue, &file.raw)));
    // What is wrong with the log may be why nothing can be said.
    print::issues(&issues);
    pages::print_policy(&judged?, common)?;
    Ok(Answer::Yes)
}

/// A file, typed.
struct File {
    raw: RawTable,
    table: LeadTable,
    part: Part,
}

impl File {
    fn read(
        argument: &'static str,
        path: &Path,
        spec: &OutcomeSpec,
        part: Part,
        issues: &mut Vec<Issue>,
    ) -> Result<Self, Failure> {
        let file = input(argument, path)?;
        let (raw, found) = read_csv(&file.path, &ReadOptions::default())?;
        issues.extend(found);
        let table = typed(&raw, spec, part, issues)?;
        Ok(Self { raw, table, part })
    }

    fn table(&self) -> Table<'_> {
        Table::new(&self.table, self.table.schema(), self.part.what())
    }
}

/// The cells of a file by kind, with the problems of the columns that are read.
fn typed(
    raw: &RawTable,
    spec: &OutcomeSpec,
    part: Part,
    issues: &mut Vec<Issue>,
) -> Result<LeadTable, Failure> {
    let names = raw.names();
    let (table, found) = type_table(raw, &spec.kinds(part, &names), &rules(spec)?)?;
    let read = spec.columns(part, &names);
    issues
        .extend(found.into_iter().filter(|i| i.column.as_ref().is_some_and(|c| read.contains(c))));
    Ok(table)
}

/// The leads, with the columns of a second file beside their own.
struct Leads {
    raw: RawTable,
    cells: Box<dyn Cells>,
    schema: Schema,
}

impl Leads {
    fn read(
        path: &Path,
        with: Option<&Path>,
        spec: &OutcomeSpec,
        issues: &mut Vec<Issue>,
    ) -> Result<Self, Failure> {
        let file = File::read("--leads", path, spec, Part::Leads, issues)?;
        let Some(with) = with else {
            let schema = file.table.schema().clone();
            return Ok(Self { raw: file.raw, cells: Box::new(file.table), schema });
        };
        let more = File::read("--with", with, spec, Part::Leads, issues)?;
        let names = file.raw.names();
        let usual = usual_name(names.iter().map(String::as_str), &["lead_id", "id", "record_id"]);
        let id = spec.leads.id.as_deref().or(usual).unwrap_or("lead_id");
        // Each column as it was typed alone.
        let kinds: BTreeMap<String, FieldKind> = [&more.table, &file.table]
            .into_iter()
            .flat_map(|table| table.schema().fields().iter().map(|f| (f.name.clone(), f.kind)))
            .collect();
        let (beside, found) = Beside::new(&file.raw, Some(&more.raw), id, &kinds, &rules(spec)?)?;
        // Unreadable cells have been told already.
        issues.extend(
            found
                .into_iter()
                .filter(|i| ["duplicate_id", "unknown_key"].contains(&i.kind.as_str())),
        );
        let schema = beside.schema().clone();
        Ok(Self { raw: file.raw, cells: Box::new(beside), schema })
    }

    fn table(&self) -> Table<'_> {
        Table::new(&*self.cells, &self.schema, Part::Leads.what())
    }
}
