//! Tiers: names for a lead's place on the scale, and what is done with a lead there.
//!
//! | cut | in the tier from |
//! |---|---|
//! | `from: 70` | this score |
//! | `at: Probability(0.8)` | this probability |
//! | `at: Percentile(90)` | the probability below which 90 of 100 validation leads lie |
//! | `at: Capacity(120)` | the probability that so many leads a day reach, at the pace of the training data |
//! | `at: Capture(0.8)` | the highest probability above which this share of the validation conversions lies |
//!
//! The last three are turned into a probability when a model is trained, and keep it until the next training.

use crate::{DecideError, Factors, ScoreMap, Vocabulary};
use leadsight_schema::{Folded, Language, Probability, fill};
use serde::{Deserialize, Serialize};

/// Where a tier begins.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Cut {
    /// From this score, 0 to 100.
    Score(u8),
    /// From this probability, 0 to 1.
    Probability(f64),
    /// Above so many of 100 validation leads.
    Percentile(f64),
    /// The best so many leads a day.
    Capacity(f64),
    /// The fewest leads that hold this share of the validation conversions, 0 to 1.
    Capture(f64),
}

impl Cut {
    /// Whether it is known only once there are validation leads.
    fn is_relative(self) -> bool {
        matches!(self, Cut::Percentile(_) | Cut::Capacity(_) | Cut::Capture(_))
    }

    /// What is out of range, if something is.
    fn problem(self) -> Option<(f64, &'static str)> {
        let (value, fine, expected) = match self {
            Cut::Score(score) => (f64::from(score), score <= 100, "a score from 0 to 100"),
            Cut::Probability(p) => (p, (0.0..=1.0).contains(&p), "a probability from 0 to 1"),
            Cut::Percentile(p) => {
                (p, (0.0..100.0).contains(&p), "a percentile from 0 to below 100")
            }
            Cut::Capacity(a_day) => {
                (a_day, a_day > 0.0 && a_day.is_finite(), "a number of leads a day above 0")
            }
            Cut::Capture(share) => (
                share,
                share > 0.0 && share <= 1.0,
                "a share of the conversions above 0, at most 1",
            ),
        };
        (!fine).then_some((value, expected))
    }

    /// How high it lies, among cuts of its own kind.
    fn height(self) -> f64 {
        match self {
            Cut::Score(score) => f64::from(score),
            Cut::Probability(x) | Cut::Percentile(x) => x,
            // The more leads, the lower.
            Cut::Capacity(x) | Cut::Capture(x) => -x,
        }
    }

    /// Whether it surely holds of every lead that another cut holds of.
    fn takes(self, other: Cut, scale: Option<&ScoreMap>) -> bool {
        let score = |p: f64| Some(scale?.score(Probability::new(p).ok()?));
        match (self, other) {
            (Cut::Score(0), _) => true,
            (Cut::Probability(0.0), _) => true,
            // The highest probability has the highest score on every scale.
            (Cut::Score(_), Cut::Probability(1.0)) => true,
            (Cut::Score(from), Cut::Probability(p)) => score(p).is_some_and(|s| s >= from),
            (Cut::Probability(p), Cut::Score(from)) => {
                score(p.next_down()).is_some_and(|s| s < from)
            }
            _ => false,
        }
    }

    /// As errors name it, behind "tier `Hot` is".
    fn named(self) -> String {
        match self {
            Cut::Probability(from) => format!("from probability {from}"),
            cut => cut.words(Language::English, None),
        }
    }

    /// As a rep reads it.
    fn words(self, language: Language, probability: Option<f64>) -> String {
        let p = language.phrases();
        let from = probability.map_or(String::new(), |from| {
            let number = language.percent(from);
            fill(p.cut_fixed, |_| &number)
        });
        let (phrase, number) = match self {
            Cut::Score(score) => (p.cut_score, score.to_string()),
            Cut::Probability(from) => (p.cut_probability, language.percent(from)),
            Cut::Percentile(above) => (p.cut_percentile, language.decimal(above.to_string())),
            Cut::Capacity(a_day) => (p.cut_capacity, language.decimal(a_day.to_string())),
            Cut::Capture(share) => (p.cut_capture, language.percent(share)),
        };
        fill(phrase, |name| if name == "from" { &from } else { &number })
    }
}

/// A part of the scale with its name and next action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawTier", into = "RawTier")]
pub struct Tier {
    /// The name that stands in the output.
    pub name: String,
    /// Where it begins.
    pub cut: Cut,
    /// The probability at the cut, where it took validation leads to know it; written by training.
    pub probability: Option<f64>,
    /// What to do next.
    pub next_action: String,
    /// Why, in one clause.
    pub reason: String,
}

/// A tier as it is written: `from` is short for a cut by score.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename = "Tier", deny_unknown_fields)]
struct RawTier {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<Cut>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
    next_action: String,
    reason: String,
}

impl TryFrom<RawTier> for Tier {
    type Error = DecideError;

    fn try_from(raw: RawTier) -> Result<Self, DecideError> {
        let RawTier { name, from, at, probability, next_action, reason } = raw;
        let cut = match (from, at) {
            (Some(score), None) => match u8::try_from(score) {
                Ok(score) => Cut::Score(score),
                Err(_) => {
                    let expected = "a score from 0 to 100";
                    return Err(DecideError::CutRange { name, value: score as f64, expected });
                }
            },
            (None, Some(cut)) => cut,
            (None, None) => return Err(DecideError::TierCut { name, found: "neither" }),
            (Some(_), Some(_)) => return Err(DecideError::TierCut { name, found: "both" }),
        };
        if let Some((value, expected)) = cut.problem() {
            return Err(DecideError::CutRange { name, value, expected });
        }
        if let Some(value) = probability.filter(|p| !(0.0..=1.0).contains(p)) {
            let expected = "a probability from 0 to 1";
            return Err(DecideError::CutRange { name, value, expected });
        }
        Ok(Self { name, cut, probability, next_action, reason })
    }
}

impl From<Tier> for RawTier {
    fn from(tier: Tier) -> RawTier {
        let Tier { name, cut, probability, next_action, reason } = tier;
        let (from, at) = match cut {
            Cut::Score(score) => (Some(score.into()), None),
            cut => (None, Some(cut)),
        };
        RawTier { name, from, at, probability, next_action, reason }
    }
}

impl Tier {
    /// The probability from which leads are in it, where one decides.
    fn probability_from(&self) -> Option<f64> {
        match self.cut {
            Cut::Score(_) => None,
            Cut::Probability(from) => Some(from),
            _ => self.probability,
        }
    }

    /// Where it begins, in words; the last tier takes the rest.
    pub fn begins(&self) -> String {
        match self.cut {
            Cut::Score(0) => "the rest".to_owned(),
            cut => cut.words(Language::English, self.probability),
        }
    }

    fn holds(&self, score: u8, p: Option<f64>) -> bool {
        match self.cut {
            Cut::Score(from) => score >= from,
            _ => p.zip(self.probability_from()).is_some_and(|(p, from)| p >= from),
        }
    }
}

/// The tiers from the highest cut down; the last takes all leads that are left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Tier>", into = "Vec<Tier>")]
pub struct Tiers(Vec<Tier>);

/// Tiers that many teams use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Preset {
    /// Hot from score 70, Warm from 40, Cold below: the built-in tiers.
    HotWarmCold,
    /// Hot from probability 0.80, Warm from 0.50, Cold below. Where few leads convert, hardly any reach that.
    EightyFifty,
    /// A from score 85, B from 70, C from 40, D below.
    AToD,
}

impl Tiers {
    /// # Errors
    /// [`DecideError::TierOrder`], [`DecideError::TierName`] or [`DecideError::NoLastTier`].
    pub fn new(tiers: Vec<Tier>) -> Result<Self, DecideError> {
        for (i, tier) in tiers.iter().enumerate() {
            let (name, cut) = (tier.name.clone(), tier.cut);
            if name.trim().is_empty() || tiers[..i].iter().any(|t| t.name == name) {
                return Err(DecideError::TierName { name, from: cut.named() });
            }
            if let Some((value, expected)) = cut.problem() {
                return Err(DecideError::CutRange { name, value, expected });
            }
            let same =
                |above: &&Tier| std::mem::discriminant(&above.cut) == std::mem::discriminant(&cut);
            let last_of_kind = tiers[..i].iter().rev().find(same);
            if let Some(above) = last_of_kind.filter(|above| cut.height() >= above.cut.height()) {
                let (from, above) = (cut.named(), above.cut.named());
                return Err(DecideError::TierOrder { name, from, above });
            }
        }
        match tiers.last() {
            Some(last) if last.cut == Cut::Score(0) => Ok(Self(tiers)),
            Some(last) => Err(DecideError::NoLastTier {
                found: format!("`{}` is {}", last.name, last.cut.named()),
            }),
            None => Err(DecideError::NoLastTier { found: "there is no tier".into() }),
        }
    }

    /// What is asked of a file that people write, beyond [`Tiers::new`]: bundles that were written before are not held to it.
    ///
    /// # Errors
    /// Names that conditions cannot tell apart, and a blank action.
    pub(crate) fn check_written(&self) -> Result<(), DecideError> {
        for (i, tier) in self.0.iter().enumerate() {
            let name = tier.name.clone();
            let alike = |other: &&Tier| Folded(other.name.trim()) == Folded(tier.name.trim());
            if let Some(other) = self.0[..i].iter().find(alike) {
                return Err(DecideError::TierTwice { name, other: other.name.clone() });
            }
            if tier.next_action.trim().is_empty() {
                return Err(DecideError::BlankTier { name });
            }
        }
        Ok(())
    }

    /// Refuses a tier that no lead is left for, where all leads have a probability. On a `scale` a score is a probability, so that cuts of both
    /// kinds have an order.
    ///
    /// # Errors
    /// [`DecideError::TierTaken`].
    pub(crate) fn check_taken(&self, scale: Option<ScoreMap>) -> Result<(), DecideError> {
        for (i, tier) in self.0.iter().enumerate() {
            let (name, cut) = (tier.name.clone(), tier.cut);
            let takes = |above: &&Tier| above.cut.takes(cut, scale.as_ref());
            if let Some(above) = self.0[..i].iter().find(takes) {
                return Err(DecideError::TierTaken {
                    name,
                    from: cut.named(),
                    above: above.name.clone(),
                    cut: above.cut.named(),
                });
            }
        }
        Ok(())
    }

    /// The tiers of a preset.
    pub fn preset(preset: Preset) -> Self {
        let built_in = Self::default().0;
        let [hot, warm, cold] = [&built_in[0], &built_in[1], &built_in[2]];
        let at = |tier: &Tier, name: &str, cut: Cut, reason: &str| Tier {
            name: name.into(),
            cut,
            reason: reason.into(),
            ..tier.clone()
        };
        let p = Language::English.phrases();
        match preset {
            Preset::HotWarmCold => Self(built_in),
            Preset::EightyFifty => Self(vec![
                at(hot, "Hot", Cut::Probability(0.8), p.tier_four_of_five),
                at(warm, "Warm", Cut::Probability(0.5), p.tier_every_second),
                at(cold, "Cold", Cut::Score(0), p.tier_more_lost),
            ]),
            Preset::AToD => Self(vec![
                at(hot, "A", Cut::Score(85), p.tier_far_above),
                at(hot, "B", Cut::Score(70), &hot.reason),
                at(warm, "C", Cut::Score(40), &warm.reason),
                at(cold, "D", Cut::Score(0), &cold.reason),
            ]),
        }
    }

    /// The tier of a score, and of a probability where there is one.
    pub fn of(&self, score: u8, p: Option<f64>) -> &Tier {
        let last = self.0.len() - 1; // never empty: see `new`
        self.0.iter().find(|tier| tier.holds(score, p)).unwrap_or(&self.0[last])
    }

    /// The tiers from the highest down.
    pub fn as_slice(&self) -> &[Tier] {
        &self.0
    }

    /// Writes the probability at each cut that needs validation leads, as `at` gives it.
    ///
    /// # Errors
    /// The first that `at` returns.
    pub fn fix<E>(&mut self, mut at: impl FnMut(&Tier) -> Result<f64, E>) -> Result<(), E> {
        for tier in self.0.iter_mut().filter(|tier| tier.cut.is_relative()) {
            tier.probability = Some(at(tier)?);
        }
        Ok(())
    }

    /// Refuses a tier whose cut is not known yet.
    ///
    /// # Errors
    /// [`DecideError::OpenCut`] for one that needs validation leads and has no probability, or any probability at all where there is
    /// none (`claimed` is false).
    pub fn check_fixed(&self, claimed: bool) -> Result<(), DecideError> {
        let open = |tier: &&Tier| match tier.cut {
            Cut::Score(_) => false,
            Cut::Probability(_) => !claimed,
            _ => !claimed || tier.probability.is_none(),
        };
        self.0.iter().find(open).map_or(Ok(()), |tier| {
            let how = if claimed {
                "train with this policy, or give the tier its `probability`, which `leadsight policy simulate` prints"
            } else {
                "cut by score (`from: 70`), since without a model no probability is claimed"
            };
            Err(DecideError::OpenCut { name: tier.name.clone(), cut: tier.cut.named(), how })
        })
    }

    /// Tier and next action, by its name, of a lead before any rule of action. Where factors are given, the reason names the lead's strongest
    /// one that speaks for the action: for the lead, but in the last tier against it, since that is where leads are left that nothing else took.
    pub(crate) fn decide(
        &self,
        vocabulary: Vocabulary<'_>,
        score: u8,
        p: Option<f64>,
        factors: Option<&Factors>,
    ) -> crate::Decision {
        let language = vocabulary.language();
        let phrases = language.phrases();
        let tier = self.of(score, p);
        let cut = match tier.cut {
            Cut::Score(0) => String::new(),
            Cut::Score(_) | Cut::Probability(_) => {
                format!(", {} {}", tier.name, tier.cut.words(language, tier.probability))
            }
            cut => format!(", {} ({})", tier.name, cut.words(language, tier.probability)),
        };
        let (phrase, number) = match (tier.cut, p) {
            (Cut::Score(_), _) | (_, None) => (phrases.by_score, score.to_string()),
            (_, Some(p)) => {
                let told = language.percent(p);
                // Rounded, it may look as if it reached a tier that it misses by a hair.
                let above = self.0.iter().take_while(|above| above.name != tier.name);
                let missed = above
                    .filter_map(Tier::probability_from)
                    .any(|from| p < from && language.percent(from) == told);
                let exact = || language.decimal(format!("{}", (p * 1e5).floor() / 1e3));
                (phrases.by_probability, if missed { exact() } else { told })
            }
        };
        let mut action_reason = fill(phrase, |name| match name {
            "number" => &number,
            "cut" => &cut,
            _ => vocabulary.told(&tier.reason),
        });
        let is_last = self.0.len() > 1 && self.0.last().is_some_and(|last| last.name == tier.name);
        let side = factors.map(|f| if is_last { &f.negative } else { &f.positive });
        if let Some(factor) = side.and_then(|side| side.first()) {
            action_reason.push_str(&fill(phrases.chiefly, |_| &factor.clause));
        }
        crate::Decision {
            score,
            tier: tier.name.clone(),
            next_action: tier.next_action.clone(),
            action_reason,
        }
    }
}

impl Default for Tiers {
    fn default() -> Self {
        let tier = |name: &str, from, next_action: &str, reason: &str| Tier {
            name: name.into(),
            cut: Cut::Score(from),
            probability: None,
            next_action: next_action.into(),
            reason: reason.into(),
        };
        let p = Language::English.phrases();
        Self(vec![
            tier("Hot", 70, p.act_hot, p.tier_hot),
            tier("Warm", 40, p.act_warm, p.tier_warm),
            tier("Cold", 0, p.act_cold, p.tier_cold),
        ])
    }
}

impl TryFrom<Vec<Tier>> for Tiers {
    type Error = DecideError;
    fn try_from(tiers: Vec<Tier>) -> Result<Self, DecideError> {
        Self::new(tiers)
    }
}

impl From<Tiers> for Vec<Tier> {
    fn from(tiers: Tiers) -> Vec<Tier> {
        tiers.0
    }
}

#[cfg(test)]
mod tests;
