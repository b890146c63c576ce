//! Which leads a person looks at first: suspicious sign-ups, data that contradict each other, leads of which little is known.
//!
//! A flag is never a verdict: a flagged lead keeps its score, tier and action, and nobody is rejected by it.

use crate::asked::{Asked, Made, bind};
use crate::{DecideError, Vocabulary};
use leadsight_contact::{Country, Email};
use leadsight_rules::{Condition, check_order};
use leadsight_schema::{Cell, Field, FieldKind, Timestamp, fill};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What makes a lead suspicious. Fields are named as in the file of leads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Suspicion {
    /// This holds: a trust label, a pattern of IP addresses, data that cannot be together.
    When {
        /// When.
        when: Condition,
        /// Why somebody should look.
        reason: String,
    },
    /// The e-mail address is of a domain that gives addresses away for minutes.
    DisposableMail(String),
    /// The e-mail address is none.
    BrokenMail(String),
    /// More leads of the file than this have the same value: an address, a phone number, an IP address.
    Repeated {
        /// The field.
        field: String,
        /// So many may have it.
        more_than: u32,
    },
    /// More leads of the file than this have addresses of one domain, unless everybody can have one there.
    RepeatedDomain {
        /// The field of e-mail addresses.
        field: String,
        /// So many may have it.
        more_than: u32,
    },
    /// The two fields name different countries.
    CountriesDiffer(String, String),
    /// Less than this share of the lead's fields is known, 0 to 1.
    LittleKnown(f64),
    /// The chance to convert is so near the working threshold that it could fall on either side: within this many points of score 70.
    Borderline(f64),
}

use Suspicion::{
    Borderline, BrokenMail, CountriesDiffer, DisposableMail, LittleKnown, Repeated, RepeatedDomain,
    When,
};

impl Suspicion {
    /// The condition in it, if there is one.
    pub(crate) fn condition(&self) -> Option<&Condition> {
        if let When { when, .. } = self { Some(when) } else { None }
    }

    /// The fields that it reads by itself, as words.
    fn reads(&self) -> Vec<&String> {
        match self {
            When { .. } | LittleKnown(_) | Borderline(_) => Vec::new(),
            DisposableMail(field) | BrokenMail(field) => vec![field],
            Repeated { field, .. } | RepeatedDomain { field, .. } => vec![field],
            CountriesDiffer(a, b) => vec![a, b],
        }
    }

    /// # Errors
    /// A condition that can never hold, a number out of range; `place` says where it stands.
    fn check(&self, place: &str) -> Result<(), DecideError> {
        let fine = match self {
            When { when, .. } => {
                check_order(&[when], |_| place.to_owned(), "tiers").map_err(Box::new)?;
                true
            }
            LittleKnown(share) => (0.0..=1.0).contains(share),
            Borderline(points) => *points > 0.0 && *points <= 30.0,
            Repeated { more_than, .. } | RepeatedDomain { more_than, .. } => *more_than > 0,
            _ => true,
        };
        let found = || format!("{self:?}");
        fine.then_some(())
            .ok_or_else(|| DecideError::Review { place: place.to_owned(), found: found() })
    }
}

/// # Errors
/// As [`Suspicion::check`].
pub(crate) fn check(review: &[Suspicion]) -> Result<(), DecideError> {
    let mut places = (1..).map(|i| format!("review[{i}]"));
    review.iter().try_for_each(|s| s.check(&places.next().unwrap_or_default()))
}

/// The fields that are read as words, beside those of conditions.
pub(crate) fn words_read(review: &[Suspicion]) -> impl Iterator<Item = Field> {
    let names = review.iter().flat_map(Suspicion::reads);
    names.map(|name| Field::feature(name.clone(), FieldKind::Text))
}

/// How often values stand in a batch or file, for what looks at more than one lead.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Repeats(Vec<HashMap<String, u32>>);

impl Repeats {
    /// Adds those of another part of the file.
    pub fn add(&mut self, other: Self) {
        if self.0.is_empty() {
            self.0 = other.0;
            return;
        }
        for (own, more) in self.0.iter_mut().zip(other.0) {
            for (value, count) in more {
                *own.entry(value).or_default() += count;
            }
        }
    }
}

/// Suspicions whose fields are resolved to positions.
#[derive(Debug, Clone, Default)]
pub struct Review(Vec<Look>);

#[derive(Debug, Clone)]
struct Look {
    suspicion: Suspicion,
    when: Option<Condition<Asked>>,
    fields: Vec<usize>,
}

/// The value that is counted: an address or number without case, or the domain of an address where it tells anything.
fn counted(suspicion: &Suspicion, cell: Cell<'_>) -> Option<String> {
    let text = match cell {
        Cell::Text(text) => text,
        Cell::Number(number) if matches!(suspicion, Repeated { .. }) => {
            return Some(number.to_string());
        }
        _ => return None,
    };
    match suspicion {
        Repeated { .. } => {
            let plain = text.trim();
            let key = Email::parse(plain).map(|mail| mail.key());
            Some(key.unwrap_or_else(|_| plain.to_lowercase()))
        }
        RepeatedDomain { .. } => {
            let mail = Email::parse(text).ok()?;
            let domain = mail.domain();
            (!domain.is_free_mail()).then(|| domain.registered().to_owned())
        }
        _ => None,
    }
}

impl Review {
    /// Resolves names to positions of `fields`.
    ///
    /// # Errors
    /// A field that is not there, or is read as what it is not.
    pub(crate) fn bind(review: &[Suspicion], fields: &[Field]) -> Result<Self, DecideError> {
        let look = |(i, suspicion): (usize, &Suspicion)| {
            let place = format!("review[{}]", i + 1);
            let position = |name: &&String| fields.iter().position(|f| f.name == **name);
            Ok(Look {
                when: suspicion.condition().map(|c| bind(c, fields, &place)).transpose()?,
                fields: suspicion.reads().iter().filter_map(position).collect(),
                suspicion: suspicion.clone(),
            })
        };
        Ok(Self(review.iter().enumerate().map(look).collect::<Result<_, DecideError>>()?))
    }

    /// Whether it looks for anything.
    pub fn looks(&self) -> bool {
        !self.0.is_empty()
    }

    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Condition<Asked>> {
        self.0.iter().filter_map(|look| look.when.as_ref())
    }

    /// Whether any of it looks at more than one lead.
    pub fn counts(&self) -> bool {
        self.0.iter().any(|look| matches!(look.suspicion, Repeated { .. } | RepeatedDomain { .. }))
    }

    /// The values of a lead that are counted, added to `repeats`.
    pub fn count<'a>(&self, repeats: &mut Repeats, cell: impl Fn(usize) -> Cell<'a>) {
        repeats.0.resize(self.0.len(), HashMap::new());
        for (look, counts) in self.0.iter().zip(&mut repeats.0) {
            let value = look.fields.first().and_then(|f| counted(&look.suspicion, cell(*f)));
            if let Some(value) = value {
                *counts.entry(value).or_default() += 1;
            }
        }
    }

    /// Why somebody should look at a lead, one clause each; empty where nothing speaks for it. Without `repeats` a lead is looked at
    /// alone. `position` is its score before rounding.
    pub fn flags<'a>(
        &self,
        vocabulary: Vocabulary<'_>,
        made: &'a Made<'a>,
        position: f64,
        cell: impl Fn(usize) -> Cell<'a>,
        repeats: Option<&Repeats>,
        now: Timestamp,
    ) -> Vec<String> {
        let holds = |when: &Condition<Asked>| {
            when.holds(&|asked: &Asked| asked.cell(made, &cell), Some(now))
        };
        let p = vocabulary.language().phrases();
        let flag = |(i, look): (usize, &Look)| {
            let text = |place: usize| match look.fields.get(place).map(|f| cell(*f)) {
                Some(Cell::Text(text)) => Some(text),
                _ => None,
            };
            let mail = || text(0).map(Email::parse);
            match &look.suspicion {
                When { reason, .. } => look
                    .when
                    .as_ref()
                    .filter(|w| holds(w))
                    .map(|_| vocabulary.told(reason).to_owned()),
                DisposableMail(_) => match mail()? {
                    Ok(mail) if mail.domain().is_disposable() => {
                        Some(fill(p.flag_disposable, |_| mail.domain().as_str()))
                    }
                    _ => None,
                },
                BrokenMail(field) => {
                    let name = vocabulary.name(field);
                    mail()?.is_err().then(|| fill(p.flag_no_address, |_| &name))
                }
                Repeated { field, more_than } | RepeatedDomain { field, more_than } => {
                    let value = counted(&look.suspicion, look.fields.first().map(|f| cell(*f))?)?;
                    let count = *repeats?.0.get(i)?.get(&value)?;
                    let whole = matches!(look.suspicion, Repeated { .. });
                    let phrase = if whole { p.flag_repeated } else { p.flag_domain };
                    let (number, name) = (count.to_string(), vocabulary.name(field));
                    let words = |key: &str| match key {
                        "number" => number.as_str(),
                        "field" => &name,
                        _ => &value,
                    };
                    (count > *more_than).then(|| fill(phrase, words))
                }
                CountriesDiffer(..) => {
                    let country = |place| Country::parse(text(place)?).ok();
                    let (a, b) = (country(0)?, country(1)?);
                    let words = |key: &str| if key == "value" { a.name() } else { b.name() };
                    (a != b).then(|| fill(p.flag_countries, words))
                }
                LittleKnown(share) => {
                    let known = made.data_completeness;
                    let number = format!("{:.0}", known * 100.0);
                    (known < *share).then(|| fill(p.flag_little, |_| &number))
                }
                Borderline(points) => {
                    let from = (position - 70.0).abs();
                    (from < *points && made.probability.is_some())
                        .then(|| p.flag_borderline.to_owned())
                }
            }
        };
        self.0.iter().enumerate().filter_map(flag).collect()
    }
}
