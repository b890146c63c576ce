//! The stages that leads entered: from a history, from columns of dates, or from the stage that each is at.

use super::leads::Leads;
use super::sheet::Sheet;
use crate::args::Profile;
use crate::failure::Failure;
use crate::input::input;
use leadsight_funnel::{Entry, FunnelSpec, Part, Spellings, Stage, Told};
use leadsight_ingest::ReadOptions;
use leadsight_schema::{FieldKind, Issue};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

/// Words of unknown stages that are told one by one.
const TOLD_WORDS: usize = 20;

/// What tells of stages.
pub struct Entered {
    pub entries: Vec<Entry>,
    pub told: Told,
    /// The history that the rows of the entries are of, where it is not the leads.
    pub history: Option<Sheet>,
}

/// The stages that leads entered: from a history, from columns of dates, or from the stage that each is at. `None` where nothing tells.
pub fn entries(
    args: &Profile,
    spec: &FunnelSpec,
    spellings: &Spellings,
    leads: &Leads,
    issues: &mut Vec<Issue>,
) -> Result<Option<Entered>, Failure> {
    if let Some(path) = &args.of_funnel.history {
        let (entries, sheet) = history(path, spec, spellings, leads, issues)?;
        return Ok(Some(Entered { entries, told: Told::History, history: Some(sheet) }));
    }
    if !leads.dates.is_empty() && args.of_funnel.stage.is_none() {
        return Ok(Some(Entered { entries: dated(leads)?, told: Told::History, history: None }));
    }
    let Some(stage) = leads.stage else { return Ok(None) };
    let words = leads.words(stage);
    let rows: Vec<(usize, &str)> =
        words.iter().enumerate().filter_map(|(lead, word)| Some((lead, (*word)?))).collect();
    let declared = args.of_funnel.stage.is_some() || spec.columns.stage.is_some();
    let known = rows.iter().filter(|(_, word)| spellings.read(word).is_some()).count();
    // A column that is called status may hold anything.
    if !declared && known * 2 <= rows.len() {
        return Ok(None);
    }
    let blank: Vec<usize> = (0..words.len())
        .filter(|lead| words[*lead].is_none())
        .map(|lead| leads.rows[lead])
        .collect();
    let sheet = &leads.sheet;
    let expected = "the stage that the lead is at; it counts as a lead and no more".to_owned();
    issues.extend(sheet.issue("blank_stage", &blank, stage, "no stage".to_owned(), expected));
    let found = rows.iter().map(|(lead, word)| (leads.rows[*lead], *word));
    let stages = stages(found, sheet, stage, spellings, issues)?;
    let entries = rows.iter().zip(stages).filter_map(|((lead, _), stage)| {
        Some(Entry { lead: *lead, stage: stage?, at: None, row: leads.rows[*lead] })
    });
    Ok(Some(Entered { entries: entries.collect(), told: Told::Current, history: None }))
}

fn dated(leads: &Leads) -> Result<Vec<Entry>, Failure> {
    let mut entries = Vec::new();
    for (position, stage) in &leads.dates {
        let moments = leads.sheet.moments(*position)?;
        for (lead, &row) in leads.rows.iter().enumerate() {
            let at = moments[row].filter(|m| leads.at.is_none_or(|at| *m <= at));
            entries.extend(at.map(|at| Entry { lead, stage: *stage, at: Some(at), row }));
        }
    }
    Ok(entries)
}

fn history(
    path: &Path,
    spec: &FunnelSpec,
    spellings: &Spellings,
    leads: &Leads,
    issues: &mut Vec<Issue>,
) -> Result<(Vec<Entry>, Sheet), Failure> {
    let file = input("--history", path)?;
    let columns = &spec.history;
    let named = [(&columns.id, Part::LeadId), (&columns.stage, Part::Stage)];
    let kinds = |names: &[String]| {
        let found = named.iter().filter_map(|(declared, part)| part.column(declared, names));
        found.map(|name| (name, FieldKind::Category)).collect()
    };
    let sheet = Sheet::read("--history", &file, &ReadOptions::default(), kinds, issues)?;
    let id = sheet.need(columns.id.as_deref(), Part::LeadId, "the lead (lead_id)")?;
    let stage = sheet.need(columns.stage.as_deref(), Part::Stage, "the stage (stage)")?;
    let entered = sheet.find(columns.at.as_deref(), Part::EnteredAt)?;
    let Some(own) = leads.id else {
        return Err(Failure::Argument {
            argument: "LEADS",
            found: "no column is known as the lead's name".to_owned(),
            expected: "one called lead_id or id, or `columns: (id: ...)` in --config".to_owned(),
        });
    };
    let of_lead: HashMap<&str, usize> = leads
        .words(own)
        .into_iter()
        .enumerate()
        .filter_map(|(lead, id)| Some((id?, lead)))
        .collect();
    // Every id of the file, so that a lead that came in later is not called unknown.
    let everybody = leads.sheet.words(own);
    let everybody: HashSet<&str> = everybody.into_iter().flatten().collect();
    let (ids, words) = (sheet.words(id), sheet.words(stage));
    let moments = match entered {
        Some(position) => sheet.moments(position)?,
        None => vec![None; ids.len()],
    };
    let (mut unknown, mut blank, mut undated, mut found) = (vec![], vec![], vec![], vec![]);
    for row in 0..ids.len() {
        match (ids[row], words[row]) {
            (None, _) => blank.push(row),
            (Some(id), _) if !everybody.contains(id) => unknown.push(row),
            (_, None) => blank.push(row),
            (Some(id), Some(word)) => {
                if moments[row].is_none() && entered.is_some() {
                    undated.push(row);
                }
                if moments[row].zip(leads.at).is_some_and(|(m, at)| m > at) {
                    continue;
                }
                found.extend(of_lead.get(id).map(|lead| (row, *lead, word)));
            }
        }
    }
    if unknown.len() + blank.len() == ids.len() {
        return Err(Failure::Argument {
            argument: "--history",
            found: format!("none of its leads is in {}", leads.sheet.raw.file()),
            expected: format!(
                "the leads of `{}` under `{}`",
                leads.sheet.name(own),
                sheet.name(id)
            ),
        });
    }
    let first = unknown.first().and_then(|row| ids[*row]).unwrap_or_default();
    issues.extend(sheet.issue(
        "unknown_lead",
        &unknown,
        id,
        format!("`{first}`"),
        format!("a lead of {}; the row was left out", leads.sheet.raw.file()),
    ));
    let expected = "a lead and a stage; the row was left out".to_owned();
    issues.extend(sheet.issue("blank_stage", &blank, stage, "nothing".to_owned(), expected));
    if let Some(entered) = entered {
        let expected =
            "a moment; the stage counts, and takes its place after the row before".to_owned();
        issues.extend(sheet.issue(
            "blank_moment",
            &undated,
            entered,
            "no moment".to_owned(),
            expected,
        ));
    }
    let words = found.iter().map(|(row, _, word)| (*row, *word));
    let stages = stages(words, &sheet, stage, spellings, issues)?;
    let entries = found.iter().zip(stages).filter_map(|((row, lead, _), stage)| {
        Some(Entry { lead: *lead, stage: stage?, at: moments[*row], row: *row })
    });
    Ok((entries.collect(), sheet))
}

/// The stage of each (row, word); each unknown word is told with the nearest known spelling.
fn stages<'a>(
    words: impl Iterator<Item = (usize, &'a str)>,
    sheet: &Sheet,
    column: usize,
    spellings: &Spellings,
    issues: &mut Vec<Issue>,
) -> Result<Vec<Option<Stage>>, Failure> {
    let mut read: HashMap<&str, Option<Stage>> = HashMap::new();
    let mut unknown: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut stages = Vec::new();
    for (row, word) in words {
        let stage = *read.entry(word).or_insert_with(|| spellings.read(word));
        if stage.is_none() {
            unknown.entry(word).or_default().push(row);
        }
        stages.push(stage);
    }
    let shown = |word: &str| -> String { word.chars().take(60).collect() };
    if stages.iter().all(Option::is_none) && !stages.is_empty() {
        let words: Vec<String> =
            unknown.keys().take(8).map(|w| format!("`{}`", shown(w))).collect();
        return Err(Failure::Argument {
            argument: sheet.argument,
            found: format!("`{}` holds no known stage: {}", sheet.name(column), words.join(", ")),
            expected: "stages, or what these mean: --config with `Funnel(stages: {\"WORD\": Opportunity})`".to_owned(),
        });
    }
    let mut order: Vec<(&str, Vec<usize>)> = unknown.into_iter().collect();
    order.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(b.0)));
    let rest: Vec<usize> =
        order.iter().skip(TOLD_WORDS).flat_map(|(_, rows)| rows).copied().collect();
    for (word, rows) in order.iter().take(TOLD_WORDS) {
        let near = spellings.nearest(word).map(|n| format!(", such as `{n}`")).unwrap_or_default();
        let expected = format!("a known stage{near}, or what it means in --config; left out");
        issues.extend(sheet.issue(
            "unknown_stage",
            rows,
            column,
            format!("`{}`", shown(word)),
            expected,
        ));
    }
    let found = "further unknown words".to_owned();
    let expected = "known stages, or what they mean in --config; left out".to_owned();
    issues.extend(sheet.issue("unknown_stage", &rest, column, found, expected));
    Ok(stages)
}
