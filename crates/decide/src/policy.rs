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
//!     intent: ["page_views", "demo_requested"],
//!     icp: [(when: OneOf("industry", ["Software"]), weight: 2.0), (when: AtLeast("employees", 50))],
//! )
//! ```
//! Only `version` and `score` are required.

use crate::{DecideError, FactorRule, Factors, Icp, Range, ScoreMap, Tiers, Vocabulary, Wording};
use leadsight_rules::from_ron;
use leadsight_schema::{Language, Probability};
use ron::extensions::Extensions;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use std::collections::BTreeMap;

/// The newest policy version that this program reads.
pub const POLICY_VERSION: u32 = 1;

/// What is decided of a lead, as data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "Raw", into = "Raw")]
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
    /// The usual range of number fields, for "high" and "low"; written by training.
    pub ranges: BTreeMap<String, Range>,
    /// The fields that say what a lead does; the others say who it is. Without any there is neither a fit nor an intent score.
    pub intent: Vec<String>,
    /// The ideal customer profile; written by training unless declared.
    pub icp: Option<Icp>,
}

/// The file's shape, before it is checked.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename = "Policy", deny_unknown_fields)]
struct Raw {
    #[serde(deserialize_with = "known_version")]
    version: u32,
    score: ScoreMap,
    #[serde(default)]
    tiers: Tiers,
    #[serde(default, deserialize_with = "sound_rule")]
    factors: FactorRule,
    #[serde(default, skip_serializing_if = "is_default")]
    language: Language,
    #[serde(default)]
    names: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    wording: BTreeMap<String, Wording>,
    #[serde(default)]
    ranges: BTreeMap<String, Range>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    intent: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    icp: Option<Icp>,
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

impl From<Raw> for Policy {
    fn from(raw: Raw) -> Self {
        let Raw {
            version: _,
            score,
            tiers,
            factors,
            language,
            names,
            wording,
            ranges,
            intent,
            icp,
        } = raw;
        Self { score, tiers, factors, language, names, wording, ranges, intent, icp }
    }
}

impl From<Policy> for Raw {
    fn from(policy: Policy) -> Raw {
        let Policy { score, tiers, factors, language, names, wording, ranges, intent, icp } =
            policy;
        let version = POLICY_VERSION;
        Raw { version, score, tiers, factors, language, names, wording, ranges, intent, icp }
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
            ranges: BTreeMap::new(),
            intent: Vec::new(),
            icp: None,
        }
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
        Vocabulary { language: self.language, names: &self.names, wording: &self.wording }
    }

    /// The score of a probability.
    pub fn score(&self, p: Probability) -> u8 {
        self.score.score(p)
    }

    /// Score, tier and next action of a probability; the lead's strongest factor on the side of the decision is named
    /// in the reason where factors are given.
    pub fn decide(&self, p: Probability, factors: Option<&Factors>) -> Decision {
        self.tiers.decide(self.score(p), factors)
    }
}

impl Tiers {
    /// Tier and next action of a score; the lead's strongest factor on the side of the decision is named in the reason
    /// where factors are given.
    pub(crate) fn decide(&self, score: u8, factors: Option<&Factors>) -> Decision {
        let tier = self.of(score);
        let cut = if tier.from > 0 {
            format!(", {} from {}", tier.name, tier.from)
        } else {
            String::new()
        };
        let mut action_reason = format!("score {score}{cut}: {}", tier.reason);
        let side = factors.map(|f| {
            let top = self.as_slice().first().is_some_and(|first| first.name == tier.name);
            if top { &f.positive } else { &f.negative }
        });
        if let Some(factor) = side.and_then(|side| side.first()) {
            action_reason.push_str(&format!("; chiefly {}", factor.clause));
        }
        Decision {
            score,
            tier: tier.name.clone(),
            next_action: tier.next_action.clone(),
            action_reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsight_rules::RulesError;

    const SHORT: &str = "Policy(version: 1, score: (p0: 0.002, p40: 0.02, p70: 0.08, p100: 0.5))";

    #[test]
    fn defaults_fill_what_is_left_out_and_the_text_reads_back() {
        let policy = Policy::from_ron(SHORT).unwrap();
        assert_eq!(policy.tiers, Tiers::default());
        let text = policy.to_ron().unwrap();
        assert_eq!(Policy::from_ron(&text).unwrap(), policy, "{text}");
    }

    #[track_caller]
    fn refused(text: &str, expect_line: usize, expect: &str) {
        let error = Policy::from_ron(text).unwrap_err();
        let DecideError::Rules(text) = &error else { panic!("{error}") };
        let RulesError::Text { line, .. } = &**text else { panic!("{error}") };
        assert_eq!(*line, expect_line, "{error}");
        assert!(error.to_string().contains(expect), "{error}");
    }

    #[test]
    fn errors_name_the_line() {
        refused("Policy(\n version: 1,\n scroe: (p0: 0.1))", 3, "did you mean `score`?");
        refused(
            "Policy(\n version: 9,\n score: (p0: 0.1, p40: 0.2, p70: 0.3, p100: 0.4))",
            2,
            "version 9",
        );
        refused(
            "Policy(\n version: 1,\n score: (p0: 0.1, p40: 0.5, p70: 0.3, p100: 0.6))",
            3,
            "p40 = 0.5 is not clearly below p70 = 0.3",
        );
        refused(
            "Policy(version: 1,\n score: (p0: 0.1, p40: 0.2, p70: 0.3, p100: 0.6),\n tiers: [(name: \"A\", from: 70, next_action: \"x\", reason: \"y\")])",
            3,
            "the last tier must start from 0",
        );
        for (q25, q75) in [("5.0", "1.0"), ("NaN", "1.0"), ("1.0", "inf")] {
            let ranges = format!("ranges: {{\"visits\": (q25: {q25},\n q75: {q75})}})");
            refused(
                &SHORT.replace("))", &format!("),\n{ranges}")),
                3,
                "expected two finite numbers",
            );
        }
        refused("Policy(version: 1,\n", 1, "end of RON");
    }

    #[test]
    fn decides_with_a_reason() {
        let policy = Policy::from_ron(SHORT).unwrap();
        let decision = policy.decide(Probability::new(0.2).unwrap(), None);
        assert_eq!((decision.tier.as_str(), decision.score >= 70), ("Hot", true));
        assert_eq!(decision.next_action, "immediate sales outreach");
        assert!(decision.action_reason.contains("Hot from 70"), "{}", decision.action_reason);
    }
}
