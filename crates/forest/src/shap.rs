//! Exact path-dependent SHAP values: TreeSHAP (Lundberg, Erion and Lee 2018, arXiv 1802.03888, algorithm 2).
//!
//! For one tree and a row x let v(S) be the expected leaf where a split on a feature of S is decided by x and any other
//! goes both ways by the children's shares of cover. The contribution of feature i is its Shapley value
//! `sum over S without i of |S|! (M - |S| - 1)! / M! (v(S + i) - v(S))`; with v of no feature they sum to v of all, the margin.
//! The walk carries, for the distinct features of the path, the shares of paths that stay open where the feature is unknown
//! (`zero`) and known (`one`), and the weight of the subsets by size. O(leaves x depth^2) a tree; all in f64.

use crate::layout::Layout;
use crate::tree::MAX_DEPTH;

/// A feature on the path; the first element stands for the root and carries none.
#[derive(Debug, Clone, Copy)]
struct Step {
    feature: usize,
    zero: f64,
    one: f64,
    weight: f64,
}

const ROOT: Step = Step { feature: usize::MAX, zero: 1.0, one: 1.0, weight: 0.0 };

/// 1/n, since the inner loops would otherwise spend their time in divisions.
static INVERSE: [f64; MAX_DEPTH + 3] = {
    let mut table = [0.0; MAX_DEPTH + 3];
    let mut n = 1;
    while n < table.len() {
        table[n] = 1.0 / n as f64;
        n += 1;
    }
    table
};

/// Adds the contributions of all trees for a row into `out`; both of the forest's width.
pub(crate) fn shap(layout: &Layout, row: &[f32], out: &mut [f64]) {
    let deepest = layout.depth + 1;
    let mut scratch = vec![ROOT; deepest * (deepest + 1) / 2];
    let mut walk = Walk { layout, row, out };
    for root in &layout.roots {
        walk.descend(root.node as usize, &[], &mut scratch, ROOT);
    }
}

struct Walk<'a> {
    layout: &'a Layout,
    row: &'a [f32],
    out: &'a mut [f64],
}

impl Walk<'_> {
    /// `path` leads to the parent of `node`, `step` from there to `node`; `free` is scratch space for the rest of the way.
    fn descend(&mut self, node: usize, path: &[Step], free: &mut [Step], step: Step) {
        let (here, free) = free.split_at_mut(path.len() + 1);
        here[..path.len()].copy_from_slice(path);
        extend(here, step);
        let flat = &self.layout.nodes[node];
        let hot = flat.children[flat.side(self.row[flat.feature()])] as usize;
        if hot == node {
            let value = self.layout.values[node];
            for k in 1..here.len() {
                let share = unwound_sum(here, k) * (here[k].one - here[k].zero);
                self.out[here[k].feature] += share * value;
            }
            return;
        }
        let feature = flat.feature();
        let mut open = Step { feature, ..ROOT };
        let mut len = here.len();
        // A feature asked again: its element is taken out and put back with the product of both questions.
        if let Some(k) = here.iter().position(|s| s.feature == feature) {
            open = here[k];
            unwind(here, k);
            len -= 1;
        }
        for child in flat.children {
            let child = child as usize;
            let zero = open.zero * self.layout.shares[child];
            let one = if child == hot { open.one } else { 0.0 };
            // Closed whether the feature is known or not: no subset reaches these leaves.
            if zero != 0.0 || one != 0.0 {
                self.descend(child, &here[..len], free, Step { feature, zero, one, weight: 0.0 });
            }
        }
    }
}

/// Writes `step` to the last place of `path` and lets the weights of the subsets grow by it.
fn extend(path: &mut [Step], step: Step) {
    let n = path.len() - 1;
    path[n] = Step { weight: if n == 0 { 1.0 } else { 0.0 }, ..step };
    let inverse = INVERSE[n + 1];
    for i in (0..n).rev() {
        let weight = path[i].weight * inverse;
        path[i + 1].weight += step.one * weight * (i + 1) as f64;
        path[i].weight = step.zero * weight * (n - i) as f64;
    }
}

/// Undoes the extension by element k; the result has one element less and leaves the last place stale.
fn unwind(path: &mut [Step], k: usize) {
    let n = path.len() - 1;
    let Step { zero, one, .. } = path[k];
    let mut next = path[n].weight;
    for i in (0..n).rev() {
        if one != 0.0 {
            let old = path[i].weight;
            path[i].weight = next * (n + 1) as f64 * INVERSE[i + 1] / one;
            next = old - path[i].weight * zero * (n - i) as f64 * INVERSE[n + 1];
        } else {
            path[i].weight *= (n + 1) as f64 / zero * INVERSE[n - i];
        }
    }
    for i in k..n {
        let Step { feature, zero, one, .. } = path[i + 1];
        path[i] = Step { feature, zero, one, weight: path[i].weight };
    }
}

/// The sum of the weights that [`unwind`] by element k would leave.
fn unwound_sum(path: &[Step], k: usize) -> f64 {
    let n = path.len() - 1;
    let Step { zero, one, .. } = path[k];
    let mut total = 0.0;
    // `one` is a product of zeros and ones.
    if one != 0.0 {
        let mut next = path[n].weight;
        for i in (0..n).rev() {
            let weight = next * INVERSE[i + 1];
            total += weight;
            next = path[i].weight - weight * zero * (n - i) as f64;
        }
    } else {
        for i in 0..n {
            total += path[i].weight * INVERSE[n - i];
        }
        total /= zero;
    }
    total * (n + 1) as f64
}
