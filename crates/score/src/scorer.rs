//! The one way from cells to a scored lead, that every input shares.

use crate::{Bundle, ScoreError, ScoredLead, ScorerUsed, block::Block, explain};
use leadsight_decide::Decision;
use leadsight_features::Bound;
use leadsight_models::Classifier;
use leadsight_schema::{Cell, Cells, Fingerprint, Probability, Record, SchemaError, Timestamp};
use std::{path::Path, sync::Arc};

/// A verified bundle, ready to score. Share one between threads.
#[derive(Debug, Clone)]
pub struct Scorer {
    pub(crate) bundle: Bundle,
    version: Arc<str>,
    own: Bound,
    /// For each matrix feature the recipe's fields that it is made from.
    pub(crate) lineage: Vec<Vec<usize>>,
}

/// What is computed of a lead: reasons cost an explanation, so they are made only where a column asks for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    Scores,
    Reasons,
}

impl Scorer {
    /// Reads and verifies a bundle's folder.
    ///
    /// # Errors
    /// As [`Bundle::read`].
    pub fn load(dir: &Path) -> Result<Self, ScoreError> {
        let (bundle, version) = Bundle::read(dir)?;
        Self::new(bundle, &version)
    }

    /// A scorer from a bundle in memory and its version.
    ///
    /// # Errors
    /// [`ScoreError::Mismatch`] where the model was fitted on other features than the recipe makes.
    pub fn new(bundle: Bundle, version: &Fingerprint) -> Result<Self, ScoreError> {
        bundle.check()?;
        let fields = bundle.recipe.fields();
        let place = |source: &String| fields.iter().position(|f| f.name == *source);
        let lineage = (bundle.recipe.features().iter())
            .map(|feature| feature.sources.iter().filter_map(place).collect())
            .collect();
        let version = format!("{}@{}", bundle.name, version.short()).into();
        Ok(Self { own: bundle.recipe.bind_own(), version, lineage, bundle })
    }

    /// The bundle.
    pub fn bundle(&self) -> &Bundle {
        &self.bundle
    }

    /// The bundle's name and the first digits of its manifest's hash: the column `model_version`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Scores one lead whose values stand in the order of the recipe's fields. `problems` are those that
    /// [`Record::read`] gave, for the warnings.
    ///
    /// # Errors
    /// [`ScoreError`] where the model refuses.
    pub fn score_record(
        &self,
        lead_id: &str,
        lead: &Record,
        problems: &[(usize, SchemaError)],
        now: Timestamp,
    ) -> Result<ScoredLead, ScoreError> {
        let mut scored = self.one(lead_id, lead, now)?;
        scored.warnings = problems.iter().map(|(field, p)| self.warning(*field, p)).collect();
        Ok(scored)
    }

    /// The calibrated probability of a margin.
    ///
    /// # Errors
    /// [`ScoreError::Schema`] where the margin is not a number.
    pub fn probability(&self, margin: f64) -> Result<Probability, ScoreError> {
        Ok(Probability::new(self.bundle.calibrator.probability(margin))?)
    }

    pub(crate) fn own(&self) -> &Bound {
        &self.own
    }

    pub(crate) fn width(&self) -> usize {
        self.bundle.recipe.fields().len()
    }

    /// One lead with all its reasons, cells in the recipe's order.
    pub(crate) fn one(
        &self,
        lead_id: &str,
        cells: &(impl Cells + ?Sized),
        now: Timestamp,
    ) -> Result<ScoredLead, ScoreError> {
        let mut scored = self.score(&self.own, cells, &[0], Detail::Reasons, now)?;
        let lead = scored.pop().ok_or(SchemaError::Length {
            what: "the lead".to_owned(),
            expected: 1,
            found: 0,
        })?;
        Ok(ScoredLead { lead_id: lead_id.to_owned(), ..lead })
    }

    /// Log-odds of some rows.
    pub(crate) fn margins(
        &self,
        bound: &Bound,
        cells: &(impl Cells + ?Sized),
        rows: &[usize],
    ) -> Result<Vec<f64>, ScoreError> {
        let matrix = bound.transform(cells, rows.iter().copied())?;
        Ok(self.bundle.model.margins(&matrix)?)
    }

    /// Scores some rows, without identifier, rank and warnings, which only the caller knows.
    pub(crate) fn score(
        &self,
        bound: &Bound,
        cells: &(impl Cells + ?Sized),
        rows: &[usize],
        detail: Detail,
        now: Timestamp,
    ) -> Result<Vec<ScoredLead>, ScoreError> {
        let matrix = bound.transform(cells, rows.iter().copied())?;
        let margins = self.bundle.model.margins(&matrix)?;
        let reasons = match detail {
            Detail::Scores => None,
            Detail::Reasons => Some(self.bundle.model.explain(&matrix)?),
        };
        let mut leads = Vec::with_capacity(rows.len());
        for (i, (&row, margin)) in rows.iter().zip(margins).enumerate() {
            let p = self.probability(margin)?;
            let factors = match &reasons {
                None => None,
                Some(reasons) => {
                    let c = explain::contributions(self, bound, cells, row, reasons.row(i));
                    Some(explain::factors(self, &c, reasons.base, margin)?)
                }
            };
            let policy = &self.bundle.policy;
            let Decision { score, tier, next_action, action_reason } = match &factors {
                Some(factors) => policy.decide(p, Some(factors)),
                None => {
                    let score = policy.score(p);
                    let tier = policy.tiers.of(score).clone();
                    let (next_action, action_reason) = (tier.next_action, String::new());
                    Decision { score, tier: tier.name, next_action, action_reason }
                }
            };
            leads.push(ScoredLead {
                lead_id: String::new(),
                scored_at: now,
                model_version: Arc::clone(&self.version),
                scorer_used: ScorerUsed::Model,
                margin,
                probability: p.get(),
                lead_score: score,
                score_percentile: self.bundle.percentiles.percentile(margin),
                rank: None,
                tier,
                next_action,
                action_reason: factors.is_some().then_some(action_reason),
                factors,
                data_completeness: completeness(bound, cells, row),
                warnings: Vec::new(),
            });
        }
        Ok(leads)
    }

    /// A problem with a cell in words.
    pub(crate) fn warning(&self, field: usize, problem: &SchemaError) -> String {
        let name = self.bundle.recipe.fields().get(field).map_or("", |f| f.name.as_str());
        format!("{name}: {problem}, taken as missing")
    }

    /// An absent field in words.
    pub(crate) fn absent(&self, name: &str) -> String {
        format!("{name}: not given, taken as missing")
    }

    /// A block to read leads into.
    pub(crate) fn block<'a>(&self, rows: usize) -> Block<'a> {
        Block::new(self.width(), rows)
    }
}

/// The identifier of a lead that has none.
pub(crate) fn row_id(row: u64) -> String {
    format!("row-{row}")
}

fn completeness(bound: &Bound, cells: &(impl Cells + ?Sized), row: usize) -> f64 {
    let positions = bound.positions();
    let known =
        positions.iter().flatten().filter(|p| cells.cell(row, **p) != Cell::Missing).count();
    if positions.is_empty() { 0.0 } else { known as f64 / positions.len() as f64 }
}
