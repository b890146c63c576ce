//! What the texts of the training leads say, and how many of the leads that each thing is said of converted.

use crate::{PipelineError, material::Material};
use leadsight_eval::wilson;
use leadsight_report::folder::{TextField, TextReading};
use leadsight_schema::Language;

/// One entry for each text field that gives topics or signals.
///
/// # Errors
/// From the intervals.
pub fn texts(material: &Material) -> Result<Vec<TextField>, PipelineError> {
    let (recipe, matrix) = (&material.features.recipe, &material.features.train);
    let labels = material.train_labels.as_slice();
    let won = |rows: &[usize]| rows.iter().filter(|row| labels[**row]).count() as u64;
    let all: Vec<usize> = (0..matrix.rows()).collect();
    let mut fields = Vec::new();
    for (field, source) in recipe.fields().iter().enumerate() {
        let mut readings = Vec::new();
        for feature in recipe.text_features(field) {
            let Some(number) = recipe.text_number(feature) else { continue };
            let says = |row: &usize| number.holds(matrix.numbers(*row)[feature]) == Some(true);
            let rows: Vec<usize> = all.iter().copied().filter(says).collect();
            let Some(&first) = rows.first() else { continue };
            readings.push(TextReading {
                feature: recipe.features()[feature].name.clone(),
                said: number.said(matrix.numbers(first)[feature], Language::English),
                leads: rows.len(),
                rate: wilson(won(&rows), rows.len() as u64, 0.95)?,
            });
        }
        if !readings.is_empty() {
            readings.sort_by(|a, b| b.rate.value.total_cmp(&a.rate.value));
            let rate = wilson(won(&all), all.len() as u64, 0.95)?;
            fields.push(TextField { field: source.name.clone(), leads: all.len(), rate, readings });
        }
    }
    Ok(fields)
}
