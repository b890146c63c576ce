//! What texts are about: non-negative factors of their TF-IDF.
//!
//! X (texts x terms, rows of unit length) is brought near W H, with W (texts x topics) and H (topics x terms) not below 0, by
//! hierarchical alternating least squares (Cichocki and Phan, 2009): one row of H or column of W at a time has a closed
//! form. It starts from the leading singular vectors, of each the side with more weight (NNDSVD: Boutsidis and
//! Gallopoulos, 2008), found by orthogonal iteration from the columns that a pivoted Cholesky factorisation of X'X would take. There is no
//! chance in it, and one thread does it: the same texts give the same bits.
//!
//! A text x has the weights w >= 0 that minimise |x - w H|, by coordinate descent.

/// A row of X: (term, weight), by term.
pub(crate) type Row = Vec<(u32, f64)>;

/// Passes over X at most; they end when one brings the squared error down by less than [`ENOUGH`] of it.
const PASSES: usize = 200;
const ENOUGH: f64 = 1e-5;

/// Passes of the orthogonal iteration; what is left of the start no longer matters.
const TURNS: usize = 20;

/// Passes over the weights of one text, and the change that ends them.
const STEPS: usize = 60;
const STILL: f64 = 1e-6;

/// H as rows of unit length, those that explain most first; fewer than `wanted` where the texts have no more to tell.
pub(crate) fn factorise(rows: &[Row], terms: usize, wanted: usize) -> Vec<Vec<f64>> {
    let mut h = start(rows, terms, wanted);
    let total: f64 = rows.iter().flatten().map(|(_, x)| x * x).sum();
    let mut w = vec![vec![0.0; h.len()]; rows.len()];
    let mut energy = vec![0.0; h.len()];
    let mut last = f64::INFINITY;
    for _ in 0..PASSES {
        let gram = gram(&h);
        let (mut error, k) = (total, h.len());
        // Sums over the texts of w'w and w'x, for the rows of H.
        let (mut ww, mut wx) = (vec![vec![0.0; k]; k], vec![vec![0.0; terms]; k]);
        for (row, w) in rows.iter().zip(&mut w) {
            let along: Vec<f64> = h.iter().map(|topic| dot(row, topic)).collect();
            descend(w, &along, &gram, 2);
            for i in (0..k).filter(|i| w[*i] > 0.0) {
                error -= 2.0 * w[i] * along[i];
                for j in 0..k {
                    error += w[i] * w[j] * gram[i][j];
                    ww[i][j] += w[i] * w[j];
                }
                row.iter().for_each(|(term, x)| wx[i][*term as usize] += w[i] * x);
            }
        }
        if last - error <= ENOUGH * total {
            break;
        }
        last = error;
        for i in 0..k {
            if ww[i][i] <= 0.0 {
                h[i].fill(0.0);
                continue;
            }
            for term in 0..terms {
                let others: f64 = (0..k).map(|j| ww[i][j] * h[j][term]).sum();
                h[i][term] = (h[i][term] + (wx[i][term] - others) / ww[i][i]).max(0.0);
            }
            let length = norm(&h[i]);
            if length > 0.0 {
                h[i].iter_mut().for_each(|x| *x /= length);
                w.iter_mut().for_each(|w| w[i] *= length);
                // The sums follow, for the rows that come after.
                (0..k).for_each(|j| ww[i][j] *= length);
                (0..k).for_each(|j| ww[j][i] *= length);
            }
            energy[i] = ww[i][i];
        }
    }
    let mut order: Vec<usize> = (0..h.len()).filter(|i| norm(&h[*i]) > 0.0).collect();
    order.sort_by(|a, b| energy[*b].total_cmp(&energy[*a]));
    order.into_iter().map(|i| std::mem::take(&mut h[i])).collect()
}

/// The weights of one text; `along` is x H', `gram` H H'.
pub(crate) fn weights(along: &[f64], gram: &[Vec<f64>]) -> Vec<f64> {
    let mut w = vec![0.0; along.len()];
    if along.iter().any(|a| *a > 0.0) {
        descend(&mut w, along, gram, STEPS);
    }
    w
}

/// The products of the topics with each other.
pub(crate) fn gram(h: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let product = |a: &Vec<f64>, b: &Vec<f64>| a.iter().zip(b).map(|(x, y)| x * y).sum();
    h.iter().map(|a| h.iter().map(|b| product(a, b)).collect()).collect()
}

/// x h'.
pub(crate) fn dot(row: &[(u32, f64)], topic: &[f64]) -> f64 {
    row.iter().map(|(term, x)| x * topic[*term as usize]).sum()
}

fn norm(v: &[f64]) -> f64 {
    v.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// Passes of coordinate descent on |x - w H|, at most `steps`.
fn descend(w: &mut [f64], along: &[f64], gram: &[Vec<f64>], steps: usize) {
    for _ in 0..steps {
        let mut moved: f64 = 0.0;
        for i in (0..w.len()).filter(|i| gram[*i][*i] > 0.0) {
            let pull = along[i] - w.iter().zip(&gram[i]).map(|(w, g)| w * g).sum::<f64>();
            let next = (w[i] + pull / gram[i][i]).max(0.0);
            moved = moved.max((next - w[i]).abs());
            w[i] = next;
        }
        if moved < STILL {
            break;
        }
    }
}

/// The first rows of H, at most `wanted`.
fn start(rows: &[Row], terms: usize, wanted: usize) -> Vec<Vec<f64>> {
    // Twice as many as wanted: two of the first words may be of one subject, and a third subject would be missed.
    let mut v = pivots(rows, terms, 2 * wanted);
    for _ in 0..TURNS {
        v.iter_mut().for_each(|v| *v = twice(rows, v));
        v.sort_by(|a, b| norm(b).total_cmp(&norm(a)));
        orthogonal(&mut v);
    }
    v.truncate(wanted);
    let side = |v: Vec<f64>| {
        let u: Vec<f64> = rows.iter().map(|row| dot(row, &v)).collect();
        let part =
            |x: &[f64], sign: f64| norm(&x.iter().map(|x| (sign * x).max(0.0)).collect::<Vec<_>>());
        let sign = if part(&u, 1.0) * part(&v, 1.0) >= part(&u, -1.0) * part(&v, -1.0) {
            1.0
        } else {
            -1.0
        };
        let length = part(&v, sign);
        v.into_iter().map(|x| (sign * x).max(0.0) / length).collect()
    };
    v.into_iter().map(side).collect()
}

/// X'X v.
fn twice(rows: &[Row], v: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; v.len()];
    for row in rows {
        let along = dot(row, v);
        row.iter().for_each(|(term, x)| out[*term as usize] += along * x);
    }
    out
}

/// Columns of X'X that a pivoted Cholesky factorisation takes, made orthogonal.
fn pivots(rows: &[Row], terms: usize, wanted: usize) -> Vec<Vec<f64>> {
    let mut left = vec![0.0; terms];
    for (term, x) in rows.iter().flatten() {
        left[*term as usize] += x * x;
    }
    let least = 1e-9 * left.iter().copied().fold(0.0, f64::max);
    let mut factors: Vec<Vec<f64>> = Vec::new();
    let mut columns = Vec::new();
    while columns.len() < wanted.min(terms) {
        // The first of equals.
        let pivot = (0..terms).rev().max_by(|a, b| left[*a].total_cmp(&left[*b]));
        let Some(pivot) = pivot.filter(|p| left[*p] > least) else { break };
        let mut unit = vec![0.0; terms];
        unit[pivot] = 1.0;
        let column = twice(rows, &unit);
        let root = left[pivot].sqrt();
        let mut factor = column.clone();
        for before in &factors {
            factor.iter_mut().zip(before).for_each(|(f, b)| *f -= before[pivot] * b);
        }
        factor.iter_mut().for_each(|f| *f /= root);
        left.iter_mut().zip(&factor).for_each(|(l, f)| *l -= f * f);
        left[pivot] = 0.0;
        factors.push(factor);
        columns.push(column);
    }
    orthogonal(&mut columns);
    columns
}

/// Gram and Schmidt's, twice over for the digits; what depends on those before is dropped.
fn orthogonal(vectors: &mut Vec<Vec<f64>>) {
    let mut kept: Vec<Vec<f64>> = Vec::with_capacity(vectors.len());
    for mut v in vectors.drain(..) {
        let before = norm(&v);
        for _ in 0..2 {
            for other in &kept {
                let along: f64 = v.iter().zip(other).map(|(x, y)| x * y).sum();
                v.iter_mut().zip(other).for_each(|(x, y)| *x -= along * y);
            }
        }
        let length = norm(&v);
        if length > 1e-10 * before {
            v.iter_mut().for_each(|x| *x /= length);
            kept.push(v);
        }
    }
    *vectors = kept;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts of two words out of five, of three subjects in turn.
    fn rows(n: usize) -> Vec<Row> {
        (0..n)
            .map(|i| {
                let (subject, word) = (i % 3, i / 3 % 4);
                let half = 0.5f64.sqrt();
                let first = (5 * subject + word) as u32;
                vec![(first, half), (first + 1, half)]
            })
            .collect()
    }

    #[test]
    fn finds_the_subjects() {
        let h = factorise(&rows(300), 15, 3);
        assert_eq!(h.len(), 3);
        let mut found: Vec<Vec<usize>> =
            h.iter().map(|topic| (0..15).filter(|t| topic[*t] > 1e-3).collect()).collect();
        found.sort();
        assert_eq!(found, [vec![0, 1, 2, 3, 4], vec![5, 6, 7, 8, 9], vec![10, 11, 12, 13, 14]]);
        assert!(h.iter().all(|topic| (norm(topic) - 1.0).abs() < 1e-12));
        // More than there is to find, nothing to find, no text.
        assert!(factorise(&rows(300), 15, 40).len() <= 15);
        assert!(factorise(&[], 15, 3).is_empty());
        assert!(factorise(&[vec![], vec![]], 15, 3).is_empty());
        assert!(factorise(&[vec![(0, 1.0)]], 1, 3).len() == 1);
    }

    #[test]
    fn a_text_has_the_weights_of_its_parts() {
        let h = vec![vec![1.0, 0.0, 0.0], vec![0.0, 0.6, 0.8]];
        let along = |row: &[(u32, f64)]| h.iter().map(|t| dot(row, t)).collect::<Vec<_>>();
        let w = weights(&along(&[(0, 0.3), (1, 0.36), (2, 0.48)]), &gram(&h));
        assert!((w[0] - 0.3).abs() < 1e-9 && (w[1] - 0.6).abs() < 1e-9, "{w:?}");
        assert_eq!(weights(&along(&[]), &gram(&h)), [0.0, 0.0]);
    }
}
