//! How a field is told: its name, its unit, and sentences of one's own.
//!
//! ```ron
//! language: German,
//! wording: {
//!     "pages_viewed": (words: "besuchte Seiten", high: "hat {number} Seiten angesehen, mehr als die meisten"),
//!     "budget": (unit: Money("EUR")),
//!     "days_silent": (unit: Count("Tag", "Tage"), positive: "erst {value} still", negative: "seit {value} still"),
//!     "phone": (missing: "keine Telefonnummer"),
//! },
//! ```
//!
//! | placeholder | is |
//! |---|---|
//! | `{words}` | the field's name in words |
//! | `{value}` | the value with its unit |
//! | `{number}` | the value without its unit |
//! | `{unit}` | the unit alone |
//! | `{points}` | the points of the score, signed; a sentence without it has them at its end |

use crate::made::{Made, asks_of};
use crate::{
    Contribution, DecideError, Factor, Level, Standing, Translations, readable, words::number_words,
};
use leadsight_schema::{Cell, Language, fill, or_nearest};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

const PLACEHOLDERS: [&str; 5] = ["words", "value", "number", "unit", "points"];
/// More digits than a number has.
const MOST_DECIMALS: u8 = 12;
/// Characters of a text that are shown.
const LONGEST: usize = 60;

/// What stands beside a number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Unit {
    /// Behind it: `35 km`.
    After(String),
    /// Before it: `v 3`.
    Before(String),
    /// A currency, where the language puts it: `EUR 12,000`, `12.000 EUR`.
    Money(String),
    /// For one and for several: `1 day`, `14 days`.
    Count(String, String),
}

/// How a field is told. What is left out is built in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wording {
    /// Its name in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
    /// What stands beside its numbers, whose thousands are then set apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// How many decimals its numbers have; four digits that count unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimals: Option<Decimals>,
    /// Of a value that is known, where none of the following says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<Template>,
    /// Of a number above the middle half of the training rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<Template>,
    /// Of a number below the middle half.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<Template>,
    /// Where a known value speaks for the lead, and is not told as high or low.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub positive: Option<Template>,
    /// Where a known value speaks against the lead, and is not told as high or low.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative: Option<Template>,
    /// Where nothing is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Template>,
    /// Of a word that no training row had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unseen: Option<Template>,
    /// Of a text, whose `{value}` is what was read of it: `about price, discount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Template>,
}

/// A sentence with placeholders, not blank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Template(String);

/// Words that are not blank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Words(String);

/// A number of decimals, 0 to 12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Decimals(u8);

impl TryFrom<String> for Template {
    type Error = DecideError;

    fn try_from(text: String) -> Result<Self, DecideError> {
        if text.trim().is_empty() {
            return Err(DecideError::BlankWording);
        }
        let mut rest = text.as_str();
        while let Some((_, behind)) = rest.split_once('{') {
            let Some((name, after)) = behind.split_once('}') else {
                return Err(DecideError::Placeholder {
                    found: format!("`{{{behind}`, whose brace nothing closes"),
                    hint: String::new(),
                });
            };
            if !PLACEHOLDERS.contains(&name) {
                let hint = or_nearest(name, PLACEHOLDERS);
                return Err(DecideError::Placeholder { found: format!("`{{{name}}}`"), hint });
            }
            rest = after;
        }
        Ok(Self(text))
    }
}

impl From<Template> for String {
    fn from(template: Template) -> String {
        template.0
    }
}

impl TryFrom<String> for Words {
    type Error = DecideError;

    fn try_from(text: String) -> Result<Self, DecideError> {
        if text.trim().is_empty() { Err(DecideError::BlankWording) } else { Ok(Self(text)) }
    }
}

impl From<Words> for String {
    fn from(words: Words) -> String {
        words.0
    }
}

impl TryFrom<u8> for Decimals {
    type Error = DecideError;

    fn try_from(decimals: u8) -> Result<Self, DecideError> {
        if decimals <= MOST_DECIMALS {
            return Ok(Self(decimals));
        }
        Err(DecideError::Decimals { found: decimals, most: MOST_DECIMALS })
    }
}

impl From<Decimals> for u8 {
    fn from(decimals: Decimals) -> u8 {
        decimals.0
    }
}

/// How a policy speaks of fields.
#[derive(Debug, Clone, Copy)]
pub struct Vocabulary<'a> {
    pub(crate) language: Language,
    pub(crate) names: &'a BTreeMap<String, String>,
    pub(crate) wording: &'a BTreeMap<String, Wording>,
    pub(crate) translations: &'a Translations,
}

impl<'a> Vocabulary<'a> {
    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// A text of the policy in the language that is spoken: as `translations` say, as it is built in, or as it stands.
    pub fn told<'t>(&self, text: &'t str) -> &'t str
    where
        'a: 't,
    {
        let own = self.translations.of(self.language, text);
        own.or_else(|| self.language.built_in(text)).unwrap_or(text)
    }

    /// The names that the policy gives to fields.
    pub(crate) fn own_names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let told = self.wording.values().filter_map(|wording| wording.words.as_ref());
        told.map(|words| words.0.as_str()).chain(self.names.values().map(String::as_str))
    }

    /// The name that the policy gives to a field: as `wording` says, or as `names` says.
    pub(crate) fn own_name(&self, field: &str) -> Option<&'a str> {
        let own = self.wording.get(field).and_then(|wording| wording.words.as_ref());
        let own = own.map(|words| &words.0).or_else(|| self.names.get(field));
        own.map(|own| self.told(own))
    }

    /// A field's name in words, to stand before its value: as the policy says, or as it reads. `days since demo` is "last demo", whose value
    /// is "3 days ago".
    pub fn name(&self, field: &str) -> String {
        let own = self.own_name(field).map(str::to_owned);
        own.or_else(|| Some(self.made(field)?.name()))
            .unwrap_or_else(|| readable(field, self.language))
    }

    /// A field's name in words, to stand in a condition over its bare value: "days since demo at most 3".
    pub fn asked(&self, field: &str) -> String {
        let own = self.own_name(field).map(str::to_owned);
        own.or_else(|| Some(self.made(field)?.asked()))
            .unwrap_or_else(|| readable(field, self.language))
    }

    /// A field's value in words, at most 60 characters of a text: `14`, `EUR 12,000`, `2026-11-22`, `unknown`.
    pub fn value(&self, field: &str, cell: Cell<'_>) -> String {
        match cell {
            Cell::Missing => self.language.phrases().unknown.to_owned(),
            Cell::Number(value) => {
                if let Some(ago) = self.made(field).and_then(|made| made.ago(value)) {
                    return ago;
                }
                let wording = self.wording.get(field);
                with_unit(wording, &self.number(wording, value), self.language)
            }
            Cell::Text(text) if text.chars().count() > LONGEST => {
                text.chars().take(LONGEST - 1).chain(['\u{2026}']).collect()
            }
            Cell::Text(text) => text.to_owned(),
            Cell::Date(moment) => self.language.date(moment),
        }
    }

    /// A number without its unit. Its thousands are set apart where the policy says that it is a quantity: a number of which nothing is
    /// said may be a year or a postcode.
    fn number(&self, wording: Option<&Wording>, value: f64) -> String {
        let unit = wording.and_then(|wording| wording.unit.as_ref());
        let decimals = wording.and_then(|wording| wording.decimals).map(|decimals| decimals.0);
        let cents = matches!(unit, Some(Unit::Money(_))) && value != value.trunc();
        let digits = match decimals.or(cents.then_some(2)) {
            Some(decimals) => format!("{value:.*}", usize::from(decimals)),
            None => number_words(value),
        };
        // Rounded, it may be a zero with a sign.
        let zero = || !digits.contains(|c: char| c.is_ascii_digit() && c != '0');
        let digits = if value < 0.0 && zero() { digits[1..].to_owned() } else { digits };
        if unit.is_some() || decimals.is_some() {
            self.language.grouped(&digits)
        } else {
            self.language.decimal(digits)
        }
    }

    /// The fields that are told in words of their own but are not among those `read`, nor asked of by one that is made of events, with ` (did
    /// you mean ...?)` or nothing.
    pub fn unread(&self, read: &[&str]) -> Vec<(String, String)> {
        let told = self.wording.keys().chain(self.names.keys());
        let is_read = |name: &str| read.iter().any(|field| *field == name || asks_of(field, name));
        let unread: BTreeSet<&String> = told.filter(|name| !is_read(name)).collect();
        let hint = |field: &String| or_nearest(field, read.iter().copied());
        unread.into_iter().map(|field| (field.clone(), hint(field))).collect()
    }

    /// Points of the score, signed: `+12`, `-0.4`.
    pub fn points(&self, points: f64) -> String {
        let whole = points.abs() >= 9.95 || (points != 0.0 && points == points.round());
        let text = if whole { format!("{points:+.0}") } else { format!("{points:+.1}") };
        self.language.decimal(text)
    }

    /// What a factor says, and its points behind it.
    pub(crate) fn factor(
        &self,
        contribution: Contribution,
        level: Option<Level>,
        points: f64,
    ) -> Factor {
        let Contribution { field, value, number, standing, contribution } = contribution;
        let p = self.language.phrases();
        let words = self.name(&field);
        let wording = self.wording.get(&field);
        let since = self.made(&field).filter(Made::is_since);
        let none = since.as_ref().map_or(String::new(), Made::none);
        let own = wording.and_then(|wording| wording.template(standing, level, contribution));
        let template = own.map_or(
            match standing {
                Standing::Missing if since.is_some() => &none,
                Standing::Missing => p.factor_missing,
                Standing::Unseen => p.factor_unseen,
                Standing::Text => p.factor_text,
                Standing::Known if since.is_some() => p.factor_text,
                Standing::Known => p.factor_known,
            },
            |template| &template.0,
        );
        // Made only where a sentence of its own may ask for it.
        let (bare, signed) = match own {
            Some(_) => (number.map(|number| self.number(wording, number)), self.points(points)),
            None => (None, String::new()),
        };
        let clause = fill(template, |placeholder| match placeholder {
            "words" => &words,
            "value" => &value,
            "number" => bare.as_ref().unwrap_or(&value),
            "unit" => bare.as_ref().map_or("", |number| unit(wording, number)),
            _ => &signed,
        });
        // Its own sentence says how high it is.
        let told = |of: fn(&Wording) -> &Option<Template>| wording.is_some_and(|w| of(w).is_some());
        let mark = match level {
            Some(Level::High) if since.is_some() => p.long_ago,
            Some(Level::Low) if since.is_some() => p.recent,
            Some(Level::High) if !told(|w| &w.high) => p.high,
            Some(Level::Low) if !told(|w| &w.low) => p.low,
            _ => "",
        };
        let mut text = String::with_capacity(clause.len() + mark.len() + 16);
        text.push_str(&clause);
        text.push_str(mark);
        if own.is_none_or(|template| !template.0.contains("{points}")) {
            text.push_str(", ");
            text.push_str(&self.behind(points, contribution));
        }
        Factor { field, words, value, level, standing, contribution, points, clause, text }
    }

    /// A declared condition that holds, as a factor.
    pub fn condition(
        &self,
        field: String,
        words: String,
        contribution: f64,
        points: f64,
    ) -> Factor {
        let text = format!("{words}, {}", self.behind(points, contribution));
        Factor {
            field,
            clause: words.clone(),
            words,
            value: String::new(),
            level: None,
            standing: Standing::Known,
            contribution,
            points,
            text,
        }
    }

    /// The points behind a factor, or the side it stands on where they are none to speak of.
    fn behind(&self, points: f64, contribution: f64) -> String {
        let p = self.language.phrases();
        if points.abs() >= 0.05 {
            let signed = self.points(points);
            return fill(p.points, |_| &signed);
        }
        if contribution > 0.0 { p.in_favour } else { p.against }.to_owned()
    }
}

impl Wording {
    /// The sentence of its own for such a value, if it has one.
    fn template(
        &self,
        standing: Standing,
        level: Option<Level>,
        contribution: f64,
    ) -> Option<&Template> {
        let side = if contribution > 0.0 { &self.positive } else { &self.negative };
        let known = || side.as_ref().or(self.known.as_ref());
        match (standing, level) {
            (Standing::Missing, _) => self.missing.as_ref(),
            (Standing::Unseen, _) => self.unseen.as_ref(),
            (Standing::Text, _) => self.text.as_ref(),
            (Standing::Known, Some(Level::High)) => self.high.as_ref().or_else(known),
            (Standing::Known, Some(Level::Low)) => self.low.as_ref().or_else(known),
            (Standing::Known, _) => known(),
        }
    }
}

/// The unit of a number as it is written: what reads as one is told as one.
fn unit<'a>(wording: Option<&'a Wording>, number: &str) -> &'a str {
    match wording.and_then(|wording| wording.unit.as_ref()) {
        None => "",
        Some(Unit::After(unit) | Unit::Before(unit) | Unit::Money(unit)) => unit,
        Some(Unit::Count(one, _)) if number.trim_start_matches('-') == "1" => one,
        Some(Unit::Count(_, several)) => several,
    }
}

fn with_unit(wording: Option<&Wording>, number: &str, language: Language) -> String {
    let beside = unit(wording, number);
    match wording.and_then(|wording| wording.unit.as_ref()) {
        None => number.to_owned(),
        Some(Unit::After(_) | Unit::Count(..)) => format!("{number} {beside}"),
        Some(Unit::Before(_)) => format!("{beside} {number}"),
        Some(Unit::Money(_)) => fill(language.phrases().money, |placeholder| match placeholder {
            "unit" => beside,
            _ => number,
        }),
    }
}

#[cfg(test)]
mod tests;
