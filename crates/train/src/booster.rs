//! XGBoost behind three functions; the only file that names it.
//!
//! Its traps are met here: NaN is the missing value (a dense matrix would make 0 missing), `base_score` is given, random
//! choices are seeded anew in every round (boosters that take turns would otherwise share one stream), and predictions are
//! left to the imported trees.

use crate::TrainError;
use leadsight_forest::Forest;
use leadsight_forest::import::xgboost_json;
use leadsight_schema::Labels;
use std::collections::HashMap;
use xgboost_rs::{Booster, DMatrix, XGBError};

/// Rows in XGBoost's own form.
pub(crate) struct Rows {
    matrix: DMatrix,
}

/// Copies row-major inputs (`width` to a row) and outcomes.
pub(crate) fn rows(
    inputs: &[f32],
    width: usize,
    y: &Labels,
    threads: usize,
) -> Result<Rows, TrainError> {
    let (row_bytes, bytes) = (width * size_of::<f32>(), size_of::<f32>());
    // The function is named for columns, but the strides say how the numbers lie.
    let mut matrix = DMatrix::from_col_major_f32(
        inputs,
        row_bytes,
        bytes,
        y.len(),
        width,
        thread_count(threads),
        f32::NAN,
    )
    .map_err(failed("reading the rows"))?;
    let labels: Vec<f32> = y.as_slice().iter().map(|y| f32::from(u8::from(*y))).collect();
    matrix.set_labels(&labels).map_err(failed("reading the labels"))?;
    Ok(Rows { matrix })
}

/// A booster under way.
pub(crate) struct Boosting<'a> {
    booster: Booster,
    train: &'a Rows,
    rounds: i32,
}

/// A booster without trees. `others` are rows that will be asked for their margins round by round.
pub(crate) fn start<'a>(
    train: &'a Rows,
    others: &[&'a Rows],
    params: &[(&str, String)],
) -> Result<Boosting<'a>, TrainError> {
    let cached: Vec<&DMatrix> =
        std::iter::once(&train.matrix).chain(others.iter().map(|r| &r.matrix)).collect();
    let fixed = [
        ("objective", "binary:logistic"),
        ("tree_method", "hist"),
        ("seed_per_iteration", "true"),
        ("verbosity", "0"),
    ];
    let config: HashMap<String, String> = fixed
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .chain(params.iter().map(|(name, value)| ((*name).to_owned(), value.clone())))
        .collect();
    let booster = Booster::new_with_json_config(&cached, config).map_err(failed("starting"))?;
    Ok(Boosting { booster, train, rounds: 0 })
}

impl Boosting<'_> {
    /// One more round.
    pub(crate) fn update(&mut self) -> Result<(), TrainError> {
        self.booster.update(&self.train.matrix, self.rounds).map_err(failed("boosting"))?;
        self.rounds += 1;
        Ok(())
    }

    /// The margins of rows given at the start, under the trees so far.
    pub(crate) fn margins(&self, rows: &Rows) -> Result<Vec<f32>, TrainError> {
        self.booster.predict_margin(&rows.matrix).map_err(failed("predicting"))
    }

    /// The trees.
    pub(crate) fn finish(&self) -> Result<Forest, TrainError> {
        let json = self.booster.save_to_buffer("json".to_owned()).map_err(failed("saving"))?;
        Ok(xgboost_json(&json)?.into_forest()?)
    }
}

/// The version that XGBoost writes into its models.
///
/// # Errors
/// [`TrainError::Library`] where it writes none.
pub fn xgboost_version() -> Result<String, TrainError> {
    let smallest = rows(&[0.0, 1.0], 1, &Labels::new(vec![false, true]), 1)?;
    let booster = start(&smallest, &[], &[])?.booster;
    let json = booster.save_to_buffer("json".to_owned()).map_err(failed("saving"))?;
    let model: serde_json::Value = serde_json::from_str(&json).map_err(|source| {
        TrainError::Library { library: "XGBoost", step: "saving", source: Box::new(source) }
    })?;
    let numbers = model["version"].as_array().into_iter().flatten();
    Ok(numbers.map(ToString::to_string).collect::<Vec<_>>().join("."))
}

/// At least one thread.
pub(crate) fn thread_count(threads: usize) -> i32 {
    i32::try_from(threads).unwrap_or(i32::MAX).max(1)
}

/// A seed that XGBoost's `int` holds.
pub(crate) fn seed_text(stream: u64) -> String {
    (stream & 0x7fff_ffff).to_string()
}

fn failed(step: &'static str) -> impl Fn(XGBError) -> TrainError {
    move |source| TrainError::Library { library: "XGBoost", step, source: Box::new(source) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers with gaps, exact zeros and ties, and outcomes that hang on them.
    fn leads() -> (Vec<f32>, Labels) {
        let value = |i: usize| match i % 7 {
            0 => f32::NAN,
            1 => 0.0,
            _ => (i as f32 * 0.618).fract() * 10.0 - 4.0,
        };
        let inputs: Vec<f32> = (0..400 * 3).map(value).collect();
        let outcome = |row: &[f32]| row[0] > 1.0 || (row[1].is_nan() && row[2] < 0.5);
        (inputs.clone(), Labels::new(inputs.chunks(3).map(outcome).collect()))
    }

    #[test]
    fn imported_trees_predict_as_xgboost_does() {
        let (inputs, y) = leads();
        let train = rows(&inputs, 3, &y, 2).unwrap();
        for (parallel, rounds) in [("1", 40), ("15", 1), ("4", 3)] {
            let params = [
                ("base_score", "0.2".to_owned()),
                ("num_parallel_tree", parallel.to_owned()),
                ("subsample", "0.7".to_owned()),
                ("nthread", "2".to_owned()),
            ];
            let mut booster = start(&train, &[], &params).unwrap();
            (0..rounds).for_each(|_| booster.update().unwrap());
            let forest = booster.finish().unwrap();
            let theirs = booster.margins(&train).unwrap();
            for (ours, theirs) in forest.margins(&inputs).unwrap().iter().zip(theirs) {
                let theirs = f64::from(theirs);
                assert!((ours - theirs).abs() <= 1e-5 * (1.0 + theirs.abs()), "{ours} {theirs}");
            }
        }
    }

    #[test]
    fn the_library_tells_its_version() {
        let version = xgboost_version().unwrap();
        assert!(version.split('.').count() == 3, "{version}");
        assert!(version.split('.').all(|n| n.parse::<u32>().is_ok()), "{version}");
    }

    #[test]
    fn boosters_that_take_turns_do_not_disturb_each_other() {
        let (inputs, y) = leads();
        let train = rows(&inputs, 3, &y, 1).unwrap();
        let params = [("subsample", "0.5".to_owned()), ("nthread", "1".to_owned())];
        let alone = || {
            let mut booster = start(&train, &[], &params).unwrap();
            (0..5).for_each(|_| booster.update().unwrap());
            booster.finish().unwrap()
        };
        let mut a = start(&train, &[], &params).unwrap();
        let mut b = start(&train, &[], &params).unwrap();
        for _ in 0..5 {
            a.update().unwrap();
            b.update().unwrap();
        }
        assert_eq!(a.finish().unwrap(), alone());
        assert_eq!(b.finish().unwrap(), alone());
    }

    #[test]
    fn a_parameter_that_xgboost_refuses_is_an_error() {
        let (inputs, y) = leads();
        let train = rows(&inputs, 3, &y, 1).unwrap();
        let started = start(&train, &[], &[("eta", "-1".to_owned())]);
        assert!(started.and_then(|mut b| b.update()).is_err());
    }
}
