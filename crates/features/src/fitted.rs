//! A recipe that has seen the training rows: what it reads, what it makes, what it left out.

use crate::step::word;
use crate::{Bound, CategoryStep, FeatureError, NumberStep, TextNumber, TextStep};
use leadsight_schema::{Cell, Feature, Field, Language, Schema};
use serde::{Deserialize, Serialize};
use std::{collections::HashSet, ops::Range, sync::Arc};

/// A field that gives no feature, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unused {
    /// The field, or the composite feature.
    pub name: String,
    /// The reason, as a clause.
    pub reason: String,
}

/// The steps from source fields to features. The number features come first in the matrix, then the numbers
/// of texts, then the categories.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct FittedRecipe {
    parts: Parts,
    features: Arc<[Feature]>,
    /// How many of the fields the features read; those behind them may hold any kind.
    own: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parts {
    pub(crate) fields: Vec<Field>,
    pub(crate) numbers: Vec<NumberStep>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) texts: Vec<TextStep>,
    pub(crate) categories: Vec<CategoryStep>,
    pub(crate) unused: Vec<Unused>,
}

impl FittedRecipe {
    /// A recipe written down rather than learned, such as that of an imported model. Steps name fields by position.
    ///
    /// # Errors
    /// [`FeatureError::BrokenStep`] for a step that reads a field which is not there, [`FeatureError::DuplicateFeature`] for two of one name.
    pub fn from_steps(
        fields: Vec<Field>,
        numbers: Vec<NumberStep>,
        categories: Vec<CategoryStep>,
    ) -> Result<Self, FeatureError> {
        let (texts, unused) = (Vec::new(), Vec::new());
        Self::try_from(Parts { fields, numbers, texts, categories, unused })
    }

    /// The source fields it reads, in the order in which a [`leadsight_schema::Record`] for it holds them.
    pub fn fields(&self) -> &[Field] {
        &self.parts.fields
    }

    /// The same recipe, told to read these fields too where it does not yet: what else is asked of a lead. They stand behind its own, and
    /// a table may hold them as another kind.
    pub fn reading(&self, more: impl IntoIterator<Item = Field>) -> Self {
        let mut recipe = self.clone();
        for field in more {
            if !recipe.parts.fields.iter().any(|known| known.name == field.name) {
                recipe.parts.fields.push(field);
            }
        }
        recipe
    }

    /// The features it makes, in matrix order.
    pub fn features(&self) -> &Arc<[Feature]> {
        &self.features
    }

    /// The feature fields that give nothing, and why.
    pub fn unused(&self) -> &[Unused] {
        &self.parts.unused
    }

    /// The steps that give numbers.
    pub fn number_steps(&self) -> &[NumberStep] {
        &self.parts.numbers
    }

    /// The steps that give the numbers of texts, behind those of `number_steps`.
    pub fn text_steps(&self) -> &[TextStep] {
        &self.parts.texts
    }

    /// The positions in the matrix of what is read of a text; none where `field` is no text.
    pub fn text_features(&self, field: usize) -> Range<usize> {
        let mut next = self.parts.numbers.len();
        for step in &self.parts.texts {
            let features = next..next + step.gives.len();
            if step.field == field {
                return features;
            }
            next = features.end;
        }
        next..next
    }

    /// What a feature reads of a text, by its position in the matrix; `None` for any other feature.
    pub fn text_number(&self, feature: usize) -> Option<&TextNumber> {
        let place = feature.checked_sub(self.parts.numbers.len())?;
        self.parts.texts.iter().flat_map(|step| &step.gives).nth(place)
    }

    /// What is read of a cell of a contact field, in words, where its text does not say so by itself: that a mail address is of a shared
    /// mailbox. `None` for any other field, and where nothing is known.
    pub fn contact_said(
        &self,
        field: usize,
        cell: Cell<'_>,
        language: Language,
    ) -> Option<&'static str> {
        let text = word(cell)?;
        self.parts.categories.iter().find_map(|step| match step {
            CategoryStep::Contact { field: of, gives, .. } if *of == field => {
                gives.said(text, language)
            }
            _ => None,
        })
    }

    /// The steps that give codes.
    pub fn category_steps(&self) -> &[CategoryStep] {
        &self.parts.categories
    }

    /// Resolves the fields to positions of `schema`, once.
    ///
    /// # Errors
    /// [`FeatureError::AbsentFields`] where fields are not there, [`FeatureError::WrongKind`] where one holds another kind.
    pub fn bind(&self, schema: &Schema) -> Result<Bound, FeatureError> {
        let (bound, absent) = self.bind_partial(schema)?;
        if absent.is_empty() {
            return Ok(bound);
        }
        Err(FeatureError::AbsentFields {
            absent,
            found: schema.names().map(str::to_owned).collect(),
        })
    }

    /// As [`FittedRecipe::bind`], but fields that are not there are missing for every lead, and are named in the second part.
    ///
    /// # Errors
    /// [`FeatureError::WrongKind`] where a field holds another kind.
    pub fn bind_partial(&self, schema: &Schema) -> Result<(Bound, Vec<String>), FeatureError> {
        let mut absent = Vec::new();
        let mut positions = Vec::with_capacity(self.fields().len());
        for (place, field) in self.fields().iter().enumerate() {
            let position = schema.find(&field.name);
            match position.map(|p| schema.fields()[p].kind) {
                // A date is a moment and a number a number once read, whatever way it was written.
                Some(kind) if place < self.own && !kind.alike(field.kind) => {
                    return Err(FeatureError::WrongKind {
                        step: "the recipe".to_owned(),
                        field: field.name.clone(),
                        expected: field.kind.describe(),
                        found: kind.describe(),
                    });
                }
                Some(_) => {}
                None => absent.push(field.name.clone()),
            }
            positions.push(position);
        }
        Ok((Bound::new(self, positions), absent))
    }

    /// For leads whose cells stand in the order of [`FittedRecipe::fields`].
    pub fn bind_own(&self) -> Bound {
        Bound::new(self, (0..self.fields().len()).map(Some).collect())
    }
}

impl TryFrom<Parts> for FittedRecipe {
    type Error = FeatureError;

    fn try_from(parts: Parts) -> Result<Self, FeatureError> {
        let available = parts.fields.len();
        let reads = (parts.numbers.iter().map(|s| (format!("{s:?}"), s.reads())))
            .chain(parts.texts.iter().map(|s| ("text".to_owned(), vec![s.field])))
            .chain(parts.categories.iter().map(|s| (format!("{s:?}"), s.reads())));
        for (step, reads) in reads {
            if let Some(&position) = reads.iter().find(|p| **p >= available) {
                let step = step.chars().take(80).collect();
                return Err(FeatureError::BrokenStep { step, position, available });
            }
        }
        let features: Arc<[Feature]> = (parts.numbers.iter().map(|s| s.feature(&parts.fields)))
            .chain(parts.texts.iter().flat_map(|s| s.features(&parts.fields)))
            .chain(parts.categories.iter().map(|s| s.feature(&parts.fields)))
            .collect();
        let mut names = HashSet::new();
        if let Some(twice) = features.iter().find(|f| !names.insert(f.name.as_str())) {
            return Err(FeatureError::DuplicateFeature { name: twice.name.clone() });
        }
        Ok(Self { own: available, parts, features })
    }
}

impl From<FittedRecipe> for Parts {
    fn from(recipe: FittedRecipe) -> Parts {
        recipe.parts
    }
}
