//! What became of each lead, put together from the files that tell of it.

use crate::OutcomeError;
use crate::found::{Found, Known};
use crate::spec::{CREATED, ID, OWNER, OutcomeSpec, RESPOND_BY, SOURCE, TIER, VALUE};
use crate::table::Table;
use leadsight_funnel::{Path, Stage, State, Told, one_spelling, paths};
use leadsight_schema::{Issue, Timestamp};
use std::collections::BTreeSet;

/// What became of a lead.
#[derive(Debug, Clone, PartialEq)]
pub struct Lead {
    /// Its row in the leads' table, from 0.
    pub row: usize,
    /// When it came in.
    pub created: Option<Timestamp>,
    /// By when it was to be answered.
    pub respond_by: Option<Timestamp>,
    /// The contacts from its creation until it was won or lost, in order of time.
    pub contacts: Vec<Timestamp>,
    /// The first meeting.
    pub met: Option<Timestamp>,
    /// Its way through the funnel.
    pub path: Path,
    /// What it brought; `None` for a won lead of which that is not known, and for every other.
    pub value: Option<f64>,
}

impl Lead {
    /// The hours until somebody contacted it; `None` where nobody did.
    pub fn response_hours(&self) -> Option<f64> {
        Some(self.contacts.first()?.days_since(self.created?) * 24.0)
    }

    /// Whether it is a customer.
    pub fn is_won(&self) -> bool {
        self.path.state == State::Won
    }

    /// When it became an opportunity.
    pub fn opportunity(&self) -> Option<Timestamp> {
        self.path.since(Stage::Opportunity)
    }

    /// When it was won.
    pub fn won(&self) -> Option<Timestamp> {
        self.path.entered[Stage::Won as usize]
    }
}

/// The files that tell what became of the leads; more than one is better.
#[derive(Clone, Copy)]
pub struct Files<'a> {
    /// A row a lead.
    pub leads: Table<'a>,
    /// A row for each stage that a lead entered.
    pub history: Option<Table<'a>>,
    /// A row for each event.
    pub events: Option<Table<'a>>,
    /// A row a deal.
    pub deals: Option<Table<'a>>,
}

/// A column, and the word of each lead in it.
pub type Grouping = (String, Vec<Option<String>>);

/// The leads, and by what they can be grouped.
#[derive(Debug, Clone, PartialEq)]
pub struct Gathered {
    /// The leads that count.
    pub leads: Vec<Lead>,
    /// Columns of words, one element a lead.
    pub groups: Vec<Grouping>,
    /// The moment of looking; `None` where no moment is known at all.
    pub at: Option<Timestamp>,
    /// Whether contacts are known: from the event log, or from stages that are contacts.
    pub contacts_known: bool,
    /// Whether what won leads brought is known.
    pub values_known: bool,
    /// Whether stages are known.
    pub stages_known: bool,
}

/// Puts together what became of the leads as seen at a moment, the latest that the files know unless given.
///
/// A lead that stands twice counts once, as it stands first; one that came in later than the moment of looking does not count. What
/// happened before a lead came in is no contact with it, and is told.
///
/// # Errors
/// [`OutcomeError::Column`] and [`OutcomeError::Kind`] for columns that are not there or hold something else,
/// [`OutcomeError::Nothing`] where no row can be used.
pub fn gather(
    files: Files<'_>,
    spec: &OutcomeSpec,
    at: Option<Timestamp>,
    issues: &mut Vec<Issue>,
) -> Result<Gathered, OutcomeError> {
    let table = files.leads;
    let columns = &spec.leads;
    let id = table.need(columns.id.as_deref(), ID)?;
    let created = table.moments_of(table.find(columns.created.as_deref(), CREATED)?, issues)?;
    let respond_by =
        table.moments_of(table.find(columns.respond_by.as_deref(), RESPOND_BY)?, issues)?;
    let ids = table.words(id);
    let rows = rows_that_count(table, id, &ids, &created, at, issues)?;
    let known = Known {
        of_lead: rows
            .iter()
            .enumerate()
            .filter_map(|(lead, &row)| Some((ids[row].as_deref()?, lead)))
            .collect(),
        everybody: ids.iter().flatten().map(String::as_str).collect(),
        at,
    };
    let started: Vec<Option<Timestamp>> = rows.iter().map(|row| created[*row]).collect();
    let mut found = Found::new(rows.len(), spec);
    if let Some(history) = files.history {
        found.history(history, spec, &known, issues)?;
    }
    if let Some(events) = files.events {
        found.events(events, spec, &known, issues)?;
    }
    if let Some(deals) = files.deals {
        found.deals(deals, spec, &known, files.history.is_none(), issues)?;
    }
    let stages = files.history.or(files.deals);
    let (ways, problems) = paths(&started, &found.entries, Told::History);
    if let Some(stages) = stages {
        issues.extend(
            problems.into_iter().map(|issue| Issue { file: stages.what.to_owned(), ..issue }),
        );
    }
    let values = values(table, spec, &rows, &ways, files.deals.map(|_| &found.amounts), issues)?;
    let early = |(row, at): &(usize, Timestamp)| created[*row].is_some_and(|created| *at < created);
    let mut before: Vec<(usize, Timestamp)> = Vec::new();
    let mut leads = Vec::with_capacity(rows.len());
    for (lead, path) in ways.into_iter().enumerate() {
        let row = rows[lead];
        let mut contacts = std::mem::take(&mut found.contacts[lead]);
        contacts.sort_unstable();
        before.extend(contacts.iter().map(|at| (row, *at)).filter(early));
        let end = path.entered[Stage::Won as usize];
        contacts.retain(|at| !early(&(row, *at)) && end.is_none_or(|end| *at <= end));
        let met = found.meetings[lead].iter().copied().filter(|at| !early(&(row, *at))).min();
        let (created, respond_by) = (created[row], respond_by[row]);
        leads.push(Lead {
            row,
            created,
            respond_by,
            contacts,
            met,
            path,
            value: values.as_ref().and_then(|v| v[lead]),
        });
    }
    if let Some(&(row, at)) = before.first() {
        let of: Vec<usize> = before.iter().map(|(row, _)| *row).collect();
        let shown = format!(
            "lead {} contacted at {}, before it came in",
            table.shown(row, id),
            at.to_rfc3339()
        );
        let expected = "a contact after it (another time zone?); it does not count, or the response time would be negative";
        issues.extend(table.issue("contact_before_lead", &of, id, shown, expected));
    }
    Ok(Gathered {
        groups: groups(table, spec, &rows)?,
        at: at.or(found.latest.max(started.iter().flatten().max().copied())),
        contacts_known: files.events.is_some() || found.any_contact,
        values_known: values.is_some(),
        stages_known: stages.is_some(),
        leads,
    })
}

/// The rows that count.
fn rows_that_count(
    table: Table<'_>,
    id: usize,
    ids: &[Option<String>],
    created: &[Option<Timestamp>],
    at: Option<Timestamp>,
    issues: &mut Vec<Issue>,
) -> Result<Vec<usize>, OutcomeError> {
    let mut seen = BTreeSet::new();
    let (mut rows, mut again, mut blank, mut later) = (vec![], vec![], vec![], vec![]);
    for row in 0..ids.len() {
        match &ids[row] {
            None => blank.push(row),
            Some(id) if !seen.insert(id) => again.push(row),
            Some(_) if created[row].zip(at).is_some_and(|(created, at)| created > at) => {
                later.push(row)
            }
            Some(_) => rows.push(row),
        }
    }
    let first = |rows: &[usize]| rows.first().map(|row| table.shown(*row, id)).unwrap_or_default();
    for (kind, hits, expected) in [
        ("duplicate_id", &again, "each lead once; its first row counts"),
        ("blank_id", &blank, "the lead's id; the row was left out"),
        ("later_lead", &later, "a lead from before the moment of looking; it was left out"),
    ] {
        issues.extend(table.issue(kind, hits, id, first(hits), expected));
    }
    if rows.is_empty() {
        return Err(OutcomeError::Nothing {
            file: table.what,
            found: format!("none of {} rows is a lead that counts", ids.len()),
            expected: "at least one row with an id, from before the moment of looking".to_owned(),
        });
    }
    Ok(rows)
}

/// What each won lead brought: by its deals, else by the leads' own column. `None` where nothing tells.
fn values(
    table: Table<'_>,
    spec: &OutcomeSpec,
    rows: &[usize],
    ways: &[Path],
    amounts: Option<&Vec<Option<f64>>>,
    issues: &mut Vec<Issue>,
) -> Result<Option<Vec<Option<f64>>>, OutcomeError> {
    let own = table.find(spec.leads.value.as_deref(), VALUE)?;
    let all: Vec<Option<f64>> = match (amounts, own) {
        (Some(amounts), _) => amounts.clone(),
        (None, Some(position)) => {
            let all = table.numbers(position)?;
            rows.iter().map(|row| all[*row]).collect()
        }
        (None, None) => return Ok(None),
    };
    let won = |lead: usize| ways[lead].state == State::Won;
    let without: Vec<usize> =
        (0..all.len()).filter(|l| won(*l) && all[*l].is_none()).map(|l| rows[l]).collect();
    let column = table.need(spec.leads.id.as_deref(), ID)?;
    let first = without.first().map(|row| table.shown(*row, column)).unwrap_or_default();
    let expected = "what a won lead brought; it counts as won, and as bringing nothing";
    issues.extend(table.issue("unknown_value", &without, column, first, expected));
    Ok(Some((0..all.len()).map(|lead| all[lead].filter(|_| won(lead))).collect()))
}

/// The columns by which leads are grouped.
fn groups(
    table: Table<'_>,
    spec: &OutcomeSpec,
    rows: &[usize],
) -> Result<Vec<Grouping>, OutcomeError> {
    let columns = &spec.leads;
    let usual = [(&columns.tier, TIER), (&columns.owner, OWNER), (&columns.source, SOURCE)];
    let mut positions: Vec<usize> = Vec::new();
    for name in &spec.by {
        positions.push(table.position(name)?);
    }
    if spec.by.is_empty() {
        for (declared, usual) in usual {
            positions.extend(table.find(declared.as_deref(), usual)?);
        }
    }
    let grouping = |position: usize| {
        let words = table.words(position);
        let own: Vec<Option<&str>> = rows.iter().map(|row| words[*row].as_deref()).collect();
        let own = one_spelling(&own).into_iter().map(|word| word.map(str::to_owned)).collect();
        (table.name(position).to_owned(), own)
    };
    Ok(positions.into_iter().map(grouping).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{of, table, tables};
    use leadsight_schema::LeadTable;

    fn kinds(issues: &[Issue]) -> Vec<(&str, &str, Option<u64>)> {
        issues.iter().map(|i| (i.kind.as_str(), i.file.as_str(), i.row)).collect()
    }

    #[test]
    fn everything_is_put_together_and_problems_are_told() {
        let [leads, history, events, deals] = tables();
        let files = Files {
            leads: of(&leads, "the leads"),
            history: Some(of(&history, "the history")),
            events: Some(of(&events, "the event log")),
            deals: Some(of(&deals, "the deals")),
        };
        let mut issues = Vec::new();
        let found = gather(files, &OutcomeSpec::default(), None, &mut issues).unwrap();
        let one = &found.leads[0];
        assert_eq!(
            (found.leads.len(), one.contacts.len(), one.response_hours()),
            (4, 2, Some(2.0))
        );
        assert_eq!((one.is_won(), one.value, one.met.is_some()), (true, Some(9000.0), true));
        assert_eq!(found.leads[1].path.state, State::Lost);
        // L3's call came before L3: no negative response time.
        assert_eq!((found.leads[2].response_hours(), found.leads[2].contacts.len()), (None, 0));
        assert_eq!(
            found.groups[0],
            (
                "tier".to_owned(),
                ["Hot", "Cold", "Cold", "Hot"].map(|w| Some(w.to_owned())).to_vec()
            )
        );
        assert_eq!(
            kinds(&issues),
            [
                ("duplicate_id", "the leads", Some(4)),
                ("unknown_lead", "the history", Some(6)),
                ("blank_stage", "the history", Some(7)),
                ("unknown_stage", "the history", Some(4)),
                ("contact_before_lead", "the leads", Some(3)),
            ]
        );
        assert!(issues[4].found.contains("2026-01-01T15:00:00Z"), "{}", issues[4].found);
        assert_eq!(found.at.map(Timestamp::to_date).as_deref(), Some("2026-03-01"));
    }

    #[test]
    fn what_happened_after_the_moment_of_looking_is_not_known() {
        let [leads, history, ..] = tables();
        let files = Files {
            leads: of(&leads, "the leads"),
            history: Some(of(&history, "the history")),
            events: None,
            deals: None,
        };
        let at = leadsight_schema::DateFormat::Iso.parse("2026-01-10").unwrap();
        let mut issues = Vec::new();
        let found = gather(files, &OutcomeSpec::default(), Some(at), &mut issues).unwrap();
        assert_eq!((found.leads.len(), found.leads[0].is_won()), (3, false));
        // Without an event log the stages tell of contacts; the usual value column is there, and blank.
        assert_eq!(
            (found.leads[0].response_hours(), found.contacts_known, found.values_known),
            (Some(72.0), true, true)
        );
        assert!(kinds(&issues).contains(&("later_lead", "the leads", Some(5))));
    }

    #[test]
    fn deals_alone_tell_of_stages_and_values() {
        let [leads, .., deals] = tables();
        let files = Files {
            leads: of(&leads, "the leads"),
            history: None,
            events: None,
            deals: Some(of(&deals, "the deals")),
        };
        let found = gather(files, &OutcomeSpec::default(), None, &mut Vec::new()).unwrap();
        assert_eq!((found.leads[0].is_won(), found.leads[0].value), (true, Some(9000.0)));
        assert!(found.leads[1].path.reached(Stage::Opportunity) && !found.leads[1].is_won());
        assert_eq!((found.contacts_known, found.stages_known), (false, true));
    }

    #[test]
    fn what_cannot_be_used_is_refused() {
        let [leads, history, ..] = tables();
        let nobody = table("lead_id,stage,entered_at", &["X1,MQL,2026-01-01"], &[]);
        let nameless = table("name,created_at", &["x,2026-01-01"], &[]);
        let read = |leads: &LeadTable, history: &LeadTable| {
            let files = Files {
                leads: of(leads, "the leads"),
                history: Some(of(history, "the history")),
                events: None,
                deals: None,
            };
            gather(files, &OutcomeSpec::default(), None, &mut Vec::new()).unwrap_err().to_string()
        };
        assert!(read(&leads, &nobody).contains("none of its leads"));
        assert!(read(&nameless, &history).contains("`lead_id`"));
        assert!(read(&leads, &nameless).contains("the history"));
        let spec = OutcomeSpec { by: vec!["teir".into()], ..OutcomeSpec::default() };
        let files = Files {
            leads: of(&leads, "the leads"),
            history: Some(of(&history, "the history")),
            events: None,
            deals: None,
        };
        let refused = gather(files, &spec, None, &mut Vec::new()).unwrap_err().to_string();
        assert!(refused.contains("did you mean `tier`"), "{refused}");
    }
}
