//! The forest's kernels on random complete trees: margins of a block, one row at a time, exact SHAP, and loading.
//! One thread; names carry trees x depth, features and rows.

#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use leadsight_forest::{Forest, Rule, Split, Tree};
use std::hint::black_box;

/// xorshift64*: enough for thresholds and rows, and no dependency.
struct Chance(u64);

impl Chance {
    /// Uniform on 0..1.
    fn unit(&mut self) -> f32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 40) as f32 / (1_u64 << 24) as f32
    }
}

fn grow(chance: &mut Chance, tree: &mut Tree, depth: usize, n_features: usize, cover: f64) -> u32 {
    if depth == 0 {
        return tree.leaf(f64::from(chance.unit() - 0.5), cover);
    }
    let share = f64::from(0.2 + 0.6 * chance.unit());
    let left = grow(chance, tree, depth - 1, n_features, cover * share);
    let right = grow(chance, tree, depth - 1, n_features, cover * (1.0 - share));
    tree.split(Split {
        feature: ((chance.unit() * n_features as f32) as u32).min(n_features as u32 - 1),
        rule: Rule::Below(0.2 + 0.6 * chance.unit()),
        default_left: chance.unit() < 0.5,
        left,
        right,
        cover,
        gain: 1.0,
    })
}

fn forest(trees: usize, depth: usize, n_features: usize) -> Forest {
    let chance = &mut Chance(7);
    let trees = (0..trees)
        .map(|_| {
            let mut tree = Tree::default();
            grow(chance, &mut tree, depth, n_features, 1_000.0);
            tree
        })
        .collect();
    Forest::from_trees(n_features, 0.0, trees).unwrap()
}

/// 5 % missing.
fn rows(rows: usize, n_features: usize) -> Vec<f32> {
    let chance = &mut Chance(11);
    (0..rows * n_features)
        .map(|_| if chance.unit() < 0.05 { f32::NAN } else { chance.unit() })
        .collect()
}

fn margins(c: &mut Criterion) {
    let mut group = c.benchmark_group("forest");
    for (trees, depth, features, n) in [(500, 6, 50, 10_000), (100, 6, 30, 10_000)] {
        let (forest, rows) = (forest(trees, depth, features), rows(n, features));
        group.throughput(Throughput::Elements(n as u64));
        group.bench_function(format!("margins_{trees}x{depth}_{features}f_{n}rows"), |b| {
            b.iter(|| forest.margins(black_box(&rows)).unwrap());
        });
    }
    let (trees, depth, features, n) = (500, 6, 50, 1_000);
    let (forest, rows) = (forest(trees, depth, features), rows(n, features));
    group.throughput(Throughput::Elements(n as u64));
    group.bench_function(format!("margin_{trees}x{depth}_{features}f_{n}rows"), |b| {
        b.iter(|| rows.chunks(features).map(|r| forest.margin(black_box(r)).unwrap()).sum::<f64>());
    });
    group.finish();
}

fn shap(c: &mut Criterion) {
    let mut group = c.benchmark_group("forest");
    group.sample_size(10);
    for (trees, depth, features, n) in [(100, 6, 30, 1_000), (500, 6, 50, 100), (100, 12, 50, 10)] {
        let (forest, rows) = (forest(trees, depth, features), rows(n, features));
        group.throughput(Throughput::Elements(n as u64));
        group.bench_function(format!("shap_{trees}x{depth}_{features}f_{n}rows"), |b| {
            b.iter_batched(
                || vec![0.0; features],
                |mut out| {
                    for row in rows.chunks(features) {
                        forest.shap(black_box(row), &mut out).unwrap();
                    }
                    out
                },
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

fn load(c: &mut Criterion) {
    let forest = forest(100, 6, 30);
    let trees = forest.trees().to_vec();
    c.bench_function("forest/check_and_lay_out_100x6_30f", |b| {
        b.iter_batched(
            || trees.clone(),
            |trees| Forest::from_trees(30, 0.0, trees).unwrap(),
            BatchSize::SmallInput,
        );
    });
}

criterion_group!(benches, margins, shap, load);
criterion_main!(benches);
