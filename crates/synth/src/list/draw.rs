//! A row: every column drawn by chance of its own, in order.

use super::spec::{Kind, ListColumn, Pairs, Table, Weights};
use crate::dice::Dice;
use leadsight_schema::{Cell, Seed, Timestamp};

/// Seconds a day.
pub(super) const DAY: f64 = 86_400.0;

/// A value that was drawn.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Drawn {
    /// A number, rounded, with its decimals.
    Number(f64, usize),
    /// A word or a text.
    Text(String),
}

/// A row before its outcome.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// When it came in.
    pub moment: Option<Timestamp>,
    /// The columns' values.
    pub values: Vec<Drawn>,
    /// Whether each is written.
    pub written: Vec<bool>,
}

impl Row {
    /// A field of the schema as it is written: the moment first where there is one.
    pub(super) fn cell(&self, field: usize) -> Cell<'_> {
        let moments = usize::from(self.moment.is_some());
        match (self.moment, field.checked_sub(moments)) {
            (Some(moment), None) => Cell::Date(moment),
            (_, Some(column)) if self.written[column] => match &self.values[column] {
                Drawn::Number(x, _) => Cell::Number(*x),
                Drawn::Text(text) if text.is_empty() => Cell::Missing,
                Drawn::Text(text) => Cell::Text(text),
            },
            _ => Cell::Missing,
        }
    }

    /// A column's cell as text.
    pub(super) fn text(&self, column: usize) -> String {
        if self.written[column] { self.values[column].text() } else { String::new() }
    }
}

impl Drawn {
    /// As it is written.
    pub(super) fn text(&self) -> String {
        match self {
            Drawn::Number(x, decimals) => format!("{x:.decimals$}"),
            Drawn::Text(text) => text.clone(),
        }
    }
}

/// The row of a number, of `rows` in all.
pub(super) fn row(table: &Table, seed: Seed, rows: usize, number: usize) -> Row {
    let moment = table.moment.as_ref().map(|m| {
        let within = Dice::new(seed, &m.column, number).unit();
        let share = (number as f64 + within) / rows as f64;
        Timestamp(m.from.0.0 + (share * m.days * DAY) as i64)
    });
    let mut row = Row { moment, values: Vec::new(), written: Vec::new() };
    for column in &table.columns {
        let kind = kind(table, column, &row);
        row.values.push(draw(kind, &mut Dice::new(seed, &column.name, number)));
        row.written.push(written(&column.name, column.missing, seed, number));
    }
    row
}

/// Whether a cell is not blank by chance.
pub(super) fn written(column: &str, missing: f64, seed: Seed, number: usize) -> bool {
    !Dice::new(seed, &format!("{column} missing"), number).chance(missing)
}

/// The kind that a column has for the row's level of the column that it depends on, written or not.
fn kind<'a>(table: &Table, column: &'a ListColumn, row: &Row) -> &'a Kind {
    let Some(by) = &column.by else { return &column.kind };
    let other = table.columns.iter().position(|c| c.name == by.column);
    let level = other.and_then(|other| row.values.get(other));
    let own =
        by.at.0.iter().find(|(word, _)| matches!(level, Some(Drawn::Text(text)) if text == word));
    own.map_or(&column.kind, |(_, kind)| kind)
}

pub(super) fn draw(kind: &Kind, dice: &mut Dice) -> Drawn {
    match kind {
        Kind::Choice(words) => Drawn::Text(pick(words, dice).to_owned()),
        Kind::Text(parts) => {
            let phrases =
                parts.iter().map(|part| pick(part, dice)).filter(|phrase| !phrase.is_empty());
            Drawn::Text(phrases.collect::<Vec<_>>().join(" "))
        }
        Kind::Normal { mean, sd, min, max, decimals } => {
            number(mean + sd * dice.normal(), *min, *max, *decimals)
        }
        Kind::LogNormal { median, spread, min, max, decimals } => {
            number(median * (spread * dice.normal()).exp(), *min, *max, *decimals)
        }
        Kind::Uniform { min, max, decimals } => {
            number(min + (max - min) * dice.unit(), Some(*min), Some(*max), *decimals)
        }
        Kind::Poisson { mean } => Drawn::Number(f64::from(dice.poisson(*mean)), 0),
    }
}

fn pick<'a>(words: &'a Weights, dice: &mut Dice) -> &'a str {
    let Pairs(words) = words;
    &dice.weighted(words, |(_, weight)| *weight).0
}

fn number(x: f64, min: Option<f64>, max: Option<f64>, decimals: u32) -> Drawn {
    let scale = 10_f64.powi(decimals as i32);
    let bounded = x.max(min.unwrap_or(f64::MIN)).min(max.unwrap_or(f64::MAX));
    let rounded = (bounded * scale).round() / scale;
    // No "-0", and a number beyond rounding stays as it is.
    let rounded = if rounded.is_finite() { rounded + 0.0 } else { bounded };
    Drawn::Number(rounded, decimals as usize)
}
