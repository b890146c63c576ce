//! What to do next: rules over a lead and what was made of it, what may never be done, and what is tried out.
//!
//! The first rule that holds and whose action is not forbidden decides; where none does, the tier's action; where that is forbidden too,
//! a person does.

use crate::asked::{Asked, Made, bind};
use crate::{DecideError, Tiers, Vocabulary, explore};
use leadsight_rules::{Condition, Fact, check_order};
use leadsight_schema::{Cell, Field, Language, Seed, Timestamp, fill, or_nearest};
use serde::{Deserialize, Serialize};

/// What is left where everything is forbidden, by its name.
pub const BY_HAND: &str = "decide by hand";

/// Rules of action, what is never done, and what is tried out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Actions {
    /// In order: the first that holds decides, before the tier's own action.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<ActionRule>,
    /// What is never done, whatever rules and tiers say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub never: Vec<Never>,
    /// What is tried out on some leads, so that actions can be compared later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explore: Option<Explore>,
}

/// When this holds, that is to be done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionRule {
    /// When. It can ask the lead's fields, and `tier`, `lead_score`, `probability`, `fit_score`, `intent_score` and so on.
    pub when: Condition,
    /// What.
    pub action: String,
    /// Why, in the words of the business; the condition in words unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The product to offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
}

/// What is never done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Never {
    /// An action of a rule, a tier or the list to explore.
    pub action: String,
    /// With which leads.
    pub when: Condition,
    /// Why not.
    pub reason: String,
}

/// Some leads get an action by lot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explore {
    /// The share of leads, above 0 and below 1.
    pub share: f64,
    /// What the lot is drawn from, as far as it is not forbidden.
    pub among: Vec<String>,
    /// Where the lots start: the same lead gets the same one.
    #[serde(default)]
    pub seed: u64,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    /// What to do next, as it is told.
    pub action: String,
    /// Why; `None` where the tier's own action and reason stand.
    pub reason: Option<String>,
    /// The product to offer.
    pub product: Option<String>,
    /// The probability that this action had of being chosen, where some are tried out.
    pub probability: Option<f64>,
}

/// Actions whose conditions are resolved to positions.
#[derive(Debug, Clone)]
pub struct BoundActions {
    actions: Actions,
    rules: Vec<Condition<Asked>>,
    never: Vec<Condition<Asked>>,
}

impl Actions {
    /// Whether there is nothing but the tiers' own actions.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Every condition, in order.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.rules.iter().map(|r| &r.when).chain(self.never.iter().map(|n| &n.when))
    }

    /// # Errors
    /// A rule that can never decide about leads of whom the facts are true, an action that is forbidden but that nothing proposes, a share out
    /// of range.
    pub(crate) fn check(&self, tiers: &Tiers, facts: &[Fact]) -> Result<(), DecideError> {
        let rules: Vec<&Condition> = self.rules.iter().map(|rule| &rule.when).collect();
        let place = |i| format!("actions.rules[{}]", i + 1);
        check_order(&rules, facts, place, "next_action of the tiers").map_err(Box::new)?;
        for (i, never) in self.never.iter().enumerate() {
            let place = format!("actions.never[{}]", i + 1);
            check_order(&[&never.when], facts, |_| place.clone(), "rules").map_err(Box::new)?;
            if !self.known(tiers).any(|action| same(action, &never.action)) {
                let hint = or_nearest(&never.action, self.known(tiers));
                return Err(DecideError::UnknownAction {
                    place,
                    action: never.action.clone(),
                    hint,
                });
            }
        }
        match &self.explore {
            Some(explore) if !(explore.share > 0.0 && explore.share < 1.0) => {
                Err(DecideError::Explore { found: format!("the share {}", explore.share) })
            }
            Some(explore) if explore.among.len() < 2 => {
                Err(DecideError::Explore { found: format!("{} actions", explore.among.len()) })
            }
            _ => Ok(()),
        }
    }

    /// What is asked of a file that people write, beyond [`Actions::check`]: bundles that were written before are not held to it.
    ///
    /// # Errors
    /// A blank action, and too few different ones to draw from.
    pub(crate) fn check_written(&self) -> Result<(), DecideError> {
        let blank = |text: &str| text.trim().is_empty();
        if let Some(i) = self.rules.iter().position(|rule| blank(&rule.action)) {
            return Err(DecideError::BlankAction { place: format!("actions.rules[{}]", i + 1) });
        }
        let Some(explore) = &self.explore else { return Ok(()) };
        if explore.among.iter().any(|action| blank(action)) {
            return Err(DecideError::Explore { found: "a blank action".to_owned() });
        }
        let mut others = explore.among.iter().enumerate();
        match others.find(|(i, action)| explore.among[..*i].iter().any(|a| same(a, action))) {
            Some((_, twice)) => Err(DecideError::Explore { found: format!("`{twice}` twice") }),
            None => Ok(()),
        }
    }

    /// Every action that can be proposed.
    fn known<'a>(&'a self, tiers: &'a Tiers) -> impl Iterator<Item = &'a str> {
        (self.rules.iter().map(|rule| rule.action.as_str()))
            .chain(tiers.as_slice().iter().map(|tier| tier.next_action.as_str()))
            .chain(self.explore.iter().flat_map(|e| &e.among).map(String::as_str))
    }

    /// The texts that are told.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let rules = self.rules.iter().flat_map(|r| r.reason.iter().chain([&r.action]));
        let never = self.never.iter().flat_map(|never| [&never.action, &never.reason]);
        let lots = self.explore.iter().flat_map(|lots| &lots.among);
        rules.chain(never).chain(lots).map(String::as_str)
    }

    /// Resolves names to positions of `fields`.
    ///
    /// # Errors
    /// A field that is not there, or is read as what it is not.
    pub fn bind(&self, fields: &[Field]) -> Result<BoundActions, DecideError> {
        let all = |what: &str, conditions: Vec<&Condition>| -> Result<Vec<_>, DecideError> {
            let places = (1..).map(|i| format!("actions.{what}[{i}]"));
            conditions.iter().zip(places).map(|(c, place)| bind(c, fields, &place)).collect()
        };
        Ok(BoundActions {
            rules: all("rules", self.rules.iter().map(|r| &r.when).collect())?,
            never: all("never", self.never.iter().map(|n| &n.when).collect())?,
            actions: self.clone(),
        })
    }
}

/// Whether two names are of one action; a built-in one has a name in every language.
fn same(a: &str, b: &str) -> bool {
    let name = |text: &str| Language::English.built_in(text.trim()).unwrap_or(text).to_lowercase();
    name(a).trim() == name(b).trim()
}

impl BoundActions {
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Condition<Asked>> {
        self.rules.iter().chain(&self.never)
    }

    /// What to do with a lead whose tier proposes `usual`. `cell` gives the lead's fields, `now` is the moment of scoring.
    pub fn decide<'a>(
        &self,
        lead_id: &str,
        usual: &str,
        vocabulary: Vocabulary<'_>,
        made: &'a Made<'a>,
        cell: impl Fn(usize) -> Cell<'a>,
        now: Timestamp,
    ) -> Chosen {
        let holds = |when: &Condition<Asked>| {
            when.holds(&|asked: &Asked| asked.cell(made, &cell), Some(now))
        };
        let forbidden = |action: &str| {
            let mut all = self.actions.never.iter().zip(&self.never);
            all.find(|(never, when)| same(&never.action, action) && holds(when)).map(|(n, _)| n)
        };
        let language = vocabulary.language();
        let p = language.phrases();
        let mut refused: Vec<String> = Vec::new();
        let mut allowed = |action: &str| match forbidden(action) {
            None => true,
            Some(never) => {
                let words = fill(p.action_never, |name| match name {
                    "action" => vocabulary.told(&never.action),
                    _ => vocabulary.told(&never.reason),
                });
                if !refused.contains(&words) {
                    refused.push(words);
                }
                false
            }
        };
        let mut rules = self.actions.rules.iter().zip(&self.rules);
        let rule = rules.find(|(rule, when)| holds(when) && allowed(&rule.action));
        let (action, mut reason, product) = match rule {
            Some((rule, _)) => {
                let why = match &rule.reason {
                    Some(reason) => vocabulary.told(reason).to_owned(),
                    None => rule.when.words_in(language, &|name: &str| vocabulary.asked(name)),
                };
                (rule.action.as_str(), Some(why), rule.product.clone())
            }
            None if allowed(usual) => (usual, None, None),
            None => (BY_HAND, Some(p.action_none.to_owned()), None),
        };
        let (mut action, mut probability) = (action.to_owned(), None);
        let best = action.clone();
        if let Some(lots) = self.actions.explore.as_ref().filter(|_| action != BY_HAND) {
            let among: Vec<&str> = (lots.among.iter().map(String::as_str))
                .filter(|other| forbidden(other).is_none())
                .collect();
            // The share was checked when the policy was read.
            if let Ok(drawn) = explore(&best, &among, lots.share, Seed(lots.seed), lead_id) {
                probability = Some(drawn.probability);
                if drawn.action != best {
                    reason = Some(fill(p.action_tried, |_| vocabulary.told(&best)));
                    action = drawn.action.to_owned();
                }
            }
        }
        if !refused.is_empty() {
            let told = refused.join("; ");
            reason = Some(reason.map_or_else(|| told.clone(), |why| format!("{why}; {told}")));
        }
        Chosen { action: vocabulary.told(&action).to_owned(), reason, product, probability }
    }
}
