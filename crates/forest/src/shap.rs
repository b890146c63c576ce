//! Exact path-dependent SHAP values (those of TreeSHAP: Lundberg, Erion and Lee 2018, arXiv 1802.03888), by quadrature.
//!
//! For one tree and a row let v(S) be the expected leaf where a split on a feature of S is decided by the row and any other
//! goes both ways by the children's shares of cover. The contribution of feature i is its Shapley value
//! `sum over S without i of |S|! (M - |S| - 1)! / M! (v(S + i) - v(S))`, and the weight is the integral of `t^|S| (1 - t)^(M - |S| - 1)`
//! over 0..1. So a leaf of value u below the distinct features j, each open for a share `zero_j` of the training rows (the
//! product of the shares on the way) and, for this row, `one_j` (0 or 1), gives feature i
//!
//! ```text
//! u (one_i - zero_i) * integral of product over j other than i of f_j(t) dt,    f_j(t) = one_j t + zero_j (1 - t)
//! ```
//!
//! whose degree is below the number D of distinct features: n Gauss-Legendre points are exact for D <= 2n (arXiv 2605.04497).
//! The walk keeps the product of all f_j at the points; below an edge the leaves' products are summed and divided by the
//! edge's f once. Where a feature is asked again its earlier f is replaced, and what the earlier edge will claim of these leaves is
//! taken off. Every factor is positive, so that nothing cancels: the recursion of 2018, tried here first, lost every digit at 80
//! distinct features on a path; this does not, and takes O(nodes x D) in place of O(leaves x D^2). All in f64.

use crate::layout::{Flat, Layout};

/// Gauss-Legendre points and weights on 0..1 that are exact for paths of `features` distinct features: 2^k points, so
/// that the kernel is compiled for few sizes.
pub(crate) fn rule(features: usize) -> Vec<[f64; 2]> {
    let n = features.div_ceil(2).next_power_of_two().max(2);
    (0..n).map(|i| point(i, n)).collect()
}

/// Point i of n and its weight: a root of the Legendre polynomial, by Newton from the usual guess.
fn point(i: usize, n: usize) -> [f64; 2] {
    let size = n as f64;
    let mut z = (std::f64::consts::PI * (i as f64 + 0.75) / (size + 0.5)).cos();
    let mut slope = 1.0;
    for _ in 0..10 {
        let (mut last, mut p) = (0.0, 1.0);
        for k in 1..=n {
            let k = k as f64;
            (last, p) = (p, ((2.0 * k - 1.0) * z * p - (k - 1.0) * last) / k);
        }
        slope = size * (z * p - last) / (z * z - 1.0);
        z -= p / slope;
    }
    [0.5 * (1.0 - z), 1.0 / ((1.0 - z * z) * slope * slope)]
}

/// Adds the contributions of all trees for a row into `out`; both of the forest's width.
pub(crate) fn shap(layout: &Layout, row: &[f32], out: &mut [f64]) {
    match layout.rule.len() {
        2 => shap_at::<2>(layout, row, out),
        4 => shap_at::<4>(layout, row, out),
        8 => shap_at::<8>(layout, row, out),
        16 => shap_at::<16>(layout, row, out),
        32 => shap_at::<32>(layout, row, out),
        _ => shap_at::<64>(layout, row, out),
    }
}

fn shap_at<const N: usize>(layout: &Layout, row: &[f32], out: &mut [f64]) {
    let at = |i: usize| layout.rule.get(i).copied().unwrap_or([0.5, 0.0]);
    let mut walk = Walk::<N> {
        layout,
        row,
        out,
        known: std::array::from_fn(|q| at(q)[0]),
        unknown: std::array::from_fn(|q| 1.0 - at(q)[0]),
        closed: std::array::from_fn(|q| -1.0 / (1.0 - at(q)[0])),
        weights: std::array::from_fn(|q| at(q)[1]),
        open: vec![Open { zero: 1.0, one: 1.0 }; row.len()],
    };
    for root in &layout.roots {
        walk.descend(root.node as usize, [1.0; N]);
    }
}

/// How much of a feature's question is open on the way to a node.
#[derive(Debug, Clone, Copy)]
struct Open {
    zero: f64,
    one: f64,
}

struct Walk<'a, const N: usize> {
    layout: &'a Layout,
    row: &'a [f32],
    out: &'a mut [f64],
    /// t and 1 - t at the points.
    known: [f64; N],
    unknown: [f64; N],
    /// What an edge claims that the row does not take: -1 / (1 - t), whatever its share.
    closed: [f64; N],
    weights: [f64; N],
    /// By feature, on the way to the present node.
    open: Vec<Open>,
}

impl<const N: usize> Walk<'_, N> {
    /// `product` is that of all f_j on the way to `node`; returns the sum over the leaves below of value times product.
    #[inline(always)]
    fn descend(&mut self, node: usize, product: [f64; N]) -> [f64; N] {
        let flat = self.layout.nodes[node];
        if flat.children[0] as usize == node {
            let value = self.layout.values[node];
            return product.map(|p| p * value);
        }
        self.descend_split(flat, &product)
    }

    fn descend_split(&mut self, flat: Flat, product: &[f64; N]) -> [f64; N] {
        let feature = flat.feature();
        let hot = flat.side(self.row[feature], &self.layout.sets);
        let before = self.open[feature];
        // Where nothing was asked yet the factor is 1, and nothing is claimed.
        let asked = before.one != 1.0 || before.zero != 1.0;
        let (mut others, mut claimed) = (*product, [0.0; N]);
        if asked && before.one != 0.0 {
            let factor = self.factor(before);
            others = std::array::from_fn(|q| product[q] / factor[q]);
            claimed = self.claim(before, &factor);
        }
        let mut sum = [0.0; N];
        for (side, child) in flat.children.into_iter().enumerate() {
            let child = child as usize;
            let share = self.layout.shares[child];
            let one = if side == hot { before.one } else { 0.0 };
            let open = Open { zero: before.zero * share, one };
            // Closed whether the feature is known or not: no subset reaches these leaves.
            if open.zero == 0.0 && one == 0.0 {
                continue;
            }
            self.open[feature] = open;
            if before.one == 0.0 {
                // Closed already by an earlier edge, which claims these leaves in full.
                let below = self.descend(child, product.map(|p| p * share));
                sum = std::array::from_fn(|q| sum[q] + below[q]);
                continue;
            }
            let factor = self.factor(open);
            let claim = self.claim(open, &factor);
            let below = self.descend(child, std::array::from_fn(|q| others[q] * factor[q]));
            let mut total = 0.0;
            for q in 0..N {
                total += self.weights[q] * below[q] * (claim[q] - claimed[q]);
                sum[q] += below[q];
            }
            self.out[feature] += total;
        }
        self.open[feature] = before;
        sum
    }

    fn factor(&self, open: Open) -> [f64; N] {
        std::array::from_fn(|q| open.one * self.known[q] + open.zero * self.unknown[q])
    }

    /// (one - zero) / f.
    fn claim(&self, open: Open, factor: &[f64; N]) -> [f64; N] {
        if open.one == 0.0 {
            self.closed
        } else {
            std::array::from_fn(|q| (open.one - open.zero) / factor[q])
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::{self, Shape};
    use crate::{Forest, MAX_DEPTH, Node, Rule, Split, Tree};
    use proptest::prelude::*;

    #[test]
    fn the_points_integrate_powers() {
        for features in [1, 4, 5, 12, 40, MAX_DEPTH] {
            let rule = super::rule(features);
            for power in 0..features {
                let sum: f64 = rule.iter().map(|[t, w]| w * t.powi(power as i32)).sum();
                let expected = 1.0 / (power + 1) as f64;
                assert!((sum - expected).abs() < 1e-14, "{features} {power} {sum} {expected}");
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

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn equals_the_enumeration_of_all_subsets(
            seed: u64, trees in 0..4_usize, depth in 0..8_usize, n_features in 1..7_usize,
        ) {
            let rng = &mut sample::rng(seed);
            let forest = sample::forest(rng, &Shape { trees, depth, n_features });
            for row in sample::rows(rng, 4, n_features).chunks(n_features) {
                let mut found = vec![0.0; n_features];
                let base = forest.shap(row, &mut found).unwrap();
                let (expected_base, expected) = enumerated(&forest, row);
                prop_assert!((base - expected_base).abs() < 1e-9, "{base} {expected_base}");
                for (f, e) in found.iter().zip(&expected) {
                    prop_assert!((f - e).abs() < 1e-9, "{found:?} {expected:?}");
                }
                let margin = forest.margin(row).unwrap();
                let sum = base + found.iter().sum::<f64>();
                prop_assert!((sum - margin).abs() < 1e-9 * (1.0 + margin.abs()), "{sum} {margin}");
            }
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
                    let mut out = vec![0.0; depth];
                    let base = forest.shap(&row, &mut out).unwrap();
                    let (sum, margin) =
                        (base + out.iter().sum::<f64>(), forest.margin(&row).unwrap());
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
}
