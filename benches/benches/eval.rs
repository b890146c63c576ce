//! Metrics and intervals at the sizes that a lead base has; a name carries the rows. All threads.

#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use leadsight_eval::{
    Curves, EvaluateOptions, Rule, bands, choose, delong, ece, evaluate, paired_delong, pr_auc,
    roc_auc,
};
use leadsight_schema::Seed;
use std::hint::black_box;

/// Calibrated probabilities at a base rate near 3 %, and outcomes drawn from them (xorshift64*).
fn leads(rows: usize, mut state: u64) -> (Vec<bool>, Vec<f64>) {
    let mut unit = || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as f64 / (1_u64 << 53) as f64
    };
    let p: Vec<f64> = (0..rows).map(|_| 0.15 * unit().powi(4)).collect();
    (p.iter().map(|&p| unit() < p).collect(), p)
}

fn ranks(c: &mut Criterion) {
    let rows = 1_000_000;
    let (y, p) = leads(rows, 7);
    let (_, q) = leads(rows, 8);
    let mut group = c.benchmark_group("eval");
    group.throughput(Throughput::Elements(rows as u64)).sample_size(10);
    group.bench_function("roc_auc_1000000", |b| b.iter(|| roc_auc(black_box(&y), &p)));
    group.bench_function("pr_auc_1000000", |b| b.iter(|| pr_auc(black_box(&y), &p)));
    group.bench_function("ece_1000000", |b| b.iter(|| ece(black_box(&y), &p)));
    group.bench_function("roc_auc_delong_1000000", |b| b.iter(|| delong(black_box(&y), &p, 0.95)));
    group.bench_function("paired_delong_1000000", |b| {
        b.iter(|| paired_delong(black_box(&y), &p, &q, 0.95));
    });
    group.bench_function("choose_f1_1000000", |b| b.iter(|| choose(black_box(&y), &p, &Rule::F1)));
    group.bench_function("band_bottom_50_1000000", |b| {
        b.iter(|| bands::bottom(black_box(&y), &p, 0.5));
    });
    group.bench_function("curves_1000000", |b| b.iter(|| Curves::of(black_box(&y), &p, 0.95)));
    group.finish();
}

fn evaluations(c: &mut Criterion) {
    let mut group = c.benchmark_group("evaluate");
    group.sample_size(10);
    for rows in [10_000, 100_000, 1_000_000] {
        let (y, p) = leads(rows, 7);
        let options = EvaluateOptions { level: 0.95, bootstrap: 1000, seed: Seed(1) };
        group.throughput(Throughput::Elements(rows as u64));
        group.bench_function(format!("bootstrap_1000_rows_{rows}"), |b| {
            b.iter(|| evaluate(black_box(&y), &p, 0.05, &options));
        });
    }
    group.finish();
}

criterion_group!(benches, ranks, evaluations);
criterion_main!(benches);
