//! What became of each lead: from entries (lead, stage, moment) to how far it came and where it is.

use crate::Stage;
use leadsight_schema::{Issue, Severity, Timestamp};
use std::collections::HashSet;

/// A lead entered a stage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// The lead, by position.
    pub lead: usize,
    /// The stage.
    pub stage: Stage,
    /// When, if known.
    pub at: Option<Timestamp>,
    /// The row that says so, from 0, for messages.
    pub row: usize,
}

/// Where a lead stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Under way, at the stage it entered last.
    Open,
    /// A customer.
    Won,
    /// Out.
    Lost,
}

/// What the entries tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Every stage that a lead entered, as far as anybody noted it.
    History,
    /// The stage that each lead is at now. Where a lost lead was before is not known.
    Current,
}

/// The way of a lead.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// The furthest stage it reached, never [`Stage::Lost`]. It has passed every stage before, named or not.
    pub furthest: Stage,
    /// Where it stands.
    pub state: State,
    /// The first moment in each stage of [`Stage::WAY`], where known.
    pub entered: [Option<Timestamp>; 8],
    /// The stages of [`Stage::WAY`] that its entries name.
    pub named: [bool; 8],
    /// Moves to an earlier stage, and from lost to any other.
    pub backwards: u64,
    /// Lost, and nobody knows from where: it is at no stage, and part of no step.
    pub unplaced: bool,
}

impl Path {
    /// Whether it is known to have reached a stage.
    pub fn reached(&self, stage: Stage) -> bool {
        !self.unplaced && self.furthest >= stage
    }

    /// The moment from which it had reached a stage: its own entry there, or where it skipped that stage the next one it entered.
    pub fn since(&self, stage: Stage) -> Option<Timestamp> {
        self.entered[stage as usize..].iter().flatten().min().copied()
    }
}

/// The ways of leads, one for each element of `created`, the moments at which they came in. A lead without entries is a lead and no
/// more. Entries are taken by moment; where that is equal or not known, in the order given.
pub fn paths(
    created: &[Option<Timestamp>],
    entries: &[Entry],
    told: Told,
) -> (Vec<Path>, Vec<Issue>) {
    let mut of_lead: Vec<Vec<Entry>> = vec![Vec::new(); created.len()];
    for entry in entries {
        if let Some(own) = of_lead.get_mut(entry.lead) {
            own.push(*entry);
        }
    }
    let mut hits = Hits::default();
    let paths = of_lead
        .iter_mut()
        .zip(created)
        .map(|(own, created)| {
            let mut path = path(own, *created, &mut hits);
            path.unplaced = told == Told::Current && path.state == State::Lost;
            path
        })
        .collect();
    (paths, hits.issues())
}

fn path(entries: &mut [Entry], created: Option<Timestamp>, hits: &mut Hits) -> Path {
    sort(entries);
    let mut path = Path {
        furthest: Stage::Visitor,
        state: State::Open,
        entered: [None; 8],
        named: [false; 8],
        backwards: 0,
        unplaced: false,
    };
    let mut seen: HashSet<(Stage, Option<Timestamp>)> = HashSet::new();
    let mut last: Option<Stage> = None;
    for entry in entries.iter() {
        if !seen.insert((entry.stage, entry.at)) {
            hits.repeated.push(entry.row);
            continue;
        }
        if let (Some(at), Some(created)) = (entry.at, created)
            && at < created
            && entry.stage > Stage::Lead
        {
            hits.early.push(entry.row);
        }
        if last.is_some_and(|last| entry.stage < last) {
            path.backwards += 1;
        }
        last = Some(entry.stage);
        if entry.stage == Stage::Lost {
            continue;
        }
        let place = entry.stage as usize;
        path.named[place] = true;
        path.furthest = path.furthest.max(entry.stage);
        path.entered[place] = path.entered[place].or(entry.at);
    }
    // Whoever stands among the leads is at least that, unless the entries say no more than visitor.
    let only_visited = path.named[Stage::Visitor as usize] && path.furthest == Stage::Visitor;
    if !only_visited {
        path.furthest = path.furthest.max(Stage::Lead);
    }
    let lead = Stage::Lead as usize;
    if path.reached(Stage::Lead) && path.entered[lead].is_none() {
        path.entered[lead] = created;
    }
    path.state = match last {
        _ if path.furthest == Stage::Won => State::Won,
        Some(Stage::Lost) => State::Lost,
        _ => State::Open,
    };
    path
}

/// By moment; an entry without one stays behind the one before it.
fn sort(entries: &mut [Entry]) {
    let mut latest = Timestamp(i64::MIN);
    let mut keyed: Vec<(Timestamp, Entry)> = entries
        .iter()
        .map(|entry| {
            latest = entry.at.unwrap_or(latest);
            (latest, *entry)
        })
        .collect();
    // Stable; at one moment the earlier stage goes first.
    keyed.sort_by_key(|(at, entry)| (*at, entry.at.is_none(), entry.stage));
    for (place, (_, entry)) in keyed.into_iter().enumerate() {
        entries[place] = entry;
    }
}

/// The rows of problems.
#[derive(Default)]
struct Hits {
    repeated: Vec<usize>,
    early: Vec<usize>,
}

impl Hits {
    fn issues(&self) -> Vec<Issue> {
        let repeated = issue(
            "repeated_stage",
            &self.repeated,
            "the same lead, stage and moment again",
            "each once; it counts once",
        );
        let early = issue(
            "stage_before_created",
            &self.early,
            "a stage entered before the lead came in",
            "a later moment; the stage counts, and no time to it is taken",
        );
        repeated.into_iter().chain(early).collect()
    }
}

/// One issue for all rows of a kind; rows count from 0 and stand for those of the file that the entries came from.
pub(crate) fn issue(kind: &str, rows: &[usize], found: &str, expected: &str) -> Option<Issue> {
    let first = rows.iter().min()?;
    Some(Issue {
        severity: Severity::Warning,
        kind: kind.to_owned(),
        file: String::new(),
        row: Some(*first as u64 + 1),
        line: None,
        column: None,
        found: found.to_owned(),
        expected: expected.to_owned(),
        count: rows.len() as u64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(moves: &[(Stage, i64)]) -> Vec<Entry> {
        let entry = |(row, (stage, day)): (usize, &(Stage, i64))| Entry {
            lead: 0,
            stage: *stage,
            at: (*day >= 0).then_some(Timestamp(day * 86_400)),
            row,
        };
        moves.iter().enumerate().map(entry).collect()
    }

    fn one(moves: &[(Stage, i64)]) -> (Path, Vec<Issue>) {
        let (mut paths, issues) = paths(&[Some(Timestamp(86_400))], &entries(moves), Told::History);
        (paths.remove(0), issues)
    }

    use Stage::*;

    #[test]
    fn a_skipped_stage_is_passed() {
        let (path, issues) = one(&[(MarketingQualified, 2), (Opportunity, 9)]);
        assert_eq!((path.furthest, path.state, path.backwards), (Opportunity, State::Open, 0));
        assert!(path.reached(SalesQualified) && !path.named[SalesQualified as usize]);
        assert_eq!(path.since(SalesQualified), Some(Timestamp(9 * 86_400)));
        assert_eq!(path.since(Lead), Some(Timestamp(86_400)));
        assert!(issues.is_empty());
    }

    #[test]
    fn the_order_of_rows_does_not_count_and_going_back_does() {
        let (path, _) =
            one(&[(Lost, 20), (SalesQualified, 5), (Opportunity, 8), (MarketingQualified, 12)]);
        assert_eq!((path.furthest, path.state, path.backwards), (Opportunity, State::Lost, 1));
        let (path, _) = one(&[(Lost, 5), (SalesQualified, 9)]);
        assert_eq!((path.state, path.backwards), (State::Open, 1));
        let (path, _) = one(&[(Won, 5), (Lost, 9)]);
        assert_eq!(path.state, State::Won);
    }

    #[test]
    fn entries_without_a_moment_keep_their_place() {
        let (path, issues) = one(&[(MarketingQualified, -1), (SalesQualified, -1), (Lost, -1)]);
        assert_eq!((path.furthest, path.state, path.backwards), (SalesQualified, State::Lost, 0));
        assert_eq!(path.since(SalesQualified), None);
        assert!(issues.is_empty());
    }

    #[test]
    fn problems_are_told_with_their_first_row() {
        let (path, issues) = one(&[(Opportunity, 5), (Opportunity, 5), (SalesQualified, 0)]);
        assert_eq!(path.furthest, Opportunity);
        let told: Vec<(&str, Option<u64>)> =
            issues.iter().map(|i| (i.kind.as_str(), i.row)).collect();
        assert_eq!(told, [("repeated_stage", Some(2)), ("stage_before_created", Some(3))]);
    }

    #[test]
    fn where_a_lead_was_lost_is_not_guessed() {
        let told = |told| paths(&[None], &entries(&[(Lost, -1)]), told).0.remove(0);
        assert!(told(Told::History).reached(Lead) && !told(Told::Current).reached(Lead));
        assert_eq!(told(Told::Current).state, State::Lost);
    }

    #[test]
    fn a_visitor_is_no_lead_and_a_lead_without_history_is_one() {
        assert_eq!(one(&[(Visitor, 3)]).0.furthest, Visitor);
        assert_eq!(one(&[]).0.furthest, Lead);
        assert_eq!(one(&[(Lost, 3)]).0.state, State::Lost);
        let (none, issues) = paths(&[], &entries(&[(Won, 1)]), Told::History);
        assert!(none.is_empty() && issues.is_empty());
    }
}
