//! Every kind of lead that a set of conditions can tell apart.
//!
//! Conditions compare fields with finitely many constants, so a field has finitely many cases: missing, each constant,
//! a value between two neighbours and beyond the ends; for words each constant and any other text, for which each pattern
//! may match or not. Leads are the product over the fields. Dates are a moment and a number of days ago, taken as if
//! independent, and patterns as if any could go with any other: there may be more cases than leads, never fewer, so what
//! holds for no case holds for no lead.

use crate::Condition::{
    Above, AtLeast, AtMost, Before, Below, Between, Contains, Is, IsNot, Known, LongerAgo, Matches,
    OneOf, Since, StartsWith, WithinDays,
};
use crate::{Condition, Value, fields_used};
use leadsight_schema::{Cell, Folded, Timestamp};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// More leads than this are not looked at.
const MOST_LEADS: usize = 20_000;
/// More patterns on one field than this are not combined.
pub(crate) const MOST_PATTERNS: usize = 6;
const DAY: f64 = 86_400.0;

/// How many comparisons may still be made, so that a long list is checked in a second or not to its end.
#[derive(Debug)]
pub(crate) struct Work(usize);

impl Work {
    /// So many.
    pub(crate) fn new(comparisons: usize) -> Self {
        Self(comparisons)
    }

    /// Whether so many are left, which are then gone.
    pub(crate) fn spend(&mut self, comparisons: usize) -> bool {
        let rest = self.0.checked_sub(comparisons);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }
}

/// One way a field can be.
#[derive(Debug, Clone)]
pub(crate) enum Case<'a> {
    /// Missing, a number, or a word that some condition names.
    Known(Cell<'a>),
    /// A date, and how many days ago it is.
    Date { at: Timestamp, days: f64 },
    /// A text that no condition names, and which of the patterns it matches.
    Text { matched: Vec<&'a Condition> },
}

impl Case<'_> {
    pub(crate) fn compare(&self, leaf: &Condition) -> bool {
        match self {
            Case::Known(cell) => leaf.compare(*cell, None),
            Case::Date { at, days } => match leaf {
                WithinDays(..) | LongerAgo(..) => {
                    let moment = Timestamp((days * DAY).round() as i64);
                    leaf.compare(Cell::Date(Timestamp(0)), Some(moment))
                }
                _ => leaf.compare(Cell::Date(*at), None),
            },
            Case::Text { matched } => match leaf {
                IsNot(..) | Known(..) => true,
                _ => matched.contains(&leaf),
            },
        }
    }
}

/// Shows every kind of lead to `visit`, as the truth of any of the conditions. `false` where there are too many to look
/// at, or more than `work` allows; a break ends the search and counts as having looked.
pub(crate) fn each_lead<'a>(
    conditions: &[&'a Condition],
    work: &mut Work,
    mut visit: impl FnMut(&dyn Fn(&Condition) -> bool) -> ControlFlow<()>,
) -> bool {
    let leaves: Vec<&'a Condition> = conditions.iter().flat_map(|c| c.leaves()).collect();
    if !work.spend(leaves.len()) {
        return false;
    }
    let Ok(fields) = fields_used(conditions.iter().copied()) else { return false };
    let mut cases: Vec<Vec<Case<'a>>> = Vec::with_capacity(fields.len());
    let mut leads = 1_usize;
    for field in &fields {
        let own = leaves.iter().copied().filter(|leaf| leaf.field() == Some(&field.name));
        let Some(Cases { cases: of_field, .. }) = Cases::of(own) else { return false };
        leads = leads.saturating_mul(of_field.len());
        cases.push(of_field);
    }
    if leads > MOST_LEADS {
        return false;
    }
    for lead in 0..leads {
        if !work.spend(leaves.len()) {
            return false;
        }
        let mut rest = lead;
        let chosen: Vec<&Case<'_>> = cases
            .iter()
            .map(|of_field| {
                let case = &of_field[rest % of_field.len()];
                rest /= of_field.len();
                case
            })
            .collect();
        let truth = |condition: &Condition| {
            condition.eval(&mut |name, leaf| {
                let place = fields.iter().position(|field| field.name == *name);
                place.is_some_and(|place| chosen[place].compare(leaf))
            })
        };
        if visit(&truth).is_break() {
            break;
        }
    }
    true
}

/// The cases of one field.
#[derive(Debug)]
pub(crate) struct Cases<'a> {
    /// Missing, then numbers or dates as they rise, or words as they sort and at last other texts.
    pub(crate) cases: Vec<Case<'a>>,
    /// The numbers that the cases stand for, as they rise: of dates the seconds or the days ago, empty where both count.
    pub(crate) numbers: Vec<f64>,
    /// The words, as they sort.
    pub(crate) words: Vec<Folded<'a>>,
}

impl<'a> Cases<'a> {
    /// The cases of the field that all `leaves` compare; `None` where there are too many.
    pub(crate) fn of(leaves: impl Iterator<Item = &'a Condition>) -> Option<Self> {
        let (mut numbers, mut moments, mut days) = (Vec::new(), Vec::new(), Vec::new());
        let mut words: BTreeSet<Folded<'a>> = BTreeSet::new();
        let mut patterns: Vec<&'a Condition> = Vec::new();
        for leaf in leaves {
            let values: &[Value] = match leaf {
                Is(_, value) | IsNot(_, value) => std::slice::from_ref(value),
                OneOf(_, values) => values,
                _ => &[],
            };
            for value in values {
                match value {
                    Value::Number(n) => numbers.push(*n),
                    Value::Text(word) => {
                        words.insert(Folded(word.trim()));
                    }
                }
            }
            match leaf {
                Below(_, n) | AtMost(_, n) | Above(_, n) | AtLeast(_, n) => numbers.push(*n),
                Between(_, low, high) => numbers.extend([*low, *high]),
                Contains(..) | StartsWith(..) | Matches(..) if !patterns.contains(&leaf) => {
                    patterns.push(leaf);
                }
                Before(_, day) | Since(_, day) => moments.push(day.0.0 as f64),
                WithinDays(_, n) => days.extend([0.0, *n]),
                LongerAgo(_, n) => days.push(*n),
                _ => {}
            }
            if patterns.len() > MOST_PATTERNS {
                return None;
            }
        }
        let mut cases = vec![Case::Known(Cell::Missing)];
        if !numbers.is_empty() {
            let numbers = around(numbers, 1.0);
            cases.extend(numbers.iter().map(|n| Case::Known(Cell::Number(*n))));
            return Some(Self { cases, numbers, words: Vec::new() });
        }
        if !moments.is_empty() || !days.is_empty() {
            let (moments, days) = (around(moments, DAY), around(days, 1.0));
            if moments.len().saturating_mul(days.len()) > MOST_LEADS.max(moments.len() + days.len())
            {
                return None;
            }
            for at in &moments {
                let at = Timestamp(*at as i64);
                cases.extend(days.iter().map(|days| Case::Date { at, days: *days }));
            }
            let numbers = match (moments.len(), days.len()) {
                (_, 1) => moments,
                (1, _) => days,
                _ => Vec::new(),
            };
            return Some(Self { cases, numbers, words: Vec::new() });
        }
        cases.extend(words.iter().map(|word| Case::Known(Cell::Text(word.0))));
        for subset in 0..1_u32 << patterns.len() {
            let matched = patterns.iter().enumerate().filter(|(i, _)| subset >> i & 1 == 1);
            cases.push(Case::Text { matched: matched.map(|(_, leaf)| *leaf).collect() });
        }
        Some(Self { cases, numbers: Vec::new(), words: words.into_iter().collect() })
    }
}

/// The finite constants, a value between any two neighbours, and one beyond each end, as they rise; 0 where there is no constant.
fn around(mut constants: Vec<f64>, step: f64) -> Vec<f64> {
    constants.retain(|n| n.is_finite());
    constants.sort_by(f64::total_cmp);
    constants.dedup();
    let (Some(&first), Some(&last)) = (constants.first(), constants.last()) else {
        return vec![0.0];
    };
    let between = constants.windows(2).map(|pair| pair[0] / 2.0 + pair[1] / 2.0);
    // A step that is lost in a large number leaves the number itself, which is there anyway.
    let mut all: Vec<f64> = between.chain([first - step, last + step]).collect();
    all.append(&mut constants);
    all.sort_by(f64::total_cmp);
    all.dedup();
    all
}
