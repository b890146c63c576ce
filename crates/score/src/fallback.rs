//! Rules and points in the model's place: where a lead is too sparse for it, and where it is too old.

use crate::{ScoreError, ScoredLead, Scorer, block::Block};
use leadsight_decide::{Fallback, Policy};
use leadsight_features::FittedRecipe;
use leadsight_models::Calibrator;
use leadsight_schema::{Cell, Field, FieldKind, Language, Probability, Timestamp};

/// A bundle's second scorer, over the fields of its first.
#[derive(Debug, Clone)]
pub(crate) struct Second {
    pub(crate) scorer: Box<Scorer>,
    when: Fallback,
    /// For each of its fields the position among those of the first.
    places: Vec<usize>,
}

/// The fields that a fallback reads, of the kinds that the bundle reads them as where it does.
fn kinds(scorer: &Scorer, known: &[Field]) -> Result<(), ScoreError> {
    for field in scorer.recipe().fields() {
        let same = known.iter().find(|known| known.name == field.name);
        let alike = |a: FieldKind, b: FieldKind| a.alike(b) || (a.is_words() && b.is_words());
        if let Some(known) = same.filter(|known| !alike(known.kind, field.kind)) {
            let (name, own, kind) = (&field.name, field.kind.describe(), known.kind.describe());
            return Err(ScoreError::Mismatch {
                part: "fallback",
                difference: format!(
                    "it takes `{name}` for {own}, the model for {kind} (`kinds` in the fallback's policy sets it)"
                ),
            });
        }
    }
    Ok(())
}

impl Second {
    /// From the text of a policy of rules and points; `known` are the fields that the model reads.
    ///
    /// # Errors
    /// What is wrong with the policy, and a field that it takes for another kind than the model.
    pub(crate) fn new(
        name: &str,
        text: &str,
        when: Fallback,
        known: &[Field],
    ) -> Result<Self, ScoreError> {
        let scorer = Scorer::from_policy(name, text)?;
        kinds(&scorer, known)?;
        Ok(Self { scorer: Box::new(scorer), when, places: Vec::new() })
    }

    /// The same over the fields of `recipe`, which holds all of its own.
    pub(crate) fn over(mut self, recipe: &FittedRecipe) -> Self {
        let place = |field: &Field| recipe.fields().iter().position(|f| f.name == field.name);
        self.places = self.scorer.recipe().fields().iter().filter_map(place).collect();
        self
    }

    /// The same, telling leads in another language.
    pub(crate) fn in_language(self, language: Language) -> Self {
        Self { scorer: Box::new(self.scorer.in_language(language)), ..self }
    }

    /// Whether it scores a lead of which this share of the fields is known.
    pub(crate) fn steps_in(&self, completeness: f64, now: Timestamp) -> bool {
        completeness < self.when.sparse_below || self.is_stale(now)
    }

    /// Whether the model is too old.
    pub(crate) fn is_stale(&self, now: Timestamp) -> bool {
        self.when.stale_from.is_some_and(|day| now >= day.0)
    }

    /// The lead by rules and points; `cell` gives the fields of the first scorer.
    pub(crate) fn score<'a>(
        &self,
        lead_id: &str,
        cell: impl Fn(usize) -> Cell<'a>,
        now: Timestamp,
    ) -> Result<ScoredLead, ScoreError> {
        let mut scored = self.scorer.one(lead_id, &self.block(cell), now)?;
        let p = self.scorer.vocabulary().language().phrases();
        let why = if self.is_stale(now) { p.warn_stale } else { p.warn_sparse };
        scored.warnings.insert(0, why.to_owned());
        Ok(scored)
    }

    /// Its score before rounding.
    pub(crate) fn position<'a>(
        &self,
        cell: impl Fn(usize) -> Cell<'a>,
        now: Timestamp,
    ) -> Result<f64, ScoreError> {
        let block = self.block(cell);
        let found = self.scorer.margins(self.scorer.own(), &block, &[0], Some(now))?;
        Ok(found.first().copied().unwrap_or_default())
    }

    fn block<'a>(&self, cell: impl Fn(usize) -> Cell<'a>) -> Block<'a> {
        let mut block = self.scorer.block(1);
        self.places.iter().for_each(|place| block.push(Ok(cell(*place))));
        block
    }
}

/// The log-odds at which the model would give this score before rounding, so that leads of both scorers rank together: by bisection,
/// since calibrator and scale never fall.
pub(crate) fn margin_at(position: f64, calibrator: &Calibrator, policy: &Policy) -> f64 {
    let (mut low, mut high) = (-40.0, 40.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        let p = Probability::new(calibrator.probability(middle));
        if p.is_ok_and(|p| policy.score.position(p) < position) {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}
