//! Which leads a person looks at first: suspicious sign-ups, data that contradict each other, leads of which little is known.
//!
//! A flag is never a verdict: a flagged lead keeps its score, tier and action, and nobody is rejected by it.

mod shared;
mod velocity;

pub use shared::{Repeats, Shared};
pub use velocity::Within;

use crate::asked::{Asked, Made, bind};
use crate::{DecideError, Vocabulary};
use leadsight_contact::{Country, Email};
use leadsight_rules::{Condition, Fact, RulesError, check_order};
use leadsight_schema::{Cell, Field, FieldKind, Timestamp, fill};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What makes a lead suspicious. Fields are named as in the file of leads.
///
/// What repeats is known of a batch or file only: a lead that comes alone, over a live path, is never flagged for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
        /// Counts only leads that came in within some hours of each other, not all of the file.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        within: Option<Within>,
    },
    /// More leads of the file than this have addresses of one domain, unless everybody can have one there.
    RepeatedDomain {
        /// The field of e-mail addresses.
        field: String,
        /// So many may have it.
        more_than: u32,
        /// Counts only leads that came in within some hours of each other, not all of the file.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        within: Option<Within>,
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

    /// How many leads may share what it counts, if it counts.
    fn limit(&self) -> Option<Limit<'_>> {
        match self {
            Repeated { more_than, within, .. } | RepeatedDomain { more_than, within, .. } => {
                Some(Limit { more_than: *more_than, within: within.as_ref() })
            }
            _ => None,
        }
    }

    fn within(&self) -> Option<&Within> {
        self.limit()?.within
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

    /// It in words, without what differs from lead to lead.
    fn about(&self, vocabulary: Vocabulary<'_>) -> String {
        let p = vocabulary.language().phrases();
        let say = |phrase: &str, field: &str, other: &str, within: Option<&Within>| {
            let (field, other) = (vocabulary.name(field), vocabulary.name(other));
            let time = within.map(|within| within.words(vocabulary.language()));
            fill(phrase, |word| match word {
                "field" | "value" => &field,
                "other" => &other,
                "time" => time.as_deref().unwrap_or_default(),
                _ => p.several,
            })
        };
        match self {
            When { reason, .. } => vocabulary.told(reason).to_owned(),
            DisposableMail(field) => say(p.about_disposable, field, "", None),
            BrokenMail(field) => say(p.flag_no_address, field, "", None),
            Repeated { field, within, .. } => {
                let phrase =
                    if within.is_some() { p.flag_repeated_within } else { p.flag_repeated };
                say(phrase, field, "", within.as_ref())
            }
            RepeatedDomain { field, within, .. } => {
                let phrase = if within.is_some() { p.about_domain_within } else { p.about_domain };
                say(phrase, field, "", within.as_ref())
            }
            CountriesDiffer(a, b) => say(p.flag_countries, a, b, None),
            LittleKnown(share) => {
                let number = vocabulary.language().percent(*share);
                fill(p.about_little, |_| &number)
            }
            Borderline(_) => p.flag_borderline.to_owned(),
        }
    }

    /// # Errors
    /// A condition that can never hold, a number out of range; `place` says where it stands.
    fn check(&self, facts: &[Fact], place: &str) -> Result<(), DecideError> {
        let fine = match self {
            When { when, .. } => {
                check_order(&[when], facts, |_| place.to_owned(), "tiers").map_err(Box::new)?;
                true
            }
            LittleKnown(share) => (0.0..=1.0).contains(share),
            Borderline(points) => *points > 0.0 && *points <= 30.0,
            _ => self.limit().is_none_or(|limit| {
                limit.more_than > 0 && limit.within.is_none_or(Within::is_sound)
            }),
        };
        let found = || format!("{self:?}");
        fine.then_some(())
            .ok_or_else(|| DecideError::Review { place: place.to_owned(), found: found() })
    }
}

/// # Errors
/// As [`Suspicion::check`].
pub(crate) fn check(review: &[Suspicion], facts: &[Fact]) -> Result<(), DecideError> {
    let mut places = (1..).map(|i| format!("review[{i}]"));
    review.iter().try_for_each(|s| s.check(facts, &places.next().unwrap_or_default()))
}

/// Refuses what looks for addresses or countries in a field that holds no words; what is repeated may be a number.
///
/// # Errors
/// A field of `fields` that is read as what it is not.
pub(crate) fn check_kinds(review: &[Suspicion], fields: &[Field]) -> Result<(), DecideError> {
    for (i, suspicion) in review.iter().enumerate() {
        if matches!(suspicion, Repeated { .. }) {
            continue;
        }
        let reads = suspicion.reads();
        let wrong = fields.iter().find(|f| reads.contains(&&f.name) && !f.kind.is_words());
        if let Some(field) = wrong {
            return Err(Box::new(RulesError::WrongKind {
                place: format!("review[{}]", i + 1),
                condition: format!("{suspicion:?}"),
                field: field.name.clone(),
                expected: "words",
                found: field.kind.describe(),
            })
            .into());
        }
    }
    Ok(())
}

/// The fields that are read as words, beside those of conditions.
pub(crate) fn words_read(review: &[Suspicion]) -> impl Iterator<Item = Field> {
    let names = review.iter().flat_map(Suspicion::reads);
    names.map(|name| Field::feature(name.clone(), FieldKind::Text))
}

/// A condition for each field that is read as a moment, beside those of conditions.
pub(crate) fn moments_read(review: &[Suspicion]) -> Vec<Condition> {
    review.iter().filter_map(Suspicion::within).map(Within::condition).collect()
}

/// How many leads may share a value, of all or within some hours.
#[derive(Clone, Copy)]
struct Limit<'a> {
    more_than: u32,
    within: Option<&'a Within>,
}

/// Why somebody should look at a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// The suspicion in words, the same for every lead that it flags.
    pub about: String,
    /// What makes this lead suspicious, in a clause.
    pub text: String,
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
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
    /// The field of the moment that a lead came in, where it is asked.
    moment: Option<usize>,
}

/// The position of the field that says when a lead came in.
///
/// # Errors
/// A field that is not there, or is no date.
fn moment_of(within: &Within, fields: &[Field], place: &str) -> Result<Option<usize>, DecideError> {
    let bound = bind(&within.condition(), fields, place)?;
    let position = |asked: &&Asked| match asked {
        Asked::Field(position) => Some(*position),
        // Nothing that is made of a lead is a date.
        Asked::Made(_) => None,
    };
    Ok(bound.fields().iter().find_map(position))
}

/// The value that is counted: an address or number without case, or the domain of an address where it tells anything.
fn counted(suspicion: &Suspicion, cell: Cell<'_>) -> Option<String> {
    let text = match cell {
        Cell::Text(text) => text,
        Cell::Number(number) if matches!(suspicion, Repeated { .. }) => {
            return Some(number.to_string());
        }
        Cell::Date(moment) if matches!(suspicion, Repeated { .. }) => {
            return Some(moment.to_rfc3339());
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

impl Look {
    /// The moment that the lead came in, where it is asked and known.
    fn moment<'a>(&self, cell: &impl Fn(usize) -> Cell<'a>) -> Option<Timestamp> {
        match cell(self.moment?) {
            Cell::Date(moment) => Some(moment),
            _ => None,
        }
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
                moment: match suspicion.within() {
                    Some(within) => moment_of(within, fields, &place)?,
                    None => None,
                },
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
        self.0.iter().any(|look| look.suspicion.limit().is_some())
    }

    /// The values of a lead that are counted, added to `repeats`.
    pub fn count<'a>(&self, repeats: &mut Repeats, cell: impl Fn(usize) -> Cell<'a>) {
        for (i, look) in self.0.iter().enumerate() {
            let Some(limit) = look.suspicion.limit() else { continue };
            let value = look.fields.first().and_then(|f| counted(&look.suspicion, cell(*f)));
            match (value, limit.within) {
                (Some(value), None) => repeats.lead((i, value)),
                (Some(value), Some(_)) => {
                    if let Some(moment) = look.moment(&cell) {
                        repeats.lead_at((i, value), moment);
                    }
                }
                (None, _) => {}
            }
        }
    }

    fn limit(&self, look: usize) -> Option<Limit<'_>> {
        self.0.get(look)?.suspicion.limit()
    }

    /// Why somebody should look at a lead; empty where nothing speaks for it. Without `shared` a lead is looked at
    /// alone, and nothing of it repeats. `position` is its score before rounding.
    pub fn flags<'a>(
        &self,
        vocabulary: Vocabulary<'_>,
        made: &'a Made<'a>,
        position: f64,
        cell: impl Fn(usize) -> Cell<'a>,
        shared: Option<&Shared>,
        now: Timestamp,
    ) -> Vec<Flag> {
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
                Repeated { field, within, .. } | RepeatedDomain { field, within, .. } => {
                    let value = counted(&look.suspicion, look.fields.first().map(|f| cell(*f))?)?;
                    let key = (i, value);
                    let leads = match within {
                        None => shared?.leads(&key)?,
                        Some(_) => shared?.leads_at(&key, look.moment(&cell)?)?,
                    };
                    let whole = matches!(look.suspicion, Repeated { .. });
                    let phrase = match (whole, within) {
                        (true, None) => p.flag_repeated,
                        (true, Some(_)) => p.flag_repeated_within,
                        (false, None) => p.flag_domain,
                        (false, Some(_)) => p.flag_domain_within,
                    };
                    let (number, name) = (leads.to_string(), vocabulary.name(field));
                    let length = within.as_ref().map(|w| w.words(vocabulary.language()));
                    Some(fill(phrase, |word| match word {
                        "number" => &number,
                        "field" => &name,
                        "time" => length.as_deref().unwrap_or_default(),
                        _ => &key.1,
                    }))
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
        let flag = |(i, look): (usize, &Look)| {
            let about = || look.suspicion.about(vocabulary);
            flag((i, look)).map(|text| Flag { about: about(), text })
        };
        self.0.iter().enumerate().filter_map(flag).collect()
    }
}

#[cfg(test)]
mod tests;
