//! Which fields conditions read, and as what.

use crate::Condition::{
    Above, AtLeast, AtMost, Before, Below, Between, Contains, Is, IsNot, LongerAgo, Matches, OneOf,
    Since, StartsWith, WithinDays,
};
use crate::{Condition, RulesError, Value};
use leadsight_schema::{DateFormat, FieldKind, Schema};
use std::collections::HashMap;

/// What a condition takes a field to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Numbers.
    Number,
    /// Words or text.
    Words,
    /// Dates.
    Date,
    /// Anything: it is only asked whether it is known.
    Any,
}

impl Use {
    /// In words.
    pub fn describe(self) -> &'static str {
        match self {
            Use::Number => "a number",
            Use::Words => "words",
            Use::Date => "a date",
            Use::Any => "anything",
        }
    }

    /// The kind of a field that is only known by its use; dates are ISO unless declared otherwise.
    pub fn kind(self) -> FieldKind {
        match self {
            Use::Number => FieldKind::Number,
            Use::Date => FieldKind::Date(DateFormat::Iso),
            Use::Words | Use::Any => FieldKind::Category,
        }
    }

    /// Whether a field of this kind can be used so.
    pub fn fits(self, kind: FieldKind) -> bool {
        match self {
            Use::Number => kind.is_number(),
            Use::Words => matches!(kind, FieldKind::Category | FieldKind::Text),
            Use::Date => matches!(kind, FieldKind::Date(_)),
            Use::Any => true,
        }
    }
}

/// A field that conditions read.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldUse {
    /// Its name.
    pub name: String,
    /// What it is taken to hold.
    pub used: Use,
}

/// The fields that conditions read, in the order in which they first appear; each condition comes with its place.
///
/// # Errors
/// [`RulesError::TwoUses`] where one condition takes a field for what another does not.
pub fn fields_used<'a>(
    conditions: impl IntoIterator<Item = &'a Condition>,
) -> Result<Vec<FieldUse>, RulesError> {
    let mut found: Vec<(FieldUse, &Condition)> = Vec::new();
    let mut places: HashMap<&String, usize> = HashMap::new();
    for leaf in conditions.into_iter().flat_map(Condition::leaves) {
        let (Some(name), used) = (leaf.field(), used(leaf)?) else { continue };
        let place = *places.entry(name).or_insert(found.len());
        match found.get_mut(place) {
            None => found.push((FieldUse { name: name.clone(), used }, leaf)),
            Some((field, first)) if field.used == Use::Any => {
                (field.used, *first) = (used, leaf);
            }
            Some((field, first)) if used != Use::Any && used != field.used => {
                return Err(RulesError::TwoUses {
                    field: name.clone(),
                    first: first.to_string(),
                    taken: field.used.describe(),
                    second: leaf.to_string(),
                    otherwise: used.describe(),
                });
            }
            Some(_) => {}
        }
    }
    Ok(found.into_iter().map(|(field, _)| field).collect())
}

/// What a comparison takes its field to hold.
fn used(leaf: &Condition) -> Result<Use, RulesError> {
    let of = |value: &Value| match value {
        Value::Number(_) => Use::Number,
        Value::Text(_) => Use::Words,
    };
    Ok(match leaf {
        Is(_, value) | IsNot(_, value) => of(value),
        OneOf(field, values) => {
            let Some(first) = values.first() else {
                return Err(RulesError::EmptySet { field: field.clone() });
            };
            if let Some(other) = values.iter().find(|v| of(v) != of(first)) {
                return Err(RulesError::MixedSet {
                    field: field.clone(),
                    first: first.to_string(),
                    other: other.to_string(),
                });
            }
            of(first)
        }
        Below(..) | AtMost(..) | Above(..) | AtLeast(..) | Between(..) => Use::Number,
        Contains(..) | StartsWith(..) | Matches(..) => Use::Words,
        Before(..) | Since(..) | WithinDays(..) | LongerAgo(..) => Use::Date,
        _ => Use::Any,
    })
}

/// Refuses a comparison that takes a field of `schema` for what it is not. An unknown field is left to the caller.
pub(crate) fn check(leaf: &Condition, schema: &Schema, place: &str) -> Result<(), RulesError> {
    let used = used(leaf)?;
    let field = leaf.field().and_then(|name| schema.find(name)).map(|p| &schema.fields()[p]);
    match field {
        Some(field) if !used.fits(field.kind) => Err(RulesError::WrongKind {
            place: place.to_owned(),
            condition: leaf.to_string(),
            field: field.name.clone(),
            expected: used.describe(),
            found: field.kind.describe(),
        }),
        _ => Ok(()),
    }
}
