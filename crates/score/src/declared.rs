//! A scorer without a model: rules and points of a policy. It has a score, a tier and factors, and claims no probability.
//!
//! The conditions are the same 0/1 features as those of a scorecard that competes as a model, and go through the same
//! recipe and the same table of points; only what is made of the points differs.

use crate::scorer::Source;
use crate::{ScoreError, ScoredLead, Scorer, ScorerUsed};
use leadsight_decide::{DecideError, DeclaredPolicy, Factor, Factors, Icp};
use leadsight_features::{DaysFrom, FittedRecipe};
use leadsight_models::PointTable;
use leadsight_registry::fingerprint;
use leadsight_rules::{Outcome, Scorecard};
use leadsight_schema::{Matrix, Schema, TextRules, Timestamp};
use std::sync::Arc;

/// A policy, its conditions as features, and what they are worth.
#[derive(Debug, Clone)]
pub(crate) struct Declared {
    pub(crate) policy: DeclaredPolicy,
    pub(crate) recipe: FittedRecipe,
    pub(crate) text: TextRules,
    /// Rules come first and are worth no points.
    table: PointTable,
}

impl Scorer {
    /// A scorer from the text of a policy with rules, a scorecard or both; `name` stands in `model_version`. Fields are
    /// read as what the conditions take them for, or as `kinds` says.
    ///
    /// # Errors
    /// What is wrong with the policy, with line and column where it has them.
    pub fn from_policy(name: &str, text: &str) -> Result<Self, ScoreError> {
        let policy = DeclaredPolicy::from_ron(text).map_err(|source| DecideError::Named {
            name: name.to_owned(),
            source: Box::new(source),
        })?;
        let schema = Schema::new(policy.fields().to_vec())?;
        let recipe = FittedRecipe::declared(&policy.indicators(), &schema, DaysFrom::Scoring)?;
        let card = policy.scorecard.as_ref();
        let (floor, cap) = card.map_or((f64::NAN, f64::NAN), Scorecard::limits);
        let entries = card.into_iter().flat_map(Scorecard::points);
        let table = PointTable {
            base: card.map_or(0.0, Scorecard::base),
            points: std::iter::repeat_n(0.0, policy.rule_count())
                .chain(entries.map(|entry| entry.points))
                .chain(policy.icp.iter().flat_map(Icp::criteria).map(|_| 0.0))
                .collect(),
            floor: Some(floor).filter(|v| v.is_finite()),
            cap: Some(cap).filter(|v| v.is_finite()),
        };
        let mut rules = TextRules::default();
        rules.missing.extend(policy.missing.iter().map(|word| word.trim().to_owned()));
        let version = fingerprint(text.as_bytes());
        let declared = Declared { policy, recipe, text: rules, table };
        Self::over(Source::Declared(Box::new(declared)), name, &version)
    }
}

impl Declared {
    /// The score before rounding of every row: what ranks a lead.
    pub(crate) fn positions(&self, x: &Matrix) -> Result<Vec<f64>, ScoreError> {
        let points = self.table.totals(x)?;
        let rows = points.into_iter().enumerate();
        Ok(rows.map(|(row, points)| self.policy.position(points, self.rule(x, row))).collect())
    }

    /// The scored leads without identifier, rank, completeness and warnings.
    pub(crate) fn score(
        &self,
        x: &Matrix,
        version: &Arc<str>,
        now: Timestamp,
    ) -> Result<Vec<ScoredLead>, ScoreError> {
        let lead = |(row, position): (usize, f64)| {
            let rule = self.rule(x, row);
            let factors = self.factors(x.numbers(row), rule);
            let decision = self.policy.decide(position, Some(&factors));
            let scorer_used = match (rule, &self.policy.scorecard) {
                (None, Some(_)) => ScorerUsed::Scorecard,
                _ => ScorerUsed::Rules,
            };
            ScoredLead {
                lead_id: String::new(),
                scored_at: now,
                model_version: Arc::clone(version),
                scorer_used,
                margin: position,
                probability: None,
                lead_score: decision.score,
                score_percentile: None,
                rank: None,
                tier: decision.tier,
                fit_score: None,
                intent_score: None,
                icp_match_pct: self.icp_match(x.numbers(row)),
                factors: Some(factors),
                next_action: decision.next_action,
                action_reason: Some(decision.action_reason),
                action_probability: None,
                recommended_product: None,
                review_flags: Vec::new(),
                change: None,
                data_completeness: 0.0,
                warnings: Vec::new(),
            }
        };
        Ok(self.positions(x)?.into_iter().enumerate().map(lead).collect())
    }

    /// The criteria of the ideal customer stand last.
    fn icp_match(&self, row: &[f32]) -> Option<f64> {
        let icp = self.policy.icp.as_ref()?;
        let first = row.len() - icp.criteria().len();
        Some(icp.match_pct(|i| row[first + i] == 1.0))
    }

    /// The rule that decides, if one does: the first whose feature is 1.
    fn rule(&self, x: &Matrix, row: usize) -> Option<usize> {
        x.numbers(row).iter().take(self.policy.rule_count()).position(|x| *x == 1.0)
    }

    /// What holds, strongest first: the rule that decides, then points, unless the rule leaves them no say.
    fn factors(&self, row: &[f32], rule: Option<usize>) -> Factors {
        let vocabulary = self.policy.vocabulary();
        let factor = |i: usize, contribution: f64, points: f64| -> Factor {
            let field = self.recipe.features()[i].sources.join(", ");
            vocabulary.condition(field, self.policy.words(i), contribution, points)
        };
        let rules = self.policy.rules.as_ref();
        let outcome = rule.and_then(|i| Some((i, rules?.rules().get(i)?.then)));
        let mut found = Factors::default();
        if let Some((i, outcome)) = outcome {
            let side =
                if outcome.score() >= 40 { &mut found.positive } else { &mut found.negative };
            side.push(factor(i, f64::from(outcome.score()) - 40.0, 0.0));
        }
        if matches!(outcome, None | Some((_, Outcome::Qualify))) {
            let held = row.iter().zip(&self.table.points).enumerate();
            let mut held: Vec<(usize, f64)> = held
                .map(|(i, (x, points))| (i, f64::from(*x) * points))
                .filter(|(_, points)| *points != 0.0)
                .collect();
            held.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
            for (i, points) in held {
                let side = if points > 0.0 { &mut found.positive } else { &mut found.negative };
                side.push(factor(i, points, points));
            }
        }
        let most = self.policy.factors.at_most;
        found.positive.truncate(most);
        found.negative.truncate(most);
        found
    }
}
