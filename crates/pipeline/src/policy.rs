//! The policy of a bundle: what the user's file says, and what training fills in.

use crate::candidate::Candidate;
use crate::cuts::Cuts;
use crate::prepare::Prepared;
use crate::run::unreadable;
use crate::{Experiment, PipelineError};
use leadsight_decide::{Cut, Icp, Policy, PolicyDraft, ScoreMap, Tier, tells_intent};
use leadsight_eval::{Rule, choose};
use leadsight_schema::{
    Column, Field, FieldKind, Issue, Labels, Probability, Role, Severity, or_nearest,
};
use leadsight_score::Scorer;
use std::path::PathBuf;

/// The user's own files.
#[derive(Debug, Default)]
pub(crate) struct Own {
    pub(crate) draft: Option<PolicyDraft>,
    /// The text of the rules and points that score where the model cannot.
    pub(crate) fallback: Option<String>,
}

/// Reads the user's own files, before hours are spent on training.
///
/// # Errors
/// A file that cannot be read, or is unsound.
pub(crate) fn own(experiment: &Experiment) -> Result<Own, PipelineError> {
    let read = |path: &PathBuf, what| std::fs::read_to_string(path).map_err(unreadable(path, what));
    let spec = &experiment.policy;
    let text = spec.file.as_ref().map(|f| read(f, "the policy (a RON file)")).transpose()?;
    let draft = text.map(|text| PolicyDraft::from_ron(&text)).transpose()?;
    let what = "the fallback policy (a RON file)";
    let fallback = spec.fallback.as_ref().map(|f| read(f, what)).transpose()?;
    if let Some(text) = &fallback {
        Scorer::from_policy("fallback", text)?;
    }
    Ok(Own { draft, fallback })
}

/// The policy of the chosen model, and what should be told of it. `fields` are those that the model reads.
///
/// # Errors
/// A condition on a column that the leads do not have, a capacity without the days that leads came in.
pub(crate) fn complete(
    own: Option<PolicyDraft>,
    prepared: &Prepared,
    winner: &Candidate,
    labels: &Labels,
    cuts: &Cuts,
    fields: &[Field],
) -> Result<(Policy, Vec<Issue>), PipelineError> {
    let p = winner.valid_probabilities();
    let mut sorted = p.to_vec();
    sorted.sort_by(f64::total_cmp);
    let quantile = |q: f64| sorted[((sorted.len() - 1) as f64 * q).round() as usize];
    let scale = ScoreMap::anchored(cuts.threshold, cuts.skip, quantile(0.01), quantile(0.99))?;
    let declared = own.is_some();
    let mut policy = match own {
        Some(draft) => draft.on(scale),
        None => Policy::new(scale),
    };
    know_fields(&mut policy, prepared, fields)?;
    if policy.ranges.is_empty() {
        policy.ranges = leadsight_decide::ranges(&prepared.profile);
    }
    if policy.intent.is_empty() {
        let from_events = |name: &str| {
            prepared.behaviour.iter().any(|b| b.fitted.names().any(|made| made == name))
        };
        let doing = fields.iter().filter(|f| tells_intent(&f.name) || from_events(&f.name));
        policy.intent = doing.map(|field| field.name.clone()).collect();
    }
    if policy.icp.is_none() {
        let who: Vec<Field> =
            fields.iter().filter(|field| !policy.intent.contains(&field.name)).cloned().collect();
        let Prepared { table, labels, split, .. } = prepared;
        policy.icp = Icp::learn(table, labels, &split.train, &who);
    }
    policy.tiers.fix(|tier| at(tier, prepared, labels, p))?;
    let issues = if declared { empty_tiers(&policy, p) } else { Vec::new() };
    Ok((policy, issues))
}

/// Refuses conditions on columns that the leads do not have, and takes the kinds of the others from the data.
fn know_fields(
    policy: &mut Policy,
    prepared: &Prepared,
    fields: &[Field],
) -> Result<(), PipelineError> {
    let schema = prepared.table.schema();
    policy.check_review(schema.fields())?;
    for asked in policy.fields()? {
        if fields.iter().any(|field| field.name == asked.name) {
            continue;
        }
        let Some(place) = schema.find(&asked.name) else {
            let hint = or_nearest(&asked.name, schema.names());
            let column = asked.name;
            return Err(PipelineError::UnknownColumn { key: "policy.file", column, hint });
        };
        let kind = schema.fields()[place].kind;
        let by_condition = policy.conditions().any(|c| c.fields().contains(&&asked.name));
        if asked.kind == FieldKind::Text && !by_condition {
            // A review counts it, whatever it holds.
            continue;
        }
        let both_words = kind.is_words() && asked.kind.is_words();
        if !both_words && !kind.alike(asked.kind) {
            return Err(PipelineError::Value {
                key: "policy.file",
                expected: "conditions that take a column for what it holds",
                found: format!(
                    "`{}` taken for {}, which is {} in the data",
                    asked.name,
                    asked.kind.describe(),
                    kind.describe()
                ),
            });
        }
        policy.kinds.entry(asked.name).or_insert(kind);
    }
    Ok(())
}

/// The probability at a cut that takes validation leads to know.
fn at(tier: &Tier, prepared: &Prepared, labels: &Labels, p: &[f64]) -> Result<f64, PipelineError> {
    let rule = match tier.cut {
        Cut::Percentile(percentile) => Rule::CapacityShare { share: 1.0 - percentile / 100.0 },
        Cut::Capacity(a_day) => {
            let pace = leads_a_day(prepared).ok_or_else(|| PipelineError::Value {
                key: "policy.file",
                expected: "a column of the days that leads came in (`data.created`), which a capacity a day is held against",
                found: format!("the tier `{}` at Capacity({a_day}), and no such column", tier.name),
            })?;
            Rule::CapacityShare { share: (a_day / pace).min(1.0) }
        }
        Cut::Capture(share) => Rule::Capture { share },
        Cut::Score(_) | Cut::Probability(_) => return Ok(0.0),
    };
    // Above every score where nobody is to be called; a probability stops at 1.
    Ok(choose(labels.as_slice(), p, &rule)?.threshold.min(1.0))
}

/// At what pace leads came in, over the days from the first to the last.
fn leads_a_day(prepared: &Prepared) -> Option<f64> {
    let place = prepared.table.schema().with_role(Role::Created).next()?;
    let Column::Date(dates) = prepared.table.column(place) else { return None };
    let (first, last) = (dates.iter().flatten().min()?, dates.iter().flatten().max()?);
    let days = last.days_since(*first).max(1.0);
    Some(dates.iter().flatten().count() as f64 / days)
}

/// One issue for each tier that no validation lead stands in.
fn empty_tiers(policy: &Policy, p: &[f64]) -> Vec<Issue> {
    let mut counts = vec![0_usize; policy.tiers.as_slice().len()];
    for p in p.iter().filter_map(|p| Probability::new(*p).ok()) {
        let tier = policy.tiers.of(policy.score(p), Some(p.get()));
        let place = policy.tiers.as_slice().iter().position(|other| other.name == tier.name);
        place.into_iter().for_each(|place| counts[place] += 1);
    }
    let highest = p.iter().copied().fold(0.0, f64::max);
    let empty = policy.tiers.as_slice().iter().zip(counts).filter(|(_, count)| *count == 0);
    empty
        .map(|(tier, _)| Issue {
            severity: Severity::Warning,
            kind: "empty_tier".to_owned(),
            file: "policy".to_owned(),
            row: None,
            line: None,
            column: None,
            found: format!(
                "none of {} validation leads is in the tier `{}`; the highest probability is {highest:.3}",
                p.len(),
                tier.name
            ),
            expected: "tiers that leads fall into: cut by score, percentile or capacity where few leads convert".to_owned(),
            count: 1,
        })
        .collect()
}
