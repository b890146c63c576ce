//! Bagged trees of our own: grown in batches, between which the fit can be stopped.

use crate::boosted::{named, pool};
use crate::encoding::{inputs, tree_encoder};
use crate::spec::expect;
use crate::{Fit, Progress, Stage, Task, TrainError, TreeCategories};
use leadsight_forest::train::{BagParams, Bagger, Bins, Sample, Target};
use leadsight_models::{ForestModel, Model};

/// Trees between two looks at whether to stop.
const BATCH: u32 = 16;

/// Refuses parameters that no bagged trees can be grown with, by the names of the configuration.
pub(crate) fn check(
    name: &'static str,
    trees: u32,
    categories: &TreeCategories,
    bag: &BagParams,
) -> Result<(), TrainError> {
    expect((1..=10_000).contains(&trees), name, "trees", trees, "1 to 10000")?;
    expect((1..=128).contains(&bag.max_depth), name, "max_depth", bag.max_depth, "1 to 128")?;
    categories.check(name)?;
    let share = bag.colsample > 0.0 && bag.colsample <= 1.0;
    let a_share = "a share above 0 and at most 1";
    expect(share, name, "colsample_bynode", bag.colsample, a_share)?;
    bag.check().map_err(named(name))
}

/// Fits `trees` trees. Where the task watches rows or not, and on how many threads, is the same to them.
pub(crate) fn fit(
    name: &'static str,
    trees: u32,
    params: &BagParams,
    categories: &TreeCategories,
    task: &Task<'_>,
) -> Result<Fit, TrainError> {
    task.check_with_features()?;
    let pool = pool(task.threads)?;
    let encoder = tree_encoder(task.x, task.y, categories)?;
    let values = encoder.encode(task.x)?;
    let bins = pool.install(|| Bins::fit(&values, &inputs(&encoder), 255)).map_err(named(name))?;
    let target = Target::Outcomes(task.y.as_slice());
    let sample = Sample { bins: &bins, target, weights: None };
    let mut bagger =
        Bagger::new(params.clone(), sample, task.seed.stream(name)).map_err(named(name))?;
    while (bagger.trees() as u32) < trees {
        let batch = BATCH.min(trees - bagger.trees() as u32);
        pool.install(|| bagger.grow(batch as usize));
        task.tell(Progress {
            stage: Stage::Fitting,
            done: bagger.trees() as u32,
            total: trees,
            train_loss: None,
            valid_loss: None,
        })?;
    }
    let forest = bagger.finish()?.forests.swap_remove(0);
    let model = Model::Forest(ForestModel::new(encoder, forest)?);
    Ok(Fit { model, rounds: None, strength: None, curve: None })
}
