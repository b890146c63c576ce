//! XGBoost behind three functions; the only file that names it.
//!
//! Its traps are met here: NaN is the missing value (a dense matrix would make 0 missing), `base_score` is given, random
//! choices are seeded anew in every round (boosters that take turns would otherwise share one stream), and predictions are
//! left to the imported trees.

use crate::TrainError;
use leadsight_forest::import::{ImportedForest, xgboost_json};
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
    pub(crate) fn finish(&self) -> Result<ImportedForest, TrainError> {
        let json = self.booster.save_to_buffer("json".to_owned()).map_err(failed("saving"))?;
        Ok(xgboost_json(&json)?)
    }
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
