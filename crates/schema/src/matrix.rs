//! What models see: numbers and category codes, with their names and lineage.

use crate::SchemaError;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Whether a feature is a number or a code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FeatureKind {
    /// An f32; NaN is missing.
    Number,
    /// A code below `levels.len()`. Code 0 is "missing", code 1 "another word" (rare or never seen in training).
    Category {
        /// The words by code.
        levels: Vec<String>,
    },
}

/// A column of the [`Matrix`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Feature {
    /// Its name, unique in a matrix.
    pub name: String,
    /// The source fields that it was made from: lineage, so that reasons name what a salesperson knows.
    pub sources: Vec<String>,
    /// Number or code.
    pub kind: FeatureKind,
}

/// Features of some leads, row by row: `numbers` is rows x (number features), `codes` is rows x (category features), each
/// in the order in which its features stand in `features`.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    features: Arc<[Feature]>,
    rows: usize,
    numbers: Vec<f32>,
    codes: Vec<u32>,
}

impl Matrix {
    /// # Errors
    /// [`SchemaError::Length`] where a block's size is not rows x its features.
    pub fn new(
        features: Arc<[Feature]>,
        rows: usize,
        numbers: Vec<f32>,
        codes: Vec<u32>,
    ) -> Result<Self, SchemaError> {
        let n = features.iter().filter(|f| f.kind == FeatureKind::Number).count();
        let check = |what: &str, expected: usize, found: usize| {
            (expected == found).then_some(()).ok_or_else(|| SchemaError::Length {
                what: what.to_owned(),
                expected,
                found,
            })
        };
        check("the block of numbers", rows * n, numbers.len())?;
        check("the block of codes", rows * (features.len() - n), codes.len())?;
        Ok(Self { features, rows, numbers, codes })
    }

    /// The columns.
    pub fn features(&self) -> &Arc<[Feature]> {
        &self.features
    }

    /// The number of leads.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number features of a lead.
    pub fn numbers(&self, row: usize) -> &[f32] {
        let n = self.numbers.len().checked_div(self.rows).unwrap_or(0);
        &self.numbers[row * n..(row + 1) * n]
    }

    /// The category codes of a lead.
    pub fn codes(&self, row: usize) -> &[u32] {
        let n = self.codes.len().checked_div(self.rows).unwrap_or(0);
        &self.codes[row * n..(row + 1) * n]
    }

    /// The features that `keep` holds of, for every lead.
    pub fn keep(&self, keep: impl Fn(&Feature) -> bool) -> Matrix {
        let kept = |number: bool| -> Vec<bool> {
            let of_kind = |f: &&Feature| (f.kind == FeatureKind::Number) == number;
            self.features.iter().filter(of_kind).map(&keep).collect()
        };
        fn thin<T: Copy>(row: &[T], kept: &[bool]) -> impl Iterator<Item = T> {
            row.iter().zip(kept).filter(|(_, kept)| **kept).map(|(value, _)| *value)
        }
        let (numbers, codes) = (kept(true), kept(false));
        Matrix {
            features: self.features.iter().filter(|f| keep(f)).cloned().collect(),
            rows: self.rows,
            numbers: (0..self.rows).flat_map(|row| thin(self.numbers(row), &numbers)).collect(),
            codes: (0..self.rows).flat_map(|row| thin(self.codes(row), &codes)).collect(),
        }
    }

    /// Some of the rows, in the order given.
    pub fn take(&self, rows: &[usize]) -> Matrix {
        Matrix {
            features: Arc::clone(&self.features),
            rows: rows.len(),
            numbers: rows.iter().flat_map(|&r| self.numbers(r)).copied().collect(),
            codes: rows.iter().flat_map(|&r| self.codes(r)).copied().collect(),
        }
    }
}

/// The outcome of each lead: `true` where it became a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels(Vec<bool>);

impl Labels {
    /// Labels from outcomes.
    pub fn new(outcomes: Vec<bool>) -> Self {
        Self(outcomes)
    }

    /// The outcomes.
    pub fn as_slice(&self) -> &[bool] {
        &self.0
    }

    /// The number of leads.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no lead.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of customers.
    pub fn positives(&self) -> usize {
        self.0.iter().filter(|y| **y).count()
    }

    /// The share of customers; `None` without leads.
    pub fn base_rate(&self) -> Option<f64> {
        (!self.0.is_empty()).then(|| self.positives() as f64 / self.0.len() as f64)
    }

    /// Some of the leads, in the order given.
    pub fn take(&self, rows: &[usize]) -> Labels {
        Labels(rows.iter().map(|&r| self.0[r]).collect())
    }
}
