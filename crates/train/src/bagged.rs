//! Bagged trees of our own: grown in batches, between which the fit can be stopped.

use crate::boosted::{named, pool};
use crate::encoding::{inputs, tree_encoder};
use crate::loss::row_loss;
use crate::spec::expect;
use crate::{Fit, Progress, Stage, Task, TrainError, Trainer, TreeCategories};
use leadsight_forest::train::{BagParams, Bagger, Bins, Sample, Target};
use leadsight_models::{ForestModel, Model};

/// Trees between two looks at whether to stop.
const BATCH: u32 = 16;

/// A trainer of bagged trees.
pub(crate) struct Bagged {
    name: &'static str,
    trees: u32,
    params: BagParams,
    categories: TreeCategories,
}

impl Bagged {
    /// Refuses parameters that no bagged trees can be grown with, by the names of the configuration.
    pub(crate) fn new(
        name: &'static str,
        trees: u32,
        params: BagParams,
        categories: TreeCategories,
    ) -> Result<Self, TrainError> {
        let p = &params;
        expect((1..=10_000).contains(&trees), name, "trees", trees, "1 to 10000")?;
        expect((1..=128).contains(&p.max_depth), name, "max_depth", p.max_depth, "1 to 128")?;
        categories.check(name)?;
        let share = p.colsample > 0.0 && p.colsample <= 1.0;
        let a_share = "a share above 0 and at most 1";
        expect(share, name, "colsample_bynode", p.colsample, a_share)?;
        p.check().map_err(named(name))?;
        Ok(Self { name, trees, params, categories })
    }
}

impl Trainer for Bagged {
    fn name(&self) -> &'static str {
        self.name
    }

    fn complexity(&self) -> u32 {
        4
    }

    /// Where the task watches rows or not, and on how many threads, is the same to the trees.
    fn fit(&self, task: &Task<'_>) -> Result<Fit, TrainError> {
        task.check_with_features()?;
        let (name, trees) = (self.name, self.trees);
        let pool = pool(task.threads)?;
        let encoder = tree_encoder(task.x, task.y, &self.categories)?;
        let values = encoder.encode(task.x)?;
        let bins =
            pool.install(|| Bins::fit(&values, &inputs(&encoder), 255)).map_err(named(name))?;
        let target = Target::Outcomes(task.y.as_slice());
        let sample = Sample { bins: &bins, target, weights: None };
        let mut bagger = Bagger::new(self.params.clone(), sample, task.seed.stream(name))
            .map_err(named(name))?;
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
        let mut bagged = bagger.finish()?;
        let out_of_bag = out_of_bag_loss(task.y.as_slice(), &bagged.out_of_bag.swap_remove(0));
        let model = Model::Forest(ForestModel::new(encoder, bagged.forests.swap_remove(0))?);
        Ok(Fit { out_of_bag, ..Fit::of(model) })
    }
}

/// The mean over the rows that a tree did not see; none where every tree saw all.
fn out_of_bag_loss(outcomes: &[bool], margins: &[Option<f64>]) -> Option<f64> {
    let known = || outcomes.iter().zip(margins).filter_map(|(y, m)| m.map(|m| row_loss(m, *y)));
    let rows = known().count();
    (rows > 0).then(|| known().sum::<f64>() / rows as f64)
}
