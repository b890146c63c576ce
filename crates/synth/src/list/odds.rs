//! The true probability of a row: effects on the log-odds, an intercept that meets the declared rate.

use super::draw::{Drawn, Row, row};
use super::spec::{Effect, Table};
use crate::SynthError;
use crate::dice::Dice;
use crate::truth::intercept_of;
use leadsight_rules::Condition;
use leadsight_schema::{Cell, Seed, sigmoid};

/// No single effect is stronger; nothing is sure beyond 40.
const MOST: f64 = 1000.0;

/// At most this many rows are looked at to set the intercept.
const PILOT: usize = 20_000;

/// The effects with their fields resolved, and the intercept.
pub(super) struct Odds<'a> {
    table: &'a Table,
    seed: Seed,
    rows: usize,
    effects: Vec<Bound>,
    intercept: f64,
}

enum Bound {
    When(Condition<usize>, f64),
    /// A column's number, divided by a unit.
    Per(usize, f64, f64),
    Doubling(usize, f64),
    Drift(f64),
}

impl<'a> Odds<'a> {
    /// # Errors
    /// As [`Table::check`], for an effect on what is not there.
    pub(super) fn new(table: &'a Table, seed: Seed, rows: usize) -> Result<Self, SynthError> {
        let schema = table.schema()?;
        let moments = usize::from(table.moment.is_some());
        let column = |field: &str| {
            let found =
                schema.position(field).map_err(|source| SynthError::Name(Box::new(source)))?;
            Ok::<_, SynthError>(found - moments)
        };
        let bind = |effect: &Effect| {
            Ok(match effect {
                Effect::When(condition, log_odds) => {
                    Bound::When(condition.bind(&schema, "an effect").map_err(Box::new)?, *log_odds)
                }
                Effect::Per { field, unit, log_odds } => {
                    Bound::Per(column(field)?, *unit, *log_odds)
                }
                Effect::Doubling { field, log_odds } => Bound::Doubling(column(field)?, *log_odds),
                Effect::Drift(log_odds) => Bound::Drift(*log_odds),
            })
        };
        let effects = table.outcome.effects.iter().map(bind).collect::<Result<_, SynthError>>()?;
        let mut odds = Self { table, seed, rows, effects, intercept: 0.0 };
        let pilot = (0..rows).step_by(rows.div_ceil(PILOT).max(1));
        let etas: Vec<(f64, f64)> = pilot
            .map(|number| (odds.log_odds(&row(table, seed, rows, number), number), 1.0))
            .collect();
        odds.intercept = intercept_of(&etas, table.outcome.rate);
        Ok(odds)
    }

    /// The probability of a row.
    pub(super) fn probability(&self, row: &Row, number: usize) -> f64 {
        sigmoid(self.intercept + self.log_odds(row, number))
    }

    /// Log-odds without the intercept.
    fn log_odds(&self, row: &Row, number: usize) -> f64 {
        let unknown = Dice::new(self.seed, "what no column tells", number).normal();
        let value = |column: usize| match row.values[column] {
            Drawn::Number(x, _) => x,
            Drawn::Text(_) => 0.0, // never: the check asks for numbers
        };
        let cell = |field: &usize| -> Cell<'_> { row.cell(*field) };
        let told: f64 = self
            .effects
            .iter()
            .map(|effect| match effect {
                Bound::When(condition, log_odds) => {
                    if condition.holds(&cell, row.moment) {
                        *log_odds
                    } else {
                        0.0
                    }
                }
                Bound::Per(column, unit, log_odds) => log_odds * value(*column) / unit,
                Bound::Doubling(column, log_odds) => {
                    log_odds * (1.0 + value(*column).max(0.0)).log2()
                }
                Bound::Drift(log_odds) => log_odds * number as f64 / self.rows as f64,
            })
            // Two endless ones would make no number.
            .map(|log_odds| log_odds.clamp(-MOST, MOST))
            .sum();
        told + self.table.outcome.unknown * unknown
    }
}
