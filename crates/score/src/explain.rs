//! Why a lead has its score: the model's contributions, brought back to the source fields.

use crate::{Bundle, Explained, ExplainedField, Explanation, ScoreError, Scorer};
use leadsight_decide::{Contribution, Factors, Parted, Policy, Standing, shares};
use leadsight_features::Bound;
use leadsight_models::Classifier;
use leadsight_schema::{Cell, Cells, Language, Timestamp};

/// A lead's log-odds by source field; values are put in words only where they are shown.
pub(crate) struct Grouped<'a, C: ?Sized> {
    scorer: &'a Scorer,
    bound: &'a Bound,
    cells: &'a C,
    row: usize,
    /// The lead's number features.
    numbers: &'a [f32],
    /// The contributions of all features.
    features: &'a [f64],
    unseen: &'a [usize],
    /// The fields that a feature is made from, and what each adds.
    sums: Vec<(usize, f64)>,
}

/// One contribution for each source field of a feature. A feature made from several fields gives each an equal part, so
/// that the sum stays. `numbers` are the lead's number features, `features` the contributions of all.
pub(crate) fn contributions<'a, C: Cells + ?Sized>(
    scorer: &'a Scorer,
    bound: &'a Bound,
    (cells, row): (&'a C, usize),
    numbers: &'a [f32],
    features: &'a [f64],
    unseen: &'a [usize],
) -> Grouped<'a, C> {
    let mut sums: Vec<Option<f64>> = vec![None; scorer.recipe().fields().len()];
    for (sources, value) in scorer.lineage.iter().zip(features) {
        for &source in sources {
            *sums[source].get_or_insert(0.0) += value / sources.len() as f64;
        }
    }
    let sums = sums.into_iter().enumerate();
    let sums = sums.filter_map(|(field, sum)| Some((field, sum?))).collect();
    Grouped { scorer, bound, cells, row, numbers, features, unseen, sums }
}

impl<C: Cells + ?Sized> Grouped<'_, C> {
    fn cell(&self, field: usize) -> Cell<'_> {
        self.bound.positions()[field].map_or(Cell::Missing, |p| self.cells.cell(self.row, p))
    }

    /// The name of the field at a place among the sums.
    fn name(&self, place: usize) -> &str {
        &self.scorer.recipe().fields()[self.sums[place].0].name
    }

    /// Whether nothing is known of it, or a word that no training row had.
    fn is_unknown(&self, place: usize) -> bool {
        let field = self.sums[place].0;
        self.cell(field) == Cell::Missing || self.unseen.contains(&field)
    }

    /// Of a text what moved the score most in the direction of the sum: a topic, a signal.
    fn said(&self, field: usize, sum: f64, language: Language) -> Option<String> {
        let recipe = self.scorer.recipe();
        let texts = recipe.text_features(field);
        let strength = |i: &usize| self.features[*i] * sum.signum();
        // The first of equals.
        let most = texts.rev().max_by(|a, b| strength(a).total_cmp(&strength(b)))?;
        (strength(&most) > 0.0).then_some(())?;
        Some(recipe.text_number(most)?.said(self.numbers[most], language))
    }

    /// The contribution at a place among the sums, in words.
    fn contribution(&self, place: usize) -> Contribution {
        let (field, contribution) = self.sums[place];
        let vocabulary = self.scorer.vocabulary();
        let name = self.name(place);
        let cell = self.cell(field);
        let words = || {
            let value = vocabulary.value(name, cell);
            let recipe = self.scorer.recipe();
            match recipe.contact_said(field, cell, vocabulary.language()) {
                Some(said) => format!("{said} ({value})"),
                None => value,
            }
        };
        let (value, standing) = match cell {
            Cell::Missing => (words(), Standing::Missing),
            _ if self.unseen.contains(&field) => (words(), Standing::Unseen),
            _ => match self.said(field, contribution, vocabulary.language()) {
                Some(said) => (said, Standing::Text),
                None => (words(), Standing::Known),
            },
        };
        let number = if let Cell::Number(value) = cell { Some(value) } else { None };
        Contribution { field: name.to_owned(), value, number, standing, contribution }
    }

    /// All of them.
    fn all(&self) -> Vec<Contribution> {
        (0..self.sums.len()).map(|place| self.contribution(place)).collect()
    }
}

/// The strongest of them, in points of the score.
pub(crate) fn factors(
    scorer: &Scorer,
    contributions: &Grouped<'_, impl Cells + ?Sized>,
    base: f64,
    margin: f64,
) -> Result<Factors, ScoreError> {
    let policy = &scorer.model()?.policy;
    let position = |s: f64| position(scorer, policy, s);
    let log_odds: Vec<f64> = contributions.sums.iter().map(|(_, sum)| *sum).collect();
    let parts = Parted {
        log_odds: &log_odds,
        is_unknown: |place| contributions.is_unknown(place),
        contribution: |place| contributions.contribution(place),
    };
    Ok(parts.factors(policy, base, margin, position)?)
}

/// The fit and the intent score: what the score would be if only the contributions of that side were known. `None` where the policy tells
/// no sides.
pub(crate) fn sides(
    scorer: &Scorer,
    policy: &Policy,
    contributions: &Grouped<'_, impl Cells + ?Sized>,
    base: f64,
) -> Option<(u8, u8)> {
    if policy.intent.is_empty() {
        return None;
    }
    let (mut fit, mut intent) = (base, base);
    for (place, (_, sum)) in contributions.sums.iter().enumerate() {
        let doing = policy.intent.iter().any(|field| field == contributions.name(place));
        *if doing { &mut intent } else { &mut fit } += sum;
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
                Ok(Parts { contributions: contributions.all(), base: reasons.base, margin })
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
