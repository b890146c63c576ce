//! The values against the definition, deep paths, and rows alone against rows in a block.

use crate::sample::{self, Shape};
use crate::{CategorySet, Forest, MAX_DEPTH, Node, Rule, Split, Tree};
use proptest::prelude::*;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

#[test]
fn the_points_integrate_powers() {
    for n in super::paths::POINTS {
        let rule = super::paths::rule(n);
        for power in 0..2 * n {
            let sum: f64 = rule.iter().map(|[t, w]| w * t.powi(power as i32)).sum();
            let expected = 1.0 / (power + 1) as f64;
            assert!((sum - expected).abs() < 1e-14, "{n} {power} {sum} {expected}");
        }
    }
}

/// v(S): splits on features in the bit set `known` follow the row, the others go both ways by cover.
fn expectation(tree: &Tree, at: u32, row: &[f32], known: u32) -> f64 {
    match tree.nodes[at as usize] {
        Node::Leaf { value, .. } => value,
        Node::Split(s) => {
            let go = |child| expectation(tree, child, row, known);
            let x = row[s.feature as usize];
            if known >> s.feature & 1 == 1 {
                let left = sample::goes_left(tree, &s, x);
                return go(if left { s.left } else { s.right });
            }
            let cover = |child: u32| tree.nodes[child as usize].cover();
            let (l, sum) = (cover(s.left), cover(s.left) + cover(s.right));
            let share = if sum > 0.0 { l / sum } else { 0.5 };
            share * go(s.left) + (1.0 - share) * go(s.right)
        }
    }
}

/// The definition: every subset of the features, with its Shapley weight.
fn enumerated(forest: &Forest, row: &[f32]) -> (f64, Vec<f64>) {
    let m = forest.n_features();
    let value = |known: u32| -> f64 {
        forest.trees().iter().map(|t| expectation(t, t.root, row, known)).sum()
    };
    let values: Vec<f64> = (0..1_u32 << m).map(value).collect();
    let factorial = |n: usize| (1..=n).map(|k| k as f64).product::<f64>();
    let contribution = |i: usize| -> f64 {
        (0..1_u32 << m)
            .filter(|s| s >> i & 1 == 0)
            .map(|s| {
                let size = s.count_ones() as usize;
                let weight = factorial(size) * factorial(m - size - 1) / factorial(m);
                weight * (values[(s | 1 << i) as usize] - values[s as usize])
            })
            .sum()
    };
    (forest.base() + values[0], (0..m).map(contribution).collect())
}

/// A tree whose levels ask one question each, with covers that do not add up.
fn symmetric(rng: &mut ChaCha8Rng, depth: usize, n_features: usize) -> Tree {
    let mut tree = Tree::default();
    let mut level: Vec<u32> =
        (0..1 << depth).map(|_| tree.leaf(rng.random_range(-1.0..1.0), 1.0)).collect();
    for _ in 0..depth {
        let feature = rng.random_range(0..n_features) as u32;
        let rule = match rng.random_range(0..3) {
            0 => {
                tree.sets.push(CategorySet::new(3, [1]));
                Rule::OneOf(tree.sets.len() as u32 - 1)
            }
            k => Rule::Below(k as f32 - 1.5),
        };
        let default_left = rng.random_bool(0.5);
        let node = |pair: &[u32]| {
            let (left, right, cover) = (pair[0], pair[1], rng.random_range(0.0..9.0));
            tree.split(Split { feature, rule, default_left, left, right, cover, gain: 0.0 })
        };
        level = level.chunks(2).map(node).collect();
    }
    tree
}

fn check(forest: &Forest, rows: &[f32]) -> Result<(), TestCaseError> {
    let width = forest.n_features();
    let mut block = vec![0.0; rows.len()];
    forest.shap_rows(rows, &mut block).unwrap();
    for (i, (row, in_block)) in rows.chunks(width).zip(block.chunks(width)).enumerate() {
        let mut found = vec![0.0; width];
        let base = forest.shap(row, &mut found).unwrap();
        prop_assert_eq!(&found, in_block);
        let margin = forest.margin(row).unwrap();
        let sum = base + found.iter().sum::<f64>();
        prop_assert!((sum - margin).abs() < 1e-9 * (1.0 + margin.abs()), "{sum} {margin}");
        if i < 4 {
            let (expected_base, expected) = enumerated(forest, row);
            prop_assert!((base - expected_base).abs() < 1e-9, "{base} {expected_base}");
            for (f, e) in found.iter().zip(&expected) {
                prop_assert!((f - e).abs() < 1e-9, "{found:?} {expected:?}");
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn equals_the_enumeration_of_all_subsets(
        seed: u64, trees in 0..4_usize, depth in 0..8_usize, n_features in 1..7_usize, n in 1..20_usize,
    ) {
        let rng = &mut sample::rng(seed);
        let forest = sample::forest(rng, &Shape { trees, depth, n_features });
        check(&forest, &sample::rows(rng, n, n_features))?;
    }

    #[test]
    fn of_symmetric_trees_too(seed: u64, depth in 1..9_usize, n_features in 1..7_usize, n in 1..20_usize) {
        let rng = &mut sample::rng(seed);
        let trees = vec![symmetric(rng, depth, n_features), symmetric(rng, 3, n_features)];
        let forest = Forest::from_trees(n_features, 0.1, trees).unwrap();
        prop_assert!(forest.is_symmetric(0) && forest.is_symmetric(1));
        check(&forest, &sample::rows(rng, n, n_features))?;
    }
}

/// A path over `depth` features, each with `share` of the cover going on.
fn chain(depth: usize, share: f64) -> Forest {
    let mut tree = Tree::default();
    let mut cover = share.powi(depth as i32);
    let mut next = tree.leaf(1.0, cover);
    for feature in (0..depth as u32).rev() {
        let rest = cover / share - cover;
        let right = tree.leaf(f64::from(feature) / depth as f64, rest);
        cover += rest;
        let (rule, default_left, left) = (Rule::Below(0.0), true, next);
        next = tree.split(Split { feature, rule, default_left, left, right, cover, gain: 0.0 });
    }
    Forest::from_trees(depth, 0.5, vec![tree]).unwrap()
}

#[test]
fn sums_to_the_margin_on_deep_paths() {
    for depth in [1, 10, 20, 40, 80, MAX_DEPTH] {
        for share in [0.1, 0.5, 0.9] {
            let forest = chain(depth, share);
            for row in [vec![-1.0; depth], vec![1.0; depth], {
                let mut row = vec![-1.0; depth];
                row[depth / 2] = 1.0;
                row
            }] {
                let mut out = vec![0.0; 9 * depth];
                let base = forest.shap_rows(&row.repeat(9), &mut out).unwrap();
                let margin = forest.margin(&row).unwrap();
                let sum = base + out[8 * depth..].iter().sum::<f64>();
                assert_eq!(out[..depth], out[8 * depth..]);
                assert!(
                    (sum - margin).abs() <= 1e-12 * (1.0 + margin.abs()),
                    "{depth} {share} {sum} {margin}"
                );
            }
        }
    }
}

#[test]
fn adds_to_what_is_there() {
    let forest = chain(2, 0.5);
    let mut twice = vec![0.0; 2];
    forest.shap(&[1.0, 1.0], &mut twice).unwrap();
    let once = twice.clone();
    forest.shap(&[1.0, 1.0], &mut twice).unwrap();
    for (twice, once) in twice.iter().zip(once) {
        assert!((twice - 2.0 * once).abs() < 1e-15 && once != 0.0, "{twice} {once}");
    }
}
