//! Sums of gradients and hessians by bin.

use super::bins::{Group, LANES, Map};
use super::split::Sums;

/// A row of a node: where it stands, and its pair of gradient and hessian beside it so that both are read in order.
pub(super) struct Rows<'a> {
    pub(super) rows: &'a [u32],
    pub(super) pairs: &'a [[f32; 2]],
}

/// Sums up the rows by bin into the group's part of a histogram.
pub(super) fn fill(group: &Group, maps: &[Map], rows: &Rows<'_>, out: &mut [Sums]) {
    match group.inputs.len() {
        1 => fill_lanes::<1>(group, maps, rows, out),
        2 => fill_lanes::<2>(group, maps, rows, out),
        3 => fill_lanes::<3>(group, maps, rows, out),
        4 => fill_lanes::<4>(group, maps, rows, out),
        5 => fill_lanes::<5>(group, maps, rows, out),
        6 => fill_lanes::<6>(group, maps, rows, out),
        7 => fill_lanes::<7>(group, maps, rows, out),
        _ => fill_lanes::<LANES>(group, maps, rows, out),
    }
}

fn fill_lanes<const N: usize>(group: &Group, maps: &[Map], rows: &Rows<'_>, out: &mut [Sums]) {
    // 256 slots an input, so that a byte is always in range.
    let mut sums = [[[0.0_f64; 2]; 256]; N];
    for (row, pair) in rows.rows.iter().zip(rows.pairs) {
        let codes = group.codes[*row as usize];
        let pair = [f64::from(pair[0]), f64::from(pair[1])];
        for lane in 0..N {
            let slot = &mut sums[lane][usize::from(codes[lane])];
            *slot = [slot[0] + pair[0], slot[1] + pair[1]];
        }
    }
    for ((sums, from), input) in sums.iter().zip(&group.offsets).zip(&group.inputs) {
        let bins = maps[*input].bins();
        out[*from..from + bins].copy_from_slice(&sums[..bins]);
        out[from + bins] = sums[usize::from(super::bins::MISSING)];
    }
}

/// Takes a child's histogram off its parent's, which becomes the sibling's.
pub(super) fn subtract(parent: &mut [Sums], child: &[Sums]) {
    for (a, b) in parent.iter_mut().zip(child) {
        *a = [a[0] - b[0], a[1] - b[1]];
    }
}
