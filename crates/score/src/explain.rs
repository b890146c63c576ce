//! Why a lead has its score: the model's contributions, brought back to the source fields.

use crate::{Bundle, Explained, ExplainedField, Explanation, ScoreError, Scorer};
use leadsight_decide::{Contribution, Factors, Policy, Standing, shares};
use leadsight_features::Bound;
use leadsight_models::Classifier;
use leadsight_schema::{Cell, Cells, Timestamp};

/// One contribution for each source field of a feature. A feature made from several fields gives each an equal part, so
/// that the sum stays. Of a text the value is what moved the score most in the direction of the sum: a topic, a signal.
/// `numbers` are the lead's number features, `features` the contributions of all.
pub(crate) fn contributions(
    scorer: &Scorer,
    bound: &Bound,
    (cells, row): (&(impl Cells + ?Sized), usize),
    numbers: &[f32],
    features: &[f64],
    unseen: &[usize],
) -> Vec<Contribution> {
    let recipe = scorer.recipe();
    let fields = recipe.fields();
    let vocabulary = scorer.vocabulary();
    let mut sums: Vec<Option<f64>> = vec![None; fields.len()];
    for (sources, value) in scorer.lineage.iter().zip(features) {
        for &source in sources {
            *sums[source].get_or_insert(0.0) += value / sources.len() as f64;
        }
    }
    let cell =
        |field: usize| bound.positions()[field].map_or(Cell::Missing, |p| cells.cell(row, p));
    let said = |field: usize, sum: f64| {
        let texts = recipe.text_features(field);
        let strength = |i: &usize| features[*i] * sum.signum();
        // The first of equals.
        let most = texts.rev().max_by(|a, b| strength(a).total_cmp(&strength(b)))?;
        (strength(&most) > 0.0).then_some(())?;
        Some(recipe.text_number(most)?.said(numbers[most], vocabulary.language()))
    };
    let named = fields.iter().zip(sums).enumerate();
    named
        .filter_map(|(field, (source, sum))| {
            let contribution = sum?;
            let words = |cell| vocabulary.value(&source.name, cell);
            let (value, standing) = match cell(field) {
                Cell::Missing => (words(Cell::Missing), Standing::Missing),
                known if unseen.contains(&field) => (words(known), Standing::Unseen),
                known => match said(field, contribution) {
                    Some(said) => (said, Standing::Text),
                    None => (words(known), Standing::Known),
                },
            };
            let number = if let Cell::Number(value) = cell(field) { Some(value) } else { None };
            Some(Contribution { field: source.name.clone(), value, number, standing, contribution })
        })
        .collect()
}

/// The strongest of them, in points of the score.
pub(crate) fn factors(
    scorer: &Scorer,
    contributions: &[Contribution],
    base: f64,
    margin: f64,
) -> Result<Factors, ScoreError> {
    let policy = &scorer.model()?.policy;
    let position = |s: f64| position(scorer, policy, s);
    Ok(leadsight_decide::factors(policy, contributions, base, margin, position)?)
}

/// The fit and the intent score: what the score would be if only the contributions of that side were known. `None` where the policy tells
/// no sides.
pub(crate) fn sides(
    scorer: &Scorer,
    policy: &Policy,
    contributions: &[Contribution],
    base: f64,
) -> Option<(u8, u8)> {
    if policy.intent.is_empty() {
        return None;
    }
    let (mut fit, mut intent) = (base, base);
    for part in contributions {
        let side = if policy.intent.contains(&part.field) { &mut intent } else { &mut fit };
        *side += part.contribution;
    }
    let score = |margin: f64| position(scorer, policy, margin).clamp(0.0, 100.0).floor() as u8;
    Some((score(fit), score(intent)))
}

/// The score before rounding from log-odds.
pub(crate) fn position(scorer: &Scorer, policy: &Policy, margin: f64) -> f64 {
    scorer.probability(margin).map_or(0.0, |p| policy.score.position(p))
}

/// What a model's log-odds for a lead are made of.
pub(crate) struct Parts {
    pub(crate) contributions: Vec<Contribution>,
    /// The log-odds of an average lead.
    pub(crate) base: f64,
    /// Those of this lead: the base and all contributions.
    pub(crate) margin: f64,
}

impl Scorer {
    /// What the log-odds of some rows are made of, in the order given. Only a model has them.
    pub(crate) fn parts(
        &self,
        bound: &Bound,
        cells: &(impl Cells + ?Sized),
        rows: &[usize],
        now: Option<Timestamp>,
    ) -> Result<Vec<Parts>, ScoreError> {
        let matrix = bound.transform_at(cells, rows.iter().copied(), now)?;
        let Bundle { model, .. } = self.model()?;
        let (margins, reasons) = (model.margins(&matrix)?, model.explain(&matrix)?);
        let leads = rows.iter().zip(margins).enumerate();
        leads
            .map(|(i, (&row, margin))| {
                let unseen = bound.unseen(cells, row)?;
                let contributions = contributions(
                    self,
                    bound,
                    (cells, row),
                    matrix.numbers(i),
                    reasons.row(i),
                    &unseen,
                );
                Ok(Parts { contributions, base: reasons.base, margin })
            })
            .collect()
    }

    /// Explains some rows, in the order given; `ids` gives each its name. Only a model has log-odds to explain.
    pub(crate) fn explain(
        &self,
        bound: &Bound,
        cells: &(impl Cells + ?Sized),
        rows: &[usize],
        ids: impl Iterator<Item = String>,
    ) -> Result<Vec<Explained>, ScoreError> {
        let Bundle { policy, .. } = self.model()?;
        let vocabulary = self.vocabulary();
        let explained = |(part, points): (Contribution, f64)| {
            let Contribution { field, value, number, contribution, .. } = part;
            let words = vocabulary.name(&field);
            ExplainedField { field, words, value, number, contribution, points }
        };
        let leads = self.parts(bound, cells, rows, None)?.into_iter().zip(ids);
        leads
            .map(|(Parts { contributions, base, margin }, lead_id)| {
                let log_odds: Vec<f64> = contributions.iter().map(|c| c.contribution).collect();
                let points = shares(&log_odds, base, margin, |s| position(self, policy, s));
                let probability = self.probability(margin)?;
                Ok(Explained {
                    lead_id,
                    base_value: base,
                    margin,
                    base_probability: self.probability(base)?.get(),
                    probability: probability.get(),
                    base_score: position(self, policy, base),
                    lead_score: policy.score(probability),
                    contributions: contributions.into_iter().zip(points).map(explained).collect(),
                    explanation: Explanation::Exact,
                    change: None,
                })
            })
            .collect()
    }
}
