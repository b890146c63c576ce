//! `leadsight profile --funnel`: where leads drop out, what sources and campaigns bring, what converters have in common.

mod campaigns;
mod leads;
mod pages;
mod sheet;
mod sheets;
mod stages;

use super::Answer;
use super::evaluate::in_arguments;
use crate::args::{Common, Profile};
use crate::failure::Failure;
use crate::input::{opened, text};
use crate::output::output_file;
use crate::print;
use crate::progress::Work;
use campaigns::{Campaign, campaigns, costs, without_leads};
use leads::Leads;
use leadsight_funnel::{
    Audience, Brought, Channel, Funnel, FunnelSpec, Grouping, Leak, Path, Spellings, Tally, Told,
    Trait, WeakSpot, WeakStep, audience, best, channels, funnel, leaks, one_spelling, outcomes,
    paths, tallies, traits, weak_spots, weak_step,
};
use leadsight_ingest::{audit, label};
use leadsight_schema::{Cells, Issue, Labels, LeadTable, Role, Timestamp, Verdict};
use serde::Serialize;
use stages::Entered;
use std::collections::BTreeMap;

/// All that is told.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Leads looked at.
    leads: usize,
    /// Where outcomes come from.
    converted: String,
    /// Leads whose outcome is known.
    judged: usize,
    /// Conversions among them.
    conversions: usize,
    /// The way of the leads; `None` where no stage is told.
    funnel: Option<Funnel>,
    /// What only the current stage leaves open.
    #[serde(skip)]
    told: Option<Told>,
    /// What each step is worth mending for.
    leaks: Vec<Leak>,
    /// The step worth most.
    weak_step: Option<WeakStep>,
    /// Groups that go on less often than the others.
    weak_spots: Vec<WeakSpot>,
    /// What each source brought.
    sources: Vec<Channel>,
    /// What each campaign brought.
    campaigns: Vec<Channel>,
    /// The best source by what is proven.
    best_source: Option<String>,
    /// The best campaign by what is proven.
    best_campaign: Option<String>,
    /// The names of campaigns by id.
    #[serde(skip)]
    names: BTreeMap<String, String>,
    /// What converters have more often.
    traits: Vec<Trait>,
    /// Columns that were kept out of the traits, for they know the outcome.
    know_the_outcome: Vec<String>,
    /// Whom to look for.
    audience: Option<Audience>,
}

pub fn run(args: &Profile, common: &Common) -> Result<Answer, Failure> {
    let spec = spec(args)?;
    let asked = &args.of_funnel;
    opened("LEADS", &args.leads);
    asked.history.iter().for_each(|history| opened("--history", history));
    asked.campaigns.iter().for_each(|campaigns| opened("--campaigns", campaigns));
    asked.audience.as_deref().map_or(Ok(()), |out| output_file("--audience", out))?;
    let spellings = Spellings::new(&spec.stages);
    let work = Work::begin(common, "reading the leads".to_owned());
    let mut issues = Vec::new();
    let leads = Leads::read(args, &spec, &spellings, &mut issues)?;
    let entered = stages::entries(args, &spec, &spellings, &leads, &mut issues)?;
    work.next(format!("following {} leads", leads.rows.len()));
    let created = leads.created()?;
    let (mut ways, mut way, mut told) = (Vec::new(), None, None);
    if let Some(Entered { entries, told: source, history }) = entered {
        let (found, problems) = paths(&created, &entries, source);
        let of = history.as_ref().unwrap_or(&leads.sheet);
        issues.extend(problems.into_iter().map(|issue| of.placed(issue)));
        way = Some(funnel(&found, leads.at));
        (ways, told) = (found, Some(source));
    }
    let outcomes = known(args, &leads, &ways, way.as_ref(), &mut issues)?;
    let groupings = groupings(args, &spec, &leads, &created)?;
    let groupings: Vec<Grouping<'_>> = groupings
        .iter()
        .map(|(column, of)| Grouping { column, of: of.iter().map(Option::as_deref).collect() })
        .collect();
    let weigh = groupings.first().filter(|g| g.column != QUARTER);
    let found = way.as_ref().map_or_else(Vec::new, |f| leaks(f, &ways, weigh));
    work.next("judging sources and campaigns".to_owned());
    let brought = brought(args, &spec, &leads, &outcomes, &mut issues)?;
    work.next("looking for traits".to_owned());
    let common_to = traits_of(args, &leads, &outcomes, &spec)?;
    drop(work);
    let report = Report {
        leads: leads.rows.len(),
        converted: args.label.as_ref().map_or("won".to_owned(), |l| format!("`{l}`")),
        judged: outcomes.iter().flatten().count(),
        conversions: outcomes.iter().flatten().filter(|won| **won).count(),
        weak_step: weak_step(&found, way.as_ref().map_or(0, |f| f.unplaced)),
        weak_spots: way
            .as_ref()
            .map_or_else(Vec::new, |f| weak_spots(f, &ways, &groupings, spec.least)),
        leaks: found,
        funnel: way,
        told,
        best_source: best(&brought.sources).map(|c| c.name.clone()),
        best_campaign: best(&brought.campaigns).map(|c| c.name.clone()),
        sources: brought.sources,
        campaigns: brought.campaigns,
        names: brought.names,
        traits: common_to.traits,
        know_the_outcome: common_to.know_the_outcome,
        audience: common_to.audience,
    };
    pages::print(&report, args, common)?;
    print::issues(&issues);
    write_audience(args, &leads, &report)?;
    Ok(Answer::Yes)
}

fn spec(args: &Profile) -> Result<FunnelSpec, Failure> {
    let Some(path) = &args.of_funnel.config else { return Ok(FunnelSpec::default()) };
    Ok(FunnelSpec::from_ron(&text("--config", path, "the funnel's declaration (a RON file)")?)?)
}

/// Whether each lead converted: by the label, else by the stages.
fn known(
    args: &Profile,
    leads: &Leads,
    ways: &[Path],
    way: Option<&Funnel>,
    issues: &mut Vec<Issue>,
) -> Result<Vec<Option<bool>>, Failure> {
    let Some(name) = &args.label else {
        return match way {
            Some(way) => Ok(outcomes(ways, way.at)),
            None => Err(Failure::Argument {
                argument: "--funnel",
                found: "no stage and no outcome".to_owned(),
                expected: "a history (--history), a column with stages (--stage), columns with their dates, or an outcome (--label)"
                    .to_owned(),
            }),
        };
    };
    let table = leads.sheet.table.take(&leads.rows);
    let labelled = label(table, &args.words.of(name)).map_err(in_arguments)?;
    issues.extend(labelled.issues);
    let mut outcomes = vec![None; leads.rows.len()];
    for (row, label) in labelled.rows.iter().zip(labelled.labels.as_slice()) {
        outcomes[*row] = Some(*label);
    }
    Ok(outcomes)
}

/// The grouping by the quarter in which leads came in.
const QUARTER: &str = "quarter";

/// A column, and the word of each lead in it.
type Words = (String, Vec<Option<String>>);

/// The columns by which steps are compared, and the quarter where it is known.
fn groupings(
    args: &Profile,
    spec: &FunnelSpec,
    leads: &Leads,
    created: &[Option<Timestamp>],
) -> Result<Vec<Words>, Failure> {
    let by = if args.of_funnel.by.is_empty() { &spec.by } else { &args.of_funnel.by };
    let mut positions: Vec<usize> =
        by.iter().map(|name| leads.sheet.position(name)).collect::<Result<_, _>>()?;
    if by.is_empty() {
        positions.extend(leads.source);
    }
    let owned =
        |words: Vec<Option<&str>>| words.into_iter().map(|w| w.map(str::to_owned)).collect();
    let mut groupings: Vec<Words> = positions
        .into_iter()
        .map(|p| (leads.sheet.name(p).to_owned(), owned(one_spelling(&leads.words(p)))))
        .collect();
    if created.iter().any(Option::is_some) {
        let quarters = created.iter().map(|moment| moment.map(quarter)).collect();
        groupings.push((QUARTER.to_owned(), quarters));
    }
    Ok(groupings)
}

/// `2026-Q3`.
fn quarter(moment: Timestamp) -> String {
    let month = moment.to_month();
    let (year, month) = month.split_once('-').unwrap_or((&month, "1"));
    format!("{year}-Q{}", month.parse::<u32>().unwrap_or(1).div_ceil(3))
}

#[derive(Default)]
struct Found {
    sources: Vec<Channel>,
    campaigns: Vec<Channel>,
    names: BTreeMap<String, String>,
}

fn brought(
    args: &Profile,
    spec: &FunnelSpec,
    leads: &Leads,
    outcomes: &[Option<bool>],
    issues: &mut Vec<Issue>,
) -> Result<Found, Failure> {
    let mut on_file: BTreeMap<String, Campaign> = BTreeMap::new();
    let mut cost = Vec::new();
    if let Some(path) = &args.of_funnel.campaigns {
        on_file = campaigns(path, spec, issues)?;
        let Some(campaign) = leads.campaign else {
            return Err(Failure::Argument {
                argument: "--campaigns",
                found: "the leads have no column known as their campaign".to_owned(),
                expected:
                    "one called campaign_id or campaign, or `columns: (campaign: ...)` in --config"
                        .to_owned(),
            });
        };
        cost = costs(leads, campaign, &on_file, issues);
    }
    let value = match leads.value {
        Some(position) => {
            let all = leads.sheet.numbers(position)?;
            let value: Vec<Option<f64>> = leads.rows.iter().map(|row| all[*row]).collect();
            let without: Vec<usize> = (0..value.len())
                .filter(|lead| outcomes[*lead] == Some(true) && value[*lead].is_none())
                .map(|lead| leads.rows[lead])
                .collect();
            let expected = "a number; the conversion counts, and brought nothing".to_owned();
            issues.extend(leads.sheet.issue(
                "unknown_value",
                &without,
                position,
                "no value of a conversion".to_owned(),
                expected,
            ));
            value
        }
        None => Vec::new(),
    };
    let add_up = |position: usize| -> Vec<Tally> {
        let channel = one_spelling(&leads.words(position));
        tallies(Brought { channel: &channel, outcome: outcomes, cost: &cost, value: &value })
    };
    let mut found = Found::default();
    if let Some(source) = leads.source {
        found.sources = channels(&add_up(source), spec.least);
    }
    if let Some(campaign) = leads.campaign {
        let mut all = add_up(campaign);
        all.extend(without_leads(&on_file, &all));
        found.campaigns = channels(&all, spec.least);
    }
    let named = on_file.into_values().filter_map(|c| Some((c.id, c.name?)));
    found.names = named.collect();
    Ok(found)
}

#[derive(Default)]
struct Shared {
    traits: Vec<Trait>,
    know_the_outcome: Vec<String>,
    audience: Option<Audience>,
}

/// What the converters among the judged leads have in common, by columns that may be known of a new lead.
fn traits_of(
    args: &Profile,
    leads: &Leads,
    outcomes: &[Option<bool>],
    spec: &FunnelSpec,
) -> Result<Shared, Failure> {
    let judged: Vec<usize> = (0..outcomes.len()).filter(|lead| outcomes[*lead].is_some()).collect();
    let labels: Vec<bool> = outcomes.iter().copied().flatten().collect();
    let rows: Vec<usize> = judged.iter().map(|lead| leads.rows[*lead]).collect();
    let mut table: LeadTable = leads.sheet.table.take(&rows);
    if let Some(created) = leads.created {
        table.schema_mut().set_role(created, Role::Created);
    }
    let mut aside = vec![leads.id, leads.campaign, leads.value, leads.stage];
    aside.extend(leads.dates.iter().map(|(position, _)| Some(*position)));
    aside.push(args.label.as_deref().and_then(|label| table.schema().find(label)));
    for name in &spec.exclude {
        aside.push(Some(leads.sheet.position(name)?));
    }
    for position in aside.into_iter().flatten() {
        table.schema_mut().set_role(position, Role::Excluded);
    }
    let all: Vec<usize> = (0..table.rows()).collect();
    let findings = audit(&table, &Labels::new(labels.clone()), &all);
    let mut know_the_outcome = Vec::new();
    for finding in findings.iter().filter(|f| f.verdict != Verdict::Safe) {
        if let Some(position) = table.schema().find(&finding.column) {
            table.schema_mut().set_role(position, Role::Excluded);
            know_the_outcome.push(finding.column.clone());
        }
    }
    let fields: Vec<usize> = table.schema().with_role(Role::Feature).collect();
    Ok(Shared {
        traits: traits(&table, table.schema(), &fields, &labels, spec.least)?,
        audience: audience(&table, table.schema(), &fields, &labels, spec.least)?,
        know_the_outcome,
    })
}

fn write_audience(args: &Profile, leads: &Leads, report: &Report) -> Result<(), Failure> {
    let Some(out) = &args.of_funnel.audience else { return Ok(()) };
    let Some(audience) = &report.audience else {
        tracing::warn!(
            "no audience: no trait is more frequent among converters by more than noise"
        );
        return Ok(());
    };
    let id = leads.id.map_or("lead_id", |id| leads.sheet.name(id));
    let text = audience.to_policy(id).map_err(|e| Failure::Print { reason: e.to_string() })?;
    leadsight_registry::write_file(out, text.as_bytes())?;
    tracing::info!("the audience is in {}, a policy for `leadsight score --policy`", out.display());
    Ok(())
}
