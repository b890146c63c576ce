//! How many times the points of an entry count: once for each of something, or less and less as time goes by.

use crate::{Condition, RulesError};
use leadsight_schema::{Cell, Schema, Timestamp};
use serde::{Deserialize, Serialize};

/// What the points of an entry are multiplied by. `F` names a field: by name as people write it, by position once bound. Where nothing
/// is known of the field, the entry gives nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub enum Times<F = String> {
    /// The number in the field: points for each visit, at most so many times.
    Each {
        /// A field of numbers; below 0 counts as 0.
        of: F,
        /// No more count, above 0.
        at_most: f64,
    },
    /// 1 at the date in the field, and half as much each time so many days have gone by: 0.5^(d / days), d the days from the date to the
    /// moment of scoring. A date to come counts as now.
    HalfLife {
        /// A field of dates.
        of: F,
        /// The days after which half is left, above 0.
        days: f64,
    },
}

impl<F> Times<F> {
    /// The field.
    pub fn field(&self) -> &F {
        match self {
            Times::Each { of, .. } | Times::HalfLife { of, .. } => of,
        }
    }

    /// The field, to be replaced.
    pub fn field_mut(&mut self) -> &mut F {
        match self {
            Times::Each { of, .. } | Times::HalfLife { of, .. } => of,
        }
    }

    /// Whether it looks at a date from the moment of scoring.
    pub fn needs_moment(&self) -> bool {
        matches!(self, Times::HalfLife { .. })
    }

    /// How often the points count at most.
    pub(crate) fn most(&self) -> f64 {
        match self {
            Times::Each { at_most, .. } => *at_most,
            Times::HalfLife { .. } => 1.0,
        }
    }

    /// How often the points count, from the cell of the field; 0 where it tells nothing.
    pub fn of(&self, cell: Cell<'_>, moment: Option<Timestamp>) -> f64 {
        match (self, cell) {
            (Times::Each { at_most, .. }, Cell::Number(x)) => x.clamp(0.0, *at_most),
            (Times::HalfLife { days, .. }, Cell::Date(date)) => {
                moment.map_or(0.0, |now| 0.5_f64.powf(now.days_since(date).max(0.0) / days))
            }
            _ => 0.0,
        }
    }
}

impl Times {
    /// Resolves the field's name to a position of `schema`. `place` says where it stands, for errors.
    ///
    /// # Errors
    /// As [`Condition::bind`].
    pub fn bind(&self, schema: &Schema, place: &str) -> Result<Times<usize>, RulesError> {
        let bound = self.kind().bind(schema, place)?;
        let position = bound.fields().first().map_or(0, |position| **position);
        Ok(match self {
            Times::Each { at_most, .. } => Times::Each { of: position, at_most: *at_most },
            Times::HalfLife { days, .. } => Times::HalfLife { of: position, days: *days },
        })
    }

    /// A condition that takes the field for what it must hold.
    pub(crate) fn kind(&self) -> Condition {
        match self {
            Times::Each { of, at_most } => Condition::AtMost(of.clone(), *at_most),
            Times::HalfLife { of, days } => Condition::WithinDays(of.clone(), *days),
        }
    }

    /// # Errors
    /// [`RulesError::NotFinite`] for a number that is not finite or not above 0.
    pub(crate) fn check(&self, place: &str) -> Result<(), RulesError> {
        let (what, value) = match self {
            Times::Each { at_most, .. } => ("at_most", *at_most),
            Times::HalfLife { days, .. } => ("days", *days),
        };
        if value.is_finite() && value > 0.0 {
            return Ok(());
        }
        Err(RulesError::Times { place: place.to_owned(), what, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsight_schema::DateFormat;

    #[test]
    fn counts_and_fades() {
        let at = |text| DateFormat::Iso.parse(text).unwrap();
        let now = Some(at("2026-11-22"));
        let each = Times::Each { of: (), at_most: 5.0 };
        for (x, expect) in [(-1.0, 0.0), (0.0, 0.0), (3.0, 3.0), (9.0, 5.0)] {
            assert_eq!(each.of(Cell::Number(x), now), expect);
        }
        assert_eq!(each.of(Cell::Missing, now), 0.0);
        let fades = Times::HalfLife { of: (), days: 14.0 };
        for (date, expect) in
            [("2026-11-22", 1.0), ("2026-11-08", 0.5), ("2026-10-25", 0.25), ("2026-12-24", 1.0)]
        {
            assert!((fades.of(Cell::Date(at(date)), now) - expect).abs() < 1e-12, "{date}");
        }
        assert_eq!(fades.of(Cell::Date(at("2026-11-08")), None), 0.0);
    }
}
