//! What models are fitted to: features of the training and validation rows, and folds of the training rows.

use crate::{Experiment, PipelineError, Prepared, folds};
use leadsight_features::{Bound, DaysFrom, FittedRecipe};
use leadsight_schema::{Labels, Matrix};
use leadsight_train::{Fold, ModelSpec};

/// A recipe and what it makes of the rows that models may learn and choose from.
pub struct Features {
    /// Fitted on the training rows.
    pub recipe: FittedRecipe,
    /// The recipe at the table's positions.
    pub bound: Bound,
    /// Features of the training rows.
    pub train: Matrix,
    /// Features of the validation rows.
    pub valid: Matrix,
    /// Features of the training rows, then of the validation rows.
    pub both: Matrix,
}

/// The rows that models may learn and choose from.
pub struct Material {
    /// What the models that learn see.
    pub features: Features,
    /// For each model what it sees instead: the declared conditions of rules and scorecards, which no
    /// other model sees.
    pub declared: Vec<Option<Features>>,
    /// Outcomes of the training rows.
    pub train_labels: Labels,
    /// Outcomes of the validation rows.
    pub valid_labels: Labels,
    /// Outcomes of the training rows, then of the validation rows.
    pub both_labels: Labels,
    /// Folds of the training rows: rolling-origin where the split goes by time.
    pub folds: Vec<Fold>,
}

impl Material {
    /// Fits the recipe and makes the matrices of these models.
    ///
    /// # Errors
    /// From the recipe; from folds that cannot be made.
    pub fn make(
        experiment: &Experiment,
        prepared: &Prepared,
        models: &[ModelSpec],
    ) -> Result<Self, PipelineError> {
        let Prepared { table, labels, split, .. } = prepared;
        let recipe = prepared.recipe(experiment).fit(table, &split.train)?;
        let features = Features::make(recipe, prepared)?;
        let declared = |spec: &ModelSpec| -> Result<Option<Features>, PipelineError> {
            let Some(indicators) = spec.indicators()? else { return Ok(None) };
            let recipe = FittedRecipe::declared(&indicators, table.schema(), DaysFrom::Created)?;
            Features::make(recipe, prepared).map(Some)
        };
        let declared = models.iter().map(declared).collect::<Result<_, _>>()?;
        let both_rows = [split.train.as_slice(), split.valid.as_slice()].concat();
        let train_labels = labels.take(&split.train);
        let folds = folds::of_training(experiment, prepared, &train_labels)?;
        Ok(Self {
            features,
            declared,
            valid_labels: labels.take(&split.valid),
            both_labels: labels.take(&both_rows),
            train_labels,
            folds,
        })
    }

    /// What a model sees, by its position.
    pub fn features_of(&self, model: usize) -> &Features {
        self.declared.get(model).and_then(Option::as_ref).unwrap_or(&self.features)
    }
}

impl Features {
    fn make(recipe: FittedRecipe, prepared: &Prepared) -> Result<Self, PipelineError> {
        let Prepared { table, split, .. } = prepared;
        let bound = recipe.bind(table.schema())?;
        let both = [split.train.as_slice(), split.valid.as_slice()].concat();
        Ok(Self {
            train: bound.transform(table, split.train.iter().copied())?,
            valid: bound.transform(table, split.valid.iter().copied())?,
            both: bound.transform(table, both.iter().copied())?,
            recipe,
            bound,
        })
    }
}
