//! The plain walk: from each root to a leaf, one tree after another.
//!
//! Sums run in tree order whatever the block size, so that one row and a million give the same bits.

use crate::grid::LANES;
use crate::layout::{Layout, Root};

/// Rows that one tree serves before the next tree is fetched; 256 rows of 50 features stay in the second-level cache.
const BLOCK: usize = 256;

/// Base plus the leaf values of one row of the right width.
pub(crate) fn margin(layout: &Layout, base: f64, row: &[f32]) -> f64 {
    layout.roots.iter().fold(base, |sum, root| sum + layout.values[leaf(layout, *root, row)])
}

/// As [`margin`] for row-major `rows`, each of `width` > 0 values.
pub(crate) fn margins(layout: &Layout, base: f64, rows: &[f32], width: usize) -> Vec<f64> {
    let mut sums = vec![base; rows.len() / width];
    let mut codes = Vec::new();
    for (rows, sums) in rows.chunks(BLOCK * width).zip(sums.chunks_mut(BLOCK)) {
        codes.clear();
        if !layout.grid.is_empty() {
            let whole = rows.chunks_exact(LANES * width);
            whole.for_each(|rows| layout.grid.code(rows, width, &mut codes));
        }
        for (root, placed) in layout.roots.iter().zip(&layout.grid.trees) {
            let mut codes = codes.chunks_exact(layout.grid.codes_a_row());
            for (rows, sums) in rows.chunks(LANES * width).zip(sums.chunks_mut(LANES)) {
                match (<&mut [f64; LANES]>::try_from(&mut *sums), codes.next(), placed) {
                    (Ok(sums), Some(codes), Some(placed)) => layout.grid.add(*placed, codes, sums),
                    (Ok(sums), _, _) => lockstep(layout, *root, rows, width, sums),
                    (Err(_), _, _) => {
                        for (row, sum) in rows.chunks_exact(width).zip(sums) {
                            *sum += layout.values[leaf(layout, *root, row)];
                        }
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
        let next = node.children[node.side(row[node.feature()], &layout.sets)] as usize;
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
            let next = node.children[node.side(row[node.feature()], &layout.sets)];
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

#[cfg(test)]
mod tests {
    use super::{BLOCK, LANES};
    use crate::ForestError;
    use crate::sample::{self, Shape};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_block_equals_each_row_and_the_definition_to_the_bit(
            seed: u64, trees in 0..6_usize, depth in 0..12_usize, n_features in 1..5_usize,
            n in prop::sample::select(vec![0, 1, LANES - 1, LANES, LANES + 1, BLOCK - 3, BLOCK + LANES + 2]),
        ) {
            let rng = &mut sample::rng(seed);
            let forest = sample::forest(rng, &Shape { trees, depth, n_features });
            let rows = sample::rows(rng, n, n_features);
            let block = forest.margins(&rows).unwrap();
            prop_assert_eq!(block.len(), n);
            for (row, found) in rows.chunks(n_features).zip(block) {
                let expected =
                    forest.trees().iter().fold(forest.base(), |sum, t| sum + sample::walk(t, row));
                prop_assert_eq!(found, expected);
                prop_assert_eq!(forest.margin(row).unwrap(), expected);
            }
        }
    }

    #[test]
    fn wrong_widths_are_errors() {
        let forest =
            sample::forest(&mut sample::rng(1), &Shape { trees: 2, depth: 3, n_features: 3 });
        let check = |result: Result<(), ForestError>, expect: &str| {
            assert_eq!(result.unwrap_err().to_string(), expect);
        };
        check(
            forest.margin(&[0.0; 2]).map(drop),
            "the row has 2 values; the forest has 3 features",
        );
        check(
            forest.margins(&[0.0; 7]).map(drop),
            "the last row of the block has 1 values; the forest has 3 features",
        );
        check(
            forest.shap(&[0.0; 3], &mut [0.0; 4]).map(drop),
            "the output has 4 values; the forest has 3 features",
        );
    }
}
