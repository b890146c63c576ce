//! If/then rules: the first whose condition holds decides.
//!
//! Points that add up are a [`crate::Scorecard`]; a list of which all rules count would be one under another name.

use crate::{Condition, Indicator, RulesError, check_order, from_ron};
use serde::{Deserialize, Serialize};

/// What a rule says of a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub enum Outcome {
    /// Worth a call: a score of 70, or more where points say more.
    Qualify,
    /// Not worth anything: a score of 0.
    Disqualify,
    /// This score, 0 to 100, and so the tier that holds it.
    Score(u8),
}

impl Outcome {
    /// The score it gives by itself.
    pub fn score(self) -> u8 {
        match self {
            Outcome::Qualify => 70,
            Outcome::Disqualify => 0,
            Outcome::Score(score) => score,
        }
    }
}

/// If this, then that.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// When it decides, unless an earlier one does.
    pub when: Condition,
    /// What it decides.
    pub then: Outcome,
    /// Why, in the words of the business; the condition in words unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Rules in order, checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(try_from = "Raw", into = "Raw")]
pub struct Rules(Raw);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename = "Rules", deny_unknown_fields)]
struct Raw {
    /// In order: the first that holds decides.
    rules: Vec<Rule>,
    /// What is decided where none holds.
    #[serde(default = "undecided")]
    otherwise: Outcome,
}

/// Too good to skip, not worth a call yet.
fn undecided() -> Outcome {
    Outcome::Score(40)
}

impl Rules {
    /// Reads and checks a list of rules.
    ///
    /// # Errors
    /// [`RulesError::Text`] with line and column, holding what is wrong.
    pub fn from_ron(text: &str) -> Result<Self, RulesError> {
        from_ron(text, "rules")
    }

    /// The rules, in order.
    pub fn rules(&self) -> &[Rule] {
        &self.0.rules
    }

    /// What holds where no rule decides: a score of 40 unless declared.
    pub fn otherwise(&self) -> Outcome {
        self.0.otherwise
    }

    /// One for each rule, in order: 1 where its condition holds; the first that is 1 decides.
    pub fn conditions(&self) -> Vec<Indicator> {
        let rules = self.0.rules.iter().enumerate();
        rules.map(|(i, rule)| Indicator::of(place(i), &rule.when)).collect()
    }

    /// One for each rule, in order: 1 where that rule decides, so at most one of them is. Each says that none before it holds, so that a sum
    /// over them all is one over the rules that decide.
    pub fn indicators(&self) -> Vec<Indicator> {
        let rules = &self.0.rules;
        let indicator = |(i, rule): (usize, &Rule)| {
            let earlier: Vec<Condition> = rules[..i].iter().map(|rule| rule.when.clone()).collect();
            let first = if earlier.is_empty() {
                rule.when.clone()
            } else {
                let none_earlier = Condition::Not(Box::new(Condition::Any(earlier)));
                Condition::All(vec![rule.when.clone(), none_earlier])
            };
            Indicator::new(place(i), &rule.when, first)
        };
        rules.iter().enumerate().map(indicator).collect()
    }
}

fn place(rule: usize) -> String {
    format!("rules[{}]", rule + 1)
}

impl TryFrom<Raw> for Rules {
    type Error = RulesError;

    fn try_from(raw: Raw) -> Result<Self, RulesError> {
        if raw.rules.is_empty() {
            return Err(RulesError::Empty { what: "list of rules" });
        }
        let outcomes = raw.rules.iter().enumerate().map(|(i, rule)| (place(i), rule.then));
        for (place, outcome) in outcomes.chain([("`otherwise`".to_owned(), raw.otherwise)]) {
            if outcome.score() > 100 {
                return Err(RulesError::Score { place, score: outcome.score() });
            }
        }
        let conditions: Vec<&Condition> = raw.rules.iter().map(|rule| &rule.when).collect();
        check_order(&conditions, &[], place, "otherwise")?;
        Ok(Self(raw))
    }
}

impl From<Rules> for Raw {
    fn from(rules: Rules) -> Raw {
        rules.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsight_schema::{Cell, Field, FieldKind, Schema};

    #[track_caller]
    fn refused(rules: &str, expect: &str) {
        let error = Rules::from_ron(&format!("Rules(rules: [{rules}])")).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    }

    #[test]
    fn says_what_is_wrong() {
        refused("", "the list of rules is empty");
        refused(
            r#"(when: AtLeast("n", 5), then: Qualify), (when: AtLeast("n", 9), then: Score(90))"#,
            "rules[2] (`n` at least 9) is never reached: whenever it holds, rules[1] (`n` at least 5) decides first",
        );
        refused(
            r#"(when: Missing("n"), then: Qualify), (when: Known("n"), then: Qualify), (when: Is("c", "x"), then: Qualify), (when: Below("n", 9), then: Qualify)"#,
            "rules[4] (`n` below 9) is never reached: whenever it holds, rules[2]",
        );
        refused(r#"(when: Is("n", 1), then: Score(101))"#, "gives the score 101");
        refused(r#"(when: Is("n", 1), then: Qualfy)"#, "did you mean `Qualify`?");
        refused(
            r#"(when: All([Is("n", 1), Is("n", 2)]), then: Qualify)"#,
            "rules[1] can never hold",
        );
    }

    #[test]
    fn only_the_first_rule_that_holds_decides() {
        let rules = Rules::from_ron(
            r#"Rules(rules: [(when: AtLeast("n", 9), then: Qualify), (when: AtLeast("n", 5), then: Score(50)), (when: Is("c", "x"), then: Disqualify)])"#,
        )
        .unwrap();
        let schema = Schema::new(vec![
            Field::feature("n", FieldKind::Number),
            Field::feature("c", FieldKind::Category),
        ])
        .unwrap();
        let bound: Vec<Condition<usize>> =
            rules.indicators().iter().map(|i| i.when.bind(&schema, &i.place).unwrap()).collect();
        let decides = |n: f64, c: &'static str| -> Vec<bool> {
            let cells = [Cell::Number(n), Cell::Text(c)];
            bound.iter().map(|condition| condition.holds(&|&f| cells[f], None)).collect()
        };
        assert_eq!(decides(10.0, "x"), [true, false, false]);
        assert_eq!(decides(6.0, "x"), [false, true, false]);
        assert_eq!(decides(1.0, "x"), [false, false, true]);
        assert_eq!(decides(1.0, "y"), [false, false, false]);
    }

    #[test]
    fn conditions_are_indicators_that_do_not_look_at_each_other() {
        let rules = r#"Rules(rules: [(when: AtLeast("n", 9), then: Qualify), (when: AtLeast("n", 5), then: Score(50))])"#;
        let rules = Rules::from_ron(rules).unwrap();
        let (plain, exclusive) = (rules.conditions(), rules.indicators());
        for (i, rule) in rules.rules().iter().enumerate() {
            assert_eq!(plain[i].when, rule.when);
            assert_eq!(
                (&plain[i].name, &plain[i].sources),
                (&exclusive[i].name, &exclusive[i].sources)
            );
        }
    }

    #[test]
    fn names_what_does_not_fit_the_leads() {
        let schema = Schema::new(vec![Field::feature("page_views", FieldKind::Number)]).unwrap();
        let bind = |text: &str| {
            let condition: Condition = ron::from_str(text).unwrap();
            condition.bind(&schema, "rules[1]").unwrap_err().to_string()
        };
        let unknown = bind(r#"AtLeast("page_vews", 3)"#);
        assert!(
            unknown.contains("rules[1]") && unknown.contains("did you mean `page_views`?"),
            "{unknown}"
        );
        let kind = bind(r#"Contains("page_views", "3")"#);
        assert!(kind.contains("needs `page_views` to be words, but it is a number"), "{kind}");
    }
}
