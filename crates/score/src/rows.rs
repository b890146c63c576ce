//! Some rows of leads: by the model, by rules and points where it cannot, then actions and review.

use crate::{
    Bundle, ScoreError, ScoredLead, Scorer, ScorerUsed, explain,
    fallback::margin_at,
    scorer::{Call, Detail, Source},
};
use leadsight_decide::{Decision, Lead, Made};
use leadsight_features::Bound;
use leadsight_models::Classifier;
use leadsight_schema::{Cell, Cells, Matrix, Probability, Timestamp};
use std::sync::Arc;

impl Scorer {
    /// What ranks some rows: see [`ScoredLead::margin`].
    pub(crate) fn margins(
        &self,
        bound: &Bound,
        cells: &(impl Cells + ?Sized),
        rows: &[usize],
        now: Option<Timestamp>,
    ) -> Result<Vec<f64>, ScoreError> {
        let matrix = bound.transform_at(cells, rows.iter().copied(), now)?;
        let bundle = match &self.source {
            Source::Bundle(bundle) => bundle,
            Source::Declared(declared) => return declared.positions(&matrix),
        };
        let mut margins = bundle.model.margins(&matrix)?;
        // A moment is given where leads are scored, and none where the model alone is judged.
        if let (Some(second), Some(now)) = (&self.second, now) {
            for (margin, &row) in margins.iter_mut().zip(rows) {
                if second.steps_in(self.completeness(bound, cells, row), now) {
                    let position = second.position(cell_of(bound, cells, row), now)?;
                    *margin = margin_at(position, &bundle.calibrator, &bundle.policy);
                }
            }
        }
        Ok(margins)
    }

    /// Scores some rows, without rank and the warnings that only the caller knows; `id` gives the identifier of a row by its place in `rows`.
    pub(crate) fn score(
        &self,
        bound: &Bound,
        cells: &(impl Cells + ?Sized),
        rows: &[usize],
        id: impl Fn(usize) -> String,
        call: Call<'_>,
    ) -> Result<Vec<ScoredLead>, ScoreError> {
        let matrix = bound.transform_at(cells, rows.iter().copied(), Some(call.now))?;
        let mut leads = match &self.source {
            Source::Bundle(bundle) => self.by_model(bundle, bound, (cells, rows), &matrix, call)?,
            Source::Declared(declared) => declared.score(&matrix, &self.version, call.now)?,
        };
        for (i, (lead, &row)) in leads.iter_mut().zip(rows).enumerate() {
            let completeness = self.completeness(bound, cells, row);
            let cell = cell_of(bound, cells, row);
            let second = self.second.as_ref().filter(|s| s.steps_in(completeness, call.now));
            if let (Some(second), Some(bundle)) = (second, self.bundle()) {
                *lead = second.score(&id(i), cell, call.now)?;
                lead.margin = margin_at(lead.margin, &bundle.calibrator, &bundle.policy);
                lead.model_version = Arc::clone(&self.version);
            }
            lead.lead_id = id(i);
            lead.data_completeness = completeness;
            if self.conduct.is_empty() {
                lead.next_action = self.vocabulary().told(&lead.next_action).to_owned();
            } else {
                self.conduct_one(lead, cell, call);
            }
        }
        Ok(leads)
    }

    /// Actions by rule, and what is suspicious.
    fn conduct_one<'a>(
        &self,
        lead: &'a mut ScoredLead,
        cell: impl Fn(usize) -> Cell<'a> + Copy,
        call: Call<'_>,
    ) {
        let mut decision = Decision {
            score: lead.lead_score,
            tier: lead.tier.clone(),
            next_action: std::mem::take(&mut lead.next_action),
            action_reason: lead.action_reason.take().unwrap_or_default(),
        };
        let told = !decision.action_reason.is_empty();
        let tier = decision.tier.clone();
        let position = match (lead.probability, self.bundle()) {
            (Some(p), Some(bundle)) => {
                Probability::new(p).map_or(0.0, |p| bundle.policy.score.position(p))
            }
            _ => f64::from(lead.lead_score),
        };
        let made = Made {
            tier: &tier,
            lead_score: lead.lead_score,
            probability: lead.probability,
            score_percentile: lead.score_percentile,
            fit_score: lead.fit_score,
            intent_score: lead.intent_score,
            icp_match_pct: lead.icp_match_pct,
            data_completeness: lead.data_completeness,
            scorer_used: lead.scorer_used.name(),
        };
        let id = lead.lead_id.clone();
        let vocabulary = self.vocabulary();
        let look = Lead { id: &id, made, position, now: call.now, vocabulary };
        #[allow(clippy::redundant_closure, reason = "the cells need not live as long as the lead")]
        let found = self.conduct.decide(&look, &mut decision, |f| cell(f), call.shared);
        lead.next_action = decision.next_action;
        lead.action_reason = told.then_some(decision.action_reason);
        lead.recommended_product = found.product;
        lead.action_probability = found.action_probability;
        lead.review_flags = found.flags;
    }

    fn by_model(
        &self,
        bundle: &Bundle,
        bound: &Bound,
        (cells, rows): (&(impl Cells + ?Sized), &[usize]),
        matrix: &Matrix,
        call: Call<'_>,
    ) -> Result<Vec<ScoredLead>, ScoreError> {
        let margins = bundle.model.margins(matrix)?;
        let reasons = match call.detail {
            Detail::Scores => None,
            Detail::Reasons => Some(bundle.model.explain(matrix)?),
        };
        let mut leads = Vec::with_capacity(rows.len());
        for (i, (&row, margin)) in rows.iter().zip(margins).enumerate() {
            let p = self.probability(margin)?;
            let unseen = bound.unseen(cells, row)?;
            let (mut factors, mut sides) = (None, None);
            if let Some(reasons) = &reasons {
                let c = explain::contributions(
                    self,
                    bound,
                    (cells, row),
                    matrix.numbers(i),
                    reasons.row(i),
                    &unseen,
                );
                factors = Some(explain::factors(self, &c, reasons.base, margin)?);
                sides = explain::sides(self, &bundle.policy, &c, reasons.base);
            }
            let cell = cell_of(bound, cells, row);
            let icp = bundle.policy.icp.as_ref();
            let Decision { score, tier, next_action, action_reason } =
                bundle.policy.decide(p, factors.as_ref());
            leads.push(ScoredLead {
                lead_id: String::new(),
                scored_at: call.now,
                model_version: Arc::clone(&self.version),
                scorer_used: ScorerUsed::Model,
                margin,
                probability: Some(p.get()),
                lead_score: score,
                score_percentile: bundle.percentiles.as_ref().map(|p| p.percentile(margin)),
                rank: None,
                tier,
                fit_score: sides.map(|(fit, _)| fit),
                intent_score: sides.map(|(_, intent)| intent),
                icp_match_pct: icp.map(|icp| {
                    let met = |i: usize| self.ideal[i].holds(&|f: &usize| cell(*f), Some(call.now));
                    icp.match_pct(met)
                }),
                next_action,
                action_reason: factors.is_some().then_some(action_reason),
                factors,
                action_probability: None,
                recommended_product: None,
                review_flags: Vec::new(),
                change: None,
                data_completeness: 0.0,
                warnings: unseen
                    .iter()
                    .map(|field| self.new_word(bound, cells, row, *field))
                    .collect(),
            });
        }
        Ok(leads)
    }

    /// The share of the model's own fields that is known.
    fn completeness(&self, bound: &Bound, cells: &(impl Cells + ?Sized), row: usize) -> f64 {
        let positions = &bound.positions()[..self.features_from];
        let known =
            positions.iter().flatten().filter(|p| cells.cell(row, **p) != Cell::Missing).count();
        if positions.is_empty() { 0.0 } else { known as f64 / positions.len() as f64 }
    }
}

/// The fields of the recipe in a row, by their positions.
pub(crate) fn cell_of<'a>(
    bound: &'a Bound,
    cells: &'a (impl Cells + ?Sized),
    row: usize,
) -> impl Fn(usize) -> Cell<'a> + Copy {
    move |field| {
        let place = bound.positions().get(field).copied().flatten();
        place.map_or(Cell::Missing, |place| cells.cell(row, place))
    }
}
