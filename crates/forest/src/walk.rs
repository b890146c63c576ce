//! The plain walk: from each root to a leaf, one tree after another.
//!
//! Sums run in tree order whatever the block size, so that one row and a million give the same bits.

use crate::layout::{Layout, Root};

/// Rows that descend a tree side by side; their loads are independent and overlap.
const LANES: usize = 16;
/// Rows that one tree serves before the next tree is fetched; 256 rows of 50 features stay in the second-level cache.
const BLOCK: usize = 256;

/// Base plus the leaf values of one row of the right width.
pub(crate) fn margin(layout: &Layout, base: f64, row: &[f32]) -> f64 {
    layout.roots.iter().fold(base, |sum, root| sum + layout.values[leaf(layout, *root, row)])
}

/// As [`margin`] for row-major `rows`, each of `width` > 0 values.
pub(crate) fn margins(layout: &Layout, base: f64, rows: &[f32], width: usize) -> Vec<f64> {
    let mut sums = vec![base; rows.len() / width];
    for (rows, sums) in rows.chunks(BLOCK * width).zip(sums.chunks_mut(BLOCK)) {
        for root in &layout.roots {
            for (rows, sums) in rows.chunks(LANES * width).zip(sums.chunks_mut(LANES)) {
                if let Ok(sums) = <&mut [f64; LANES]>::try_from(&mut *sums) {
                    lockstep(layout, *root, rows, width, sums);
                } else {
                    for (row, sum) in rows.chunks_exact(width).zip(sums) {
                        *sum += layout.values[leaf(layout, *root, row)];
                    }
                }
            }
        }
    }
    sums
}

fn leaf(layout: &Layout, root: Root, row: &[f32]) -> usize {
    let mut at = root.node as usize;
    for _ in 0..root.depth {
        let node = &layout.nodes[at];
        let next = node.children[node.side(row[node.feature()])] as usize;
        if next == at {
            break;
        }
        at = next;
    }
    at
}

fn lockstep(layout: &Layout, root: Root, rows: &[f32], width: usize, sums: &mut [f64; LANES]) {
    let mut at = [root.node; LANES];
    for _ in 0..root.depth {
        let mut moved = 0;
        for (at, row) in at.iter_mut().zip(rows.chunks_exact(width)) {
            let node = &layout.nodes[*at as usize];
            let next = node.children[node.side(row[node.feature()])];
            moved |= next ^ *at;
            *at = next;
        }
        if moved == 0 {
            break;
        }
    }
    for (sum, at) in sums.iter_mut().zip(at) {
        *sum += layout.values[at as usize];
    }
}
