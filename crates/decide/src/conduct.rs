//! What is done with a lead beyond its tier: the action by rule, and whether somebody should look at it first.

use crate::asked::Made;
use crate::{
    Actions, BoundActions, DecideError, Decision, Flag, Review, Shared, Suspicion, Vocabulary,
};
use leadsight_schema::{Cell, Field, Timestamp};

/// The actions and the review of a policy, resolved to positions of fields.
#[derive(Debug, Clone)]
pub struct Conduct {
    actions: Option<BoundActions>,
    review: Review,
}

/// What was decided beyond the tier.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Conducted {
    /// The product to offer.
    pub product: Option<String>,
    /// The probability that the action had of being chosen, where some are tried out.
    pub action_probability: Option<f64>,
    /// Why somebody should look at the lead.
    pub flags: Vec<Flag>,
}

/// A lead, as actions and review look at it.
#[derive(Debug, Clone, Copy)]
pub struct Lead<'a> {
    /// Its identifier, for lots.
    pub id: &'a str,
    /// What was made of it.
    pub made: Made<'a>,
    /// Its score before rounding.
    pub position: f64,
    /// The moment of scoring.
    pub now: Timestamp,
    /// What it is told in.
    pub vocabulary: Vocabulary<'a>,
}

impl Conduct {
    /// Resolves names to positions of `fields`.
    ///
    /// # Errors
    /// A field that is not there, or is read as what it is not.
    pub fn bind(
        actions: &Actions,
        review: &[Suspicion],
        fields: &[Field],
    ) -> Result<Self, DecideError> {
        let actions = (!actions.is_empty()).then(|| actions.bind(fields)).transpose()?;
        Ok(Self { actions, review: Review::bind(review, fields)? })
    }

    /// Whether a rule asks who a lead is or what it does, which takes an explanation to know.
    pub fn asks_sides(&self) -> bool {
        self.actions
            .iter()
            .flat_map(BoundActions::conditions)
            .chain(self.review.conditions())
            .any(|condition| condition.fields().iter().any(|asked| asked.is_side()))
    }

    /// Whether tiers alone decide, and nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.actions.is_none() && !self.review.looks()
    }

    /// What looks at leads together.
    pub fn review(&self) -> &Review {
        &self.review
    }

    /// Sets the action of `decision` where a rule or a lot says another than the tier, tells it in the policy's language, and looks for what is suspicious. `cell` gives the
    /// lead's fields; `shared` what too many of them have in common, where it is known.
    pub fn decide<'a>(
        &self,
        lead: &'a Lead<'a>,
        decision: &mut Decision,
        cell: impl Fn(usize) -> Cell<'a> + Copy,
        shared: Option<&Shared>,
    ) -> Conducted {
        let Lead { id, made, position, now, vocabulary } = lead;
        let flags = self.review.flags(*vocabulary, made, *position, cell, shared, *now);
        let Some(actions) = &self.actions else {
            decision.next_action = vocabulary.told(&decision.next_action).to_owned();
            return Conducted { flags, ..Conducted::default() };
        };
        let chosen = actions.decide(id, &decision.next_action, *vocabulary, made, cell, *now);
        if let Some(reason) = chosen.reason {
            decision.action_reason = format!("{reason}; {}", decision.action_reason);
        }
        decision.next_action = chosen.action;
        Conducted { product: chosen.product, action_probability: chosen.probability, flags }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BY_HAND, Policy, Repeats, ScoreMap, Tiers};
    use leadsight_rules::from_ron;
    use leadsight_schema::{FieldKind, Probability};

    const NOW: Timestamp = Timestamp(1_790_000_000);

    fn fields() -> Vec<Field> {
        let text = ["email", "ip", "country", "office", "contract", "opted_out"];
        text.map(|name| Field::feature(name, FieldKind::Text)).to_vec()
    }

    struct Decided {
        action: String,
        reason: String,
        conducted: Conducted,
    }

    fn decide(policy: &Policy, p: f64, cells: [&str; 6], shared: Option<&Shared>) -> Decided {
        let conduct = Conduct::bind(&policy.actions, &policy.review, &fields()).unwrap();
        let p = Probability::new(p).unwrap();
        let mut decision = policy.decide(p, None);
        let tier = decision.tier.clone();
        let made = Made {
            tier: &tier,
            lead_score: decision.score,
            probability: Some(p.get()),
            score_percentile: None,
            fit_score: Some(80),
            intent_score: Some(20),
            icp_match_pct: None,
            data_completeness: 0.5,
            scorer_used: "model",
        };
        let position = policy.score.position(p);
        let vocabulary = policy.vocabulary();
        let lead = Lead { id: "L1", made, position, now: NOW, vocabulary };
        let cell = |i: usize| match cells[i] {
            "" => Cell::Missing,
            text => Cell::Text(text),
        };
        let conducted = conduct.decide(&lead, &mut decision, cell, shared);
        Decided { action: decision.next_action, reason: decision.action_reason, conducted }
    }

    fn policy(rest: &str) -> Result<Policy, DecideError> {
        let scale = "score: (p0: 0.002, p40: 0.02, p70: 0.08, p100: 0.5)";
        Policy::from_ron(&format!("Policy(version: 1, {scale},\n{rest})"))
    }

    const ACTIONS: &str = r#"actions: (
        rules: [
            (when: All([Is("tier", "Hot"), Below("intent_score", 40)]), action: "offer a discount", reason: "good fit, little intent", product: "starter"),
            (when: Is("country", "DE"), action: "call in German"),
        ],
        never: [
            (action: "Offer a discount", when: Is("contract", "yes"), reason: "contract pricing"),
            (action: "immediate sales outreach", when: Is("opted_out", "yes"), reason: "no calls allowed"),
        ],
    )"#;

    #[test]
    fn the_first_rule_that_holds_and_is_allowed_decides() {
        let policy = policy(ACTIONS).unwrap();
        let none = ["", "", "", "", "", ""];
        let hot = decide(&policy, 0.3, none, None);
        assert_eq!(hot.action, "offer a discount");
        assert_eq!(hot.conducted.product.as_deref(), Some("starter"));
        assert!(hot.reason.starts_with("good fit, little intent; score 89, Hot"), "{}", hot.reason);
        let contract = decide(&policy, 0.3, ["", "", "", "", "yes", ""], None);
        assert_eq!(contract.action, "immediate sales outreach");
        assert!(contract.reason.contains("contract pricing"), "{}", contract.reason);
        let german = decide(&policy, 0.3, ["", "", "DE", "", "yes", ""], None);
        assert_eq!(german.action, "call in German");
        let nothing = decide(&policy, 0.3, ["", "", "", "", "yes", "yes"], None);
        assert_eq!(nothing.action, BY_HAND);
        assert!(nothing.reason.contains("no calls allowed"), "{}", nothing.reason);
        let cold = decide(&policy, 0.01, none, None);
        assert_eq!(cold.action, "re-qualify by marketing");
    }

    #[test]
    fn what_is_tried_out_is_logged_and_never_forbidden() {
        let lots = r#", explore: (share: 0.999, among: ["call in German", "offer a discount"])"#;
        let text = ACTIONS.replace("        ],\n    )", &format!("        ]{lots})"));
        let policy = policy(&text).unwrap();
        let found = decide(&policy, 0.3, ["", "", "", "", "yes", ""], None);
        let p = found.conducted.action_probability.unwrap();
        assert_ne!(found.action, "offer a discount");
        assert!((p - 0.4995).abs() < 1e-9 || (p - 0.5005).abs() < 1e-9, "{p}");
    }

    #[test]
    fn suspicious_leads_are_flagged_and_keep_their_action() {
        let policy = policy(
            r#"review: [DisposableMail("email"), BrokenMail("email"), Repeated(field: "ip", more_than: 2), RepeatedDomain(field: "email", more_than: 1), CountriesDiffer("country", "office"), LittleKnown(0.6), Borderline(5), When(when: Is("opted_out", "maybe"), reason: "unclear")]"#,
        )
        .unwrap();
        let review = Conduct::bind(&policy.actions, &policy.review, &fields()).unwrap();
        let cells = ["ann@mailinator.com", "1.2.3.4", "DE", "France", "", "maybe"];
        let mut repeats = Repeats::default();
        for _ in 0..3 {
            review.review().count(&mut repeats, |i| Cell::Text(cells[i]));
        }
        let shared = Shared::of(repeats, review.review());
        let found = decide(&policy, 0.081, cells, Some(&shared));
        let texts = |found: &Decided| -> Vec<String> {
            found.conducted.flags.iter().map(Flag::to_string).collect()
        };
        assert_eq!(
            texts(&found),
            [
                "disposable address at mailinator.com",
                "3 leads with this ip",
                "3 leads with this domain mailinator.com",
                "two countries: Germany and France",
                "only 50 % of its fields known",
                "near the working threshold: either side is likely",
                "unclear",
            ]
        );
        assert_eq!(found.action, "immediate sales outreach");
        let alone = decide(&policy, 0.3, ["ann@", "", "DE", "Germany", "", ""], None);
        assert_eq!(texts(&alone), ["email is no address", "only 50 % of its fields known"]);
    }

    #[track_caller]
    fn refused(rest: &str, expect: &str) {
        let error = policy(rest).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    }

    #[test]
    fn says_what_is_wrong() {
        refused(
            r#"actions: (rules: [(when: AtLeast("lead_score", 50), action: "a"), (when: AtLeast("lead_score", 70), action: "b")])"#,
            "actions.rules[2] (`lead_score` at least 70) is never reached",
        );
        refused(
            r#"actions: (never: [(action: "imediate sales outreach", when: Is("x", "y"), reason: "")])"#,
            "did you mean `immediate sales outreach`?",
        );
        refused(r#"actions: (explore: (share: 1.5, among: ["a", "b"]))"#, "the share 1.5");
        refused(r#"actions: (explore: (share: 0.1, among: ["a"]))"#, "1 actions");
        refused(r#"review: [LittleKnown(2)]"#, "review[1] is LittleKnown(2.0)");
        refused(r#"review: [DisposableMale("email")]"#, "did you mean `DisposableMail`?");
        refused(
            r#"review: [When(when: Below("tier", 3), reason: "")]"#,
            "needs `tier` to be a number",
        );
        refused(
            r#"preset: AToD, tiers: [(name: "A", from: 0, next_action: "x", reason: "y")]"#,
            "both `tiers` and `preset: AToD`",
        );
        refused(r#"kinds: {"tier": Number}"#, "which no condition reads");
    }

    #[test]
    fn a_preset_and_actions_read_back() {
        let policy = policy(&format!("preset: EightyFifty, {ACTIONS}")).unwrap();
        assert_eq!(policy.tiers, Tiers::preset(crate::Preset::EightyFifty));
        let text = policy.to_ron().unwrap();
        assert_eq!(Policy::from_ron(&text).unwrap(), policy, "{text}");
        let draft = crate::PolicyDraft::from_ron("Policy(version: 1, preset: AToD)").unwrap();
        let scale = ScoreMap::anchored(0.3, 0.1, 0.0, 1.0).unwrap();
        assert_eq!(draft.on(scale).score, scale);
        assert!(from_ron::<Policy>("Policy(version: 1)", "policy").is_err());
    }
}
