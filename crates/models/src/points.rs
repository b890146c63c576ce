//! Declared points, put on the scale of log-odds.
//!
//! margin = intercept + slope * clamp(base + sum_i points_i x_i, floor, cap), with x the 0/1 features of declared conditions.
//! The slope is one number and not negative, so that declared points keep their proportions and their order.
//!
//! The contribution of feature i is slope * points_i (x_i - mean_i) * r, means over the rows it was fitted on, and the base
//! value is the margin at the means. r is 1 where neither floor nor cap binds; otherwise it is the share of the way from
//! the means to the lead that is left between floor and cap, so that the sum stays exact.

use crate::classifier::{check_features, to_shares};
use crate::{Classifier, Explanations, ModelError};
use leadsight_schema::{Feature, FeatureKind, Matrix};
use serde::{Deserialize, Serialize};

/// Points for features that are 0 or 1, or say how often the points count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointTable {
    /// What a lead has before any points.
    pub base: f64,
    /// One for each feature.
    pub points: Vec<f64>,
    /// No lead has fewer.
    pub floor: Option<f64>,
    /// No lead has more.
    pub cap: Option<f64>,
}

impl PointTable {
    fn clamp(&self, total: f64) -> f64 {
        // `max` and `min` pass over the NaN of a bound that is not there.
        total.max(self.floor.unwrap_or(f64::NAN)).min(self.cap.unwrap_or(f64::NAN))
    }

    /// The points of every row.
    ///
    /// # Errors
    /// [`ModelError::Length`] where there is not one entry for each feature of `x`.
    pub fn totals(&self, x: &Matrix) -> Result<Vec<f64>, ModelError> {
        let (expected, found) = (x.features().len(), self.points.len());
        if expected != found {
            return Err(ModelError::Length { what: "the table of points", expected, found });
        }
        Ok((0..x.rows()).map(|row| self.clamp(self.sum(x.numbers(row)))).collect())
    }

    fn sum(&self, row: &[f32]) -> f64 {
        self.base + row.iter().zip(&self.points).map(|(x, p)| p * count(*x)).sum::<f64>()
    }
}

/// How often points count: 0 where nothing is known.
fn count(x: f32) -> f64 {
    if x.is_nan() { 0.0 } else { x.into() }
}

/// A table of points with its place on the scale of log-odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct PointsModel(Parts);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    features: Vec<Feature>,
    table: PointTable,
    intercept: f64,
    slope: f64,
    means: Vec<f64>,
    importance: Vec<f64>,
}

impl PointsModel {
    /// A table on the scale that `intercept` and `slope` give it; `x` holds the rows of which the means and the importance
    /// (mean absolute contribution) are taken, and may be empty: then a lead is explained against one for whom no
    /// condition holds.
    ///
    /// # Errors
    /// [`ModelError`] where the points are not one for each feature of `x`, a number is not finite, the slope is below 0,
    /// or a feature is a category.
    pub fn new(
        table: PointTable,
        intercept: f64,
        slope: f64,
        x: &Matrix,
    ) -> Result<Self, ModelError> {
        let width = x.features().len();
        let mut means = vec![0.0; width];
        for row in 0..x.rows() {
            means.iter_mut().zip(x.numbers(row)).for_each(|(m, x)| *m += count(*x));
        }
        means.iter_mut().for_each(|m| *m /= x.rows().max(1) as f64);
        let features = x.features().to_vec();
        let importance = vec![0.0; width];
        let mut model =
            Self::try_from(Parts { features, table, intercept, slope, means, importance })?;
        let mut importance = vec![0.0; width];
        for row in model.explain(x)?.values.chunks_exact(width.max(1)) {
            importance.iter_mut().zip(row).for_each(|(sum, c)| *sum += c.abs());
        }
        model.0.importance = to_shares(importance);
        Ok(model)
    }

    /// The declared points.
    pub fn table(&self) -> &PointTable {
        &self.0.table
    }

    fn margin(&self, total: f64) -> f64 {
        self.0.intercept + self.0.slope * self.0.table.clamp(total)
    }
}

impl TryFrom<Parts> for PointsModel {
    type Error = ModelError;

    fn try_from(parts: Parts) -> Result<Self, ModelError> {
        let width = parts.features.len();
        for (what, found) in [
            ("the table of points", parts.table.points.len()),
            ("the means of the points model", parts.means.len()),
            ("the importance of the points model", parts.importance.len()),
        ] {
            if width != found {
                return Err(ModelError::Length { what, expected: width, found });
            }
        }
        if let Some(position) = parts.features.iter().position(|f| f.kind != FeatureKind::Number) {
            return Err(ModelError::Feature {
                position,
                expected: "a condition (0 or 1)".to_owned(),
                found: format!("`{}`, which is not", parts.features[position].name),
            });
        }
        let table = &parts.table;
        let numbers = || {
            let single = [&table.base, &parts.intercept, &parts.slope].into_iter();
            let limits = table.floor.iter().chain(&table.cap);
            let many = table.points.iter().chain(&parts.means).chain(&parts.importance);
            single.chain(limits).chain(many)
        };
        if let Some(found) = numbers().find(|v| !v.is_finite()) {
            let (what, expected) = ("a number of the points model", "a finite number");
            return Err(ModelError::Value { what, found: *found, expected });
        }
        if parts.slope < 0.0 {
            let (what, expected) = ("the slope of the points model", "0 or more");
            return Err(ModelError::Value { what, found: parts.slope, expected });
        }
        Ok(Self(parts))
    }
}

impl From<PointsModel> for Parts {
    fn from(model: PointsModel) -> Parts {
        model.0
    }
}

impl Classifier for PointsModel {
    fn features(&self) -> &[Feature] {
        &self.0.features
    }

    fn margins(&self, x: &Matrix) -> Result<Vec<f64>, ModelError> {
        check_features(&self.0.features, x)?;
        Ok((0..x.rows()).map(|row| self.margin(self.0.table.sum(x.numbers(row)))).collect())
    }

    fn explain(&self, x: &Matrix) -> Result<Explanations, ModelError> {
        check_features(&self.0.features, x)?;
        let Parts { table, slope, means, .. } = &self.0;
        let usual = table.base + means.iter().zip(&table.points).map(|(m, p)| m * p).sum::<f64>();
        let base = self.margin(usual);
        let mut values = Vec::with_capacity(x.rows() * means.len());
        for row in 0..x.rows() {
            let row = x.numbers(row);
            let total = table.sum(row);
            let way = total - usual;
            let kept = (table.clamp(total) - table.clamp(usual)) / way;
            // Without a way there is nothing to share out: the parts cancel.
            let kept = if kept.is_finite() { kept } else { 1.0 };
            let parts = row.iter().zip(means).zip(&table.points);
            values.extend(parts.map(|((x, m), p)| slope * p * (count(*x) - m) * kept));
        }
        Ok(Explanations { base, n_features: means.len(), values })
    }

    fn importance(&self) -> Vec<f64> {
        self.0.importance.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(n: usize) -> Vec<Feature> {
        let feature = |i| Feature {
            name: format!("f{i}"),
            sources: vec![format!("f{i}")],
            kind: FeatureKind::Number,
        };
        (0..n).map(feature).collect()
    }

    #[test]
    fn floor_and_cap_keep_the_sum() {
        let rows = vec![1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0];
        let x = Matrix::new(features(3).into(), 4, rows, Vec::new()).unwrap();
        let table = PointTable {
            base: 5.0,
            points: vec![30.0, 20.0, -40.0],
            floor: Some(0.0),
            cap: Some(40.0),
        };
        assert_eq!(table.totals(&x).unwrap(), [40.0, 35.0, 0.0, 0.0]);
        let model = PointsModel::new(table, -2.0, 0.1, &x).unwrap();
        assert_eq!(model.margins(&x).unwrap(), [2.0, 1.5, -2.0, -2.0]);
        let explained = model.explain(&x).unwrap();
        for (row, margin) in model.margins(&x).unwrap().into_iter().enumerate() {
            assert!((explained.margin(row) - margin).abs() < 1e-12, "{row}");
        }
        assert!((model.importance().iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn without_rows_a_lead_is_explained_against_nothing_that_holds() {
        let none = Matrix::new(features(2).into(), 0, Vec::new(), Vec::new()).unwrap();
        let table = PointTable { base: 5.0, points: vec![30.0, -20.0], floor: None, cap: None };
        let model = PointsModel::new(table, 0.0, 1.0, &none).unwrap();
        let x = Matrix::new(features(2).into(), 1, vec![1.0, 0.0], Vec::new()).unwrap();
        let explained = model.explain(&x).unwrap();
        assert_eq!((explained.base, explained.row(0)), (5.0, [30.0, 0.0].as_slice()));
    }

    #[test]
    fn unsound_tables_are_refused() {
        let x = Matrix::new(features(1).into(), 0, Vec::new(), Vec::new()).unwrap();
        let table = |points| PointTable { base: 0.0, points, floor: None, cap: None };
        assert!(PointsModel::new(table(vec![1.0]), 0.0, -1.0, &x).is_err());
        assert!(PointsModel::new(table(vec![f64::NAN]), 0.0, 1.0, &x).is_err());
        assert!(PointsModel::new(table(vec![1.0, 2.0]), 0.0, 1.0, &x).is_err());
    }
}
