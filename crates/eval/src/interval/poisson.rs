//! Poisson numbers of a whole mean, from a table: one look-up a draw (the alias method; Walker 1977, Vose 1991).
//!
//! The table holds the numbers whose chance is at least 1e-16 of the likeliest one's; chances are rounded to 2^-32 of a column.

use rand::Rng;

/// Draws Poisson numbers of one mean.
pub(crate) struct Poisson {
    /// The number of the first column.
    first: usize,
    /// For each column the chance (in 2^-32) of its own number, and the column of the other.
    columns: Vec<(u32, u32)>,
}

impl Poisson {
    pub fn new(mean: usize) -> Self {
        let (first, weights) = weights(mean);
        let total: f64 = weights.iter().sum();
        let scale = weights.len() as f64 / total;
        let mut chance: Vec<f64> = weights.iter().map(|w| w * scale).collect();
        let mut columns: Vec<(u32, u32)> =
            (0..).map(|i| (u32::MAX, i)).take(chance.len()).collect();
        let (mut poor, mut rich): (Vec<usize>, Vec<usize>) =
            (0..chance.len()).partition(|&i| chance[i] < 1.0);
        while let (Some(&giver), Some(taker)) = (rich.last(), poor.pop()) {
            columns[taker] = ((chance[taker] * 2f64.powi(32)) as u32, giver as u32);
            chance[giver] -= 1.0 - chance[taker];
            if chance[giver] < 1.0 {
                rich.pop();
                poor.push(giver);
            }
        }
        Self { first, columns }
    }

    pub fn draw(&self, rng: &mut impl Rng) -> usize {
        let bits = rng.next_u64();
        // Multiply-shift (Lemire 2019), as in the bootstrap of leads.
        let column = ((bits >> 32) * self.columns.len() as u64) >> 32;
        let (own, other) = self.columns[column as usize];
        self.first + if (bits as u32) < own { column as usize } else { other as usize }
    }
}

/// The first number and the weights from it on, in units of the likeliest number's.
fn weights(mean: usize) -> (usize, Vec<f64>) {
    const LEAST: f64 = 1e-16;
    let mut below = Vec::new();
    let mut weight = 1.0;
    for k in (1..=mean).rev() {
        weight *= k as f64 / mean as f64;
        if weight < LEAST {
            break;
        }
        below.push(weight);
    }
    let first = mean - below.len();
    let mut weights: Vec<f64> = below.into_iter().rev().collect();
    weight = 1.0;
    for k in mean + 1.. {
        weights.push(weight);
        weight *= mean as f64 / k as f64;
        if weight < LEAST {
            break;
        }
    }
    (first, weights)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn the_mean_and_the_variance_are_the_mean() {
        for mean in [0usize, 1, 7, 250, 1_000_000] {
            let table = Poisson::new(mean);
            let mut rng = ChaCha8Rng::seed_from_u64(mean as u64);
            let n = 200_000;
            let drawn: Vec<f64> = (0..n).map(|_| table.draw(&mut rng) as f64).collect();
            let average = drawn.iter().sum::<f64>() / f64::from(n);
            let variance = drawn.iter().map(|d| (d - average).powi(2)).sum::<f64>() / f64::from(n);
            let mean = mean as f64;
            assert!((average - mean).abs() <= 4.0 * (mean / f64::from(n)).sqrt(), "{average}");
            assert!((variance - mean).abs() <= 0.03 * mean, "{variance} of mean {mean}");
        }
    }

    #[test]
    fn small_numbers_come_as_often_as_they_should() {
        let table = Poisson::new(2);
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let mut seen = [0u32; 4];
        for _ in 0..400_000 {
            if let Some(count) = seen.get_mut(table.draw(&mut rng)) {
                *count += 1;
            }
        }
        let e2 = (-2f64).exp();
        for (count, chance) in seen.into_iter().zip([e2, 2.0 * e2, 2.0 * e2, 4.0 / 3.0 * e2]) {
            assert!((f64::from(count) / 400_000.0 - chance).abs() < 0.003, "{seen:?}");
        }
    }
}
