//! What is to be learned, and the gradient of its loss.
//!
//! | target | margin | loss of a row | gradient | hessian |
//! |---|---|---|---|---|
//! | outcomes | log-odds m, p = 1 / (1 + exp(-m)) | -ln p or -ln (1 - p) | p - y | p (1 - p) |
//! | numbers | the number | (m - y)^2 | m - y | 1 |
//! | classes | one a class, p = softmax | -ln p of its class | p - \[its class\] | p (1 - p) |
//!
//! each times the row's weight. The gradient of numbers is of half the loss.

use super::Bins;
use crate::ForestError;
use leadsight_schema::logit;
use rayon::prelude::*;

/// Rows whose gradients and losses are summed up together; part of the result's bits.
const CHUNK: usize = 4096;

/// What is to be learned of each row.
#[derive(Debug, Clone, Copy)]
pub enum Target<'a> {
    /// Yes or no: one margin, in log-odds.
    Outcomes(&'a [bool]),
    /// A finite number: one margin, the number.
    Numbers(&'a [f64]),
    /// A class below `classes`: a margin for each class.
    Classes {
        /// The class of each row.
        of: &'a [u32],
        /// The number of classes, at least 2.
        classes: u32,
    },
}

impl Target<'_> {
    fn len(&self) -> usize {
        match self {
            Target::Outcomes(y) => y.len(),
            Target::Numbers(y) => y.len(),
            Target::Classes { of, .. } => of.len(),
        }
    }

    /// Margins of a row.
    pub(super) fn outputs(&self) -> usize {
        match self {
            Target::Classes { classes, .. } => *classes as usize,
            _ => 1,
        }
    }
}

/// Rows to learn from, or to watch.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    /// The rows.
    pub bins: &'a Bins,
    /// What is to be learned, row by row.
    pub target: Target<'a>,
    /// How much each row counts, finite and from 0; all alike where left out. A row of weight 2 is two equal rows.
    pub weights: Option<&'a [f64]>,
}

impl Sample<'_> {
    pub(super) fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |w| w[row])
    }

    /// Refuses what nothing can be learned from.
    pub(super) fn check(&self) -> Result<(), ForestError> {
        let rows = self.bins.rows();
        let length = |what, found| {
            (found == rows).then_some(()).ok_or(ForestError::Length { what, expected: rows, found })
        };
        length("the values to learn", self.target.len())?;
        length("the weights", self.weights.map_or(rows, <[f64]>::len))?;
        let bad = |what, row, found: &dyn ToString, expected| {
            Err(ForestError::BadRow { what, row, found: found.to_string(), expected })
        };
        if let Some((row, w)) = self.weights.and_then(|w| first(w, |w| w.is_finite() && *w >= 0.0))
        {
            return bad("weight", row, &w, "a finite number of at least 0");
        }
        match self.target {
            Target::Numbers(y) => {
                if let Some((row, y)) = first(y, |y| y.is_finite()) {
                    return bad("number to learn", row, &y, "a finite number");
                }
            }
            Target::Classes { of, classes } => {
                super::expect(classes >= 2, "classes", classes, "2 or more")?;
                if let Some((row, class)) = first(of, |class| *class < classes) {
                    return bad("class", row, &class, "a class below the number of classes");
                }
            }
            Target::Outcomes(_) => {}
        }
        let totals = self.totals();
        if totals.iter().sum::<f64>() <= 0.0 {
            return Err(ForestError::NoRows);
        }
        let one = totals.iter().filter(|t| **t > 0.0).count() < 2;
        if one && !matches!(self.target, Target::Numbers(_)) {
            return Err(ForestError::OneClass { rows });
        }
        Ok(())
    }

    /// The weight by class (of an outcome: no, yes); of numbers all of it.
    fn totals(&self) -> Vec<f64> {
        let mut totals = vec![0.0; self.target.outputs().max(2)];
        for row in 0..self.bins.rows() {
            let class = match self.target {
                Target::Outcomes(y) => usize::from(y[row]),
                Target::Numbers(_) => 0,
                Target::Classes { of, .. } => of[row] as usize,
            };
            totals[class] += self.weight(row);
        }
        totals
    }

    /// The best constant margins.
    pub(super) fn base(&self) -> Vec<f64> {
        let totals = self.totals();
        let all: f64 = totals.iter().sum();
        match self.target {
            Target::Outcomes(_) => vec![logit(totals[1] / all)],
            Target::Numbers(y) => {
                let sum: f64 = y.iter().enumerate().map(|(row, y)| y * self.weight(row)).sum();
                vec![sum / all]
            }
            // A class that no row has keeps a finite margin, as if it had half a row.
            Target::Classes { .. } => totals
                .iter()
                .map(|t| (t.max(0.5 * all / self.bins.rows() as f64) / all).ln())
                .collect(),
        }
    }

    /// The mean loss at these margins (output by output).
    pub(super) fn loss(&self, margins: &[Vec<f64>]) -> f64 {
        let mut nothing: Vec<Vec<[f32; 2]>> = vec![Vec::new(); margins.len()];
        self.pass(margins, &mut nothing)
    }

    /// Gradients at these margins, into `pairs`; returns the mean loss.
    pub(super) fn gradients(&self, margins: &[Vec<f64>], pairs: &mut [Vec<[f32; 2]>]) -> f64 {
        for pairs in pairs.iter_mut() {
            pairs.resize(self.bins.rows(), [0.0; 2]);
        }
        self.pass(margins, pairs)
    }

    /// Pairs may be empty, where only the loss is wanted.
    fn pass(&self, margins: &[Vec<f64>], pairs: &mut [Vec<[f32; 2]>]) -> f64 {
        let sums: Vec<[f64; 2]> = match (self.target, pairs) {
            (Target::Classes { of, .. }, pairs) => vec![self.class_pass(of, margins, pairs)],
            (target, [pairs]) => {
                let rows = self.bins.rows();
                let mut empty: Vec<&mut [[f32; 2]]> = Vec::new();
                if pairs.is_empty() {
                    empty.resize_with(rows.div_ceil(CHUNK), Default::default);
                } else {
                    empty.extend(pairs.chunks_mut(CHUNK));
                }
                empty
                    .into_par_iter()
                    .zip(margins[0].par_chunks(CHUNK))
                    .enumerate()
                    .map(|(chunk, (pairs, margins))| match target {
                        Target::Outcomes(y) => {
                            self.outcome_chunk(chunk * CHUNK, &y[chunk * CHUNK..], margins, pairs)
                        }
                        Target::Numbers(y) => {
                            self.number_chunk(chunk * CHUNK, &y[chunk * CHUNK..], margins, pairs)
                        }
                        Target::Classes { .. } => [0.0; 2],
                    })
                    .collect()
            }
            _ => Vec::new(),
        };
        let [loss, weight] = sums.iter().fold([0.0; 2], |a, b| [a[0] + b[0], a[1] + b[1]]);
        loss / weight
    }

    /// The sum of losses and of weights.
    fn outcome_chunk(
        &self,
        first: usize,
        y: &[bool],
        margins: &[f64],
        pairs: &mut [[f32; 2]],
    ) -> [f64; 2] {
        let (mut loss, mut weight) = (0.0, 0.0);
        let mut pairs = pairs.iter_mut();
        // Without weights the logarithms of many rows are one logarithm of a product.
        let mut product = 1.0_f64;
        for (i, (margin, y)) in margins.iter().zip(y).enumerate() {
            let away = if *y { -margin } else { *margin };
            let small = (-away.abs()).exp();
            let wrong = if away > 0.0 { 1.0 } else { small } / (1.0 + small);
            let w = self.weight(first + i);
            if self.weights.is_none() {
                loss += away.max(0.0);
                product *= 1.0 + small;
                if i % 64 == 63 {
                    loss += product.ln();
                    product = 1.0;
                }
            } else {
                loss += w * (away.max(0.0) + small.ln_1p());
            }
            weight += w;
            if let Some(pair) = pairs.next() {
                let gradient = if *y { -wrong } else { wrong };
                *pair = [(w * gradient) as f32, (w * wrong * (1.0 - wrong)) as f32];
            }
        }
        [loss + product.ln(), weight]
    }

    fn number_chunk(
        &self,
        first: usize,
        y: &[f64],
        margins: &[f64],
        pairs: &mut [[f32; 2]],
    ) -> [f64; 2] {
        let mut pairs = pairs.iter_mut();
        let mut sums = [0.0; 2];
        for (i, (margin, y)) in margins.iter().zip(y).enumerate() {
            let (w, off) = (self.weight(first + i), margin - y);
            sums = [sums[0] + w * off * off, sums[1] + w];
            if let Some(pair) = pairs.next() {
                *pair = [(w * off) as f32, w as f32];
            }
        }
        sums
    }

    fn class_pass(
        &self,
        of: &[u32],
        margins: &[Vec<f64>],
        pairs: &mut [Vec<[f32; 2]>],
    ) -> [f64; 2] {
        let mut sums = [0.0; 2];
        let mut p = vec![0.0; margins.len()];
        for (row, class) in of.iter().enumerate() {
            let class = *class as usize;
            let w = self.weight(row);
            let most = margins.iter().map(|m| m[row]).fold(f64::NEG_INFINITY, f64::max);
            p.iter_mut().zip(margins).for_each(|(p, m)| *p = (m[row] - most).exp());
            let total: f64 = p.iter().sum();
            sums = [sums[0] + w * (total.ln() + most - margins[class][row]), sums[1] + w];
            for (k, (p, pairs)) in p.iter().zip(pairs.iter_mut()).enumerate() {
                if let Some(pair) = pairs.get_mut(row) {
                    let p = p / total;
                    let gradient = p - f64::from(u8::from(k == class));
                    *pair = [(w * gradient) as f32, (w * p * (1.0 - p)) as f32];
                }
            }
        }
        sums
    }
}

fn first<T: Copy>(values: &[T], good: impl Fn(&T) -> bool) -> Option<(usize, T)> {
    values.iter().position(|v| !good(v)).map(|row| (row, values[row]))
}
