//! Folds of the training rows: forward in time where the split goes so, by chance elsewhere; never a group on both sides.

use crate::{Experiment, PipelineError, Prepared};
use leadsight_ingest::SplitSpec;
use leadsight_schema::{Column, Labels, LeadTable, Role, Timestamp};
use leadsight_train::{Fold, grouped_folds, rolling_folds};
use std::collections::HashSet;

/// The folds, as positions among the training rows; `labels` are theirs.
///
/// # Errors
/// From folds that cannot be made.
pub fn of_training(
    experiment: &Experiment,
    prepared: &Prepared,
    labels: &Labels,
) -> Result<Vec<Fold>, PipelineError> {
    let rows = &prepared.split.train;
    let group: Vec<Option<u32>> =
        rows.iter().map(|&row| prepared.together.get(row).copied().flatten()).collect();
    if !experiment.split.by_time() {
        let positives = labels.positives().min(labels.len() - labels.positives());
        let k = experiment.tuning.folds.min(positives.max(2));
        return Ok(grouped_folds(labels.as_slice(), &group, k, experiment.seed)?);
    }
    let order: Vec<usize> = (0..rows.len()).collect();
    let mut folds = rolling_folds(&order, experiment.tuning.folds)?;
    let embargo = Embargo::of(&experiment.split, &prepared.table);
    for Fold { fit, hold } in &mut folds {
        let held: HashSet<u32> = hold.iter().filter_map(|&row| group[row]).collect();
        fit.retain(|&row| group[row].is_none_or(|group| !held.contains(&group)));
        if let (Some(embargo), Some(&first)) = (&embargo, hold.first()) {
            fit.retain(|&row| embargo.keeps(rows[row], rows[first]));
        }
    }
    // Early rows may all have had one outcome: such a fold teaches nothing.
    folds.retain(|fold| {
        let positives = labels.take(&fold.fit).positives();
        positives > 0 && positives < fold.fit.len()
    });
    Ok(folds)
}

/// The days that must lie between a lead and the first one that is held out, as its outcome was not known sooner.
struct Embargo<'a> {
    days: f64,
    moments: &'a [Option<Timestamp>],
}

impl<'a> Embargo<'a> {
    fn of(split: &SplitSpec, table: &'a LeadTable) -> Option<Self> {
        let SplitSpec::Time { column, embargo_days, .. } = split else { return None };
        let position = match column {
            Some(name) => table.schema().find(name)?,
            None => table.schema().with_role(Role::Created).next()?,
        };
        let Column::Date(moments) = table.column(position) else { return None };
        Some(Self { days: embargo_days.filter(|days| *days > 0.0)?, moments })
    }

    fn keeps(&self, row: usize, first_held: usize) -> bool {
        match (self.moments[row], self.moments[first_held]) {
            (Some(moment), Some(first)) => first.days_since(moment) >= self.days,
            _ => true,
        }
    }
}
