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
//!
//! At a point t this is a walk at random: each feature is known with chance t, and from a node the walk goes left with chance
//! `l = f(left) / f(node)`, f being that of the node's feature, and right with 1 - l. With w the left child's share of cover, b = 1 where
//! the row goes left (else 0), `z` and `one` what earlier splits on the feature have left of it (1 and 1 where there are none), and
//! `r = 1 / (t + z (1 - t))`:
//!
//! ```text
//! l = r (b t + z w (1 - t))              where one = 1; w where one = 0
//! reach(left) = l reach(node)            mean(node) = mean(right) + l d,    d = mean(left) - mean(right)
//! contribution += sum over points of weight reach(node) d one r (b - z w - (1 - z) l)
//! ```
//!
//! reach goes down from the points' weights and mean comes up from the leaves in one walk over the tree, for eight rows side by
//! side. Nothing is divided by what may be small: sums keep to 1e-12 at 128 distinct features on a path, where the recursion of 2018
//! loses every digit. All in f64; a row's values are the same to the bit alone and among others.

mod paths;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use paths::Paths;

use crate::layout::{Layout, Root};
use paths::Ask;
use table::Table;

/// Rows that are walked side by side.
const LANES: usize = 8;
/// With more points than this a row is walked alone: the points fill the registers, and eight rows' the stack.
const WIDE_POINTS: usize = 8;
/// Rows that one tree serves before the next tree is fetched.
const BLOCK: usize = 64;

/// Adds the contributions of all trees for row-major `rows` into `out`, both of rows of `width` > 0 values.
pub(crate) fn shap(layout: &Layout, rows: &[f32], width: usize, out: &mut [f64]) {
    let tables = layout.paths.tables(layout);
    for (rows, out) in rows.chunks(BLOCK * width).zip(out.chunks_mut(BLOCK * width)) {
        let whole = match layout.paths.most_points() <= WIDE_POINTS {
            true => rows.len() / (LANES * width) * (LANES * width),
            false => 0,
        };
        block::<LANES>(layout, tables, &rows[..whole], width, &mut out[..whole]);
        block::<1>(layout, tables, &rows[whole..], width, &mut out[whole..]);
    }
}

/// A multiple of L rows.
fn block<const L: usize>(
    layout: &Layout,
    tables: &[Option<Table>],
    rows: &[f32],
    width: usize,
    out: &mut [f64],
) {
    let across = |rows: &[f32]| -> Vec<[f32; L]> {
        (0..width).map(|f| std::array::from_fn(|lane| rows[lane * width + f])).collect()
    };
    let mut lots: Vec<Lot<L>> = rows
        .chunks_exact(L * width)
        .map(|rows| Lot { row: across(rows), sums: vec![[0.0; L]; width] })
        .collect();
    let mut one = vec![[1.0; L]; width];
    for ((root, size), table) in layout.roots.iter().zip(&layout.paths.sizes).zip(tables) {
        if let Some(table) = table {
            lots.iter_mut().for_each(|lot| table.add(layout, *root, lot));
            continue;
        }
        let rule = &layout.paths.rules[usize::from(*size)];
        let go = match rule.len() {
            2 => tree::<2, L>,
            3 => tree::<3, L>,
            4 => tree::<4, L>,
            8 => tree::<8, L>,
            16 => tree::<16, L>,
            32 => tree::<32, L>,
            _ => tree::<64, L>,
        };
        go(layout, *root, rule, &mut lots, &mut one);
    }
    for (lot, out) in lots.iter().zip(out.chunks_exact_mut(L * width)) {
        for (lane, out) in out.chunks_exact_mut(width).enumerate() {
            out.iter_mut().zip(&lot.sums).for_each(|(out, sum)| *out += sum[lane]);
        }
    }
}

/// L rows and their contributions, by feature.
struct Lot<const L: usize> {
    row: Vec<[f32; L]>,
    sums: Vec<[f64; L]>,
}

fn tree<const N: usize, const L: usize>(
    layout: &Layout,
    root: Root,
    rule: &[[f64; 2]],
    lots: &mut [Lot<L>],
    one: &mut [[f64; L]],
) {
    let node = root.node as usize;
    if root.depth == 0 {
        return;
    }
    let points: [f64; N] = std::array::from_fn(|q| rule[q][0]);
    for Lot { row, sums } in lots {
        let mut walk = Walk { layout, points: &points, row, sums, one };
        walk.split(node, &mut std::array::from_fn(|q| [rule[q][1]; L]));
    }
}

struct Walk<'a, const N: usize, const L: usize> {
    layout: &'a Layout,
    points: &'a [f64; N],
    row: &'a [[f32; L]],
    sums: &'a mut [[f64; L]],
    /// By feature: 1 where the row took every edge so far that asked for it; kept where a path asks again.
    one: &'a mut [[f64; L]],
}

impl<const N: usize, const L: usize> Walk<'_, N, L> {
    /// `reach` is the weight of each point times the chance of coming to `node`; becomes the mean of the leaves below.
    fn split(&mut self, node: usize, reach: &mut [[f64; L]; N]) {
        let (flat, ask) = (self.layout.nodes[node], self.layout.paths.asks[node]);
        let feature = ask.feature as usize;
        let taken = flat.left(&self.row[flat.feature()], &self.layout.sets);
        let before = if ask.above { self.one[feature] } else { [1.0; L] };
        let left = self.left(&ask, &taken, &before);
        let [a, b] = flat.children.map(|child| child as usize);
        let [leaf_a, leaf_b] =
            [a, b].map(|child| self.layout.nodes[child].children[0] as usize == child);
        let mut on_left = [[self.layout.values[a]; L]; N];
        let mut mean = [[self.layout.values[b]; L]; N];
        if !leaf_a {
            each(&mut on_left, |q, l| left[q][l] * reach[q][l]);
            if ask.below {
                self.one[feature] = std::array::from_fn(|l| before[l] * taken[l]);
            }
            self.split(a, &mut on_left);
        }
        if !leaf_b {
            each(&mut mean, |q, l| reach[q][l] - left[q][l] * reach[q][l]);
            if ask.below {
                self.one[feature] = std::array::from_fn(|l| before[l] * (1.0 - taken[l]));
            }
            self.split(b, &mut mean);
        }
        if ask.below {
            self.one[feature] = before;
        }
        let mut d = on_left;
        each(&mut d, |q, l| on_left[q][l] - mean[q][l]);
        let mut sums = [0.0; L];
        if ask.above {
            for (q, t) in self.points.iter().enumerate() {
                let r = 1.0 / (t + ask.zero * (1.0 - t));
                for l in 0..L {
                    let claim =
                        r * (taken[l] - ask.zero * ask.left - (1.0 - ask.zero) * left[q][l]);
                    sums[l] += reach[q][l] * d[q][l] * claim * before[l];
                }
            }
        } else {
            for q in 0..N {
                for l in 0..L {
                    sums[l] += reach[q][l] * d[q][l];
                }
            }
            for l in 0..L {
                sums[l] *= taken[l] - ask.left;
            }
        }
        let out = &mut self.sums[feature];
        for l in 0..L {
            out[l] += sums[l];
        }
        each(reach, |q, l| mean[q][l] + left[q][l] * d[q][l]);
    }

    /// The chance of going left, by point and row.
    #[inline(always)]
    fn left(&self, ask: &Ask, taken: &[f64; L], before: &[f64; L]) -> [[f64; L]; N] {
        let mut left = [[0.0; L]; N];
        for (left, t) in left.iter_mut().zip(self.points) {
            let unknown = ask.left * (1.0 - t);
            if ask.above {
                let r = 1.0 / (t + ask.zero * (1.0 - t));
                for l in 0..L {
                    let open = r * (taken[l] * t + ask.zero * unknown);
                    left[l] = ask.left + before[l] * (open - ask.left);
                }
            } else {
                for l in 0..L {
                    left[l] = taken[l] * t + unknown;
                }
            }
        }
        left
    }
}

#[inline(always)]
fn each<const N: usize, const L: usize>(out: &mut [[f64; L]; N], of: impl Fn(usize, usize) -> f64) {
    for (q, out) in out.iter_mut().enumerate() {
        for (l, out) in out.iter_mut().enumerate() {
            *out = of(q, l);
        }
    }
}
