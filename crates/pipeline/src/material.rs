//! What models are fitted to: features of the training and validation rows, and folds of the training rows.

use crate::{Experiment, PipelineError, Prepared};
use leadsight_features::{Bound, FittedRecipe};
use leadsight_schema::{Labels, Matrix};
use leadsight_train::{Fold, rolling_folds, stratified_folds};

/// The rows that models may learn and choose from.
pub struct Material {
    /// Fitted on the training rows.
    pub recipe: FittedRecipe,
    /// The recipe at the table's positions.
    pub bound: Bound,
    /// Features of the training rows.
    pub train: Matrix,
    /// Their outcomes.
    pub train_labels: Labels,
    /// Features of the validation rows.
    pub valid: Matrix,
    /// Their outcomes.
    pub valid_labels: Labels,
    /// Features of the training rows, then of the validation rows.
    pub both: Matrix,
    /// Their outcomes.
    pub both_labels: Labels,
    /// Folds of the training rows: rolling-origin where the split goes by time.
    pub folds: Vec<Fold>,
}

impl Material {
    /// Fits the recipe and makes the matrices.
    ///
    /// # Errors
    /// From the recipe; from folds that cannot be made.
    pub fn make(experiment: &Experiment, prepared: &Prepared) -> Result<Self, PipelineError> {
        let Prepared { table, labels, split, .. } = prepared;
        let recipe = experiment.features.fit(table, &split.train)?;
        let bound = recipe.bind(table.schema())?;
        let both_rows = [split.train.as_slice(), split.valid.as_slice()].concat();
        let train_labels = labels.take(&split.train);
        let folds = if experiment.split.by_time() {
            let order: Vec<usize> = (0..split.train.len()).collect();
            let mut folds = rolling_folds(&order, experiment.tuning.folds)?;
            // Early rows may all have had one outcome: such a fold teaches nothing.
            folds.retain(|fold| {
                let positives = train_labels.take(&fold.fit).positives();
                positives > 0 && positives < fold.fit.len()
            });
            folds
        } else {
            let positives =
                train_labels.positives().min(train_labels.len() - train_labels.positives());
            let k = experiment.tuning.folds.min(positives.max(2));
            stratified_folds(train_labels.as_slice(), k, experiment.seed)?
        };
        Ok(Self {
            train: bound.transform(table, split.train.iter().copied())?,
            valid: bound.transform(table, split.valid.iter().copied())?,
            both: bound.transform(table, both_rows.iter().copied())?,
            valid_labels: labels.take(&split.valid),
            both_labels: labels.take(&both_rows),
            train_labels,
            folds,
            recipe,
            bound,
        })
    }
}
