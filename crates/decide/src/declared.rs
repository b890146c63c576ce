//! A policy that scores without any history: rules, a scorecard, or both. It claims no probability.
//!
//! ```ron
//! Policy(
//!     version: 1,
//!     rules: (rules: [
//!         (when: Is("email_domain", "competitor.com"), then: Disqualify, reason: "a competitor"),
//!     ]),
//!     scorecard: (
//!         points: [
//!             (when: AtLeast("pricing_page_views", 1), points: 30, reason: "looked at prices"),
//!             (when: OneOf("job_title", ["CTO", "CEO"]), points: 25),
//!         ],
//!         threshold: 40,
//!     ),
//! )
//! ```
//! Rules go first: the first that holds decides, and points score the leads that no rule decides.
//!
//! | who decides | score |
//! |---|---|
//! | the scorecard | a straight line from 0 at the fewest points that a lead can have to 70 at the threshold, and another from there to 100 at the most; 40 lies at 4/7 of the first |
//! | `Qualify` | 70, or what the points say where that is more |
//! | `Disqualify` | 0 |
//! | `Score(n)` | n |
//! | nobody (no rule holds, no scorecard) | that of `otherwise` |

use crate::asked::Makes;
use crate::policy::{
    check_conduct, chosen, conduct_conditions, conduct_texts, fields_asked, known_version,
    sound_rule,
};
use crate::review::check_kinds;
use crate::{
    Actions, DecideError, Decision, FactorRule, Factors, Icp, Preset, Suspicion, Tier, Tiers,
    Translations, Vocabulary, Wording,
};
use leadsight_behaviour::{BehaviourError, EventColumns, FittedBehaviour};
use leadsight_rules::{Indicator, Outcome, Rules, Scorecard, from_ron};
use leadsight_schema::{Field, FieldKind, Language, Terms, fill};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Rules, a scorecard or both, and what is done with a lead.
#[derive(Debug, Clone, PartialEq)]
pub struct DeclaredPolicy {
    /// What decides first.
    pub rules: Option<Rules>,
    /// What scores the leads that no rule decides.
    pub scorecard: Option<Scorecard>,
    /// The tiers with their next actions.
    pub tiers: Tiers,
    /// How many factors are shown.
    pub factors: FactorRule,
    /// What leads are told in.
    pub language: Language,
    /// Business words for field names.
    pub names: BTreeMap<String, String>,
    /// How fields are told; of a condition only their names.
    pub wording: BTreeMap<String, Wording>,
    /// Texts of the policy in other languages.
    pub translations: Translations,
    /// What a row, its outcome and a call are called.
    pub terms: Terms,
    /// Words that mean "not known", beside the built-in ones.
    pub missing: Vec<String>,
    /// The column that names the lead.
    pub id: Option<String>,
    /// The ideal customer profile.
    pub icp: Option<Icp>,
    /// How an event log is read, and what conditions ask of it by the names of their fields; `None` where they ask nothing.
    pub behaviour: Option<FittedBehaviour>,
    /// What is done beside and against the tiers' own actions.
    pub actions: Actions,
    /// Which leads a person looks at.
    pub review: Vec<Suspicion>,
    fields: Vec<Field>,
}

#[derive(Deserialize)]
#[serde(rename = "Policy", deny_unknown_fields)]
struct Raw {
    #[serde(rename = "version", deserialize_with = "known_version")]
    _version: u32,
    #[serde(default)]
    rules: Option<Rules>,
    #[serde(default)]
    scorecard: Option<Scorecard>,
    #[serde(default)]
    preset: Option<Preset>,
    #[serde(default)]
    tiers: Option<Tiers>,
    #[serde(default, deserialize_with = "sound_rule")]
    factors: FactorRule,
    #[serde(default)]
    language: Language,
    #[serde(default)]
    names: BTreeMap<String, String>,
    #[serde(default)]
    wording: BTreeMap<String, Wording>,
    #[serde(default)]
    translations: Translations,
    #[serde(default)]
    terms: Terms,
    #[serde(default)]
    kinds: BTreeMap<String, FieldKind>,
    #[serde(default)]
    missing: Vec<String>,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    icp: Option<Icp>,
    #[serde(default)]
    events: Option<EventColumns>,
    #[serde(default)]
    actions: Actions,
    #[serde(default)]
    review: Vec<Suspicion>,
}

impl DeclaredPolicy {
    /// Reads and checks a policy file's text.
    ///
    /// # Errors
    /// [`DecideError::Rules`] with line and column of what is wrong; [`DecideError::NothingScores`] without rules and
    /// scorecard; [`DecideError::Rules`] where the two do not fit together; [`DecideError::UnusedKind`].
    pub fn from_ron(text: &str) -> Result<Self, DecideError> {
        Self::read(text).map_err(|error| error.without_model().on_line_of(text))
    }

    fn read(text: &str) -> Result<Self, DecideError> {
        let raw: Raw = from_ron(text, "policy").map_err(Box::new)?;
        let Raw { rules, scorecard, factors, kinds, missing, id, icp, .. } = raw;
        let Raw { language, names, wording, translations, terms, actions, review, .. } = raw;
        if rules.is_none() && scorecard.is_none() {
            return Err(DecideError::NothingScores);
        }
        let tiers = chosen(raw.tiers, raw.preset)?.unwrap_or_else(without_chance);
        tiers.check_fixed(false)?;
        tiers.check_written()?;
        actions.check_written()?;
        let scorers: &[&str] = match (&rules, &scorecard) {
            (Some(_), Some(_)) => &["scorecard", "rules"],
            (None, _) => &["scorecard"],
            (_, None) => &["rules"],
        };
        let made = ["probability", "score_percentile", "fit_score", "intent_score"];
        let made = made.map(|name| (name, "without a model"));
        let no_icp = icp.is_none().then_some(("icp_match_pct", "without an `icp`"));
        let unknown: Vec<_> = made.into_iter().chain(no_icp).collect();
        let makes = Makes { tiers: Some(&tiers), scorers, unknown: &unknown };
        check_conduct(&tiers, &actions, &review, &makes.facts())?;
        let of_points = scorecard.iter().flat_map(Scorecard::conditions).collect::<Vec<_>>();
        let conditions = (rules.iter().flat_map(Rules::rules).map(|r| &r.when))
            .chain(&of_points)
            .chain(icp.iter().flat_map(Icp::criteria).map(|c| &c.when))
            .chain(conduct_conditions(&actions, &review));
        let fields = fields_asked(conditions, &review, &kinds)?;
        check_kinds(&review, &fields)?;
        let asked = fields.iter().map(|field| field.name.as_str());
        let told = |error: BehaviourError| DecideError::Events { problem: error.to_string() };
        let behaviour = match raw.events {
            None => None,
            Some(events) => match FittedBehaviour::named(&events, asked).map_err(told)? {
                Some(behaviour) => Some(behaviour),
                None => return Err(DecideError::NothingOfEvents),
            },
        };
        let policy = Self {
            rules,
            scorecard,
            tiers,
            factors,
            language,
            names,
            wording,
            translations,
            terms,
            missing,
            id,
            icp,
            behaviour,
            actions,
            review,
            fields,
        };
        policy.translations.check(policy.texts())?;
        Ok(policy)
    }

    /// The texts that are told.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let rules = self.rules.iter().flat_map(Rules::rules).map(|rule| &rule.reason);
        let points = self.scorecard.iter().flat_map(Scorecard::points).map(|entry| &entry.reason);
        let reasons = rules.chain(points).filter_map(Option::as_deref);
        let conduct = conduct_texts(&self.tiers, &self.actions, &self.review);
        reasons.chain(conduct).chain(self.vocabulary().own_names())
    }

    /// The fields that it reads.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// One for each rule, of which the first that holds decides, then one for each entry of the scorecard, then one for each criterion of the ideal customer.
    pub fn indicators(&self) -> Vec<Indicator> {
        let rules = self.rules.iter().flat_map(Rules::conditions);
        let points = self.scorecard.iter().flat_map(Scorecard::indicators);
        rules.chain(points).chain(self.icp.iter().flat_map(Icp::indicators)).collect()
    }

    /// The number of rules.
    pub fn rule_count(&self) -> usize {
        self.rules.as_ref().map_or(0, |rules| rules.rules().len())
    }

    /// The score before rounding, 0 to 100, of a lead with these points, of whom the rule at this position decides, if any.
    pub fn position(&self, points: f64, rule: Option<usize>) -> f64 {
        let outcome = rule.and_then(|i| Some(self.rules.as_ref()?.rules().get(i)?.then));
        let by_points = self.scorecard.as_ref().map(|card| on_scale(card, points));
        match (outcome, by_points) {
            (Some(Outcome::Qualify), Some(position)) => position.max(70.0),
            (Some(outcome), _) => f64::from(outcome.score()),
            (None, Some(position)) => position,
            (None, None) => {
                self.rules.as_ref().map_or(0.0, |rules| f64::from(rules.otherwise().score()))
            }
        }
    }

    /// The condition at this position among the indicators as a factor names it.
    pub fn words(&self, indicator: usize) -> String {
        let vocabulary = self.vocabulary();
        let name = |field: &str| vocabulary.asked(field);
        let rule = self.rules.as_ref().and_then(|rules| rules.rules().get(indicator));
        let (phrase, when, reason) = match rule {
            Some(rule) => (self.language.phrases().factor_rule, &rule.when, &rule.reason),
            None => {
                let entry = indicator - self.rule_count().min(indicator);
                let card = self.scorecard.as_ref().and_then(|card| card.points().get(entry));
                let Some(entry) = card else { return String::new() };
                ("{words}", &entry.when, &entry.reason)
            }
        };
        let words = match reason {
            Some(reason) => vocabulary.told(reason).to_owned(),
            None => when.words_in(self.language, &name),
        };
        fill(phrase, |_| &words)
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

    /// Score, tier and next action, with the reason.
    pub fn decide(&self, position: f64, factors: Option<&Factors>) -> Decision {
        let score = position.clamp(0.0, 100.0).floor() as u8;
        self.tiers.decide(self.vocabulary(), score, None, factors)
    }
}

/// See the table above. The last place below the threshold keeps rounding on the right side of it.
fn on_scale(card: &Scorecard, points: f64) -> f64 {
    let (low, high) = card.range();
    let threshold = card.threshold();
    if points < threshold {
        return (70.0 * (points - low) / (threshold - low)).clamp(0.0, 70.0_f64.next_down());
    }
    if high > threshold {
        return (70.0 + 30.0 * (points - threshold) / (high - threshold)).clamp(70.0, 100.0);
    }
    100.0
}

/// The built-in tiers in words that claim no chance to convert.
fn without_chance() -> Tiers {
    let p = Language::English.phrases();
    let reasons = [p.tier_called_for, p.tier_not_called_for, p.tier_spoken_against];
    let built_in = Tiers::default();
    let tiers = built_in.as_slice().iter().zip(reasons);
    let tiers = tiers.map(|(tier, reason)| Tier { reason: reason.to_owned(), ..tier.clone() });
    Tiers::new(tiers.collect()).unwrap_or(built_in)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CARD: &str = r#"scorecard: (base: 10, points: [(when: AtLeast("views", 3), points: 40, reason: "reads"), (when: Missing("phone"), points: -20)], threshold: 30)"#;
    const RULES: &str = r#"rules: (rules: [(when: Is("country", "DE"), then: Qualify), (when: Is("country", "XX"), then: Disqualify, reason: "no market"), (when: Below("size", 2), then: Score(55))])"#;

    fn policy(rest: &str) -> Result<DeclaredPolicy, DecideError> {
        DeclaredPolicy::from_ron(&format!("Policy(version: 1,\n{rest})"))
    }

    #[test]
    fn points_land_on_the_scale() {
        let policy = policy(CARD).unwrap();
        for (points, expect) in [(-10.0, 0), (29.999_999, 69), (30.0, 70), (40.0, 85), (50.0, 100)]
        {
            assert_eq!(
                policy.decide(policy.position(points, None), None).score,
                expect,
                "{points}"
            );
        }
        assert_eq!(policy.words(0), "reads");
        assert_eq!(policy.words(1), "phone unknown");
    }

    #[test]
    fn rules_go_before_points() {
        let both = policy(&format!("{RULES}, {CARD}")).unwrap();
        for (points, rule, expect) in [
            (50.0, Some(0), 100.0),
            (-10.0, Some(0), 70.0),
            (50.0, Some(1), 0.0),
            (50.0, Some(2), 55.0),
            (50.0, None, 100.0),
        ] {
            assert_eq!(both.position(points, rule), expect, "{points} {rule:?}");
        }
        assert_eq!(both.words(1), "rule: no market");
        assert_eq!(both.words(3), "reads");
        assert_eq!(both.indicators().len(), 5);
        let rules = policy(RULES).unwrap();
        assert_eq!(rules.position(0.0, None), 40.0);
    }

    #[track_caller]
    fn refused(rest: &str, expect: &str) {
        let error = policy(rest).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    }

    #[test]
    fn says_what_is_wrong() {
        refused("", "neither `rules` nor `scorecard`");
        refused("scorecrad: ()", "did you mean `scorecard`?");
        refused("scorecard: (points: [], threshold: 3)", "line 2");
        refused(&format!(r#"{CARD}, kinds: {{"vews": Number}}"#), "did you mean `views`?");
        refused(
            &format!(r#"{CARD}, kinds: {{"views": Category}}"#),
            "needs `views` to be a number, but it is a category",
        );
        refused(
            &format!(r#"{CARD}, rules: (rules: [(when: Contains("views", "x"), then: Qualify)])"#),
            "taken for words by (`views` contains \"x\") and for a number by (`views` at least 3)",
        );
        refused(
            &format!(r#"{CARD}, tiers: [(name: "A", from: 70, next_action: "x", reason: "y")]"#),
            "must start from 0",
        );
    }

    proptest! {
        #[test]
        fn seventy_is_the_threshold_and_the_scale_is_monotone(a in -20.0..60.0f64, b in -20.0..60.0f64) {
            let policy = policy(CARD).unwrap();
            let score = |points| policy.decide(policy.position(points, None), None).score;
            prop_assert_eq!(score(a) >= 70, a >= 30.0);
            prop_assert!(score(a.min(b)) <= score(a.max(b)));
        }
    }
}
