//! The policy: a RON file with the score scale, the tiers and their next actions, and how factors are told.
//!
//! ```ron
//! Policy(
//!     version: 1,
//!     score: (p0: 0.002, p40: 0.02, p70: 0.08, p100: 0.5),
//!     tiers: [
//!         (name: "Call today", from: 70, next_action: "immediate sales outreach", reason: "worth a call"),
//!         (name: "Rest", from: 0, next_action: "re-qualify by marketing", reason: "not yet worth a call"),
//!     ],
//!     factors: (at_least: 3, at_most: 5, min_share: 0.05),
//!     language: English,
//!     names: {"page_views": "pages viewed"},
//!     wording: {"budget": (unit: Money("EUR"), missing: "no budget named")},
//!     terms: {"lead": "inquiry", "leads": "inquiries"},
//!     intent: ["page_views", "demo_requested"],
//!     icp: [(when: OneOf("industry", ["Software"]), weight: 2.0), (when: AtLeast("employees", 50))],
//!     actions: (
//!         rules: [(when: All([Is("tier", "Call today"), Below("intent_score", 40)]), action: "send the buyer's guide")],
//!         never: [(action: "send the buyer's guide", when: Is("opted_out", "yes"), reason: "no mail was allowed")],
//!     ),
//!     review: [DisposableMail("email"), Repeated(field: "ip_address", more_than: 3, within: (hours: 1, at: "created_at")), LittleKnown(0.2)],
//!     fallback: (sparse_below: 0.1),
//! )
//! ```
//! Only `version` and `score` are required, and `score` not of a policy that a model is trained with: see [`PolicyDraft`].

use crate::{
    Actions, DecideError, FactorRule, Factors, Icp, Preset, Range, ScoreMap, Suspicion, Tiers,
    Translations, Vocabulary, Wording, asked, asked::Makes, review,
};
use leadsight_rules::{Condition, Day, Fact, from_ron};
use leadsight_schema::{Field, FieldKind, Language, Probability, Terms};
use ron::extensions::Extensions;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use std::collections::BTreeMap;

/// The newest policy version that this program reads.
pub const POLICY_VERSION: u32 = 1;

/// What is decided of a lead, as data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Raw", into = "Raw")]
pub struct Policy {
    /// The score scale.
    pub score: ScoreMap,
    /// The tiers with their next actions.
    pub tiers: Tiers,
    /// How many factors are shown.
    pub factors: FactorRule,
    /// What leads are told in.
    pub language: Language,
    /// Business words for field names, short for a `wording` of `words` alone; others are made readable by [`crate::readable`].
    pub names: BTreeMap<String, String>,
    /// How fields are told: names, units, sentences.
    pub wording: BTreeMap<String, Wording>,
    /// Texts of the policy in other languages.
    pub translations: Translations,
    /// What a row, its outcome and a call are called in report and terminal.
    pub terms: Terms,
    /// The usual range of number fields, for "high" and "low"; written by training.
    pub ranges: BTreeMap<String, Range>,
    /// The fields that say what a lead does; the others say who it is. Without any there is neither a fit nor an intent score.
    pub intent: Vec<String>,
    /// The ideal customer profile; written by training unless declared.
    pub icp: Option<Icp>,
    /// What is done beside and against the tiers' own actions.
    pub actions: Actions,
    /// Which leads a person looks at.
    pub review: Vec<Suspicion>,
    /// When rules and points score in the model's place.
    pub fallback: Fallback,
    /// The kinds of fields that conditions read, where their use does not tell.
    pub kinds: BTreeMap<String, FieldKind>,
}

/// When a bundle's rules and points score in the model's place. They are a policy file of their own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fallback {
    /// Below this share of known fields, 0 to 1, the lead is too sparse for the model.
    #[serde(deserialize_with = "share")]
    pub sparse_below: f64,
    /// From this day on the model is too old.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stale_from: Option<Day>,
}

impl Fallback {
    /// Whether rules and points ever score a lead.
    fn steps_in(&self) -> bool {
        self.sparse_below > 0.0 || self.stale_from.is_some()
    }
}

/// The file's shape, before it is checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename = "Policy", deny_unknown_fields)]
struct Raw {
    #[serde(deserialize_with = "known_version")]
    version: u32,
    #[serde(default)]
    score: Option<ScoreMap>,
    #[serde(default, skip_serializing)]
    preset: Option<Preset>,
    #[serde(default)]
    tiers: Option<Tiers>,
    #[serde(default, deserialize_with = "sound_rule")]
    factors: FactorRule,
    #[serde(default, skip_serializing_if = "is_default")]
    language: Language,
    #[serde(default)]
    names: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    wording: BTreeMap<String, Wording>,
    #[serde(default, skip_serializing_if = "Translations::is_empty")]
    translations: Translations,
    #[serde(default, skip_serializing_if = "Terms::is_empty")]
    terms: Terms,
    #[serde(default)]
    ranges: BTreeMap<String, Range>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    intent: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    icp: Option<Icp>,
    #[serde(default, skip_serializing_if = "Actions::is_empty")]
    actions: Actions,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    review: Vec<Suspicion>,
    #[serde(default, skip_serializing_if = "is_default")]
    fallback: Fallback,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    kinds: BTreeMap<String, FieldKind>,
}

fn share<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    let share = f64::deserialize(from)?;
    let fine = (0.0..=1.0).contains(&share);
    fine.then_some(share)
        .ok_or_else(|| D::Error::custom(format!("the share {share}; expected one from 0 to 1")))
}

/// A policy file that a model is trained with: what it leaves out of the score scale, training fills in.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyDraft {
    policy: Policy,
    has_scale: bool,
    fields: Vec<Field>,
}

impl PolicyDraft {
    /// Reads and checks a policy file's text.
    ///
    /// # Errors
    /// As [`Policy::from_ron`].
    pub fn from_ron(text: &str) -> Result<Self, DecideError> {
        Self::read(text).map_err(|error| error.of_model().on_line_of(text))
    }

    fn read(text: &str) -> Result<Self, DecideError> {
        let raw: Raw = from_ron(text, "policy").map_err(Box::new)?;
        let scale = raw.score;
        let stand_in = ScoreMap::anchored(0.5, 0.25, f64::NAN, f64::NAN)?;
        let policy = raw.on(scale.unwrap_or(stand_in))?;
        let Policy { tiers, actions, review, .. } = &policy;
        // Leads that rules and points score instead have tiers of their own, and no probability.
        let alone = !policy.fallback.steps_in();
        tiers.check_written()?;
        if alone {
            tiers.check_taken(scale)?;
        }
        actions.check_written()?;
        let makes = Makes {
            tiers: Some(tiers).filter(|_| alone),
            scorers: if alone { &["model"] } else { &["model", "scorecard", "rules"] },
            unknown: &[],
        };
        check_conduct(tiers, actions, review, &makes.facts())?;
        let fields = policy.fields()?;
        review::check_kinds(review, &fields)?;
        Ok(Self { has_scale: scale.is_some(), fields, policy })
    }

    /// The policy on the scale that the file gives, or on this one.
    pub fn on(self, scale: ScoreMap) -> Policy {
        let score = if self.has_scale { self.policy.score } else { scale };
        Policy { score, ..self.policy }
    }

    /// The policy, with what training fills in taken from `trained` where the file does not give it.
    pub fn over(self, trained: &Policy) -> Policy {
        let mut policy = self.on(trained.score);
        if policy.ranges.is_empty() {
            policy.ranges.clone_from(&trained.ranges);
        }
        if policy.intent.is_empty() {
            policy.intent.clone_from(&trained.intent);
        }
        policy.icp = policy.icp.or_else(|| trained.icp.clone());
        policy
    }

    /// The tiers.
    pub fn tiers(&self) -> &Tiers {
        &self.policy.tiers
    }

    /// What is done beside and against the tiers' own actions.
    pub fn actions(&self) -> &Actions {
        &self.policy.actions
    }

    /// Which leads a person looks at.
    pub fn review(&self) -> &[Suspicion] {
        &self.policy.review
    }

    /// How it speaks of fields, and tells its texts.
    pub fn vocabulary(&self) -> Vocabulary<'_> {
        self.policy.vocabulary()
    }

    /// The fields that its conditions ask of a lead itself.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }
}

impl Raw {
    fn on(self, score: ScoreMap) -> Result<Policy, DecideError> {
        let Raw { version: _, score: _, preset, tiers, factors, language, names, wording, .. } =
            self;
        let Raw {
            translations, terms, ranges, intent, icp, actions, review, fallback, kinds, ..
        } = self;
        let tiers = chosen(tiers, preset)?.unwrap_or_default();
        let policy = Policy {
            score,
            tiers,
            factors,
            language,
            names,
            wording,
            translations,
            terms,
            ranges,
            intent,
            icp,
            actions,
            review,
            fallback,
            kinds,
        };
        policy.fields()?;
        let told = conduct_texts(&policy.tiers, &policy.actions, &policy.review);
        policy.translations.check(told.chain(policy.vocabulary().own_names()))?;
        Ok(policy)
    }
}

/// Tiers that are listed or named, if they are.
///
/// # Errors
/// [`DecideError::TwoTierLists`] where they are both.
pub(crate) fn chosen(
    tiers: Option<Tiers>,
    preset: Option<Preset>,
) -> Result<Option<Tiers>, DecideError> {
    match (tiers, preset) {
        (Some(_), Some(preset)) => Err(DecideError::TwoTierLists { preset }),
        (tiers, preset) => Ok(tiers.or(preset.map(Tiers::preset))),
    }
}

/// Refuses actions and suspicions that can never come to a lead of whom the facts are true.
pub(crate) fn check_conduct(
    tiers: &Tiers,
    actions: &Actions,
    review: &[Suspicion],
    facts: &[Fact],
) -> Result<(), DecideError> {
    actions.check(tiers, facts)?;
    review::check(review, facts)
}

/// The conditions of actions and review.
pub(crate) fn conduct_conditions<'a>(
    actions: &'a Actions,
    review: &'a [Suspicion],
) -> impl Iterator<Item = &'a Condition> {
    actions.conditions().chain(review.iter().filter_map(Suspicion::condition))
}

/// The texts of tiers, actions and review that are told.
pub(crate) fn conduct_texts<'a>(
    tiers: &'a Tiers,
    actions: &'a Actions,
    review: &'a [Suspicion],
) -> impl Iterator<Item = &'a str> {
    let tiers = tiers.as_slice().iter().flat_map(|tier| [&tier.next_action, &tier.reason]);
    let review = review.iter().filter_map(|suspicion| match suspicion {
        Suspicion::When { reason, .. } => Some(reason.as_str()),
        _ => None,
    });
    tiers.map(String::as_str).chain(actions.texts()).chain(review)
}

/// The fields that conditions and a review ask of a lead itself.
///
/// # Errors
/// A field taken for two kinds, and a kind that does not fit its use.
pub(crate) fn fields_asked<'a>(
    conditions: impl Iterator<Item = &'a Condition>,
    review: &[Suspicion],
    kinds: &BTreeMap<String, FieldKind>,
) -> Result<Vec<Field>, DecideError> {
    let conditions: Vec<&Condition> = conditions.collect();
    let moments = review::moments_read(review);
    let mut fields = asked::fields(conditions.into_iter().chain(&moments), kinds)?;
    for field in review::words_read(review) {
        if !fields.iter().any(|known| known.name == field.name) {
            fields.push(field);
        }
    }
    Ok(fields)
}

// Checked where they are read, so that the error names their line and not the end of the file.
pub(crate) fn known_version<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    let found = u32::deserialize(from)?;
    let known = (1..=POLICY_VERSION).contains(&found);
    let unknown = DecideError::PolicyVersion { found, newest: POLICY_VERSION };
    known.then_some(found).ok_or_else(|| D::Error::custom(unknown))
}

pub(crate) fn sound_rule<'de, D: Deserializer<'de>>(from: D) -> Result<FactorRule, D::Error> {
    let rule = FactorRule::deserialize(from)?;
    rule.check().map_err(D::Error::custom)?;
    Ok(rule)
}

impl TryFrom<Raw> for Policy {
    type Error = DecideError;

    fn try_from(raw: Raw) -> Result<Self, DecideError> {
        let score = raw.score.ok_or(DecideError::NoScale)?;
        let policy = raw.on(score)?;
        check_conduct(&policy.tiers, &policy.actions, &policy.review, &[])?;
        Ok(policy)
    }
}

impl From<Policy> for Raw {
    fn from(policy: Policy) -> Raw {
        let Policy { score, tiers, factors, names, ranges, intent, icp, .. } = policy;
        let Policy { language, wording, translations, terms, .. } = policy;
        let Policy { actions, review, fallback, kinds, .. } = policy;
        Raw {
            version: POLICY_VERSION,
            score: Some(score),
            preset: None,
            tiers: Some(tiers),
            factors,
            language,
            names,
            wording,
            translations,
            terms,
            ranges,
            intent,
            icp,
            actions,
            review,
            fallback,
            kinds,
        }
    }
}

/// Whether a key may be left out, so that a policy without it is written as before there was one.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// What is to be done with a lead, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// 0 to 100.
    pub score: u8,
    /// The tier's name.
    pub tier: String,
    /// What to do next.
    pub next_action: String,
    /// Why.
    pub action_reason: String,
}

impl Policy {
    /// The built-in tiers and wording on a score scale.
    pub fn new(score: ScoreMap) -> Self {
        Self {
            score,
            tiers: Tiers::default(),
            factors: FactorRule::default(),
            language: Language::default(),
            names: BTreeMap::new(),
            wording: BTreeMap::new(),
            translations: Translations::default(),
            terms: Terms::default(),
            ranges: BTreeMap::new(),
            intent: Vec::new(),
            icp: None,
            actions: Actions::default(),
            review: Vec::new(),
            fallback: Fallback::default(),
            kinds: BTreeMap::new(),
        }
    }

    /// Every condition: of the profile, the actions and the review.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let ideal = self.icp.iter().flat_map(Icp::criteria).map(|c| &c.when);
        ideal.chain(conduct_conditions(&self.actions, &self.review))
    }

    /// The fields that its conditions ask of a lead itself: of the profile, the actions and the review.
    ///
    /// # Errors
    /// A field taken for two kinds, and a kind that does not fit its use.
    pub fn fields(&self) -> Result<Vec<Field>, DecideError> {
        fields_asked(self.conditions(), &self.review, &self.kinds)
    }

    /// Refuses a suspicion that looks for addresses or countries in a field that holds no words. `fields` are those of the data.
    ///
    /// # Errors
    /// [`DecideError::Rules`] with the suspicion, the field and its kind.
    pub fn check_review(&self, fields: &[Field]) -> Result<(), DecideError> {
        review::check_kinds(&self.review, fields)
    }

    /// The built-in policy around two thresholds, when no quantiles of the probabilities are at hand: the outer anchors
    /// stand half a log-odd beyond the thresholds. Prefer [`ScoreMap::anchored`] with [`Policy::new`].
    ///
    /// # Errors
    /// As [`ScoreMap::anchored`].
    pub fn default_for(threshold: f64, skip_threshold: f64) -> Result<Self, DecideError> {
        ScoreMap::anchored(threshold, skip_threshold, f64::NAN, f64::NAN).map(Self::new)
    }

    /// Reads and checks a policy file's text.
    ///
    /// # Errors
    /// [`DecideError::Rules`] with line and column of what is wrong, and the nearest known key.
    pub fn from_ron(text: &str) -> Result<Self, DecideError> {
        Ok(from_ron(text, "policy").map_err(Box::new)?)
    }

    /// The policy as a file's text; read back it is the same policy.
    ///
    /// # Errors
    /// [`DecideError::PolicyWrite`] where RON cannot hold it.
    pub fn to_ron(&self) -> Result<String, DecideError> {
        let pretty = ron::ser::PrettyConfig::new().struct_names(true);
        ron::Options::default()
            .with_default_extension(Extensions::IMPLICIT_SOME)
            .to_string_pretty(self, pretty)
            .map_err(|problem| DecideError::PolicyWrite { problem: Box::new(problem) })
    }

    /// Tells leads in another language from now on.
    pub fn speak(&mut self, language: Language) {
        self.language = language;
    }

    /// How it speaks of fields.
    pub fn vocabulary(&self) -> Vocabulary<'_> {
        Vocabulary {
            language: self.language,
            names: &self.names,
            wording: &self.wording,
            translations: &self.translations,
        }
    }

    /// The score of a probability.
    pub fn score(&self, p: Probability) -> u8 {
        self.score.score(p)
    }

    /// Score, tier and the tier's action of a probability; the lead's strongest factor on the side of the decision is named
    /// in the reason where factors are given. Rules of action come after it: [`Actions::bind`].
    pub fn decide(&self, p: Probability, factors: Option<&Factors>) -> Decision {
        self.tiers.decide(self.vocabulary(), self.score(p), Some(p.get()), factors)
    }
}

#[cfg(test)]
mod tests;
