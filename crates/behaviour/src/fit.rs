//! Fitting: which kinds and details training leads have, and which columns tell anything.

use crate::action::Action;
use crate::fitted::{MeasuredColumn, Then, Together, VisitsOf};
use crate::log::{EventLog, Logged};
use crate::measure::Measure;
use crate::{BehaviourError, BehaviourSpec, EventColumns, FittedBehaviour};
use leadsight_schema::{Column, Issue, Severity, Timestamp, or_nearest};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, hash_map::DefaultHasher};
use std::hash::{Hash, Hasher};

/// Leads whose candidate columns are in memory at a time.
const BLOCK: usize = 16_384;

pub(crate) fn fit(
    spec: &BehaviourSpec,
    log: &EventLog,
    leads: &[(&str, Option<Timestamp>)],
) -> Result<(FittedBehaviour, Vec<Issue>), BehaviourError> {
    let seen = Seen::of(spec, log, leads);
    if seen.kinds.is_empty() {
        return Err(BehaviourError::NoEvents { leads: leads.len() });
    }
    let mut windows_days = spec.windows_days.clone();
    windows_days.sort_unstable();
    windows_days.dedup();
    for kind in &spec.ignore {
        if log.words.kind(kind).is_none() {
            return Err(no_such("ignore", kind, log));
        }
    }
    let all = |key, names: &[String]| -> Result<Vec<Action>, BehaviourError> {
        names.iter().map(|name| seen.action(key, name, log)).collect()
    };
    let mut fitted = FittedBehaviour {
        events: EventColumns::default(),
        moment: spec.moment.clone(),
        date: None,
        lag_minutes: spec.lag_minutes,
        windows_days,
        half_life_days: spec.half_life_days,
        visits: VisitsOf {
            of: all("visits.of", &spec.visits.of)?,
            gap_minutes: spec.visits.gap_minutes,
        },
        one_visit: (spec.one_visit.iter())
            .map(|v| Ok(Together { name: v.title(), all: all("one_visit", &v.all)? }))
            .collect::<Result<_, BehaviourError>>()?,
        sequences: (spec.sequences.iter())
            .map(|s| {
                let (first, then) =
                    (all("sequences.first", &s.first)?, all("sequences.then", &s.then)?);
                Ok(Then { name: s.title(), first, then, within_days: s.within_days })
            })
            .collect::<Result<_, BehaviourError>>()?,
        ignore: spec.ignore.clone(),
        kinds: frequent(&seen.kinds, spec.min_leads, spec.max_kinds)
            .map(|kind| log.words.kinds[*kind as usize].clone())
            .collect(),
        details: frequent(&seen.details, spec.min_leads, spec.max_details)
            .map(|(kind, detail)| Action {
                kind: log.words.kinds[*kind as usize].clone(),
                detail: Some(log.words.details[*detail as usize].clone()),
            })
            .collect(),
        columns: Vec::new(),
    };
    let with_values: Vec<usize> = (0..fitted.kinds.len())
        .filter(|&place| {
            let kind = log.words.kind(&fitted.kinds[place]);
            kind.and_then(|kind| seen.values.get(&kind)).is_some_and(|n| *n >= spec.min_leads)
        })
        .collect();
    let candidates = Measure::all(&fitted, &with_values).into_iter();
    let candidates = candidates
        .filter(|measure| measure.asked().is_none_or(|asked| spec.measures.contains(&asked)));
    fitted.columns =
        candidates.map(|measure| MeasuredColumn { name: measure.name(&fitted), measure }).collect();
    let issue = keep_what_tells(&mut fitted, log, leads)?;
    Ok((fitted, issue.into_iter().collect()))
}

/// What the training leads have before their moments: for each kind, each kind and detail, and each kind with a value the number
/// of leads.
#[derive(Default)]
struct Seen {
    kinds: BTreeMap<u32, usize>,
    details: BTreeMap<(u32, u32), usize>,
    values: BTreeMap<u32, usize>,
}

impl Seen {
    fn of(spec: &BehaviourSpec, log: &EventLog, leads: &[(&str, Option<Timestamp>)]) -> Self {
        let ignored: Vec<bool> =
            log.words.kinds.iter().map(|kind| spec.ignore.contains(kind)).collect();
        let lag = i64::from(spec.lag_minutes) * 60;
        let mut seen = Self::default();
        let (mut kinds, mut details, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for (lead, moment) in leads {
            let Some(moment) = moment else { continue };
            let (events, cut) = (log.events(lead), moment.0.saturating_sub(lag));
            let events = &events[..events.partition_point(|event| event.at < cut)];
            let events = events.iter().filter(|event| !ignored[event.kind as usize]);
            kinds.clear();
            details.clear();
            values.clear();
            for event in events {
                kinds.push(event.kind);
                if event.detail != Logged::NO_DETAIL {
                    details.push((event.kind, event.detail));
                }
                if !event.value.is_nan() {
                    values.push(event.kind);
                }
            }
            once_each(&mut kinds, &mut seen.kinds);
            once_each(&mut details, &mut seen.details);
            once_each(&mut values, &mut seen.values);
        }
        seen
    }

    fn action(
        &self,
        key: &'static str,
        name: &str,
        log: &EventLog,
    ) -> Result<Action, BehaviourError> {
        let action = Action::read(name, &log.words);
        let there = action.as_ref().and_then(|a| a.code(&log.words)).is_some_and(|code| match code
            .detail
        {
            Some(detail) => self.details.contains_key(&(code.kind, detail)),
            None => self.kinds.contains_key(&code.kind),
        });
        action.filter(|_| there).ok_or_else(|| no_such(key, name, log))
    }
}

fn once_each<T: Ord + Copy>(found: &mut Vec<T>, counts: &mut BTreeMap<T, usize>) {
    found.sort_unstable();
    found.dedup();
    for what in found {
        *counts.entry(*what).or_default() += 1;
    }
}

/// Those that enough leads have, of most leads first, equals by word.
fn frequent<T: Ord>(
    counts: &BTreeMap<T, usize>,
    least: usize,
    most: usize,
) -> impl Iterator<Item = &T> {
    let mut kept: Vec<(&T, usize)> =
        counts.iter().filter(|(_, n)| **n >= least).map(|(what, n)| (what, *n)).collect();
    kept.sort_by_key(|(what, n)| (Reverse(*n), *what));
    kept.truncate(most);
    kept.into_iter().map(|(what, _)| what)
}

fn no_such(key: &'static str, name: &str, log: &EventLog) -> BehaviourError {
    let kinds = log.kinds().iter().map(String::as_str);
    let details = log.words.details.iter().map(String::as_str);
    let hint = match name.split_once(": ") {
        Some((kind, detail)) if log.words.kind(kind).is_some() => or_nearest(detail, details),
        _ => or_nearest(name, kinds),
    };
    let known = log.kinds().iter().take(40).cloned().collect();
    BehaviourError::NoSuchEvent { key, name: name.to_owned(), hint, known }
}

/// Drops columns that are the same for all training leads, and copies of earlier ones.
fn keep_what_tells(
    fitted: &mut FittedBehaviour,
    log: &EventLog,
    leads: &[(&str, Option<Timestamp>)],
) -> Result<Option<Issue>, BehaviourError> {
    let leads: Vec<(&[Logged], Option<Timestamp>)> =
        leads.iter().map(|(lead, moment)| (log.events(lead), *moment)).collect();
    let mut prints: Vec<Print> = fitted.columns.iter().map(|_| Print::default()).collect();
    {
        let bound = fitted.bind(log)?;
        for block in leads.chunks(BLOCK) {
            for (print, column) in prints.iter_mut().zip(bound.columns(block)) {
                print.add(&column);
            }
        }
    }
    let mut known = BTreeSet::new();
    let (mut constant, mut copies) = (0, 0);
    let keep: Vec<bool> = prints
        .iter()
        .map(|print| {
            let copy = !known.insert(print.hasher.finish());
            constant += usize::from(!print.varies);
            copies += usize::from(print.varies && copy);
            print.varies && !copy
        })
        .collect();
    let mut keep = keep.into_iter();
    fitted.columns.retain(|_| keep.next().unwrap_or(true));
    let dropped = constant + copies;
    Ok((dropped > 0).then(|| Issue {
        severity: Severity::Info,
        kind: "behaviour_tells_nothing".into(),
        file: "events".into(),
        row: None,
        line: None,
        column: None,
        found: format!(
            "{constant} columns that are the same for all training leads, {copies} copies of others"
        ),
        expected: format!("columns that differ; {} are kept", fitted.columns.len()),
        count: dropped as u64,
    }))
}

/// What tells a column from others.
#[derive(Default)]
struct Print {
    hasher: DefaultHasher,
    first: Option<u64>,
    varies: bool,
}

impl Print {
    fn add(&mut self, column: &Column) {
        match column {
            Column::Number(numbers) => numbers.iter().for_each(|n| self.cell(&n.to_bits())),
            Column::Text { codes, levels } => {
                codes.iter().for_each(|code| self.cell(&levels.get(*code as usize)));
            }
            Column::Date(dates) => dates.iter().for_each(|date| self.cell(date)),
        }
    }

    fn cell(&mut self, cell: &impl Hash) {
        cell.hash(&mut self.hasher);
        // One cell more says whether it is the first over again.
        if !self.varies {
            let mut alone = DefaultHasher::new();
            cell.hash(&mut alone);
            let alone = alone.finish();
            self.varies = *self.first.get_or_insert(alone) != alone;
        }
    }
}
