//! The penalised loss, its gradient, and the search for its minimum (argmin's L-BFGS with Moré and Thuente's line search).
//!
//! f(w, b) = sum_i ln(1 + exp(-y_i (w z_i + b))) + strength/2 |w|^2. Most inputs take one value in most rows (the zeros of
//! one-hot categories, a flag that is rarely up), so a row is kept as its differences from the usual one. Rows are summed
//! in pieces of one size and the pieces in order: the same bits on any number of threads.

use crate::TrainError;
use argmin::core::{CostFunction, Error, Executor, Gradient, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use leadsight_models::Encoder;
use leadsight_schema::{Labels, Matrix};
use rayon::prelude::*;
use std::cell::RefCell;
use std::ops::Range;

/// Rows summed as one piece.
const PIECE: usize = 4096;

/// Steps whose curvature is remembered.
const MEMORY: usize = 10;

/// The optimiser stops where the gradient, a sum over rows, is below this times the number of rows.
const TOLERANCE_PER_ROW: f64 = 2e-5;

/// Encoded rows, as differences from the usual row.
pub(super) struct Inputs {
    /// For each input the value that more than half of the rows have; where there is none, any.
    usual: Vec<f64>,
    /// Where each row begins in `places` and `differences`; one more than rows.
    starts: Vec<usize>,
    places: Vec<u32>,
    differences: Vec<f64>,
}

impl Inputs {
    pub(super) fn new(encoder: &Encoder, x: &Matrix) -> Result<Self, TrainError> {
        let usual = usual(encoder, x)?;
        let mut starts = vec![0];
        let (mut places, mut differences) = (Vec::new(), Vec::new());
        encoder.each_row(x, |row| {
            for (place, (value, usual)) in (0_u32..).zip(row.iter().zip(&usual)) {
                if value != usual {
                    places.push(place);
                    differences.push(f64::from(*value) - f64::from(*usual));
                }
            }
            starts.push(places.len());
        })?;
        let usual = usual.into_iter().map(f64::from).collect();
        Ok(Self { usual, starts, places, differences })
    }

    pub(super) fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    fn row(&self, row: usize) -> impl Iterator<Item = (usize, f64)> {
        let range = self.starts[row]..self.starts[row + 1];
        let places = self.places[range.clone()].iter().map(|place| *place as usize);
        places.zip(self.differences[range].iter().copied())
    }

    /// The margin of each row. `weights` has the intercept behind a weight for each input.
    pub(super) fn margins(&self, weights: &[f64]) -> impl Fn(usize) -> f64 {
        let width = self.usual.len();
        let usual = self.usual.iter().zip(weights).map(|(z, w)| z * w).sum::<f64>();
        let start = weights[width] + usual;
        move |row| start + self.row(row).map(|(place, z)| z * weights[place]).sum::<f64>()
    }

    /// The sum of `of` over the pieces of rows, piece by piece.
    fn pieces<T: Send>(&self, of: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
        let rows = self.rows();
        let piece = |k: usize| of(k * PIECE..rows.min((k + 1) * PIECE));
        (0..rows.div_ceil(PIECE)).into_par_iter().map(piece).collect()
    }
}

/// What more than half of the rows have in common, input by input (Boyer and Moore's majority vote).
fn usual(encoder: &Encoder, x: &Matrix) -> Result<Vec<f32>, TrainError> {
    let mut usual = vec![0.0; encoder.width()];
    let mut votes = vec![0_usize; encoder.width()];
    encoder.each_row(x, |row| {
        for ((value, usual), votes) in row.iter().zip(&mut usual).zip(&mut votes) {
            match (value == usual, *votes) {
                (true, _) => *votes += 1,
                (false, 0) => (*usual, *votes) = (*value, 1),
                (false, _) => *votes -= 1,
            }
        }
    })?;
    Ok(usual)
}

struct Objective<'a> {
    inputs: &'a Inputs,
    outcomes: &'a [bool],
    strength: f64,
    /// The search asks for cost and gradient of one point in turn.
    last: RefCell<Option<Point>>,
}

#[derive(Clone)]
struct Point {
    weights: Vec<f64>,
    cost: f64,
    gradient: Vec<f64>,
}

impl<'a> Objective<'a> {
    fn new(inputs: &'a Inputs, y: &'a Labels, strength: f64) -> Self {
        Self { inputs, outcomes: y.as_slice(), strength, last: RefCell::new(None) }
    }

    fn at(&self, weights: &[f64]) -> Point {
        if let Some(last) = self.last.borrow().as_ref().filter(|last| last.weights == weights) {
            return last.clone();
        }
        let (inputs, width) = (self.inputs, self.inputs.usual.len());
        let (outcomes, margin) = (self.outcomes, inputs.margins(weights));
        let pieces = inputs.pieces(|rows| {
            let mut loss = 0.0;
            let mut sums = vec![0.0; width + 1];
            for row in rows {
                // With x the margin against the outcome: loss = ln(1 + exp(x)), of which the slope is 1 / (1 + exp(-x)).
                let against = if outcomes[row] { -1.0 } else { 1.0 };
                let x = against * margin(row);
                let e = (-x.abs()).exp();
                loss += x.max(0.0) + e.ln_1p();
                let slope = against * if x > 0.0 { 1.0 } else { e } / (1.0 + e);
                inputs.row(row).for_each(|(place, z)| sums[place] += slope * z);
                sums[width] += slope;
            }
            (loss, sums)
        });
        let (mut cost, mut gradient) = (0.0, vec![0.0; width + 1]);
        for (loss, sums) in pieces {
            cost += loss;
            gradient.iter_mut().zip(sums).for_each(|(total, sum)| *total += sum);
        }
        let slopes = gradient[width];
        for (place, usual) in inputs.usual.iter().enumerate() {
            cost += self.strength / 2.0 * weights[place] * weights[place];
            gradient[place] += slopes * usual + self.strength * weights[place];
        }
        let point = Point { weights: weights.to_vec(), cost, gradient };
        *self.last.borrow_mut() = Some(point.clone());
        point
    }
}

impl CostFunction for Objective<'_> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, weights: &Vec<f64>) -> Result<f64, Error> {
        Ok(self.at(weights).cost)
    }
}

impl Gradient for Objective<'_> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, weights: &Vec<f64>) -> Result<Vec<f64>, Error> {
        Ok(self.at(weights).gradient)
    }
}

/// The weights that minimise the penalised loss, with the intercept behind them; after `steps` at most, beginning at
/// `from` (zeros where there is none).
pub(super) fn solve(
    inputs: &Inputs,
    y: &Labels,
    strength: f64,
    steps: u64,
    from: Option<Vec<f64>>,
) -> Result<Vec<f64>, TrainError> {
    let failed = |source: Error| TrainError::Library {
        library: "argmin",
        step: "minimising the loss",
        source: source.into(),
    };
    let from = from.unwrap_or_else(|| vec![0.0; inputs.usual.len() + 1]);
    let objective = Objective::new(inputs, y, strength);
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), MEMORY)
        .with_tolerance_grad(TOLERANCE_PER_ROW * inputs.rows() as f64)
        .map_err(failed)?;
    let found = Executor::new(objective, solver)
        .configure(|state| state.param(from.clone()).max_iters(steps))
        .timer(false)
        .run()
        .map_err(failed)?;
    Ok(found.state().get_best_param().cloned().unwrap_or(from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsight_models::{FeatureEncoder, OneHot, Standardise};
    use leadsight_schema::{Feature, FeatureKind};

    /// The gradient is that of the cost, and zero where the search ends.
    #[test]
    fn the_gradient_is_the_slope_of_the_cost() {
        let feature = |name: &str, kind| Feature { name: name.into(), sources: vec![], kind };
        let levels = ["missing", "other", "a", "b"].map(String::from).to_vec();
        let features =
            [feature("n", FeatureKind::Number), feature("c", FeatureKind::Category { levels })];
        let rows = 10_000;
        let numbers: Vec<f32> = (0..rows).map(|i| (i * 37 % 101) as f32).collect();
        let codes: Vec<u32> = (0..rows as u32).map(|i| i * 7 % 4).collect();
        let parts = vec![
            FeatureEncoder::Standardise(Standardise::fit(numbers.iter().copied())),
            FeatureEncoder::OneHot(OneHot::fit(codes.iter().copied(), 4, 1)),
        ];
        let outcomes = (0..rows).map(|i| (i * 31 + i * i / 17) % 5 == 0).collect();
        let encoder = Encoder::new(features.to_vec(), parts).unwrap();
        let x = Matrix::new(features.into(), rows, numbers, codes).unwrap();
        let (inputs, y) = (Inputs::new(&encoder, &x).unwrap(), Labels::new(outcomes));
        let objective = Objective::new(&inputs, &y, 3.0);

        let at: Vec<f64> = (0..=inputs.usual.len()).map(|i| 0.3 - 0.1 * i as f64).collect();
        let gradient = objective.gradient(&at).unwrap();
        for place in 0..at.len() {
            let shifted = |by: f64| {
                let mut weights = at.clone();
                weights[place] += by;
                objective.cost(&weights).unwrap()
            };
            let slope = (shifted(1e-4) - shifted(-1e-4)) / 2e-4;
            assert!((slope - gradient[place]).abs() < 1e-3, "{place}: {slope}");
        }
        let found = solve(&inputs, &y, 3.0, 100, None).unwrap();
        let left: f64 = objective.gradient(&found).unwrap().iter().map(|g| g * g).sum();
        assert!(left.sqrt() <= TOLERANCE_PER_ROW * rows as f64);
    }
}
