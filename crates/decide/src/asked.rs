//! What the conditions of a policy can ask: the fields of a lead, and what was made of it.

use crate::{DecideError, Tiers};
use leadsight_rules::{Condition, Fact, FieldUse, RulesError, Value, fields_used};
use leadsight_schema::{Cell, Field, FieldKind, Schema, or_nearest};
use std::collections::BTreeMap;
use std::convert::Infallible;

/// What was made of a lead before actions are decided, under the names of the output columns. They hide fields of the same name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Made<'a> {
    /// The tier's name.
    pub tier: &'a str,
    /// 0 to 100.
    pub lead_score: u8,
    /// `None` where no model claims one.
    pub probability: Option<f64>,
    /// Place among the validation leads, 0 to 100.
    pub score_percentile: Option<f64>,
    /// Who the lead is, 0 to 100.
    pub fit_score: Option<u8>,
    /// What the lead does, 0 to 100.
    pub intent_score: Option<u8>,
    /// The share of the ideal customer profile that it meets, 0 to 100.
    pub icp_match_pct: Option<f64>,
    /// The share of its fields that is known, 0 to 1.
    pub data_completeness: f64,
    /// `model`, `scorecard` or `rules`.
    pub scorer_used: &'a str,
}

const MADE: [(&str, FieldKind); 9] = [
    ("tier", FieldKind::Category),
    ("lead_score", FieldKind::Number),
    ("probability", FieldKind::Number),
    ("score_percentile", FieldKind::Number),
    ("fit_score", FieldKind::Number),
    ("intent_score", FieldKind::Number),
    ("icp_match_pct", FieldKind::Number),
    ("data_completeness", FieldKind::Number),
    ("scorer_used", FieldKind::Category),
];

/// From where to where the numbers among them go.
const RANGES: [(&str, f64, f64); 7] = [
    ("lead_score", 0.0, 100.0),
    ("probability", 0.0, 1.0),
    ("score_percentile", 0.0, 100.0),
    ("fit_score", 0.0, 100.0),
    ("intent_score", 0.0, 100.0),
    ("icp_match_pct", 0.0, 100.0),
    ("data_completeness", 0.0, 1.0),
];
/// What every lead has.
const ALWAYS_KNOWN: [&str; 2] = ["lead_score", "data_completeness"];

/// What may be made of the leads of a policy.
pub(crate) struct Makes<'a> {
    /// Its tiers, where leads can be in no other.
    pub(crate) tiers: Option<&'a Tiers>,
    /// Who may score.
    pub(crate) scorers: &'a [&'static str],
    /// What no lead has, and why.
    pub(crate) unknown: &'a [(&'static str, &'static str)],
}

impl Makes<'_> {
    /// What is so true of every lead.
    pub(crate) fn facts(&self) -> Vec<Fact> {
        let words = |name: &str, all: Vec<&str>, told: String| {
            let values = all.into_iter().map(|word| Value::Text(word.to_owned())).collect();
            Fact { always: Condition::OneOf(name.to_owned(), values), told }
        };
        let mut facts = Vec::new();
        if let Some(tiers) = self.tiers {
            let names: Vec<&str> = tiers.as_slice().iter().map(|t| t.name.as_str()).collect();
            let told = format!("the tiers of this policy are {}", listed(&names));
            facts.push(words("tier", names, told));
        }
        let told = format!("`scorer_used` is {} here", listed(self.scorers));
        facts.push(words("scorer_used", self.scorers.to_vec(), told));
        for (name, low, high) in RANGES {
            let field = || name.to_owned();
            let within = Condition::Between(field(), low, high);
            facts.push(match self.unknown.iter().find(|(unknown, _)| *unknown == name) {
                Some((_, why)) => Fact {
                    always: Condition::Missing(field()),
                    told: format!("no lead has a `{name}` {why}"),
                },
                None => Fact {
                    always: if ALWAYS_KNOWN.contains(&name) {
                        within
                    } else {
                        Condition::Any(vec![Condition::Missing(field()), within])
                    },
                    told: format!("`{name}` goes from {low} to {high}"),
                },
            });
        }
        facts
    }
}

/// `A`, `B` and `C`.
fn listed(names: &[&str]) -> String {
    let named: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match named.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => named.concat(),
    }
}

/// Where what a condition asks is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A part of [`Made`], by its position.
    Made(usize),
    /// A field of the lead, by its position.
    Field(usize),
}

impl Made<'_> {
    fn cell(&self, place: usize) -> Cell<'_> {
        let number = |x: Option<f64>| x.map_or(Cell::Missing, Cell::Number);
        match place {
            0 => Cell::Text(self.tier),
            1 => Cell::Number(self.lead_score.into()),
            2 => number(self.probability),
            3 => number(self.score_percentile),
            4 => number(self.fit_score.map(f64::from)),
            5 => number(self.intent_score.map(f64::from)),
            6 => number(self.icp_match_pct),
            7 => Cell::Number(self.data_completeness),
            8 => Cell::Text(self.scorer_used),
            _ => Cell::Missing,
        }
    }
}

impl Asked {
    /// Whether it is the fit or the intent score.
    pub(crate) fn is_side(self) -> bool {
        matches!(self, Asked::Made(4 | 5))
    }

    /// The cell that is asked; `field` gives the lead's own.
    pub fn cell<'a>(self, made: &'a Made<'_>, field: impl Fn(usize) -> Cell<'a>) -> Cell<'a> {
        match self {
            Asked::Made(place) => made.cell(place),
            Asked::Field(place) => field(place),
        }
    }
}

/// Whether a name is that of a part of [`Made`].
pub(crate) fn is_made(name: &str) -> bool {
    MADE.iter().any(|(made, _)| *made == name)
}

/// The fields that conditions ask of a lead itself, of the kinds that they are used as, or that `kinds` names.
///
/// # Errors
/// A field taken for two kinds, and a kind that does not fit its use.
pub(crate) fn fields<'a>(
    conditions: impl IntoIterator<Item = &'a Condition>,
    kinds: &BTreeMap<String, FieldKind>,
) -> Result<Vec<Field>, DecideError> {
    let used = fields_used(conditions).map_err(Box::new)?;
    let own = |field: &FieldUse| !is_made(&field.name);
    if let Some(field) =
        kinds.keys().find(|k| !used.iter().filter(|f| own(f)).any(|f| f.name == **k))
    {
        let hint = or_nearest(field, used.iter().map(|f| f.name.as_str()));
        return Err(DecideError::UnusedKind { field: field.clone(), hint });
    }
    let mut fields = Vec::new();
    for FieldUse { name, used } in used {
        let made = MADE.iter().find(|(made, _)| *made == name).map(|(_, kind)| *kind);
        let kind = made.or(kinds.get(&name).copied()).unwrap_or(used.kind());
        if !used.fits(kind) {
            return Err(Box::new(RulesError::WrongKind {
                place: if made.is_some() { "the policy" } else { "`kinds`" }.to_owned(),
                condition: format!("the conditions on `{name}`"),
                field: name,
                expected: used.describe(),
                found: kind.describe(),
            })
            .into());
        }
        if made.is_none() {
            fields.push(Field::feature(name, kind));
        }
    }
    Ok(fields)
}

/// Resolves the names in a condition; `place` says where it stands, for errors.
///
/// # Errors
/// A field that is not there or holds another kind of value.
pub fn bind(
    condition: &Condition,
    fields: &[Field],
    place: &str,
) -> Result<Condition<Asked>, DecideError> {
    let made = MADE.map(|(name, kind)| (Field::feature(name, kind), None));
    let own = fields.iter().enumerate().filter(|(_, field)| !is_made(&field.name));
    let (all, places): (Vec<Field>, Vec<Option<usize>>) =
        made.into_iter().chain(own.map(|(i, field)| (field.clone(), Some(i)))).unzip();
    let schema = Schema::new(all).map_err(|source| RulesError::UnknownField {
        place: place.to_owned(),
        condition: condition.to_string(),
        source: Box::new(source),
    });
    let bound = condition.bind(&schema.map_err(Box::new)?, place).map_err(Box::new)?;
    let asked = |i: &usize| Ok::<_, Infallible>(places[*i].map_or(Asked::Made(*i), Asked::Field));
    match bound.map(&mut |i| asked(i)) {
        Ok(condition) => Ok(condition),
        Err(never) => match never {},
    }
}
