//! Chance: one stream for each purpose and row, so that any row can be made alone.

use leadsight_schema::Seed;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

/// A stream of random choices.
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of one row for one purpose.
    pub fn new(seed: Seed, purpose: &str, row: usize) -> Self {
        let mixed = (row as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self(ChaCha8Rng::seed_from_u64(seed.stream(purpose).wrapping_add(mixed)))
    }

    /// Uniform from 0 to 1, 1 excluded.
    pub fn unit(&mut self) -> f64 {
        self.0.random()
    }

    /// Whether something of this probability happens.
    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// Standard normal.
    pub fn normal(&mut self) -> f64 {
        self.0.sample(StandardNormal)
    }

    /// A whole number below `n`; 0 where `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { self.0.random_range(0..n) }
    }

    /// One of some things. The list must not be empty.
    pub fn pick<T: Copy>(&mut self, things: &[T]) -> T {
        things[self.below(things.len())]
    }

    /// One of some things, by weight; the last where all weights are 0. The list must not be empty.
    pub fn weighted<'a, T>(&mut self, things: &'a [T], weight: impl Fn(&T) -> f64) -> &'a T {
        let total: f64 = things.iter().map(&weight).sum();
        let mut left = self.unit() * total;
        for thing in things {
            left -= weight(thing);
            if left < 0.0 {
                return thing;
            }
        }
        &things[things.len() - 1]
    }

    /// Poisson by Knuth's product of uniforms: quick for the small means met here. Means over 60 are cut to 60.
    pub fn poisson(&mut self, mean: f64) -> u32 {
        let limit = (-mean.clamp(0.0, 60.0)).exp();
        let (mut count, mut product) = (0, self.unit());
        while product > limit {
            product *= self.unit();
            count += 1;
        }
        count
    }
}
