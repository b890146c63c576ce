//! The file of campaigns, and what each lead cost by it.

use super::leads::Leads;
use super::sheet::Sheet;
use crate::failure::Failure;
use crate::input::input;
use leadsight_funnel::{FunnelSpec, Part, Tally};
use leadsight_ingest::ReadOptions;
use leadsight_schema::{FieldKind, Issue};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// A campaign.
pub struct Campaign {
    pub id: String,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// What it cost; `None` where that is not known.
    pub cost: Option<f64>,
}

/// The campaigns of a file, by id in lower case.
pub fn campaigns(
    path: &Path,
    spec: &FunnelSpec,
    issues: &mut Vec<Issue>,
) -> Result<BTreeMap<String, Campaign>, Failure> {
    let file = input("--campaigns", path)?;
    let columns = &spec.campaigns;
    let kinds = |names: &[String]| {
        let id = columns.id.clone().or_else(|| id_of_campaign(names).map(str::to_owned));
        id.map(|name| (name, FieldKind::Category)).into_iter().collect()
    };
    let sheet = Sheet::read("--campaigns", &file, &ReadOptions::default(), kinds, issues)?;
    let id = match (&columns.id, id_of_campaign(&sheet.raw.names())) {
        (Some(name), _) => sheet.position(name)?,
        (None, Some(name)) => sheet.position(name)?,
        (None, None) => sheet.need(None, Part::Campaign, "the campaign (campaign_id)")?,
    };
    let cost = sheet.need(columns.cost.as_deref(), Part::Cost, "its cost (cost)")?;
    let name = sheet.find(columns.name.as_deref(), Part::CampaignName)?.filter(|n| *n != id);
    let (ids, costs) = (sheet.words(id), sheet.numbers(cost)?);
    let names = name.map(|name| sheet.words(name));
    let mut found: BTreeMap<String, Campaign> = BTreeMap::new();
    let (mut blank, mut again, mut unknown, mut below) = (vec![], vec![], vec![], vec![]);
    for (row, cost) in costs.into_iter().enumerate() {
        let Some(id) = ids[row] else {
            blank.push(row);
            continue;
        };
        let known = cost.filter(|cost| *cost >= 0.0);
        match (cost, known) {
            (None, _) => unknown.push(row),
            (Some(_), None) => below.push(row),
            _ => {}
        }
        let name = names.as_ref().and_then(|names| names[row]).map(str::to_owned);
        let campaign = Campaign { id: id.to_owned(), name, cost: known };
        // An export by month has a campaign in several rows: their costs add up.
        match found.get_mut(&id.to_lowercase()) {
            Some(earlier) => {
                again.push(row);
                earlier.cost = earlier.cost.zip(known).map(|(a, b)| a + b);
            }
            None => drop(found.insert(id.to_lowercase(), campaign)),
        }
    }
    for (kind, rows, column, was, expected) in [
        ("blank_campaign", blank, id, "no id", "an id; the row was left out"),
        ("repeated_campaign", again, id, "the same id again", "each once; the costs were added up"),
        ("unknown_cost", unknown, cost, "no cost", "a number; cost and return are not told"),
        ("negative_cost", below, cost, "a cost below 0", "0 or more; taken as not known"),
    ] {
        issues.extend(sheet.issue(kind, &rows, column, was.to_owned(), expected.to_owned()));
    }
    Ok(found)
}

/// The column that names the campaign: a campaign's id, or any id.
fn id_of_campaign(names: &[String]) -> Option<&str> {
    Part::Campaign.find(names).or_else(|| Part::LeadId.find(names))
}

/// What each lead cost: its campaign's cost in equal parts, nothing without a campaign, `None` where the campaign is not on file or its
/// cost not known.
pub fn costs(
    leads: &Leads,
    campaign: usize,
    campaigns: &BTreeMap<String, Campaign>,
    issues: &mut Vec<Issue>,
) -> Vec<Option<f64>> {
    let words = leads.words(campaign);
    let folded: Vec<Option<String>> = words.iter().map(|w| w.map(str::to_lowercase)).collect();
    let mut counts: HashMap<&str, f64> = HashMap::new();
    for id in folded.iter().flatten() {
        *counts.entry(id).or_default() += 1.0;
    }
    let mut unknown = Vec::new();
    let costs = folded
        .iter()
        .enumerate()
        .map(|(lead, id)| {
            let Some(id) = id else { return Some(0.0) };
            let Some(campaign) = campaigns.get(id) else {
                unknown.push(lead);
                return None;
            };
            Some(campaign.cost? / counts[id.as_str()])
        })
        .collect();
    let first = unknown.first().and_then(|lead| words[*lead]).unwrap_or_default();
    let rows: Vec<usize> = unknown.iter().map(|lead| leads.rows[*lead]).collect();
    issues.extend(leads.sheet.issue(
        "unknown_campaign",
        &rows,
        campaign,
        format!("`{first}`"),
        "a campaign of --campaigns; what such leads cost is not known".to_owned(),
    ));
    costs
}

/// The campaigns that brought nobody: their cost was spent all the same.
pub fn without_leads(campaigns: &BTreeMap<String, Campaign>, seen: &[Tally]) -> Vec<Tally> {
    let has = |id: &str| seen.iter().any(|t| t.name.to_lowercase() == id);
    let empty = campaigns.iter().filter(|(id, _)| !has(id)).map(|(_, campaign)| campaign);
    empty.map(|c| Tally { name: c.id.clone(), cost: c.cost, ..Tally::default() }).collect()
}
