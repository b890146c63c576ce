//! Logistic regression on a few columns by Newton's method, for parametric maps.

/// A little ridge around the start keeps separable and constant columns finite.
const RIDGE: f64 = 1e-3;
const STEPS: usize = 50;

/// Minimises sum_i loss(t_i, x_i w) + RIDGE/2 |w - start|^2 with targets t in 0..=1; the last of `K` columns is 1. `None`
/// where it does not settle.
///
/// Columns are centred first, so that one without spread keeps its start and leaves the rest to the intercept.
pub(crate) fn minimise<const K: usize>(
    x: &[[f64; K]],
    targets: &[f64],
    start: [f64; K],
) -> Option<[f64; K]> {
    let mut means = [0.0; K];
    for k in 0..K - 1 {
        means[k] = x.iter().map(|row| row[k]).sum::<f64>() / x.len().max(1) as f64;
    }
    let centred: Vec<[f64; K]> =
        x.iter().map(|row| std::array::from_fn(|k| row[k] - means[k])).collect();
    let mut w = settle(&centred, targets, start)?;
    w[K - 1] -= dot(&means, &w);
    Some(w)
}

fn settle<const K: usize>(x: &[[f64; K]], targets: &[f64], start: [f64; K]) -> Option<[f64; K]> {
    let mut w = start;
    let mut value = objective(x, targets, &w, &start);
    for _ in 0..STEPS {
        let mut gradient = [0.0; K];
        let mut hessian = [[0.0; K]; K];
        for k in 0..K {
            gradient[k] = RIDGE * (w[k] - start[k]);
            hessian[k][k] = RIDGE;
        }
        for (row, target) in x.iter().zip(targets) {
            let p = leadsight_schema::sigmoid(dot(row, &w));
            let curvature = p * (1.0 - p);
            for a in 0..K {
                gradient[a] += (p - target) * row[a];
                for b in 0..K {
                    hessian[a][b] += curvature * row[a] * row[b];
                }
            }
        }
        let step = solve(hessian, gradient)?;
        let mut scale = 1.0;
        let (next, next_value) = loop {
            let mut next = w;
            (0..K).for_each(|k| next[k] -= scale * step[k]);
            let at = objective(x, targets, &next, &start);
            if at <= value {
                break (next, at);
            }
            scale /= 2.0;
            if scale < 1e-10 {
                return Some(w);
            }
        };
        let gain = value - next_value;
        (w, value) = (next, next_value);
        if gain <= 1e-12 * (1.0 + value.abs()) {
            break;
        }
    }
    w.iter().all(|v| v.is_finite()).then_some(w)
}

fn dot<const K: usize>(a: &[f64; K], b: &[f64; K]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn objective<const K: usize>(
    x: &[[f64; K]],
    targets: &[f64],
    w: &[f64; K],
    start: &[f64; K],
) -> f64 {
    let loss = |(row, target): (&[f64; K], &f64)| {
        let m = dot(row, w);
        m.max(0.0) + (-m.abs()).exp().ln_1p() - target * m
    };
    let away: f64 = w.iter().zip(start).map(|(w, s)| (w - s).powi(2)).sum();
    x.iter().zip(targets).map(loss).sum::<f64>() + RIDGE / 2.0 * away
}

/// Gauss elimination with row exchange; `None` where the matrix is singular.
fn solve<const K: usize>(mut a: [[f64; K]; K], mut b: [f64; K]) -> Option<[f64; K]> {
    for k in 0..K {
        let pivot = (k..K).max_by(|i, j| a[*i][k].abs().total_cmp(&a[*j][k].abs()))?;
        if a[pivot][k].abs() < 1e-300 {
            return None;
        }
        a.swap(k, pivot);
        b.swap(k, pivot);
        for i in k + 1..K {
            let factor = a[i][k] / a[k][k];
            let above = a[k];
            a[i].iter_mut().zip(above).skip(k).for_each(|(v, up)| *v -= factor * up);
            b[i] -= factor * b[k];
        }
    }
    for k in (0..K).rev() {
        for j in k + 1..K {
            b[k] -= a[k][j] * b[j];
        }
        b[k] /= a[k][k];
    }
    Some(b)
}
