//! `leadsight policy`: whether a policy is sound, and what it would do.

use super::Answer;
use super::evaluate::in_arguments;
use super::leads::{declared, events, moment, policy_text, scorer, scorer_under, watch};
use crate::args::{CheckPolicy, Common, Policy, PolicyVerb, Simulate};
use crate::failure::Failure;
use crate::input::input;
use crate::print::{self, Cell, Rows};
use crate::progress::Work;
use leadsight_decide::{Cut, PolicyFile, Tier};
use leadsight_eval::{Rule, choose};
use leadsight_ingest::{Labelled, ReadOptions, label, read_csv};
use leadsight_pipeline::{Group, Moved, Simulation, migration, simulate};
use leadsight_schema::{
    Column, Field, FieldKind, Issue, Labels, LeadTable, Schema, Timestamp, or_nearest,
};
use leadsight_score::{CsvOptions, Events, ScoreError, ScoredLead, Scorer};
use serde::Serialize;

pub fn run(args: &Policy, common: &Common) -> Result<Answer, Failure> {
    match &args.verb {
        PolicyVerb::Check(args) => check(args, common),
        PolicyVerb::Simulate(args) => try_out(args, common),
    }
}

/// What a sound policy says, for programs.
#[derive(Serialize)]
struct Checked<'a> {
    kind: &'static str,
    tiers: &'a [Tier],
    rules: usize,
    never: usize,
    review: usize,
    fields: Vec<&'a str>,
    missing: Vec<String>,
}

fn check(args: &CheckPolicy, common: &Common) -> Result<Answer, Failure> {
    let text = policy_text("POLICY", &args.policy)?;
    let policy = PolicyFile::from_ron(&text).map_err(ScoreError::from)?;
    let (mut missing, mut hints) = (Vec::new(), Vec::new());
    if let Some(leads) = &args.leads {
        let file = input("--leads", leads)?;
        let options = ReadOptions { sheet: args.sheet.clone(), ..ReadOptions::default() };
        let (table, _) = read_csv(&file.path, &options)?;
        for field in policy.fields() {
            if !table.names().contains(&field.name) {
                let hint = or_nearest(&field.name, table.names().iter().map(String::as_str));
                hints.push(format!("`{}` is no column of {}{hint}.", field.name, file.name));
                missing.push(field.name.clone());
            }
        }
    }
    let kind = match &policy {
        PolicyFile::Model(_) => "for a model",
        PolicyFile::Declared(_) => "scores by itself, without a model",
    };
    let mut rows = Rows::new(["tier", "from", "next action"]);
    for tier in policy.tiers().as_slice() {
        let from = cut_words(tier);
        let action = policy.vocabulary().told(&tier.next_action);
        rows.push([Cell::from(tier.name.as_str()), from.into(), action.into()]);
    }
    let (actions, review) = (policy.actions(), policy.review());
    rows.note(format!(
        "The policy is sound; it {}. {} of action, {} never allowed, {} looked for.",
        if kind == "for a model" {
            "decides for a model"
        } else {
            "scores by itself, without a model"
        },
        count(actions.rules.len(), "rule"),
        count(actions.never.len(), "action"),
        count(review.len(), "suspicion"),
    ));
    let fields: Vec<&str> = policy.fields().iter().map(|field| field.name.as_str()).collect();
    if !fields.is_empty() {
        rows.note(format!("It asks of a lead: {}.", fields.join(", ")));
    }
    hints.iter().for_each(|hint| rows.note(hint));
    let answer = if missing.is_empty() { Answer::Yes } else { Answer::No };
    let tiers = policy.tiers().as_slice();
    let checked = Checked {
        kind,
        tiers,
        rules: actions.rules.len(),
        never: actions.never.len(),
        review: review.len(),
        fields,
        missing,
    };
    print::data(common.format, &checked, &rows)?;
    Ok(answer)
}

fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// Where a tier begins, short.
fn cut_words(tier: &Tier) -> String {
    let at = tier.probability.map(|p| format!(" = {p:.4}")).unwrap_or_default();
    match tier.cut {
        Cut::Score(score) => format!("score {score}"),
        Cut::Probability(p) => format!("probability {p}"),
        Cut::Percentile(p) => format!("percentile {p}{at}"),
        Cut::Capacity(a_day) => format!("the best {a_day} a day{at}"),
        Cut::Capture(share) => format!("{} % of conversions{at}", share * 100.0),
    }
}

/// What was tried out, for programs.
#[derive(Serialize)]
struct TriedOut {
    #[serde(flatten)]
    simulation: Simulation,
    /// From the bundle's own policy, or the other bundle, to what was tried.
    migration: Vec<Moved>,
}

/// Past leads as a scorer sees them, and what became of them where that is asked for.
struct Past {
    leads: Vec<ScoredLead>,
    labels: Option<Labels>,
}

fn try_out(args: &Simulate, common: &Common) -> Result<Answer, Failure> {
    let now = moment("--now", args.now.as_deref())?;
    let work = Work::begin(common, "scoring the leads");
    let usual = args.bundle.as_deref().map(scorer).transpose()?;
    let other = args.against.as_deref().map(scorer).transpose()?;
    let quietly = |scorer: &Scorer| past(args, scorer, now, &work, |_| ());
    let (tried, usual) = match (usual, &args.bundle, &args.policy) {
        (Some(usual), Some(bundle), Some(policy)) => {
            let own = quietly(&usual)?;
            // Tiers by place are fixed on the very leads that are tried.
            let tried = scorer_under(bundle, policy, |policy, _| {
                policy.tiers.fix(|tier| at(tier, &own, args))
            })?;
            (tried, Some(own))
        }
        (_, _, Some(policy)) => (declared("--policy", policy)?, None),
        (Some(usual), ..) => (usual, None),
        // The argument parser asks for one of them.
        _ => return Ok(Answer::No),
    };
    let asked = [&tried].into_iter().chain(&other).any(|scorer| scorer.behaviour().is_some());
    if args.events.is_some() && !asked {
        return Err(ScoreError::NoBehaviour.into());
    }
    let found = past(args, &tried, now, &work, print::issues)?;
    let before = match &other {
        Some(other) => Some(quietly(other)?),
        None => usual,
    };
    drop(work);
    let tiers = tried.tiers();
    let names: Vec<&str> = tiers.as_slice().iter().map(|tier| tier.name.as_str()).collect();
    let outcomes = found.labels.as_ref().map(Labels::as_slice);
    let simulation = simulate(&found.leads, &names, outcomes)?;
    let migration = before.map(|before| migration(&before.leads, &found.leads)).unwrap_or_default();
    let rows = page(&simulation, &migration, tiers.as_slice());
    for tier in simulation.tiers.iter().filter(|tier| tier.leads == 0) {
        tracing::warn!("empty_tier: no lead is in the tier `{}`", tier.name);
    }
    print::data(common.format, &TriedOut { simulation, migration }, &rows)?;
    Ok(Answer::Yes)
}

/// The leads as `leadsight score` scores them, those without a known outcome left out where outcomes are asked for; what is wrong with the
/// file goes to `tell`.
fn past(
    args: &Simulate,
    scorer: &Scorer,
    now: Timestamp,
    work: &Work,
    tell: impl Fn(&[Issue]),
) -> Result<Past, Failure> {
    let file = input("--leads", &args.leads)?;
    let log = match (&args.events, scorer.behaviour()) {
        (Some(path), Some(_)) => events(scorer, Some(path), now)?,
        _ => None,
    };
    let (columns, watch) = (scorer.columns(), watch(work));
    let options = CsvOptions {
        beside: args.label.as_deref(),
        events: log.as_ref().map(|log| Events { log, now }),
        file: &file.name,
        watch: &watch,
        ..CsvOptions::new(&columns)
    };
    let (mut leads, mut words) = (Vec::new(), Vec::new());
    let summary = scorer.score_leads(
        || file.open(args.sheet.as_deref()),
        &options,
        now,
        |lead, word| {
            leads.push(lead);
            words.push(word);
        },
    )?;
    tell(&file.issues());
    tell(&summary.issues);
    let Some(name) = &args.label else { return Ok(Past { leads, labels: None }) };
    let rules = scorer.bundle().map(|bundle| bundle.rules.clone()).unwrap_or_default();
    let known = words.iter().map(|word| word.as_deref().filter(|word| !rules.is_missing(word)));
    let schema = Schema::new(vec![Field::feature(name.clone(), FieldKind::Category)])?;
    let lines = (2..).take(words.len()).collect();
    let table = LeadTable::new(schema, vec![Column::from_words(known)], lines)?;
    let Labelled { labels, rows, issues, .. } =
        label(table, &args.words.of(name)).map_err(in_arguments)?;
    tell(&issues);
    let mut rows = rows.into_iter().peekable();
    let mut place = 0..;
    leads.retain(|_| rows.next_if_eq(&place.next().unwrap_or_default()).is_some());
    Ok(Past { leads, labels: Some(labels) })
}

/// The probability at a cut by place, among the leads that are tried.
fn at(tier: &Tier, past: &Past, args: &Simulate) -> Result<f64, Failure> {
    let needs = |argument: &'static str, what: &str| Failure::Argument {
        argument,
        found: format!("the tier `{}` is cut by {what}", tier.name),
        expected: format!("{argument}, which that is held against"),
    };
    // A lead that rules and points scored has no probability, and no say in where one is cut.
    let of_model =
        past.leads.iter().enumerate().filter_map(|(i, lead)| Some((i, lead.probability?)));
    let (places, p): (Vec<usize>, Vec<f64>) = of_model.unzip();
    let rule = match tier.cut {
        Cut::Percentile(percentile) => Rule::CapacityShare { share: 1.0 - percentile / 100.0 },
        Cut::Capacity(a_day) => {
            let days = args.days.filter(|days| *days > 0.0);
            let days = days.ok_or_else(|| needs("--days", "capacity a day"))?;
            Rule::CapacityShare { share: (a_day * days / p.len().max(1) as f64).min(1.0) }
        }
        Cut::Capture(share) => Rule::Capture { share },
        Cut::Score(_) | Cut::Probability(_) => return Ok(0.0),
    };
    let labels = match (&past.labels, tier.cut) {
        (Some(labels), _) => places.iter().map(|place| labels.as_slice()[*place]).collect(),
        (None, Cut::Capture(_)) => return Err(needs("--label", "capture of conversions")),
        (None, _) => vec![false; p.len()],
    };
    Ok(choose(&labels, &p, &rule)?.threshold.min(1.0))
}

fn page(simulation: &Simulation, migration: &[Moved], tiers: &[Tier]) -> Rows {
    let titles = ["", "leads", "share %", "converted", "rate %", "low", "high", "claimed %"];
    let mut rows = Rows::new(titles);
    for (group, tier) in simulation.tiers.iter().zip(tiers) {
        rows.push(cells(format!("{} ({})", group.name, cut_words(tier)), group));
    }
    let kinds = [
        ("action", &simulation.actions),
        ("", &simulation.grid),
        ("review", &simulation.flags),
        ("scored by", &simulation.scorers),
    ];
    for (kind, groups) in kinds {
        for group in groups {
            let name = if kind.is_empty() {
                group.name.clone()
            } else {
                format!("{kind}: {}", group.name)
            };
            rows.push(cells(name, group));
        }
    }
    let stay: u64 = migration.iter().filter(|m| m.from == m.to).map(|m| m.leads).sum();
    for moved in migration.iter().filter(|m| m.from != m.to) {
        let mut row = vec![Cell::from(format!("moves from {} to {}", moved.from, moved.to))];
        row.push(moved.leads.into());
        row.push(Cell::Number(moved.leads as f64 / simulation.leads.max(1) as f64 * 100.0, 1));
        row.extend((0..5).map(|_| Cell::Blank));
        rows.push(row);
    }
    if !migration.is_empty() {
        rows.note(format!("{stay} of {} leads stay in their tier.", simulation.leads));
    }
    rows
}

fn cells(name: String, group: &Group) -> Vec<Cell> {
    let percent = |x: f64| Cell::Number(x * 100.0, 1);
    let of = |pick: fn(&leadsight_eval::Interval) -> f64| {
        group.rate.as_ref().map_or(Cell::Blank, |rate| percent(pick(rate)))
    };
    vec![
        name.into(),
        group.leads.into(),
        percent(group.share),
        group.conversions.map_or(Cell::Blank, Cell::from),
        of(|rate| rate.value),
        of(|rate| rate.low),
        of(|rate| rate.high),
        group.claimed.map_or(Cell::Blank, percent),
    ]
}
