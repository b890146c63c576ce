//! A fitted recipe whose fields are resolved to positions: cells in, matrix out.

use crate::{
    CategoryStep, ContactWord, FeatureError, FittedRecipe, NumberStep, step::word, text::TextReader,
};
use leadsight_schema::{Cell, Cells, Feature, Folded, Matrix, Timestamp};
use std::{cmp::Ordering, sync::Arc};

/// The codes of missing and of another word; words start behind them.
const MISSING: u32 = 0;
pub(crate) const OTHER: u32 = 1;
const FIRST_WORD: u32 = 2;

/// A fitted recipe bound to a schema. Use it only on cells of that schema.
#[derive(Debug, Clone)]
pub struct Bound {
    features: Arc<[Feature]>,
    positions: Vec<Option<usize>>,
    numbers: Vec<NumberStep>,
    texts: Arc<[TextReader]>,
    categories: Vec<Codes>,
}

impl Bound {
    pub(crate) fn new(recipe: &FittedRecipe, positions: Vec<Option<usize>>) -> Self {
        Self {
            features: Arc::clone(recipe.features()),
            positions,
            numbers: recipe.number_steps().to_vec(),
            texts: recipe.text_steps().iter().map(TextReader::new).collect(),
            categories: recipe.category_steps().iter().map(Codes::new).collect(),
        }
    }

    /// The features, in matrix order.
    pub fn features(&self) -> &Arc<[Feature]> {
        &self.features
    }

    /// The recipe's fields in which a lead has a word that no training row had. Fields with more rare words than the recipe
    /// lists are open-ended, and nothing in them is called unseen.
    ///
    /// # Errors
    /// [`FeatureError::NoSuchRow`] for a row beyond the end.
    pub fn unseen(
        &self,
        cells: &(impl Cells + ?Sized),
        row: usize,
    ) -> Result<Vec<usize>, FeatureError> {
        if row >= cells.rows() {
            return Err(FeatureError::NoSuchRow { row, rows: cells.rows() });
        }
        let new = |step: &Codes| match step {
            Codes::Word { field, codes, rare: Some(rare) } => {
                let position = self.positions[*field]?;
                let found = Folded(word(cells.cell(row, position))?);
                let known = codes.binary_search_by(|(w, _)| Folded(w).cmp(&found)).is_ok()
                    || rare.binary_search_by(|w| Folded(w).cmp(&found)).is_ok();
                (!known).then_some(*field)
            }
            _ => None,
        };
        Ok(self.categories.iter().filter_map(new).collect())
    }

    /// Where each source field of the recipe stands in the schema; `None` where it does not.
    pub fn positions(&self) -> &[Option<usize>] {
        &self.positions
    }

    /// The features of some leads, in the order given. Declared conditions that look at dates from the moment of scoring,
    /// and not from a field, need [`Bound::transform_at`].
    ///
    /// # Errors
    /// [`FeatureError::NoSuchRow`] for a row beyond the end.
    pub fn transform(
        &self,
        cells: &(impl Cells + ?Sized),
        rows: impl IntoIterator<Item = usize>,
    ) -> Result<Matrix, FeatureError> {
        self.transform_at(cells, rows, None)
    }

    /// As [`Bound::transform`], at a moment of scoring.
    ///
    /// # Errors
    /// As [`Bound::transform`].
    pub fn transform_at(
        &self,
        cells: &(impl Cells + ?Sized),
        rows: impl IntoIterator<Item = usize>,
        now: Option<Timestamp>,
    ) -> Result<Matrix, FeatureError> {
        let rows = rows.into_iter();
        let mut numbers =
            Vec::with_capacity(rows.size_hint().0 * (self.features.len() - self.categories.len()));
        let mut codes = Vec::with_capacity(rows.size_hint().0 * self.categories.len());
        let mut count = 0;
        // Each field is read once a lead, however many steps use it.
        let mut lead: Vec<Cell<'_>> = Vec::with_capacity(self.positions.len());
        for row in rows {
            if row >= cells.rows() {
                return Err(FeatureError::NoSuchRow { row, rows: cells.rows() });
            }
            lead.clear();
            lead.extend(
                self.positions.iter().map(|p| p.map_or(Cell::Missing, |p| cells.cell(row, p))),
            );
            numbers.extend(self.numbers.iter().map(|step| step.number(&lead, now)));
            self.texts.iter().for_each(|text| text.numbers(&lead, &mut numbers));
            codes.extend(self.categories.iter().map(|step| step.code(&lead)));
            count += 1;
        }
        Ok(Matrix::new(Arc::clone(&self.features), count, numbers, codes)?)
    }
}

/// A category step with its words sorted for look-up.
#[derive(Debug, Clone)]
pub(crate) enum Codes {
    Word { field: usize, codes: Vec<(String, u32)>, rare: Option<Vec<String>> },
    Contact { field: usize, gives: ContactWord, codes: Vec<(String, u32)> },
    Cross { a: usize, b: usize, codes: Vec<((String, String), u32)> },
}

impl Codes {
    pub(crate) fn new(step: &CategoryStep) -> Self {
        match step {
            CategoryStep::Word { field, levels, rare } => Codes::Word {
                field: *field,
                rare: rare.clone().map(|mut words| {
                    words.sort_by(|p, q| Folded(p).cmp(&Folded(q)));
                    words
                }),
                codes: numbered(levels, |p, q| Folded(p).cmp(&Folded(q))),
            },
            CategoryStep::Contact { field, gives, levels } => {
                Codes::Contact { field: *field, gives: *gives, codes: numbered(levels, Ord::cmp) }
            }
            CategoryStep::Cross { a, b, pairs } => {
                let order = |p: &(String, String), q: &(String, String)| {
                    (Folded(&p.0), Folded(&p.1)).cmp(&(Folded(&q.0), Folded(&q.1)))
                };
                Codes::Cross { a: *a, b: *b, codes: numbered(pairs, order) }
            }
        }
    }

    pub(crate) fn code(&self, cells: &[Cell<'_>]) -> u32 {
        match self {
            Codes::Word { field, codes, .. } => word(cells[*field]).map_or(MISSING, |word| {
                let found = codes.binary_search_by(|(known, _)| Folded(known).cmp(&Folded(word)));
                found.map_or(OTHER, |i| codes[i].1)
            }),
            Codes::Contact { field, gives, codes } => word(cells[*field]).map_or(MISSING, |text| {
                let given = gives.of(text);
                let found =
                    given.and_then(|word| codes.binary_search_by(|(w, _)| w.cmp(&word)).ok());
                found.map_or(OTHER, |i| codes[i].1)
            }),
            Codes::Cross { a, b, codes } => {
                let (Some(x), Some(y)) = (word(cells[*a]), word(cells[*b])) else {
                    return MISSING;
                };
                let wanted = (Folded(x), Folded(y));
                let found =
                    codes.binary_search_by(|((p, q), _)| (Folded(p), Folded(q)).cmp(&wanted));
                found.map_or(OTHER, |i| codes[i].1)
            }
        }
    }
}

fn numbered<T: Clone>(words: &[T], order: impl Fn(&T, &T) -> Ordering) -> Vec<(T, u32)> {
    let mut codes: Vec<(T, u32)> = words.iter().cloned().zip(FIRST_WORD..).collect();
    codes.sort_by(|a, b| order(&a.0, &b.0));
    codes
}
