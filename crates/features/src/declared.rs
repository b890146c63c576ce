//! A recipe of declared conditions: nothing is learned, each condition is one 0/1 feature.

use crate::{FeatureError, FittedRecipe, NumberStep, fit::keep_read_fields, fitted::Parts};
use leadsight_rules::{Indicator, Times};
use leadsight_schema::{FieldKind, Role, Schema};

/// From which moment conditions count days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DaysFrom {
    /// From the moment in the created field, as for leads of the past.
    Created,
    /// From the moment of scoring.
    Scoring,
}

impl FittedRecipe {
    /// The recipe of `indicators` over the fields of `schema`.
    ///
    /// # Errors
    /// [`FeatureError::Rules`] for a field that is not there or holds another kind of value, [`FeatureError::Hidden`] for one
    /// that may not be used to predict, [`FeatureError::NoMoment`] where days are counted and there is no created field.
    pub fn declared(
        indicators: &[Indicator],
        schema: &Schema,
        days_from: DaysFrom,
    ) -> Result<Self, FeatureError> {
        let created = match days_from {
            DaysFrom::Scoring => None,
            DaysFrom::Created => schema
                .with_role(Role::Created)
                .find(|&p| matches!(schema.fields()[p].kind, FieldKind::Date(_))),
        };
        let mut numbers = Vec::with_capacity(indicators.len());
        for Indicator { place, name, when, times, sources } in indicators {
            let when = when.bind(schema, place)?;
            let times = times.as_ref().map(|times| times.bind(schema, place)).transpose()?;
            for &field in when.fields().into_iter().chain(times.iter().map(Times::field)) {
                let field = &schema.fields()[field];
                if !matches!(field.role, Role::Feature | Role::Created) {
                    let (place, field, role) = (place.clone(), field.name.clone(), field.role);
                    return Err(FeatureError::Hidden { place, field, role });
                }
            }
            let needs = when.needs_moment() || times.as_ref().is_some_and(Times::needs_moment);
            let moment = created.filter(|_| needs);
            if needs && moment.is_none() && days_from == DaysFrom::Created {
                return Err(FeatureError::NoMoment { place: place.clone() });
            }
            let position = |name: &String| schema.position(name);
            let sources = sources.iter().map(position).collect::<Result<_, _>>()?;
            numbers.push(NumberStep::Holds { name: name.clone(), when, times, sources, moment });
        }
        Self::try_from(keep_read_fields(Parts {
            fields: schema.fields().to_vec(),
            numbers,
            texts: Vec::new(),
            categories: Vec::new(),
            unused: Vec::new(),
        }))
    }
}
