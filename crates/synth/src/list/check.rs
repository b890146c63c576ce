//! What can be wrong with a declaration, told before anything is written.

use super::spec::{Effect, Kind, Pairs, TABLE_VERSION, Table, Told, Weights};
use crate::SynthError;
use leadsight_rules::{Condition, Value, from_ron};
use leadsight_schema::{DateFormat, Field, FieldKind, Folded, Schema, or_nearest};
use std::collections::BTreeSet;

/// The most rows of a table.
const MOST_ROWS: usize = 50_000_000;

impl Table {
    /// Reads a declaration's text and checks it.
    ///
    /// # Errors
    /// [`SynthError::Rules`] with line, column and the nearest key; else as [`Table::check`].
    pub fn from_ron(text: &str) -> Result<Self, SynthError> {
        let table: Self = from_ron(text, "table").map_err(Box::new)?;
        table.check()?;
        Ok(table)
    }

    /// # Errors
    /// [`SynthError`] names the first column, effect or number that makes no sense.
    pub fn check(&self) -> Result<(), SynthError> {
        known(
            "version",
            self.version == TABLE_VERSION,
            self.version,
            "1, the version that this program reads",
        )?;
        known("rows", (1..=MOST_ROWS).contains(&self.rows), self.rows, "1 to 50,000,000")?;
        let plain = !self.file.contains(['/', '\\'])
            && self.file.ends_with(".csv")
            && self.file != super::TRUTH;
        known("file", plain, &self.file, "the plain name of a CSV file, such as `tickets.csv`")?;
        if let Some(moment) = &self.moment {
            known(
                "moment.days",
                (1.0..=36_500.0).contains(&moment.days),
                moment.days,
                "1 to 36,500 days",
            )?;
            let years = 0..4_102_444_800;
            known(
                "moment.from",
                years.contains(&moment.from.0.0),
                moment.from,
                "a day in 1970 to 2099",
            )?;
        }
        self.check_names()?;
        for (place, column) in self.columns.iter().enumerate() {
            check_kind(&column.name, &column.kind)?;
            share(&column.name, column.missing)?;
            let Some(by) = &column.by else { continue };
            let levels = self.levels_before(place, &by.column)?;
            once(&column.name, &by.at)?;
            for (level, kind) in &by.at.0 {
                has_level(&format!("`by` of `{}`", column.name), &by.column, level, &levels)?;
                check_kind(&column.name, kind)?;
                if kind.field() != column.kind.field() {
                    return Err(SynthError::Mixed {
                        column: column.name.clone(),
                        level: level.clone(),
                    });
                }
            }
        }
        for after in &self.after {
            check_kind(&after.name, &after.yes)?;
            check_kind(&after.name, &after.no)?;
            share(&after.name, after.missing)?;
        }
        self.check_outcome()
    }

    /// The columns that effects may look at: the moment, then the columns in order.
    pub(super) fn schema(&self) -> Result<Schema, SynthError> {
        let date = FieldKind::Date(DateFormat::Iso);
        let moment = self.moment.iter().map(|m| Field::feature(&m.column, date));
        let columns = self.columns.iter().map(|c| Field::feature(&c.name, c.kind.field()));
        Schema::new(moment.chain(columns).collect())
            .map_err(|source| SynthError::Name(Box::new(source)))
    }

    /// The header of the file.
    pub(super) fn header(&self) -> Vec<&str> {
        let mut names = vec![self.id.column.as_str()];
        names.extend(self.moment.iter().map(|m| m.column.as_str()));
        names.extend(self.columns.iter().map(|c| c.name.as_str()));
        names.push(match &self.outcome.told {
            Told::Flag { column, .. } | Told::Event { column, .. } => column,
        });
        names.extend(self.after.iter().map(|a| a.name.as_str()));
        names
    }

    fn check_names(&self) -> Result<(), SynthError> {
        let mut seen = BTreeSet::new();
        for name in self.header() {
            known("a column's name", !name.trim().is_empty(), format!("`{name}`"), "a name")?;
            known(
                "a column's name",
                seen.insert(name),
                format!("`{name}`, which stands twice"),
                "each name once",
            )?;
        }
        Ok(())
    }

    /// The levels of a choice that stands before a column.
    fn levels_before(&self, place: usize, wanted: &str) -> Result<Vec<&str>, SynthError> {
        let column = &self.columns[place].name;
        match self.columns.iter().position(|c| c.name == wanted) {
            None => Err(SynthError::UnknownColumn {
                place: format!("`by` of `{column}`"),
                found: wanted.to_owned(),
                hint: or_nearest(wanted, self.columns.iter().map(|c| c.name.as_str())),
            }),
            Some(other) if other >= place => {
                Err(SynthError::Cycle { column: column.clone(), on: wanted.to_owned() })
            }
            Some(other) => self.levels(other).ok_or_else(|| SynthError::UnknownColumn {
                place: format!("`by` of `{column}`"),
                found: wanted.to_owned(),
                hint: ", which is no `Choice`".to_owned(),
            }),
        }
    }

    /// Every level of a choice, those by another column among them.
    fn levels(&self, column: usize) -> Option<Vec<&str>> {
        let column = &self.columns[column];
        let kinds = std::iter::once(&column.kind)
            .chain(column.by.iter().flat_map(|by| by.at.0.iter().map(|(_, kind)| kind)));
        let mut levels = Vec::new();
        for kind in kinds {
            let Kind::Choice(Pairs(words)) = kind else { return None };
            levels.extend(words.iter().map(|(word, _)| word.as_str()));
        }
        Some(levels)
    }

    fn check_outcome(&self) -> Result<(), SynthError> {
        let outcome = &self.outcome;
        known(
            "outcome.rate",
            outcome.rate > 0.0 && outcome.rate < 1.0,
            outcome.rate,
            "a share above 0 and below 1: without both outcomes there is nothing to learn",
        )?;
        known(
            "outcome.unknown",
            (0.0..=10.0).contains(&outcome.unknown),
            outcome.unknown,
            "0 to 10",
        )?;
        match &outcome.told {
            Told::Flag { yes, no, .. } => known(
                "outcome.told",
                yes != no,
                format!("`{yes}` for both"),
                "two words that differ",
            )?,
            Told::Event { within_days, .. } => {
                known(
                    "outcome.told",
                    self.moment.is_some(),
                    "a moment of the outcome",
                    "a `moment` of the rows, which it comes after",
                )?;
                known(
                    "within_days",
                    *within_days > 0.0 && *within_days <= 36_500.0,
                    within_days,
                    "above 0 to 36,500 days",
                )?;
            }
        }
        let schema = self.schema()?;
        for (i, effect) in outcome.effects.iter().enumerate() {
            let place = format!("effect {}", i + 1);
            let log_odds = match effect {
                Effect::When(condition, log_odds) => {
                    condition.bind(&schema, &place).map_err(Box::new)?;
                    self.check_levels(condition, &place)?;
                    log_odds
                }
                Effect::Per { field, unit, log_odds } => {
                    known(&place, *unit > 0.0 && unit.is_finite(), unit, "a `unit` above 0")?;
                    Condition::Above(field.clone(), 0.0).bind(&schema, &place).map_err(Box::new)?;
                    log_odds
                }
                Effect::Doubling { field, log_odds } => {
                    Condition::Above(field.clone(), 0.0).bind(&schema, &place).map_err(Box::new)?;
                    log_odds
                }
                Effect::Drift(log_odds) => log_odds,
            };
            known(&place, (-20.0..=20.0).contains(log_odds), log_odds, "log-odds from -20 to 20")?;
        }
        Ok(())
    }

    /// A word that a choice never takes would be an effect that never acts.
    fn check_levels(&self, condition: &Condition, place: &str) -> Result<(), SynthError> {
        for leaf in condition.leaves() {
            let (field, values) = match leaf {
                Condition::Is(field, value) | Condition::IsNot(field, value) => {
                    (field, std::slice::from_ref(value))
                }
                Condition::OneOf(field, values) => (field, values.as_slice()),
                _ => continue,
            };
            let column = self.columns.iter().position(|c| c.name == *field);
            let Some(levels) = column.and_then(|column| self.levels(column)) else { continue };
            for value in values {
                if let Value::Text(word) = value {
                    has_level(place, field, word, &levels)?;
                }
            }
        }
        Ok(())
    }
}

impl Kind {
    /// What a column of it holds.
    pub(super) fn field(&self) -> FieldKind {
        match self {
            Kind::Choice(_) => FieldKind::Category,
            Kind::Text(_) => FieldKind::Text,
            Kind::Normal { .. }
            | Kind::LogNormal { .. }
            | Kind::Uniform { .. }
            | Kind::Poisson { .. } => FieldKind::Number,
        }
    }
}

fn known(
    key: &str,
    fits: bool,
    found: impl ToString,
    expected: &'static str,
) -> Result<(), SynthError> {
    fits.then_some(()).ok_or_else(|| SynthError::Value {
        key: key.to_owned(),
        found: found.to_string(),
        expected,
    })
}

fn share(column: &str, missing: f64) -> Result<(), SynthError> {
    known(
        &format!("`missing` of `{column}`"),
        (0.0..1.0).contains(&missing),
        missing,
        "a share from 0 to below 1",
    )
}

fn has_level(place: &str, column: &str, level: &str, levels: &[&str]) -> Result<(), SynthError> {
    // Conditions compare without case, and so does this.
    if levels.iter().any(|known| Folded(known) == Folded(level)) {
        return Ok(());
    }
    Err(SynthError::UnknownLevel {
        place: place.to_owned(),
        column: column.to_owned(),
        found: level.to_owned(),
        hint: or_nearest(level, levels.iter().copied()),
        known: levels.join(", "),
    })
}

fn once<T>(column: &str, pairs: &Pairs<T>) -> Result<(), SynthError> {
    let mut seen = BTreeSet::new();
    for (word, _) in &pairs.0 {
        known(
            &format!("`{column}`"),
            seen.insert(word),
            format!("`{word}` twice"),
            "each word once",
        )?;
    }
    Ok(())
}

fn check_weights(column: &str, weights: &Weights) -> Result<(), SynthError> {
    once(column, weights)?;
    let sound = weights.0.iter().all(|(_, weight)| *weight >= 0.0 && weight.is_finite());
    let sum: f64 = weights.0.iter().map(|(_, weight)| weight).sum();
    if sound && sum > 0.0 && sum.is_finite() {
        return Ok(());
    }
    let told = weights.0.iter().map(|(word, weight)| format!("{word}: {weight}"));
    Err(SynthError::Weights {
        column: column.to_owned(),
        found: told.collect::<Vec<_>>().join(", "),
    })
}

fn check_kind(column: &str, kind: &Kind) -> Result<(), SynthError> {
    let key = format!("the kind of `{column}`");
    let bounds = |min: &Option<f64>, max: &Option<f64>, decimals: u32| {
        let (low, high) = (min.unwrap_or(f64::MIN), max.unwrap_or(f64::MAX));
        known(
            &key,
            low.is_finite() && high.is_finite() && low < high,
            format!("bounds {low} to {high}"),
            "a `min` below the `max`",
        )?;
        known(&key, decimals <= 9, format!("{decimals} decimals"), "0 to 9 decimals")
    };
    match kind {
        Kind::Choice(weights) => {
            known(
                &key,
                weights.0.iter().all(|(word, _)| !word.trim().is_empty()),
                "a blank word",
                "words; `missing` is for blanks",
            )?;
            check_weights(column, weights)
        }
        Kind::Text(parts) => {
            known(&key, !parts.is_empty(), "no part", "at least one part with phrases")?;
            parts.iter().try_for_each(|part| check_weights(column, part))
        }
        Kind::Normal { mean, sd, min, max, decimals } => {
            known(
                &key,
                mean.is_finite() && *sd > 0.0 && sd.is_finite(),
                format!("mean {mean}, sd {sd}"),
                "a finite mean and an sd above 0",
            )?;
            bounds(min, max, *decimals)
        }
        Kind::LogNormal { median, spread, min, max, decimals } => {
            let sound = *median > 0.0 && median.is_finite() && *spread > 0.0 && *spread <= 5.0;
            known(
                &key,
                sound,
                format!("median {median}, spread {spread}"),
                "a median above 0 and a spread above 0, at most 5",
            )?;
            bounds(min, max, *decimals)
        }
        Kind::Uniform { min, max, decimals } => bounds(&Some(*min), &Some(*max), *decimals),
        Kind::Poisson { mean } => {
            known(&key, (0.0..=60.0).contains(mean), format!("mean {mean}"), "a mean from 0 to 60")
        }
    }
}
